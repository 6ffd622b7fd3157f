//! Replies, and how they become HTTP.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{Either, Full};
use hyper::Response;
use hyper::body::{Body, Bytes, Frame};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};

pub(crate) type ReplyBody = Either<Full<Bytes>, Endless>;

/// What a practice web server answers.
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(HeaderName, String)>,
    body: ReplyBody,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        let body = Either::Left(Full::new(Bytes::from(body)));
        Self { status, headers: vec![(CONTENT_TYPE, content_type.to_owned())], body }
    }

    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::new(status, "application/json", value.to_string().into_bytes())
    }

    /// An error as RFC 9457 has it.
    pub(crate) fn problem(status: u16, detail: &str) -> Self {
        let body = json!({ "title": "Practice server", "status": status, "detail": detail });
        Self::new(status, "application/problem+json", body.to_string().into_bytes())
    }

    /// A body without end.
    pub(crate) fn endless() -> Self {
        Self { status: 200, headers: Vec::new(), body: Either::Right(Endless) }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn into_response(self) -> Response<ReplyBody> {
        let mut response = Response::new(self.body);
        // Only a fault can ask for a status or header that is none; then a plain 500 is as good.
        *response.status_mut() =
            hyper::StatusCode::from_u16(self.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// `x` for as long as somebody reads.
pub(crate) struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 16_384])))))
    }
}
