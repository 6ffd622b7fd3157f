//! One HTTP/1.1 request over the one way out: exactly one connection, one request, no redirect, no retry, no cookie.

mod body;
mod reply;
mod request;
mod send;
mod transcript;

use std::fmt;

use secrecy::SecretString;
use url::Url;

pub use reply::HttpReply;
pub(crate) use reply::one_line;
pub(crate) use request::{Prepared, prepare};
pub(crate) use send::{connect, send};
use transcript::show_body;
pub(crate) use transcript::show_text_of;

use crate::{Failure, Recorder, Route};

/// The most bytes kept of an answer's body, after decoding.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// The most bytes taken of an answer's status line and headers.
pub const HEADER_LIMIT: usize = 64 * 1024;

/// A header's value: plain, or a secret that is only ever shown masked.
#[derive(Clone)]
pub enum SecretOrText {
    /// May be shown.
    Text(String),
    /// Is never shown.
    Secret(SecretString),
}

impl fmt::Debug for SecretOrText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretOrText::Text(text) => f.debug_tuple("Text").field(text).finish(),
            SecretOrText::Secret(_) => f.write_str("Secret([redacted])"),
        }
    }
}

/// How a request signs in (rule TUF-16). OAuth 2.0 ends in a bearer token.
#[derive(Debug, Clone, Default)]
pub enum HttpAuth {
    /// Not at all.
    #[default]
    None,
    /// User name and password (RFC 7617).
    Basic {
        /// User name, without a colon.
        username: String,
        /// Password.
        password: SecretString,
    },
    /// A token (RFC 6750).
    Bearer(SecretString),
}

/// One request.
#[derive(Clone)]
pub struct HttpCall {
    /// Method in capitals, such as `GET`.
    pub method: String,
    /// `http` or `https`; its host and port must be the route's.
    pub url: Url,
    /// Headers of the caller. `Host`, `Content-Length`, `Connection` and the like are Credenza's own and refused here.
    pub headers: Vec<(String, SecretOrText)>,
    /// How it signs in; sets `Authorization`.
    pub auth: HttpAuth,
    /// Body, sent as it is.
    pub body: Option<Vec<u8>>,
    /// Path and query are a secret (a webhook's address) and never shown.
    pub secret_url: bool,
}

impl HttpCall {
    /// A request without headers, sign-in or body.
    pub fn new(method: &str, url: Url) -> HttpCall {
        let method = method.to_owned();
        HttpCall { method, url, headers: Vec::new(), auth: HttpAuth::None, body: None, secret_url: false }
    }
}

impl fmt::Debug for HttpCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = if self.secret_url { self.url.origin().ascii_serialization() } else { self.url.to_string() };
        f.debug_struct("HttpCall")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &self.headers)
            .field("auth", &self.auth)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// Connects along `route` (stages resolve, connect, proxy, tls), sends one request and reads its answer. The request itself has no stage
/// here: the caller opens `authenticate`, `permission` or `action` and judges the status.
///
/// A redirect is not followed; it becomes the warning `redirect` with the host it points to.
///
/// # Errors
/// Stage `input` when the request cannot be sent as it is (nothing has left then); the stages of the connection; stage `action` when the
/// connection broke during the exchange. Any status is an answer, not an error: see [`HttpReply::failure`].
pub async fn exchange(route: &Route, call: &HttpCall, rec: &Recorder) -> Result<HttpReply, Failure> {
    let prepared = prepare(route, call, rec)?;
    let connection = connect(route, call.url.scheme() == "https", rec).await?;
    let reply = send(connection, prepared, rec).await?;
    show_body(&reply, rec);
    Ok(reply)
}
