//! Fetching a token: the request is built by the crate `oauth2`, sent over the one way out, and its raw answer read here, since servers
//! answer in ways the crate gives up on (a string `expires_in`, an error with status 200, Entra's numbers).

mod answer;
mod assertion;
mod browser;
mod device;
mod lint;
mod receiver;
mod reply;
mod request;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

pub use assertion::{AssertionAlgorithm, AssertionKey};
pub use browser::{BROWSER_LIFETIME, BrowserSignIn, BrowserWay};
pub use device::{Asking, DeviceCode, DeviceWay, ask_device, poll_device};
pub use lint::{is_entra, lint_token_request};
pub(crate) use reply::entra_codes;

use crate::http::{self, HttpReply, Prepared};
use crate::{Connection, Failure, Recorder, Route, StageName, Warning};

/// What a token endpoint is asked for.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// Token endpoint; its host and port are the route's.
    pub token_url: Url,
    /// On what grounds.
    pub grant: Grant,
    /// Client ID.
    pub client_id: String,
    /// Client secret.
    pub client_secret: Option<SecretString>,
    /// How the client proves who it is.
    pub client_auth: ClientAuth,
    /// Scope; sent only when it is not blank (rule TUF-20).
    pub scope: Option<String>,
    /// Audience, for servers that want one; sent only when it is not blank.
    pub audience: Option<String>,
    /// Further parameters, such as `resource`.
    pub extra: Vec<(String, String)>,
}

/// On what grounds a token is asked for.
#[derive(Debug, Clone)]
pub enum Grant {
    /// The client itself (RFC 6749 4.4).
    ClientCredentials,
    /// A person's name and password (RFC 6749 4.3, rule TUF-19). Cannot pass multi-factor sign-in (decision D12).
    Password {
        /// User name.
        username: String,
        /// Password.
        password: SecretString,
    },
    /// An earlier refresh token (RFC 6749 6, rule TUF-22).
    RefreshToken(SecretString),
    /// What the browser brought back after a person signed in (RFC 6749 4.1.3).
    AuthorizationCode {
        /// The code.
        code: SecretString,
        /// The verifier behind the challenge that the browser took there (RFC 7636 4.5).
        verifier: SecretString,
        /// Where the browser was sent back to.
        redirect_uri: String,
    },
    /// A sign-in on another device (RFC 8628 3.4).
    DeviceCode(SecretString),
}

/// How the client proves who it is.
#[derive(Debug, Clone, Default)]
pub enum ClientAuth {
    /// ID and secret in the form.
    #[default]
    Post,
    /// ID and secret, form-encoded, in a Basic header (RFC 6749 2.3.1).
    Basic,
    /// A statement signed with the key of a certificate (RFC 7523 2.2); no secret goes over the wire.
    PrivateKeyJwt {
        /// Certificate and key.
        key: Arc<AssertionKey>,
        /// The moment of the request.
        at: Timestamp,
    },
    /// The ID alone.
    None,
}

/// A token as the server gave it.
#[derive(Debug, Clone)]
pub struct TokenReply {
    /// The access token.
    pub access_token: SecretString,
    /// Its type as the server wrote it; `Bearer` when it wrote none.
    pub token_type: String,
    /// Seconds it lives; `None` when not said or not believable.
    pub expires_in: Option<u64>,
    /// A refresh token, new or again the same one. It must be kept before the access token is used.
    pub refresh_token: Option<SecretString>,
    /// Seconds the refresh token lives.
    pub refresh_token_expires_in: Option<u64>,
    /// The scope that was granted.
    pub scope: Option<String>,
    /// What should be looked at. These are on the recorder already.
    pub warnings: Vec<Warning>,
}

/// Fetches a token with one POST (decision D5) along `route`: stages resolve to tls, then `token`. Never repeats a request: a second
/// wrong password may lock the account (decision D12), a second use of a refresh token may revoke it (RFC 9700 4.14).
///
/// # Errors
/// The failed stage with the server's own words. A refusal is channel `oauth`; an answer that is no token answer at all (a proxy's error
/// page, a wrong address) is channel `http`.
pub async fn fetch_token(route: &Route, request: &TokenRequest, rec: &Recorder) -> Result<TokenReply, Failure> {
    fetch_token_after(route, request, rec, || Ok(())).await
}

/// As [`fetch_token`]; `before` runs once the way is open and before anything of the request is sent. It is where a caller
/// notes that a refresh token is about to be used up; when it fails, nothing is sent.
///
/// # Errors
/// As [`fetch_token`], and that of `before`.
pub async fn fetch_token_after(
    route: &Route,
    request: &TokenRequest,
    rec: &Recorder,
    before: impl FnOnce() -> Result<(), Failure>,
) -> Result<TokenReply, Failure> {
    protect(request, rec);
    let mut warnings = lint_token_request(request);
    note(&warnings, rec);
    let prepared = request::prepare(route, request, rec)?;
    let connection = http::connect(route, request.token_url.scheme() == "https", rec).await?;
    let stage = rec.begin(StageName::Token, shown_target(&request.token_url));
    let posted = match before() {
        Ok(()) => post(connection, prepared, rec).await,
        Err(failure) => Err(failure),
    };
    let answer = match posted {
        Ok(answer) => answer,
        Err(failure) => {
            stage.fail(&failure);
            return Err(failure);
        }
    };
    match reply::read(request, &answer, rec) {
        Ok(token) => {
            note(&token.warnings, rec);
            warnings.extend(token.warnings.iter().cloned());
            stage.pass_with(summary(&token), evidence(&token));
            Ok(TokenReply { warnings, ..token })
        }
        Err(refused) => {
            stage.fail_with(&refused.failure, refused.evidence);
            Err(refused.failure)
        }
    }
}

/// The exchange, with every token of the answer hidden before the answer is shown.
async fn post(connection: Connection, prepared: Prepared, rec: &Recorder) -> Result<Answered, Failure> {
    let reply = http::send(connection, prepared, rec)
        .await
        .map_err(|failure| Failure { stage: StageName::Token, ..failure })?;
    let answered = Answered::new(reply, rec);
    http::show_text_of(&answered.shown, answered.reply.truncated, rec);
    Ok(answered)
}

/// An answer, and its text without the tokens: the only form in which it may be shown.
struct Answered {
    reply: HttpReply,
    shown: String,
}

impl Answered {
    fn new(reply: HttpReply, rec: &Recorder) -> Answered {
        let shown = tokens::hide(&reply.text(), rec);
        Answered { reply, shown }
    }
}

fn protect(request: &TokenRequest, rec: &Recorder) {
    if let Some(secret) = &request.client_secret {
        rec.protect("client_secret", secret);
        // EXPOSE: its form-encoded spelling (RFC 6749 2.3.1) must be unknown to the transcript as well. The secret alone, not
        // the pair: the client id is no secret, and a reply that names it is worth reading.
        let pair = request::basic_pair(&request.client_id, secret.expose_secret());
        if let Some((_, encoded)) = pair.split_once(':') {
            rec.protect("client_secret", &SecretString::from(encoded));
        }
    }
    match &request.grant {
        Grant::ClientCredentials => {}
        Grant::Password { password, .. } => rec.protect("password", password),
        Grant::RefreshToken(token) => rec.protect("refresh_token", token),
        Grant::AuthorizationCode { code, verifier, .. } => {
            rec.protect("code", code);
            rec.protect("code_verifier", verifier);
        }
        Grant::DeviceCode(code) => rec.protect("device_code", code),
    }
}

fn note(warnings: &[Warning], rec: &Recorder) {
    for warning in warnings {
        rec.warning(&warning.id, warning.message.clone());
    }
}

fn shown_target(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn summary(token: &TokenReply) -> String {
    match token.expires_in {
        Some(seconds) => format!("A token of type {}, valid for {seconds} seconds.", token.token_type),
        None => format!("A token of type {}; the server does not say how long it is valid.", token.token_type),
    }
}

fn evidence(token: &TokenReply) -> Value {
    json!({
        "token_type": token.token_type,
        "expires_in": token.expires_in,
        "scope": token.scope,
        "masked": tokens::mask(&token.access_token),
        "refresh_token": token.refresh_token.is_some(),
        "refresh_token_expires_in": token.refresh_token_expires_in,
    })
}
