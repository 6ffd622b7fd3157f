//! A stream that remembers the first bytes of the peer, to recognise one that does not speak TLS.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connection::{Connection, Stream};

const REMEMBERED: usize = 512;

/// The peer's first bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstBytes(Arc<Mutex<Vec<u8>>>);

impl FirstBytes {
    /// The first line, when the peer began with readable text where a TLS record belongs.
    pub(crate) fn plain_text(&self) -> Option<String> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line: Vec<u8> = bytes.iter().copied().take_while(|b| !matches!(b, b'\r' | b'\n')).collect();
        let readable = line.len() >= 3 && line.iter().all(|b| *b >= 0x20 && *b != 0x7f);
        readable.then(|| String::from_utf8_lossy(&line).into_owned())
    }

    /// Whether the peer began with a TLS record: an alert or a handshake (RFC 8446 5.1).
    pub(crate) fn is_tls(&self) -> bool {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(bytes.as_slice(), [0x15 | 0x16, 3, ..])
    }

    /// Whether the peer began its handshake as a server does (RFC 8446 4.1.3).
    pub(crate) fn is_server_hello(&self) -> bool {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(bytes.as_slice(), [0x16, 3, _, _, _, 2, ..])
    }
}

/// The same connection, with the peer's first bytes remembered.
pub(crate) fn sniffed(connection: Connection) -> (Connection, FirstBytes) {
    let encrypted = connection.is_encrypted();
    let (ends, stream) = connection.into_parts();
    let (stream, first) = Sniffing::new(stream);
    (Connection::wrapped(ends, Box::new(stream), encrypted), first)
}

pub(crate) struct Sniffing {
    inner: Box<dyn Stream>,
    first: FirstBytes,
}

impl Sniffing {
    pub(crate) fn new(inner: Box<dyn Stream>) -> (Sniffing, FirstBytes) {
        let first = FirstBytes::default();
        (Sniffing { inner, first: first.clone() }, first)
    }
}

impl AsyncRead for Sniffing {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        let mut first = self.first.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = REMEMBERED.saturating_sub(first.len());
        first.extend(buf.filled()[before..].iter().take(room));
        drop(first);
        polled
    }
}

impl AsyncWrite for Sniffing {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
