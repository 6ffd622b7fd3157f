//! The vectors of the product that a command line can show; 3, 4 and 14 stand in `contract.rs`.

use std::net::TcpListener;

use credenza_sandbox::Server;
use credenza_tests::{Desk, Practice, failed_at, stage};
use serde_json::{Value, json};

fn secret(name: &str, value: &str) -> Value {
    json!({"type": "secret", "name": name, "description": "d", "value": value})
}

#[test]
fn vector_1_a_mask_shows_the_last_four_characters_of_eight_or_more() {
    let desk = Desk::new();
    let long = format!("{}wxyz", "x".repeat(4092));
    let cases = [
        ("abcd1234", "****1234"),
        (long.as_str(), "****wxyz"),
        ("abc", "****"),
        ("sevench", "****"),
        ("пароль-żółć", "****żółć"),
    ];
    for (number, (value, mask)) in cases.iter().enumerate() {
        let name = format!("Secret {number}");
        desk.add(&secret(&name, value));
        assert_eq!(desk.run(&["--json", "show", &name]).expect(0).json()["value"], *mask);
        assert_eq!(
            desk.run(&["--json", "reveal", &name, "value"]).expect(0).json()["value"],
            *value,
            "the value itself is whole"
        );
    }
}

#[test]
fn vector_2_a_mail_server_without_a_port_is_reached_at_port_25() {
    let desk = Desk::new();
    desk.add(&json!({"type": "mail_server", "name": "Relay", "description": "d", "host": "127.0.0.25"}));
    // Port 25 is for the superuser alone on most systems; where it can be had, the connection is seen to come.
    let listener = TcpListener::bind("127.0.0.25:25");
    if let Ok(listener) = &listener {
        listener.set_nonblocking(true).unwrap();
    }
    let result = desk.run(&["--json", "test", "Relay", "--timeout", "2s"]).expect(1).json();
    assert_eq!(stage(&result, "connect")["target"], "127.0.0.25:25", "{result:#}");
    if let Ok(listener) = listener {
        assert!(listener.accept().is_ok(), "the connection came to port 25");
    }
    let shown = desk.run(&["--json", "show", "Relay"]).expect(0).json();
    assert!(shown["port"].is_null(), "d7: a blank port stays blank: {shown}");
}

/// A script that is executable, and its full path.
fn script(desk: &Desk, name: &str, body: &str) -> String {
    let path = desk.file(name, format!("#!/bin/sh\n{body}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    path.to_str().unwrap().to_owned()
}

fn bearer(practice: &Practice, name: &str, auth: Value) -> Value {
    let mut record = practice.record("Practice API with a token");
    record["name"] = json!(name);
    record["auth"] = auth;
    record
}

#[cfg(unix)]
#[test]
fn vector_5_tuf_30_a_token_takes_precedence_and_the_script_is_not_started_at_all() {
    let practice = Practice::start();
    let desk = Desk::new();
    let marker = desk.folder.path().join("marker");
    let path = script(&desk, "token.sh", &format!("touch '{}'\necho T2", marker.display()));
    let token = practice.accounts().api_token.clone();
    desk.add(&bearer(&practice, "Both", json!({"method": "bearer", "token": token, "token_script": path})));
    assert_eq!(
        desk.run(&["--json", "test", "Both"]).expect(0).json()["outcome"],
        "passed",
        "the server saw the token, not T2"
    );
    let seen = desk.run(&["call", "Both", "GET", "/anything"]).expect(0);
    assert!(seen.out.contains(&format!("Bearer {token}")) && !seen.out.contains("T2"), "{}", seen.out);
    assert!(!marker.exists(), "the script was never started");
    let events = desk.run(&["--json", "events"]).expect(0).out;
    assert!(!events.contains("script_started"), "{events}");

    desk.run_with(&["edit", "Both", "--from", "-"], r#"{"auth":{"token":null}}"#).expect(0);
    let seen = desk.run(&["call", "Both", "GET", "/anything"]);
    assert!(marker.exists(), "without the token the script is asked: {seen:?}");
}

#[cfg(unix)]
#[test]
fn vector_10_tuf_29_the_output_of_a_script_is_the_token_and_only_the_token() {
    let practice = Practice::start();
    let token = practice.accounts().api_token.clone();
    let desk = Desk::new();
    let print = |form: &str| format!("printf '{form}' '{token}'");
    let good =
        [print("%s\\n"), print("%s\\r\\n"), print("%s"), format!("{}; echo a word for people >&2", print("%s\\n"))];
    for (number, body) in good.iter().enumerate() {
        let name = format!("good {number}");
        let path = script(&desk, &format!("good{number}.sh"), body);
        desk.add(&bearer(&practice, &name, json!({"method": "bearer", "token_script": path})));
        assert_eq!(desk.run(&["token", &name, "--raw"]).expect(0).out, format!("{token}\n"), "{body}");
        assert_eq!(desk.run(&["--json", "test", &name]).expect(0).json()["outcome"], "passed", "{body}");
    }
    let bad = [
        print("%s\\nnoise\\n"),
        "true".into(),
        format!("{}; exit 3", print("%s\\n")),
        print("%s x\\n"),
        "printf '\\n'".into(),
    ];
    for (number, body) in bad.iter().enumerate() {
        let name = format!("bad {number}");
        let path = script(&desk, &format!("bad{number}.sh"), body);
        desk.add(&bearer(&practice, &name, json!({"method": "bearer", "token_script": path})));
        let answer = desk.run(&["--json", "token", &name]).expect(1);
        failed_at(&answer.json(), "token");
        assert!(!answer.out.contains(&token), "{body}: what it printed is not shown");
        assert_eq!(desk.run(&["token", &name, "--raw"]).expect(1).out, "", "{body}");
    }
    assert_eq!(practice.connections(Server::Echo), good.len(), "a script that failed sent nothing");
}

#[cfg(unix)]
#[test]
fn tuf_28_a_script_that_changed_after_it_was_saved_is_not_started() {
    let practice = Practice::start();
    let desk = Desk::new();
    let path = script(&desk, "token.sh", "echo first-token");
    desk.add(&bearer(&practice, "Script", json!({"method": "bearer", "token_script": path})));
    assert_eq!(desk.run(&["token", "Script", "--raw"]).expect(0).out, "first-token\n");
    let marker = desk.folder.path().join("marker");
    script(&desk, "token.sh", &format!("touch '{}'; echo second-token", marker.display()));
    let result = desk.run(&["--json", "token", "Script"]).expect(1).json();
    failed_at(&result, "token");
    assert!(!marker.exists(), "the changed script was not started");
    desk.run_with(&["edit", "Script", "--from", "-"], &json!({"auth": {"token_script": path}}).to_string());
    desk.run_with(&["edit", "Script", "--rebind", "--from", "-"], &json!({"auth": {"token_script": path}}).to_string())
        .expect(0);
    assert_eq!(
        desk.run(&["token", "Script", "--raw"]).expect(0).out,
        "second-token\n",
        "saving it again is the approval"
    );
}

#[test]
fn vector_7_a_comma_starts_a_new_header_only_before_a_name_and_a_colon() {
    let practice = Practice::start();
    let desk = Desk::new();
    let port = practice.ports().echo_http.to_string();
    let line = "Content-Type: application/json, Accept: text/html, application/json, X-A: 1";
    desk.run(&[
        "add",
        "outbound_server",
        "API",
        "--description",
        "d",
        "--host",
        "127.0.0.1",
        "--port",
        &port,
        "--protocol",
        "http",
        "--headers",
        line,
    ])
    .expect(0);
    let headers = desk.run(&["--json", "show", "API"]).expect(0).json()["headers"].clone();
    let expected = json!([
        {"name": "Content-Type", "value": "application/json", "secret": false},
        {"name": "Accept", "value": "text/html, application/json", "secret": false},
        {"name": "X-A", "value": "1", "secret": false},
    ]);
    assert_eq!(headers, expected);
    let seen = desk.run(&["call", "API", "GET", "/anything"]).expect(0).out.to_lowercase();
    for header in
        ["\"content-type\":\"application/json\"", "\"accept\":\"text/html, application/json\"", "\"x-a\":\"1\""]
    {
        assert!(seen.replace(": ", ":").contains(header), "{header} went out: {seen}");
    }
}

#[test]
fn vector_12_fetch_token_on_an_edited_draft_sends_the_edited_client_id_and_stores_nothing() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut record = practice.record("Practice app registration");
    let right = record["oauth2"]["client_id"].clone();
    record["oauth2"]["client_id"] = json!("wrong-client-id");
    desk.add(&record);
    let before = desk.run(&["--json", "show", "Practice app registration"]).expect(0).json();
    let draft = json!({"oauth2": {"client_id": right}}).to_string();
    let answer = desk.run_with(&["--json", "token", "Practice app registration", "--draft", "-"], &draft).expect(0);
    assert!(answer.json()["credential"]["id"].is_null(), "a draft has no id: {}", answer.out);
    assert_eq!(
        desk.run(&["--json", "show", "Practice app registration"]).expect(0).json(),
        before,
        "the stored row is unchanged"
    );
    let stored = desk.run(&["--json", "token", "Practice app registration"]).expect(1).json();
    failed_at(&stored, "token");
}

#[test]
fn vector_13_editing_a_note_never_moves_an_expiry_date() {
    let desk = Desk::new();
    let mut record = secret("Licence", "licence-value-1");
    record["expiries"] = json!([{"item": "value", "on": "2031-03-01", "source": "entered", "note": "ask Ops"}]);
    desk.add(&record);
    let expiries = |desk: &Desk| desk.run(&["--json", "show", "Licence"]).expect(0).json()["expiries"].clone();
    let before = expiries(&desk);
    desk.run_with(&["edit", "Licence", "--from", "-"], r#"{"notes":"a note","description":"other"}"#).expect(0);
    assert_eq!(expiries(&desk), before);
}

#[test]
fn vector_14_a_draft_with_a_new_address_does_not_get_the_stored_secret_without_a_word() {
    let practice = Practice::start();
    let desk = Desk::new();
    desk.add(&practice.record("Practice mail"));
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let draft = json!({"port": elsewhere.local_addr().unwrap().port()}).to_string();
    let refused = desk.run_with(&["--json", "test", "Practice mail", "--draft", "-"], &draft).expect(6).json();
    assert_eq!(refused["error"]["reason"], "endpoint_changed");
    assert!(elsewhere.accept().is_err(), "nothing went to the new address");
    let same = json!({"sender": "other@credenza.test"}).to_string();
    desk.run_with(&["test", "Practice mail", "--draft", "-"], &same).expect(0);
}
