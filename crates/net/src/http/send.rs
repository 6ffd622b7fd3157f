//! Connecting, and hyper's HTTP/1.1 over our stream.

use std::error::Error;
use std::pin::pin;

use ::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::reply::HttpReply;
use super::request::Prepared;
use super::{HEADER_LIMIT, body, transcript};
use crate::interruption::{alert, alerted};
use crate::skew;
use crate::tls::{FirstBytes, sniffed};
use crate::{Channel, Connection, Failure, Place, Recorder, Route, StageName, dial, secure};

/// The most header lines of an answer; the size limit ends most before.
const HEADER_LINES: usize = 512;

/// Stages resolve, connect, proxy and tls.
pub(crate) async fn connect(route: &Route, encrypted: bool, rec: &Recorder) -> Result<Connection, Failure> {
    let connection = dial(route, rec).await?;
    if encrypted {
        return secure(connection, route, rec).await;
    }
    rec.begin(StageName::Tls, route.target()).skip("http:// is not encrypted.");
    Ok(connection)
}

/// One request, one answer; then the connection is closed. The body is read but not yet in the transcript.
pub(crate) async fn send(connection: Connection, prepared: Prepared, rec: &Recorder) -> Result<HttpReply, Failure> {
    let host = prepared.url.host_str().unwrap_or_default().to_owned();
    let (connection, first) = sniffed(connection);
    let broke = |error: hyper::Error| broken(&host, &error, &first, rec);
    if prepared.clear_secret {
        rec.warning("clear_text", "The secret was sent over a connection without encryption (http://).");
    }
    transcript::show_request(&prepared, rec);
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEADER_LIMIT).max_header_size(HEADER_LIMIT).max_headers(HEADER_LINES).title_case_headers(true);
    let (mut sender, driver) = builder.handshake(TokioIo::new(connection)).await.map_err(broke)?;
    let Prepared { request, url, limit, .. } = prepared;
    let exchange = async {
        rec.wait("waiting for the server's answer");
        let response = sender.send_request(request).await.map_err(broke)?;
        let (head, incoming) = response.into_parts();
        transcript::show_head(&head, rec);
        rec.wait("reading the server's answer");
        let mut raw = body::read(incoming, limit).await;
        let ended = raw.error.take();
        if let Some(error) = ended {
            if is_delimited(&head.headers) || !has_cause(&error, is_early_end) {
                return Err(broke(error));
            }
            rec.warning(
                "unclean_end",
                "The server closed TLS without saying goodbye; the end of the answer may be missing.",
            );
        }
        let decoded = body::decode((raw, limit), &head.headers, rec);
        let reply = HttpReply::new(&url, &head, decoded, rec);
        if let Some(theirs) = reply.date {
            skew::compare(&host, theirs, rec);
        }
        Ok(reply)
    };
    drive(driver, exchange).await
}

/// Runs the connection beside the exchange inside one future, so that dropping it (deadline, cancel) closes the socket at once.
async fn drive<T>(
    driver: impl Future<Output = Result<(), hyper::Error>>,
    exchange: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut driver = pin!(driver);
    let mut exchange = pin!(exchange);
    let early = tokio::select! {
        biased;
        outcome = &mut exchange => Some(outcome),
        // The connection has ended; its error, if any, also reaches the exchange.
        _ = &mut driver => None,
    };
    match early {
        Some(outcome) => outcome,
        None => exchange.await,
    }
}

fn broken(host: &str, error: &hyper::Error, first: &FirstBytes, rec: &Recorder) -> Failure {
    let (channel, message, finding) = if let Some(alert) = tls_alert(error) {
        let failure = alerted(&Place::new(StageName::Tls, Channel::Tls, host), "sending the request", alert, rec);
        rec.blame(StageName::Tls, &failure);
        return failure;
    } else if has_cause(error, is_tls) {
        (Channel::Tls, "TLS broke during the request.", None)
    } else if first.is_tls() {
        let message = "The server answers plain HTTP with TLS: this port speaks https.";
        (Channel::Network, message, Some("network:tls-on-plain-port"))
    } else if error.is_parse_too_large() {
        (Channel::Http, "The answer's headers are larger than 64 KiB.", Some("network:reply-too-large"))
    } else if error.is_parse() {
        (Channel::Http, "The server answered something that is not HTTP.", Some("network:not-http"))
    } else if error.is_incomplete_message() || has_cause(error, is_early_end) {
        let message = "The server closed the connection before its answer was complete.";
        (Channel::Network, message, Some("network:closed-early"))
    } else {
        (Channel::Network, "The connection broke during the request.", None)
    };
    let failure = Failure::new(&Place::new(StageName::Action, channel, host), message, chain(error), rec);
    match finding {
        Some(id) => failure.with_finding(id, rec),
        None => failure,
    }
}

/// With TLS 1.3 a server that wants a client certificate says so only after the handshake.
fn tls_alert(error: &hyper::Error) -> Option<rustls::AlertDescription> {
    let mut cause = error.source();
    while let Some(current) = cause {
        if let Some(found) = current.downcast_ref::<std::io::Error>().and_then(alert) {
            return Some(found);
        }
        cause = current.source();
    }
    None
}

/// The answer says itself how long it is, so that a missing end is noticed (RFC 9112 6.3).
fn is_delimited(headers: &::http::HeaderMap) -> bool {
    headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING)
}

type Cause = dyn Error + 'static;

fn has_cause(error: &hyper::Error, wanted: fn(&Cause) -> bool) -> bool {
    let mut cause = error.source();
    while let Some(current) = cause {
        if wanted(current) {
            return true;
        }
        cause = current.source();
    }
    false
}

fn is_tls(cause: &Cause) -> bool {
    let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || inner.is_some_and(|inner| inner.is::<rustls::Error>())
}

fn is_early_end(cause: &Cause) -> bool {
    cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof)
}

/// An error with its causes, outermost first; hyper's hold no part of the request.
fn chain(error: &hyper::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(current) = cause {
        words.push_str(": ");
        words.push_str(&current.to_string());
        cause = current.source();
    }
    words
}
