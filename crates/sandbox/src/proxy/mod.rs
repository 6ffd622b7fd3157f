//! Proxies that lead nowhere but back to this machine.

pub(crate) mod connect;
pub(crate) mod socks;

use std::io;

use tokio::io::{BufReader, copy_bidirectional};
use tokio::net::TcpStream;

use crate::stream::Stream;
use crate::web::loopback;

/// Why a proxy did not connect.
pub(super) enum Refused {
    /// The target is not this machine.
    NotHere,
    /// Nothing listens there.
    NoAnswer,
}

/// Connects to a target on this machine; the name of any other is not even looked up.
pub(super) async fn reach(host: &str, port: u16) -> Result<TcpStream, Refused> {
    let address = loopback(host).ok_or(Refused::NotHere)?;
    TcpStream::connect((address, port)).await.map_err(|_| Refused::NoAnswer)
}

/// Carries bytes both ways until both sides are done.
pub(super) async fn carry(mut client: BufReader<Box<dyn Stream>>, mut target: TcpStream) -> io::Result<()> {
    copy_bidirectional(&mut client, &mut target).await.map(|_| ())
}
