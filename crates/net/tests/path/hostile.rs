//! Servers that do not play by the rules: bounded, and each with its own reason.

use std::time::{Duration, Instant};

use credenza_net::{Failure, Record, Recorder, SmtpAuth, StageName, StageStatus};

use super::support::script::{Act, hear, say, serve};
use super::support::{clear, has_warning, loopback, opened, refusal, stage, status};

async fn against(script: Vec<Act>) -> (Failure, Record) {
    let server = serve(script).await;
    let route = loopback(server.port);
    refusal(&clear(&route, SmtpAuth::None)).await
}

#[tokio::test]
async fn f2_endless_banners_lines_and_continuations_are_capped() {
    let cases: [(&[u8], &str); 4] = [
        (b"AAAAAAAAAAAAAAAA", "longer than 4 KiB"),
        (b"\0\0\0\0\0\0\0\0", "longer than 4 KiB"),
        (b"220-more\r\n", "longer than 64 KiB"),
        (b"\r\n", "does not begin with a reply code"),
    ];
    for (flood, words) in cases {
        let started = Instant::now();
        let (failure, record) = against(vec![Act::Flood(flood.to_vec())]).await;
        assert_eq!(failure.stage, StageName::Greeting);
        assert!(failure.message.contains(words), "{}", failure.message);
        assert!(started.elapsed() < Duration::from_secs(30), "no waiting for an end that never comes");
        let size: usize = record.transcript.iter().map(|line| line.text.len()).sum();
        assert!(size < 200_000, "the transcript stays small, has {size} bytes");
    }
}

#[tokio::test]
async fn f10_mixed_codes_and_replies_out_of_order_are_protocol_errors() {
    let (mixed, _) = against(vec![say("220-one\r\n250 two\r\n")]).await;
    assert!(mixed.message.contains("different codes"), "{}", mixed.message);
    let (early, _) = against(vec![say("220 mx\r\n250-mx\r\n250 AUTH PLAIN\r\n")]).await;
    assert!(early.message.contains("before it was asked"), "{}", early.message);
    let second = asked_on(vec![say("220 mx\r\n"), hear("EHLO"), say("250 mx\r\n250 again\r\n")]).await;
    assert!(second.message.contains("before it was asked"), "{}", second.message);
}

/// Goes on to MAIL FROM, where a surplus reply shows.
async fn asked_on(script: Vec<Act>) -> Failure {
    let server = serve(script).await;
    let route = loopback(server.port);
    let rec = Recorder::new(None);
    let mut session = credenza_net::smtp::open(&clear(&route, SmtpAuth::None), &rec).await.unwrap();
    session.probe(Some("a@b.example"), None, &rec).await.unwrap_err()
}

#[tokio::test]
async fn what_is_no_mail_server_is_told_as_such() {
    for text in
        ["SSH-2.0-OpenSSH_9.2p1 Debian\r\n", "* OK IMAP4rev1 ready\r\n", "+OK POP3 ready\r\n", "hello\r\n", "22\r\n"]
    {
        let (failure, _) = against(vec![say(text)]).await;
        assert!(failure.message.contains("not a mail server's answer"), "{text:?}: {}", failure.message);
        assert_eq!(failure.raw, text.trim_end(), "the server's own words are kept");
    }
}

#[tokio::test]
async fn refusals_at_the_door_keep_the_servers_words() {
    for reply in ["554 5.7.1 your address is listed", "421 4.3.2 too busy", "250 wrong door"] {
        let (failure, record) = against(vec![say(format!("{reply}\r\n"))]).await;
        assert_eq!((failure.stage, failure.lookup.as_str()), (StageName::Greeting, reply));
        assert_eq!(status(&record, StageName::Greeting), StageStatus::Failed);
    }
    let (failure, _) =
        against(vec![say("220 mx\r\n"), hear("EHLO"), say("550 no\r\n"), hear("HELO"), say("550 5.7.1 not you\r\n")])
            .await;
    assert_eq!(failure.raw, "550 5.7.1 not you");
}

#[tokio::test]
async fn escape_codes_and_odd_bytes_in_a_banner_are_shown_harmlessly() {
    let server =
        serve(vec![say(b"220 \x1b[31mred\x07 caf\xe9 \xe2\x80\xaegnp.exe\r\n"), hear("EHLO"), say("250 mx\r\n")]).await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, SmtpAuth::None)).await;
    result.unwrap();
    for text in record
        .transcript
        .iter()
        .map(|l| &l.text)
        .chain([&stage(&record, StageName::Greeting).evidence["banner"].to_string()])
    {
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    }
    assert!(record.transcript[0].text.contains("\\u{1b}[31mred"), "{}", record.transcript[0].text);
}

#[tokio::test]
async fn lines_that_end_with_lf_alone_are_read_and_remarked_upon() {
    let server = serve(vec![say("220 mx\n"), hear("EHLO"), say("250-mx\n250 SIZE 5\n")]).await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, SmtpAuth::None)).await;
    assert_eq!(result.unwrap().offers().size, Some(5));
    assert!(has_warning(&record, "bare_line_feed"));
}

#[tokio::test]
async fn f1_a_server_that_drips_or_says_nothing_ends_with_the_callers_deadline() {
    for script in [vec![Act::Hang], vec![say("2"), Act::Hang], vec![say("220 mx\r\n"), hear("EHLO"), Act::Hang]] {
        let server = serve(script).await;
        let route = loopback(server.port);
        let rec = Recorder::new(None);
        let mailer = clear(&route, SmtpAuth::None);
        let opening = credenza_net::smtp::open(&mailer, &rec);
        let ended = tokio::time::timeout(Duration::from_millis(300), opening).await;
        assert!(ended.is_err(), "nothing to finish with");
        let place = credenza_net::Place::new(StageName::Greeting, credenza_net::Channel::Network, "127.0.0.1");
        let record = rec.close(Some(Failure::new(&place, "No answer within the time allowed.", "timed out", &rec)));
        let greeting = stage(&record, StageName::Greeting);
        assert_eq!(
            (greeting.status, greeting.summary.as_str()),
            (StageStatus::Failed, "No answer within the time allowed.")
        );
        assert_eq!(status(&record, StageName::Authenticate), StageStatus::NotReached);
        server.heard().await;
    }
}

#[tokio::test]
async fn the_name_said_in_ehlo_is_our_address_and_never_the_machines_name() {
    let server = serve(vec![say("220 mx\r\n"), hear("EHLO"), say("250 mx\r\n")]).await;
    let route = loopback(server.port);
    opened(&clear(&route, SmtpAuth::None)).await.0.unwrap();
    assert_eq!(server.heard().await.lines, ["EHLO [127.0.0.1]"]);
}

#[tokio::test]
async fn f15_sixty_walks_cancelled_at_random_points_leave_no_connection_open() {
    let mut walks = tokio::task::JoinSet::new();
    for at in 0..60u64 {
        walks.spawn(async move {
            let server = serve(vec![say("220 mx\r\n"), hear("EHLO"), say("250 mx\r\n"), Act::Hang]).await;
            let route = loopback(server.port);
            let rec = Recorder::new(None);
            let walk = async {
                let session = credenza_net::smtp::open(&clear(&route, SmtpAuth::None), &rec).await;
                std::future::pending::<()>().await;
                drop(session);
            };
            assert!(tokio::time::timeout(Duration::from_micros(at * 150), walk).await.is_err());
            server
        });
    }
    while let Some(server) = walks.join_next().await {
        let heard = tokio::time::timeout(Duration::from_secs(5), finished(server.unwrap())).await;
        assert!(heard.is_ok(), "the server still waits for a client that is gone");
    }
}

// A server whose client left before connecting waits in accept: knock once so that it ends.
async fn finished(server: super::support::script::Scripted) {
    let _ = tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await;
    server.ended().await;
}
