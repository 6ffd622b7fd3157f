//! From a call to the exact bytes that may leave: reqwest's request types, our own headers, nothing else.

use std::borrow::Cow;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName,
    HeaderValue, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use http::{Method, Uri};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::{BODY_LIMIT, HttpAuth, HttpCall, KeyPlace, SecretOrText};
use crate::{Channel, Failure, Place, Recorder, Route, StageName};

const OWN: [HeaderName; 8] = [HOST, CONTENT_LENGTH, CONNECTION, TRANSFER_ENCODING, TE, TRAILER, UPGRADE, EXPECT];

/// What is sent and how it may be shown.
pub(crate) struct Prepared {
    pub(super) request: http::Request<reqwest::Body>,
    pub(super) url: Url,
    pub(super) secret_url: bool,
    /// Name and value of the query parameter that carries an API key.
    pub(super) key_parameter: Option<(String, SecretString)>,
    /// The body as the transcript shows it, before redaction.
    pub(super) shown_body: String,
    /// The way there can be read by others: `http://` to another machine.
    pub(super) in_clear: bool,
    /// A secret goes that way.
    pub(super) clear_secret: bool,
    /// The most bytes kept of the answer.
    pub(super) limit: usize,
}

impl Prepared {
    /// Sets how much of the answer is kept.
    pub(super) fn keeping(mut self, limit: usize) -> Prepared {
        self.limit = limit;
        self
    }

    /// Says that the body holds a secret.
    pub(crate) fn with_secret_body(mut self) -> Prepared {
        self.clear_secret = self.in_clear;
        self
    }

    /// Replaces the body's text in the transcript.
    pub(crate) fn show_body_as(mut self, shown: String) -> Prepared {
        self.shown_body = shown;
        self
    }
}

/// Checks a call and turns it into a request for the wire. Nothing is sent.
///
/// # Errors
/// Stage `input`, in plain words.
pub(crate) fn prepare(route: &Route, call: &HttpCall, rec: &Recorder) -> Result<Prepared, Failure> {
    protect(call, rec);
    let refused =
        |words: String| Failure::new(&Place::new(StageName::Input, Channel::Http, &route.host), &words, &words, rec);
    check_target(route, &call.url).map_err(refused)?;
    let request = wire(call).map_err(refused)?;
    let in_clear = call.url.scheme() == "http" && !(route.proxy.is_none() && is_loopback(&call.url));
    let carries_secret = !matches!(call.auth, HttpAuth::None)
        || call.secret_url
        || call.headers.iter().any(|(_, value)| matches!(value, SecretOrText::Secret(_)));
    Ok(Prepared {
        request,
        url: call.url.clone(),
        secret_url: call.secret_url,
        key_parameter: match &call.auth {
            HttpAuth::ApiKey { place: KeyPlace::Query, name, value } => Some((name.trim().to_owned(), value.clone())),
            _ => None,
        },
        shown_body: call.body.as_deref().map(|body| String::from_utf8_lossy(body).into_owned()).unwrap_or_default(),
        in_clear,
        clear_secret: carries_secret && in_clear,
        limit: BODY_LIMIT,
    })
}

/// Every secret of the call is unknown to the transcript from here on.
fn protect(call: &HttpCall, rec: &Recorder) {
    match &call.auth {
        HttpAuth::None => {}
        // Found inside the base64 of the pair as well, at whatever place it takes there; the user name is no secret.
        HttpAuth::Basic { password, .. } => rec.protect("password", password),
        HttpAuth::Bearer(token) => rec.protect("token", token),
        HttpAuth::Digest { password, .. } => rec.protect("password", password),
        HttpAuth::ApiKey { value, .. } => {
            rec.protect("api_key", value);
            // EXPOSE: its form in the query must be unknown to the transcript as well.
            let encoded: String = form_urlencoded::byte_serialize(value.expose_secret().as_bytes()).collect();
            rec.protect("api_key", &SecretString::from(encoded));
        }
    }
    for (name, value) in &call.headers {
        if let SecretOrText::Secret(secret) = value {
            rec.protect(name, secret);
        }
    }
    if call.secret_url {
        // A bare "/" is no secret, and hiding it would hide every slash.
        for part in [path_and_query(&call.url), call.url.path().to_owned()].into_iter().filter(|part| part.len() > 4) {
            rec.protect("path", &SecretString::from(part));
        }
    }
}

/// A secret goes to the record's own host and port and nowhere else.
fn check_target(route: &Route, url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("The address must begin with http:// or https://.".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Write user name and password in their own fields, not in the address.".to_owned());
    }
    let plain = route.host.trim_start_matches('[').trim_end_matches(']');
    let bracketed = if plain.contains(':') { format!("[{plain}]") } else { plain.to_owned() };
    let same_host = url::Host::parse(&bracketed).ok() == url.host().map(|host| host.to_owned());
    if !same_host || url.port_or_known_default() != Some(route.port) {
        return Err("The address is not on the host and port of this credential.".to_owned());
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn wire(call: &HttpCall) -> Result<http::Request<reqwest::Body>, String> {
    let method = method(&call.method)?;
    let mut headers = own_headers(call, &method)?;
    add_caller_headers(&mut headers, call)?;
    let mut builder = blank_client().request(method, call.url.clone()).headers(headers);
    builder = match &call.auth {
        HttpAuth::None => builder,
        HttpAuth::Basic { username, .. } if username.contains(':') => {
            return Err("A user name with a colon cannot be used with Basic (RFC 7617 2).".to_owned());
        }
        HttpAuth::Basic { username, password } => builder.header(AUTHORIZATION, basic(username, password)?),
        HttpAuth::Bearer(token) => builder.header(AUTHORIZATION, bearer(token)?),
        HttpAuth::ApiKey { place: KeyPlace::Header, name, value } => key_header(builder, call, (name, value))?,
        // In the address, below.
        HttpAuth::ApiKey { place: KeyPlace::Query, .. } => builder,
        // `exchange` answers the challenge itself.
        HttpAuth::Digest { .. } => builder,
    };
    if let Some(body) = &call.body {
        builder = builder.body(body.clone());
    }
    let request = builder.build().map_err(|error| format!("The request cannot be built: {}.", error.without_url()))?;
    let mut request = http::Request::<reqwest::Body>::try_from(request)
        .map_err(|error| format!("The request cannot be built: {}.", error.without_url()))?;
    *request.uri_mut() = origin_form(&keyed(call))?;
    Ok(request)
}

/// Used for its request builder alone; it never connects.
fn blank_client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(reqwest::Client::new)
}

fn method(name: &str) -> Result<Method, String> {
    let unusable = || format!("{name:?} is not a method Credenza can send.");
    let method = Method::from_bytes(name.to_ascii_uppercase().as_bytes()).map_err(|_| unusable())?;
    if method == Method::CONNECT { Err(unusable()) } else { Ok(method) }
}

fn own_headers(call: &HttpCall, method: &Method) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let host = HeaderValue::try_from(host_header(&call.url)).map_err(|_| "The host cannot be written in a request.")?;
    headers.insert(HOST, host);
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Credenza/", env!("CARGO_PKG_VERSION"))));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let length = call.body.as_ref().map_or(0, Vec::len);
    if call.body.is_some() || [Method::POST, Method::PUT, Method::PATCH].contains(method) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    Ok(headers)
}

/// The caller's headers replace ours where the names are equal, and follow each other where the caller repeats a name.
fn add_caller_headers(headers: &mut HeaderMap, call: &HttpCall) -> Result<(), String> {
    let mut named: Vec<HeaderName> = Vec::new();
    for (name, value) in &call.headers {
        let bad_name = || format!("{name:?} is not a header name.");
        let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| bad_name())?;
        if OWN.contains(&name) {
            return Err(format!("The header {name} is set by Credenza itself; remove it."));
        }
        if name == AUTHORIZATION && !matches!(call.auth, HttpAuth::None) {
            return Err(
                "The header authorization is already set by the authentication; remove one of the two.".to_owned()
            );
        }
        let value = match value {
            SecretOrText::Text(text) => header_value(&name, text)?,
            // EXPOSE: the header's value goes on the wire, marked sensitive.
            SecretOrText::Secret(secret) => sensitive(header_value(&name, secret.expose_secret())?),
        };
        let value = if name == AUTHORIZATION || name == http::header::COOKIE { sensitive(value) } else { value };
        if named.contains(&name) {
            headers.append(name, value);
        } else {
            headers.insert(name.clone(), value);
            named.push(name);
        }
    }
    Ok(())
}

fn header_value(name: &HeaderName, text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(text.trim().as_bytes())
        .map_err(|_| format!("The value of the header {name} holds a line break or another control character."))
}

fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

fn basic(username: &str, password: &SecretString) -> Result<HeaderValue, String> {
    // EXPOSE: the pair goes on the wire (RFC 7617 2), marked sensitive.
    let pair = STANDARD.encode(format!("{username}:{}", password.expose_secret()));
    let value = HeaderValue::try_from(format!("Basic {pair}")).map_err(|_| "User name or password cannot be sent.")?;
    Ok(sensitive(value))
}

fn bearer(token: &SecretString) -> Result<HeaderValue, String> {
    // EXPOSE: the token goes on the wire (RFC 6750 2.1), marked sensitive.
    let token = token.expose_secret().trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(
            "The token is empty or holds blanks, line breaks or other characters a token cannot have.".to_owned()
        );
    }
    let value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| "The token cannot be sent.")?;
    Ok(sensitive(value))
}

/// Host, with the port unless it is the scheme's own (RFC 9110 7.2).
fn host_header(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn key_header(
    builder: reqwest::RequestBuilder,
    call: &HttpCall,
    (name, value): (&str, &SecretString),
) -> Result<reqwest::RequestBuilder, String> {
    let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| format!("{name:?} is not a header name."))?;
    if OWN.contains(&name) || call.headers.iter().any(|(known, _)| known.trim().eq_ignore_ascii_case(name.as_str())) {
        return Err(format!("The header {name} is set already; the API key needs one of its own."));
    }
    // EXPOSE: the key goes on the wire, marked sensitive.
    let value = sensitive(header_value(&name, value.expose_secret())?);
    Ok(builder.header(name, value))
}

/// The address as it is sent: with the API key, where that belongs in the query.
fn keyed(call: &HttpCall) -> Cow<'_, Url> {
    let HttpAuth::ApiKey { place: KeyPlace::Query, name, value } = &call.auth else { return Cow::Borrowed(&call.url) };
    let mut url = call.url.clone();
    // EXPOSE: the key goes into the query on the wire and nowhere else.
    url.query_pairs_mut().append_pair(name.trim(), value.expose_secret().trim());
    Cow::Owned(url)
}

fn origin_form(url: &Url) -> Result<Uri, String> {
    Uri::try_from(path_and_query(url)).map_err(|_| "The path of the address cannot be sent.".to_owned())
}

pub(super) fn path_and_query(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

#[cfg(test)]
mod tests;
