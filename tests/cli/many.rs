//! `test --all`.

use credenza_sandbox::{CertificateKind, Fault, Server};
use credenza_tests::{Desk, Practice};
use serde_json::{Value, json};

/// Six mail servers (one host under several names), an app registration, a webhook and a secret, tagged in two halves.
fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    let mut records: Vec<Value> = (0..6)
        .map(|n| {
            let mut record = practice.record("Practice mail");
            record["name"] = json!(format!("mx{n}"));
            record["tags"] = json!([if n < 3 { "left" } else { "right" }]);
            record
        })
        .collect();
    records.push(practice.record("Practice app registration"));
    records.push(practice.record("Practice webhook"));
    records.push(json!({ "type": "secret", "name": "key", "description": "d", "value": "canary-value-1234" }));
    desk.add(&Value::Array(records));
    desk
}

fn numbers(result: &Value) -> [u64; 4] {
    ["passed", "warning", "failed", "cancelled"].map(|key| result[key].as_u64().unwrap())
}

#[test]
fn all_are_tested_nothing_is_sent_and_every_list_shows_it() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let result = desk.run(&["--json", "test", "--all"]).expect(0).json();
    assert_eq!(numbers(&result), [8, 0, 0, 0], "{result:#}");
    assert_eq!(result["causes"], json!([]));
    assert_eq!(result["results"].as_array().unwrap().len(), 8, "a secret has no test");
    let keys: Vec<&String> = result["results"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "name", "type", "outcome", "failed_stage", "headline", "duration_ms"]);
    assert!(practice.mailbox().is_empty() && practice.deliveries().is_empty(), "tests send nothing");
    let rows = desk.run(&["--json", "list", "--status", "passed"]).expect(0).json();
    assert_eq!(rows.as_array().unwrap().len(), 8, "results are kept like those of single checks");
    let text = desk.run(&["test", "--all"]).expect(0);
    assert!(text.out.contains("8 passed, 0 with a warning, 0 failed in "), "{}", text.out);
    assert_eq!(text.err, "", "nothing counts where nobody watches");
}

#[test]
fn never_two_on_one_host() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.run(&["test", "--all", "--type", "mail_server"]).expect(0);
    let journal = practice.journal();
    let texts: Vec<&str> =
        journal.iter().filter(|line| line.server == Server::Smtp).map(|line| line.text.as_str()).collect();
    let mut open = 0_i32;
    for text in &texts {
        match *text {
            "connected" => open += 1,
            text if text.starts_with("QUIT") || text == "closed" => open = 0,
            _ => {}
        }
        assert!(open <= 1, "{texts:#?}");
    }
    assert_eq!(texts.iter().filter(|text| **text == "connected").count(), 6);
}

#[test]
fn failures_are_told_by_their_cause_and_stop_nobody_else() {
    let practice = Practice::start();
    let desk = desk(&practice);
    practice.set_on(Server::Smtp, Fault::Certificate(CertificateKind::Expired));
    let result = desk.run(&["--json", "test", "--all"]).expect(1).json();
    assert_eq!(numbers(&result), [2, 0, 6, 0], "{result:#}");
    let causes = result["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 1, "{causes:#?}");
    assert_eq!((causes[0]["shared"].as_str(), causes[0]["count"].as_u64()), (Some("certificate"), Some(6)));
    let words = causes[0]["words"].as_str().unwrap();
    assert!(words.starts_with("All 6 failures are one expired certificate"), "{words}");
    assert!(desk.run(&["test", "--all"]).expect(1).out.contains(words), "the text says it as well");
}

#[test]
fn tag_type_and_status_choose() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let tested = |arguments: &[&str]| {
        let result = desk.run(&[&["--json", "test", "--all"], arguments].concat()).expect(0).json();
        let names = result["results"].as_array().unwrap().iter();
        names.map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(tested(&["--tag", "left"]), ["mx0", "mx1", "mx2"]);
    assert_eq!(tested(&["--status", "untested", "--type", "mail_server"]), ["mx3", "mx4", "mx5"]);
    assert_eq!(tested(&["--type", "app_registration"]), ["Practice app registration"]);
    assert_eq!(tested(&["--tag", "nowhere"]), [""; 0]);
    for wrong in
        [&["test"][..], &["test", "mx0", "--all"], &["test", "mx0", "--tag", "left"], &["test", "--all", "--type", "x"]]
    {
        desk.run(wrong).expect(2);
    }
}

#[test]
fn every_check_has_its_intent_and_the_run_one_line_more() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.run(&["test", "--all", "--tag", "left"]).expect(0);
    let events = desk.run(&["--json", "events", "--category", "check"]).expect(0).json();
    let actions: Vec<&str> = events.as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    let count = |name: &str| actions.iter().filter(|action| **action == name).count();
    assert_eq!((count("check_started"), count("check_finished"), count("checks_finished")), (3, 3, 1), "{actions:?}");
    assert_eq!(actions[0], "checks_finished", "newest first");
    assert!(events.as_array().unwrap().iter().all(|event| event["operator"] == "administrator"), "who pressed");
    assert!(events[0]["text"].as_str().unwrap().starts_with("3 credentials were tested in one go: 3 passed"));
    desk.run(&["events", "verify"]).expect(0);
}

#[test]
fn a_record_that_may_not_be_tested_is_a_failure_of_its_own() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let script = desk.file("token.sh", "#!/bin/sh\necho token-1234567890\n");
    desk.add(&json!({ "type": "outbound_server", "name": "a script", "description": "d", "host": "127.0.0.1",
        "auth": { "method": "bearer", "token_script": script } }));
    let result = desk.run(&["--json", "test", "--all"]);
    let result = result.json();
    let row = result["results"].as_array().unwrap().iter().find(|row| row["name"] == "a script").unwrap().clone();
    assert_eq!(row["outcome"], "failed", "{row:#}");
    assert_eq!(result["passed"], 8, "the others go on");
}
