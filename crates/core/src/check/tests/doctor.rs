//! The first broken stage and no guess: planted faults, each with its stage; nothing after it is claimed.

use std::time::{Duration, Instant};

use credenza_net::{StageName, StageStatus};
use credenza_sandbox::{CertificateKind, Fault, MAIL_AUDIENCE, MAILBOX, MailStep, PROXY_USER, Server};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::bench::*;
use crate::check::*;

fn mail(bench: &Bench) -> Value {
    json!({
        "type": "mail_server", "host": "localhost", "port": bench.sandbox.ports().smtp, "tls": "starttls",
        "sender": MAILBOX, "certificate_check": bench.trusted(),
        "auth": { "method": "password", "username": MAILBOX, "password": bench.sandbox.accounts().password },
    })
}

fn with_token(bench: &Bench) -> Value {
    let accounts = bench.sandbox.accounts();
    let mut record = mail(bench);
    record["auth"] = json!({ "method": "oauth2", "username": MAILBOX, "oauth2": {
        "grant": "client_credentials", "token_url": bench.token_url(), "client_id": accounts.client_id,
        "client_secret": accounts.client_secret, "scope": format!("{MAIL_AUDIENCE}/.default"),
    } });
    record
}

/// An API whose token is good and whose server wants a role that is not in it.
fn api(bench: &Bench) -> Value {
    let mut auth = with_token(bench)["auth"].take();
    auth.as_object_mut().unwrap().remove("username");
    json!({
        "type": "outbound_server", "host": "127.0.0.1", "port": bench.sandbox.ports().echo,
        "certificate_check": bench.trusted(), "auth": auth,
    })
}

/// A fault, how it is planted, the stage that must be blamed, and the explanation's id.
struct Planted {
    what: &'static str,
    plant: fn(&Bench) -> Value,
    stage: StageName,
    explained: &'static str,
}

const fn planted(what: &'static str, plant: fn(&Bench) -> Value, stage: StageName, explained: &'static str) -> Planted {
    Planted { what, plant, stage, explained }
}

fn through_proxy_with_a_password(bench: &Bench) -> Value {
    let mut record = mail(bench);
    record["proxy"] = json!({ "url": format!("http://127.0.0.1:{}", bench.sandbox.ports().http_proxy_auth) });
    record
}

fn closed_port(bench: &Bench) -> Value {
    let mut record = mail(bench);
    record["host"] = json!("127.0.0.1");
    // The discard port: nothing listens there, and no test server is ever given it.
    record["port"] = json!(9);
    record
}

fn untrusting(bench: &Bench) -> Value {
    let mut record = mail(bench);
    record["certificate_check"] = json!({ "mode": "enable" });
    record
}

fn changed(mut record: Value, pointer: &str, value: &str) -> Value {
    *record.pointer_mut(pointer).unwrap() = json!(value);
    record
}

fn faulty(bench: &Bench, server: Server, fault: Fault) {
    bench.sandbox.set_on(server, fault);
}

const FAULTS: [Planted; 12] = [
    planted("bad name", |b| changed(mail(b), "/host", "no-such-host.invalid"), StageName::Resolve, "network:dns"),
    planted("closed port", closed_port, StageName::Connect, "network:refused"),
    planted("proxy 407", through_proxy_with_a_password, StageName::Proxy, "proxy:407"),
    planted(
        "expired certificate",
        |b| {
            faulty(b, Server::Smtp, Fault::Certificate(CertificateKind::Expired));
            mail(b)
        },
        StageName::Tls,
        "tls:cert-expired",
    ),
    planted(
        "wrong host name",
        |b| {
            faulty(b, Server::Smtp, Fault::Certificate(CertificateKind::WrongName));
            mail(b)
        },
        StageName::Tls,
        "tls:hostname-mismatch",
    ),
    planted("unknown authority", untrusting, StageName::Tls, "tls:unknown-issuer"),
    planted(
        "no STARTTLS",
        |b| {
            faulty(b, Server::Smtp, Fault::NoStartTls);
            mail(b)
        },
        StageName::Tls,
        "tls:starttls-missing",
    ),
    planted(
        "bad client secret",
        |b| changed(with_token(b), "/auth/oauth2/client_secret", "not-the-client-secret"),
        StageName::Token,
        "AADSTS7000215",
    ),
    planted(
        "wrong scope",
        |b| changed(with_token(b), "/auth/oauth2/scope", "https://mail.credenza.test/SMTP.Send"),
        StageName::Token,
        "AADSTS1002012",
    ),
    planted(
        "token lacks the role",
        |b| {
            faulty(b, Server::Echo, Fault::Answer(403, r#"{"error":"role missing"}"#.into()));
            api(b)
        },
        StageName::Permission,
        "http:403",
    ),
    planted(
        "535",
        |b| changed(mail(b), "/auth/password", "not-the-password"),
        StageName::Authenticate,
        "smtp:535-5.7.8",
    ),
    planted(
        "550 sender refused",
        |b| {
            faulty(b, Server::Smtp, Fault::Reply(MailStep::Mail, "550 5.7.1 sender refused".into()));
            mail(b)
        },
        StageName::Permission,
        "smtp:550-5.7.1",
    ),
];

#[tokio::test]
async fn c1_twelve_planted_faults_each_name_their_stage_and_nothing_after_it_is_claimed() {
    for fault in FAULTS {
        let bench = Bench::start().await;
        let begun = Instant::now();
        let result = bench.run(&subject((fault.plant)(&bench)), Action::Connection).await.result;
        assert!(begun.elapsed() < bench.timeout, "{}: under the limit", fault.what);
        assert_eq!(result.failed_stage, Some(fault.stage), "{}: {}", fault.what, report(&result));
        assert_eq!(result.explanation.as_ref().unwrap().id, fault.explained, "{}: {}", fault.what, report(&result));
        nothing_claimed_after(&result, fault.stage, fault.what);
    }
}

/// Stages in the order in which this check walked; STARTTLS has the greeting before TLS, a token comes before the server.
fn nothing_claimed_after(result: &CheckResult, broken: StageName, what: &str) {
    let before: &[StageName] = match broken {
        StageName::Tls => &[StageName::Greeting],
        _ => &[],
    };
    let after = StageName::ALL.iter().skip_while(|name| **name != broken).skip(1);
    for name in after.filter(|name| !before.contains(name)) {
        assert_eq!(status(result, *name), StageStatus::NotReached, "{what}: {name:?} {}", report(result));
        assert_eq!(stage(result, *name).evidence, json!({}), "{what}: no evidence of what did not happen");
    }
}

#[tokio::test]
async fn c1_the_token_call_inside_a_mail_check_has_all_its_stages_and_claims_none_it_did_not_reach() {
    let bench = Bench::start().await;
    faulty(&bench, Server::Idp, Fault::Certificate(CertificateKind::Expired));
    let result = bench.run(&subject(with_token(&bench)), Action::Connection).await.result;
    failed(&result, StageName::Token);
    assert_eq!(result.explanation.as_ref().unwrap().id, "tls:cert-expired", "{}", report(&result));
    let steps = &stage(&result, StageName::Token).steps;
    let told: Vec<_> = steps.iter().map(|step| (step.name, step.status)).collect();
    let expected = [
        (StageName::Resolve, StageStatus::Passed),
        (StageName::Connect, StageStatus::Passed),
        (StageName::Proxy, StageStatus::Skipped),
        (StageName::Tls, StageStatus::Failed),
        (StageName::Token, StageStatus::NotReached),
    ];
    assert_eq!(told, expected);
    for name in [StageName::Resolve, StageName::Connect, StageName::Tls, StageName::Greeting, StageName::Authenticate] {
        let own = status(&result, name);
        assert!(
            matches!(own, StageStatus::Skipped | StageStatus::NotReached),
            "the mail server's own {name:?}: {own:?}"
        );
    }
}

/// A mail server on loopback that says one text per line it hears, then nothing more.
async fn talker(says: &'static [&'static str]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for text in says {
            stream.write_all(text.as_bytes()).await.unwrap();
            let mut heard = [0u8; 512];
            let _ = stream.read(&mut heard).await;
        }
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    });
    port
}

#[tokio::test]
async fn c1_f1_a_server_that_hangs_ends_at_the_deadline_with_what_it_was_waited_for() {
    let cases: [(&[&str], &str, &str); 4] = [
        (&[], "waiting for the mail server's greeting", "tls:starttls-on-implicit"),
        (&["2"], "reading the mail server's answer", "network:timeout"),
        (&["220 mx\r\n"], "waiting for the answer to EHLO", "network:timeout"),
        (&["220 mx\r\n", "250-mx\r\n"], "reading the mail server's answer", "network:timeout"),
    ];
    for (says, doing, explained) in cases {
        let mut bench = Bench::start().await;
        bench.timeout = Duration::from_millis(700);
        let record =
            json!({ "type": "mail_server", "host": "127.0.0.1", "port": talker(says).await, "sender": MAILBOX });
        let begun = Instant::now();
        let result = bench.run(&subject(record), Action::Connection).await.result;
        // That it ends at all; how soon is measured elsewhere, where nothing runs beside it.
        assert!(begun.elapsed() < bench.timeout + Duration::from_secs(30), "took {:?}", begun.elapsed());
        failed(&result, StageName::Greeting);
        let greeting = stage(&result, StageName::Greeting);
        assert!(greeting.summary.contains(doing), "{says:?}: {}", greeting.summary);
        let explanation = result.explanation.as_ref().unwrap();
        assert!(explanation.raw.contains("timed out"), "{}", explanation.raw);
        assert_eq!(explanation.id, explained, "{says:?}");
        nothing_claimed_after(&result, StageName::Greeting, doing);
    }
}

struct StoppedAt(jiff::Timestamp);

impl credenza_vault::Clock for StoppedAt {
    fn now(&self) -> jiff::Timestamp {
        self.0
    }
}

#[tokio::test]
async fn a_clock_that_is_off_is_a_warning_and_explains_a_certificate_that_is_not_valid_yet() {
    let port = talker(&["220 mx ready at Sat, 01 Jan 2011 00:00:00 +0000\r\n", "250 mx\r\n"]).await;
    let record = json!({ "type": "mail_server", "host": "127.0.0.1", "port": port });
    let mut bench = Bench::start().await;
    bench.timeout = Duration::from_secs(2);
    let result = bench.run(&subject(record), Action::Connection).await.result;
    let skew = result.warnings.iter().find(|warning| warning.id == "clock_skew").expect("the clocks are years apart");
    assert!(skew.message.contains("ahead of that of 127.0.0.1"), "{}", skew.message);

    // The token's server is right about the time, our clock lies before the certificate's first day.
    let bench = Bench::start().await;
    let clock = StoppedAt("2010-01-01T00:00:00Z".parse().unwrap());
    let mut record = with_token(&bench);
    record["auth"]["oauth2"]["token_url"] =
        json!(format!("http://127.0.0.1:{}/practice/oauth2/v2.0/token", bench.sandbox.ports().idp_http));
    let result = bench.run_at(&subject(record), Action::Connection, &clock).await.result;
    assert!(warned(&result, "clock_skew"), "the identity provider states its time: {}", report(&result));
}

/// Everything goes through the proxy, whose names nobody else can resolve, and is judged by the record's authority.
fn behind_the_proxy(bench: &Bench, mut record: Value, server: Server) -> Value {
    record["host"] = json!("inside.credenza.test");
    record["port"] = json!(bench.sandbox.ports().of(server));
    record["certificate_check"] = bench.trusted();
    record["proxy"] = json!({
        "url": format!("http://127.0.0.1:{}", bench.sandbox.ports().http_proxy_auth),
        "username": PROXY_USER, "password": bench.sandbox.accounts().proxy_password,
    });
    record
}

fn four(bench: &Bench) -> [(Value, Action); 4] {
    let accounts = bench.sandbox.accounts();
    let token_url = format!("https://inside.credenza.test:{}/practice/oauth2/v2.0/token", bench.sandbox.ports().idp);
    let app = json!({ "type": "app_registration", "oauth2": {
        "grant": "client_credentials", "token_url": token_url, "client_id": accounts.client_id,
        "client_secret": accounts.client_secret, "scope": format!("{MAIL_AUDIENCE}/.default"),
    } });
    let hook = json!({ "type": "webhook", "path": accounts.webhook_path, "payload": [{ "key": "a", "value": "b" }] });
    let api = json!({ "type": "outbound_server", "auth": { "method": "none" } });
    let letter = EmailRequest { to: vec!["practice@credenza.test".into()], test: true, ..EmailRequest::default() };
    let call = CallRequest { method: "GET".into(), path: "/".into(), ..CallRequest::default() };
    [
        (behind_the_proxy(bench, app, Server::Idp), Action::Token { force: true }),
        (behind_the_proxy(bench, api, Server::Echo), Action::Call(call)),
        (behind_the_proxy(bench, mail(bench), Server::Smtp), Action::Email(letter)),
        (behind_the_proxy(bench, hook, Server::Webhook), Action::Webhook(WebhookSample::default())),
    ]
}

async fn all_four(bench: &Bench, verify: Option<Value>) -> Vec<CheckResult> {
    let before = bench.sandbox.connections(Server::HttpProxyAuth);
    let mut results = Vec::new();
    for (mut record, action) in four(bench) {
        if let Some(verify) = &verify {
            record["certificate_check"] = verify.clone();
        }
        results.push(bench.run(&subject(record), action).await.result);
    }
    let journal = bench.journal(Server::HttpProxyAuth).join("\n");
    assert_eq!(bench.sandbox.connections(Server::HttpProxyAuth) - before, 4, "one entry each: {journal}");
    results
}

#[tokio::test]
async fn c6_token_request_mail_and_webhook_share_one_path_through_proxy_and_authority() {
    let bench = Bench::start().await;
    for result in all_four(&bench, None).await {
        passed(&result);
        assert_eq!(result.certificate_verified, Some(true), "{}", report(&result));
    }
    for result in all_four(&bench, Some(json!({ "mode": "enable" }))).await {
        failed(&result, StageName::Tls);
        assert_eq!(result.explanation.as_ref().unwrap().id, "tls:unknown-issuer", "{}", report(&result));
    }
    for result in all_four(&bench, Some(json!({ "mode": "disable" }))).await {
        passed(&result);
        assert_eq!((result.outcome, result.certificate_verified), (Outcome::Warning, Some(false)));
        assert!(warned(&result, "not_verified"), "the badge: {}", report(&result));
    }
}
