//! What can go wrong when the practice servers start.

use std::io;
use std::net::IpAddr;

use crate::Server;

/// Why the sandbox did not start or did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// An address other than 127.0.0.1 was asked for: practice servers are never reachable from another machine.
    #[error("practice servers listen on 127.0.0.1 only, not on {0}; leave the address out")]
    NotLoopback(IpAddr),
    /// A port could not be opened.
    #[error(
        "the practice server {server} could not open port {port}: {source}; close the program that uses the port, or leave the port out"
    )]
    Port {
        /// The server that was to listen there.
        server: Server,
        /// The port asked for; 0 for any free one.
        port: u16,
        /// The system's reason.
        source: io::Error,
    },
    /// A certificate could not be made or used.
    #[error("the practice certificates could not be made: {0}")]
    Certificate(String),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes: {0}")]
    Random(String),
}
