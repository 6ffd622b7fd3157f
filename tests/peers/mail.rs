//! Exim as the mail server: ways to sign in, encryption, refusals.

use credenza_tests::peers::Exim;
use credenza_tests::{Authority, Desk, failed_at, stage, warned};
use serde_json::{Value, json};

/// A record for Exim; `own` is laid over it.
pub(crate) fn record(exim: &Exim, (port, tls): (u16, &str), own: Value) -> Value {
    let mut record = json!({
        "type": "mail_server", "name": "Office mail", "description": "ERP alerts", "host": "127.0.0.1", "port": port, "tls": tls,
        "sender": "erp@independent.test",
        "certificate_check": { "mode": "certificate", "certificate_pem": exim.authority.pem() },
        "auth": { "method": "password", "username": Exim::USER, "password": Exim::PASSWORD },
    });
    record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    record
}

fn desk_with(record: &Value) -> Desk {
    let desk = Desk::new();
    desk.add(record);
    desk
}

/// *Send test email* to somebody.
fn send(desk: &Desk) -> credenza_tests::Answer {
    desk.run(&[
        "--json",
        "send-email",
        "Office mail",
        "--to",
        "ops@example.com",
        "--subject",
        "Night run",
        "--body",
        "All is well.\n",
        "--test",
    ])
}

#[test]
fn eli_8_a_relay_takes_mail_without_sign_in() {
    let exim = Exim::start(&[]);
    let desk = desk_with(&record(&exim, (exim.relay, "none"), json!({"auth": {"method": "none"}})));
    let result = send(&desk).expect(0).json();
    assert_eq!((result["kind"].as_str(), result["outcome"].as_str()), (Some("email"), Some("passed")), "{result:#}");
    assert_eq!(result["result"]["accepted"], true);
    assert!(result["result"]["reply"].as_str().unwrap().starts_with("250 "), "{result:#}");
    assert_eq!(result["certificate_verified"], Value::Null, "no TLS was spoken");
    assert!(!result.to_string().contains("delivered"), "accepted is never called delivered");
    let mails = exim.mailbox();
    assert_eq!(mails.len(), 1);
    let id = result["result"]["message_id"].as_str().unwrap();
    assert!(
        mails[0].contains(id) && mails[0].contains("Subject: Night run") && mails[0].contains("All is well."),
        "{}",
        mails[0]
    );
    assert!(
        mails[0].contains("Return-path: <erp@independent.test>"),
        "iqx_9: the record's address is the sender; {}",
        mails[0]
    );
}

#[test]
fn a_relay_that_wants_a_sign_in_refuses_the_recipient_at_permission() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = desk_with(&record(&exim, (exim.submission, "starttls"), json!({"auth": {"method": "none"}})));
    let result = send(&desk).expect(1).json();
    failed_at(&result, "permission");
    assert!(result["explanation"]["raw"].as_str().unwrap().contains("relay not permitted"), "{result:#}");
    assert!(exim.mailbox().is_empty());
}

#[test]
fn eli_9_plain_login_and_cram_md5_each_alone_sign_in_over_starttls_and_implicit_tls() {
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        let exim = Exim::start(&[mechanism]);
        for place in [(exim.submission, "starttls"), (exim.implicit, "implicit")] {
            let desk = desk_with(&record(&exim, place, json!({})));
            let result = desk.run(&["--json", "test", "Office mail"]).expect(0).json();
            assert_eq!(result["outcome"], "passed", "{result:#}");
            assert_eq!(result["certificate_verified"], true);
            let signed_in = stage(&result, "authenticate");
            assert_eq!(signed_in["evidence"]["mechanism"], mechanism, "{signed_in:#}");
            assert_eq!(stage(&result, "permission")["status"], "passed", "as far as RSET");
        }
        assert!(exim.mailbox().is_empty(), "Test connection sends no mail");
    }
}

#[test]
fn eli_9_of_all_methods_the_strongest_is_taken_and_the_record_may_narrow_them() {
    let exim = Exim::start(&["PLAIN", "LOGIN", "CRAM-MD5"]);
    let desk = desk_with(&record(&exim, (exim.submission, "starttls"), json!({})));
    let mechanism = |desk: &Desk| {
        stage(&desk.run(&["--json", "test", "Office mail"]).expect(0).json(), "authenticate")["evidence"]["mechanism"]
            .clone()
    };
    assert_eq!(mechanism(&desk), "CRAM-MD5");
    desk.run_with(&["edit", "Office mail", "--from", "-"], r#"{"auth":{"mechanisms":["LOGIN"]}}"#).expect(0);
    assert_eq!(mechanism(&desk), "LOGIN");
    assert_eq!(send(&desk).expect(0).json()["outcome"], "passed");
    assert_eq!(exim.mailbox().len(), 1);
}

#[test]
fn eli_9_a_wrong_password_fails_at_authenticate_with_every_method_tried_and_its_reply() {
    for mechanisms in [&["PLAIN"][..], &["LOGIN"], &["CRAM-MD5"], &["PLAIN", "LOGIN", "CRAM-MD5"]] {
        let exim = Exim::start(mechanisms);
        let wrong = json!({"auth": {"method": "password", "username": Exim::USER, "password": "not-the-Pa55word"}});
        let desk = desk_with(&record(&exim, (exim.submission, "starttls"), wrong));
        let answer = send(&desk).expect(1);
        let result = answer.json();
        failed_at(&result, "authenticate");
        assert!(result["explanation"]["id"].as_str().unwrap().starts_with("smtp"), "{}", result["explanation"]);
        assert!(result["explanation"]["raw"].as_str().unwrap().starts_with("535"), "{}", result["explanation"]);
        let tried = stage(&result, "authenticate")["evidence"]["tried"].clone();
        assert!(tried.as_array().unwrap().iter().all(|one| one["reply"].to_string().contains("535")), "{tried:#}");
        assert!(!answer.out.contains("not-the-Pa55word") && !answer.err.contains("not-the-Pa55word"));
        assert!(exim.mailbox().is_empty(), "nothing was sent");
        assert_eq!(desk.run(&["--json", "list", "--status", "failed"]).expect(0).json()[0]["name"], "Office mail");
    }
}

#[test]
fn d7_a_password_in_clear_is_refused_then_allowed_by_the_record_and_flagged() {
    let exim = Exim::start(&["PLAIN", "LOGIN"]);
    let desk = desk_with(&record(&exim, (exim.clear, "none"), json!({})));
    let answer = send(&desk).expect(1);
    let result = answer.json();
    assert!(["input", "authenticate"].contains(&result["failed_stage"].as_str().unwrap()), "{result:#}");
    let said = |line: &Value| line["from"] == "client" && line["text"].as_str().unwrap().starts_with("AUTH");
    assert!(
        !result["transcript"].as_array().unwrap().iter().any(said),
        "no byte of a sign-in left: {:#}",
        result["transcript"]
    );
    assert!(exim.mailbox().is_empty());

    let allow = r#"{"allow_clear":true}"#;
    desk.run_with(&["edit", "Office mail", "--from", "-"], allow).expect(6);
    desk.run_with(&["edit", "Office mail", "--rebind", "--from", "-"], allow).expect(0);
    let result = send(&desk).expect(0).json();
    assert_eq!(result["outcome"], "warning");
    assert!(warned(&result, "clear_text"), "{result:#}");
    assert_eq!(exim.mailbox().len(), 1);
    let rows = desk.run(&["--json", "list"]).expect(0).json();
    assert!(rows[0]["flags"].to_string().contains("clear_text"), "and the list shows it: {rows:#}");
}

#[test]
fn d1_an_unknown_issuer_fails_at_tls_with_its_reason_and_no_sign_in() {
    let exim = Exim::start(&["PLAIN"]);
    for place in [(exim.submission, "starttls"), (exim.implicit, "implicit")] {
        for check in
            [json!({"mode": "enable"}), json!({"mode": "certificate", "certificate_pem": Authority::new().pem()})]
        {
            let desk = desk_with(&record(&exim, place, json!({"certificate_check": check})));
            let result = desk.run(&["--json", "test", "Office mail"]).expect(1).json();
            failed_at(&result, "tls");
            assert_eq!(result["certificate_verified"], false);
            assert!(result["explanation"]["id"].as_str().unwrap().starts_with("tls"), "{}", result["explanation"]);
            assert_eq!(
                stage(&result, "authenticate")["status"],
                "not_reached",
                "nothing after the broken stage is claimed"
            );
        }
    }
    assert!(!exim.log().contains("A=plain"), "{}", exim.log());
}

#[test]
fn d1_without_verification_it_passes_with_a_warning_and_shows_the_certificate() {
    let exim = Exim::start(&["PLAIN"]);
    let desk =
        desk_with(&record(&exim, (exim.implicit, "implicit"), json!({"certificate_check": {"mode": "disable"}})));
    let result = desk.run(&["--json", "test", "Office mail"]).expect(0).json();
    assert_eq!(result["outcome"], "warning");
    assert_eq!(result["certificate_verified"], false);
    assert!(warned(&result, "not_verified"), "{result:#}");
    assert!(stage(&result, "tls")["evidence"].to_string().contains("localhost"), "the certificate it saw is shown");
}

#[test]
fn tls_and_clear_text_on_the_wrong_port_are_told_apart() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = Desk::new();
    for (name, place) in [
        ("tls on a clear port", (exim.submission, "implicit")),
        ("clear on a tls port", (exim.implicit, "starttls")),
        ("no starttls", (exim.clear, "starttls")),
    ] {
        desk.add(&record(&exim, place, json!({"name": name})));
        let result = desk.run(&["--json", "test", name, "--timeout", "8s"]).expect(1).json();
        let failed = result["failed_stage"].as_str().unwrap();
        assert!(["tls", "greeting"].contains(&failed), "{name}: {result:#}");
        assert_eq!(stage(&result, "authenticate")["status"], "not_reached", "{name}: no sign-in without TLS");
    }
}
