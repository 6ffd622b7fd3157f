//! Grants that need a person: the browser and the code on another device, played through against the practice provider.

use std::sync::Arc;
use std::time::Duration;

use credenza_net::{StageName, StageStatus};
use credenza_sandbox::{API_AUDIENCE, Fault, MAILBOX, Server};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::bench::*;
use crate::check::*;

const FETCH: Action = Action::Token { force: true };

fn record(bench: &Bench, grant: &str, own: Value) -> Subject {
    let base = bench.token_url().replace("/token", "");
    let mut oauth2 = json!({
        "grant": grant, "token_url": bench.token_url(), "authorize_url": format!("{base}/authorize"),
        "device_url": format!("{base}/devicecode"), "client_id": bench.sandbox.accounts().client_id, "client_auth": "none",
        "scope": format!("{API_AUDIENCE}/Practice.Read offline_access"),
    });
    for (key, value) in own.as_object().unwrap() {
        oauth2[key] = value.clone();
    }
    let check = bench.trusted();
    subject(json!({ "type": "app_registration", "host": "127.0.0.1", "certificate_check": check, "oauth2": oauth2 }))
}

/// A bench with somebody to ask; what they are asked arrives at the receiver.
async fn attended() -> (Bench, UnboundedReceiver<SignIn>) {
    let mut bench = Bench::start().await;
    let (asked, receiver) = unbounded_channel();
    bench.person = Some(Arc::new(move |sign_in: &SignIn| {
        let _ = asked.send(sign_in.clone());
    }));
    (bench, receiver)
}

/// A person's part; a test must not wait for ever when nobody is asked.
async fn soon<T>(part: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), part).await.expect("somebody is asked")
}

/// Where the sign-in page sends the browser.
async fn sent_to(bench: &Bench, address: &str) -> String {
    let away: url::Url = address.parse().unwrap();
    let answer = tls_get(bench, &away).await;
    let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location:")).unwrap();
    line.split_once(':').unwrap().1.trim().to_owned()
}

async fn tls_get(bench: &Bench, url: &url::Url) -> String {
    let route = credenza_net::Route {
        host: "127.0.0.1".into(),
        port: url.port().unwrap(),
        proxy: None,
        verify: credenza_net::Verify::Certificate { pem: bench.sandbox.ca_pem().to_owned() },
        client_certificate: None,
        both_families: false,
    };
    let rec = credenza_net::Recorder::new(None);
    let plain = credenza_net::dial(&route, &rec).await.unwrap();
    let mut stream = credenza_net::secure(plain, &route, &rec).await.unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", route.port);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request to the receiver on this machine.
async fn come_back(location: &str) -> String {
    let url: url::Url = location.parse().unwrap();
    let port = url.port().unwrap();
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let host = format!("{}:{port}", url.host_str().unwrap());
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Mode: navigate\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_browser_sign_in_brings_a_token_and_its_refresh_token_is_stored_first() {
    let (bench, mut asked) = attended().await;
    let subject = record(&bench, "authorization_code", json!({}));
    let person = async {
        let sign_in = asked.recv().await.unwrap();
        assert_eq!((sign_in.kind, sign_in.user_code.as_deref()), (SignInKind::Browser, None));
        let query: std::collections::HashMap<String, String> =
            url::Url::parse(&sign_in.address).unwrap().query_pairs().into_owned().collect();
        assert_eq!(query["code_challenge_method"], "S256");
        assert!(query["redirect_uri"].starts_with("http://127.0.0.1:"), "Google's form unless it is Entra");
        let back = sent_to(&bench, &sign_in.address).await;
        let page = come_back(&back).await;
        assert!(page.contains("You are signed in"), "{page}");
        back
    };
    let (finished, back) = tokio::join!(bench.run(&subject, FETCH), soon(person));
    passed(&finished.result);
    assert_eq!(finished.result.result["claims"]["upn"], MAILBOX);
    let stored = bench.store.rotated.lock().unwrap().clone();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].0, "oauth2.refresh_token");
    let shown = serde_json::to_string(&finished.result).unwrap();
    let code = url::Url::parse(&back).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    assert!(!shown.contains(&stored[0].1) && !shown.contains(&code), "neither token nor code is shown");
    assert!(shown.contains("code_verifier=[code-verifier #"), "the verifier was sent");

    let mut next = subject.clone();
    next.secrets.set("oauth2.refresh_token", stored[0].1.clone().into());
    passed(&bench.run(&next, FETCH).await.result);
    assert!(asked.try_recv().is_err(), "the second time nobody is asked");
}

#[tokio::test]
async fn a_refresh_token_that_was_refused_asks_the_person_again() {
    let (bench, mut asked) = attended().await;
    let subject = record(&bench, "authorization_code", json!({ "refresh_token": "long-dead-refresh-token" }));
    let person = async {
        let sign_in = asked.recv().await.unwrap();
        come_back(&sent_to(&bench, &sign_in.address).await).await
    };
    let (finished, _) = tokio::join!(bench.run(&subject, FETCH), soon(person));
    passed(&finished.result);
}

#[tokio::test]
async fn a_check_that_nobody_attends_never_asks_and_says_what_to_press() {
    let (bench, mut asked) = attended().await;
    for grant in ["authorization_code", "device_code"] {
        let result = bench.run(&record(&bench, grant, json!({})), Action::Connection).await.result;
        failed(&result, StageName::Token);
        assert!(stage(&result, StageName::Token).summary.contains("press Fetch Token"), "{}", report(&result));
    }
    let dead = json!({ "refresh_token": "long-dead-refresh-token" });
    let result = bench.run(&record(&bench, "device_code", dead), Action::Connection).await.result;
    failed(&result, StageName::Token);
    assert!(warned(&result, "sign_in_over"), "{}", report(&result));
    assert!(asked.try_recv().is_err(), "nobody was asked");
}

#[tokio::test]
async fn a_mail_check_fails_at_token_and_opens_no_browser() {
    let (bench, mut asked) = attended().await;
    let oauth2 =
        serde_json::to_value(record(&bench, "authorization_code", json!({})).credential).unwrap()["oauth2"].clone();
    let mail = subject(json!({
        "type": "mail_server", "host": "127.0.0.1", "port": bench.sandbox.ports().smtps, "tls": "implicit",
        "certificate_check": bench.trusted(), "sender": MAILBOX,
        "auth": { "method": "oauth2", "username": MAILBOX, "oauth2": oauth2 },
    }));
    let result = bench.run(&mail, Action::Connection).await.result;
    failed(&result, StageName::Token);
    assert_eq!(status(&result, StageName::Authenticate), StageStatus::NotReached);
    assert!(asked.try_recv().is_err(), "nobody was asked");
}

#[tokio::test]
async fn g18_an_answer_of_another_provider_is_refused_and_its_code_is_not_redeemed() {
    let (bench, mut asked) = attended().await;
    bench.sandbox.set_on(Server::Idp, Fault::WrongIssuer);
    let subject = record(&bench, "authorization_code", json!({}));
    let person = async {
        let sign_in = asked.recv().await.unwrap();
        come_back(&sent_to(&bench, &sign_in.address).await).await
    };
    let (finished, page) = tokio::join!(bench.run(&subject, FETCH), soon(person));
    failed(&finished.result, StageName::Token);
    assert!(page.contains("did not work"), "{page}");
    let posts = bench.journal(Server::Idp).into_iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(posts, 0, "the token endpoint never saw the code");
}

#[tokio::test]
async fn a_person_who_says_no_ends_the_sign_in_at_token() {
    let (bench, mut asked) = attended().await;
    bench.sandbox.set_on(Server::Idp, Fault::DeclineSignIn);
    let subject = record(&bench, "authorization_code", json!({}));
    let person = async {
        let sign_in = asked.recv().await.unwrap();
        come_back(&sent_to(&bench, &sign_in.address).await).await
    };
    let (finished, _) = tokio::join!(bench.run(&subject, FETCH), soon(person));
    failed(&finished.result, StageName::Token);
    assert!(finished.result.explanation.unwrap().raw.contains("access_denied"));
}

#[tokio::test]
async fn a_device_sign_in_shows_its_code_waits_and_brings_a_token() {
    let (bench, mut asked) = attended().await;
    let subject = record(&bench, "device_code", json!({}));
    let person = async {
        let sign_in = asked.recv().await.unwrap();
        let code = sign_in.user_code.unwrap();
        assert_eq!((sign_in.kind, code.len()), (SignInKind::Device, 9));
        assert!(sign_in.address.ends_with("/device") && sign_in.address_with_code.unwrap().ends_with(&code));
        assert!(bench.sandbox.answer_device(&code.to_lowercase(), true));
    };
    let (finished, ()) = tokio::join!(bench.run(&subject, FETCH), soon(person));
    passed(&finished.result);
    assert_eq!(bench.store.rotated.lock().unwrap().len(), 1);
    let shown = serde_json::to_string(&finished.result).unwrap();
    assert!(shown.contains("device_code=[device-code #"), "{shown}");
}

#[tokio::test]
async fn a_device_sign_in_that_is_declined_ends_with_microsofts_word_for_it() {
    let (bench, mut asked) = attended().await;
    let subject = record(&bench, "device_code", json!({}));
    let person = async {
        let code = asked.recv().await.unwrap().user_code.unwrap();
        assert!(bench.sandbox.answer_device(&code, false));
    };
    let (finished, ()) = tokio::join!(bench.run(&subject, FETCH), soon(person));
    failed(&finished.result, StageName::Token);
    assert!(finished.result.explanation.unwrap().raw.contains("authorization_declined"));
}

#[tokio::test]
async fn the_deadline_of_the_check_does_not_cut_a_person_off_and_cancel_does() {
    let (mut bench, mut asked) = attended().await;
    bench.timeout = Duration::from_millis(1500);
    let subject = record(&bench, "device_code", json!({}));
    let answer = async {
        let code = asked.recv().await.unwrap().user_code.unwrap();
        // Longer than the check's own time, counted in questions that the provider was asked.
        while bench.journal(Server::Idp).iter().filter(|line| line.contains("/token")).count() < 3 {
            tokio::task::yield_now().await;
        }
        assert!(bench.sandbox.answer_device(&code, true));
    };
    let (finished, ()) = tokio::join!(bench.run(&subject, FETCH), soon(answer));
    passed(&finished.result);

    let cancel = CancelFlag::new();
    let raised = async {
        asked.recv().await.unwrap();
        cancel.cancel();
    };
    let (finished, ()) = tokio::join!(bench.run_until(&subject, FETCH, cancel.clone()), soon(raised));
    failed(&finished.result, StageName::Token);
}

#[tokio::test]
async fn a_client_with_a_secret_or_a_certificate_proves_itself_in_both_grants() {
    let (bench, mut asked) = attended().await;
    let accounts = bench.sandbox.accounts();
    let by_certificate = json!({
        "client_auth": "private_key_jwt", "certificate_pem": accounts.certificate.certificate_pem,
        "private_key_pem": accounts.certificate.private_key_pem,
    });
    for own in [
        json!({ "client_auth": "post", "client_secret": accounts.client_secret }),
        json!({ "client_auth": "basic", "client_secret": accounts.client_secret }),
        by_certificate,
    ] {
        for grant in ["authorization_code", "device_code"] {
            let subject = record(&bench, grant, own.clone());
            let person = async {
                let sign_in = asked.recv().await.unwrap();
                match sign_in.user_code {
                    Some(code) => assert!(bench.sandbox.answer_device(&code, true)),
                    None => drop(come_back(&sent_to(&bench, &sign_in.address).await).await),
                }
            };
            let (finished, ()) = tokio::join!(bench.run(&subject, FETCH), soon(person));
            passed(&finished.result);
        }
    }
    let wrong = json!({ "client_auth": "post", "client_secret": "not-the-right-secret" });
    let subject = record(&bench, "authorization_code", wrong);
    let person = async {
        let sign_in = asked.recv().await.unwrap();
        come_back(&sent_to(&bench, &sign_in.address).await).await
    };
    let (finished, _) = tokio::join!(bench.run(&subject, FETCH), soon(person));
    failed(&finished.result, StageName::Token);
    assert_eq!(finished.result.explanation.unwrap().id, "AADSTS7000215");
    assert!(finished.token.is_none());
}
