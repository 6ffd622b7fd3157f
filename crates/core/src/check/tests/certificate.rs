//! Signing in at the identity provider with a certificate in place of a secret (`private_key_jwt`).

use credenza_net::StageName;
use credenza_sandbox::{API_AUDIENCE, MAIL_AUDIENCE, MAILBOX};
use serde_json::{Value, json};

use super::bench::*;
use crate::check::*;

const RSA: (&str, &str) =
    (include_str!("../../../../net/testdata/rsa.pem"), include_str!("../../../../net/testdata/rsa-key.pem"));

fn signed(bench: &Bench, pair: (&str, &str), own: Value) -> Value {
    let mut oauth2 = json!({
        "grant": "client_credentials", "token_url": bench.token_url(), "client_id": bench.sandbox.accounts().client_id,
        "client_auth": "private_key_jwt", "certificate_pem": pair.0, "private_key_pem": pair.1,
        "scope": format!("{API_AUDIENCE}/.default"),
    });
    for (key, value) in own.as_object().unwrap() {
        oauth2[key] = value.clone();
    }
    oauth2
}

fn app(bench: &Bench, oauth2: Value) -> Subject {
    let check = bench.trusted();
    subject(json!({ "type": "app_registration", "host": "127.0.0.1", "certificate_check": check, "oauth2": oauth2 }))
}

async fn fetched(bench: &Bench, oauth2: Value) -> CheckResult {
    bench.run(&app(bench, oauth2), Action::Token { force: true }).await.result
}

#[tokio::test]
async fn a_registered_certificate_gets_a_token_with_ps256_rs256_and_es256() {
    let bench = Bench::start().await;
    bench.sandbox.register_certificate(RSA.0).unwrap();
    for algorithm in ["PS256", "RS256"] {
        let result = fetched(&bench, signed(&bench, RSA, json!({ "assertion_algorithm": algorithm }))).await;
        passed(&result);
        let said: Vec<_> = result.transcript.iter().map(|line| line.text.as_str()).collect();
        let said = said.join("\n");
        assert!(said.contains("client_assertion=[client-assertion #") && !said.contains("client_secret"), "{said}");
    }
    let own = bench.sandbox.accounts().certificate.clone();
    passed(&fetched(&bench, signed(&bench, (&own.certificate_pem, &own.private_key_pem), json!({}))).await);
}

#[tokio::test]
async fn a_certificate_that_is_not_registered_is_refused_and_explained() {
    let bench = Bench::start().await;
    let result = fetched(&bench, signed(&bench, RSA, json!({}))).await;
    failed(&result, StageName::Token);
    assert_eq!(result.explanation.unwrap().id, "AADSTS700027");
}

#[tokio::test]
async fn a_refresh_token_is_redeemed_with_the_certificate_too() {
    let bench = Bench::start().await;
    bench.sandbox.register_certificate(RSA.0).unwrap();
    let token = &bench.sandbox.accounts().refresh_token;
    let refresh = json!({ "grant": "refresh_token", "refresh_token": token, "scope": "" });
    passed(&fetched(&bench, signed(&bench, RSA, refresh)).await);
}

#[tokio::test]
async fn a_mail_server_is_reached_with_a_token_that_a_certificate_fetched() {
    let bench = Bench::start().await;
    bench.sandbox.register_certificate(RSA.0).unwrap();
    let oauth2 = signed(&bench, RSA, json!({ "scope": format!("{MAIL_AUDIENCE}/.default") }));
    let mail = subject(json!({
        "type": "mail_server", "host": "127.0.0.1", "port": bench.sandbox.ports().smtps, "tls": "implicit",
        "certificate_check": bench.trusted(), "sender": MAILBOX,
        "auth": { "method": "oauth2", "username": MAILBOX, "oauth2": oauth2 },
    }));
    passed(&bench.run(&mail, Action::Connection).await.result);
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused_by_its_field_before_any_packet() {
    let bench = Bench::start().await;
    let own = bench.sandbox.accounts().certificate.clone();
    for (field, certificate, key) in [
        ("oauth2.private_key_pem", RSA.0, own.private_key_pem.as_str()),
        ("oauth2.private_key_pem", RSA.0, RSA.0),
        ("oauth2.certificate_pem", RSA.1, RSA.1),
    ] {
        let result = fetched(&bench, signed(&bench, (certificate, key), json!({}))).await;
        failed(&result, StageName::Input);
        assert_eq!(stage(&result, StageName::Input).evidence["field"], field);
    }
    assert!(bench.sandbox.journal().is_empty(), "zero packets");
}
