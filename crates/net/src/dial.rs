//! The one way out: lookup, TCP, proxy.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::connection::Connection;
use crate::failure::{Channel, Failure, Place};
use crate::proxy;
use crate::recorder::Recorder;
use crate::resolve::{network, resolve};
use crate::route::{Route, host_port};
use crate::stage::StageName;

/// The longest wait for one address.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// The longest wait for the address family that is only compared.
const COMPARE_LIMIT: Duration = Duration::from_secs(1);

/// Opens the connection of a route: stages `resolve`, `connect` and `proxy`. Addresses are tried as the lookup
/// ordered them, IPv4 and IPv6 alike, each for at most 5 seconds.
///
/// # Errors
/// A [`Failure`] at one of those stages.
pub async fn dial(route: &Route, rec: &Recorder) -> Result<Connection, Failure> {
    if let Some(password) = route.proxy.as_ref().and_then(|proxy| proxy.password.as_ref()) {
        rec.protect("proxy password", password);
    }
    let resolved = resolve(route, rec).await?;
    let connection = connect(route, &resolved.dial, rec).await?;
    match &route.proxy {
        None => {
            rec.begin(StageName::Proxy, "").skip("No proxy is set.");
            Ok(connection)
        }
        Some(proxy) => proxy::tunnel(connection, &proxy::Tunnel { proxy, route, resolved: &resolved }, rec).await,
    }
}

struct Attempt {
    address: SocketAddr,
    took: Duration,
    error: Option<io::Error>,
}

async fn connect(route: &Route, addresses: &[SocketAddr], rec: &Recorder) -> Result<Connection, Failure> {
    let target = match &route.proxy {
        Some(proxy) => host_port(&proxy.host, proxy.port),
        None => route.target(),
    };
    let stage = rec.begin(StageName::Connect, &target);
    let mut attempts = Vec::new();
    for address in addresses {
        rec.wait(&format!("connecting to {address}"));
        let (attempt, open) = attempt(*address, CONNECT_LIMIT).await;
        attempts.push(attempt);
        if let Some(connection) = open {
            if route.both_families && route.proxy.is_none() {
                compare_families(addresses, &mut attempts, rec).await;
            }
            let summary = format!("Connected to {address} ({}).{}", family(address), other_family(&attempts));
            stage.pass_with(summary, evidence(&attempts, Some(&connection)));
            return Ok(connection);
        }
        stage.so_far(evidence(&attempts, None));
    }
    let failure = no_way(route, &target, &attempts, rec);
    stage.fail_with(&failure, evidence(&attempts, None));
    Err(failure)
}

async fn attempt(address: SocketAddr, limit: Duration) -> (Attempt, Option<Connection>) {
    let started = Instant::now();
    let tried = tokio::time::timeout(limit, TcpStream::connect(address)).await;
    let tried = tried.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).and_then(|stream| {
        stream.set_nodelay(true)?;
        Connection::tcp(stream)
    });
    let took = started.elapsed();
    match tried {
        Ok(connection) => (Attempt { address, took, error: None }, Some(connection)),
        Err(error) => (Attempt { address, took, error: Some(error) }, None),
    }
}

/// Other machines may prefer the family that ours did not need: a server that is dead by one of them fails there.
async fn compare_families(addresses: &[SocketAddr], attempts: &mut Vec<Attempt>, rec: &Recorder) {
    let untried = |attempts: &[Attempt], ipv4: bool| attempts.iter().all(|a| a.address.is_ipv4() != ipv4);
    for ipv4 in [true, false] {
        let other = addresses.iter().find(|address| address.is_ipv4() == ipv4);
        if let Some(other) = other.filter(|_| untried(attempts, ipv4)) {
            rec.wait(&format!("connecting to {other}"));
            let (attempt, _closed) = attempt(*other, COMPARE_LIMIT).await;
            let words = attempt.error.as_ref().map_or("it connects, and was closed without a word", outcome);
            rec.note(&format!("{} was tried as well, by {other}: {words}", family(other)));
            attempts.push(attempt);
        }
    }
}

fn other_family(attempts: &[Attempt]) -> String {
    let works = |ipv4: bool| attempts.iter().any(|a| a.address.is_ipv4() == ipv4 && a.error.is_none());
    let failed = attempts.iter().rev().find(|a| a.error.is_some() && !works(a.address.is_ipv4()));
    failed.and_then(|a| Some((a, a.error.as_ref()?))).map_or_else(String::new, |(attempt, error)| {
        format!(" {} does not work: {}.", family(&attempt.address), outcome(error))
    })
}

fn evidence(attempts: &[Attempt], open: Option<&Connection>) -> Value {
    let attempts: Vec<Value> = attempts
        .iter()
        .map(|attempt| {
            json!({
                "address": attempt.address.to_string(),
                "family": family(&attempt.address),
                "network": network(attempt.address.ip()),
                "result": attempt.error.as_ref().map_or("connected", outcome),
                "duration_ms": u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
            })
        })
        .collect();
    let (peer, local) = (open.map(|c| c.peer().to_string()), open.map(|c| c.local().to_string()));
    json!({ "attempts": attempts, "peer": peer, "local": local })
}

fn family(address: &SocketAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

fn outcome(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "refused",
        io::ErrorKind::TimedOut => "no answer",
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => "unreachable",
        io::ErrorKind::ConnectionReset => "reset",
        io::ErrorKind::PermissionDenied => "forbidden by this machine",
        _ => "failed",
    }
}

// A refusal says more than silence, and silence more than "no route": a machine without IPv6 always has one of those.
fn telling(error: &io::Error) -> u8 {
    match outcome(error) {
        "refused" => 5,
        "reset" => 4,
        "no answer" => 3,
        "failed" => 2,
        "forbidden by this machine" => 1,
        _ => 0,
    }
}

fn no_way(route: &Route, target: &str, attempts: &[Attempt], rec: &Recorder) -> Failure {
    let failed = attempts.iter().filter_map(|a| a.error.as_ref().map(|error| (a.address, error)));
    let (why, raw) = match failed.max_by_key(|(_, error)| telling(error)) {
        Some((address, error)) => (explained(address, error), worded(error)),
        None => ("There was no address to connect to.".to_owned(), "no address".to_owned()),
    };
    match &route.proxy {
        None => {
            let place = Place::new(StageName::Connect, Channel::Network, &route.host);
            Failure::new(&place, format!("{target} can't be reached: {why}"), raw, rec)
        }
        Some(proxy) => {
            let place = Place::new(StageName::Connect, Channel::Proxy, &proxy.host);
            let lookup = format!("tunnel error: failed to create underlying connection: {raw}");
            Failure::new(&place, format!("The proxy {target} can't be reached: {why}"), raw, rec)
                .with_lookup(lookup, rec)
        }
    }
}

fn worded(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::TimedOut { "connection timed out".to_owned() } else { error.to_string() }
}

fn explained(address: SocketAddr, error: &io::Error) -> String {
    match outcome(error) {
        "refused" => {
            format!("{address} refused the connection; nothing listens on that port, or a firewall rejects it.")
        }
        "no answer" => {
            format!(
                "{address} did not answer within 5 seconds: a firewall drops the packets on the way, or the machine is off."
            )
        }
        "unreachable" => format!("there is no network route to {}.", address.ip()),
        "reset" => format!("{address} reset the connection at once."),
        "forbidden by this machine" => {
            format!("this machine's own firewall or policy forbids connecting to {address}.")
        }
        _ => format!("connecting to {address} failed ({error})."),
    }
}
