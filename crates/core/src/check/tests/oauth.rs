//! *Fetch Token* at an identity provider.

use credenza_net::{StageName, StageStatus};
use credenza_sandbox::{API_AUDIENCE, MAILBOX, MFA_USER, Server};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::bench::*;
use crate::check::*;

fn app(bench: &Bench, own: Value) -> Value {
    let accounts = bench.sandbox.accounts();
    let mut oauth2 = json!({
        "grant": "client_credentials", "token_url": bench.token_url(), "client_id": accounts.client_id,
        "client_secret": accounts.client_secret, "scope": format!("{API_AUDIENCE}/.default"),
    });
    for (key, value) in own.as_object().unwrap() {
        oauth2[key] = value.clone();
    }
    json!({ "type": "app_registration", "host": "127.0.0.1", "certificate_check": bench.trusted(), "oauth2": oauth2 })
}

fn refresh(bench: &Bench) -> Value {
    json!({ "grant": "refresh_token", "refresh_token": bench.sandbox.accounts().refresh_token, "scope": "" })
}

const FETCH: Action = Action::Token { force: true };

#[tokio::test]
async fn tuf_25_fetch_token_shows_type_lifetime_mask_and_claims() {
    let bench = Bench::start().await;
    let finished = bench.run(&subject(app(&bench, json!({}))), FETCH).await;
    let result = finished.result;
    passed(&result);
    assert_eq!(result.kind, CheckKind::Token);
    assert_eq!(
        status(&result, StageName::Tls),
        StageStatus::Passed,
        "the token call is the check: its stages are on top"
    );
    assert_eq!(result.result["token_type"], "Bearer");
    assert!(result.result["expires_at"].as_str().unwrap().ends_with('Z'));
    let token = finished.token.unwrap();
    let masked = result.result["masked"].as_str().unwrap();
    assert!(masked.starts_with("****") && token.expose_secret().ends_with(&masked[4..]), "{masked}");
    assert_eq!(result.result["claims"]["aud"], API_AUDIENCE);
    assert_eq!(result.result["claims"]["roles"], json!(["Practice.Read"]));
}

#[tokio::test]
async fn a_valid_token_is_taken_from_the_cache_and_the_button_always_fetches() {
    let bench = Bench::start().await;
    let subject = subject(app(&bench, json!({})));
    let first = bench.run(&subject, Action::Token { force: false }).await;
    passed(&first.result);
    let again = bench.run(&subject, Action::Token { force: false }).await;
    passed(&again.result);
    assert_eq!(again.result.result["from_cache"], true);
    assert_eq!(again.token.unwrap().expose_secret(), first.token.unwrap().expose_secret());
    assert_eq!(bench.sandbox.connections(Server::Idp), 1, "the cache made no call");
    bench.run(&subject, FETCH).await;
    assert_eq!(bench.sandbox.connections(Server::Idp), 2, "the button did");
}

#[tokio::test]
async fn an_edited_secret_makes_the_cached_token_useless() {
    let bench = Bench::start().await;
    let mut subject = subject(app(&bench, json!({})));
    passed(&bench.run(&subject, FETCH).await.result);
    subject.secrets.set("oauth2.client_secret", "another-client-secret".to_owned().into());
    let result = bench.run(&subject, Action::Token { force: false }).await.result;
    failed(&result, StageName::Token);
}

#[tokio::test]
async fn vector_12_a_draft_sends_the_edited_client_id_and_stores_nothing() {
    let bench = Bench::start().await;
    let mut draft = subject(app(&bench, json!({ "client_id": "11111111-2222-3333-4444-555555555555" })));
    draft.id = None;
    let result = bench.run(&draft, FETCH).await.result;
    failed(&result, StageName::Token);
    let explanation = result.explanation.as_ref().unwrap();
    assert_eq!(explanation.id, "AADSTS700016", "the provider knows the stored id and does not know the edited one");
    assert!(
        explanation.raw.contains("11111111-2222-3333-4444-555555555555"),
        "the edited id was sent, and is no secret: {}",
        explanation.raw
    );
    assert_eq!(result.credential.id, None);

    let mut good = subject(app(&bench, json!({})));
    good.id = None;
    passed(&bench.run(&good, FETCH).await.result);
    assert!(bench.store.token.lock().unwrap().is_none(), "a draft's token is not kept");
}

#[tokio::test]
async fn a_rotated_refresh_token_is_stored_before_the_result_is_there() {
    let bench = Bench::start().await;
    let subject = subject(app(&bench, refresh(&bench)));
    let finished = bench.run(&subject, FETCH).await;
    passed(&finished.result);
    assert_eq!(finished.result.result["refresh_token_rotated"], true);
    let rotated = bench.store.rotated.lock().unwrap().clone();
    assert_eq!(rotated.len(), 1, "stored once");
    assert_eq!(rotated[0].0, "oauth2.refresh_token");
    let shown = serde_json::to_string(&finished.result).unwrap();
    assert!(!shown.contains(&rotated[0].1), "the new one is protected like the old");

    let mut next = subject.clone();
    next.secrets.set("oauth2.refresh_token", rotated[0].1.clone().into());
    passed(&bench.run(&next, FETCH).await.result);
}

#[tokio::test]
async fn a_refresh_token_that_cannot_be_stored_fails_the_check_and_gives_no_token() {
    let bench = Bench::start().await;
    *bench.store.refuse.lock().unwrap() = true;
    let finished = bench.run(&subject(app(&bench, refresh(&bench))), FETCH).await;
    failed(&finished.result, StageName::Token);
    assert!(finished.token.is_none());
    assert!(
        stage(&finished.result, StageName::Token).summary.contains("could not be stored"),
        "{}",
        report(&finished.result)
    );
    assert!(bench.store.token.lock().unwrap().is_none(), "and nothing is cached");
}

#[tokio::test]
async fn tuf_19_the_password_grant_works_and_d12_a_second_factor_is_explained() {
    let bench = Bench::start().await;
    let password = &bench.sandbox.accounts().password;
    let grant = |user: &str| json!({ "grant": "password", "username": user, "password": password, "scope": "" });
    let good = bench.run(&subject(app(&bench, grant(MAILBOX))), FETCH).await.result;
    passed(&good);
    assert_eq!(good.result["claims"]["upn"], MAILBOX);
    let calls = bench.sandbox.connections(Server::Idp);
    let mfa = bench.run(&subject(app(&bench, grant(MFA_USER))), FETCH).await.result;
    failed(&mfa, StageName::Token);
    assert_eq!(mfa.explanation.unwrap().id, "AADSTS50076");
    assert_eq!(bench.sandbox.connections(Server::Idp), calls + 1, "never retried: accounts lock");
}

#[tokio::test]
async fn an_expired_client_secret_is_told_from_a_wrong_one() {
    let bench = Bench::start().await;
    let expired = json!({ "client_secret": bench.sandbox.accounts().expired_client_secret });
    let result = bench.run(&subject(app(&bench, expired)), FETCH).await.result;
    failed(&result, StageName::Token);
    assert_eq!(result.explanation.unwrap().id, "AADSTS7000222");
}

#[tokio::test]
async fn what_is_missing_is_named_before_any_packet() {
    let bench = Bench::start().await;
    let cases = [
        ("oauth2.token_url", json!({ "token_url": "" })),
        ("oauth2.token_url", json!({ "token_url": "ftp://127.0.0.1/token" })),
        ("oauth2.client_id", json!({ "client_id": "" })),
        ("oauth2.client_secret", json!({ "client_secret": null })),
        ("oauth2.certificate_pem", json!({ "client_auth": "private_key_jwt", "client_secret": null })),
        ("oauth2.username", json!({ "grant": "password", "password": "some-password" })),
        ("oauth2.refresh_token", json!({ "grant": "refresh_token" })),
        ("oauth2.device_url", json!({ "grant": "device_code" })),
        ("oauth2.authorize_url", json!({ "grant": "authorization_code" })),
    ];
    for (field, own) in cases {
        let mut record = app(&bench, own.clone());
        record["oauth2"].as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let result = bench.run(&subject(record), FETCH).await.result;
        failed(&result, StageName::Input);
        assert_eq!(stage(&result, StageName::Input).evidence["field"], field, "{own}");
    }
    assert!(bench.sandbox.journal().is_empty(), "zero packets");
}

#[tokio::test]
async fn test_connection_of_an_app_registration_fetches_a_token() {
    let bench = Bench::start().await;
    let result = bench.run(&subject(app(&bench, json!({ "client_auth": "basic" }))), Action::Connection).await.result;
    passed(&result);
    assert_eq!(result.kind, CheckKind::Connection);
}

#[tokio::test]
async fn two_checks_at_once_never_use_one_refresh_token_twice() {
    let bench = Bench::start().await;
    let subject = subject(app(&bench, refresh(&bench)));
    let (first, second) = tokio::join!(bench.run(&subject, FETCH), bench.run(&subject, FETCH));
    passed(&first.result);
    passed(&second.result);
    assert_eq!(bench.store.rotated.lock().unwrap().len(), 2, "the second used the successor of the first");
}

#[tokio::test]
async fn a_mail_servers_token_is_fetched_by_the_same_button_and_a_password_record_has_none() {
    let bench = Bench::start().await;
    let oauth2 = app(&bench, json!({}))["oauth2"].clone();
    let mail = |auth: Value| {
        json!({
            "type": "mail_server", "host": "mail.credenza.test", "certificate_check": bench.trusted(), "tls": "starttls", "auth": auth,
        })
    };
    let with_oauth2 = subject(mail(json!({ "method": "oauth2", "username": MAILBOX, "oauth2": oauth2 })));
    let result = bench.run(&with_oauth2, FETCH).await.result;
    passed(&result);
    let with_password =
        subject(mail(json!({ "method": "password", "username": MAILBOX, "password": "some-password" })));
    let result = bench.run(&with_password, FETCH).await.result;
    failed(&result, StageName::Input);
    assert_eq!(stage(&result, StageName::Input).evidence["field"], "auth.method");
}
