//! Certificates: each class has its own reason, and the chain is recorded whatever happens.

use credenza_net::{
    Channel, Failure, Record, Recorder, Route, StageName, StageStatus, Verify, dial, read_certificate, secure,
};

use super::support::authority::{Authority, Leaf, self_signed};
use super::support::script::{Act, say, serve};
use super::support::{has_warning, loopback, stage, status, trusting};

async fn shaken(leaf: &Leaf, route: impl FnOnce(u16) -> Route) -> (Result<(), Failure>, Record) {
    let server = serve(vec![Act::StartTls(leaf.server()), Act::Hang]).await;
    walk(&route(server.port)).await
}

async fn walk(route: &Route) -> (Result<(), Failure>, Record) {
    let rec = Recorder::new(None);
    let result = async { secure(dial(route, &rec).await?, route, &rec).await.map(drop) }.await;
    (result, rec.close(None))
}

/// The one rule that was broken, with what must be true of every such failure.
async fn broken_rule(leaf: &Leaf, route: impl FnOnce(u16) -> Route) -> (String, Failure) {
    let (result, record) = shaken(leaf, route).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.stage, failure.channel), (StageName::Tls, Channel::Tls));
    assert_eq!(record.certificate_verified, Some(false));
    let evidence = &stage(&record, StageName::Tls).evidence;
    assert_eq!(evidence["chain"][0]["pem"], leaf.pem.replace("\r\n", "\n"), "the chain is recorded on failure too");
    (evidence["problem"].as_str().unwrap().to_owned(), failure)
}

#[tokio::test]
async fn a_good_certificate_of_the_records_authority_is_verified_with_the_chain_in_evidence() {
    let authority = Authority::new("our CA");
    let leaf = authority.issue("localhost");
    let (result, record) = shaken(&leaf, |port| trusting(port, &authority.pem)).await;
    result.unwrap();
    assert_eq!(record.certificate_verified, Some(true));
    let tls = stage(&record, StageName::Tls);
    assert_eq!(tls.status, StageStatus::Passed);
    assert_eq!(tls.evidence["version"], "TLS 1.3");
    assert_eq!((&tls.evidence["verified"], &tls.evidence["problem"]), (&true.into(), &serde_json::Value::Null));
    let own = &tls.evidence["chain"][0];
    assert_eq!(own["names"][0], "localhost");
    assert_eq!((&own["subject"], &own["issuer"]), (&"CN=localhost".into(), &"CN=our CA".into()));
    assert_eq!((&own["not_before"], &own["key"]), (&"2020-01-01T00:00:00Z".into(), &"EC P-256".into()));
    assert_eq!(own["fingerprint_sha256"].as_str().unwrap().len(), 95);
    assert!(record.warnings.is_empty(), "{:?}", record.warnings);
}

#[tokio::test]
async fn an_expired_certificate() {
    let authority = Authority::new("our CA");
    let (problem, failure) =
        broken_rule(&authority.issue_for("localhost", (2001, 2002)), |p| trusting(p, &authority.pem)).await;
    assert_eq!((problem.as_str(), failure.lookup.as_str()), ("expired", "certificate expired"));
    assert!(failure.message.contains("2002-01-01"), "{}", failure.message);
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_yet() {
    let authority = Authority::new("our CA");
    let (problem, failure) =
        broken_rule(&authority.issue_for("localhost", (2100, 2120)), |p| trusting(p, &authority.pem)).await;
    assert_eq!((problem.as_str(), failure.lookup.as_str()), ("not_yet_valid", "certificate not yet valid"));
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let authority = Authority::new("our CA");
    let (problem, failure) = broken_rule(&authority.issue("other.example"), |p| trusting(p, &authority.pem)).await;
    assert_eq!((problem.as_str(), failure.lookup.as_str()), ("wrong_name", "NotValidForName"));
    assert!(failure.message.contains("is for other.example, not for localhost"), "{}", failure.message);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority() {
    let (ours, theirs) = (Authority::new("our CA"), Authority::new("their CA"));
    let (problem, failure) = broken_rule(&theirs.issue("localhost"), |p| trusting(p, &ours.pem)).await;
    assert_eq!((problem.as_str(), failure.lookup.as_str()), ("unknown_issuer", "UnknownIssuer"));
    assert!(failure.message.contains("issued by CN=their CA"), "{}", failure.message);
    let direct = |port| Route { host: "localhost".into(), ..loopback(port) };
    let (problem, _) = broken_rule(&theirs.issue("localhost"), direct).await;
    assert_eq!(problem, "unknown_issuer", "the system's roots do not know it either");
}

#[tokio::test]
async fn a_self_signed_certificate() {
    let direct = |port| Route { host: "localhost".into(), ..loopback(port) };
    let (problem, failure) = broken_rule(&self_signed("localhost", (2020, 2120)), direct).await;
    assert_eq!((problem.as_str(), failure.lookup.as_str()), ("self_signed", "self-signed certificate"));
}

#[tokio::test]
async fn h6_a_pinned_certificate_that_was_replaced_is_refused_in_its_own_words() {
    let (old, new) = (self_signed("localhost", (2020, 2120)), self_signed("localhost", (2020, 2120)));
    let (problem, failure) = broken_rule(&new, |port| trusting(port, &old.pem)).await;
    assert_eq!(problem, "not_the_given_certificate");
    assert!(failure.message.contains("Has it been replaced?"), "{}", failure.message);
}

#[tokio::test]
async fn an_exact_pin_is_accepted_whatever_its_name_and_its_age_is_a_warning() {
    let leaf = self_signed("some-appliance", (2001, 2002));
    let (result, record) = shaken(&leaf, |port| trusting(port, &leaf.pem)).await;
    result.unwrap();
    assert_eq!(record.certificate_verified, Some(true));
    assert!(has_warning(&record, "certificate_expired"));
    assert_eq!(status(&record, StageName::Tls), StageStatus::Warning);
}

#[tokio::test]
async fn disable_accepts_anything_records_it_and_never_calls_it_verified() {
    for leaf in [self_signed("x.example", (2001, 2002)), Authority::new("their CA").issue("localhost")] {
        let disabled = |port| Route { verify: Verify::Disable, host: "localhost".into(), ..loopback(port) };
        let (result, record) = shaken(&leaf, disabled).await;
        result.unwrap();
        assert_eq!(record.certificate_verified, Some(false));
        assert!(has_warning(&record, "not_verified"));
        let tls = stage(&record, StageName::Tls);
        assert_eq!((tls.status, &tls.evidence["verified"]), (StageStatus::Warning, &false.into()));
        assert!(tls.evidence["chain"][0]["pem"].is_string());
        assert!(tls.evidence["problem"].is_string(), "what a check would have said is recorded");
    }
}

#[tokio::test]
async fn plain_text_where_tls_belongs_is_recognised() {
    for (text, first) in [
        ("220 mail.example.com ESMTP\r\n", "220 mail.example.com ESMTP"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400 Bad Request"),
    ] {
        let server = serve(vec![say(text)]).await;
        let (result, record) = walk(&loopback(server.port)).await;
        let failure = result.unwrap_err();
        assert!(failure.message.contains("speaks plain text on this port"), "{}", failure.message);
        assert_eq!((failure.raw.as_str(), failure.lookup), (first, format!("InvalidContentType: {first}")));
        assert_eq!(record.certificate_verified, None, "no TLS was spoken");
    }
}

#[tokio::test]
async fn a_handshake_that_is_closed_reset_or_answered_with_noise_has_its_own_words() {
    let closed = serve(vec![Act::Close]).await;
    let (result, _) = walk(&loopback(closed.port)).await;
    let closed = result.unwrap_err();
    // A close with our hello still unread reaches us as a reset on some systems.
    assert!(
        closed.message.contains("closed the connection") || closed.message.contains("was reset"),
        "{}",
        closed.message
    );
    let reset = serve(vec![Act::Reset]).await;
    let (result, _) = walk(&loopback(reset.port)).await;
    assert!(result.unwrap_err().message.contains("was reset while shaking hands"));
    let noise = serve(vec![say([0x16, 3, 3, 0, 4, 0xff, 0xff, 0xff, 0xff])]).await;
    let (result, _) = walk(&loopback(noise.port)).await;
    assert_eq!(result.unwrap_err().message, "The server's answer is not TLS as Credenza knows it.");
    // A fatal alert: protocol_version.
    let alert = serve(vec![say([0x15, 3, 3, 0, 2, 2, 70])]).await;
    let (result, _) = walk(&loopback(alert.port)).await;
    let alert = result.unwrap_err();
    assert_eq!((alert.raw.as_str(), alert.channel), ("received fatal alert: ProtocolVersion", Channel::Tls));
}

#[tokio::test]
async fn a_record_without_any_certificate_in_its_pem_fails_before_the_handshake() {
    let server = serve(vec![Act::Hang]).await;
    let (result, _) = walk(&trusting(server.port, "not a certificate")).await;
    assert!(result.unwrap_err().message.contains("no certificate in the record's PEM"));
}

#[test]
fn a_certificate_file_is_read_as_pem_and_der_and_a_key_is_told_from_it() {
    let leaf = self_signed("a.example", (2020, 2120));
    let from_pem = read_certificate(leaf.pem.as_bytes()).unwrap();
    let der = {
        use rustls::pki_types::pem::PemObject;
        rustls::pki_types::CertificateDer::from_pem_slice(leaf.pem.as_bytes()).unwrap()
    };
    assert_eq!(from_pem, read_certificate(&der).unwrap());
    assert!(from_pem.self_signed && !from_pem.is_ca);
    assert!(read_certificate(leaf.key_pem.as_bytes()).unwrap_err().contains("private key"));
    assert!(read_certificate(b"hello").is_err() && read_certificate(b"").is_err());
}
