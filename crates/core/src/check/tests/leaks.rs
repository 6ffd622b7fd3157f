//! C7: a thousand random secrets, said back by a server in every spelling, over each protocol; none may be in what is shown.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use credenza_net::Recorder;
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::bench::{MemoryStore, subject};
use crate::check::*;

/// So many secrets, each in every spelling and over every protocol.
const SECRETS: usize = 1000;

/// The spellings in which a server may say a secret back.
fn spellings(secret: &str) -> [String; 12] {
    let json = serde_json::to_string(secret).unwrap();
    let json = json[1..json.len() - 1].to_owned();
    let mut ascii = String::new();
    for c in json.chars() {
        match c {
            '/' => ascii.push_str("\\/"),
            c if c.is_ascii() => ascii.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write!(ascii, "\\u{unit:04x}").unwrap()),
        }
    }
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    [
        secret.to_owned(),
        json,
        ascii,
        form,
        secret.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        html.replace('\'', "&#39;"),
        secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
        STANDARD.encode(format!("\0user\0{secret}")),
        STANDARD.encode(format!("user1:{secret}")),
        STANDARD.encode(format!("user=u\u{1}auth=Bearer {secret}\u{1}\u{1}")),
        URL_SAFE_NO_PAD.encode(secret),
        url::form_urlencoded::byte_serialize(STANDARD_NO_PAD.encode(secret).as_bytes()).collect(),
    ]
}

/// A server that answers every connection by a script of what it is to say back.
struct Parrot {
    port: u16,
    says: Arc<Mutex<Vec<String>>>,
}

impl Parrot {
    async fn start<F, W>(talk: F) -> Parrot
    where
        F: Fn(TcpStream, Vec<String>) -> W + Send + Sync + 'static,
        W: Future<Output = std::io::Result<()>> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let says = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&says);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let said = told.lock().unwrap().clone();
                // A client that leaves early is its own business.
                let _ = talk(stream, said).await;
            }
        });
        Parrot { port, says }
    }

    fn say(&self, words: &[String]) {
        *self.says.lock().unwrap() = words.to_vec();
    }
}

async fn mail(stream: TcpStream, says: Vec<String>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mx trace-id 4711-abc\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let answer = match line.get(..4).unwrap_or_default() {
            "EHLO" => "250-mx\r\n250 AUTH PLAIN LOGIN\r\n".to_owned(),
            "AUTH" => {
                let sent = line.trim_end().to_owned();
                let words = says.iter().chain([&sent]);
                words.map(|said| format!("535-5.7.8 no <{said}>\r\n")).collect::<String>() + "535 5.7.8 no\r\n"
            }
            _ => "221 bye\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await?;
        line.clear();
    }
    Ok(())
}

/// Says back what it was sent, head and body, and then every spelling.
async fn web(mut stream: TcpStream, says: Vec<String>) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut block = [0; 4096];
    while !complete(&request) {
        let read = stream.read(&mut block).await?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&block[..read]);
    }
    let said: String = says.iter().map(|said| format!("you said {said}\n")).collect();
    let described = serde_json::to_string(&said).unwrap();
    let body = if request.starts_with(b"POST /token") {
        format!(
            "{{\"error\":\"invalid_client\",\"error_description\":{described},\"trace_id\":\"4711-abc\",\"id_token\":\"eyJhbGciOiJub25lIn0.{}.x\"}}",
            says[10]
        )
    } else {
        format!("trace-id 4711-abc\n{said}{}", String::from_utf8_lossy(&request))
    };
    let head = format!(
        "HTTP/1.1 400 Bad Request\r\nX-Request-Id: 4711-abc\r\nX-Echo: {}\r\nSet-Cookie: sid={}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        says[7],
        says[10],
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}

fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// The record of each protocol, the secret in each of its places.
fn records(secret: &str, mail: u16, web: u16) -> [(Value, Action); 4] {
    let oauth2 = json!({ "grant": "client_credentials", "token_url": format!("http://127.0.0.1:{web}/token"), "client_id": "erp", "client_secret": secret });
    // What a header or a path may hold.
    let plain: String = secret.chars().filter(char::is_ascii).map(|c| if c == ' ' { '_' } else { c }).collect();
    let in_path: String = plain.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let common = json!({ "host": "127.0.0.1", "port": web, "protocol": "http" });
    let with = |own: Value| {
        let mut record = common.clone();
        record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        record
    };
    [
        (
            json!({ "type": "mail_server", "host": "127.0.0.1", "port": mail, "allow_clear": true, "auth": { "method": "password", "username": "user", "password": secret } }),
            Action::Connection,
        ),
        (
            with(
                json!({ "type": "outbound_server", "headers": [{ "name": "X-Api-Key", "value": plain, "secret": true }],
                "auth": { "method": "basic", "username": "user", "password": secret } }),
            ),
            Action::Connection,
        ),
        (json!({ "type": "app_registration", "oauth2": oauth2 }), Action::Token { force: true }),
        (
            with(
                json!({ "type": "webhook", "path": format!("/hooks/x{in_path}?key={in_path}"), "payload": [{ "key": "text", "value": "hello" }],
                "headers": [{ "name": "X-Api-Key", "value": plain, "secret": true }] }),
            ),
            Action::Webhook(WebhookSample::default()),
        ),
    ]
}

#[tokio::test]
async fn c7_a_thousand_secrets_in_twelve_spellings_over_four_protocols_leave_no_trace() {
    let (mail, web) = (Parrot::start(mail).await, Parrot::start(web).await);
    let catalogue = credenza_net::Catalogue::builtin();
    let mut runner = TestRunner::deterministic();
    let secrets = proptest::string::string_regex("[!-~][ -~\u{e9}\u{df}\u{20ac}\u{1f511}]{6,62}[!-~]").unwrap();
    for number in 0..SECRETS {
        let secret = secrets.new_tree(&mut runner).unwrap().current();
        let said = spellings(&secret);
        mail.say(&said);
        web.say(&said);
        for (record, action) in records(&secret, mail.port, web.port) {
            let kind = record["type"].clone();
            let mut subject = subject(record);
            // The one secret, however the record's own fields had to spell it.
            subject.secrets.set("echoed", secret.clone().into());
            let ctx = CheckContext {
                catalogue: &catalogue,
                clock: &credenza_vault::SystemClock,
                tokens: &MemoryStore::default(),
                progress: None,
                timeout: std::time::Duration::from_secs(20),
                cancel: CancelFlag::new(),
                person: None,
                token_use: TokenUse::default(),
                stand_in_key: None,
            };
            let finished = run(&subject, &action, &ctx).await;
            let text = checked_report(&finished.result, Extent::WithTranscript, &Recorder::new(None)).unwrap();
            let shown = format!("{}\n{text}", serde_json::to_string(&finished.result).unwrap());
            for (which, spelling) in said.iter().enumerate() {
                assert!(
                    !shown.contains(spelling.as_str()),
                    "{kind} {number}: spelling {which} of {secret:?} is in\n{text}"
                );
            }
            assert!(
                !text.contains("[withheld"),
                "{kind} {number}: the redaction missed {secret:?}, the scan did not\n{text}"
            );
            assert!(shown.contains("4711-abc"), "{kind} {number}: ids are kept\n{text}");
            let marks: &[&str] = match kind.as_str() {
                Some("mail_server") => &[],
                Some("app_registration") => &["sid=[cookie #", "\"id_token\":\"[id-token #"],
                _ => &["sid=[cookie #"],
            };
            for mark in marks {
                assert!(text.contains(mark), "{kind} {number}: {mark} stands for it\n{text}");
            }
        }
    }
}

fn any_result() -> CheckResult {
    serde_json::from_value(json!({
        "credential": { "id": null, "name": "mx", "type": "mail_server" }, "kind": "connection", "outcome": "passed",
        "failed_stage": null, "started_at": "2026-11-21T08:00:00Z", "duration_ms": 1, "certificate_verified": null, "stages": [],
        "explanation": null, "warnings": [], "result": {}, "changes_since_last_pass": [], "transcript": [],
    }))
    .unwrap()
}

#[test]
fn c7_a_report_in_which_a_secret_is_left_is_refused_naming_kind_and_line_and_not_the_value() {
    let mut result = any_result();
    result.transcript = vec![credenza_net::TranscriptLine {
        at_ms: 1,
        from: credenza_net::Party::Server,
        // Twice encoded: no spelling that the redaction looks for.
        text: STANDARD.encode(format!("x{}", spellings("canary-secret/1+2")[4])),
    }];
    let known = Recorder::new(None);
    known.protect("oauth2.client_secret", &"canary-secret/1+2".to_owned().into());
    assert!(checked_report(&result, Extent::Report, &known).is_ok(), "the transcript is not part of it");
    let refused = checked_report(&result, Extent::WithTranscript, &known).unwrap_err();
    assert_eq!((refused.code, refused.reason.as_deref()), (crate::Code::Forbidden, Some("secret_in_report")));
    let text = checked_report(&result, Extent::WithTranscript, &Recorder::new(None)).unwrap();
    let line = text.lines().position(|line| line.contains("ms  server")).unwrap() + 1;
    assert!(
        refused.message.contains(&format!("Line {line} ")) && refused.message.contains("client-secret"),
        "{}",
        refused.message
    );
    assert!(!refused.message.contains("canary"));
}

#[test]
fn c7_a_password_that_is_a_word_of_ours_does_not_stop_the_report() {
    let known = Recorder::new(None);
    known.protect("password", &"Stages".to_owned().into());
    let text = checked_report(&any_result(), Extent::WithTranscript, &known).unwrap();
    assert!(text.contains("\nStages\n"), "our own words stay: {text}");
}
