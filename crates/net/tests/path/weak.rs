//! Certificates that are too weak, and were compared by their fingerprint all the same.

use std::sync::Arc;

use credenza_net::{Catalogue, Failure, Record, Recorder, Route, StageName, StageStatus, Verify, dial, secure};

use super::support::authority::{Authority, SHA1};
use super::support::script::{Act, serve};
use super::support::short_rsa::{self, CERTIFICATE};
use super::support::{has_warning, loopback, stage, status, trusting};

async fn shaken(config: Arc<rustls::ServerConfig>, route: impl FnOnce(u16) -> Route) -> (Result<(), Failure>, Record) {
    let server = serve(vec![Act::StartTls(config), Act::Hang]).await;
    let (route, rec) = (route(server.port), Recorder::new(None));
    let result = async { secure(dial(&route, &rec).await?, &route, &rec).await.map(drop) }.await;
    (result, rec.close(None))
}

#[tokio::test]
async fn a_certificate_signed_with_sha_1_that_is_trusted_by_itself_is_the_persons_own_choice() {
    let authority = Authority::new("an old CA");
    let leaf = authority.issue("localhost").said_to_be_signed_by(SHA1);
    let (result, record) = shaken(leaf.careless_server(), |port| trusting(port, &leaf.shown_pem())).await;
    result.expect("its key is a good one, and who signed it does not matter");
    assert_eq!(record.certificate_verified, Some(true));
    let (result, record) = shaken(leaf.careless_server(), |port| trusting(port, &authority.pem)).await;
    assert_eq!(result.unwrap_err().stage, StageName::Tls);
    assert_eq!(stage(&record, StageName::Tls).evidence["problem"], "weak", "by its authority it is not trusted");
}

#[tokio::test]
async fn a_certificate_with_an_rsa_key_of_1024_bits_is_refused_even_when_it_is_trusted_by_itself_and_says_why() {
    let (result, record) = shaken(short_rsa::server(), |port| trusting(port, CERTIFICATE)).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.stage, record.certificate_verified), (StageName::Tls, Some(false)));
    assert_eq!(stage(&record, StageName::Tls).evidence["problem"], "weak");
    for words in ["exactly the certificate that this record trusts", "RSA 1024", "too short to prove"] {
        assert!(failure.message.contains(words), "{words:?} is missing: {}", failure.message);
    }
    let explanation = Catalogue::builtin().explain(&failure);
    assert_eq!(explanation.id, "tls:weak-certificate");
    let steps = explanation.steps.join("; ");
    assert!(steps.contains("renewed") && steps.contains("\"Disable\""), "the ways out, the good one first: {steps}");
}

#[tokio::test]
async fn such_a_server_is_reached_with_the_check_disabled_and_never_called_verified() {
    let disabled = |port| Route { verify: Verify::Disable, host: "localhost".into(), ..loopback(port) };
    let (result, record) = shaken(short_rsa::server(), disabled).await;
    result.unwrap();
    assert_eq!(record.certificate_verified, Some(false));
    assert!(has_warning(&record, "not_verified"));
    let tls = stage(&record, StageName::Tls);
    assert_eq!((status(&record, StageName::Tls), &tls.evidence["problem"]), (StageStatus::Warning, &"weak".into()));
}
