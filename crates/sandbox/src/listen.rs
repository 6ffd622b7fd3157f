//! Listening on loopback: accept, TLS where it comes first, then the server's own language.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::fault::Fault;
use crate::servers::Role;
use crate::shared::Shared;
use crate::stream::{About, Connection, Dripping, Stream};
use crate::{SandboxError, Server, proxy, smtp, web};

/// More than any practice needs; beyond it a new connection is closed at once.
const CONNECTIONS: usize = 256;

/// Opens a port on 127.0.0.1: the fixed one, or the first of those wished for that is free, or any.
pub(crate) async fn bind(server: Server, fixed: u16, wished: &[u16]) -> Result<TcpListener, SandboxError> {
    for port in wished.iter().filter(|port| fixed == 0 && **port != 0) {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).await {
            return Ok(listener);
        }
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, fixed));
    TcpListener::bind(address).await.map_err(|source| SandboxError::Port { server, port: fixed, source })
}

/// Accepts until it is dropped; the connections are dropped with it.
pub(crate) async fn accept(listener: TcpListener, server: Server, shared: Arc<Shared>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if open.len() < CONNECTIONS => {
                    open.spawn(converse(stream, server, Arc::clone(&shared)));
                }
                Ok(_) => {}
                // Out of file handles, for example; without a pause the loop would eat a core until others close.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
    }
}

async fn converse(stream: TcpStream, server: Server, shared: Arc<Shared>) {
    let about = About { tls: None, server, number: shared.next_connection(), shared };
    about.note("connected");
    // Small replies must not wait for more; a failure here only makes things slower.
    let _ = stream.set_nodelay(true);
    if let Some(connection) = begin(stream, about.clone()).await {
        match server.role() {
            Role::Mail => smtp::serve(connection).await,
            Role::Identity | Role::Echo | Role::Webhook => web::serve(connection).await,
            Role::HttpProxy => proxy::connect::serve(connection).await,
            Role::Socks => proxy::socks::serve(connection).await,
        }
    }
    about.note("closed");
}

async fn begin(stream: TcpStream, about: About) -> Option<Connection> {
    let stream = misbehave(stream, about.server, &about.shared).await?;
    let connection = Connection { stream, about };
    if connection.about.server.implicit_tls() { start_tls(connection).await } else { Some(connection) }
}

/// The faults that come before a word is said; `None` when nothing is left to talk through.
async fn misbehave(mut stream: TcpStream, server: Server, shared: &Shared) -> Option<Box<dyn Stream>> {
    if shared.has_fault(server, &Fault::Hangup) {
        return None;
    }
    if shared.has_fault(server, &Fault::Silent) {
        let mut heard = [0; 1024];
        while matches!(stream.read(&mut heard).await, Ok(count) if count > 0) {}
        return None;
    }
    if shared.has_fault(server, &Fault::Flood) {
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        return None;
    }
    let pause = shared.fault(server, |fault| match fault {
        Fault::Drip(pause) => Some(*pause),
        _ => None,
    });
    Some(match pause {
        Some(pause) => Box::new(Dripping::new(stream, pause)),
        None => Box::new(stream),
    })
}

/// The server's side of a TLS handshake; `None` when it failed, with a line in the journal.
pub(crate) async fn start_tls(connection: Connection) -> Option<Connection> {
    let Connection { stream, mut about } = connection;
    match TlsAcceptor::from(about.shared.tls(about.server)).accept(stream).await {
        Ok(stream) => {
            let version = stream.get_ref().1.protocol_version().map(|version| format!("{version:?}"));
            let version = version.unwrap_or_else(|| "TLS".to_owned());
            about.note(format!("TLS handshake done: {version}"));
            about.tls = Some(version);
            Some(Connection { stream: Box::new(stream), about })
        }
        Err(error) => {
            about.note(format!("TLS handshake failed: {error}"));
            None
        }
    }
}
