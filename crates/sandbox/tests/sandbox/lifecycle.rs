//! Starting, stopping, starting again.

use std::net::{IpAddr, Ipv4Addr, TcpListener};

use credenza_sandbox::{Ports, Sandbox, SandboxError, SandboxOptions, Server};

use crate::common::{Peer, sandbox};

#[tokio::test]
async fn another_address_than_loopback_is_refused() {
    for address in [IpAddr::from([0, 0, 0, 0]), IpAddr::from([192, 168, 1, 1]), "::".parse().unwrap()] {
        let refused = Sandbox::start(SandboxOptions { address: Some(address), ..Default::default() }).await;
        assert!(matches!(refused, Err(SandboxError::NotLoopback(refused)) if refused == address));
    }
}

#[tokio::test]
async fn every_server_listens_on_127_0_0_1_and_nowhere_else() {
    let sandbox = sandbox().await;
    let addresses = listening();
    for server in Server::ALL {
        let port = sandbox.ports().of(*server);
        assert_ne!(port, 0);
        Peer::plain(port).await;
        if let Some(addresses) = &addresses {
            let mine: Vec<_> = addresses.iter().filter(|(_, bound)| *bound == port).collect();
            assert_eq!(mine, [&(IpAddr::V4(Ipv4Addr::LOCALHOST), port)], "{server}");
        }
    }
}

/// All listening TCP sockets, where the system tells (Linux).
fn listening() -> Option<Vec<(IpAddr, u16)>> {
    let mut found = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let text = std::fs::read_to_string(table).ok()?;
        for line in text.lines().skip(1) {
            let mut fields = line.split_whitespace().skip(1);
            let (local, state) = (fields.next()?, fields.nth(1)?);
            let (address, port) = local.split_once(':')?;
            if state == "0A" {
                let address = match address {
                    "0100007F" => IpAddr::V4(Ipv4Addr::LOCALHOST),
                    _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                };
                found.push((address, u16::from_str_radix(port, 16).ok()?));
            }
        }
    }
    Some(found)
}

/// Ports that no other test gets by chance: below the range for outgoing connections, different in each process.
fn own_ports() -> Ports {
    let base = 10_000 + u16::try_from(std::process::id() % 500).unwrap() * 20;
    let spread = Server::ALL.iter().zip(base..).map(|(server, port)| (server.name().to_owned(), port.into()));
    serde_json::from_value(serde_json::Value::Object(spread.collect())).unwrap()
}

#[tokio::test]
async fn after_stop_the_ports_are_free_and_open_connections_ended() {
    let sandbox = Sandbox::start(SandboxOptions { preferred: own_ports(), ..Default::default() }).await.unwrap();
    let ports = sandbox.ports().clone();
    let mut open = Peer::plain(ports.smtp).await;
    open.reply().await;
    sandbox.stop().await;
    assert!(open.rest().await.is_empty());
    for server in Server::ALL {
        assert!(tokio::net::TcpStream::connect(("127.0.0.1", ports.of(*server))).await.is_err(), "{server} is gone");
    }
}

#[tokio::test]
async fn a_kept_identity_brings_the_same_ports_secrets_and_authority() {
    let first = Sandbox::start(SandboxOptions { preferred: own_ports(), ..Default::default() }).await.unwrap();
    let kept = serde_json::to_string(&first.identity()).unwrap();
    let (ports, ca_pem) = (first.ports().clone(), first.ca_pem().to_owned());
    let drafts: Vec<_> = first.servers().into_iter().map(|server| server.draft).collect();
    first.stop().await;
    let identity = serde_json::from_str(&kept).unwrap();
    let again = Sandbox::start(SandboxOptions { identity: Some(identity), ..Default::default() }).await.unwrap();
    assert_eq!(again.ports(), &ports);
    let drafts_again: Vec<_> = again.servers().into_iter().map(|server| server.draft).collect();
    assert_eq!(drafts, drafts_again, "records made before go on working");
    let trusted = Peer::plain(ports.smtps).await.start_tls(&ca_pem, "localhost").await;
    assert!(trusted.is_ok(), "the new leaf is under the old authority");
}

#[tokio::test]
async fn a_taken_port_of_the_identity_gives_way_and_a_taken_fixed_port_is_an_error() {
    let first = sandbox().await;
    let identity = first.identity();
    let taken = first.ports().smtp;
    let second = Sandbox::start(SandboxOptions { identity: Some(identity), ..Default::default() }).await.unwrap();
    assert_ne!(second.ports().smtp, taken);
    let third =
        Sandbox::start(SandboxOptions { preferred: first.ports().clone(), ..Default::default() }).await.unwrap();
    assert_ne!(third.ports().smtp, taken);
    let ports = Ports { smtp: taken, ..Default::default() };
    let refused = Sandbox::start(SandboxOptions { ports, ..Default::default() }).await.unwrap_err();
    assert!(matches!(&refused, SandboxError::Port { server: Server::Smtp, port, .. } if *port == taken));
    assert!(refused.to_string().contains("close the program that uses the port"), "{refused}");
}

#[tokio::test]
async fn two_sandboxes_share_no_secret() {
    let (one, two) = (sandbox().await, sandbox().await);
    let (one, two) = (serde_json::to_value(one.accounts()).unwrap(), serde_json::to_value(two.accounts()).unwrap());
    for (name, value) in one.as_object().unwrap() {
        assert_ne!(value, &two[name], "{name}");
    }
}

#[tokio::test]
async fn every_listed_server_has_a_draft_for_an_open_port_with_the_authority_in_it() {
    let sandbox = sandbox().await;
    let servers = sandbox.servers();
    let kinds: Vec<_> = servers.iter().map(|server| server.draft["type"].as_str().unwrap()).collect();
    for kind in ["mail_server", "outbound_server", "app_registration", "webhook"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
    for server in &servers {
        let draft = &server.draft;
        assert_eq!(draft["name"], server.name.as_str());
        assert_eq!(draft["certificate_check"]["certificate_pem"], sandbox.ca_pem());
        let port = u16::try_from(draft["port"].as_u64().unwrap()).unwrap();
        assert!(TcpListener::bind(("127.0.0.1", port)).is_err(), "{} is in use", server.name);
    }
}
