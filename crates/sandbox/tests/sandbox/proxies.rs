//! The practice proxies: back to this machine, and nowhere else.

use credenza_sandbox::Server;

use crate::common::{Peer, b64, sandbox};

async fn head(peer: &mut Peer) -> String {
    let mut head = String::new();
    loop {
        let line = peer.line().await;
        if line.is_empty() {
            return head;
        }
        head += &format!("{line}\n");
    }
}

async fn connect(peer: &mut Peer, target: &str, more: &str) -> String {
    peer.send(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{more}\r\n")).await;
    head(peer).await
}

#[tokio::test]
async fn connect_leads_to_a_practice_server_and_tls_through_it() {
    let sandbox = sandbox().await;
    let mut peer = Peer::plain(sandbox.ports().http_proxy).await;
    let target = format!("only-here.credenza.test:{}", sandbox.ports().echo);
    assert!(connect(&mut peer, &target, "").await.starts_with("HTTP/1.1 200 "));
    let mut peer = peer.start_tls(sandbox.ca_pem(), "only-here.credenza.test").await.unwrap();
    assert_eq!(peer.http("GET /health", &[], "").await.status, 200);
    let noted = format!("CONNECT {target} 200");
    assert!(sandbox.journal().iter().any(|line| line.server == Server::HttpProxy && line.text == noted));
}

#[tokio::test]
async fn no_proxy_leads_off_this_machine() {
    let sandbox = sandbox().await;
    for target in ["93.184.216.34:80", "example.com:443", "0.0.0.0:80", "[::]:80", "[2606:4700::1]:443", "10.0.0.1:25"]
    {
        let mut peer = Peer::plain(sandbox.ports().http_proxy).await;
        assert!(connect(&mut peer, target, "").await.starts_with("HTTP/1.1 403 "), "{target}");
    }
    for address in
        [&[1, 93, 184, 216, 34][..], &[3, 11, b'e', b'x', b'a', b'm', b'p', b'l', b'e', b'.', b'c', b'o', b'm']]
    {
        let mut peer = Peer::plain(sandbox.ports().socks).await;
        peer.send([5, 1, 0]).await;
        peer.send([&[5, 1, 0][..], address, &[0, 80]].concat()).await;
        assert_eq!(&peer.rest().await[..4], [5, 0, 5, 2], "RFC 1928 6: not allowed by ruleset");
    }
}

#[tokio::test]
async fn the_proxy_with_sign_in_asks_with_407() {
    let sandbox = sandbox().await;
    let target = format!("127.0.0.1:{}", sandbox.ports().smtp);
    let right =
        format!("Proxy-Authorization: Basic {}\r\n", b64(format!("proxy-user:{}", sandbox.accounts().proxy_password)));
    let wrong = format!("Proxy-Authorization: Basic {}\r\n", b64("proxy-user:wrong"));
    for header in ["", &wrong] {
        let mut peer = Peer::plain(sandbox.ports().http_proxy_auth).await;
        let reply = connect(&mut peer, &target, header).await;
        assert!(reply.starts_with("HTTP/1.1 407 ") && reply.contains("Proxy-Authenticate: Basic"), "{reply}");
    }
    let mut peer = Peer::plain(sandbox.ports().http_proxy_auth).await;
    assert!(connect(&mut peer, &target, &right).await.starts_with("HTTP/1.1 200 "));
    assert!(peer.reply().await.starts_with("220 "), "the mail server greets through the proxy");
    let mut peer = Peer::tls(sandbox.ports().https_proxy, sandbox.ca_pem()).await;
    assert!(connect(&mut peer, &target, &right).await.starts_with("HTTP/1.1 200 "), "and over TLS to the proxy");
    assert!(peer.reply().await.starts_with("220 "));
}

#[tokio::test]
async fn a_closed_target_is_a_bad_gateway_and_other_methods_are_refused() {
    let sandbox = sandbox().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut peer = Peer::plain(sandbox.ports().http_proxy).await;
    assert!(connect(&mut peer, &closed.to_string(), "").await.starts_with("HTTP/1.1 502 "));
    let mut peer = Peer::plain(sandbox.ports().http_proxy).await;
    assert_eq!(peer.http("GET http://example.com/", &[], "").await.status, 405);
}

#[tokio::test]
async fn socks_with_password_carries_a_name_to_the_mail_server() {
    let sandbox = sandbox().await;
    let password = sandbox.accounts().proxy_password.as_bytes();
    let signing_in = |password: &[u8]| {
        let length = [u8::try_from(password.len()).unwrap()];
        [&[1, 10][..], b"proxy-user", &length, password].concat()
    };
    let mut peer = Peer::plain(sandbox.ports().socks_auth).await;
    peer.send([5, 2, 0, 2]).await;
    peer.send(signing_in(password)).await;
    let name = b"mx.credenza.test";
    let port = sandbox.ports().smtp.to_be_bytes();
    peer.send([&[5, 1, 0, 3, 16][..], name, &port].concat()).await;
    let mut reply = [0; 14];
    tokio::io::AsyncReadExt::read_exact(&mut peer.0, &mut reply).await.unwrap();
    assert_eq!(reply[..6], [5, 2, 1, 0, 5, 0]);
    assert!(peer.reply().await.starts_with("220 "));
    let noted = format!("SOCKS5 name mx.credenza.test:{} 0", sandbox.ports().smtp);
    assert!(sandbox.journal().iter().any(|line| line.text == noted));

    let mut peer = Peer::plain(sandbox.ports().socks_auth).await;
    peer.send([5, 1, 2]).await;
    peer.send(signing_in(b"wrong")).await;
    assert_eq!(peer.rest().await, [5, 2, 1, 1], "RFC 1929 2: refused, then closed");
    let mut peer = Peer::plain(sandbox.ports().socks_auth).await;
    peer.send([5, 1, 0]).await;
    assert_eq!(peer.rest().await, [5, 255], "no sign-in is not on offer");
}
