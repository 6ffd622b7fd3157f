//! Misbehaviour on demand.

use std::time::Duration;

use credenza_sandbox::{Fault, MailStep, Server};
use tokio::io::AsyncReadExt;

use crate::common::{Peer, sandbox, signed_in, submission};

#[tokio::test]
async fn a_silent_server_accepts_and_says_nothing() {
    let sandbox = sandbox().await;
    sandbox.set_on(Server::Smtp, Fault::Silent);
    let mut peer = Peer::plain(sandbox.ports().smtp).await;
    // A server on this machine greets within a millisecond; three hundred without a word are silence.
    assert!(tokio::time::timeout(Duration::from_millis(300), peer.reply()).await.is_err());
    let mut other = Peer::plain(sandbox.ports().smtp_relay).await;
    assert!(other.reply().await.starts_with("220 "), "the others go on as before");
}

#[tokio::test]
async fn a_dripping_server_sends_single_bytes() {
    let sandbox = sandbox().await;
    sandbox.set(Fault::Drip(Duration::from_millis(5)));
    let mut peer = Peer::plain(sandbox.ports().smtp).await;
    let mut buffer = [0; 64];
    assert_eq!(peer.0.read(&mut buffer).await.unwrap(), 1);
    assert!(peer.reply().await.starts_with("20 "), "the rest of the greeting follows");
}

#[tokio::test]
async fn a_server_told_to_be_unavailable_says_421_and_closes() {
    let sandbox = sandbox().await;
    sandbox.set(Fault::Unavailable);
    let mut peer = Peer::plain(sandbox.ports().smtp).await;
    assert!(peer.reply().await.starts_with("421 4.3.2 "));
    assert!(peer.rest().await.is_empty());
}

#[tokio::test]
async fn starttls_can_be_stripped_and_injected_into() {
    let sandbox = sandbox().await;
    sandbox.set(Fault::NoStartTls);
    let mut peer = Peer::plain(sandbox.ports().smtp).await;
    peer.reply().await;
    assert!(!peer.ask("EHLO me").await.contains("STARTTLS"));
    assert!(peer.ask("STARTTLS").await.starts_with("502 "));
    sandbox.clear_faults();
    sandbox.set(Fault::InjectAfterStartTls);
    let mut peer = Peer::plain(sandbox.ports().smtp).await;
    peer.reply().await;
    peer.ask("EHLO me").await;
    assert!(peer.ask("STARTTLS").await.starts_with("220 "));
    assert_eq!(peer.line().await, "250-localhost", "bytes before the handshake");
}

#[tokio::test]
async fn the_connection_closes_at_the_step_it_was_told() {
    for step in [MailStep::Mail, MailStep::Rcpt, MailStep::Data, MailStep::EndOfData] {
        let sandbox = sandbox().await;
        let mut peer = signed_in(&sandbox).await;
        sandbox.set(Fault::CloseAt(step));
        let said = [
            (MailStep::Mail, "MAIL FROM:<a@b.test>"),
            (MailStep::Rcpt, "RCPT TO:<c@d.test>"),
            (MailStep::Data, "DATA"),
            (MailStep::EndOfData, "Subject: x\r\n\r\n."),
        ];
        for (at, command) in said {
            let reply = peer.ask(command).await;
            if at == step {
                assert_eq!(reply, "", "closed at {step:?}");
                break;
            }
            assert!(reply.starts_with(['2', '3']), "{reply}");
        }
        assert!(sandbox.mailbox().is_empty(), "nothing was accepted");
    }
}

#[tokio::test]
async fn a_reply_can_be_put_in_place_of_another() {
    let sandbox = sandbox().await;
    let exchange = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.";
    sandbox.set(Fault::Reply(MailStep::Auth, exchange.to_owned()));
    let mut peer = submission(&sandbox).await;
    let right = crate::common::plain("practice@credenza.test", &sandbox.accounts().password);
    assert_eq!(peer.ask(&right).await, exchange);
    assert_eq!(peer.ask("MAIL FROM:<a@b.test>").await, "530 5.7.0 Authentication required", "nobody is signed in");
}

#[tokio::test]
async fn the_offered_mechanisms_can_be_narrowed() {
    let sandbox = sandbox().await;
    sandbox.set(Fault::Mechanisms(vec!["CRAM-MD5".to_owned()]));
    let mut peer = Peer::tls(sandbox.ports().smtps, sandbox.ca_pem()).await;
    peer.reply().await;
    assert!(peer.ask("EHLO me").await.ends_with("250 AUTH CRAM-MD5"));
    assert!(peer.ask("AUTH PLAIN").await.starts_with("504 "));
    assert!(peer.ask("AUTH CRAM-MD5").await.starts_with("334 "));
}

#[tokio::test]
async fn an_endless_reply_does_not_end() {
    let sandbox = sandbox().await;
    sandbox.set(Fault::EndlessReply);
    let mut peer = Peer::plain(sandbox.ports().smtp_relay).await;
    peer.reply().await;
    peer.send("EHLO me\r\n").await;
    for _ in 0..10_000 {
        assert_eq!(peer.line().await, "250-X-ENDLESS");
    }
}

#[tokio::test]
async fn web_servers_and_proxies_answer_as_told() {
    let sandbox = sandbox().await;
    sandbox.set_on(Server::EchoHttp, Fault::Answer(200, r#"{"error":"invalid_auth"}"#.to_owned()));
    let answer = Peer::plain(sandbox.ports().echo_http).await.http("GET /status/500", &[], "").await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (200, Some("invalid_auth")));
    sandbox.set_on(Server::HttpProxy, Fault::ProxyAnswer(504));
    let answer = Peer::plain(sandbox.ports().http_proxy).await.http("CONNECT 127.0.0.1:1", &[], "").await;
    assert_eq!(answer.status, 504);
}

#[tokio::test]
async fn hangup_and_flood_are_what_they_say() {
    let sandbox = sandbox().await;
    sandbox.set_on(Server::Smtp, Fault::Hangup);
    assert!(Peer::plain(sandbox.ports().smtp).await.rest().await.is_empty());
    sandbox.set_on(Server::SmtpRelay, Fault::Flood);
    let mut peer = Peer::plain(sandbox.ports().smtp_relay).await;
    let mut much = vec![0; 1_000_000];
    peer.0.read_exact(&mut much).await.unwrap();
    assert!(much.iter().all(|byte| *byte == b'x'));
}
