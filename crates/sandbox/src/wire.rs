//! Lines over a byte stream.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;

use crate::stream::Stream;

/// When a client that says nothing is sent away (RFC 5321 4.5.3.2.7: at least five minutes).
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) struct Wire {
    inner: BufReader<Box<dyn Stream>>,
}

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// A line with its ending, CRLF or bare LF.
    Line(Vec<u8>),
    /// A line longer than allowed; all of it was read and dropped.
    TooLong,
    /// The other side closed.
    End,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Stream>) -> Self {
        Self { inner: BufReader::new(stream) }
    }

    /// The stream underneath; bytes read ahead are dropped.
    pub(crate) fn into_inner(self) -> Box<dyn Stream> {
        self.inner.into_inner()
    }

    /// The stream with the bytes read ahead, for what follows the lines.
    pub(crate) fn into_buffered(self) -> BufReader<Box<dyn Stream>> {
        self.inner
    }

    /// Exactly this many bytes.
    pub(crate) async fn exactly(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.inner.read_exact(&mut bytes).await?;
        Ok(bytes)
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_all(bytes).await?;
        self.inner.flush().await
    }

    /// The next line of at most `limit` bytes.
    pub(crate) async fn line(&mut self, limit: usize) -> io::Result<Incoming> {
        timeout(PATIENCE, self.line_without_limit_of_time(limit))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn line_without_limit_of_time(&mut self, limit: usize) -> io::Result<Incoming> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let available = self.inner.fill_buf().await?;
            if available.is_empty() {
                return Ok(Incoming::End);
            }
            let end = available.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(available.len());
            if line.len() + taken > limit {
                too_long = true;
            } else if !too_long {
                line.extend_from_slice(&available[..taken]);
            }
            self.inner.consume(taken);
            if end.is_some() {
                return Ok(if too_long { Incoming::TooLong } else { Incoming::Line(line) });
            }
        }
    }
}
