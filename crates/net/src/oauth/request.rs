//! The token request. The crate `oauth2` writes it; its HTTP client is a closure that only takes the finished request, so that nothing is
//! sent anywhere but over our own connection.

use std::cell::RefCell;
use std::fmt;

use ::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, RefreshToken,
    ResourceOwnerPassword, ResourceOwnerUsername, Scope, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use super::{ClientAuth, Grant, TokenRequest};
use crate::http::{self, HttpCall, Prepared, SecretOrText};
use crate::{Channel, Failure, Place, Recorder, Route, StageName};

/// Parameters whose values are never shown, whatever the recorder knows.
const SECRET_PARAMETERS: [&str; 6] =
    ["client_secret", "password", "refresh_token", "client_assertion", "assertion", "code"];

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// A token request ready for the wire.
///
/// # Errors
/// Stage `input`, in plain words; nothing has been sent.
pub(super) fn prepare(route: &Route, request: &TokenRequest, rec: &Recorder) -> Result<Prepared, Failure> {
    let refused =
        |words: String| Failure::new(&Place::new(StageName::Input, Channel::Oauth, &route.host), &words, &words, rec);
    let built = build(request).map_err(refused)?;
    let mut call = HttpCall::new("POST", request.token_url.clone());
    for name in [ACCEPT, CONTENT_TYPE, AUTHORIZATION] {
        let Some(value) = built.headers().get(&name).and_then(|value| value.to_str().ok()) else { continue };
        let value = match name {
            AUTHORIZATION => SecretOrText::Secret(SecretString::from(value.to_owned())),
            _ => SecretOrText::Text(value.to_owned()),
        };
        call.headers.push((name.as_str().to_owned(), value));
    }
    let shown = shown_form(built.body());
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
    let client = client(request);
    let scope = not_blank(request.scope.as_deref());
    let mut extra: Vec<(String, String)> = request.extra.clone();
    if let Some(audience) = not_blank(request.audience.as_deref()) {
        extra.push(("audience".to_owned(), audience.to_owned()));
    }
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
    }
    taken.into_inner().ok_or_else(|| "The token request could not be written.".to_owned())
}

fn client(request: &TokenRequest) -> Client {
    let client = BasicClient::new(ClientId::new(request.client_id.clone()))
        .set_token_uri(TokenUrl::from_url(request.token_url.clone()))
        .set_auth_type(match request.client_auth {
            ClientAuth::Basic => AuthType::BasicAuth,
            ClientAuth::Post | ClientAuth::None => AuthType::RequestBody,
        });
    match (&request.client_secret, request.client_auth) {
        (None, _) | (_, ClientAuth::None) => client,
        // EXPOSE: the secret goes into the form or the Basic header of the token request.
        (Some(secret), _) => client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
    }
}

fn not_blank(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The form, readable, without the values that are secret by name.
fn shown_form(body: &[u8]) -> String {
    let shown = form_urlencoded::parse(body).map(|(name, value)| {
        let hidden = SECRET_PARAMETERS.contains(&name.as_ref());
        format!("{name}={}", if hidden { "[hidden]" } else { value.as_ref() })
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
