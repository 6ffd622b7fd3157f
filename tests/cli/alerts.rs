//! `check` and `alerts`: who is told of an end, and what happens when nobody can look (capability C5, decision D9).

use std::path::Path;
use std::process::{Command, Stdio};

use credenza_sandbox::Server;
use credenza_tests::{Desk, Gate, Practice, finish};
use serde_json::{Value, json};

fn in_days(days: i64) -> String {
    (time::OffsetDateTime::now_utc() + time::Duration::days(days)).date().to_string()
}

fn licence(name: &str, days: i64) -> Value {
    json!({ "type": "secret", "name": name, "description": "d", "kind": "licence", "value": "canary-value-1234", "owner": "Infra",
        "expiries": [{ "item": "value", "on": in_days(days), "note": "ask Ops" }] })
}

fn relay(practice: &Practice) -> Value {
    json!({ "type": "mail_server", "name": "Relay", "description": "d", "host": "127.0.0.1", "tls": "none",
        "port": practice.ports().of(Server::SmtpRelay), "sender": "credenza@example.com", "auth": { "method": "none" } })
}

/// A vault whose alerts go by mail to two addresses, and by webhook where that fails.
fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    desk.add(&json!([relay(practice), practice.record("Practice webhook")]));
    let settings = json!({ "addresses": ["a@example.com", "b@example.com"],
        "routes": [{ "by": "mail", "credential": "Relay" }, { "by": "webhook", "credential": "Practice webhook" }] });
    desk.run_with(&["alerts", "set", "--from", "-"], &settings.to_string()).expect(0);
    desk
}

#[test]
fn check_tells_once_exits_with_10_and_then_says_that_nothing_new_is_due() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let quiet = desk.run(&["--json", "check"]).expect(0).json();
    assert_eq!((&quiet["alerts"], &quiet["undelivered"]), (&json!([]), &json!(0)));
    desk.add(&licence("Editor", 30));
    let report = desk.run(&["--json", "check"]).expect(10).json();
    assert_eq!(
        (&report["alerts"][0]["threshold"], &report["alerts"][0]["told_by"]),
        (&json!(30), &json!("mail")),
        "{report:#}"
    );
    let mails = practice.mails(2);
    assert_eq!(mails.len(), 2, "one for each address");
    assert!(mails[0].text.contains("Infra") && mails[0].text.contains("ask Ops"), "{}", mails[0].text);
    assert!(!String::from_utf8_lossy(&mails[0].raw).contains("canary"), "no secret is in it");
    let again = desk.run(&["check"]).expect(0);
    assert!(again.out.contains("Nothing new is due. The next is due on "), "{}", again.out);
    assert_eq!(
        desk.run(&["--json", "check"]).expect(0).json()["next_due"],
        desk.run(&["--json", "check"]).json()["next_due"]
    );
    assert_eq!(practice.mailbox().len(), 2);
}

#[test]
fn two_checks_at_once_tell_once() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.add(&json!([licence("Editor", 3), licence("Compiler", -4)]));
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| desk.run(&["check"]).code)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(practice.mailbox().len(), 2, "one digest for each address");
    let subject = practice.mailbox()[0].subject.clone();
    assert!(subject.contains("Compiler ended 4 days ago") && subject.ends_with(", and 1 more"), "{subject}");
    assert_eq!(codes.iter().filter(|code| **code == 10).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 3, "{codes:?}");
}

#[test]
fn could_not_look_is_never_nothing_ends() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.add(&licence("Editor", 30));
    let locked = finish(desk.command(&["--json", "check"]), b"");
    assert_eq!(locked.code, 5, "{locked:?}");
    assert_eq!(locked.json()["error"]["code"], "locked");
    let shown = desk.run(&["alerts", "show"]).expect(0);
    assert!(shown.out.contains("The last check could not look: the vault could not be unlocked"), "{}", shown.out);
    desk.run(&["check"]).expect(10);
    let shown = desk.run(&["alerts", "show"]).expect(0);
    assert!(!shown.out.contains("could not look"), "{}", shown.out);
}

#[test]
fn the_second_way_is_used_when_the_first_is_down_and_the_log_says_why() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.add(&licence("Editor", 30));
    practice.set_on(Server::SmtpRelay, credenza_sandbox::Fault::Unavailable);
    let report = desk.run(&["--json", "check"]).expect(10).json();
    assert_eq!(report["alerts"][0]["told_by"], "webhook", "{report:#}");
    let sent = practice.hooks(1);
    assert_eq!(sent[0].signature_ok, Some(true), "signed as the webhook signs");
    let body: Value = serde_json::from_str(&sent[0].body).unwrap();
    assert_eq!(
        (&body["items"][0]["credential"], &body["items"][0]["days"]),
        (&json!("Editor"), &json!(30)),
        "{body:#}"
    );
    let log = desk.run(&["events", "--category", "expiry"]).expect(0).out;
    assert!(log.contains("did not tell of 1 date: it failed at stage greeting"), "{log}");
}

#[test]
fn a_sample_goes_by_every_way_and_settings_are_refused_with_their_field() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let report = desk.run(&["--json", "alerts", "sample"]).expect(0).json();
    assert_eq!(report["attempts"].as_array().unwrap().len(), 2, "{report:#}");
    assert!(practice.mails(2)[0].subject.contains("sample alert"));
    assert_eq!(practice.hooks(1).len(), 1);
    let refused = desk.run_with(&["--json", "alerts", "set", "--from", "-"], r#"{"addresses":["nobody"]}"#).expect(3);
    assert_eq!(refused.json()["error"]["field"], "addresses.0");
    let shown = desk.run(&["--json", "alerts", "show"]).expect(0);
    assert_eq!(shown.json()["addresses"], json!(["a@example.com", "b@example.com"]), "nothing was changed");
    desk.run_with(&["alerts", "set", "--from", "-"], &shown.out).expect(0);
    desk.run_with(&["--json", "alerts", "set", "--from", "-"], r#"{"adresses":[]}"#).expect(3);
    desk.run_with(&["alerts", "set", "--from", "-"], r#"{"routes":[{"by":"desktop"}]}"#).expect(0);
    desk.run(&["alerts", "sample"]).expect(1);
}

#[test]
fn eli_3_subscribers_are_told_once_of_a_failing_job_and_once_of_its_recovery() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let mut server = practice.record("Practice mail");
    server["name"] = json!("Orders");
    server["subscribers"] = json!(["owner@example.com"]);
    desk.add(&server);
    let send = || desk.run(&["send-email", "Orders", "--to", "x@example.com", "--subject", "s", "--body", "t"]);
    practice.set_on(Server::Smtp, credenza_sandbox::Fault::Unavailable);
    send().expect(1);
    send().expect(1);
    let subjects = || {
        let mine = practice.mailbox().into_iter().filter(|mail| mail.to == ["owner@example.com"]);
        mine.map(|mail| mail.subject).collect::<Vec<_>>()
    };
    assert_eq!(subjects(), ["Credenza: Orders fails"], "once");
    practice.clear_faults();
    send().expect(0);
    send().expect(0);
    assert_eq!(subjects(), ["Credenza: Orders fails", "Credenza: Orders works again"]);
    let refused = json!({ "type": "secret", "name": "n", "description": "d", "value": "canary-value-1234", "subscribers": ["nobody"] });
    let refused = desk.run_with(&["--json", "add", "--from", "-"], &refused.to_string()).expect(3);
    assert!(refused.json()["error"]["field"].as_str().unwrap().starts_with("subscribers"), "{}", refused.out);
}

#[test]
fn c5_a_check_that_is_killed_while_it_tells_is_made_good_by_the_next_and_its_event_stands_once() {
    let practice = Practice::start();
    let gate = Gate::before(practice.ports().of(Server::SmtpRelay));
    let desk = Desk::new();
    let mut relay = relay(&practice);
    relay["port"] = json!(gate.port());
    desk.add(&json!([relay, licence("Editor", 30)]));
    let settings = json!({ "addresses": ["a@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }] });
    desk.run_with(&["alerts", "set", "--from", "-"], &settings.to_string()).expect(0);
    let mut command = desk.command(&["check"]);
    command.env("CREDENZA_SESSION", desk.session()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut check = command.spawn().unwrap();
    gate.wait_for_one();
    check.kill().unwrap();
    check.wait().unwrap();
    gate.open();
    let report = desk.run(&["--json", "check"]).expect(10).json();
    assert_eq!((&report["alerts"][0]["again"], &report["alerts"][0]["told_by"]), (&json!(true), &json!("mail")));
    assert_eq!(practice.mails(1).len(), 1);
    let events = desk.run(&["--json", "events", "--category", "expiry"]).expect(0).json();
    assert_eq!(events.as_array().unwrap().iter().filter(|event| event["action"] == "expiry_alert").count(), 1);
    desk.run(&["check"]).expect(0);
}

fn pieces(desk: &Desk, kind: &str, every: &str) -> Vec<(String, String)> {
    let answer = desk.run(&["--json", "check", "--print", kind, "--every", every]).expect(0).json();
    let files = answer["files"].as_array().unwrap().iter();
    files
        .map(|file| (file["file"].as_str().unwrap().to_owned(), file["content"].as_str().unwrap().to_owned()))
        .collect()
}

/// Whether a program of this machine takes the file; a machine without it has nothing to say.
fn accepted(program: &str, arguments: &[&str], file: &Path) {
    // A user's units are looked at among what a session has; a build machine may have none.
    let runtime = file.parent().unwrap();
    match Command::new(program).args(arguments).arg(file).env("XDG_RUNTIME_DIR", runtime).output() {
        Ok(ended) => assert!(ended.status.success(), "{program}: {}", String::from_utf8_lossy(&ended.stderr)),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{program}: {error}"),
    }
}

#[test]
fn what_the_schedulers_read_is_taken_by_their_own_programs_and_holds_no_secret() {
    let desk = Desk::new();
    let odd = desk.folder.path().join("my data & more 100%");
    std::fs::create_dir(&odd).unwrap();
    for every in ["1d", "12h", "1h"] {
        let units = pieces(&desk, "systemd", every);
        for (name, content) in &units {
            std::fs::write(odd.join(name), content).unwrap();
        }
        // Exit code 10 says that something is due: systemd must not call that a failure; every other code it must.
        let allowed: Vec<&str> = units[0].1.lines().filter(|line| line.starts_with("SuccessExitStatus")).collect();
        assert_eq!((units[0].0.as_str(), allowed), ("credenza-check.service", vec!["SuccessExitStatus=10"]));
        accepted("systemd-analyze", &["verify", "--user", "--man=no"], &odd.join("credenza-check.timer"));
        for kind in ["task-scheduler", "launchd"] {
            let (name, content) = pieces(&desk, kind, every).remove(0);
            std::fs::write(odd.join(&name), content).unwrap();
            accepted("xmllint", &["--noout", "--nonet"], &odd.join(name));
        }
    }
    let line = &pieces(&desk, "cron", "12h")[0].1;
    assert!(line.starts_with("0 */12 * * * '") && line.ends_with("'--quiet' 'check'\n"), "{line}");
    desk.run(&["check", "--print", "cron", "--every", "5h"]).expect(2);
}

#[cfg(unix)]
#[test]
fn install_wants_a_slot_that_needs_no_typing_and_writes_what_runs() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.run(&["--json", "check", "--install"]).expect(5);
    let file = desk.file("pass phrase", Desk::PASSPHRASE);
    let file = file.to_str().unwrap();
    let line = desk.run(&["--passphrase-file", file, "check", "--print", "cron"]).expect(0).out;
    assert!(line.contains("'--passphrase-file'") && !line.contains(Desk::PASSPHRASE), "{line}");
    let command = line.trim_end().splitn(6, ' ').last().unwrap().to_owned();
    desk.add(&licence("Editor", 30));
    let mut shell = Command::new("/bin/sh");
    credenza_tests::clean(&mut shell, desk.folder.path());
    shell.arg("-c").arg(&command);
    let ended = finish(shell, b"");
    assert_eq!(ended.code, 10, "{command}: {ended:?}");
    assert_eq!(practice.mails(2).len(), 2);
}
