//! The token request. The crate `oauth2` writes it; its HTTP client is a closure that only takes the finished request, so that nothing is
//! sent anywhere but over our own connection.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use ::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    PkceCodeVerifier, RedirectUrl, RefreshToken, ResourceOwnerPassword, ResourceOwnerUsername, Scope, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::{ClientAuth, Grant, TokenRequest};
use crate::http::{self, HttpCall, Prepared, SecretOrText};
use crate::{Channel, Failure, Place, Recorder, Route, StageName};

/// Parameters whose values are never shown, whatever the recorder knows.
const SECRET_PARAMETERS: [&str; 8] = [
    "client_secret",
    "password",
    "refresh_token",
    "client_assertion",
    "assertion",
    "code",
    "code_verifier",
    "device_code",
];
/// RFC 8628 3.4.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// RFC 7523 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// A token request ready for the wire.
///
/// # Errors
/// Stage `input`, in plain words; nothing has been sent.
pub(super) fn prepare(route: &Route, request: &TokenRequest, rec: &Recorder) -> Result<Prepared, Failure> {
    wire(route, (&request.token_url, build(request)), rec)
}

/// The request for a device code (RFC 8628 3.1), at the device endpoint and with the same client authentication.
///
/// # Errors
/// Stage `input`, in plain words; nothing has been sent.
pub(super) fn prepare_device(
    route: &Route,
    device_url: &Url,
    request: &TokenRequest,
    rec: &Recorder,
) -> Result<Prepared, Failure> {
    wire(route, (device_url, form_request(device_url, request, Vec::new())), rec)
}

fn wire(route: &Route, (url, built): (&Url, Result<HttpRequest, String>), rec: &Recorder) -> Result<Prepared, Failure> {
    let refused =
        |words: String| Failure::new(&Place::new(StageName::Input, Channel::Oauth, &route.host), &words, &words, rec);
    let built = built.map_err(refused)?;
    protect_assertion(built.body(), rec);
    let mut call = HttpCall::new("POST", url.clone());
    for name in [ACCEPT, CONTENT_TYPE, AUTHORIZATION] {
        let Some(value) = built.headers().get(&name).and_then(|value| value.to_str().ok()) else { continue };
        let value = match name {
            AUTHORIZATION => SecretOrText::Secret(SecretString::from(value.to_owned())),
            _ => SecretOrText::Text(value.to_owned()),
        };
        call.headers.push((name.as_str().to_owned(), value));
    }
    let shown = shown_form(built.body(), rec);
    call.body = Some(built.into_body());
    Ok(http::prepare(route, &call, rec)?.with_secret_body().show_body_as(shown))
}

/// `id:secret` as RFC 6749 2.3.1 has it: both form-encoded, so that a colon in either cannot part them wrongly.
pub(super) fn basic_pair(id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("{}:{}", encode(id), encode(secret))
}

/// The request as the crate `oauth2` writes it.
pub(super) fn build(request: &TokenRequest) -> Result<HttpRequest, String> {
    if let Grant::DeviceCode(code) = &request.grant {
        let grant = ("grant_type".to_owned(), DEVICE_GRANT.to_owned());
        // EXPOSE: the device code goes into the form of the token request.
        let code = ("device_code".to_owned(), code.expose_secret().to_owned());
        return form_request(&request.token_url, request, vec![grant, code]);
    }
    let client = client(request);
    let scope = not_blank(request.scope.as_deref());
    let extra = further(request)?;
    let taken = RefCell::new(None);
    let take = |built: HttpRequest| -> Result<HttpResponse, Taken> {
        *taken.borrow_mut() = Some(built);
        Err(Taken)
    };
    // The three request types share their methods but no trait.
    macro_rules! write {
        ($call:expr) => {{
            let mut call = $call;
            if let Some(scope) = scope {
                call = call.add_scope(Scope::new(scope.to_owned()));
            }
            for (name, value) in extra {
                call = call.add_extra_param(name, value);
            }
            // Always an error, by design: the closure keeps the request and sends nothing.
            let _ = call.request(&take);
        }};
    }
    match &request.grant {
        Grant::ClientCredentials => write!(client.exchange_client_credentials()),
        Grant::Password { username, password } => {
            let username = ResourceOwnerUsername::new(username.clone());
            // EXPOSE: the password goes into the form of the token request.
            let password = ResourceOwnerPassword::new(password.expose_secret().to_owned());
            write!(client.exchange_password(&username, &password));
        }
        Grant::RefreshToken(token) => {
            // EXPOSE: the refresh token goes into the form of the token request.
            let token = RefreshToken::new(token.expose_secret().to_owned());
            write!(client.exchange_refresh_token(&token));
        }
        Grant::AuthorizationCode { code, verifier, redirect_uri } => {
            // EXPOSE: code and verifier go into the form of the token request (RFC 6749 4.1.3, RFC 7636 4.5).
            let (code, verifier) = (code.expose_secret().to_owned(), verifier.expose_secret().to_owned());
            let redirect = RedirectUrl::new(redirect_uri.clone()).map_err(|_| "The redirect address is no address.")?;
            // The scope was asked for in the browser (RFC 6749 4.1.1); here it would be a second wish.
            let exchange = client
                .exchange_code(AuthorizationCode::new(code))
                .set_pkce_verifier(PkceCodeVerifier::new(verifier))
                .set_redirect_uri(Cow::Owned(redirect));
            let mut call = exchange;
            for (name, value) in extra {
                call = call.add_extra_param(name, value);
            }
            let _ = call.request(&take);
        }
        // Written above.
        Grant::DeviceCode(_) => {}
    }
    taken.into_inner().ok_or_else(|| "The token request could not be written.".to_owned())
}

/// Parameters that no grant knows of: audience, the record's own, and the client's signed statement.
fn further(request: &TokenRequest) -> Result<Vec<(String, String)>, String> {
    let mut extra: Vec<(String, String)> = request.extra.clone();
    if let Some(audience) = not_blank(request.audience.as_deref()) {
        extra.push(("audience".to_owned(), audience.to_owned()));
    }
    if let ClientAuth::PrivateKeyJwt { key, at } = &request.client_auth {
        let assertion = key.sign(&request.client_id, &audience_of(&request.token_url), *at)?;
        extra.push(("client_assertion_type".to_owned(), ASSERTION_TYPE.to_owned()));
        // EXPOSE: the signed statement goes into the form of the token request.
        extra.push(("client_assertion".to_owned(), assertion.expose_secret().to_owned()));
    }
    Ok(extra)
}

/// The two requests of the device grant, which the crate `oauth2` sends itself or not at all. The scope belongs to the first.
fn form_request(url: &Url, request: &TokenRequest, own: Vec<(String, String)>) -> Result<HttpRequest, String> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let first = own.is_empty();
    form.extend_pairs(own);
    let mut built = ::http::Request::post(url.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    // EXPOSE: the secret goes into the Basic header or the form.
    let secret = request.client_secret.as_ref().map(ExposeSecret::expose_secret);
    match (&request.client_auth, secret) {
        (ClientAuth::Basic, Some(secret)) => {
            let pair = STANDARD.encode(basic_pair(&request.client_id, secret));
            built = built.header(AUTHORIZATION, format!("Basic {pair}"));
            // Public clients name themselves in the form of the first request, and servers look for it there.
            form.append_pair("client_id", &request.client_id);
        }
        (ClientAuth::Post, Some(secret)) => {
            form.append_pair("client_id", &request.client_id).append_pair("client_secret", secret);
        }
        _ => {
            form.append_pair("client_id", &request.client_id);
        }
    }
    if let Some(scope) = not_blank(request.scope.as_deref()).filter(|_| first) {
        form.append_pair("scope", scope);
    }
    form.extend_pairs(further(request)?);
    built.body(form.finish().into_bytes()).map_err(|_| "The request could not be written.".to_owned())
}

fn client(request: &TokenRequest) -> Client {
    let client = BasicClient::new(ClientId::new(request.client_id.clone()))
        .set_token_uri(TokenUrl::from_url(request.token_url.clone()))
        .set_auth_type(match request.client_auth {
            ClientAuth::Basic => AuthType::BasicAuth,
            ClientAuth::Post | ClientAuth::None | ClientAuth::PrivateKeyJwt { .. } => AuthType::RequestBody,
        });
    match (&request.client_secret, &request.client_auth) {
        (None, _) | (_, ClientAuth::None | ClientAuth::PrivateKeyJwt { .. }) => client,
        // EXPOSE: the secret goes into the form or the Basic header of the token request.
        (Some(secret), _) => client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
    }
}

/// The token endpoint itself (RFC 7523 3), without a query.
fn audience_of(token_url: &Url) -> String {
    format!("{}{}", token_url.origin().ascii_serialization(), token_url.path())
}

/// Whoever holds a statement can use it for five minutes: it is a secret like any other.
fn protect_assertion(body: &[u8], rec: &Recorder) {
    if let Some((_, value)) = form_urlencoded::parse(body).find(|(name, _)| name == "client_assertion") {
        rec.protect("client_assertion", &SecretString::from(value.into_owned()));
    }
}

fn not_blank(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The form, readable, with marks for the values that are secret by name.
fn shown_form(body: &[u8], rec: &Recorder) -> String {
    let shown = form_urlencoded::parse(body).map(|(name, value)| {
        let hidden = SECRET_PARAMETERS.contains(&name.as_ref());
        let mark = || rec.stand_in(&name, &SecretString::from(value.as_ref()));
        format!("{name}={}", if hidden { mark() } else { value.clone().into_owned() })
    });
    shown.collect::<Vec<_>>().join("\n& ")
}

/// What the closure answers: the request was taken, not sent.
#[derive(Debug)]
struct Taken;

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("taken, not sent")
    }
}

impl std::error::Error for Taken {}

#[cfg(test)]
mod tests;
