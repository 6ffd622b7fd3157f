//! What a request needs, judged before anything leaves.

use credenza_net::{Channel, HttpAuth, HttpCall, KeyPlace, Recorder, Route, SecretOrText};
use secrecy::SecretString;
use url::Url;

use super::CallRequest;
use crate::check::Subject;
use crate::check::route::record_route;
use crate::check::token::TokenSource;
use crate::credential::{self, Connection, Header, OutboundAuth, OutboundServer, Protocol};
use crate::{Problem, Secrets};

/// Methods that change nothing (RFC 9110 9.2.1); only these are used for *Test connection*.
const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// Everything a request needs except a token that must be fetched first.
pub(in crate::check) struct RequestPlan {
    pub(super) route: Route,
    pub(super) call: HttpCall,
    pub(super) sign_in: SignIn,
    pub(super) expect: Vec<u16>,
    pub(super) channel: Channel,
}

pub(super) enum SignIn {
    None,
    Basic { username: String, password: SecretString },
    Digest { username: String, password: SecretString },
    ApiKey { place: KeyPlace, name: String, value: SecretString },
    Token(TokenSource),
}

/// *Test connection*: the record's test request.
///
/// # Errors
/// `invalid`, with the field at fault; a method that could change something is refused.
pub(in crate::check) fn test_plan(
    subject: &Subject,
    server: &OutboundServer,
    rec: &Recorder,
) -> Result<RequestPlan, Problem> {
    let test = &server.test_request;
    let method = test.method.trim().to_ascii_uppercase();
    if !SAFE.contains(&method.as_str()) {
        let message = "The test request may be GET, HEAD or OPTIONS: a test changes nothing on the server.";
        return Err(Problem::invalid("test_request.method", message));
    }
    let request = CallRequest { method, path: test.path.clone(), ..CallRequest::default() };
    let mut plan = plan(subject, server, &request, rec)?;
    plan.route.both_families = true;
    Ok(RequestPlan { expect: test.expect_status.clone(), ..plan })
}

/// Any request through the server.
///
/// # Errors
/// `invalid`, with the field at fault.
pub(in crate::check) fn call_plan(
    subject: &Subject,
    server: &OutboundServer,
    request: &CallRequest,
    rec: &Recorder,
) -> Result<RequestPlan, Problem> {
    if request.method.trim().is_empty() {
        return Err(Problem::invalid("method", "The method is missing, such as GET."));
    }
    plan(subject, server, request, rec)
}

fn plan(
    subject: &Subject,
    server: &OutboundServer,
    request: &CallRequest,
    rec: &Recorder,
) -> Result<RequestPlan, Problem> {
    let port = subject.credential.effective_port();
    let route = record_route(&server.connection, port, &subject.secrets)?;
    let url = address(server.protocol, &server.connection, port, &target(&server.base_path, &request.path)?)
        .ok_or_else(|| Problem::invalid("base_path", "Host, base path and path do not make an address."))?;
    let replaced = |name: &str| request.headers.iter().any(|(own, _)| own.trim().eq_ignore_ascii_case(name.trim()));
    let mut headers = record_headers(&server.headers, &subject.secrets)?;
    headers.retain(|(name, _)| !replaced(name));
    headers.extend(request.headers.iter().map(|(name, value)| (name.clone(), SecretOrText::Text(value.clone()))));
    let channel = if url.host_str() == Some("graph.microsoft.com") { Channel::Graph } else { Channel::Http };
    let call = HttpCall {
        method: request.method.trim().to_ascii_uppercase(),
        url,
        headers,
        auth: HttpAuth::None,
        body: request.body.clone(),
        secret_url: false,
    };
    Ok(RequestPlan { route, call, sign_in: sign_in(subject, server, rec)?, expect: Vec::new(), channel })
}

/// The address of a path (with its query) on a record's server; `None` when the parts do not make one.
pub(in crate::check) fn address(protocol: Protocol, connection: &Connection, port: u16, path: &str) -> Option<Url> {
    let host = connection.host.trim().trim_start_matches('[').trim_end_matches(']');
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let path = path.trim();
    let slash = if path.starts_with('/') { "" } else { "/" };
    Url::parse(&format!("{}://{host}:{port}{slash}{path}", protocol.scheme())).ok()
}

fn target(base: &str, path: &str) -> Result<String, Problem> {
    let (base, path) = (base.trim(), path.trim());
    if path.contains("://") && !path.starts_with(['/', '?']) {
        return Err(Problem::invalid("path", "Give a path such as /health; host and port are those of the record."));
    }
    if path.is_empty() || path.starts_with('?') {
        return Ok(format!("{base}{path}"));
    }
    Ok(format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/')))
}

/// The headers of a record with their secret values.
///
/// # Errors
/// `invalid` with `headers.NAME` when the value of a secret header is missing.
pub(in crate::check) fn record_headers(
    headers: &[Header],
    secrets: &Secrets,
) -> Result<Vec<(String, SecretOrText)>, Problem> {
    let with_value = |header: &Header| {
        let value = if header.secret {
            let field = format!("headers.{}", header.name);
            let missing =
                || Problem::invalid(field.clone(), format!("The value of the header {} is missing.", header.name));
            SecretOrText::Secret(secrets.text(&field).cloned().ok_or_else(missing)?)
        } else {
            SecretOrText::Text(header.value.clone().unwrap_or_default())
        };
        Ok((header.name.clone(), value))
    };
    headers.iter().map(with_value).collect()
}

fn sign_in(subject: &Subject, server: &OutboundServer, rec: &Recorder) -> Result<SignIn, Problem> {
    match &server.auth {
        OutboundAuth::None => Ok(SignIn::None),
        OutboundAuth::Basic { username, .. } => basic(subject, username.trim(), rec),
        OutboundAuth::Digest { username, .. } => basic(subject, username.trim(), rec).map(|basic| match basic {
            SignIn::Basic { username, password } => SignIn::Digest { username, password },
            other => other,
        }),
        OutboundAuth::ApiKey { r#in, name, .. } => api_key(subject, *r#in, name.trim()),
        OutboundAuth::Bearer { .. } | OutboundAuth::Oauth2 { .. } => Ok(SignIn::Token(TokenSource::of(subject, rec)?)),
    }
}

fn api_key(subject: &Subject, place: credential::KeyPlace, name: &str) -> Result<SignIn, Problem> {
    if name.is_empty() {
        return Err(Problem::invalid("auth.name", "Name of the key is missing, such as X-Api-Key."));
    }
    let value = subject.secrets.text("auth.value").cloned();
    let value = value.ok_or_else(|| Problem::invalid("auth.value", "API key is missing."))?;
    let place = match place {
        credential::KeyPlace::Header => KeyPlace::Header,
        credential::KeyPlace::Query => KeyPlace::Query,
    };
    Ok(SignIn::ApiKey { place, name: name.to_owned(), value })
}

// One half alone is legal (RFC 7617 2: either may be empty) and seldom meant, so it is a warning (IQX-12).
fn basic(subject: &Subject, username: &str, rec: &Recorder) -> Result<SignIn, Problem> {
    let password = subject.secrets.text("auth.password").cloned();
    match (username.is_empty(), password.is_none()) {
        (true, true) => return Err(Problem::invalid("auth.username", "Login user name and password are missing.")),
        (true, false) => rec.warning("username_missing", "There is a login password and no login user name."),
        (false, true) => rec.warning("password_missing", "There is a login user name and no login password."),
        (false, false) => {}
    }
    let password = password.unwrap_or_else(|| SecretString::from(""));
    Ok(SignIn::Basic { username: username.to_owned(), password })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_path_and_path_join_with_one_slash_and_never_reach_another_host() {
        assert_eq!(target("/api/", "/health").unwrap(), "/api/health");
        assert_eq!(target("/api", "health?x=1").unwrap(), "/api/health?x=1");
        assert_eq!(target("/api", "").unwrap(), "/api");
        assert_eq!(target("", "?x=1").unwrap(), "?x=1");
        assert!(target("/api", "https://evil.example/").is_err(), "a path, not an address");
        let connection = Connection { host: "::1".into(), ..Connection::default() };
        for path in ["@evil.example/", "//evil.example/", "\\evil.example", ":80@evil.example", ""] {
            let url = address(Protocol::Https, &connection, 8443, path).unwrap();
            assert_eq!((url.host_str(), url.port()), (Some("[::1]"), Some(8443)), "{path:?} stays on the host");
        }
    }
}
