//! One open connection, whatever lies beneath it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open byte stream to the server, through TCP, a proxy, TLS, or all of them.
pub struct Connection {
    stream: Box<dyn Stream>,
    peer: SocketAddr,
    local: SocketAddr,
    encrypted: bool,
}

impl Connection {
    pub(crate) fn tcp(stream: TcpStream) -> io::Result<Connection> {
        let (peer, local) = (stream.peer_addr()?, stream.local_addr()?);
        Ok(Connection { stream: Box::new(stream), peer, local, encrypted: false })
    }

    /// The same connection with its stream replaced by one that wraps it.
    pub(crate) fn wrapped(ends: Ends, stream: Box<dyn Stream>, encrypted: bool) -> Connection {
        Connection { stream, peer: ends.peer, local: ends.local, encrypted }
    }

    pub(crate) fn into_parts(self) -> (Ends, Box<dyn Stream>) {
        (Ends { peer: self.peer, local: self.local }, self.stream)
    }

    /// The same connection, no longer called encrypted: TLS that ends at a proxy does not protect what follows.
    pub(crate) fn beyond_proxy(mut self) -> Connection {
        self.encrypted = false;
        self
    }

    /// The address TCP is connected to: the server's, or the proxy's.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// This machine's end.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// True once TLS to the server itself is spoken.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }
}

/// Both TCP ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    peer: SocketAddr,
    local: SocketAddr,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("peer", &self.peer)
            .field("encrypted", &self.encrypted)
            .finish_non_exhaustive()
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
