//! Reading an answer's body within bounds.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use crate::Recorder;

/// A body as far as it was read.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    /// There was more than is kept.
    pub(super) truncated: bool,
    /// The connection broke before the end.
    pub(super) error: Option<hyper::Error>,
}

/// Reads until the end or until the limit; a body without end stops at the limit.
pub(super) async fn read(mut incoming: Incoming, limit: usize) -> Body {
    let mut body = Body { bytes: Vec::new(), truncated: false, error: None };
    while let Some(frame) = incoming.frame().await {
        let data = match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => data,
            // Trailers say nothing that is shown.
            Ok(Err(_)) => continue,
            Err(error) => {
                body.error = Some(error);
                break;
            }
        };
        let room = limit - body.bytes.len();
        body.bytes.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            body.truncated = true;
            break;
        }
    }
    body
}

/// Undoes gzip, never past the limit: a few bytes that unpack to gigabytes stay a few bytes and one mebibyte.
pub(super) fn decode((raw, limit): (Body, usize), headers: &HeaderMap, rec: &Recorder) -> Body {
    let encoding = headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase());
    match encoding.as_deref().map(str::trim) {
        None | Some("" | "identity") => raw,
        Some("gzip" | "x-gzip") => gunzip(raw, limit, rec),
        Some(other) => {
            rec.warning(
                "content_encoding",
                format!("The answer is packed as {other}, which was not asked for: shown as it came."),
            );
            raw
        }
    }
}

fn gunzip(raw: Body, limit: usize, rec: &Recorder) -> Body {
    let mut bytes = Vec::new();
    let outcome = MultiGzDecoder::new(raw.bytes.as_slice()).take(limit as u64 + 1).read_to_end(&mut bytes);
    if outcome.is_err() && !raw.truncated {
        rec.warning("content_encoding", "The answer says it is gzip and cannot be unpacked completely.");
    }
    let truncated = raw.truncated || bytes.len() > limit;
    bytes.truncate(limit);
    Body { bytes, truncated, error: None }
}
