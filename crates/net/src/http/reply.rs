//! An answer, and how it becomes a failure when its status is not what was wanted.

use std::borrow::Cow;
use std::fmt;

use http::StatusCode;
use http::header::{DATE, LOCATION, RETRY_AFTER};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::body::Body;
use super::transcript;
use crate::skew::spoken;
use crate::{Failure, Place, Recorder, ReplyFacts};

/// An answer to one request.
#[derive(Clone)]
pub struct HttpReply {
    /// Status code.
    pub status: u16,
    /// The words after it, the server's own where it sent some.
    pub reason: String,
    /// Headers in their order, redacted; marks stand for a cookie's value and a redirect's query.
    pub headers: Vec<(String, String)>,
    /// Body, decoded, at most [`super::BODY_LIMIT`] bytes (data: [`super::DATA_LIMIT`]), as the server sent it: not redacted.
    pub body: Vec<u8>,
    /// The body was longer than what is kept.
    pub truncated: bool,
    /// The server's clock (RFC 9110 6.6.1).
    pub date: Option<Timestamp>,
    /// The content type, without parameters, in lower case.
    pub content_type: Option<String>,
    /// How many requests it took: two with Digest, else one.
    pub requests: u8,
    /// What the server asks for (RFC 9110 11.6.1), as it came.
    pub(crate) challenges: Vec<String>,
}

impl HttpReply {
    pub(super) fn new(url: &Url, head: &http::response::Parts, body: Body, rec: &Recorder) -> HttpReply {
        note_redirect(url, head, rec);
        note_wait(head, rec);
        let text = |name| head.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let content_type = text(http::header::CONTENT_TYPE)
            .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        HttpReply {
            status: head.status.as_u16(),
            reason: transcript::reason(head),
            headers: transcript::shown_headers(&head.headers, rec)
                .map(|(name, value)| (name, rec.redact(&value)))
                .collect(),
            body: body.bytes,
            truncated: body.truncated,
            date: text(DATE).and_then(|date| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()),
            content_type,
            requests: 1,
            challenges: challenges(head),
        }
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// `HTTP/1.1 404 Not Found`.
    pub fn status_line(&self) -> String {
        format!("HTTP/1.1 {} {}", self.status, self.reason).trim_end().to_owned()
    }

    /// The first header of that name, redacted.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text, odd bytes replaced; not redacted.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// This answer as a failure: raw and catalogue text are the status line and the body, redacted.
    pub fn failure(&self, place: &Place, message: &str, rec: &Recorder) -> Failure {
        let status_line = rec.redact(&self.status_line());
        let body = rec.redact(&one_line(&self.text()));
        let raw = if body.is_empty() {
            self.status_line()
        } else {
            format!("{} {}", self.status_line(), one_line(&self.text()))
        };
        let json: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        let mut failure = Failure::new(place, message, raw, rec).with_reply(ReplyFacts {
            status: Some(self.status),
            oauth_error: json.as_ref().and_then(|json| json.get("error")?.as_str().map(|error| rec.redact(error))),
            error_codes: json.as_ref().map(crate::oauth::entra_codes).unwrap_or_default(),
        });
        // Both parts are redacted above; the line break between them is how the catalogue tells them apart.
        failure.lookup = format!("{status_line}\n{body}");
        if self.status == 400 && wants_tls(&body) {
            return failure.with_finding("network:tls-on-plain-port", rec);
        }
        failure
    }
}

/// The body may hold tokens: its length is all that is shown.
impl fmt::Debug for HttpReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpReply")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("truncated", &self.truncated)
            .finish_non_exhaustive()
    }
}

fn challenges(head: &http::response::Parts) -> Vec<String> {
    let all = head.headers.get_all(http::header::WWW_AUTHENTICATE);
    all.iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// White space joined to single blanks.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Web servers that got plain text on their TLS port say so in plain text: nginx, Apache, Go.
fn wants_tls(body: &str) -> bool {
    [
        "plain HTTP request was sent to HTTPS port",
        "speaking plain HTTP to an SSL-enabled server port",
        "HTTP request to an HTTPS server",
    ]
    .iter()
    .any(|words| body.contains(words))
}

/// A server that is busy says how long (RFC 9110 10.2.3). It is shown, never slept on: a check is asked for by a person.
fn note_wait(head: &http::response::Parts, rec: &Recorder) {
    let wait = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::trim);
    let Some(wait) = wait.filter(|_| matches!(head.status.as_u16(), 429 | 503)) else { return };
    let when = match wait.parse::<u32>() {
        Ok(seconds) => format!("in {}", spoken(SignedDuration::from_secs(i64::from(seconds)))),
        Err(_) => format!("at {wait}"),
    };
    rec.warning("retry_after", format!("The server asks to be left alone for a while: try again {when}."));
}

/// Redirects are never followed: a secret stays with the host it was entered for.
fn note_redirect(url: &Url, head: &http::response::Parts, rec: &Recorder) {
    let redirects = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !redirects.contains(&head.status) {
        return;
    }
    let target = head
        .headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|location| url.join(location).ok())
        .and_then(|target| target.host_str().map(|host| format!("{}://{host}", target.scheme())));
    let target = target.unwrap_or_else(|| "an address that cannot be read".to_owned());
    let status = head.status.as_u16();
    rec.warning(
        "redirect",
        format!("The server answers {status} and points to {target}. Credenza does not follow redirects."),
    );
}
