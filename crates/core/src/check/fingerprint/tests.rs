//! Which differences count.

use serde_json::json;

use super::*;
use crate::check::{Change, CheckKind, CheckedCredential, Outcome};

/// A mail check that passed, with the evidence as the stages write it.
fn passed() -> CheckResult {
    let stage = |name: &str, evidence: Value| json!({ "name": name, "target": "mx:587", "status": "passed", "duration_ms": 1, "summary": "", "evidence": evidence, "steps": [] });
    let stages = json!([
        stage("resolve", json!({ "addresses": ["192.0.2.1", "192.0.2.2"] })),
        stage("connect", json!({ "peer": "192.0.2.1:587" })),
        stage(
            "tls",
            json!({ "version": "TLS 1.3", "cipher": "TLS13_AES_256_GCM_SHA384", "chain": [
            { "subject": "CN=mx", "issuer": "CN=CA", "fingerprint_sha256": "AA:BB", "not_after": "2027-01-01T00:00:00Z" } ] })
        ),
        stage(
            "greeting",
            json!({ "banner": "220 mx ESMTP Postfix",
            "before_tls": { "starttls": true, "auth": [], "lines": ["STARTTLS"] },
            "offers": { "starttls": false, "auth": ["PLAIN", "XOAUTH2"], "lines": ["PIPELINING", "AUTH PLAIN XOAUTH2"] } })
        ),
        stage(
            "token_content",
            json!({ "aud": "https://outlook.office365.com", "iss": "https://sts/1", "roles": ["SMTP.SendAsApp"], "nbf": 0, "exp": 3900 })
        ),
    ]);
    CheckResult {
        credential: CheckedCredential {
            id: None,
            name: "mx".into(),
            credential_type: crate::CredentialType::MailServer,
        },
        kind: CheckKind::Connection,
        outcome: Outcome::Passed,
        failed_stage: None,
        started_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        duration_ms: 5,
        certificate_verified: Some(true),
        stages: serde_json::from_value(stages).unwrap(),
        explanation: None,
        warnings: Vec::new(),
        result: json!({}),
        changes_since_last_pass: Vec::new(),
        last_pass: None,
        transcript: Vec::new(),
    }
}

fn evidence(result: &mut CheckResult, name: StageName) -> &mut Value {
    &mut result.stages.iter_mut().find(|stage| stage.name == name).unwrap().evidence
}

fn compared(after: &CheckResult) -> (Vec<Change>, String) {
    let (changes, last) = last_pass(&Fingerprint::of(&passed(), 1), after, None);
    (changes, last.words)
}

fn whats(after: &CheckResult) -> Vec<String> {
    compared(after).0.into_iter().map(|change| change.what).collect()
}

#[test]
fn c11_two_changes_are_two_lines_with_what_was_and_what_is() {
    let mut after = passed();
    evidence(&mut after, StageName::Tls)["chain"][0]["fingerprint_sha256"] = json!("CC:DD");
    evidence(&mut after, StageName::Greeting)["offers"]["auth"] = json!(["PLAIN"]);
    evidence(&mut after, StageName::Greeting)["offers"]["lines"] = json!(["PIPELINING", "AUTH PLAIN"]);
    let (changes, _) = compared(&after);
    assert_eq!(whats(&after), ["certificate", "auth"]);
    assert!(changes[0].before.contains("AA:BB") && changes[0].after.contains("CC:DD"), "{changes:?}");
    assert_eq!((changes[1].before.as_str(), changes[1].after.as_str()), ("PLAIN, XOAUTH2", "PLAIN"));
}

#[test]
fn c11_nothing_changed_points_at_the_credential_only_where_the_check_came_that_far() {
    let mut after = passed();
    after.outcome = Outcome::Failed;
    for (stage, credential) in [
        (StageName::Authenticate, true),
        (StageName::Permission, true),
        (StageName::Token, true),
        (StageName::Tls, false),
        (StageName::Connect, false),
    ] {
        after.failed_stage = Some(stage);
        let (changes, words) = compared(&after);
        assert!(changes.is_empty());
        assert_eq!(words.contains("Look at the credential itself"), credential, "{stage:?}: {words}");
        assert!(words.contains("2026-11-20 08:00 UTC"), "{words}");
    }
}

#[test]
fn every_fact_is_compared() {
    type Edit = fn(&mut CheckResult);
    let edits: [(&str, Edit); 10] = [
        ("addresses", |r| evidence(r, StageName::Resolve)["addresses"] = json!(["192.0.2.9"])),
        ("peer", |r| evidence(r, StageName::Connect)["peer"] = json!("[2001:db8::1]:587")),
        ("tls_version", |r| evidence(r, StageName::Tls)["version"] = json!("TLS 1.2")),
        ("cipher", |r| evidence(r, StageName::Tls)["cipher"] = json!("other")),
        ("software", |r| evidence(r, StageName::Greeting)["banner"] = json!("220 mx ESMTP Exim")),
        ("starttls", |r| evidence(r, StageName::Greeting)["before_tls"]["starttls"] = json!(false)),
        ("capabilities", |r| evidence(r, StageName::Greeting)["offers"]["lines"] = json!(["CHUNKING"])),
        ("audience", |r| evidence(r, StageName::TokenContent)["aud"] = json!("https://graph.microsoft.com")),
        ("roles", |r| {
            evidence(r, StageName::TokenContent).as_object_mut().unwrap().remove("roles");
        }),
        ("lifetime", |r| evidence(r, StageName::TokenContent)["exp"] = json!(600)),
    ];
    for (what, edit) in edits {
        let mut after = passed();
        edit(&mut after);
        assert_eq!(whats(&after), [what]);
    }
}

#[test]
fn what_differs_every_time_is_no_change() {
    let mut after = passed();
    // One address of the known ones, in use now; the order of an offer; a lifetime within the provider's play.
    evidence(&mut after, StageName::Resolve)["addresses"] = json!(["192.0.2.2"]);
    evidence(&mut after, StageName::Connect)["peer"] = json!("192.0.2.2:587");
    evidence(&mut after, StageName::Greeting)["banner"] = json!("220 mx7 ESMTP Postfix");
    evidence(&mut after, StageName::Greeting)["offers"]["auth"] = json!(["XOAUTH2", "PLAIN"]);
    evidence(&mut after, StageName::TokenContent)["exp"] = json!(5400);
    assert_eq!(whats(&after), [""; 0]);
}

#[test]
fn what_was_not_reached_is_not_claimed_to_be_gone() {
    let mut after = passed();
    after.outcome = Outcome::Failed;
    after.failed_stage = Some(StageName::Connect);
    for stage in after.stages.iter_mut().skip(1) {
        stage.evidence = json!({});
    }
    assert_eq!(whats(&after), [""; 0]);
    // A stripped STARTTLS is known from the offer before TLS; what would come after it is not.
    let mut after = passed();
    let tls = after.stages.iter_mut().find(|stage| stage.name == StageName::Tls).unwrap();
    (tls.status, tls.evidence) = (StageStatus::Failed, json!({}));
    *evidence(&mut after, StageName::Greeting) = json!({ "banner": "220 mx ESMTP Postfix", "offers": { "starttls": false, "auth": [], "lines": ["PIPELINING"] } });
    assert_eq!(whats(&after), ["starttls"]);
}

#[test]
fn addresses_that_once_worked_stay_known_up_to_a_limit() {
    let mut known = Fingerprint::of(&passed(), 1);
    for n in 0..100 {
        let mut next = passed();
        evidence(&mut next, StageName::Resolve)["addresses"] = json!([format!("198.51.100.{n}")]);
        known = Fingerprint::of(&next, 1).remembering(Some(&known));
    }
    assert_eq!(known.server.addresses.len(), MOST_ADDRESSES);
    assert!(known.server.addresses.contains("198.51.100.99"), "the newest is always among them");
}

#[test]
fn a_refused_reply_is_not_listed_again_beside_its_explanation() {
    let mut before = passed();
    before.result = json!({ "status": 200 });
    let mut after = before.clone();
    after.result = json!({ "status": 500 });
    let compare = |after: &CheckResult| last_pass(&Fingerprint::of(&before, 1), after, None).0;
    assert_eq!(compare(&after)[0].after, "HTTP 500");
    after.outcome = Outcome::Failed;
    assert!(compare(&after).is_empty());
}
