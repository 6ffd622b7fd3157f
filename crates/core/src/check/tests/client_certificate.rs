//! mTLS on the token call (RFC 8705): a token endpoint that talks to nobody without a certificate of its authority.

use std::sync::{Arc, Mutex};

use credenza_net::{StageName, StageStatus};
use credenza_sandbox::MAILBOX;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::bench::*;
use super::tls::{Authority, Leaf};
use crate::check::*;

const TOKEN: &str = "token-for-certificates-only-4711";
const VERSIONS: [&rustls::SupportedProtocolVersion; 2] = [&rustls::version::TLS12, &rustls::version::TLS13];

/// The client's certificate and the request of a call that was answered.
type Answered = (Vec<u8>, String);

/// The endpoint: who it belongs to, and whom it has answered.
struct Endpoint {
    authority: Authority,
    port: u16,
    answered: Arc<Mutex<Vec<Answered>>>,
}

impl Endpoint {
    async fn start(version: &'static rustls::SupportedProtocolVersion) -> Endpoint {
        let authority = Authority::new("our CA");
        let acceptor = TlsAcceptor::from(authority.good("localhost").server_demanding(&authority, version));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answered = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&answered);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that is turned down in the handshake gets no further.
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let shown = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
                let mut block = [0; 8192];
                let Ok(read @ 1..) = stream.read(&mut block).await else { continue };
                book.lock().unwrap().push((shown, String::from_utf8_lossy(&block[..read]).into_owned()));
                let body = json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 300 }).to_string();
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
                let _ = stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n{body}").as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Endpoint { authority, port, answered }
    }

    /// RFC 8705 2.1: the certificate says who the client is, and no secret goes along.
    fn oauth2(&self) -> Value {
        json!({
            "grant": "client_credentials", "token_url": format!("https://localhost:{}/token", self.port),
            "client_id": "erp", "client_auth": "none",
        })
    }

    fn app(&self, own: Option<&Leaf>) -> Subject {
        let mut record = json!({
            "type": "app_registration", "certificate_check": self.authority.trusted(), "oauth2": self.oauth2(),
        });
        with(&mut record, own);
        subject(record)
    }

    fn answered(&self) -> usize {
        self.answered.lock().unwrap().len()
    }
}

fn with(record: &mut Value, own: Option<&Leaf>) {
    if let Some(own) = own {
        record["client_certificate"] =
            json!({ "certificate_pem": own.certificate_pem, "private_key_pem": own.private_key_pem });
    }
}

#[tokio::test]
async fn a_token_endpoint_that_demands_a_certificate_gives_a_token_to_the_records_own() {
    let bench = Bench::start().await;
    for version in VERSIONS {
        let endpoint = Endpoint::start(version).await;
        let own = endpoint.authority.good("erp");
        let finished = bench.run(&endpoint.app(Some(&own)), Action::Token { force: true }).await;
        passed(&finished.result);
        assert_eq!(stage(&finished.result, StageName::Tls).evidence["client_certificate"], "sent");
        let answered = endpoint.answered.lock().unwrap();
        let (shown, request) = &answered[0];
        let pem = credenza_net::read_certificate(shown).unwrap().fingerprint_sha256;
        assert_eq!(pem, credenza_net::read_certificate(own.certificate_pem.as_bytes()).unwrap().fingerprint_sha256);
        assert!(request.contains("client_id=erp") && !request.contains("client_secret"), "{request}");
    }
}

#[tokio::test]
async fn without_a_certificate_or_with_a_strangers_the_token_call_ends_at_tls_and_says_what_was_asked_for() {
    let bench = Bench::start().await;
    let stranger = Authority::new("their CA").good("erp");
    for version in VERSIONS {
        for (own, told) in [(None, "asked for, none set"), (Some(&stranger), "sent")] {
            let endpoint = Endpoint::start(version).await;
            let result = bench.run(&endpoint.app(own), Action::Token { force: true }).await.result;
            failed(&result, StageName::Tls);
            assert_eq!(status(&result, StageName::Token), StageStatus::NotReached, "{}", report(&result));
            assert_eq!(stage(&result, StageName::Tls).evidence["client_certificate"], told);
            assert_eq!(result.explanation.as_ref().unwrap().id, "tls:client-cert", "{}", report(&result));
            assert_eq!(endpoint.answered(), 0, "nobody was answered");
        }
    }
}

#[tokio::test]
async fn inside_a_mail_test_the_token_stage_is_blamed_with_the_handshake_in_it() {
    let bench = Bench::start().await;
    let endpoint = Endpoint::start(&rustls::version::TLS13).await;
    let both = format!("{}{}", endpoint.authority.pem, bench.sandbox.ca_pem());
    let mail = json!({
        "type": "mail_server", "host": "127.0.0.1", "port": bench.sandbox.ports().smtps, "tls": "implicit",
        "sender": MAILBOX, "certificate_check": { "mode": "certificate", "certificate_pem": both },
        "auth": { "method": "oauth2", "username": MAILBOX, "oauth2": endpoint.oauth2() },
    });
    let result = bench.run(&subject(mail.clone()), Action::Connection).await.result;
    failed(&result, StageName::Token);
    let steps = &stage(&result, StageName::Token).steps;
    let handshake = steps.iter().find(|step| step.name == StageName::Tls).unwrap();
    assert_eq!(handshake.status, StageStatus::Failed, "{}", report(&result));
    assert_eq!(result.explanation.as_ref().unwrap().id, "tls:client-cert", "{}", report(&result));

    let mut mail = mail;
    with(&mut mail, Some(&endpoint.authority.good("erp")));
    let result = bench.run(&subject(mail), Action::Connection).await.result;
    assert_eq!(status(&result, StageName::Token), StageStatus::Passed, "{}", report(&result));
    failed(&result, StageName::Authenticate);
    assert_eq!(endpoint.answered(), 1, "one token, which the mail server does not know");
}
