//! Rule ELI-3: whoever subscribed to a credential is told once when a test of it as it is stored, or a job with it, fails,
//! and once when it works again.

use credenza_sandbox::{Fault, Server};
use credenza_tests::{Answer, Desk, Practice};
use serde_json::{Value, json};

/// Practice servers, and a vault whose alerts go by mail over a relay and by webhook where that fails.
struct Office {
    practice: Practice,
    desk: Desk,
}

impl Office {
    fn open() -> Office {
        let (practice, desk) = (Practice::start(), Desk::new());
        let relay = json!({ "type": "mail_server", "name": "Relay", "description": "d", "host": "127.0.0.1", "tls": "none",
            "port": practice.ports().of(Server::SmtpRelay), "sender": "credenza@example.com", "auth": { "method": "none" } });
        let mut hook = practice.record("Practice webhook");
        hook["name"] = json!("Team chat");
        desk.add(&json!([relay, hook]));
        let settings = json!({ "addresses": ["ops@example.com"],
            "routes": [{ "by": "mail", "credential": "Relay" }, { "by": "webhook", "credential": "Team chat" }] });
        desk.run_with(&["alerts", "set", "--from", "-"], &settings.to_string()).expect(0);
        Office { practice, desk }
    }

    /// Adds a ready-made record that somebody subscribed to.
    fn watched(&self, ready: &str, name: &str) {
        let mut record = self.practice.record(ready);
        record["name"] = json!(name);
        record["subscribers"] = json!(["owner@example.com", "team@example.com"]);
        self.desk.add(&record);
    }

    /// Subjects of the mails to the first subscriber; the second has the same.
    fn told(&self) -> Vec<String> {
        let to = |address: &str| {
            let all = self.practice.mailbox().into_iter().filter(|mail| mail.to == [address]);
            all.map(|mail| mail.subject).collect::<Vec<_>>()
        };
        assert_eq!(to("owner@example.com"), to("team@example.com"));
        assert!(to("ops@example.com").is_empty(), "what a person or a job tries is not for those who get the alerts");
        to("owner@example.com")
    }

    /// The server fails ten times, works twice, fails again.
    fn told_once_each(&self, (server, fault): (Server, Fault), name: &str, run: &[&str]) {
        let fails = format!("Credenza: {name} fails");
        let works = format!("Credenza: {name} works again");
        self.runs(run, 2, 0);
        assert!(self.told().is_empty(), "{run:?}: it works, and nobody has to know");
        self.practice.set_on(server, fault.clone());
        self.runs(run, 10, 1);
        assert_eq!(self.told(), [&*fails], "{run:?}: once");
        self.practice.clear_faults();
        self.runs(run, 2, 0);
        assert_eq!(self.told(), [&*fails, &works], "{run:?}: and once when it works again");
        self.practice.set_on(server, fault);
        self.runs(run, 1, 1);
        assert_eq!(self.told(), [&*fails, &works, &fails], "{run:?}: another failure is another mail");
        self.practice.clear_faults();
    }

    fn runs(&self, run: &[&str], times: usize, code: i32) {
        for _ in 0..times {
            let answer = self.desk.run(run);
            assert_eq!(answer.code, code, "{run:?}: {answer:?}");
        }
    }
}

#[test]
fn eli_3_fetch_token() {
    let office = Office::open();
    office.watched("Practice app registration", "App");
    let down = (Server::Idp, Fault::Answer(500, "{}".into()));
    office.told_once_each(down, "App", &["--json", "token", "App", "--force"]);
}

#[test]
fn eli_3_test_connection() {
    let office = Office::open();
    office.watched("Practice mail", "Orders");
    office.told_once_each((Server::Smtp, Fault::Unavailable), "Orders", &["--json", "test", "Orders"]);
}

#[test]
fn eli_3_test_action_of_a_webhook() {
    let office = Office::open();
    office.watched("Practice webhook", "Hook");
    let down = (Server::Webhook, Fault::Answer(500, "{}".into()));
    office.told_once_each(down, "Hook", &["--json", "token", "Hook"]);
}

#[test]
fn eli_3_send_test_email_and_test_all() {
    let office = Office::open();
    office.watched("Practice mail", "Orders");
    let run = ["send-email", "Orders", "--to", "x@example.com", "--subject", "s", "--body", "b", "--test"];
    office.told_once_each((Server::Smtp, Fault::Unavailable), "Orders", &run);
}

#[test]
fn eli_3_test_all() {
    let office = Office::open();
    office.watched("Practice mail", "Orders");
    office.told_once_each((Server::Smtp, Fault::Unavailable), "Orders", &["--json", "test", "--all"]);
}

#[test]
fn eli_3_another_way_to_fail_or_to_work_is_the_same_failure_and_the_same_recovery() {
    let office = Office::open();
    office.watched("Practice mail", "Orders");
    office.practice.set_on(Server::Smtp, Fault::Unavailable);
    office.runs(&["test", "Orders"], 1, 1);
    office.runs(&["test", "--all"], 1, 1);
    office.runs(&["send-email", "Orders", "--to", "x@example.com", "--subject", "s", "--body", "b"], 1, 1);
    assert_eq!(office.told(), ["Credenza: Orders fails"]);
    let mail = office.practice.mailbox().into_iter().find(|mail| mail.to == ["owner@example.com"]).unwrap();
    assert!(mail.text.contains("What happened: Mail server closed the connection"), "{}", mail.text);
    office.practice.clear_faults();
    office.runs(&["send-email", "Orders", "--to", "x@example.com", "--subject", "s", "--body", "b"], 1, 0);
    assert_eq!(office.told(), ["Credenza: Orders fails", "Credenza: Orders works again"]);
}

#[test]
fn eli_3_a_draft_that_was_never_saved_tells_nobody() {
    let office = Office::open();
    for (ready, name) in
        [("Practice mail", "Orders"), ("Practice app registration", "App"), ("Practice webhook", "Hook")]
    {
        office.watched(ready, name);
    }
    let closed = office.desk.file("closed.json", r#"{"port":9}"#);
    let wrong = office.desk.file("wrong.json", r#"{"oauth2":{"client_secret":"not-the-secret-1"}}"#);
    let (closed, wrong) = (closed.to_str().unwrap(), wrong.to_str().unwrap());
    for _ in 0..2 {
        office.runs(&["test", "Orders", "--draft", closed, "--rebind"], 1, 1);
        office.runs(&["token", "App", "--draft", wrong], 1, 1);
        office.runs(&["token", "Hook", "--draft", closed, "--rebind"], 1, 1);
    }
    assert!(office.practice.mailbox().is_empty() && office.practice.deliveries().is_empty());
    assert!(!office.desk.run(&["events"]).expect(0).out.contains("ubscriber"), "nor is there a word of it in the log");
}

#[test]
fn eli_3_ten_jobs_that_fail_together_tell_once() {
    let office = Office::open();
    office.watched("Practice mail", "Orders");
    office.practice.set_on(Server::Smtp, Fault::Unavailable);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..10).map(|_| scope.spawn(|| office.desk.run(&["test", "Orders"]))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.code == 1), "{answers:?}");
    assert_eq!(office.told(), ["Credenza: Orders fails"]);
}

#[test]
fn eli_3_where_no_mail_arrives_the_webhook_is_told_once_and_of_the_recovery() {
    let office = Office::open();
    office.watched("Practice app registration", "App");
    office.practice.set_on(Server::SmtpRelay, Fault::Unavailable);
    office.practice.set_on(Server::Idp, Fault::Answer(500, "{}".into()));
    office.runs(&["token", "App", "--force"], 3, 1);
    let bodies = || -> Vec<Value> {
        office.practice.deliveries().iter().map(|delivery| serde_json::from_str(&delivery.body).unwrap()).collect()
    };
    assert_eq!(bodies().len(), 1, "once");
    assert_eq!(
        (&bodies()[0]["type"], &bodies()[0]["credential"], &bodies()[0]["works"]),
        (&json!("credenza.check_alert"), &json!("App"), &json!(false))
    );
    assert_eq!(office.practice.deliveries()[0].signature_ok, Some(true), "signed as the webhook signs");
    let log = office.desk.run(&["events"]).expect(0).out;
    assert!(log.contains("it failed at stage greeting"), "why no mail went out: {log}");
    office.practice.clear_faults();
    office.practice.set_on(Server::SmtpRelay, Fault::Unavailable);
    office.runs(&["token", "App", "--force"], 2, 0);
    assert_eq!(bodies().len(), 2);
    assert_eq!(bodies()[1]["works"], true);
}

#[test]
fn eli_3_what_fails_does_not_tell_of_itself_and_that_nobody_was_told_hides_no_result() {
    let office = Office::open();
    let patch = json!({ "subscribers": ["owner@example.com"] }).to_string();
    office.desk.run_with(&["edit", "Relay", "--from", "-"], &patch).expect(0);
    office.practice.set_on(Server::SmtpRelay, Fault::Unavailable);
    let sent = office.practice.connections(Server::SmtpRelay);
    office.runs(&["test", "Relay"], 2, 1);
    assert_eq!(office.practice.connections(Server::SmtpRelay), sent + 2, "the two tests, and no mail by it");
    assert_eq!(office.practice.deliveries().len(), 1, "the second way has it");
    office.practice.set_on(Server::Webhook, Fault::Answer(500, "{}".into()));
    office.practice.clear_faults();
    office.runs(&["test", "Relay"], 1, 0);
    let told: Vec<String> = office.practice.mailbox().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(told, ["Credenza: Relay works again"], "that it works again it tells itself");
}
