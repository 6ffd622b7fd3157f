//! Permission and delivery.

use credenza_net::smtp::{self, MailEnvelope, Session};
use credenza_net::{Failure, Record, Recorder, SmtpAuth, StageName, StageStatus};

use super::support::script::{Act, Scripted, hear, say, serve};
use super::support::{clear, loopback, stage, status};

const MESSAGE: &[u8] = b"Subject: x\r\n\r\nhello\r\n.dot\r\n";

async fn offering(lines: &str, then: Vec<Act>) -> Scripted {
    let mut script = vec![say("220 mx\r\n"), hear("EHLO"), say(format!("250-mx\r\n{lines}250 HELP\r\n"))];
    script.extend(then);
    serve(script).await
}

async fn session(server: &Scripted, rec: &Recorder) -> Session {
    let route = loopback(server.port);
    smtp::open(&clear(&route, SmtpAuth::None), rec).await.unwrap()
}

fn envelope(from: &str, to: &[&str]) -> MailEnvelope {
    MailEnvelope { from: from.into(), to: to.iter().map(|a| (*a).to_owned()).collect() }
}

async fn sent(server: &Scripted, to: &[&str], message: &[u8]) -> (Result<smtp::Accepted, Failure>, Record) {
    let rec = Recorder::new(None);
    let mut session = session(server, &rec).await;
    let result = session.send(&envelope("a@b.example", to), message, &rec).await;
    drop(session);
    (result, rec.close(None))
}

#[tokio::test]
async fn a_mail_is_accepted_dot_stuffed_with_its_size_and_the_body_stays_out_of_the_transcript() {
    let server = offering(
        "250-SIZE 1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n",
        vec![
            hear("MAIL FROM:<a@b.example> SIZE=27"),
            say("250 ok\r\n"),
            hear("RCPT TO:<c@d.example>"),
            say("250 ok\r\n"),
            hear("RCPT TO:<e@f.example>"),
            say("251 will forward\r\n"),
            hear("DATA"),
            say("354 go\r\n"),
            Act::Body,
            say("250 2.0.0 queued as 4711\r\n"),
            hear("QUIT"),
            say("221 bye\r\n"),
        ],
    )
    .await;
    let rec = Recorder::new(None);
    let mut session = session(&server, &rec).await;
    let accepted =
        session.send(&envelope("a@b.example", &["c@d.example", "e@f.example"]), MESSAGE, &rec).await.unwrap();
    session.quit().await;
    assert_eq!((accepted.reply.as_str(), accepted.recipients), ("250 2.0.0 queued as 4711", 2));
    let heard = server.heard().await;
    assert_eq!(heard.body, b"Subject: x\r\n\r\nhello\r\n..dot\r\n.\r\n");
    assert!(
        heard.lines.contains(&"MAIL FROM:<a@b.example> SIZE=27".to_owned()),
        "no 8BITMIME, no SMTPUTF8: {:?}",
        heard.lines
    );
    let record = rec.close(None);
    assert_eq!(stage(&record, StageName::Action).summary, "The message was accepted by the server.");
    let text: Vec<&str> = record.transcript.iter().map(|l| l.text.as_str()).collect();
    assert!(text.contains(&"[message: 27 bytes, 4 lines]") && !text.iter().any(|l| l.contains("hello")), "{text:?}");
    assert!(!text.iter().any(|l| l.contains("delivered")), "accepted is never called delivered");
}

#[tokio::test]
async fn eight_bit_and_utf8_are_asked_for_only_where_needed_and_refused_where_missing() {
    let eight = "Subject: x\r\n\r\nhé\r\n".as_bytes();
    let offers = "250-8BITMIME\r\n250-SMTPUTF8\r\n";
    let ok = |mail: &'static str| {
        vec![
            hear(mail),
            say("250 ok\r\n"),
            hear("RCPT"),
            say("250 ok\r\n"),
            hear("DATA"),
            say("354 go\r\n"),
            Act::Body,
            say("250 ok\r\n"),
        ]
    };
    let server = offering(offers, ok("MAIL FROM:<a@b.example> BODY=8BITMIME")).await;
    sent(&server, &["c@d.example"], eight).await.0.unwrap();
    let heard = server.heard().await;
    assert!(heard.lines.contains(&"MAIL FROM:<a@b.example> BODY=8BITMIME".to_owned()), "no SMTPUTF8 for a body");

    let server = offering(offers, ok("MAIL FROM:<a@b.example> SMTPUTF8")).await;
    sent(&server, &["jürgen@d.example"], MESSAGE).await.0.unwrap();

    for (to, message, words) in [("c@d.example", eight, "8BITMIME"), ("jürgen@d.example", MESSAGE, "SMTPUTF8")] {
        let server = offering("", vec![]).await;
        let failure = sent(&server, &[to], message).await.0.unwrap_err();
        assert!(failure.message.contains(words), "{}", failure.message);
        assert_eq!(server.heard().await.count("MAIL"), 0);
    }
}

#[tokio::test]
async fn a_message_over_the_servers_size_is_refused_before_mail_from() {
    let server = offering("250-SIZE 20\r\n", vec![]).await;
    let (result, record) = sent(&server, &["c@d.example"], MESSAGE).await;
    let failure = result.unwrap_err();
    assert!(failure.lookup.contains("5.3.4") && failure.message.contains("at most 20"), "{failure:?}");
    assert_eq!(status(&record, StageName::Action), StageStatus::NotReached);
    assert_eq!(server.heard().await.count("MAIL"), 0);
}

#[tokio::test]
async fn f11_line_breaks_in_addresses_and_bare_ones_in_the_message_are_refused_before_mail_from() {
    for (to, message) in [
        ("c@d.example\r\nDATA", MESSAGE),
        ("c@d.example>\r\nRCPT TO:<x@y.example", MESSAGE),
        ("c\0@d.example", MESSAGE),
        ("c@d.example", &b"a\n.\nMAIL FROM:<evil@x>\r\n"[..]),
        ("c@d.example", &b"a\r.\r\n"[..]),
        ("c@d.example", &b"a\0b\r\n"[..]),
    ] {
        let server = offering("", vec![]).await;
        let failure = sent(&server, &[to], message).await.0.unwrap_err();
        assert_eq!(failure.stage, StageName::Permission, "{to:?} {message:?}");
        let heard = server.heard().await;
        assert_eq!(heard.lines.len(), 1, "EHLO and nothing more: {:?}", heard.lines);
    }
}

#[tokio::test]
async fn one_refused_recipient_stops_the_mail_and_every_reply_is_listed() {
    let server = offering(
        "",
        vec![
            hear("MAIL"),
            say("250 ok\r\n"),
            hear("RCPT"),
            say("250 ok\r\n"),
            hear("RCPT"),
            say("550 5.1.1 no such user\r\n"),
            hear("RCPT"),
            say("250 ok\r\n"),
        ],
    )
    .await;
    let (result, record) = sent(&server, &["a@x.example", "b@x.example", "c@x.example"], MESSAGE).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.stage, failure.lookup.as_str()), (StageName::Permission, "550 5.1.1 no such user"));
    assert!(failure.message.contains("b@x.example"), "{}", failure.message);
    assert_eq!(stage(&record, StageName::Permission).evidence["recipients"].as_array().unwrap().len(), 3);
    assert_eq!(server.heard().await.count("DATA"), 0);
}

#[tokio::test]
async fn iqx_12_a_server_that_wants_a_sign_in_says_so_at_mail_from() {
    let server = offering("", vec![hear("MAIL"), say("530 5.7.57 Client not authenticated to send mail\r\n")]).await;
    let (result, _) = sent(&server, &["c@d.example"], MESSAGE).await;
    let failure = result.unwrap_err();
    assert_eq!(failure.raw, "530 5.7.57 Client not authenticated to send mail");
    assert_eq!(failure.message, "The server wants us to sign in before it takes mail.");
}

#[tokio::test]
async fn refusals_of_data_at_its_begin_and_at_its_end_fail_the_action() {
    let begin = || vec![hear("MAIL"), say("250 ok\r\n"), hear("RCPT"), say("250 ok\r\n"), hear("DATA")];
    let cases: [(Vec<Act>, &str, &str); 4] = [
        (vec![say("451 4.3.0 later\r\n")], "451 4.3.0 later", "before it saw it"),
        (vec![say("250 odd\r\n")], "250 odd", "before it saw it"),
        (
            vec![say("354 go\r\n"), Act::Body, say("550 5.7.60 SendAs denied\r\n")],
            "550 5.7.60 SendAs denied",
            "refused the message",
        ),
        (
            vec![say("354 go\r\n"), Act::Body, Act::Close],
            "",
            "closed the connection while waiting for the server to accept",
        ),
    ];
    for (end, raw, words) in cases {
        let mut script = begin();
        script.extend(end);
        let server = offering("", script).await;
        let (result, record) = sent(&server, &["c@d.example"], MESSAGE).await;
        let failure = result.unwrap_err();
        assert_eq!((failure.stage, status(&record, StageName::Permission)), (StageName::Action, StageStatus::Passed));
        assert!(failure.message.contains(words) && (raw.is_empty() || failure.raw == raw), "{failure:?}");
    }
}

#[tokio::test]
async fn a_server_that_stops_reading_a_large_message_gets_its_last_words_heard() {
    let server = offering(
        "",
        vec![
            hear("MAIL"),
            say("250 ok\r\n"),
            hear("RCPT"),
            say("250 ok\r\n"),
            hear("DATA"),
            say("354 go\r\n"),
            say("552 5.3.4 too big\r\n"),
            Act::Close,
        ],
    )
    .await;
    let large = [b"Subject: x\r\n\r\n".to_vec(), b"0123456789abcdef\r\n".repeat(500_000)].concat();
    let failure = sent(&server, &["c@d.example"], &large).await.0.unwrap_err();
    // Whether the farewell or the reset arrives first is up to the network; both are the action's failure.
    assert_eq!(failure.stage, StageName::Action);
    assert!(
        failure.raw.starts_with("552 5.3.4") || failure.message.contains("reset") || failure.message.contains("closed"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_probe_asks_for_sender_and_recipient_and_takes_it_back() {
    let server = offering(
        "250-SIZE 9\r\n",
        vec![
            hear("MAIL FROM:<a@b.example>"),
            say("250 ok\r\n"),
            hear("RCPT TO:<c@d.example>"),
            say("250 ok\r\n"),
            hear("RSET"),
            say("250 flushed\r\n"),
        ],
    )
    .await;
    let rec = Recorder::new(None);
    let mut open = session(&server, &rec).await;
    open.probe(Some("a@b.example"), Some("c@d.example"), &rec).await.unwrap();
    drop(open);
    let record = rec.close(None);
    let permission = stage(&record, StageName::Permission);
    assert!(permission.summary.ends_with("Nothing was sent."));
    assert_eq!(permission.evidence["rset"], "250 flushed");
    assert_eq!(status(&record, StageName::Action), StageStatus::Skipped, "nothing failed, nothing more was asked");
    assert_eq!(server.heard().await.count("DATA"), 0);
}

#[tokio::test]
async fn a_probe_without_a_sender_asks_nothing() {
    let server = offering("", vec![]).await;
    let rec = Recorder::new(None);
    let mut open = session(&server, &rec).await;
    open.probe(None, Some("c@d.example"), &rec).await.unwrap();
    drop(open);
    assert_eq!(status(&rec.close(None), StageName::Permission), StageStatus::Skipped);
    assert_eq!(server.heard().await.lines.len(), 1);
}

#[tokio::test]
async fn a_reset_at_each_step_names_that_step() {
    let steps = ["MAIL FROM", "RCPT TO", "DATA"];
    for (at, step) in steps.iter().enumerate() {
        let mut script = vec![hear("MAIL"), say("250 ok\r\n"), hear("RCPT"), say("250 ok\r\n"), hear("DATA")];
        script.truncate(at * 2 + 1);
        script.push(Act::Reset);
        let server = offering("", script).await;
        let failure = sent(&server, &["c@d.example"], MESSAGE).await.0.unwrap_err();
        assert!(failure.message.ends_with(&format!("while waiting for the answer to {step}.")), "{}", failure.message);
        assert!(failure.lookup.contains("connection reset"), "{}", failure.lookup);
    }
}
