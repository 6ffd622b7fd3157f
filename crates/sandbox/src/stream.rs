//! The byte stream under a practice server, whatever lies beneath it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::Server;
use crate::shared::Shared;

/// Anything that bytes go through both ways.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// One accepted connection, past the TLS handshake where TLS comes first.
pub(crate) struct Connection {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) about: About,
}

/// What is known of a connection.
#[derive(Clone)]
pub(crate) struct About {
    /// `TLSv1_3`, `TLSv1_2`, or none.
    pub(crate) tls: Option<String>,
    pub(crate) server: Server,
    pub(crate) number: u64,
    pub(crate) shared: Arc<Shared>,
}

impl About {
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.shared.note(self.server, self.number, text);
    }
}

/// Lets one byte out at a time, with a pause after each ([`crate::Fault::Drip`]).
pub(crate) struct Dripping<S> {
    inner: S,
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<S> Dripping<S> {
    pub(crate) fn new(inner: S, pause: Duration) -> Self {
        Self { inner, pause, sleep: None }
    }
}

impl<S: Stream> AsyncWrite for Dripping<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(sleep) = self.sleep.as_mut() {
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &buf[..buf.len().min(1)]))?;
        self.sleep = Some(Box::pin(tokio::time::sleep(self.pause)));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S: Stream> AsyncRead for Dripping<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}
