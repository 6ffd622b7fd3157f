//! SOCKS5 with and without user name and password (RFC 1928, RFC 1929).

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Host;
use zeroize::Zeroizing;

use super::{Tunnel, receive, send};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::recorder::Recorder;

const VERSION: u8 = 5;
const NO_SIGN_IN: u8 = 0;
const USER_PASSWORD: u8 = 2;
const NOTHING_FITS: u8 = 0xff;

pub(super) async fn open(
    mut conn: Connection,
    tunnel: &Tunnel<'_>,
    evidence: &mut Value,
    rec: &Recorder,
) -> Result<Connection, Failure> {
    greet(&mut conn, tunnel, evidence, rec).await?;
    let request = request(tunnel, rec)?;
    rec.client(&format!("SOCKS5 connect to {}", asked(tunnel)));
    send(&mut conn, &request, &tunnel.place(), rec).await?;
    answer(&mut conn, tunnel, evidence, rec).await?;
    Ok(conn)
}

async fn greet(
    conn: &mut Connection,
    tunnel: &Tunnel<'_>,
    evidence: &mut Value,
    rec: &Recorder,
) -> Result<(), Failure> {
    let place = tunnel.place();
    let hello: &[u8] = if tunnel.proxy.username.is_some() {
        &[VERSION, 2, NO_SIGN_IN, USER_PASSWORD]
    } else {
        &[VERSION, 1, NO_SIGN_IN]
    };
    rec.client("SOCKS5 hello");
    send(conn, hello, &place, rec).await?;
    let mut chosen = [0u8; 2];
    receive(conn, &mut chosen, &place, rec).await?;
    if chosen[0] != VERSION {
        let message = "This is not a SOCKS5 proxy: its first answer has another version.";
        let failure = Failure::new(&place, message, format!("SOCKS version {} answered", chosen[0]), rec);
        return Err(failure.with_finding("proxy:not-a-proxy", rec));
    }
    rec.server(&format!("SOCKS5 method {}", chosen[1]));
    match chosen[1] {
        NO_SIGN_IN => {
            evidence["signed_in"] = json!(false);
            Ok(())
        }
        USER_PASSWORD if tunnel.proxy.username.is_some() => sign_in(conn, tunnel, rec).await,
        NOTHING_FITS => Err(no_method(tunnel, rec)),
        other => {
            let raw = format!("SOCKS5 method {other} was not offered");
            Err(Failure::new(&place, "The proxy chose a way of signing in that was not offered to it.", raw, rec))
        }
    }
}

fn no_method(tunnel: &Tunnel<'_>, rec: &Recorder) -> Failure {
    let message = match tunnel.proxy.username {
        None => "The proxy wants a user name and password.",
        Some(_) => "The proxy accepts neither a user name with password nor signing in without.",
    };
    Failure::new(&tunnel.place(), message, "SOCKS5 method 255: no acceptable methods", rec)
        .with_lookup("proxy authentication required (SOCKS5 method 255)", rec)
}

// RFC 1929: version 1, then each of the two with its length in one byte.
async fn sign_in(conn: &mut Connection, tunnel: &Tunnel<'_>, rec: &Recorder) -> Result<(), Failure> {
    let place = tunnel.place();
    let empty = SecretString::default();
    let username = tunnel.proxy.username.as_deref().unwrap_or_default();
    // EXPOSE: RFC 1929 sends the password to the proxy.
    let password = tunnel.proxy.password.as_ref().unwrap_or(&empty).expose_secret();
    let mut message = Zeroizing::new(vec![1u8]);
    for part in [username, password] {
        let length = u8::try_from(part.len()).map_err(|_| {
            let message = "A SOCKS5 proxy takes user names and passwords of at most 255 bytes.";
            Failure::new(&place, message, "user name or password longer than 255 bytes", rec)
        })?;
        message.push(length);
        message.extend_from_slice(part.as_bytes());
    }
    let mark = rec.stand_in("proxy-password", tunnel.proxy.password.as_ref().unwrap_or(&empty));
    rec.client(&format!("SOCKS5 user name and password {mark}"));
    send(conn, &message, &place, rec).await?;
    let mut verdict = [0u8; 2];
    receive(conn, &mut verdict, &place, rec).await?;
    rec.server(&format!("SOCKS5 sign-in status {}", verdict[1]));
    if verdict[1] == 0 {
        return Ok(());
    }
    let raw = format!("SOCKS5 sign-in status {}", verdict[1]);
    Err(Failure::new(&place, "The proxy did not accept the user name and password.", &raw, rec)
        .with_lookup(format!("proxy authentication required ({raw})"), rec))
}

/// The server as the request names it: an address looked up here, or the name.
fn asked(tunnel: &Tunnel<'_>) -> String {
    match tunnel.resolved.server_address {
        Some(address) => crate::route::host_port(&address.to_string(), tunnel.route.port),
        None => tunnel.server(),
    }
}

fn request(tunnel: &Tunnel<'_>, rec: &Recorder) -> Result<Vec<u8>, Failure> {
    let mut request = vec![VERSION, 1, 0];
    let address = match (&tunnel.resolved.server_address, &tunnel.resolved.server) {
        (Some(address), _) => Some(*address),
        (None, Host::Ipv4(v4)) => Some(IpAddr::V4(*v4)),
        (None, Host::Ipv6(v6)) => Some(IpAddr::V6(*v6)),
        (None, Host::Domain(_)) => None,
    };
    match (address, &tunnel.resolved.server) {
        (Some(IpAddr::V4(v4)), _) => {
            request.push(1);
            request.extend_from_slice(&v4.octets());
        }
        (Some(IpAddr::V6(v6)), _) => {
            request.push(4);
            request.extend_from_slice(&v6.octets());
        }
        (None, name) => {
            let name = name.to_string();
            let length = u8::try_from(name.len()).map_err(|_| {
                let message = "A SOCKS5 proxy takes host names of at most 255 bytes.";
                Failure::new(&tunnel.place(), message, "host name longer than 255 bytes", rec)
            })?;
            request.extend_from_slice(&[3, length]);
            request.extend_from_slice(name.as_bytes());
        }
    }
    request.extend_from_slice(&tunnel.route.port.to_be_bytes());
    Ok(request)
}

async fn answer(
    conn: &mut Connection,
    tunnel: &Tunnel<'_>,
    evidence: &mut Value,
    rec: &Recorder,
) -> Result<(), Failure> {
    let place = tunnel.place();
    let mut head = [0u8; 4];
    receive(conn, &mut head, &place, rec).await?;
    rec.server(&format!("SOCKS5 reply {} ({})", head[1], meaning(head[1])));
    evidence["reply"] = json!(head[1]);
    if head[0] != VERSION {
        let raw = format!("SOCKS version {} answered", head[0]);
        let failure = Failure::new(&place, "The proxy's answer is not SOCKS5.", raw, rec);
        return Err(failure.with_finding("proxy:not-a-proxy", rec));
    }
    if head[1] != 0 {
        let raw = format!("SOCKS5 reply {}: {}", head[1], meaning(head[1]));
        let message = format!("The proxy could not open a way to {}: {}.", asked(tunnel), meaning(head[1]));
        let failure = Failure::new(&place, message, &raw, rec);
        return Err(match head[1] {
            1 | 3..=6 => failure.with_finding("proxy:target-unreachable", rec),
            _ => failure.with_lookup(format!("tunnel error: unsuccessful: {raw}"), rec),
        });
    }
    skip_bound_address(conn, head[3], tunnel, rec).await
}

async fn skip_bound_address(
    conn: &mut Connection,
    kind: u8,
    tunnel: &Tunnel<'_>,
    rec: &Recorder,
) -> Result<(), Failure> {
    let place = tunnel.place();
    let length = match kind {
        1 => 4,
        4 => 16,
        3 => {
            let mut length = [0u8];
            receive(conn, &mut length, &place, rec).await?;
            usize::from(length[0])
        }
        other => {
            let raw = format!("SOCKS5 address type {other}");
            return Err(Failure::new(&place, "The proxy's answer is not SOCKS5.", raw, rec));
        }
    };
    let mut rest = vec![0u8; length + 2];
    receive(conn, &mut rest, &place, rec).await
}

// RFC 1928 6.
fn meaning(reply: u8) -> &'static str {
    match reply {
        0 => "succeeded",
        1 => "general failure of the proxy",
        2 => "not allowed by the proxy's rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused by the server",
        6 => "time to live expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "unknown reply",
    }
}
