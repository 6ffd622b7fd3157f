//! Outbound servers: every way to sign in, and which stage a status speaks about.

use credenza_net::{StageName, StageStatus};
use credenza_sandbox::{API_AUDIENCE, MAILBOX, PROXY_USER, Server};
use serde_json::{Value, json};

use super::bench::*;
use crate::check::*;

fn outbound(bench: &Bench, base: &str, auth: Value) -> Value {
    json!({
        "type": "outbound_server", "host": "127.0.0.1", "port": bench.sandbox.ports().echo, "base_path": base,
        "certificate_check": bench.trusted(), "auth": auth,
    })
}

fn none() -> Value {
    json!({ "method": "none" })
}

fn basic(password: &str) -> Value {
    json!({ "method": "basic", "username": MAILBOX, "password": password })
}

fn oauth2(bench: &Bench) -> Value {
    let accounts = bench.sandbox.accounts();
    json!({ "method": "oauth2", "oauth2": {
        "grant": "client_credentials", "token_url": bench.token_url(), "client_id": accounts.client_id,
        "client_secret": accounts.client_secret, "scope": format!("{API_AUDIENCE}/.default"),
    } })
}

#[tokio::test]
async fn tuf_17_basic_passes_and_a_wrong_password_fails_at_authenticate() {
    let bench = Bench::start().await;
    let good = subject(outbound(&bench, "/basic", basic(&bench.sandbox.accounts().password)));
    let result = bench.run(&good, Action::Connection).await.result;
    passed(&result);
    assert_eq!(result.result["status"], 200);
    assert_eq!(status(&result, StageName::Authenticate), StageStatus::Passed);
    let bad =
        bench.run(&subject(outbound(&bench, "/basic", basic("not-the-password"))), Action::Connection).await.result;
    failed(&bad, StageName::Authenticate);
    assert_eq!(bad.explanation.as_ref().unwrap().id, "http:401");
    assert_eq!(bad.result["status"], 401, "the reply is shown all the same");
}

#[tokio::test]
async fn tuf_26_a_token_on_the_record_is_the_bearer() {
    let bench = Bench::start().await;
    let auth = json!({ "method": "bearer", "token": bench.sandbox.accounts().api_token });
    passed(&bench.run(&subject(outbound(&bench, "/bearer", auth)), Action::Connection).await.result);
    let bad = json!({ "method": "bearer", "token": "another-token-altogether" });
    failed(
        &bench.run(&subject(outbound(&bench, "/bearer", bad)), Action::Connection).await.result,
        StageName::Authenticate,
    );
}

#[tokio::test]
async fn tuf_18_oauth2_fetches_a_token_inside_the_check() {
    let bench = Bench::start().await;
    let result = bench.run(&subject(outbound(&bench, "/bearer", oauth2(&bench))), Action::Connection).await.result;
    passed(&result);
    assert!(!stage(&result, StageName::Token).steps.is_empty(), "the token call's own stages");
    assert_eq!(bench.sandbox.connections(Server::Idp), 1);
    assert_eq!(bench.sandbox.connections(Server::Echo), 1, "exactly one real request");
}

#[tokio::test]
async fn a_status_speaks_about_one_stage() {
    let bench = Bench::start().await;
    let cases = [(403, StageName::Permission), (404, StageName::Action), (503, StageName::Action)];
    for (code, at) in cases {
        let mut record = outbound(&bench, "", none());
        record["test_request"] = json!({ "path": format!("/status/{code}") });
        let result = bench.run(&subject(record), Action::Connection).await.result;
        failed(&result, at);
        assert_ne!(result.explanation.unwrap().id, "unknown", "{code} is a known status");
    }
    let mut record = outbound(&bench, "", none());
    record["test_request"] = json!({ "path": "/status/404", "expect_status": [404] });
    passed(&bench.run(&subject(record), Action::Connection).await.result);
    let mut record = outbound(&bench, "", none());
    record["test_request"] = json!({ "path": "/health", "expect_status": [204, 404] });
    let result = bench.run(&subject(record), Action::Connection).await.result;
    failed(&result, StageName::Action);
    assert!(stage(&result, StageName::Action).summary.contains("204 or 404"), "{}", report(&result));
}

#[tokio::test]
async fn a_redirect_is_a_finding_and_never_followed() {
    let bench = Bench::start().await;
    let mut record = outbound(&bench, "", none());
    record["test_request"] = json!({ "path": "/redirect" });
    let result = bench.run(&subject(record), Action::Connection).await.result;
    passed(&result);
    assert!(warned(&result, "redirect"), "{:?}", result.warnings);
    assert_eq!(bench.sandbox.connections(Server::Echo), 1);
}

#[tokio::test]
async fn a_test_request_that_could_change_something_is_refused_before_any_packet() {
    let bench = Bench::start().await;
    let mut changing = subject(outbound(&bench, "", none()));
    let crate::credential::Kind::OutboundServer(server) = &mut changing.credential.kind else {
        panic!("an outbound server")
    };
    server.test_request.method = "POST".into();
    let result = bench.run(&changing, Action::Connection).await.result;
    failed(&result, StageName::Input);
    assert!(bench.sandbox.journal().is_empty(), "zero packets");
}

#[tokio::test]
async fn a_call_sends_its_method_headers_and_body_and_gives_the_body_back() {
    let bench = Bench::start().await;
    let mut record = outbound(&bench, "/basic", basic(&bench.sandbox.accounts().password));
    record["headers"] = json!([
        { "name": "Content-Type", "value": "application/json" },
        { "name": "X-Api-Key", "value": "key-0123456789", "secret": true },
    ]);
    let call = CallRequest {
        method: "put".into(),
        path: "/things/7?full=1".into(),
        headers: vec![("content-type".into(), "text/plain".into()), ("X-Own".into(), "yes".into())],
        body: Some(b"hello".to_vec()),
    };
    let finished = bench.run(&subject(record), Action::Call(call)).await;
    passed(&finished.result);
    assert_eq!(finished.result.kind, CheckKind::Action);
    let seen: Value = serde_json::from_slice(&finished.body.unwrap()).unwrap();
    assert_eq!((&seen["method"], &seen["body"], &seen["query"]), (&json!("PUT"), &json!("hello"), &json!("full=1")));
    assert_eq!(seen["headers"]["content-type"], "text/plain", "the call's own header replaces the record's");
    assert_eq!(seen["headers"]["x-api-key"], "key-0123456789");
    let excerpt = finished.result.result["body_excerpt"].as_str().unwrap();
    assert!(!excerpt.contains("key-0123456789"), "an echoed secret is hidden: {excerpt}");
}

#[tokio::test]
async fn a_call_that_the_server_refuses_still_gives_its_body() {
    let bench = Bench::start().await;
    let call = CallRequest { method: "GET".into(), path: "/status/404".into(), ..CallRequest::default() };
    let finished = bench.run(&subject(outbound(&bench, "", none())), Action::Call(call)).await;
    failed(&finished.result, StageName::Action);
    assert!(!finished.body.unwrap().is_empty(), "a job prints what came");
}

#[tokio::test]
async fn tuf_15_both_calls_go_through_a_proxy_with_password() {
    let bench = Bench::start().await;
    let mut record = outbound(&bench, "/bearer", oauth2(&bench));
    record["proxy"] = json!({
        "url": format!("http://127.0.0.1:{}", bench.sandbox.ports().http_proxy_auth),
        "username": PROXY_USER, "password": bench.sandbox.accounts().proxy_password,
    });
    let result = bench.run(&subject(record.clone()), Action::Connection).await.result;
    passed(&result);
    let journal = bench.journal(Server::HttpProxyAuth).join("\n");
    for port in [bench.sandbox.ports().echo, bench.sandbox.ports().idp] {
        assert!(journal.contains(&format!(":{port}")), "the proxy carried the call to port {port}: {journal}");
    }
    record["proxy"]["password"] = json!("not-the-password");
    record["auth"] = none();
    failed(&bench.run(&subject(record), Action::Connection).await.result, StageName::Proxy);
}

#[tokio::test]
async fn certificates_that_do_not_fit_fail_at_tls() {
    let bench = Bench::start().await;
    for server in [Server::Expired, Server::WrongName, Server::SelfSigned] {
        let mut record = outbound(&bench, "", none());
        record["port"] = json!(bench.sandbox.ports().of(server));
        let result = bench.run(&subject(record), Action::Connection).await.result;
        failed(&result, StageName::Tls);
        assert_ne!(result.explanation.as_ref().unwrap().id, "unknown", "{server}: {}", report(&result));
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown_and_its_missing_key_is_named() {
    let bench = Bench::start().await;
    let pair = bench.sandbox.client_certificate();
    let mut record = outbound(&bench, "", none());
    record["port"] = json!(bench.sandbox.ports().client_certificate);
    record["client_certificate"] =
        json!({ "certificate_pem": pair.certificate_pem, "private_key_pem": pair.private_key_pem });
    let mut subject = subject(record);
    passed(&bench.run(&subject, Action::Connection).await.result);
    subject.secrets.remove("client_certificate.private_key_pem");
    let result = bench.run(&subject, Action::Connection).await.result;
    failed(&result, StageName::Input);
    assert_eq!(stage(&result, StageName::Input).evidence["field"], "client_certificate.private_key_pem");
}

#[tokio::test]
async fn an_api_key_goes_in_a_header_or_in_the_query_and_is_shown_in_neither() {
    let bench = Bench::start().await;
    let key = &bench.sandbox.accounts().api_token;
    for (place, name) in [("header", "X-Api-Key"), ("query", "api_key")] {
        let auth = json!({ "method": "api_key", "in": place, "name": name, "value": key });
        let mut record = outbound(&bench, "/key", auth);
        record["test_request"] = json!({ "path": "/health?a=1" });
        let result = bench.run(&subject(record), Action::Connection).await.result;
        passed(&result);
        let request = &result.result["request"];
        let hidden = format!("{name}=[api-key #");
        let said = result
            .transcript
            .iter()
            .any(|line| line.text.contains(&hidden) || line.text.to_lowercase().starts_with("x-api-key: ["));
        assert!(said, "the place of the key is shown, the key is not: {request}");
        assert_eq!(request["url"].as_str().unwrap().contains(&hidden), place == "query", "{request}");
        assert!(!serde_json::to_string(&result).unwrap().contains(key.as_str()));
    }
    let wrong = json!({ "method": "api_key", "name": "X-Api-Key", "value": "another-key-altogether" });
    let result = bench.run(&subject(outbound(&bench, "/key", wrong)), Action::Connection).await.result;
    failed(&result, StageName::Authenticate);
    let missing = json!({ "method": "api_key", "name": "X-Api-Key" });
    let result = bench.run(&subject(outbound(&bench, "/key", missing)), Action::Connection).await.result;
    failed(&result, StageName::Input);
    assert_eq!(stage(&result, StageName::Input).evidence["field"], "auth.value");
}

#[tokio::test]
async fn digest_answers_one_challenge_and_says_that_two_requests_were_sent() {
    let bench = Bench::start().await;
    let digest = |password: &str| json!({ "method": "digest", "username": MAILBOX, "password": password });
    let record = outbound(&bench, "/digest", digest(&bench.sandbox.accounts().password));
    let result = bench.run(&subject(record), Action::Connection).await.result;
    passed(&result);
    assert_eq!(result.result["requests"], 2);
    assert!(stage(&result, StageName::Authenticate).summary.contains("Two requests"), "{}", report(&result));
    assert_eq!(bench.sandbox.connections(Server::Echo), 2);
    let said: Vec<_> = result.transcript.iter().map(|line| line.text.as_str()).collect();
    assert!(said.join("\n").contains("authorization: Digest ["), "{said:?}");

    let result =
        bench.run(&subject(outbound(&bench, "/digest", digest("not-the-password"))), Action::Connection).await.result;
    failed(&result, StageName::Authenticate);
    assert_eq!(bench.sandbox.connections(Server::Echo), 4, "a refused answer is not tried again");
    let open =
        bench.run(&subject(outbound(&bench, "", digest("any-password-at-all"))), Action::Connection).await.result;
    passed(&open);
    assert_eq!(open.result["requests"], 1, "a server that does not ask is not answered");
}

#[tokio::test]
async fn digest_sends_the_body_of_a_call_only_with_its_answer() {
    let bench = Bench::start().await;
    let auth = json!({ "method": "digest", "username": MAILBOX, "password": bench.sandbox.accounts().password });
    let call = CallRequest {
        method: "POST".into(),
        path: "/x?y=1".into(),
        body: Some(b"hello".to_vec()),
        ..CallRequest::default()
    };
    let finished = bench.run(&subject(outbound(&bench, "/digest", auth)), Action::Call(call)).await;
    passed(&finished.result);
    let seen: Value = serde_json::from_slice(&finished.body.unwrap()).unwrap();
    assert_eq!(
        (seen["method"].as_str(), seen["body"].as_str(), seen["query"].as_str()),
        (Some("POST"), Some("hello"), Some("y=1"))
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_the_server_and_to_the_identity_provider() {
    let bench = Bench::start().await;
    let pair = bench.sandbox.client_certificate().clone();
    let mut record = outbound(&bench, "", none());
    record["port"] = json!(bench.sandbox.ports().client_certificate);
    let without = bench.run(&subject(record.clone()), Action::Connection).await.result;
    assert_eq!(without.outcome, Outcome::Failed, "{}", report(&without));
    record["client_certificate"] =
        json!({ "certificate_pem": pair.certificate_pem, "private_key_pem": pair.private_key_pem });
    passed(&bench.run(&subject(record), Action::Connection).await.result);
}

#[tokio::test]
async fn c18_a_guid_as_entras_secret_is_flagged_before_anything_is_sent() {
    let bench = Bench::start().await;
    let mut record = outbound(&bench, "/bearer", oauth2(&bench));
    record["auth"]["oauth2"]["token_url"] = json!("https://login.microsoftonline.com/x/oauth2/v2.0/token");
    record["auth"]["oauth2"]["client_secret"] = json!("0f8fad5b-d9cb-469f-a165-70867728950e");
    record["proxy"] = json!({ "url": "http://127.0.0.1:1" });
    let result = bench.run(&subject(record), Action::Connection).await.result;
    assert!(warned(&result, "secret_guid"), "{}", report(&result));
    assert_eq!(result.failed_stage, Some(StageName::Token), "and the check goes on: {}", report(&result));
}
