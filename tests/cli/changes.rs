//! What changed since it last worked.

use credenza_sandbox::{CertificateKind, Fault, Server};
use credenza_tests::{Desk, Practice, failed_at};
use serde_json::{Value, json};

/// A mailbox behind OAuth 2.0 whose certificate is looked at and not judged.
fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    let mut record = practice.record("Practice mail with OAuth 2.0");
    record["name"] = json!("mx");
    record["certificate_check"] = json!({ "mode": "disable" });
    desk.add(&record);
    desk
}

fn test(desk: &Desk, code: i32) -> Value {
    desk.run(&["--json", "test", "mx"]).expect(code).json()
}

fn whats(result: &Value) -> Vec<&str> {
    let changes = result["changes_since_last_pass"].as_array().unwrap();
    changes.iter().map(|change| change["what"].as_str().unwrap()).collect()
}

#[test]
fn c11_another_certificate_and_no_xoauth2_are_exactly_two_lines() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let first = test(&desk, 0);
    assert!(first["last_pass"].is_null(), "there was none before");
    let again = test(&desk, 0);
    assert_eq!(whats(&again), [""; 0], "{again:#}");
    assert_eq!(again["last_pass"]["at"], first["started_at"]);

    practice.set_on(Server::Smtps, Fault::Certificate(CertificateKind::SelfSigned));
    practice.set_on(Server::Smtps, Fault::Mechanisms(vec!["PLAIN".into(), "LOGIN".into()]));
    let broken = test(&desk, 1);
    failed_at(&broken, "authenticate");
    assert_eq!(whats(&broken), ["certificate", "auth"], "{broken:#}");
    let words = desk.run(&["test", "mx"]).expect(1).out;
    assert!(words.contains("2 things are different from when it last worked"), "{words}");
    assert!(words.contains("Server certificate: ") && words.contains("Ways to sign in: "), "{words}");

    practice.clear_faults();
    assert_eq!(whats(&test(&desk, 0)), [""; 0], "compared with the last pass, not with the failure");
}

#[test]
fn c11_nothing_changed_says_so_and_points_at_the_credential() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut record = practice.record("Practice mail");
    record["name"] = json!("mx");
    desk.add(&record);
    test(&desk, 0);
    practice.set_on(Server::Smtp, Fault::Reply(credenza_sandbox::MailStep::Auth, "535 5.7.8 no".into()));
    let broken = test(&desk, 1);
    failed_at(&broken, "authenticate");
    assert_eq!(whats(&broken), [""; 0]);
    let words = broken["last_pass"]["words"].as_str().unwrap();
    assert!(
        words.starts_with("Nothing that the servers show has changed")
            && words.contains("Look at the credential itself"),
        "{words}"
    );

    // An edit of the record is a change as well, and the first to look at.
    let patch = desk.file("patch.json", json!({ "auth": { "password": "another-password-1" } }).to_string());
    desk.run(&["edit", "mx", "--from", patch.to_str().unwrap()]).expect(0);
    let edited = test(&desk, 1);
    assert_eq!(whats(&edited), ["record"], "{edited:#}");
    assert!(edited["changes_since_last_pass"][0]["after"].as_str().unwrap().contains("Password"), "{edited:#}");
}

#[test]
fn a_draft_is_not_compared_and_leaves_nothing() {
    let practice = Practice::start();
    let desk = desk(&practice);
    test(&desk, 0);
    let draft = desk.file("draft.json", json!({ "description": "another" }).to_string());
    let result = desk.run(&["--json", "test", "mx", "--draft", draft.to_str().unwrap()]).expect(0).json();
    assert!(result["last_pass"].is_null(), "{result:#}");
}
