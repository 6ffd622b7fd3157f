//! Signing in to the practice mail server with tokens of the practice identity provider.

use credenza_sandbox::{Fault, Sandbox};

use crate::common::{b64, sandbox, submission, unb64};
use crate::identity::{client, token};

async fn token_for(sandbox: &Sandbox, scope: &str) -> String {
    let form = client(sandbox, &[("grant_type", "client_credentials"), ("scope", scope)]);
    token(sandbox, &form).await.json()["access_token"].as_str().unwrap().to_owned()
}

fn xoauth2(user: &str, token: &str) -> String {
    b64(format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"))
}

fn oauthbearer(token: &str) -> String {
    b64(format!("n,a=practice@credenza.test,\u{1}host=localhost\u{1}port=587\u{1}auth=Bearer {token}\u{1}\u{1}"))
}

#[tokio::test]
async fn a_mail_token_signs_in_by_xoauth2_and_by_oauthbearer() {
    let sandbox = sandbox().await;
    let good = token_for(&sandbox, "https://mail.credenza.test/.default").await;
    let mut peer = submission(&sandbox).await;
    assert!(peer.ask(&format!("AUTH XOAUTH2 {}", xoauth2("practice@credenza.test", &good))).await.starts_with("235 "));
    let mut peer = submission(&sandbox).await;
    assert_eq!(peer.ask("AUTH OAUTHBEARER").await, "334 ", "without an initial response an empty challenge comes");
    assert!(peer.ask(&oauthbearer(&good)).await.starts_with("235 "));
}

#[tokio::test]
async fn a_bad_token_gets_the_json_challenge_and_then_535() {
    let sandbox = sandbox().await;
    let wrong_audience = token_for(&sandbox, "https://api.credenza.test/.default").await;
    for (user, token) in [("practice@credenza.test", "made-up"), ("practice@credenza.test", &wrong_audience)] {
        let mut peer = submission(&sandbox).await;
        let challenge = peer.ask(&format!("AUTH XOAUTH2 {}", xoauth2(user, token))).await;
        let json: serde_json::Value = serde_json::from_slice(&unb64(challenge.strip_prefix("334 ").unwrap())).unwrap();
        assert_eq!(json["status"], "401");
        assert!(peer.ask("").await.starts_with("535 5.7.8 "));
    }
    let refusals: Vec<_> =
        sandbox.journal().into_iter().filter(|line| line.text.starts_with("token refused")).collect();
    assert!(refusals[0].text.ends_with("not issued here"), "{}", refusals[0].text);
    assert!(refusals[1].text.ends_with("another audience"), "{}", refusals[1].text);
}

#[tokio::test]
async fn a_good_token_for_another_mailbox_is_refused() {
    let sandbox = sandbox().await;
    let good = token_for(&sandbox, "https://mail.credenza.test/.default").await;
    let mut peer = submission(&sandbox).await;
    assert!(peer.ask(&format!("AUTH XOAUTH2 {}", xoauth2("boss@credenza.test", &good))).await.starts_with("334 "));
    assert!(peer.ask("").await.starts_with("535 "));
}

#[tokio::test]
async fn oauthbearer_tells_whether_the_client_gave_the_right_empty_answer() {
    let sandbox = sandbox().await;
    for (answer, verdict) in [("AQ==", "as it should be"), ("", "not as it should be")] {
        let mut peer = submission(&sandbox).await;
        let challenge = peer.ask(&format!("AUTH OAUTHBEARER {}", oauthbearer("made-up"))).await;
        let json: serde_json::Value = serde_json::from_slice(&unb64(challenge.strip_prefix("334 ").unwrap())).unwrap();
        assert_eq!(json["status"], "invalid_token", "RFC 7628 3.2.2");
        assert!(peer.ask(answer).await.starts_with("535 "));
        let noted = format!("C: answer to the error challenge, {verdict}");
        assert!(sandbox.journal().iter().any(|line| line.text == noted), "{noted}");
    }
}

#[tokio::test]
async fn told_to_be_like_exchange_it_refuses_a_bad_token_at_once() {
    let sandbox = sandbox().await;
    sandbox.set(Fault::NoTokenChallenge);
    let mut peer = submission(&sandbox).await;
    let reply = peer.ask(&format!("AUTH XOAUTH2 {}", xoauth2("practice@credenza.test", "made-up"))).await;
    assert!(reply.starts_with("535 5.7.3 "), "{reply}");
}

#[tokio::test]
async fn the_journal_holds_nothing_that_signs_in() {
    let sandbox = sandbox().await;
    let good = token_for(&sandbox, "https://mail.credenza.test/.default").await;
    let sent = xoauth2("practice@credenza.test", &good);
    submission(&sandbox).await.ask(&format!("AUTH XOAUTH2 {sent}")).await;
    let mut peer = submission(&sandbox).await;
    peer.ask("AUTH XOAUTH2").await;
    peer.ask(&sent).await;
    let password = &sandbox.accounts().password;
    let mut peer = submission(&sandbox).await;
    peer.ask(&crate::common::plain("practice@credenza.test", password)).await;
    let journal = format!("{:?} {sandbox:?} {:?}", sandbox.journal(), sandbox.servers());
    for secret in [&sent, &good, password, &b64(format!("\0practice@credenza.test\0{password}"))] {
        assert!(!journal.contains(secret.as_str()), "nothing that signs in is written down");
    }
}
