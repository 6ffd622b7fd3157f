//! The buttons against the practice servers: exit codes, files, and every result against `schema check`.

use credenza_sandbox::{Fault, MAILBOX, MailStep, Server};
use credenza_tests::{Answer, Desk, Practice, failed_at, stage, warned};
use serde_json::{Value, json};

use crate::schemas::fits;

/// All practice records in one vault.
fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    desk.add(&practice.servers().into_iter().map(|server| server.draft).collect());
    desk
}

fn result(answer: &Answer) -> Value {
    let result = answer.json();
    fits("check", &result);
    let names: Vec<&str> =
        result["stages"].as_array().unwrap().iter().map(|stage| stage["name"].as_str().unwrap()).collect();
    let order = [
        "input",
        "resolve",
        "connect",
        "proxy",
        "tls",
        "greeting",
        "token",
        "token_content",
        "authenticate",
        "permission",
        "action",
    ];
    let mut rest = order.iter();
    assert!(names.iter().all(|name| rest.any(|known| known == name)), "stages in their order: {names:?}");
    result
}

#[test]
fn every_practice_record_passes_its_test_with_a_result_that_fits_the_schema() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let by_person =
        |draft: &Value| ["authorization_code", "device_code"].iter().any(|grant| draft["oauth2"]["grant"] == *grant);
    let (people, machines): (Vec<_>, Vec<_>) =
        practice.servers().into_iter().partition(|server| by_person(&server.draft));
    for server in &people {
        let result = result(&desk.run(&["--json", "test", &server.name]).expect(1));
        failed_at(&result, "token");
        assert!(stage(&result, "token")["summary"].as_str().unwrap().contains("press Fetch Token"), "{}", server.name);
    }
    for server in &machines {
        let answer = desk.run(&["--json", "test", &server.name]).expect(0);
        let result = result(&answer);
        assert_eq!(
            (result["kind"].as_str(), result["outcome"].as_str()),
            (Some("connection"), Some("passed")),
            "{}: {result:#}",
            server.name
        );
        assert!(result["explanation"].is_null() && result["failed_stage"].is_null());
        assert_eq!(result["credential"]["name"], server.name);
        assert_eq!(result["certificate_verified"], true, "{}", server.name);
    }
    assert!(practice.mailbox().is_empty() && practice.deliveries().is_empty(), "Test connection sends nothing");
    let rows = desk.run(&["--json", "list", "--status", "passed"]).expect(0).json();
    assert_eq!(rows.as_array().unwrap().len(), machines.len(), "every list shows how the last test ended");
}

#[test]
fn every_kind_of_failure_gives_a_result_that_fits_the_schema() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let faults: [(Server, Fault, &str, &str); 10] = [
        (Server::Smtp, Fault::Hangup, "Practice mail", "greeting"),
        (Server::Smtp, Fault::Unavailable, "Practice mail", "greeting"),
        (Server::Smtp, Fault::NoStartTls, "Practice mail", "tls"),
        (Server::Smtp, Fault::InjectAfterStartTls, "Practice mail", "tls"),
        (Server::Smtp, Fault::Mechanisms(Vec::new()), "Practice mail", "authenticate"),
        (
            Server::Smtp,
            Fault::Reply(MailStep::Auth, "454 4.7.0 Temporary authentication failure".into()),
            "Practice mail",
            "authenticate",
        ),
        (
            Server::Smtp,
            Fault::Reply(MailStep::Mail, "550 5.7.60 Client does not have permissions".into()),
            "Practice mail",
            "permission",
        ),
        (Server::Echo, Fault::Answer(500, "{}".into()), "Practice API with Basic", "action"),
        (Server::Echo, Fault::Answer(403, "{}".into()), "Practice API with a token", "permission"),
        (Server::SocksAuth, Fault::ProxyAnswer(5), "Practice API through a SOCKS proxy", "proxy"),
    ];
    for (server, fault, name, stage) in faults {
        practice.clear_faults();
        practice.set_on(server, fault.clone());
        let result = result(&desk.run(&["--json", "test", name]).expect(1));
        failed_at(&result, stage);
        assert!(!result["explanation"]["raw"].as_str().unwrap().is_empty(), "{fault:?}: what came is shown");
        // The greeting of a mail server comes before its STARTTLS.
        let after = result["stages"]
            .as_array()
            .unwrap()
            .iter()
            .skip_while(|one| one["name"] != stage)
            .skip(1)
            .filter(|one| one["name"] != "greeting");
        assert!(
            after.clone().all(|one| one["status"] == "not_reached"),
            "{fault:?}: nothing after the broken stage is claimed: {result:#}"
        );
    }
}

#[test]
fn a_test_ends_at_its_time_limit() {
    let practice = Practice::start();
    let desk = desk(&practice);
    practice.set_on(Server::Smtp, Fault::Silent);
    let began = std::time::Instant::now();
    let result = result(&desk.run(&["--json", "test", "Practice mail", "--timeout", "2s"]).expect(1));
    failed_at(&result, "greeting");
    assert!(result["duration_ms"].as_u64().unwrap() < 3000, "{result:#}");
    assert!(began.elapsed().as_secs() < 10);
}

#[test]
fn send_email_sends_and_test_marks_it_as_a_test() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let body = desk.file("body.txt", "from a file\n");
    let sent = result(
        &desk
            .run(&[
                "--json",
                "send-email",
                "Practice mail",
                "--to",
                "a@example.com",
                "--to",
                "b@example.com",
                "--subject",
                "S",
                "--body-file",
                body.to_str().unwrap(),
            ])
            .expect(0),
    );
    assert_eq!((sent["kind"].as_str(), sent["result"]["accepted"].as_bool()), (Some("email"), Some(true)));
    let piped = desk
        .run_with(
            &["send-email", "Practice mail with OAuth 2.0", "--to", "a@example.com", "--body-file", "-"],
            "from a pipe",
        )
        .expect(0);
    assert!(piped.out.contains("passed"), "{}", piped.out);
    desk.run(&["send-email", "Practice mail", "--to", "a@example.com", "--test"]).expect(0);
    let mails = practice.mails(3);
    assert_eq!(mails[0].to, ["a@example.com", "b@example.com"]);
    assert_eq!((mails[0].text.trim_end(), mails[1].text.trim_end()), ("from a file", "from a pipe"));
    assert_eq!(mails[0].from, MAILBOX, "iqx_9: the record's address is the sender");
    assert_eq!(mails[1].via.mechanism.as_deref(), Some("XOAUTH2"), "eli_10");
    assert!(mails[2].subject.contains("Test"), "the mail says what it is: {}", mails[2].subject);
    assert!(!String::from_utf8_lossy(&mails[0].raw).contains("Credenza-Test"), "and a real one does not");
    desk.run(&["--json", "send-email", "Practice mail", "--to", "a@example.com", "--attach", "/nonexistent"]).expect(4);
    desk.run(&["--json", "send-email", "Practice webhook", "--to", "a@example.com"]).expect(3);
}

#[test]
fn iqx_9_the_sender_of_the_command_stands_in_for_a_missing_one() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut record = practice.record("Practice mail");
    record.as_object_mut().unwrap().remove("sender");
    desk.add(&record);
    let refused = desk.run(&["--json", "send-email", "Practice mail", "--to", "a@example.com"]);
    assert!([1, 3].contains(&refused.code), "{refused:?}");
    assert_eq!(practice.connections(Server::Smtp), 0, "iqx_10: zero packets");
    desk.run(&["send-email", "Practice mail", "--to", "a@example.com", "--from", "job@credenza.test"]).expect(0);
    assert_eq!(practice.mails(1)[0].from, "job@credenza.test");
}

#[test]
fn tuf_25_token_shows_type_lifetime_mask_and_claims_and_raw_prints_the_token_alone() {
    let practice = Practice::start();
    let desk = desk(&practice);
    for name in ["Practice app registration", "Practice API with OAuth 2.0", "Practice mail with OAuth 2.0"] {
        let shown = result(&desk.run(&["--json", "token", name]).expect(0));
        let given = &shown["result"];
        assert_eq!(
            (shown["kind"].as_str(), given["token_type"].as_str()),
            (Some("token"), Some("Bearer")),
            "{name}: {shown:#}"
        );
        assert!(
            given["expires_at"].is_string()
                && given["masked"].as_str().unwrap().starts_with("****")
                && given["claims"]["aud"].is_string(),
            "{given:#}"
        );
        let raw = desk.run(&["token", name, "--raw"]).expect(0);
        assert_eq!(raw.out.lines().count(), 1);
        assert_eq!(raw.err, "");
        assert!(
            raw.out.trim_end().ends_with(given["masked"].as_str().unwrap().trim_start_matches('*')),
            "from the cache while it is valid"
        );
        let asked = practice.connections(Server::Idp);
        desk.run(&["token", name, "--raw"]).expect(0);
        assert_eq!(practice.connections(Server::Idp), asked, "the cache asks nobody");
        assert_eq!(desk.run(&["reveal", name, "token"]).expect(0).out, raw.out);
    }
    let wrong = json!({"oauth2": {"client_secret": practice.accounts().expired_client_secret}}).to_string();
    let expired =
        result(&desk.run_with(&["--json", "token", "Practice app registration", "--draft", "-"], &wrong).expect(1));
    failed_at(&expired, "token");
    assert_eq!(expired["explanation"]["id"], "AADSTS7000222");
    assert_eq!(expired["explanation"]["who"], "entra_admin");
}

#[test]
fn call_is_exit_0_for_2xx_and_3xx_and_1_for_the_rest() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let name = "Practice API with Basic";
    for (path, code) in [("/health", 0), ("/redirect", 0), ("/status/204", 0), ("/status/404", 1), ("/status/500", 1)] {
        let answer = desk.run(&["--json", "call", name, "GET", path]).expect(code);
        let shown = result(&answer);
        assert!(shown["result"]["status"].is_u64(), "{shown:#}");
    }
    let echoed = desk
        .run_with(
            &["call", name, "PATCH", "/anything?x=1", "--header", "X-Trace: abc", "--data-file", "-"],
            "body \u{fc} bytes",
        )
        .expect(0);
    assert!(
        echoed.out.contains("PATCH") && echoed.out.to_lowercase().contains("x-trace") && echoed.out.contains("abc"),
        "{}",
        echoed.out
    );
    assert!(
        desk.run(&["call", name, "GET", "/redirect/elsewhere"]).expect(0).err.contains("307"),
        "a redirect is reported, not followed"
    );
    practice.set_on(Server::Echo, Fault::Hangup);
    let dead = desk.run(&["call", name, "GET", "/health"]).expect(1);
    assert_eq!(dead.out, "", "no body, nothing on stdout");
}

#[test]
fn a_server_that_echoes_the_sign_in_does_not_make_us_show_it() {
    let practice = Practice::start();
    let desk = desk(&practice);
    for (name, secret) in [
        ("Practice API with Basic", &practice.accounts().password),
        ("Practice API with a token", &practice.accounts().api_token),
    ] {
        let answer =
            desk.run(&["--json", "call", name, "POST", "/anything", "--header", "X-A: 1", "--data", "{}"]).expect(0);
        let shown = result(&answer);
        assert!(
            shown["result"]["body_excerpt"].as_str().unwrap().to_lowercase().contains("authorization"),
            "the server echoed it: {shown:#}"
        );
        assert!(!answer.out.contains(secret.as_str()), "g13: and it is masked");
    }
}

#[test]
fn a_transcript_goes_to_a_file_redacted_and_readable_by_its_owner_alone() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let file = desk.folder.path().join("transcript.txt");
    desk.run(&["test", "Practice mail", "--transcript", file.to_str().unwrap()]).expect(0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("STARTTLS") && text.contains("EHLO") && text.contains("235"), "{text}");
    assert!(!text.contains(&practice.accounts().password));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0, "m12");
    }
    desk.run(&["--json", "test", "Practice mail", "--transcript", "/nonexistent/file"]).expect(9);
}

#[test]
fn not_verified_is_a_warning_that_stays_in_every_list() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut record = practice.record("Practice mail");
    record["certificate_check"] = json!({"mode": "disable"});
    desk.add(&record);
    let shown = result(&desk.run(&["--json", "test", "Practice mail"]).expect(0));
    assert_eq!((shown["outcome"].as_str(), shown["certificate_verified"].as_bool()), (Some("warning"), Some(false)));
    assert!(warned(&shown, "not_verified"));
    assert_eq!(stage(&shown, "tls")["status"], "warning");
    let rows = desk.run(&["--json", "list"]).expect(0).json();
    assert!(rows[0]["flags"].to_string().contains("not_verified"), "{rows:#}");
}

#[test]
fn every_event_fits_the_schema() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.run(&["test", "Practice mail"]).expect(0);
    desk.run(&["token", "Practice webhook"]).expect(0);
    let events = desk.run(&["--json", "events"]).expect(0).json();
    assert!(events.as_array().unwrap().len() > 10);
    let text = events.to_string();
    for action in ["vault_created", "credential_added", "check_started", "check_finished"] {
        assert!(text.contains(action), "{action}: {text}");
    }
}
