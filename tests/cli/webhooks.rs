//! Webhooks: payload, signature and Test Action (QP-14..19).

use credenza_tests::{Desk, Practice, failed_at};
use serde_json::{Value, json};

fn hook(practice: &Practice, own: Value) -> Value {
    let mut record = practice.record("Practice webhook");
    record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    record
}

#[test]
fn qp_19_test_action_sends_one_signed_request_with_sample_values_marked_as_a_test() {
    let practice = Practice::start();
    let desk = Desk::new();
    let payload = json!([
        {"key": "resourceUrl", "value": "[resource_url]"},
        {"key": "resourceName", "value": "<[resource_name]> \"quoted\""},
        {"key": "who", "value": "[credential_name]"},
        {"key": "what", "value": "[event] at [time]"},
        {"key": "list", "value": "[1, 2]"},
    ]);
    desk.add(&hook(&practice, json!({"payload": payload})));
    let answer = desk.run(&["--json", "token", "Practice webhook"]).expect(0);
    let result = answer.json();
    assert_eq!((result["kind"].as_str(), result["outcome"].as_str()), (Some("action"), Some("passed")), "{result:#}");
    let sent = practice.hooks(1);
    assert_eq!(sent.len(), 1, "exactly one request");
    assert_eq!(sent[0].signature_ok, Some(true), "the receiver checked the signature");
    let body: Value = serde_json::from_str(&sent[0].body).unwrap();
    assert!(body["resourceUrl"].as_str().unwrap().starts_with("https://"), "{body}");
    assert_eq!(body["who"], "Practice webhook");
    assert_eq!(body["list"], "[1, 2]", "other brackets are text");
    assert!(body["resourceName"].as_str().unwrap().ends_with("> \"quoted\""), "{body}");
    assert!(
        !sent[0].body.contains("[resource") && !sent[0].body.contains("[event]") && !sent[0].body.contains("[time]"),
        "{body}"
    );
    assert!(
        sent[0].headers.iter().any(|(name, value)| name == "credenza-test" && value == "true"),
        "{:?}",
        sent[0].headers
    );
    let path = &practice.accounts().webhook_path;
    assert!(!answer.out.contains(path.as_str()), "the path of a webhook is a secret");
}

#[test]
fn qp_18_an_unknown_placeholder_or_a_key_that_stands_twice_is_refused_at_save() {
    let practice = Practice::start();
    let desk = Desk::new();
    let cases = [
        (json!([{"key": "a", "value": "x"}, {"key": "b", "value": "[resource_ulr]"}]), "payload.1"),
        (json!([{"key": "a", "value": "x"}, {"key": "a", "value": "y"}]), "payload.1"),
        (json!([{"key": " ", "value": "x"}]), "payload.0"),
    ];
    for (payload, field) in cases {
        let refused = desk
            .run_with(&["--json", "add", "--from", "-"], &hook(&practice, json!({"payload": payload})).to_string())
            .expect(3);
        assert_eq!(refused.json()["error"]["field"], field);
    }
    assert!(practice.deliveries().is_empty());
}

#[test]
fn test_connection_of_a_webhook_makes_no_request() {
    let practice = Practice::start();
    let desk = Desk::new();
    desk.add(&hook(&practice, json!({})));
    assert_eq!(desk.run(&["--json", "test", "Practice webhook"]).expect(0).json()["kind"], "connection");
    assert!(practice.deliveries().is_empty());
}

#[test]
fn a_wrong_path_is_the_actions_failure_and_the_status_is_shown() {
    let practice = Practice::start();
    let desk = Desk::new();
    desk.add(&hook(&practice, json!({"path": "/hooks/not-this-one-1234"})));
    let answer = desk.run(&["--json", "token", "Practice webhook"]).expect(1);
    let result = answer.json();
    failed_at(&result, "action");
    assert_eq!(result["result"]["status"], 404, "{result:#}");
    assert!(!answer.out.contains("not-this-one-1234"));
}
