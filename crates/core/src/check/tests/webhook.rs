//! Webhooks: *Test Action* and *Test connection*.

use credenza_net::{StageName, StageStatus};
use credenza_sandbox::Server;
use serde_json::{Value, json};

use super::bench::*;
use crate::check::*;

fn hook(bench: &Bench, path: &str) -> Value {
    json!({
        "type": "webhook", "host": "127.0.0.1", "port": bench.sandbox.ports().webhook, "path": path,
        "certificate_check": bench.trusted(),
        "payload": [
            { "key": "resourceUrl", "value": "[resource_url]" },
            { "key": "resourceName", "value": "[resource_name] of [credential_name]" },
            { "key": "event", "value": "[event] at [time]" },
        ],
    })
}

fn test_action() -> Action {
    Action::Webhook(WebhookSample::default())
}

#[tokio::test]
async fn qp_19_test_action_sends_one_signed_request_marked_as_a_test_and_shows_both_sides() {
    let bench = Bench::start().await;
    let path = bench.sandbox.accounts().webhook_path.clone();
    let mut record = hook(&bench, &path);
    record["signing_secret"] = json!(bench.sandbox.accounts().signing_secret);
    let result = bench.run(&subject(record), test_action()).await.result;
    passed(&result);
    assert_eq!(result.kind, CheckKind::Action);
    let deliveries = bench.sandbox.deliveries();
    assert_eq!(deliveries.len(), 1, "exactly one real request");
    assert_eq!(deliveries[0].signature_ok, Some(true), "Standard Webhooks");
    let header =
        |name: &str| deliveries[0].headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((header("credenza-test"), header("content-type")), (Some("true"), Some("application/json")));
    let body: Value = serde_json::from_str(&deliveries[0].body).unwrap();
    assert_eq!(body["resourceName"], "Credenza test resource of Office mail");
    assert!(body["event"].as_str().unwrap().starts_with("test at 20"), "{body}");
    assert_eq!(result.result["status"], 200);
    assert_eq!(result.result["request"]["body"], deliveries[0].body, "the request is shown");
    assert!(!result.result["request"]["url"].as_str().unwrap().contains(&path), "its path is a secret");
}

#[tokio::test]
async fn test_connection_reaches_tls_and_makes_no_request() {
    let bench = Bench::start().await;
    let path = bench.sandbox.accounts().webhook_path.clone();
    let result = bench.run(&subject(hook(&bench, &path)), Action::Connection).await.result;
    passed(&result);
    assert_eq!(status(&result, StageName::Tls), StageStatus::Passed);
    assert_eq!(status(&result, StageName::Action), StageStatus::Skipped);
    assert!(bench.sandbox.deliveries().is_empty(), "no request");
    assert_eq!(bench.sandbox.connections(Server::Webhook), 1);
}

#[tokio::test]
async fn a_wrong_path_and_a_removed_hook_fail_at_action() {
    let bench = Bench::start().await;
    for (path, id) in [("/hooks/wrong-path-0123", "http:404"), ("/hooks/gone", "http:410")] {
        let result = bench.run(&subject(hook(&bench, path)), test_action()).await.result;
        failed(&result, StageName::Action);
        assert_eq!(result.explanation.unwrap().id, id);
    }
}

#[tokio::test]
async fn a_wrong_signature_is_refused_by_the_receiver_and_a_missing_secret_by_us() {
    let bench = Bench::start().await;
    let path = bench.sandbox.accounts().webhook_path.clone();
    let mut record = hook(&bench, &path);
    record["signing_secret"] = json!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    failed(&bench.run(&subject(record.clone()), test_action()).await.result, StageName::Authenticate);
    record.as_object_mut().unwrap().remove("signing_secret");
    record["signature"] = json!("standard_webhooks");
    let result = bench.run(&subject(record), test_action()).await.result;
    failed(&result, StageName::Input);
    assert_eq!(stage(&result, StageName::Input).evidence["field"], "signing_secret");
}

#[tokio::test]
async fn an_unknown_placeholder_is_refused_before_any_packet() {
    let bench = Bench::start().await;
    let mut record = hook(&bench, "/hooks/x");
    record["payload"] = json!([{ "key": "a", "value": "[nothing_known]" }]);
    let result = bench.run(&subject(record), test_action()).await.result;
    failed(&result, StageName::Input);
    assert!(bench.sandbox.journal().is_empty(), "zero packets");
}

#[test]
fn a_secret_has_no_test_and_each_button_belongs_to_its_types() {
    let secret = subject(json!({ "type": "secret", "value": "some-value-0123" }));
    for action in [Action::Connection, Action::Token { force: true }, test_action()] {
        let problem = applicable(&secret.credential, &action).unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("type"));
    }
    let hook = subject(json!({ "type": "webhook", "host": "h", "path": "/x" }));
    assert!(applicable(&hook.credential, &test_action()).is_ok());
    assert!(applicable(&hook.credential, &Action::Email(EmailRequest::default())).is_err());
    assert!(applicable(&hook.credential, &Action::Token { force: true }).is_err());
}
