//! SOCKS5 (RFC 1928), with user name and password (RFC 1929) where the server asks for them.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Refused, carry, reach};
use crate::Server;
use crate::accounts::PROXY_USER;
use crate::compare::same;
use crate::fault::Fault;
use crate::stream::{About, Connection};
use crate::wire::Wire;

const VERSION: u8 = 5;
const NO_SIGN_IN: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;

/// Reply codes of RFC 1928 6.
const SUCCEEDED: u8 = 0;
const NOT_ALLOWED: u8 = 2;
const CONNECTION_REFUSED: u8 = 5;
const COMMAND_NOT_SUPPORTED: u8 = 7;
const ADDRESS_NOT_SUPPORTED: u8 = 8;

/// A target, and whether the client left its lookup to the proxy (socks5h).
struct Target {
    host: String,
    port: u16,
    by_name: bool,
}

pub(crate) async fn serve(connection: Connection) {
    let Connection { stream, about } = connection;
    if let Err(error) = one(Wire::new(stream), &about).await {
        about.note(format!("proxy ended: {error}"));
    }
}

async fn one(mut wire: Wire, about: &About) -> io::Result<()> {
    if !sign_in(&mut wire, about).await? {
        about.note("SOCKS5 sign-in refused");
        return Ok(());
    }
    let target = match target(&mut wire).await? {
        Ok(target) => target,
        Err(code) => return reply(&mut wire, code).await,
    };
    let told = about.shared.fault(about.server, |fault| match fault {
        Fault::ProxyAnswer(code) => u8::try_from(*code).ok(),
        _ => None,
    });
    let reached = match told {
        Some(code) => Err(code),
        None => reach(&target.host, target.port).await.map_err(|refused| match refused {
            Refused::NotHere => NOT_ALLOWED,
            Refused::NoAnswer => CONNECTION_REFUSED,
        }),
    };
    let code = reached.as_ref().err().copied().unwrap_or(SUCCEEDED);
    let kind = if target.by_name { "name" } else { "address" };
    about.note(format!("SOCKS5 {} {}:{} {code}", kind, target.host, target.port));
    reply(&mut wire, code).await?;
    match reached {
        Ok(stream) => carry(wire.into_buffered(), stream).await,
        Err(_) => Ok(()),
    }
}

async fn sign_in(wire: &mut Wire, about: &About) -> io::Result<bool> {
    let head = wire.exactly(2).await?;
    let offered = wire.exactly(usize::from(head[1])).await?;
    let wanted = if about.server == Server::SocksAuth { USER_AND_PASSWORD } else { NO_SIGN_IN };
    if head[0] != VERSION || !offered.contains(&wanted) {
        wire.send(&[VERSION, NO_METHOD]).await?;
        return Ok(false);
    }
    wire.send(&[VERSION, wanted]).await?;
    if wanted == NO_SIGN_IN {
        return Ok(true);
    }
    let version = wire.exactly(1).await?[0];
    let user = short_text(wire).await?;
    let password = short_text(wire).await?;
    let right = version == 1 && user == PROXY_USER && same(&password, &about.shared.accounts.proxy_password);
    wire.send(&[1, u8::from(!right)]).await?;
    Ok(right)
}

async fn target(wire: &mut Wire) -> io::Result<Result<Target, u8>> {
    let head = wire.exactly(4).await?;
    let (host, by_name) = match head[3] {
        1 => {
            let bytes = wire.exactly(4).await?;
            (Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).to_string(), false)
        }
        3 => (short_text(wire).await?, true),
        4 => {
            let bytes: [u8; 16] = wire.exactly(16).await?.try_into().unwrap_or_default();
            (Ipv6Addr::from(bytes).to_string(), false)
        }
        _ => return Ok(Err(ADDRESS_NOT_SUPPORTED)),
    };
    let port = wire.exactly(2).await?;
    if head[0] != VERSION || head[1] != 1 {
        return Ok(Err(COMMAND_NOT_SUPPORTED));
    }
    Ok(Ok(Target { host, port: u16::from_be_bytes([port[0], port[1]]), by_name }))
}

/// A text with its length in one byte before it.
async fn short_text(wire: &mut Wire) -> io::Result<String> {
    let length = wire.exactly(1).await?[0];
    Ok(String::from_utf8_lossy(&wire.exactly(usize::from(length)).await?).into_owned())
}

async fn reply(wire: &mut Wire, code: u8) -> io::Result<()> {
    // The bound address is of no use to a client of CONNECT; zeros are usual.
    wire.send(&[VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]).await
}
