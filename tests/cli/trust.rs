//! `trust`: the certificate a server shows is pinned by its fingerprint, and a change of it is noticed.

use credenza_sandbox::{CertificateKind, Fault, Server};
use credenza_tests::{Desk, Practice, failed_at, stage};
use serde_json::{Value, json};

/// A record for the mail server, which does not trust the practice authority.
fn untrusting(practice: &Practice) -> Value {
    let mut record = practice.record("Practice mail");
    record["certificate_check"] = json!({ "mode": "enable" });
    record
}

fn shown_fingerprint(desk: &Desk) -> String {
    let result = desk.run(&["--json", "test", "Practice mail"]).expect(1).json();
    failed_at(&result, "tls");
    stage(&result, "tls")["evidence"]["chain"][0]["fingerprint_sha256"].as_str().unwrap().to_owned()
}

#[test]
fn tuf_14_the_shown_certificate_is_trusted_only_by_its_own_fingerprint_and_then_the_test_passes() {
    let practice = Practice::start();
    practice.set_on(Server::Smtp, Fault::Certificate(CertificateKind::SelfSigned));
    let desk = Desk::new();
    desk.add(&untrusting(&practice));
    let fingerprint = shown_fingerprint(&desk);

    for (wrong, words) in [("5F", "64 hexadecimal digits"), (&"5f".repeat(32), "shows another certificate")] {
        let refused = desk.run(&["--json", "trust", "Practice mail", "--fingerprint", wrong]).expect(3).json();
        assert_eq!(refused["error"]["field"], "fingerprint");
        assert!(refused["error"]["message"].as_str().unwrap().contains(words), "{refused:#}");
    }
    assert_eq!(shown_fingerprint(&desk), fingerprint, "a refusal changes nothing");

    let given = format!("SHA256:{}", fingerprint.to_lowercase());
    let pinned = desk.run(&["--json", "trust", "Practice mail", "--fingerprint", &given]).expect(0).json();
    assert_eq!(pinned["fingerprint_sha256"], fingerprint.as_str());
    let passed = desk.run(&["--json", "test", "Practice mail"]).expect(0).json();
    assert_eq!(passed["certificate_verified"], true, "{passed:#}");
    let record = desk.run(&["--json", "show", "Practice mail"]).expect(0).json();
    assert_eq!(record["certificate_check"]["mode"], "certificate");
    let events = desk.run(&["--json", "events"]).expect(0).out;
    for action in ["certificate", "endpoint_rebound", "credential_edited"] {
        assert!(events.contains(action), "{action}: {events}");
    }
    let heard: Vec<String> = practice.journal().into_iter().map(|line| line.text).collect();
    let signed_in = heard.iter().filter(|line| line.starts_with("C: AUTH")).count();
    assert_eq!(signed_in, 1, "only the test that passed signed in, looking at a certificate does not: {heard:#?}");
}

#[test]
fn h6_a_pinned_certificate_that_changes_is_refused_with_both_fingerprints() {
    let practice = Practice::start();
    practice.set_on(Server::Smtp, Fault::Certificate(CertificateKind::SelfSigned));
    let desk = Desk::new();
    desk.add(&untrusting(&practice));
    let old = shown_fingerprint(&desk);
    desk.run(&["trust", "Practice mail", "--fingerprint", &old]).expect(0);
    practice.clear_faults();
    practice.set_on(Server::Smtp, Fault::Certificate(CertificateKind::WrongName));
    let result = desk.run(&["--json", "test", "Practice mail"]).expect(1).json();
    failed_at(&result, "tls");
    assert_eq!(result["explanation"]["id"], "tls:certificate-changed");
    let evidence = &stage(&result, "tls")["evidence"];
    assert_eq!(evidence["expected_fingerprint_sha256"], old.as_str());
    let new = evidence["chain"][0]["fingerprint_sha256"].as_str().unwrap();
    let summary = stage(&result, "tls")["summary"].as_str().unwrap().to_owned();
    assert!(new != old && summary.contains(new) && summary.contains(&old), "{summary}");
}

#[test]
fn a_record_without_tls_and_a_server_that_is_gone_have_nothing_to_trust() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut clear = practice.record("Practice mail");
    clear["name"] = json!("clear");
    clear["tls"] = json!("none");
    let mut gone = practice.record("Practice mail");
    gone["name"] = json!("gone");
    gone["port"] = json!(9);
    desk.add(&json!([clear, gone]));
    let pin = "5f".repeat(32);
    let refused = desk.run(&["--json", "trust", "clear", "--fingerprint", &pin]).expect(3).json();
    assert_eq!(refused["error"]["field"], "tls");
    let failed = desk.run(&["--json", "trust", "gone", "--fingerprint", &pin]).expect(1).json();
    assert_eq!(failed["error"]["code"], "check_failed");
}
