//! nginx as the outbound server.

use credenza_tests::peers::Nginx;
use credenza_tests::{Desk, failed_at, stage, warned};
use serde_json::{Value, json};

fn server(nginx: &Nginx, port: u16, own: Value) -> Value {
    let mut record = json!({
        "type": "outbound_server", "name": "API", "description": "d", "host": "localhost", "port": port,
        "certificate_check": {"mode": "certificate", "certificate_pem": nginx.authority.pem()},
    });
    record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    record
}

fn test(record: &Value) -> (i32, Value) {
    let desk = Desk::new();
    desk.add(record);
    let answer = desk.run(&["--json", "test", "API"]);
    (answer.code, answer.json())
}

fn basic(password: &str) -> Value {
    json!({"auth": {"method": "basic", "username": Nginx::USER, "password": password}, "test_request": {"path": "/basic"}})
}

#[test]
fn tuf_17_basic_passes_and_a_wrong_password_fails_at_authenticate() {
    let nginx = Nginx::start();
    let (code, result) = test(&server(&nginx, nginx.good, basic(Nginx::PASSWORD)));
    assert_eq!(
        (code, result["outcome"].as_str(), result["result"]["status"].as_u64()),
        (0, Some("passed"), Some(204)),
        "{result:#}"
    );
    assert_eq!(result["certificate_verified"], true);
    assert_eq!(stage(&result, "authenticate")["status"], "passed");

    let (code, result) = test(&server(&nginx, nginx.good, basic("wrong-Pa55word")));
    assert_eq!(code, 1);
    failed_at(&result, "authenticate");
    assert!(result["explanation"]["id"].as_str().unwrap().contains("401"), "{}", result["explanation"]);

    let (code, result) = test(&server(&nginx, nginx.good, json!({"test_request": {"path": "/basic"}})));
    assert_eq!(code, 1);
    failed_at(&result, "authenticate");
}

#[test]
fn a_client_certificate_opens_what_is_closed_without_one() {
    let nginx = Nginx::start();
    let (certificate, key) = nginx.client.clone();
    let files = json!({"client_certificate": {"certificate_pem": certificate, "private_key_pem": key}});
    let desk = Desk::new();
    desk.add(&server(&nginx, nginx.client_certificate, files));
    let called = desk.run(&["call", "API", "GET", "/"]).expect(0);
    assert!(called.out.contains("erp client"), "nginx saw the certificate's subject: {called:?}");
    let shown = desk.run(&["--json", "show", "API"]).expect(0);
    assert!(!shown.out.contains("PRIVATE KEY"), "the key is masked");

    let (code, result) = test(&server(&nginx, nginx.client_certificate, json!({})));
    assert_eq!((code, result["outcome"].as_str()), (1, Some("failed")), "{result:#}");
    assert!(
        result["explanation"]["raw"].as_str().unwrap().contains("400") || result.to_string().contains("certificate"),
        "{result:#}"
    );
}

#[test]
fn d1_a_self_signed_certificate_is_refused_and_accepted_once_it_is_pinned() {
    let nginx = Nginx::start();
    let (code, result) = test(&server(&nginx, nginx.self_signed, json!({})));
    assert_eq!(code, 1);
    failed_at(&result, "tls");
    let reason = stage(&result, "tls")["evidence"].to_string();
    let shown = find_pem(&stage(&result, "tls"))
        .unwrap_or_else(|| panic!("the certificate the server showed can be pinned: {reason}"));
    let pinned = json!({"certificate_check": {"mode": "certificate", "certificate_pem": shown}});
    let (code, result) = test(&server(&nginx, nginx.self_signed, pinned.clone()));
    assert_eq!(
        (code, result["outcome"].as_str(), result["certificate_verified"].as_bool()),
        (0, Some("passed"), Some(true)),
        "{result:#}"
    );
    let (code, result) = test(&server(&nginx, nginx.good, pinned));
    assert_eq!(code, 1, "another certificate than the pinned one is refused");
    failed_at(&result, "tls");
}

/// The first PEM certificate anywhere in a value.
fn find_pem(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.starts_with("-----BEGIN CERTIFICATE") => Some(text.clone()),
        Value::Array(items) => items.iter().find_map(find_pem),
        Value::Object(map) => map.values().find_map(find_pem),
        _ => None,
    }
}

#[test]
fn an_expired_certificate_is_refused_with_its_own_reason() {
    let nginx = Nginx::start();
    let explain = |port: u16| {
        let (code, result) = test(&server(&nginx, port, json!({})));
        assert_eq!(code, 1);
        failed_at(&result, "tls");
        result["explanation"]["id"].as_str().unwrap().to_owned()
    };
    let (expired, unknown) = (explain(nginx.expired), explain(nginx.self_signed));
    assert!(expired.contains("expired"), "{expired}");
    assert_ne!(expired, unknown, "two causes, two explanations");

    let (code, result) = test(&server(&nginx, nginx.expired, json!({"certificate_check": {"mode": "disable"}})));
    assert_eq!((code, result["outcome"].as_str()), (0, Some("warning")), "{result:#}");
    assert!(warned(&result, "not_verified"));
}

#[test]
fn call_prints_the_body_as_it_came_and_its_exit_code_is_the_status() {
    let nginx = Nginx::start();
    let desk = Desk::new();
    desk.add(&server(&nginx, nginx.good, basic(Nginx::PASSWORD)));
    let found = desk.run(&["call", "API", "GET", "/"]).expect(0);
    assert_eq!(found.out, r#"{"client":""}"#, "the body and nothing else");
    assert!(found.err.contains("200"), "the status for people: {found:?}");
    let teapot = desk.run(&["call", "API", "GET", "/teapot"]).expect(1);
    assert!(teapot.err.contains("418"), "{teapot:?}");
    let empty = desk.run(&["call", "API", "get", "/basic"]).expect(0);
    assert_eq!(empty.out, "");
    let shown = desk.run(&["--json", "call", "API", "GET", "/teapot"]).expect(1).json();
    assert_eq!((shown["kind"].as_str(), shown["result"]["status"].as_u64()), (Some("action"), Some(418)));
    desk.run(&["call", "API", "GET", "no-slash", "--header", "broken"]).expect(3);
}

#[test]
fn a_password_over_plain_http_is_flagged_in_every_list() {
    let nginx = Nginx::start();
    let desk = Desk::new();
    let own = json!({"protocol": "http", "auth": {"method": "basic", "username": "u", "password": "some-Pa55word"}, "certificate_check": {"mode": "enable"}});
    desk.add(&server(&nginx, nginx.clear, own));
    let result = desk.run(&["--json", "test", "API"]).expect(0).json();
    assert_eq!(result["certificate_verified"], Value::Null, "no TLS was spoken");
    assert!(desk.run(&["--json", "list"]).expect(0).json()[0]["flags"].to_string().contains("clear_text"));
}
