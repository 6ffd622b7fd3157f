//! Capability C5, rules QP-24..28 and vector 8, with a clock that the tests set and servers that take what is sent.

use std::sync::{Arc, Mutex};

use credenza_sandbox::{Fault, MailStep, Sandbox, SandboxOptions, Server};
use credenza_vault::EventFilter;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::alerts::{AlertSettings, DueReport};
use crate::test_vault::{Hands, new_vault, vault_file};
use crate::view::EventRow;
use crate::{Code, DueOptions, Problem, Workspace};

struct Office {
    workspace: Workspace,
    sandbox: Sandbox,
    clock: Hands,
    _folder: tempfile::TempDir,
}

async fn office(day: &str) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let clock = Hands::noon(day);
    let file = vault_file(&folder).with_clock(Arc::new(clock.clone()));
    let vault = new_vault(&file);
    let workspace = Workspace::new(vault).with_clock(Arc::new(clock.clone()));
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    Office { workspace, sandbox, clock, _folder: folder }
}

impl Office {
    fn add(&self, record: Value) -> Uuid {
        self.workspace.add(record).unwrap()[0]
    }

    fn day(&self, day: &str) {
        self.clock.to_noon(day);
    }

    fn relay(&self, name: &str, expiries: Value) -> Uuid {
        self.add(json!({ "type": "mail_server", "name": name, "description": "x", "host": "127.0.0.1",
            "port": self.sandbox.ports().of(Server::SmtpRelay), "tls": "none", "sender": "credenza@example.com",
            "auth": { "method": "none" }, "expiries": expiries }))
    }

    fn hook(&self, name: &str) -> Uuid {
        let mut record = self.sandbox.servers().into_iter().find(|s| s.name == "Practice webhook").unwrap().draft;
        record["name"] = json!(name);
        // The receiver has a clock of its own, and would refuse a signature of another day.
        record["signature"] = json!("none");
        self.add(record)
    }

    fn secret(&self, name: &str, on: &str) -> Uuid {
        self.add(json!({ "type": "secret", "name": name, "description": "x", "kind": "licence", "value": "canary-4711",
            "owner": "Infra", "expiries": [{ "item": "value", "on": on, "note": "ask Ops <ops@example.com>" }] }))
    }

    fn set(&self, settings: Value) -> Result<AlertSettings, Problem> {
        // All of them, so that what is not named stands at its default.
        let settings: AlertSettings = serde_json::from_value(settings).unwrap();
        self.workspace.patch_alert_settings(&serde_json::to_value(settings).unwrap())
    }

    fn by_mail(&self) {
        self.relay("Relay", json!([]));
        self.set(json!({ "addresses": ["a@example.com", "b@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }] }))
            .unwrap();
    }

    async fn look(&self) -> DueReport {
        self.workspace.run_due(&DueOptions::default()).await.unwrap()
    }

    fn events(&self, action: &str) -> Vec<EventRow> {
        let mut all = self.workspace.events(&EventFilter::default()).unwrap();
        all.retain(|event| event.action == action);
        all
    }

    fn mails(&self) -> usize {
        self.sandbox.mailbox().len()
    }
}

#[tokio::test]
async fn vector_8_no_alert_on_the_tenth_of_december_one_event_and_one_mail_per_address_on_the_eleventh() {
    let office = office("2026-12-10").await;
    office.by_mail();
    let only_thirty = json!({ "addresses": ["a@example.com", "b@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }],
        "thresholds": { "days": [30], "daily_after": false } });
    office.set(only_thirty).unwrap();
    office.secret("Licence", "2027-01-10");
    let report = office.look().await;
    assert!(!report.is_due() && office.mails() == 0 && office.events("expiry_alert").is_empty(), "{report:#?}");
    office.day("2026-12-11");
    let report = office.look().await;
    assert!(report.is_due() && report.undelivered == 0, "{report:#?}");
    assert_eq!(office.look().await.alerts.len(), 0, "once");
    let mut to: Vec<Vec<String>> = office.sandbox.mailbox().into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, [["a@example.com"], ["b@example.com"]]);
    let events = office.events("expiry_alert");
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0].text,
        "Value of \u{201c}Licence\u{201d} ends in 30 days (2027-01-10).".replace("Value", "Licence")
    );
    let mail = &office.sandbox.mailbox()[0];
    assert_eq!(mail.subject, "Credenza: Licence of Licence ends in 30 days (2027-01-10)");
    for fact in ["ends in 30 days", "2027-01-10", "Infra", "ask Ops <ops@example.com>", "entered by a person"] {
        assert!(mail.text.contains(fact), "{fact} is missing in {}", mail.text);
    }
    let raw = String::from_utf8_lossy(&mail.raw).into_owned();
    assert!(raw.contains("multipart/alternative") && raw.contains("Auto-Submitted: auto-generated"), "{raw}");
    assert!(raw.contains("ask Ops &lt;ops@example.com&gt;") && !raw.contains("canary-4711"), "{raw}");
}

#[tokio::test]
async fn a_walk_through_a_year_tells_each_threshold_once() {
    let office = office("2026-03-01").await;
    office.by_mail();
    office.secret("Licence", "2027-01-10");
    let mut day: Date = "2026-03-01".parse().unwrap();
    let mut told = Vec::new();
    while day < "2027-01-13".parse().unwrap() {
        office.day(&day.to_string());
        let before = office.mails();
        let report = office.look().await;
        assert_eq!(office.mails() - before, report.alerts.len() * 2, "one mail for each of two addresses");
        told.extend(report.alerts.iter().map(|alert| (day.to_string(), alert.threshold, alert.catch_up)));
        day = day.checked_add(1.day()).unwrap();
    }
    let expected = [
        ("2026-11-11", Some(60)),
        ("2026-12-11", Some(30)),
        ("2026-12-27", Some(14)),
        ("2027-01-03", Some(7)),
        ("2027-01-09", Some(1)),
        ("2027-01-10", None),
        ("2027-01-11", None),
        ("2027-01-12", None),
    ];
    assert_eq!(told, expected.map(|(day, days)| (day.to_owned(), days, false)));
    assert_eq!(office.events("expiry_alert").len(), expected.len());
}

#[tokio::test]
async fn after_a_long_absence_one_catch_up_and_a_clock_that_jumps_repeats_nothing() {
    let office = office("2026-10-01").await;
    office.by_mail();
    office.secret("Licence", "2027-01-10");
    assert!(!office.look().await.is_due());
    office.day("2027-01-05");
    let report = office.look().await;
    assert_eq!((report.alerts.len(), report.alerts[0].threshold, report.alerts[0].catch_up), (1, Some(7), true));
    assert_eq!(office.mails(), 2, "one mail for each address, not ten");
    let watch = office.workspace.watch().unwrap();
    assert!(watch.overdue && watch.warning.contains("96 days"), "{watch:?}");
    for back in ["2026-12-20", "2026-11-12", "2026-01-01", "2027-01-05"] {
        office.day(back);
        assert!(!office.look().await.is_due(), "{back}");
    }
    office.day("2028-01-01");
    assert_eq!(office.look().await.alerts.len(), 1, "one catch-up for a clock that ran ahead");
    office.day("2027-01-06");
    assert!(!office.look().await.is_due());
    office.day("2027-01-10");
    assert_eq!(office.look().await.alerts.len(), 1, "it was set right, and the end came");
}

#[tokio::test]
async fn a_route_whose_own_item_ends_is_passed_over_for_the_second_and_the_reason_is_logged() {
    let office = office("2026-10-01").await;
    office.relay("Relay", json!([{ "item": "proxy.password", "on": "2026-12-31" }]));
    office.hook("Hook");
    office.secret("Licence", "2026-12-31");
    office
        .set(json!({ "addresses": ["a@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }, { "by": "webhook", "credential": "Hook" }] }))
        .unwrap();
    office.day("2026-12-01");
    let report = office.look().await;
    assert_eq!(report.undelivered, 0);
    assert_eq!(office.mails(), 1, "what the relay does not depend on goes by it");
    let hooks = office.sandbox.deliveries();
    assert_eq!(hooks.len(), 1, "{report:#?}");
    let body: Value = serde_json::from_str(&hooks[0].body).unwrap();
    assert_eq!(
        (body["type"].as_str(), body["items"][0]["credential"].as_str()),
        (Some("credenza.expiry_alert"), Some("Relay")),
        "{body:#}"
    );
    let failed = office.events("alert_route_failed");
    assert!(failed.len() == 1 && failed[0].text.contains("it depends on what ends"), "{failed:?}");
    office.day("2027-01-01");
    let report = office.look().await;
    assert_eq!(
        (office.mails(), report.undelivered),
        (1, 0),
        "its own secret has ended: everything goes by the second way"
    );
    assert!(office.events("alert_route_failed")[0].text.contains("a secret or certificate of its own has ended"));
}

#[tokio::test]
async fn with_every_route_down_the_event_and_the_desktop_notice_still_exist() {
    let office = office("2026-10-01").await;
    office.by_mail();
    office.secret("Licence", "2026-12-31");
    office.sandbox.set_on(Server::SmtpRelay, Fault::Reply(MailStep::Rcpt, "550 5.1.1 no such user".into()));
    office.day("2026-12-01");
    let report = office.look().await;
    assert_eq!((report.undelivered, office.events("expiry_alert").len()), (1, 1));
    assert_eq!(office.events("alert_undelivered").len(), 1);
    assert_eq!(report.next_due, Some(report.at), "what nobody was told of is due at once");
    let shown = Arc::new(Mutex::new(Vec::new()));
    let desk = Arc::clone(&shown);
    let desktop: crate::DesktopNotice = Arc::new(move |title, _| {
        desk.lock().unwrap().push(title.to_owned());
        true
    });
    let options = DueOptions { desktop: Some(desktop), ..DueOptions::default() };
    let report = office.workspace.run_due(&options).await.unwrap();
    assert_eq!((report.undelivered, report.alerts[0].again), (0, true));
    assert_eq!(office.events("expiry_alert").len(), 1, "its event is not written twice");
    assert_eq!(shown.lock().unwrap().as_slice(), ["Credenza: Licence of Licence ends in 30 days (2026-12-31)"]);
    assert!(!office.workspace.run_due(&options).await.unwrap().is_due());
}

#[tokio::test]
async fn qp_24_an_alert_of_a_trigger_token_stands_under_workflow_trigger() {
    let office = office("2026-10-01").await;
    office.hook("Hook");
    let settings = json!({ "thresholds": { "days": [400], "daily_after": false }, "enabled": false });
    office.set(settings).unwrap();
    let report = office.look().await;
    assert_eq!(
        (report.alerts.len(), report.undelivered),
        (1, 0),
        "QP-26: switched off, the event is written all the same"
    );
    assert_eq!(office.events("expiry_alert")[0].category, "workflow_trigger");
}

#[tokio::test]
async fn settings_that_would_tell_nobody_are_refused_with_the_field() {
    let office = office("2026-12-01").await;
    office.relay("Relay", json!([]));
    office.relay("Ending", json!([{ "item": "proxy.password", "on": "2026-12-20" }]));
    office.secret("Licence", "2028-01-01");
    let mail = |name: &str| json!([{ "by": "mail", "credential": name }]);
    let refused = |settings: Value| office.set(settings).unwrap_err();
    let field = |settings: Value| refused(settings).field.unwrap_or_default();
    assert_eq!(field(json!({ "addresses": ["nobody"] })), "addresses.0");
    assert_eq!(field(json!({ "routes": mail("Relay") })), "addresses");
    assert_eq!(field(json!({ "routes": [] })), "routes");
    assert_eq!(field(json!({ "routes": [{ "by": "desktop" }, { "by": "desktop" }] })), "routes.1");
    assert_eq!(field(json!({ "thresholds": { "days": [], "daily_after": false } })), "thresholds.days");
    assert_eq!(field(json!({ "addresses": ["a@example.com"], "routes": mail("Licence") })), "routes.0");
    let gone = refused(json!({ "addresses": ["a@example.com"], "routes": mail("Nothing") }));
    assert_eq!((gone.code, gone.field.as_deref()), (Code::NotFound, Some("routes.0")));
    let ending = refused(json!({ "addresses": ["a@example.com"], "routes": mail("Ending") }));
    assert!(ending.message.contains("depend on what they warn of"), "{ending:?}");
    assert_eq!(office.workspace.alert_settings().unwrap(), AlertSettings::default(), "nothing was kept");
}

#[tokio::test]
async fn a_sample_goes_by_every_way_and_says_that_it_is_one() {
    let office = office("2026-12-01").await;
    office.by_mail();
    office.hook("Hook");
    office
        .set(json!({ "addresses": ["a@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }, { "by": "webhook", "credential": "Hook" }] }))
        .unwrap();
    let report = office.workspace.send_sample_alert(&DueOptions::default()).await.unwrap();
    assert!(report.attempts.len() == 2 && report.attempts.iter().all(|attempt| attempt.ok), "{report:?}");
    assert!(office.sandbox.mailbox()[0].subject.contains("sample alert"));
    assert!(office.sandbox.deliveries()[0].body.contains("\"sample\":true"));
    assert!(office.events("expiry_alert").is_empty());
}

mod edges;
