//! Mail servers: every way to sign in, to encrypt and to fail.

use credenza_net::{StageName, StageStatus};
use credenza_sandbox::{MAIL_AUDIENCE, MAILBOX, Server};
use serde_json::{Value, json};

use super::bench::*;
use crate::check::*;

fn password(bench: &Bench) -> Value {
    json!({ "method": "password", "username": MAILBOX, "password": bench.sandbox.accounts().password })
}

fn oauth2(bench: &Bench) -> Value {
    let accounts = bench.sandbox.accounts();
    json!({ "method": "oauth2", "username": MAILBOX, "oauth2": {
        "grant": "client_credentials", "token_url": bench.token_url(), "client_id": accounts.client_id,
        "client_secret": accounts.client_secret, "scope": format!("{MAIL_AUDIENCE}/.default"),
    } })
}

fn mail(bench: &Bench, server: Server, tls: &str, auth: Value) -> Value {
    json!({
        "type": "mail_server", "host": "127.0.0.1", "port": bench.sandbox.ports().of(server), "tls": tls,
        "sender": MAILBOX, "certificate_check": bench.trusted(), "auth": auth,
    })
}

fn email(to: &str) -> Action {
    Action::Email(EmailRequest { to: vec![to.into()], test: true, ..EmailRequest::default() })
}

#[tokio::test]
async fn test_connection_over_starttls_signs_in_and_sends_nothing() {
    let bench = Bench::start().await;
    let result =
        bench.run(&subject(mail(&bench, Server::Smtp, "starttls", password(&bench))), Action::Connection).await.result;
    passed(&result);
    assert_eq!(result.outcome, Outcome::Passed, "{}", report(&result));
    assert_eq!(result.certificate_verified, Some(true));
    assert_eq!(status(&result, StageName::Permission), StageStatus::Passed);
    assert!(bench.sandbox.mailbox().is_empty(), "a connection test sends no mail");
}

#[tokio::test]
async fn a_test_email_over_implicit_tls_is_accepted_and_arrives() {
    let bench = Bench::start().await;
    let subject = subject(mail(&bench, Server::Smtps, "implicit", password(&bench)));
    let result = bench.run(&subject, email("practice@credenza.test")).await.result;
    passed(&result);
    assert_eq!(result.result["accepted"], true);
    assert!(result.result["reply"].as_str().unwrap().starts_with("250"), "{}", result.result);
    let arrived = bench.sandbox.wait_for_mail(1).await;
    assert!(format!("{:?}", arrived[0]).contains("Office mail"), "the test text names the record: {:?}", arrived[0]);
}

#[tokio::test]
async fn a_relay_without_sign_in_or_tls_takes_mail() {
    let bench = Bench::start().await;
    let subject = subject(mail(&bench, Server::SmtpRelay, "none", json!({ "method": "none" })));
    let result = bench.run(&subject, email("practice@credenza.test")).await.result;
    passed(&result);
    assert_eq!(result.certificate_verified, None, "no TLS was spoken");
    assert_eq!(bench.sandbox.wait_for_mail(1).await.len(), 1);
}

#[tokio::test]
async fn a_wrong_password_fails_at_authenticate_with_the_servers_own_words() {
    let bench = Bench::start().await;
    let auth = json!({ "method": "password", "username": MAILBOX, "password": "not-the-password" });
    let result = bench.run(&subject(mail(&bench, Server::Smtp, "starttls", auth)), Action::Connection).await.result;
    failed(&result, StageName::Authenticate);
    let explanation = result.explanation.as_ref().unwrap();
    assert!(explanation.raw.contains("535"), "the raw reply is kept: {}", explanation.raw);
    assert_eq!(explanation.id, "smtp:535-5.7.8");
    assert_eq!(status(&result, StageName::Action), StageStatus::NotReached);
}

#[tokio::test]
async fn a_dead_port_fails_at_connect() {
    let bench = Bench::start().await;
    let mut record = mail(&bench, Server::Smtp, "starttls", password(&bench));
    // Bound and not listening: nobody else can take it, and nobody answers.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    record["port"] = json!(socket.local_addr().unwrap().port());
    let result = bench.run(&subject(record), Action::Connection).await.result;
    failed(&result, StageName::Connect);
    assert_eq!(result.explanation.unwrap().id, "network:refused");
}

#[tokio::test]
async fn eli_10_client_credentials_give_a_token_and_xoauth2_signs_in_with_it() {
    let bench = Bench::start().await;
    let result =
        bench.run(&subject(mail(&bench, Server::Smtp, "starttls", oauth2(&bench))), Action::Connection).await.result;
    passed(&result);
    let token = stage(&result, StageName::Token);
    let steps: Vec<_> = token.steps.iter().map(|step| step.name).collect();
    assert!(
        steps.contains(&StageName::Connect) && steps.contains(&StageName::Tls),
        "the token call has stages of its own: {steps:?}"
    );
    assert_eq!(status(&result, StageName::TokenContent), StageStatus::Passed);
    assert_eq!(stage(&result, StageName::TokenContent).evidence["aud"], MAIL_AUDIENCE);
}

#[tokio::test]
async fn a_wrong_client_secret_fails_at_token_and_is_explained_by_its_aadsts_number() {
    let bench = Bench::start().await;
    let mut auth = oauth2(&bench);
    auth["oauth2"]["client_secret"] = json!("not-the-client-secret");
    let result = bench.run(&subject(mail(&bench, Server::Smtp, "starttls", auth)), Action::Connection).await.result;
    failed(&result, StageName::Token);
    assert_eq!(result.explanation.as_ref().unwrap().id, "AADSTS7000215", "{}", report(&result));
    assert_eq!(bench.sandbox.connections(Server::Smtp), 0, "without a token nobody calls the mail server");
}

#[tokio::test]
async fn a_token_for_another_audience_fails_at_authenticate() {
    let bench = Bench::start().await;
    let mut auth = oauth2(&bench);
    auth["oauth2"]["scope"] = json!("https://api.credenza.test/.default");
    let result = bench.run(&subject(mail(&bench, Server::Smtp, "starttls", auth)), Action::Connection).await.result;
    failed(&result, StageName::Authenticate);
    assert_eq!(status(&result, StageName::Token), StageStatus::Passed, "token and sign-in are told apart (ELI-10)");
}

#[tokio::test]
async fn tuf_15_the_token_call_goes_through_the_records_proxy_too() {
    let bench = Bench::start().await;
    for (server, scheme) in [(Server::HttpProxy, "http"), (Server::Socks, "socks5")] {
        let mut record = mail(&bench, Server::Smtp, "starttls", oauth2(&bench));
        record["proxy"] = json!({ "url": format!("{scheme}://127.0.0.1:{}", bench.sandbox.ports().of(server)) });
        let mut subject = subject(record);
        subject.id = None; // a draft: no token of the round before
        let result = bench.run(&subject, Action::Connection).await.result;
        passed(&result);
        let journal = bench.journal(server).join("\n");
        for port in [bench.sandbox.ports().smtp, bench.sandbox.ports().idp] {
            assert!(journal.contains(&format!(":{port}")), "{server} carried the call to port {port}: {journal}");
        }
    }
}

#[tokio::test]
async fn vector_4_iqx_10_without_a_sender_the_mail_is_refused_and_no_packet_leaves() {
    let bench = Bench::start().await;
    let mut record = mail(&bench, Server::Smtp, "starttls", password(&bench));
    record.as_object_mut().unwrap().remove("sender");
    let result = bench.run(&subject(record), email("practice@credenza.test")).await.result;
    failed(&result, StageName::Input);
    assert_eq!(stage(&result, StageName::Input).evidence["field"], "from");
    assert_eq!(result.explanation.as_ref().unwrap().who, "you");
    assert!(bench.sandbox.journal().is_empty(), "zero packets: {:?}", bench.sandbox.journal());
    assert!(result.transcript.is_empty(), "nothing was said");
}

#[tokio::test]
async fn d7_a_token_never_goes_over_an_unencrypted_connection_unless_allowed() {
    let bench = Bench::start().await;
    let refused = subject(mail(&bench, Server::SmtpClear, "none", oauth2(&bench)));
    let result = bench.run(&refused, Action::Connection).await.result;
    failed(&result, StageName::Input);
    assert!(bench.sandbox.journal().is_empty(), "refused before any packet");

    let mut record = mail(&bench, Server::SmtpClear, "none", oauth2(&bench));
    record["allow_clear"] = json!(true);
    let result = bench.run(&subject(record), Action::Connection).await.result;
    passed(&result);
    assert_eq!(result.outcome, Outcome::Warning, "allowed, and flagged");
    assert!(warned(&result, "clear_text"));
}

#[tokio::test]
async fn d7_plain_and_login_are_refused_in_clear_before_any_packet() {
    let bench = Bench::start().await;
    let mut auth = password(&bench);
    auth["mechanisms"] = json!(["PLAIN", "LOGIN"]);
    let result = bench.run(&subject(mail(&bench, Server::SmtpClear, "none", auth)), Action::Connection).await.result;
    failed(&result, StageName::Input);
    assert!(bench.sandbox.journal().is_empty(), "zero packets");
}

#[tokio::test]
async fn d1_a_connection_that_is_not_verified_passes_with_a_warning() {
    let bench = Bench::start().await;
    let mut record = mail(&bench, Server::Smtp, "starttls", password(&bench));
    record["certificate_check"] = json!({ "mode": "disable" });
    let result = bench.run(&subject(record), Action::Connection).await.result;
    passed(&result);
    assert_eq!(result.outcome, Outcome::Warning);
    assert_eq!(result.certificate_verified, Some(false));
    assert!(warned(&result, "not_verified"), "{:?}", result.warnings);
}

#[tokio::test]
async fn an_unknown_issuer_fails_at_tls() {
    let bench = Bench::start().await;
    let mut record = mail(&bench, Server::Smtps, "implicit", password(&bench));
    record["certificate_check"] = json!({ "mode": "enable" });
    let result = bench.run(&subject(record), Action::Connection).await.result;
    failed(&result, StageName::Tls);
    assert_eq!(result.certificate_verified, Some(false));
}

#[tokio::test]
async fn iqx_12_a_user_without_a_password_is_a_warning_and_the_servers_refusal_explains_itself() {
    let bench = Bench::start().await;
    let auth = json!({ "method": "password", "username": MAILBOX });
    let result = bench.run(&subject(mail(&bench, Server::Smtp, "starttls", auth)), Action::Connection).await.result;
    assert!(warned(&result, "password_missing"), "{:?}", result.warnings);
    failed(&result, StageName::Permission);
    assert!(result.explanation.as_ref().unwrap().raw.contains("530"), "{}", report(&result));
}

#[tokio::test]
async fn a_mail_that_was_accepted_stays_accepted_when_the_goodbye_never_comes() {
    use credenza_sandbox::{Fault, MailStep};
    let mut bench = Bench::start().await;
    bench.timeout = std::time::Duration::from_secs(3);
    bench.sandbox.set(Fault::CloseAt(MailStep::Quit));
    let subject = subject(mail(&bench, Server::Smtp, "starttls", password(&bench)));
    let result = bench.run(&subject, email("practice@credenza.test")).await.result;
    passed(&result);
    assert_eq!(bench.sandbox.wait_for_mail(1).await.len(), 1);
}
