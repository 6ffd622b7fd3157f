//! One HTTP/1.1 request over the one way out: exactly one connection, one request, no redirect, no retry, no cookie.

mod body;
mod digest;
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

use crate::{Channel, Failure, Place, Recorder, Route, StageName};

/// The most bytes kept of an answer's body, after decoding.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// The most bytes kept of an answer that is data for a program ([`exchange_data`]), after decoding.
pub const DATA_LIMIT: usize = 32 * 1024 * 1024;
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
    /// User name and password, hashed with the server's challenge (RFC 7616). Two requests are sent: the first, without a
    /// body, fetches the challenge.
    Digest {
        /// User name.
        username: String,
        /// Password.
        password: SecretString,
    },
    /// A key of the server's own making.
    ApiKey {
        /// Where it stands.
        place: KeyPlace,
        /// Name of the header or parameter.
        name: String,
        /// The key.
        value: SecretString,
    },
}

/// Where an API key stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// In a header of its own.
    Header,
    /// In the query of the address; it is never shown there.
    Query,
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
    if let HttpAuth::Digest { username, password } = &call.auth {
        return challenged(route, call, (username, password), rec).await;
    }
    once(route, call, rec).await
}

/// As [`exchange`], for an answer that is data for a program: up to [`DATA_LIMIT`] bytes of it are kept, and of one with status
/// 2xx the transcript has the length alone. Digest is not spoken here.
///
/// # Errors
/// As [`exchange`].
pub async fn exchange_data(route: &Route, call: &HttpCall, rec: &Recorder) -> Result<HttpReply, Failure> {
    let prepared = prepare(route, call, rec)?.keeping(DATA_LIMIT);
    let connection = connect(route, call.url.scheme() == "https", rec).await?;
    let reply = send(connection, prepared, rec).await?;
    if reply.is_success() {
        rec.note(&format!("The answer has {} bytes of data, which are not shown.", reply.body.len()));
    } else {
        show_body(&reply, rec);
    }
    Ok(reply)
}

async fn once(route: &Route, call: &HttpCall, rec: &Recorder) -> Result<HttpReply, Failure> {
    let prepared = prepare(route, call, rec)?;
    let connection = connect(route, call.url.scheme() == "https", rec).await?;
    let reply = send(connection, prepared, rec).await?;
    show_body(&reply, rec);
    Ok(reply)
}

/// Digest: one request for the challenge, one with its answer, each on a connection of its own along the same way. A server that
/// does not ask, or asks for something else, is taken at its word.
async fn challenged(
    route: &Route,
    call: &HttpCall,
    (username, password): (&str, &SecretString),
    rec: &Recorder,
) -> Result<HttpReply, Failure> {
    rec.protect("password", password);
    let first = HttpCall { auth: HttpAuth::None, body: None, ..call.clone() };
    let asked = once(route, &first, rec).await?;
    let challenge = digest::Challenge::strongest(asked.challenges.iter().map(String::as_str));
    let Some(challenge) = challenge.filter(|_| asked.status == 401) else {
        // Asked without its body, the request was not the one that is meant.
        return if call.body.is_some() && asked.is_success() {
            once(route, &HttpCall { auth: HttpAuth::None, ..call.clone() }, rec).await
        } else {
            Ok(asked)
        };
    };
    rec.note("Digest: the server's challenge is answered in a second request.");
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| {
        let place = Place::new(StageName::Input, Channel::Http, &route.host);
        Failure::new(&place, "The system gives no random numbers.", error.to_string(), rec)
    })?;
    let cnonce: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let uri = request::path_and_query(&call.url);
    let answer =
        challenge.answer(&digest::Asked { method: &call.method, uri: &uri, username, password, cnonce: &cnonce });
    let mut second = HttpCall { auth: HttpAuth::None, ..call.clone() };
    // The digest lets a password be guessed offline.
    second.headers.push(("Authorization".to_owned(), SecretOrText::Secret(SecretString::from(answer))));
    let reply = once(route, &second, rec).await?;
    Ok(HttpReply { requests: 2, ..reply })
}
