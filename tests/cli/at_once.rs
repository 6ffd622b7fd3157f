//! Programs that change the same small thing at the same moment: what one says it did is done, once, and stays.

use std::process::{Child, Stdio};

use credenza_tests::{Answer, Desk, Practice};
use serde_json::{Value, json};

const VALUE: &str = "value";
const READER: &str = "Practice app registration";

fn spawn(desk: &Desk, arguments: &[&str]) -> Child {
    let mut command = desk.command(arguments);
    command.env("CREDENZA_SESSION", desk.session()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn ended(child: Child) -> Answer {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Answer { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// All of them at once; how each ended.
fn at_once(desk: &Desk, commands: &[Vec<&str>]) -> Vec<Answer> {
    let children: Vec<Child> = commands.iter().map(|arguments| spawn(desk, arguments)).collect();
    children.into_iter().map(ended).collect()
}

fn licence(next: Option<&str>) -> Desk {
    let desk = Desk::new();
    desk.add(&json!({ "type": "secret", "name": "Licence", "description": "d", "value": "canary-before-11" }));
    if let Some(next) = next {
        desk.run_with(&["rotate", "start", "Licence", VALUE, "--next-stdin"], next).expect(0);
    }
    desk
}

fn events(desk: &Desk, action: &str) -> usize {
    let events = desk.run(&["--json", "events", "--limit", "1000"]).expect(0).json();
    events.as_array().unwrap().iter().filter(|event| event["action"] == action).count()
}

fn sound(desk: &Desk) {
    desk.run(&["vault", "verify"]).expect(0);
    desk.run(&["events", "verify"]).expect(0);
}

#[test]
fn c9_twenty_programs_tick_off_twenty_places_at_once_and_every_tick_is_kept() {
    let desk = licence(None);
    let places: Vec<String> = (1..=20).map(|number| format!("host{number}")).collect();
    let add: Vec<Vec<&str>> =
        places.iter().map(|place| vec!["rotate", "used-by", "Licence", VALUE, "--add", place]).collect();
    at_once(&desk, &add).into_iter().for_each(|answer| drop(answer.expect(0)));
    let listed = desk.run(&["--json", "rotate", "used-by", "Licence", VALUE]).expect(0).json();
    let numbers: Vec<u64> =
        listed["used_by"].as_array().unwrap().iter().map(|place| place["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>(), "every place is listed, each with a number of its own");

    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let tick: Vec<Vec<&str>> =
        numbers.iter().map(|number| vec!["rotate", "used-by", "Licence", VALUE, "--done", number]).collect();
    at_once(&desk, &tick).into_iter().for_each(|answer| drop(answer.expect(0)));
    let ticked = desk.run(&["--json", "rotate", "used-by", "Licence", VALUE]).expect(0).json();
    assert_eq!(ticked["open"], 0, "{ticked:#}");
    assert_eq!(events(&desk, "rotation_use_noted"), 40, "one event for each line and each tick");
    sound(&desk);
}

#[test]
fn c9_of_programs_that_take_one_step_at_once_one_does_it_and_the_others_say_that_they_did_not() {
    let steps: [(&[&str], &str); 5] = [
        (&["rotate", "switch", "Licence", VALUE, "--override"], "rotation_switched"),
        (&["rotate", "return", "Licence", VALUE], "rotation_returned"),
        (&["rotate", "switch", "Licence", VALUE, "--override"], "rotation_switched"),
        (&["rotate", "revoked", "Licence", VALUE], "rotation_revoked"),
        (&["rotate", "cancel", "Licence", VALUE], "rotation_cancelled"),
    ];
    let desk = licence(Some("canary-next-22"));
    for (step, event) in steps {
        if step[1] == "cancel" {
            desk.run_with(&["rotate", "start", "Licence", VALUE, "--next-stdin"], "canary-other-33").expect(0);
        }
        let before = events(&desk, event);
        let mut arguments = vec!["--json"];
        arguments.extend(step);
        let answers = at_once(&desk, &vec![arguments; 6]);
        let done = answers.iter().filter(|answer| answer.code == 0).count();
        assert_eq!(done, 1, "{step:?}: {answers:?}");
        for refused in answers.iter().filter(|answer| answer.code != 0) {
            let error = refused.json()["error"].clone();
            let clear = match refused.code {
                // Too late: what the step needs is not there any more.
                4 => error["message"].as_str().unwrap().starts_with("There is no "),
                // At the same moment.
                8 => {
                    error["message"].as_str().unwrap().contains("Nothing was done") || error["reason"] == "not_revoked"
                }
                _ => false,
            };
            assert!(clear, "{step:?}: {error:#}");
        }
        assert_eq!(events(&desk, event), before + 1, "{step:?} is in the log once");
        let current = desk.run(&["reveal", "Licence", VALUE]).expect(0).out;
        let expected = if step[1] == "return" { "canary-before-11" } else { "canary-next-22" };
        assert_eq!(current.trim_end(), expected, "after {step:?}");
    }
    sound(&desk);
}

#[test]
fn c4_applications_that_are_muted_at_once_all_stay_muted() {
    let practice = Practice::start();
    let desk = Desk::new();
    desk.add(&practice.record(READER));
    let read = desk.run(&["--json", "inventory", READER]).expect(0).json();
    let mut ids: Vec<String> =
        read["inventory"]["items"].as_array().unwrap().iter().map(|item| item["app_id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    let ids: Vec<&str> = ids.iter().map(|id| id.trim_matches('"')).collect();
    assert!(ids.len() >= 5, "{ids:?}");
    let mute: Vec<Vec<&str>> = ids.iter().map(|id| vec!["inventory", READER, "--last", "--mute", id]).collect();
    at_once(&desk, &mute).into_iter().for_each(|answer| drop(answer.expect(0)));
    let after = desk.run(&["--json", "inventory", READER, "--last"]).expect(0).json();
    let open: Vec<&Value> =
        after["inventory"]["items"].as_array().unwrap().iter().filter(|item| item["muted"] == false).collect();
    assert!(open.is_empty(), "{open:#?}");
    sound(&desk);
}

#[test]
fn c5_settings_of_alerts_that_are_patched_at_once_all_count() {
    let desk = Desk::new();
    let files = [
        desk.file("addresses.json", json!({ "addresses": ["ops@example.com"] }).to_string()),
        desk.file("enabled.json", json!({ "enabled": false }).to_string()),
        desk.file("days.json", json!({ "thresholds": { "days": [90, 7] } }).to_string()),
    ];
    let set: Vec<Vec<&str>> =
        files.iter().map(|file| vec!["alerts", "set", "--from", file.to_str().unwrap()]).collect();
    at_once(&desk, &set).into_iter().for_each(|answer| drop(answer.expect(0)));
    let now = desk.run(&["--json", "alerts", "show"]).expect(0).json();
    assert_eq!(
        (&now["addresses"], &now["enabled"], &now["thresholds"]["days"]),
        (&json!(["ops@example.com"]), &json!(false), &json!([90, 7])),
        "{now:#}"
    );
}

#[test]
fn eli_3_of_jobs_that_fail_at_once_one_tells_the_subscribers() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut relay = practice.record("Practice mail");
    relay["name"] = json!("Way");
    let mut broken = practice.record("Practice mail");
    broken["name"] = json!("Broken");
    broken["auth"]["password"] = json!("canary-wrong-44");
    broken["subscribers"] = json!(["ops@example.com"]);
    desk.add(&json!([relay, broken]));
    let routes = desk.file(
        "routes.json",
        json!({ "addresses": ["ops@example.com"], "routes": [{ "by": "mail", "credential": "Way" }] }).to_string(),
    );
    let set = desk.run(&["--json", "alerts", "set", "--from", routes.to_str().unwrap()]);
    assert_eq!(set.code, 0, "{set:?}");
    let job = vec!["send-email", "Broken", "--to", "ops@example.com", "--from", "erp@example.com", "--subject", "s"];
    at_once(&desk, &vec![job; 6]).into_iter().for_each(|answer| drop(answer.expect(1)));
    assert_eq!(events(&desk, "subscribers_alerted"), 1);
    assert_eq!(practice.mails(1).len(), 1, "one mail says that it fails");
}
