//! Capability C8 with real programs: one refresh at a time, nothing lost in silence, nothing tried in a loop.

use std::process::{Child, Stdio};

use credenza_sandbox::Server;
use credenza_tests::{Answer, Desk, Practice, failed_at};
use serde_json::{Value, json};

use crate::endpoint::{Endpoint, GRANT, REFUSE};

/// An app registration that lives on a refresh token that can be used once.
fn app(practice: &Practice, refresh_token: &str) -> Value {
    let mut record = practice.record("Practice app registration");
    record["name"] = json!("App");
    let block = &mut record["oauth2"];
    block["grant"] = json!("refresh_token");
    block["refresh_token"] = json!(refresh_token);
    block["scope"] = json!("");
    record
}

fn api(practice: &Practice) -> Value {
    let mut record = practice.record("Practice API with OAuth 2.0");
    record["name"] = json!("API");
    record["auth"] = json!({"method": "oauth2", "oauth2": {"credential": "App"}});
    record
}

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

fn events(desk: &Desk, action: &str) -> usize {
    let events = desk.run(&["--json", "events"]).expect(0).json();
    events.as_array().unwrap().iter().filter(|event| event["action"] == action).count()
}

fn state(desk: &Desk) -> Value {
    desk.run(&["--json", "show", "App"]).expect(0).json()["token_state"].clone()
}

#[test]
fn c8_twenty_programs_at_once_make_one_refresh_and_all_get_its_token() {
    let (cached, forced) = (vec!["token", "App", "--raw"], vec!["--json", "token", "App"]);
    // Who asks for a new token after the refresh gets one: the second way says something only where twenty programs start
    // faster than one of them refreshes.
    let ways = if cfg!(unix) { vec![cached, forced] } else { vec![cached] };
    for arguments in ways {
        let practice = Practice::start();
        let desk = Desk::new();
        desk.add(&app(&practice, &practice.accounts().refresh_token));
        let children: Vec<Child> = (0..20).map(|_| spawn(&desk, &arguments)).collect();
        let answers: Vec<Answer> = children.into_iter().map(|child| ended(child).expect(0)).collect();
        let token = |answer: &Answer| match arguments[0] {
            "token" => answer.out.clone(),
            _ => answer.json()["result"]["masked"].to_string(),
        };
        assert!(!token(&answers[0]).trim().is_empty());
        let tokens: std::collections::BTreeSet<String> = answers.iter().map(token).collect();
        assert_eq!(tokens.len(), 1, "one token for all: {arguments:?}: {answers:#?}");
        assert_eq!(practice.connections(Server::Idp), 1, "one request: {arguments:?}");
        assert_eq!(events(&desk, "refresh_token_rotated"), 1, "{arguments:?}");
        desk.run(&["token", "App", "--force"]).expect(0);
        assert_eq!(practice.connections(Server::Idp), 2, "and the stored refresh token is the good one");
    }
}

#[test]
fn tuf_24_what_uses_a_dead_refresh_token_stops_at_once_and_goes_on_after_a_fetch_that_works() {
    let practice = Practice::start();
    let desk = Desk::new();
    desk.add(&json!([app(&practice, "dead-refresh-token-0001")]));
    desk.add(&api(&practice));
    failed_at(&desk.run(&["--json", "token", "App"]).expect(1).json(), "token");
    assert_eq!((practice.connections(Server::Idp), state(&desk)["state"].as_str()), (1, Some("stopped")));
    let words = "Stopped: needs a new refresh token.";
    assert!(desk.run(&["list"]).expect(0).out.contains(words), "the list says it");

    let result = desk.run(&["--json", "call", "API", "GET", "/"]).expect(1).json();
    failed_at(&result, "token");
    assert!(result["explanation"]["title"].as_str().unwrap().starts_with(words), "{}", result["explanation"]);
    assert!(desk.run(&["token", "App", "--raw"]).expect(1).err.contains(words));
    let seen = (practice.connections(Server::Idp), practice.connections(Server::Echo));
    assert_eq!(seen, (1, 0), "nothing was sent, to nobody");
    let row = desk.run(&["--json", "list"]).expect(0).json();
    let flagged =
        row.as_array().unwrap().iter().filter(|row| row["flags"].as_array().unwrap().contains(&json!("token_stopped")));
    assert_eq!(flagged.count(), 2, "the app and what uses it");

    let fresh = json!({"oauth2": {"refresh_token": practice.accounts().refresh_token}}).to_string();
    desk.run_with(&["edit", "App", "--from", "-"], &fresh).expect(0);
    desk.run(&["call", "API", "GET", "/"]).expect(1);
    assert_eq!(state(&desk)["state"], "stopped", "vector 9: another refresh token is not enough");
    assert_eq!(practice.connections(Server::Idp), 1);
    desk.run(&["token", "App"]).expect(0);
    assert_eq!((state(&desk)["state"].as_str(), events(&desk, "token_resumed")), (Some("active"), 1));
    desk.run(&["call", "API", "GET", "/"]).expect(0);
    assert_eq!(practice.connections(Server::Idp), 2, "with the token that was fetched");
}

#[test]
fn tuf_23_a_refresh_token_at_its_end_is_not_sent_without_force() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut record = app(&practice, &practice.accounts().refresh_token);
    record["expiries"] = json!([{"item": "oauth2.refresh_token", "on": "2020-01-31", "source": "estimated"}]);
    desk.add(&record);
    let refused = desk.run(&["--json", "token", "App"]).expect(1).json();
    failed_at(&refused, "token");
    assert!(refused["explanation"]["title"].as_str().unwrap().contains("ended on 2020-02-01"), "{refused:#}");
    assert_eq!(practice.connections(Server::Idp), 0);
    let known = || (state(&desk)["until_source"].clone(), state(&desk)["refresh_token_ended"].clone());
    assert_eq!(known(), (json!("estimated"), json!(true)));
    desk.run(&["token", "App", "--force"]).expect(0);
    assert_eq!(known(), (Value::Null, json!(false)), "it worked: the estimate was wrong");
}

#[test]
fn c8_kill_9_between_reply_and_commit_is_said_at_the_next_start_and_tried_by_a_person_alone() {
    let endpoint = Endpoint::start();
    let desk = Desk::new();
    desk.add(&endpoint.record());
    endpoint.kill_in_between(spawn(&desk, &["token", "App", "--raw"]));

    let lost = "the refresh token may be lost: ";
    assert!(desk.run(&["list"]).expect(0).out.contains(lost));
    assert_eq!(state(&desk)["state"], "in_doubt");
    assert!(state(&desk)["words"].as_str().unwrap().contains(lost));
    for _ in 0..3 {
        let refused = desk.run(&["token", "App", "--raw"]).expect(1);
        assert!(refused.err.contains(lost), "{refused:?}");
    }
    assert_eq!((endpoint.asked(), events(&desk, "token_in_doubt")), (1, 1), "no loop");

    endpoint.answers(GRANT);
    desk.run(&["token", "App"]).expect(0);
    assert_eq!((endpoint.asked(), state(&desk)["state"].as_str()), (2, Some("active")));
    let raw = desk.run(&["token", "App", "--raw"]).expect(0).out;
    assert_eq!(raw.trim_end(), "access-2-of-the-endpoint");
    assert_eq!(
        desk.run(&["reveal", "App", "oauth2.refresh_token"]).expect(0).out.trim_end(),
        "refresh-2-of-the-endpoint"
    );
}

#[test]
fn c8_a_doubt_that_proves_right_becomes_stopped() {
    let endpoint = Endpoint::start();
    let desk = Desk::new();
    desk.add(&endpoint.record());
    endpoint.kill_in_between(spawn(&desk, &["token", "App", "--raw"]));
    assert_eq!((endpoint.asked(), state(&desk)["state"].as_str()), (1, Some("in_doubt")), "before anybody tries");
    endpoint.answers(REFUSE);
    failed_at(&desk.run(&["--json", "token", "App"]).expect(1).json(), "token");
    assert_eq!((endpoint.asked(), state(&desk)["state"].as_str()), (2, Some("stopped")));
    assert_eq!(events(&desk, "token_in_doubt"), 1, "the log has the doubt before it has the end");
    desk.run(&["token", "App", "--raw"]).expect(1);
    assert_eq!(endpoint.asked(), 2, "and is left alone");
}
