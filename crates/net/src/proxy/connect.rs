//! HTTP CONNECT, with and without Basic (RFC 9110 9.3.6, RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Tunnel, receive, send};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::recorder::Recorder;

/// The longest reply head that is read, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;

pub(super) async fn open(
    mut conn: Connection,
    tunnel: &Tunnel<'_>,
    evidence: &mut Value,
    rec: &Recorder,
) -> Result<Connection, Failure> {
    let request = request(tunnel, rec)?;
    rec.client(&format!("CONNECT {} HTTP/1.1", tunnel.server()));
    if let (Some(_), Some(password)) = (&tunnel.proxy.username, &tunnel.proxy.password) {
        rec.client(&format!("Proxy-Authorization: Basic {}", rec.stand_in("proxy-password", password)));
    }
    send(&mut conn, request.as_bytes(), &tunnel.place(), rec).await?;
    let head = read_head(&mut conn, tunnel, rec).await?;
    let mut lines = head.lines();
    let status_line = lines.next().unwrap_or_default().to_owned();
    rec.server(&status_line);
    let status = status(&status_line).ok_or_else(|| not_http(&status_line, tunnel, rec))?;
    evidence["status"] = json!(status);
    evidence["offered"] = lines.filter_map(offered).collect();
    match status {
        200..=299 => Ok(conn),
        407 => Err(not_signed_in(&status_line, tunnel, rec)),
        // tinyproxy wants a password with 407 and answers a wrong one with 401.
        401 if tunnel.proxy.username.is_some() => Err(not_signed_in(&status_line, tunnel, rec)),
        _ => Err(refused(status, &status_line, tunnel, rec)),
    }
}

fn request(tunnel: &Tunnel<'_>, rec: &Recorder) -> Result<Zeroizing<String>, Failure> {
    let server = tunnel.server();
    let mut request = Zeroizing::new(format!("CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n"));
    if let Some(username) = &tunnel.proxy.username {
        // A colon would move the border between the two (RFC 7617 2).
        if username.contains(':') {
            let message = "The proxy's user name must not contain a colon.";
            return Err(Failure::new(&tunnel.place(), message, "user name with a colon", rec));
        }
        let empty = SecretString::default();
        // EXPOSE: Basic sends the password to the proxy.
        let password = tunnel.proxy.password.as_ref().unwrap_or(&empty).expose_secret();
        let pair = Zeroizing::new(format!("{username}:{password}"));
        let encoded = SecretString::from(STANDARD.encode(pair.as_bytes()));
        rec.protect("proxy sign-in", &encoded);
        // EXPOSE: the header as it goes to the proxy.
        request.push_str(&format!("Proxy-Authorization: Basic {}\r\n", encoded.expose_secret()));
    }
    request.push_str("\r\n");
    Ok(request)
}

// Byte by byte: what follows the head already belongs to the server.
async fn read_head(conn: &mut Connection, tunnel: &Tunnel<'_>, rec: &Recorder) -> Result<String, Failure> {
    let mut head = Vec::with_capacity(256);
    let mut byte = [0u8];
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        receive(conn, &mut byte, &tunnel.place(), rec).await?;
        head.push(byte[0]);
        if head.len() > HEAD_LIMIT {
            let message = "The proxy's answer is longer than 16 KiB and still no end of its head.";
            return Err(Failure::new(&tunnel.place(), message, "proxy reply head too long", rec));
        }
        if head.len() == 8 && !head.starts_with(b"HTTP/") {
            return Err(not_http(&String::from_utf8_lossy(&head), tunnel, rec));
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn status(line: &str) -> Option<u16> {
    let mut words = line.split_whitespace();
    words.next().filter(|version| version.starts_with("HTTP/1."))?;
    words.next().filter(|code| code.len() == 3)?.parse().ok().filter(|code| *code >= 200)
}

fn offered(line: &str) -> Option<Value> {
    let (name, value) = line.split_once(':')?;
    name.eq_ignore_ascii_case("Proxy-Authenticate").then(|| json!(value.trim()))
}

fn not_http(line: &str, tunnel: &Tunnel<'_>, rec: &Recorder) -> Failure {
    let message = "This is not an HTTP proxy: its answer is not HTTP.";
    Failure::new(&tunnel.place(), message, line, rec).with_finding("proxy:not-a-proxy", rec)
}

fn not_signed_in(line: &str, tunnel: &Tunnel<'_>, rec: &Recorder) -> Failure {
    let message = match tunnel.proxy.username {
        Some(_) => "The proxy did not accept the user name and password.",
        None => "The proxy wants a user name and password.",
    };
    Failure::new(&tunnel.place(), message, line, rec)
        .with_status(407)
        .with_lookup("HTTP/1.1 407 Proxy Authentication Required", rec)
}

// 502 to 504: the proxy is willing and gets no connection; anything else is a decision.
fn refused(status: u16, line: &str, tunnel: &Tunnel<'_>, rec: &Recorder) -> Failure {
    if matches!(status, 502..=504) {
        let message = format!("The proxy gets no connection to {} ({status}).", tunnel.server());
        return Failure::new(&tunnel.place(), message, line, rec)
            .with_status(status)
            .with_finding("proxy:target-unreachable", rec);
    }
    let message = format!("The proxy refused to open a way to {} ({status}).", tunnel.server());
    Failure::new(&tunnel.place(), message, line, rec)
        .with_status(status)
        .with_lookup(format!("tunnel error: unsuccessful: {line}"), rec)
}
