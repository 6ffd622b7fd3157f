//! Keeping refresh tokens alive from `credenza check` (capability C8), with real programs at moments that libfaketime gives
//! them, and a provider that takes each refresh token once.
#![cfg(target_os = "linux")]

use std::process::{Child, Stdio};

use credenza_sandbox::{Fault, Server};
use credenza_tests::{Answer, Clockwork, Desk, Gate, Practice};
use serde_json::{Value, json};

use crate::endpoint::{Endpoint, GRANT};

/// When the refresh token was entered; it is dropped after 90 days without use, so it is used on day 80.
const BEGUN: &str = "2027-01-01 00:00:00";
const DAY_79: &str = "2027-03-21 23:59:00";
const DAY_80: &str = "2027-03-22 00:01:00";

fn app(practice: &Practice, refresh_token: &str) -> Value {
    let mut record = practice.record("Practice app registration");
    record["name"] = json!("App");
    // Its other dates are another test's.
    record["expiries"] = json!([]);
    let block = &mut record["oauth2"];
    block["grant"] = json!("refresh_token");
    block["refresh_token"] = json!(refresh_token);
    block["scope"] = json!("");
    block["inactivity_days"] = json!(90);
    record
}

fn add(clock: &Clockwork<'_>, record: &Value) {
    clock.run_with(BEGUN, &["add", "--from", "-"], &record.to_string()).expect(0);
}

/// A vault whose alerts go by mail to one address.
fn with_mail(clock: &Clockwork<'_>, practice: &Practice) {
    let relay = json!({ "type": "mail_server", "name": "Relay", "description": "d", "host": "127.0.0.1", "tls": "none",
        "port": practice.ports().of(Server::SmtpRelay), "sender": "credenza@example.com", "auth": { "method": "none" } });
    add(clock, &relay);
    let settings = json!({ "addresses": ["ops@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }] });
    clock.run_with(BEGUN, &["alerts", "set", "--from", "-"], &settings.to_string()).expect(0);
}

/// The same, once it has worked: from then on nobody is told of an end that the next keep-alive moves.
fn working(clock: &Clockwork<'_>, practice: &Practice, record: &Value) {
    add(clock, record);
    clock.run(BEGUN, &["token", "App"]).expect(0);
    assert_eq!(practice.connections(Server::Idp), 1);
}

fn check(clock: &Clockwork<'_>, moment: &str) -> Answer {
    clock.run(moment, &["--json", "check"])
}

fn kept(answer: &Answer) -> Vec<(String, bool)> {
    let kept = answer.json()["kept_alive"].as_array().unwrap().clone();
    kept.iter().map(|token| (token["name"].as_str().unwrap().to_owned(), token["ok"].as_bool().unwrap())).collect()
}

fn events(clock: &Clockwork<'_>, moment: &str, action: &str) -> usize {
    let events = clock.run(moment, &["--json", "events"]).expect(0).json();
    events.as_array().unwrap().iter().filter(|event| event["action"] == action).count()
}

fn state(clock: &Clockwork<'_>, moment: &str) -> Value {
    clock.run(moment, &["--json", "show", "App"]).expect(0).json()["token_state"].clone()
}

fn spawn(clock: &Clockwork<'_>, moment: &str, arguments: &[&str]) -> Child {
    let mut command = clock.command(moment, arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> Answer {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Answer { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn c8_of_a_90_day_limit_the_check_on_day_80_makes_one_refresh_and_the_next_one_comes_80_days_later() {
    let practice = Practice::start();
    let desk = Desk::new();
    let clock = Clockwork::of(&desk);
    working(&clock, &practice, &app(&practice, &practice.accounts().refresh_token));
    let early = check(&clock, DAY_79).expect(0);
    assert!(kept(&early).is_empty(), "a minute too early: {}", early.out);
    let next = early.json()["next_due"].as_str().unwrap().to_owned();
    assert!(next.starts_with("2027-03-22T00:00:"), "and the check knows when: {next}");
    assert_eq!(practice.connections(Server::Idp), 1);

    let answer = check(&clock, DAY_80).expect(0);
    assert_eq!(kept(&answer), [("App".to_owned(), true)]);
    assert_eq!(practice.connections(Server::Idp), 2, "exactly one refresh");
    assert_eq!(events(&clock, DAY_80, "token_kept_alive"), 1);
    assert_eq!(events(&clock, DAY_80, "refresh_token_rotated"), 2, "and its successor is stored");
    assert!(kept(&check(&clock, "2027-03-22 00:02:00").expect(0)).is_empty(), "once");

    for day in ["2027-04-01", "2027-05-15", "2027-06-09"] {
        assert!(kept(&check(&clock, &format!("{day} 12:00:00")).expect(0)).is_empty(), "{day}");
    }
    assert_eq!(practice.connections(Server::Idp), 2);
    assert_eq!(kept(&check(&clock, "2027-06-10 12:00:00").expect(0)), [("App".to_owned(), true)]);
    assert_eq!(practice.connections(Server::Idp), 3, "a provider that takes a token once took the successor");
}

#[test]
fn c8_a_check_that_was_missed_for_days_keeps_alive_at_the_next_start_with_one_refresh() {
    let practice = Practice::start();
    let desk = Desk::new();
    let clock = Clockwork::of(&desk);
    working(&clock, &practice, &app(&practice, &practice.accounts().refresh_token));
    check(&clock, "2027-01-02 08:00:00").expect(0);
    assert_eq!(kept(&check(&clock, "2027-03-29 08:00:00").expect(0)), [("App".to_owned(), true)], "day 87");
    assert_eq!(practice.connections(Server::Idp), 2);
}

#[test]
fn c8_with_the_provider_down_the_check_ends_with_1_and_each_further_one_tries_once() {
    let practice = Practice::start();
    let desk = Desk::new();
    let clock = Clockwork::of(&desk);
    with_mail(&clock, &practice);
    working(&clock, &practice, &app(&practice, &practice.accounts().refresh_token));
    let faults = [Fault::Hangup, Fault::Answer(503, r#"{"error":"temporarily_unavailable"}"#.to_owned())];
    let mut asked = 1;
    for (at, fault) in faults.into_iter().enumerate() {
        practice.clear_faults();
        practice.set_on(Server::Idp, fault.clone());
        for minute in [1, 2, 3] {
            let moment = format!("2027-03-22 0{at}:0{minute}:00");
            let answer = check(&clock, &moment).expect(1);
            assert_eq!(kept(&answer), [("App".to_owned(), false)], "{fault:?}");
            asked += 1;
            assert_eq!(practice.connections(Server::Idp), asked, "tried once, not in a loop: {fault:?}");
            assert_eq!(state(&clock, &moment)["state"], "active", "{fault:?}: nothing was used up");
        }
    }
    let failures = clock.run(DAY_80, &["events", "--category", "check"]).expect(0).out;
    assert!(failures.matches("failed").count() >= asked - 1, "each stands in the log: {failures}");
    let subjects = || practice.mailbox().into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
    assert_eq!(subjects(), ["Credenza: App fails"], "told once");

    practice.clear_faults();
    let answer = check(&clock, "2027-03-22 12:00:00").expect(0);
    assert_eq!(kept(&answer), [("App".to_owned(), true)]);
    assert_eq!(practice.connections(Server::Idp), asked + 1);
    assert_eq!(subjects(), ["Credenza: App fails", "Credenza: App works again"]);
}

#[test]
fn c8_whoever_was_told_that_a_keep_alive_fails_is_told_when_a_person_mends_it_and_when_it_fails_again() {
    let practice = Practice::start();
    let desk = Desk::new();
    let clock = Clockwork::of(&desk);
    with_mail(&clock, &practice);
    working(&clock, &practice, &app(&practice, &practice.accounts().refresh_token));
    let subjects = || practice.mailbox().into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
    let (fails, works) = ("Credenza: App fails", "Credenza: App works again");
    practice.set_on(Server::Idp, Fault::Hangup);
    check(&clock, DAY_80).expect(1);
    assert_eq!(subjects(), [fails]);
    practice.clear_faults();
    clock.run("2027-03-22 09:00:00", &["token", "App"]).expect(0);
    assert_eq!(subjects(), [fails, works]);
    practice.set_on(Server::Idp, Fault::Hangup);
    // A job that fails is for its subscribers alone, and it has none; the next keep-alive is 80 days away.
    clock.run("2027-03-23 09:00:00", &["token", "App"]).expect(1);
    assert_eq!(subjects(), [fails, works]);
    check(&clock, "2027-06-10 12:00:00").expect(1);
    assert_eq!(subjects(), [fails, works, fails]);
}

#[test]
fn tuf_24_a_revoked_refresh_token_is_stopped_by_the_check_told_as_such_and_left_alone() {
    let practice = Practice::start();
    let desk = Desk::new();
    let clock = Clockwork::of(&desk);
    with_mail(&clock, &practice);
    let first = practice.accounts().refresh_token.clone();
    working(&clock, &practice, &app(&practice, &first));
    // Somebody else comes with the token that was replaced: the provider takes it for theft, and revokes all.
    let thief = Desk::new();
    thief.add(&app(&practice, &first));
    thief.run(&["token", "App"]).expect(1);
    let answer = check(&clock, DAY_80).expect(1);
    let token = answer.json()["kept_alive"][0].clone();
    let stopped = "Stopped: needs a new refresh token.";
    assert_eq!(token["ok"], false);
    assert!(token["words"].as_str().unwrap().starts_with(stopped), "{token}");
    assert_eq!(state(&clock, DAY_80)["state"], "stopped");
    assert_eq!(events(&clock, DAY_80, "token_stopped"), 1);
    assert!(clock.run(DAY_80, &["list"]).expect(0).out.contains(stopped), "the list says it");
    let mails = practice.mails(1);
    assert_eq!(mails[0].subject, "Credenza: App fails");
    assert_eq!(mails[0].to, ["ops@example.com"]);
    assert!(mails[0].text.contains(stopped), "{}", mails[0].text);

    // From here on its end is told like any other, for it does not renew itself any more; nobody sends it again.
    for moment in ["2027-03-22 00:02:00", "2027-03-25 08:00:00", "2027-03-26 08:00:00"] {
        assert!(kept(&check(&clock, moment)).is_empty(), "left alone: {moment}");
    }
    assert_eq!(practice.connections(Server::Idp), 3);
    let subjects: Vec<String> = practice.mailbox().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects.iter().filter(|subject| *subject == "Credenza: App fails").count(), 1, "{subjects:?}");
}

#[test]
fn c8_checks_and_a_job_at_the_same_moment_share_one_refresh() {
    let practice = Practice::start();
    let gate = Gate::before(practice.ports().of(Server::Idp));
    let desk = Desk::new();
    let clock = Clockwork::of(&desk);
    let mut record = app(&practice, &practice.accounts().refresh_token);
    let port = practice.ports().of(Server::Idp).to_string();
    let url = record["oauth2"]["token_url"].as_str().unwrap().replace(&port, &gate.port().to_string());
    record["oauth2"]["token_url"] = json!(url);
    gate.open();
    working(&clock, &practice, &record);
    gate.wait_for_one();
    gate.shut();
    let mut checks: Vec<Child> = (0..4).map(|_| spawn(&clock, DAY_80, &["--json", "check"])).collect();
    gate.wait_for_one();
    // One of the checks stands at the provider's door; a job wants a token meanwhile.
    let job = spawn(&clock, DAY_80, &["token", "App", "--raw"]);
    while events(&clock, DAY_80, "check_started") < 3 {}
    events(&clock, DAY_80, "check_started");
    gate.open();
    let answers: Vec<Answer> = checks.drain(..).map(|child| ended(child).expect(0)).collect();
    assert_eq!(answers.iter().flat_map(kept).collect::<Vec<_>>(), [("App".to_owned(), true)], "{answers:?}");
    assert!(!ended(job).expect(0).out.trim().is_empty());
    assert_eq!((gate.connections(), practice.connections(Server::Idp)), (2, 2), "one before, one now");
    assert_eq!(state(&clock, DAY_80)["state"], "active");
}

#[test]
fn c8_a_check_that_is_killed_between_reply_and_commit_leaves_a_doubt_and_no_later_check_tries_again() {
    let endpoint = Endpoint::start();
    let desk = Desk::new();
    let clock = Clockwork::of(&desk);
    let mut record = endpoint.record();
    record["oauth2"]["inactivity_days"] = json!(90);
    add(&clock, &record);
    endpoint.kill_in_between(spawn(&clock, DAY_80, &["--json", "check"]));
    assert_eq!(state(&clock, DAY_80)["state"], "in_doubt", "said at the next start, whatever that starts with");
    // It would be granted now: whoever asks sends a refresh token that was used before.
    endpoint.answers(GRANT);
    for moment in ["2027-03-22 00:05:00", "2027-03-22 12:00:00", "2027-03-23 08:00:00"] {
        assert!(kept(&check(&clock, moment)).is_empty(), "{moment}");
        clock.run(moment, &["token", "App", "--raw"]).expect(1);
    }
    assert_eq!(endpoint.asked(), 1, "no loop");
    assert_eq!(events(&clock, "2027-03-23 08:00:00", "token_in_doubt"), 1);
    clock.run("2027-03-23 09:00:00", &["token", "App"]).expect(0);
    assert_eq!((endpoint.asked(), state(&clock, "2027-03-23 09:00:00")["state"].as_str()), (2, Some("active")));
}
