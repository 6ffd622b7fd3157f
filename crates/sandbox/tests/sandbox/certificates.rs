//! Good and bad certificates, seen by a strict client.

use credenza_sandbox::{CertificateKind, Fault, Server};

use crate::common::{Peer, sandbox, trusting};

#[tokio::test]
async fn the_good_certificate_is_good_for_every_local_name() {
    let sandbox = sandbox().await;
    for name in ["localhost", "127.0.0.1", "::1", "api.credenza.test"] {
        let peer = Peer::plain(sandbox.ports().echo).await.start_tls(sandbox.ca_pem(), name).await;
        assert!(peer.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn each_bad_certificate_is_bad_in_its_own_way() {
    let sandbox = sandbox().await;
    let ports = sandbox.ports();
    for (port, why) in [(ports.expired, "expired"), (ports.self_signed, "UnknownIssuer"), (ports.wrong_name, "name")] {
        let error = Peer::plain(port).await.start_tls(sandbox.ca_pem(), "127.0.0.1").await.err();
        let error = format!("{:?}", error.expect("a bad certificate is refused"));
        assert!(error.to_lowercase().contains(&why.to_lowercase()), "{why}: {error}");
    }
    let own = &sandbox.certificate(CertificateKind::SelfSigned).certificate_pem;
    assert!(Peer::plain(ports.self_signed).await.start_tls(own, "127.0.0.1").await.is_ok(), "trusted by itself");
}

#[tokio::test]
async fn the_client_certificate_opens_the_door_that_wants_one() {
    let sandbox = sandbox().await;
    let port = sandbox.ports().client_certificate;
    let with = trusting(sandbox.ca_pem(), Some(sandbox.client_certificate()));
    let mut peer = Peer::plain(port).await.start_tls_with(with, "localhost").await.unwrap();
    assert_eq!(peer.http("GET /health", &[], "").await.status, 200);
    // Under TLS 1.3 the client learns of the refusal only when it reads.
    let mut peer = Peer::tls(port, sandbox.ca_pem()).await;
    assert!(peer.rest().await.is_empty(), "without a certificate there is no reply");
}

#[tokio::test]
async fn a_fault_shows_another_certificate_on_a_mail_server() {
    let sandbox = sandbox().await;
    sandbox.set_on(Server::Smtps, Fault::Certificate(CertificateKind::Expired));
    let refused = Peer::plain(sandbox.ports().smtps).await.start_tls(sandbox.ca_pem(), "localhost").await;
    assert!(refused.is_err());
    sandbox.clear_faults();
    assert!(Peer::plain(sandbox.ports().smtps).await.start_tls(sandbox.ca_pem(), "localhost").await.is_ok());
}
