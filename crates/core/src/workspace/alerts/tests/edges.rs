//! The edges of watching and telling: the hour after which nobody has looked for too long, what was renewed, a way whose
//! credential is gone or ends itself.

use jiff::SignedDuration;

use super::*;
use crate::alerts::ends;

#[tokio::test]
async fn d9_after_48_hours_without_a_look_it_is_said_and_for_a_week_after_the_gap() {
    let office = office("2026-10-01").await;
    let warning = || office.workspace.watch().unwrap().warning;
    office.look().await;
    let hours = |hours: i64| office.clock.later(SignedDuration::from_hours(hours));
    hours(48);
    assert_eq!(warning(), "", "48 hours are not too long");
    hours(1);
    assert_eq!(warning(), "No check has looked at the dates for 2 days.");
    assert!(office.workspace.overview().unwrap().attention[0].text.contains("No check has looked"));
    office.look().await;
    assert!(warning().ends_with("no check had looked at the dates for 2 days."), "{}", warning());
    for _ in 0..6 {
        hours(24);
        office.look().await;
    }
    assert!(warning().contains("no check had looked"), "{}", warning());
    hours(24);
    office.look().await;
    assert_eq!(warning(), "", "a week later it is history");
}

#[tokio::test]
async fn d9_a_look_that_failed_stands_above_all_else_in_overview_until_one_succeeds() {
    let office = office("2026-10-01").await;
    office.look().await;
    let file = vault_file(&office._folder).with_clock(Arc::new(office.clock.clone()));
    file.note_failed_look("damaged").unwrap();
    let line = office.workspace.overview().unwrap().attention.remove(0);
    assert!(line.text.starts_with("The last check could not look: the vault is damaged"), "{line:?}");
    assert_eq!(line.severity, crate::view::AttentionWeight::Bad);
    office.look().await;
    assert_eq!(office.workspace.watch().unwrap().warning, "");
}

#[tokio::test]
async fn c5_what_was_renewed_is_told_anew_by_its_own_days_and_what_is_muted_is_not_waited_for() {
    let office = office("2026-12-11").await;
    office.by_mail();
    office.secret("Licence", "2027-01-10");
    assert_eq!(office.look().await.alerts.len(), 1, "30 days");
    let ends = |on: &str| {
        let patch = json!({ "expiries": [{ "item": "value", "on": on }] });
        office.workspace.edit("Licence", patch, false).unwrap();
    };
    ends("2027-12-31");
    assert_eq!(office.look().await.next_due.unwrap().to_string(), "2027-11-01T00:00:00Z", "60 days before the new end");
    office.day("2027-12-01");
    let report = office.look().await;
    assert_eq!((report.alerts.len(), report.alerts[0].threshold), (1, Some(30)), "told anew");

    ends("2029-12-31");
    let id = office.workspace.horizon(&Default::default()).unwrap()[0].id.clone();
    let set = |own: Value| office.workspace.change_item(&id, serde_json::from_value(own).unwrap()).unwrap();
    set(json!({ "thresholds": [10] }));
    assert_eq!(office.look().await.next_due.unwrap().to_string(), "2029-12-21T00:00:00Z", "its own days alone");
    set(json!({ "muted": true }));
    assert_eq!(office.look().await.next_due, None);
    office.day("2029-12-25");
    assert!(!office.look().await.is_due());
}

#[tokio::test]
async fn c5_the_only_way_there_is_tells_of_its_own_end_as_a_last_resort() {
    let office = office("2026-10-01").await;
    office.relay("Relay", json!([{ "item": "proxy.password", "on": "2026-12-31" }]));
    office.set(json!({ "addresses": ["a@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }] })).unwrap();
    office.day("2026-12-01");
    let report = office.look().await;
    assert_eq!((report.undelivered, office.mails()), (0, 1), "{report:#?}");
    assert_eq!(report.attempts[0].reason.as_deref(), Some("depends_on_item"), "though not before all else was tried");
}

#[tokio::test]
async fn c5_a_way_whose_credential_is_gone_is_passed_over_and_a_webhook_is_no_test() {
    let office = office("2026-12-11").await;
    office.relay("Relay", json!([]));
    office.hook("Hook");
    let settings = json!({ "addresses": ["a@example.com"],
        "routes": [{ "by": "mail", "credential": "Relay" }, { "by": "webhook", "credential": "Hook" }] });
    office.set(settings).unwrap();
    office.workspace.remove("Relay").unwrap();
    office.secret("Licence", "2027-01-10");
    let report = office.look().await;
    assert_eq!((report.undelivered, report.attempts[0].reason.as_deref()), (0, Some("credential_missing")));
    let sent = office.sandbox.deliveries();
    assert!(sent.len() == 1 && !sent[0].body.contains("\"test\":true"), "{}", sent[0].body);
}

#[tokio::test]
async fn c5_the_app_registration_whose_token_a_way_uses_is_one_that_it_depends_on() {
    let office = office("2026-12-01").await;
    office.add(json!({ "type": "app_registration", "name": "App", "description": "x",
        "expiries": [{ "item": "oauth2.client_secret", "on": "2026-12-20" }],
        "oauth2": { "client_id": "c", "client_secret": "canary-4711", "token_url": "https://id.example.com/token" } }));
    office.add(json!({ "type": "mail_server", "name": "Office mail", "description": "x", "host": "smtp.example.com",
        "tls": "starttls", "sender": "a@example.com",
        "auth": { "method": "oauth2", "username": "a@example.com", "oauth2": { "credential": "App" } } }));
    let routes = json!([{ "by": "mail", "credential": "Office mail" }]);
    let refused = office.set(json!({ "addresses": ["a@example.com"], "routes": routes })).unwrap_err();
    assert!(refused.message.contains("depend on what they warn of"), "{refused:?}");
}

#[tokio::test]
async fn settings_are_the_administrators_kept_in_order_and_told_in_the_log() {
    let office = office("2026-12-01").await;
    office.by_mail();
    let changed = office.events("settings_changed").len();
    let set = |thresholds: Value| office.set(json!({ "routes": [{ "by": "desktop" }], "thresholds": thresholds }));
    let kept = set(json!({ "days": [7, 30, 7, 60], "daily_after": true })).unwrap();
    assert_eq!(kept.thresholds.days, [60, 30, 7]);
    assert_eq!(office.events("settings_changed").len(), changed + 1);
    let field = |thresholds: Value| set(thresholds).unwrap_err().field.unwrap_or_default();
    assert_eq!(field(json!({ "days": [3651], "daily_after": true })), "thresholds.days");
    let many: Vec<String> = (0..51).map(|number| format!("a{number}@example.com")).collect();
    assert_eq!(office.set(json!({ "addresses": many })).unwrap_err().field.as_deref(), Some("addresses"));
    let nobody = json!({ "type": "mail_server", "name": "No sender", "description": "x", "host": "127.0.0.1" });
    office.add(nobody);
    let routes = json!([{ "by": "mail", "credential": "No sender" }]);
    let refused = office.set(json!({ "addresses": ["a@example.com"], "routes": routes })).unwrap_err();
    assert!(refused.message.contains("no sender"), "{refused:?}");
}

#[test]
fn ends_in_words() {
    let words = [-2, -1, 0, 1, 2].map(ends);
    assert_eq!(words, ["ended 2 days ago", "ended yesterday", "ends today", "ends tomorrow", "ends in 2 days"]);
}

#[tokio::test]
async fn c5_an_address_that_is_refused_keeps_no_other_from_its_mail_and_the_second_way_is_told_too() {
    let office = office("2026-12-11").await;
    office.relay("Relay", json!([]));
    office.hook("Hook");
    let addresses = ["a@example.com", "unknown@credenza.test", "b@example.com"];
    let routes = json!([{ "by": "mail", "credential": "Relay" }, { "by": "webhook", "credential": "Hook" }]);
    office.set(json!({ "addresses": addresses, "routes": routes })).unwrap();
    office.secret("Licence", "2027-01-10");
    let report = office.look().await;
    let to: Vec<String> = office.sandbox.mailbox().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to, ["a@example.com", "b@example.com"]);
    assert_eq!((office.sandbox.deliveries().len(), report.undelivered), (1, 0), "{report:#?}");
    let failed = office.events("alert_route_failed");
    assert!(failed.len() == 1 && failed[0].text.contains("Relay"), "{failed:?}");
    assert_eq!(office.look().await.alerts.len(), 0, "those who were reached are not told again");
    // With no second way, too, whoever got the mail gets it once.
    office.set(json!({ "addresses": addresses, "routes": [{ "by": "mail", "credential": "Relay" }] })).unwrap();
    office.secret("Other licence", "2027-01-10");
    assert_eq!((office.look().await.undelivered, office.mails()), (0, 4));
    office.look().await;
    assert_eq!((office.mails(), office.events("alert_route_failed").len()), (4, 2));
}
