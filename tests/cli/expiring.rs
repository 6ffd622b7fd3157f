//! `expiring`: every date, soonest first, as a table, JSON, CSV and a calendar.

use credenza_tests::{Answer, Desk};
use serde_json::{Value, json};

/// A day so many days from now, in UTC, as the program counts.
fn day(days: i64) -> String {
    let day = time::OffsetDateTime::now_utc().date() + time::Duration::days(days);
    day.format(&time::format_description::well_known::Iso8601::DATE).unwrap()
}

fn dated(name: &str, days: i64, rest: Value) -> Value {
    let mut record = json!({ "type": "secret", "name": name, "description": "d", "value": "canary-4e1d-value",
        "expiries": [{ "item": "value", "on": day(days), "note": "ask Ops" }] });
    record.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    record
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.add(&json!([
        dated("Later", 1100, json!({ "kind": "licence" })),
        dated("Soon", 20, json!({ "owner": "Infra", "kind": "api_key" })),
        dated("Ended", -3, json!({})),
        { "type": "webhook", "name": "Hook", "description": "d", "host": "hooks.example.com", "path": "/canary-4e1d-path" },
    ]));
    desk
}

fn names(answer: &Answer) -> Vec<String> {
    answer.json().as_array().unwrap().iter().map(|item| item["credential_name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn c4_dates_stand_soonest_first_with_days_and_source() {
    let desk = desk();
    let answer = desk.run(&["--json", "expiring"]).expect(0);
    assert_eq!(names(&answer), ["Ended", "Soon", "Hook", "Later"]);
    let items = answer.json();
    assert_eq!((&items[0]["days"], &items[0]["source"]), (&json!(-3), &json!("entered")));
    assert_eq!((&items[2]["kind"], &items[2]["source"]), (&json!("trigger_token"), &json!("estimated")));
    assert_eq!(items[3]["days"], 1100, "three years ahead");
    assert_eq!(desk.run(&["expiring", "--format", "json"]).expect(0).json(), items, "--format json is --json");
    let table = desk.run(&["expiring"]).expect(0).out;
    assert!(table.starts_with("ON ") && table.contains("3 days ago"), "{table}");
}

#[test]
fn within_and_the_filters_narrow_and_a_word_that_does_not_exist_is_refused() {
    let desk = desk();
    let asked = |arguments: &[&str]| names(&desk.run(&[&["--json", "expiring"], arguments].concat()).expect(0));
    assert_eq!(asked(&["--within", "30d"]), ["Ended", "Soon"]);
    assert_eq!(asked(&["--type", "webhook"]), ["Hook"]);
    assert_eq!(asked(&["--kind", "licence"]), ["Later"]);
    assert_eq!(asked(&["--source", "estimated"]), ["Hook"]);
    assert_eq!(asked(&["--owner", "infra"]), ["Soon"]);
    for wrong in [["--type", "webhok"], ["--kind", "key"], ["--source", "guess"]] {
        let refused = desk.run(&[&["--json", "expiring"], &wrong[..]].concat()).expect(2).json();
        assert_eq!(refused["error"]["code"], "usage");
    }
}

#[test]
fn exit_code_10_says_that_something_is_due() {
    let desk = desk();
    desk.run(&["expiring", "--exit-code"]).expect(10);
    desk.run(&["expiring", "--exit-code", "--kind", "licence"]).expect(0);
    desk.run(&["expiring", "--exit-code", "--kind", "licence", "--within", "1200d"]).expect(10);
    desk.run(&["expiring", "--exit-code", "--kind", "api_key", "--within", "10d"]).expect(0);
    desk.run(&["expiring"]).expect(0);
}

#[test]
fn csv_has_crlf_and_no_cell_that_a_spreadsheet_would_run_and_no_secret() {
    let desk = Desk::new();
    desk.add(&dated("=cmd|' /C calc'!A0", 5, json!({ "owner": "+Infra, \"Ops\"" })));
    let text = desk.run(&["expiring", "--format", "csv"]).expect(0).out;
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'), "{text:?}");
    assert!(text.contains(",'=cmd|' /C calc'!A0,") && text.contains(",\"'+Infra, \"\"Ops\"\"\","), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn the_calendar_has_one_day_long_event_per_date_with_an_id_that_stays() {
    let desk = desk();
    let calendar = || desk.run(&["expiring", "--format", "ics"]).expect(0).out;
    let first = calendar();
    assert_eq!(first.matches("BEGIN:VEVENT").count(), 4, "{first}");
    assert!(!first.contains("canary") && !first.contains("administrator"), "neither a secret nor who asked: {first}");
    let ids =
        |text: &str| -> Vec<String> { text.lines().filter(|l| l.starts_with("UID:")).map(str::to_owned).collect() };
    assert_eq!(ids(&first), ids(&calendar()));
    let silent = desk.run(&["expiring", "--format", "ics", "--no-alarms"]).expect(0).out;
    assert!(first.contains("BEGIN:VALARM") && !silent.contains("VALARM"), "{silent}");
}
