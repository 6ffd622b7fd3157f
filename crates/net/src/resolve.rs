//! Name lookup: once, and the address that was looked at is the address that is used.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use serde_json::{Value, json};
use url::Host;

use crate::failure::{Channel, Failure, Place};
use crate::recorder::Recorder;
use crate::route::{Proxy, ProxyScheme, Route};
use crate::stage::StageName;

/// More addresses than this are not tried.
const MOST_ADDRESSES: usize = 16;

/// What a connection needs to know of names and addresses.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// Where TCP connects to: the server's addresses or the proxy's.
    pub(crate) dial: Vec<SocketAddr>,
    /// The server's canonical name, as told to a proxy.
    pub(crate) server: Host<String>,
    /// The server's address, when the proxy wants one instead of a name.
    pub(crate) server_address: Option<IpAddr>,
}

struct Report {
    resolved: Resolved,
    summary: String,
    evidence: Value,
}

/// Stage `resolve`.
pub(crate) async fn resolve(route: &Route, rec: &Recorder) -> Result<Resolved, Failure> {
    let stage = rec.begin(StageName::Resolve, route.target());
    let found = match &route.proxy {
        None => directly(route, rec).await,
        Some(proxy) => through(proxy, route, rec).await,
    };
    match found {
        Ok(report) => {
            stage.pass_with(report.summary, report.evidence);
            Ok(report.resolved)
        }
        Err(failure) => {
            stage.fail(&failure);
            Err(failure)
        }
    }
}

async fn directly(route: &Route, rec: &Recorder) -> Result<Report, Failure> {
    let place = Place::new(StageName::Resolve, Channel::Network, &route.host);
    let server = canonical(&route.host, &place, rec)?;
    let dial = addresses(&server, route.port, &place, rec).await?;
    let (summary, evidence) = (counted(&server, &dial), described(&server, &dial));
    Ok(Report { resolved: Resolved { dial, server, server_address: None }, summary, evidence })
}

async fn through(proxy: &Proxy, route: &Route, rec: &Recorder) -> Result<Report, Failure> {
    let server_place = Place::new(StageName::Resolve, Channel::Network, &route.host);
    let server = canonical(&route.host, &server_place, rec)?;
    let place = Place::new(StageName::Resolve, Channel::Proxy, &proxy.host);
    let name = canonical(&proxy.host, &place, rec)?;
    let dial = addresses(&name, proxy.port, &place, rec).await?;
    let mut evidence = json!({ "proxy": described(&name, &dial) });
    let own = counted(&name, &dial);
    if proxy.scheme != ProxyScheme::Socks5 {
        let summary = format!("Proxy {}: {own}. The proxy looks up {server} itself.", proxy.host);
        return Ok(Report { resolved: Resolved { dial, server, server_address: None }, summary, evidence });
    }
    let found = addresses(&server, route.port, &server_place, rec).await?;
    evidence["server"] = described(&server, &found);
    let summary = format!("Proxy {}: {own}. {server}: {}.", proxy.host, counted(&server, &found));
    let server_address = found.first().map(SocketAddr::ip);
    Ok(Report { resolved: Resolved { dial, server, server_address }, summary, evidence })
}

/// The one spelling of a host that is shown and used: punycode, IPv4 as four numbers, no brackets.
fn canonical(host: &str, place: &Place, rec: &Recorder) -> Result<Host<String>, Failure> {
    let host = host.trim();
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<Ipv6Addr>() {
        return Ok(Host::Ipv6(address));
    }
    Host::parse(host).map_err(|why| {
        let message = format!("{host:?} is not a host name or IP address ({why}).");
        Failure::new(place, message, format!("invalid host: {why}"), rec)
    })
}

async fn addresses(host: &Host<String>, port: u16, place: &Place, rec: &Recorder) -> Result<Vec<SocketAddr>, Failure> {
    let name = match host {
        Host::Ipv4(address) => return Ok(vec![SocketAddr::from((*address, port))]),
        Host::Ipv6(address) => return Ok(vec![SocketAddr::from((*address, port))]),
        Host::Domain(name) => name,
    };
    rec.wait(&format!("looking up {name}"));
    let found =
        tokio::net::lookup_host((name.as_str(), port)).await.map_err(|why| not_found(name, &why, place, rec))?;
    let found = first_few(found);
    if found.is_empty() {
        return Err(not_found(name, &io::Error::other("failed to lookup address information: no address"), place, rec));
    }
    let usable: Vec<SocketAddr> = found.into_iter().filter(|address| !is_link_local(address.ip())).collect();
    if usable.is_empty() {
        let message = format!(
            "{name} points at a link-local address, where cloud machines keep their own secrets. Credenza goes there only when the address itself is entered as the host."
        );
        return Err(Failure::new(place, message, "link-local address refused", rec));
    }
    Ok(usable)
}

/// Each address once, and no more than are tried.
fn first_few(found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut few: Vec<SocketAddr> = Vec::new();
    for address in found {
        if few.len() == MOST_ADDRESSES {
            break;
        }
        if !few.contains(&address) {
            few.push(address);
        }
    }
    few
}

/// How a lookup can fail. The system's resolver tells them apart in words only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// The name does not exist (NXDOMAIN).
    Name,
    /// The name exists and has no IPv4 or IPv6 address.
    Address,
    /// The name servers did not answer, or answered that they could not.
    Lookup,
}

impl Missing {
    // getaddrinfo's words on Linux, macOS and Windows.
    fn of(words: &str) -> Missing {
        let says = |marks: &[&str]| marks.iter().any(|mark| words.contains(mark));
        if says(&["Temporary failure", "Non-recoverable", "os error 11002", "os error 11003", "System error"]) {
            Missing::Lookup
        } else if says(&["No address associated", "no address", "Address family", "os error 11004"]) {
            Missing::Address
        } else {
            Missing::Name
        }
    }

    fn word(self) -> &'static str {
        match self {
            Missing::Name => "no such name",
            Missing::Address => "name without address",
            Missing::Lookup => "lookup failed",
        }
    }

    fn message(self, name: &str) -> String {
        match self {
            Missing::Name => format!("No address was found for {name}: the name is not known. Is it spelt right?"),
            Missing::Address => {
                format!(
                    "No address was found for {name}: the name exists, and has neither an IPv4 nor an IPv6 address."
                )
            }
            Missing::Lookup => format!(
                "The address of {name} could not be looked up: the name servers of this network gave no answer. The name may be right."
            ),
        }
    }

    fn finding(self) -> Option<&'static str> {
        match self {
            Missing::Name => None,
            Missing::Address => Some("network:dns-no-address"),
            Missing::Lookup => Some("network:dns-failed"),
        }
    }
}

fn not_found(name: &str, why: &io::Error, place: &Place, rec: &Recorder) -> Failure {
    let why = why.to_string();
    let missing = Missing::of(&why);
    let failure = Failure::new(place, missing.message(name), format!("{}: {why}", missing.word()), rec);
    match missing.finding() {
        Some(id) => failure.with_finding(id, rec),
        None => failure.with_lookup(format!("could not resolve {name}: {why}"), rec),
    }
}

// 169.254/16 and fe80::/10, and the cloud metadata address outside them (security.md G11).
fn is_link_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    }
}

/// Which kind of network an address lies in.
pub(crate) fn network(address: IpAddr) -> &'static str {
    match address.to_canonical() {
        a if a.is_loopback() => "loopback",
        a if is_link_local(a) => "link-local",
        IpAddr::V4(v4) if v4.is_private() => "private",
        IpAddr::V6(v6) if v6.is_unique_local() => "private",
        _ => "public",
    }
}

fn counted(host: &Host<String>, found: &[SocketAddr]) -> String {
    match (host, found) {
        (Host::Domain(_), [only]) => format!("1 address, {}", only.ip()),
        (Host::Domain(_), _) => format!("{} addresses", found.len()),
        _ => "an IP address, no lookup needed".to_owned(),
    }
}

fn described(host: &Host<String>, found: &[SocketAddr]) -> Value {
    let of = |wanted: fn(&IpAddr) -> bool| -> Vec<String> {
        found.iter().map(SocketAddr::ip).filter(wanted).map(|ip| ip.to_string()).collect()
    };
    let networks: Vec<&str> = found.iter().map(|a| network(a.ip())).collect();
    json!({
        "name": host.to_string(),
        "addresses": of(|_| true),
        "ipv4": of(IpAddr::is_ipv4),
        "ipv6": of(IpAddr::is_ipv6),
        "networks": networks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g9_of_a_thousand_addresses_sixteen_are_kept_each_once() {
        let thousand = (0..1000u32).map(|n| SocketAddr::from((std::net::Ipv4Addr::from(0x0a00_0000 + n / 2), 25)));
        let few = first_few(thousand);
        assert_eq!(
            (few.len(), few[0].to_string(), few[15].to_string()),
            (16, "10.0.0.0:25".into(), "10.0.0.15:25".into())
        );
    }

    #[test]
    fn g11_metadata_and_link_local_addresses_are_known_in_every_spelling() {
        for refused in ["169.254.169.254", "169.254.0.1", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254"] {
            assert!(is_link_local(refused.parse().unwrap()), "{refused}");
        }
        for allowed in ["10.0.0.1", "192.168.1.1", "127.0.0.1", "fd00::1", "2001:db8::1"] {
            assert!(!is_link_local(allowed.parse().unwrap()), "{allowed}");
        }
    }

    #[test]
    fn the_resolvers_words_tell_an_unknown_name_from_one_without_address_and_from_a_failed_lookup() {
        for (words, missing) in [
            ("failed to lookup address information: Name or service not known", Missing::Name),
            ("failed to lookup address information: nodename nor servname provided, or not known", Missing::Name),
            ("No such host is known. (os error 11001)", Missing::Name),
            ("failed to lookup address information: No address associated with hostname", Missing::Address),
            ("failed to lookup address information: no address", Missing::Address),
            ("failed to lookup address information: Temporary failure in name resolution", Missing::Lookup),
            ("failed to lookup address information: Non-recoverable failure in name resolution", Missing::Lookup),
            ("This is usually a temporary error during hostname resolution. (os error 11002)", Missing::Lookup),
        ] {
            assert_eq!(Missing::of(words), missing, "{words}");
        }
    }
}
