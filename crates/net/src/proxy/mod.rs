//! Proxies: a tunnel to the server through somebody else's machine.

mod connect;
mod socks;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::connection::Connection;
use crate::failure::{Channel, Failure, Place};
use crate::interruption::interrupted;
use crate::recorder::Recorder;
use crate::resolve::Resolved;
use crate::route::{Proxy, ProxyScheme, Route, host_port};
use crate::stage::StageName;
use crate::tls;

/// What a tunnel is built from.
pub(crate) struct Tunnel<'a> {
    pub(crate) proxy: &'a Proxy,
    pub(crate) route: &'a Route,
    pub(crate) resolved: &'a Resolved,
}

impl Tunnel<'_> {
    fn place(&self) -> Place {
        Place::new(StageName::Proxy, Channel::Proxy, &self.proxy.host)
    }

    /// The server as the proxy is told it.
    fn server(&self) -> String {
        host_port(&self.resolved.server.to_string(), self.route.port)
    }
}

/// Stage `proxy`.
pub(crate) async fn tunnel(conn: Connection, tunnel: &Tunnel<'_>, rec: &Recorder) -> Result<Connection, Failure> {
    let proxy = tunnel.proxy;
    let stage = rec.begin(StageName::Proxy, host_port(&proxy.host, proxy.port));
    let mut evidence = json!({
        "scheme": proxy.scheme.as_str(),
        "server": tunnel.server(),
        "signed_in": proxy.username.is_some(),
    });
    match open(conn, tunnel, &mut evidence, rec).await {
        Ok(conn) => {
            stage.pass_with(format!("The proxy opened the way to {}.", tunnel.server()), evidence);
            Ok(conn.beyond_proxy())
        }
        Err(failure) => {
            stage.fail_with(&failure, evidence);
            Err(failure)
        }
    }
}

async fn open(
    conn: Connection,
    tunnel: &Tunnel<'_>,
    evidence: &mut Value,
    rec: &Recorder,
) -> Result<Connection, Failure> {
    match tunnel.proxy.scheme {
        ProxyScheme::Http => connect::open(conn, tunnel, evidence, rec).await,
        ProxyScheme::Https => {
            let (conn, seen) = tls::secure_proxy(conn, tunnel.proxy, tunnel.route, rec).await;
            evidence["tls"] = seen;
            connect::open(conn?, tunnel, evidence, rec).await
        }
        ProxyScheme::Socks5 | ProxyScheme::Socks5h => socks::open(conn, tunnel, evidence, rec).await,
    }
}

// Byte streams of a proxy's dialogue, with errors as failures.
async fn send(conn: &mut Connection, bytes: &[u8], place: &Place, rec: &Recorder) -> Result<(), Failure> {
    let sent = async {
        conn.write_all(bytes).await?;
        conn.flush().await
    };
    sent.await.map_err(|error| broken("sending to the proxy", &error, place, rec))
}

async fn receive(conn: &mut Connection, into: &mut [u8], place: &Place, rec: &Recorder) -> Result<(), Failure> {
    rec.wait("waiting for the proxy's answer");
    conn.read_exact(into).await.map(drop).map_err(|error| broken("waiting for the proxy's answer", &error, place, rec))
}

fn broken(doing: &str, error: &std::io::Error, place: &Place, rec: &Recorder) -> Failure {
    let failure = interrupted(place, doing, error, rec);
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        let lookup = "tunnel error: unexpected end of file";
        return Failure { channel: Channel::Proxy, ..failure }.with_lookup(lookup, rec);
    }
    failure
}
