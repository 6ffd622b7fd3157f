//! The practice identity provider.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use credenza_sandbox::{Sandbox, SandboxOptions};
use serde_json::Value;

use crate::common::{Answer, Peer, b64, sandbox};

pub async fn post(sandbox: &Sandbox, path: &str, headers: &[&str], form: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut all = vec!["Content-Type: application/x-www-form-urlencoded"];
    all.extend(headers);
    let mut peer = Peer::tls(sandbox.ports().idp, sandbox.ca_pem()).await;
    peer.http(&format!("POST {path}"), &all, &body).await
}

pub async fn token(sandbox: &Sandbox, form: &[(&str, &str)]) -> Answer {
    let path = format!("/{}/oauth2/v2.0/token", sandbox.accounts().tenant_id);
    post(sandbox, &path, &[], form).await
}

/// A form with the application's id and secret in it.
pub fn client<'a>(sandbox: &'a Sandbox, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let accounts = sandbox.accounts();
    let mut form = vec![("client_id", accounts.client_id.as_str()), ("client_secret", accounts.client_secret.as_str())];
    form.extend(more);
    form
}

fn credentials<'a>(sandbox: &'a Sandbox, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    client(sandbox, &[("grant_type", "client_credentials"), ("scope", scope)])
}

async fn introspected(sandbox: &Sandbox, token: &str) -> Value {
    post(sandbox, "/practice/oauth2/v2.0/introspect", &[], &client(sandbox, &[("token", token)])).await.json()
}

/// The reply is the Entra-shaped refusal with this number.
fn refused(answer: &Answer, status: u16, error: &str, number: u64) {
    let body = answer.json();
    assert_eq!((answer.status, body["error"].as_str()), (status, Some(error)), "{body}");
    assert_eq!(body["error_codes"], serde_json::json!([number]));
    let description = body["error_description"].as_str().unwrap();
    assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
    for field in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
        assert!(body[field].is_string(), "{field} is there");
    }
}

#[tokio::test]
async fn client_credentials_bring_a_token_with_audience_roles_and_tenant() {
    let sandbox = sandbox().await;
    let answer = token(&sandbox, &credentials(&sandbox, "https://mail.credenza.test/.default")).await;
    let body = answer.json();
    assert_eq!((answer.status, &body["token_type"], &body["expires_in"]), (200, &"Bearer".into(), &3599.into()));
    assert!(body.get("refresh_token").is_none(), "RFC 6749 4.4.3: none for client credentials");
    assert!(answer.head.contains("cache-control: no-store"));
    let claims = introspected(&sandbox, body["access_token"].as_str().unwrap()).await;
    assert_eq!(claims["active"], true);
    assert_eq!(claims["aud"], "https://mail.credenza.test");
    assert_eq!(claims["roles"][0], "SMTP.SendAsApp");
    assert_eq!(claims["tid"], sandbox.accounts().tenant_id.as_str());
    assert_eq!(claims["appid"], sandbox.accounts().client_id.as_str());
}

#[tokio::test]
async fn a_client_may_sign_in_by_basic_but_not_twice() {
    let sandbox = sandbox().await;
    let accounts = sandbox.accounts();
    let basic = format!("Authorization: Basic {}", b64(format!("{}:{}", accounts.client_id, accounts.client_secret)));
    let form = [("grant_type", "client_credentials"), ("scope", "https://api.credenza.test/.default")];
    assert_eq!(post(&sandbox, "/practice/oauth2/v2.0/token", &[&basic], &form).await.status, 200);
    let twice = post(&sandbox, "/practice/oauth2/v2.0/token", &[&basic], &client(&sandbox, &form)).await;
    assert_eq!((twice.status, twice.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn every_refusal_has_its_entra_number() {
    let sandbox = sandbox().await;
    let accounts = sandbox.accounts();
    let scope = ("scope", "https://api.credenza.test/.default");
    let grant = ("grant_type", "client_credentials");
    let id = ("client_id", accounts.client_id.as_str());
    let secret = ("client_secret", accounts.client_secret.as_str());
    let expired = ("client_secret", accounts.expired_client_secret.as_str());
    refused(&token(&sandbox, &[grant, scope, id, ("client_secret", "no")]).await, 401, "invalid_client", 7_000_215);
    refused(&token(&sandbox, &[grant, scope, id, expired]).await, 401, "invalid_client", 7_000_222);
    refused(&token(&sandbox, &[grant, scope, id]).await, 401, "invalid_client", 7_000_218);
    let other = [grant, scope, ("client_id", "no"), secret];
    refused(&token(&sandbox, &other).await, 400, "unauthorized_client", 700_016);
    let bare = [grant, ("scope", "https://api.credenza.test"), id, secret];
    refused(&token(&sandbox, &bare).await, 400, "invalid_scope", 1_002_012);
    let foreign = [grant, ("scope", "https://graph.example.com/.default"), id, secret];
    refused(&token(&sandbox, &foreign).await, 400, "invalid_resource", 500_011);
    refused(&token(&sandbox, &[grant, id, secret]).await, 400, "invalid_request", 900_144);
    let device = [("grant_type", "device_code"), id, secret];
    refused(&token(&sandbox, &device).await, 400, "unsupported_grant_type", 70_003);
    let elsewhere = post(&sandbox, "/other-tenant/oauth2/v2.0/token", &[], &[grant, scope, id, secret]).await;
    refused(&elsewhere, 400, "invalid_request", 90_002);
}

#[tokio::test]
async fn a_password_brings_a_token_unless_it_is_wrong_or_a_second_factor_is_due() {
    let sandbox = sandbox().await;
    let password = sandbox.accounts().password.as_str();
    let grant = ("grant_type", "password");
    let as_user = |user, password| client(&sandbox, &[grant, ("username", user), ("password", password)]);
    let answer = token(&sandbox, &as_user("practice@credenza.test", password)).await;
    let claims = introspected(&sandbox, answer.json()["access_token"].as_str().unwrap()).await;
    assert_eq!(claims["upn"], "practice@credenza.test");
    assert_eq!(claims["scp"], "Practice.Read");
    refused(&token(&sandbox, &as_user("practice@credenza.test", "no")).await, 400, "invalid_grant", 50_126);
    refused(&token(&sandbox, &as_user("mfa@credenza.test", "no")).await, 400, "invalid_grant", 50_126);
    refused(&token(&sandbox, &as_user("mfa@credenza.test", password)).await, 400, "invalid_grant", 50_076);
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_second_use_revokes_the_family() {
    let sandbox = sandbox().await;
    let refresh = |token| client(&sandbox, &[("grant_type", "refresh_token"), ("refresh_token", token)]);
    let first = sandbox.accounts().refresh_token.as_str();
    let answer = token(&sandbox, &refresh(first)).await.json();
    let second = answer["refresh_token"].as_str().unwrap();
    assert_ne!(first, second);
    let answer = token(&sandbox, &refresh(second)).await.json();
    let third = answer["refresh_token"].as_str().unwrap();
    let reuse = token(&sandbox, &refresh(first)).await;
    refused(&reuse, 400, "invalid_grant", 70_000);
    refused(&token(&sandbox, &refresh(third)).await, 400, "invalid_grant", 70_000);
}

#[tokio::test]
async fn a_wrong_scope_does_not_cost_the_refresh_token() {
    let sandbox = sandbox().await;
    let first = sandbox.accounts().refresh_token.as_str();
    let form = [("grant_type", "refresh_token"), ("refresh_token", first), ("scope", "https://graph.example.com/x")];
    refused(&token(&sandbox, &client(&sandbox, &form)).await, 400, "invalid_resource", 500_011);
    assert_eq!(token(&sandbox, &client(&sandbox, &form[..2])).await.status, 200);
}

#[tokio::test]
async fn a_token_ends_when_its_time_is_over() {
    let seconds = Arc::new(AtomicI64::new(1_800_000_000));
    let hand = Arc::clone(&seconds);
    let clock = Arc::new(move || jiff::Timestamp::from_second(hand.load(Ordering::SeqCst)).unwrap());
    let options =
        SandboxOptions { clock: Some(clock), token_lifetime: Some(Duration::from_secs(60)), ..Default::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let body = token(&sandbox, &credentials(&sandbox, "https://api.credenza.test/.default")).await.json();
    let access = body["access_token"].as_str().unwrap();
    assert_eq!(body["expires_in"], 60);
    seconds.fetch_add(59, Ordering::SeqCst);
    assert_eq!(introspected(&sandbox, access).await["active"], true);
    seconds.fetch_add(1, Ordering::SeqCst);
    assert_eq!(introspected(&sandbox, access).await["active"], false);
}

#[tokio::test]
async fn the_configuration_names_the_token_endpoint() {
    let sandbox = sandbox().await;
    let mut peer = Peer::tls(sandbox.ports().idp, sandbox.ca_pem()).await;
    let found = peer.http("GET /practice/v2.0/.well-known/openid-configuration", &[], "").await.json();
    let expected =
        format!("https://127.0.0.1:{}/{}/oauth2/v2.0/token", sandbox.ports().idp, sandbox.accounts().tenant_id);
    assert_eq!(found["token_endpoint"], expected.as_str());
}
