//! The webhook receiver.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_sandbox::Sandbox;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::common::{Answer, Peer, sandbox};

const BODY: &str = r#"{"event":"test"}"#;

async fn post(sandbox: &Sandbox, path: &str, headers: &[&str]) -> Answer {
    let mut peer = Peer::tls(sandbox.ports().webhook, sandbox.ca_pem()).await;
    peer.http(&format!("POST {path}"), headers, BODY).await
}

fn signed(sandbox: &Sandbox, seconds: i64) -> [String; 3] {
    let key = STANDARD.decode(sandbox.accounts().signing_secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("msg_1.{seconds}.{BODY}").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    [
        "webhook-id: msg_1".to_owned(),
        format!("webhook-timestamp: {seconds}"),
        format!("webhook-signature: v1,bm9uc2Vuc2U= v1,{signature}"),
    ]
}

#[tokio::test]
async fn a_signed_message_is_taken_and_its_signature_checked() {
    let sandbox = sandbox().await;
    let headers = signed(&sandbox, jiff::Timestamp::now().as_second());
    let headers: Vec<_> = headers.iter().map(String::as_str).collect();
    let path = sandbox.accounts().webhook_path.clone();
    let answer = post(&sandbox, &path, &headers).await;
    assert_eq!((answer.status, answer.json()["received"].as_bool()), (200, Some(true)));
    let seen = &sandbox.wait_for_delivery(1).await[0];
    assert_eq!((seen.method.as_str(), seen.body.as_str(), seen.signature_ok), ("POST", BODY, Some(true)));
    assert!(seen.headers.contains(&("webhook-id".to_owned(), "msg_1".to_owned())));
    assert_eq!(answer.json()["id"], seen.id.to_string().as_str());
}

#[tokio::test]
async fn an_old_or_altered_signature_is_refused_and_still_listed() {
    let sandbox = sandbox().await;
    let path = sandbox.accounts().webhook_path.clone();
    let now = jiff::Timestamp::now().as_second();
    let old = signed(&sandbox, now - 3600);
    let mut moved = signed(&sandbox, now);
    moved[1] = format!("webhook-timestamp: {}", now - 1);
    for headers in [old, moved] {
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        assert_eq!(post(&sandbox, &path, &headers).await.status, 401);
    }
    assert!(sandbox.deliveries().iter().all(|seen| seen.signature_ok == Some(false) && seen.status == 401));
    assert_eq!(post(&sandbox, &path, &[]).await.status, 200, "unsigned messages are taken");
    assert_eq!(sandbox.deliveries()[2].signature_ok, None);
}

#[tokio::test]
async fn other_paths_fail_each_in_their_way() {
    let sandbox = sandbox().await;
    for (path, status) in [("/hooks/nobody", 404), ("/hooks/fail", 500), ("/hooks/gone", 410), ("/hooks/busy", 429)] {
        assert_eq!(post(&sandbox, path, &[]).await.status, status, "{path}");
    }
    let mut peer = Peer::plain(sandbox.ports().webhook_http).await;
    let path = &sandbox.accounts().webhook_path;
    assert_eq!(peer.http(&format!("GET {path}"), &[], "").await.status, 405);
    let journal = format!("{:?}", sandbox.journal());
    assert!(!journal.contains(path.as_str()), "the path of a webhook is a secret");
}
