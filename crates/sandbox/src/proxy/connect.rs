//! HTTP CONNECT (RFC 9110 9.3.6), with Basic where the server asks for it.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Refused, carry, reach};
use crate::Server;
use crate::accounts::PROXY_USER;
use crate::compare::same;
use crate::fault::Fault;
use crate::stream::{About, Connection};
use crate::wire::{Incoming, Wire};

const LINE_LIMIT: usize = 16_384;
const HEADERS: usize = 100;

/// A CONNECT request: the target, and what the client signs in with.
struct Asked {
    method: String,
    target: String,
    authorization: Option<String>,
}

pub(crate) async fn serve(connection: Connection) {
    let Connection { stream, about } = connection;
    if let Err(error) = one(Wire::new(stream), &about).await {
        about.note(format!("proxy ended: {error}"));
    }
}

async fn one(mut wire: Wire, about: &About) -> io::Result<()> {
    let Some(asked) = read(&mut wire).await? else {
        return refuse(&mut wire, 400, "").await;
    };
    let (status, target) = decide(&asked, about).await;
    about.note(format!("{} {} {status}", asked.method, asked.target));
    let Some(target) = target else {
        let challenge = if status == 407 { "Proxy-Authenticate: Basic realm=\"practice proxy\"\r\n" } else { "" };
        return refuse(&mut wire, status, challenge).await;
    };
    wire.send(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    carry(wire.into_buffered(), target).await
}

async fn decide(asked: &Asked, about: &About) -> (u16, Option<tokio::net::TcpStream>) {
    let told = about.shared.fault(about.server, |fault| match fault {
        Fault::ProxyAnswer(status) => Some(*status),
        _ => None,
    });
    if let Some(status) = told {
        return (status, None);
    }
    if about.server != Server::HttpProxy && !signed_in(asked, about) {
        return (407, None);
    }
    if asked.method != "CONNECT" {
        return (405, None);
    }
    let Some((host, port)) = asked.target.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)))
    else {
        return (400, None);
    };
    match reach(host.trim_start_matches('[').trim_end_matches(']'), port).await {
        Ok(target) => (200, Some(target)),
        Err(Refused::NotHere) => (403, None),
        Err(Refused::NoAnswer) => (502, None),
    }
}

fn signed_in(asked: &Asked, about: &About) -> bool {
    let given = asked.authorization.as_deref().and_then(|text| text.split_once(' '));
    let Some((scheme, encoded)) = given else { return false };
    let Ok(decoded) = STANDARD.decode(encoded.trim()) else { return false };
    let expected = format!("{PROXY_USER}:{}", about.shared.accounts.proxy_password);
    scheme.eq_ignore_ascii_case("basic") && same(&String::from_utf8_lossy(&decoded), &expected)
}

async fn read(wire: &mut Wire) -> io::Result<Option<Asked>> {
    let Some(first) = header_line(wire).await? else { return Ok(None) };
    let mut parts = first.split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let mut asked = Asked { method: method.to_owned(), target: target.to_owned(), authorization: None };
    for _ in 0..HEADERS {
        let Some(line) = header_line(wire).await? else { return Ok(None) };
        if line.is_empty() {
            return Ok(Some(asked));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("proxy-authorization")
        {
            asked.authorization = Some(value.trim().to_owned());
        }
    }
    Ok(None)
}

async fn header_line(wire: &mut Wire) -> io::Result<Option<String>> {
    Ok(match wire.line(LINE_LIMIT).await? {
        Incoming::Line(line) => String::from_utf8(line).ok().map(|line| line.trim_end_matches(['\r', '\n']).to_owned()),
        Incoming::TooLong | Incoming::End => None,
    })
}

async fn refuse(wire: &mut Wire, status: u16, headers: &str) -> io::Result<()> {
    let reason = match status {
        400 => "Bad Request",
        403 => "Forbidden",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        502 => "Bad Gateway",
        _ => "As Told",
    };
    let body = match status {
        403 => "Practice proxies lead to this machine only.\n",
        405 => "Practice proxies take CONNECT only.\n",
        _ => "",
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} {reason}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    wire.send(format!("{head}{body}").as_bytes()).await
}
