//! What a helpdesk operator may and may not do (D10).

use credenza_tests::{Answer, Desk, Practice, finish};
use serde_json::json;

const HELPDESK: &str = "a helpdesk passphrase of her own";

fn as_helpdesk(desk: &Desk, arguments: &[&str], input: &str) -> Answer {
    let mut command = desk.command(arguments);
    command.env("CREDENZA_PASSPHRASE", HELPDESK);
    finish(command, input.as_bytes())
}

#[test]
fn d10_helpdesk_tests_a_usable_credential_and_sees_no_secret_and_changes_nothing() {
    let practice = Practice::start();
    let desk = Desk::new();
    let mut sealed = practice.record("Practice mail");
    sealed["name"] = json!("Sealed mail");
    sealed["class"] = json!("sealed");
    desk.add(&json!([practice.record("Practice mail"), sealed]));
    desk.run_with(
        &["slot", "add", "passphrase", "--name", "Hanna", "--role", "helpdesk", "--new-passphrase-file", "-"],
        HELPDESK,
    )
    .expect(0);

    assert_eq!(as_helpdesk(&desk, &["--json", "list"], "").expect(0).json().as_array().unwrap().len(), 2);
    let tested =
        as_helpdesk(&desk, &["--json", "send-email", "Practice mail", "--to", "a@example.com", "--test"], "").expect(0);
    assert_eq!(tested.json()["outcome"], "passed");
    assert!(!tested.out.contains(&practice.accounts().password));

    let pin = format!("SHA256:{}", "5f".repeat(32));
    let refused: [(&[&str], &str); 10] = [
        (&["trust", "Practice mail", "--fingerprint", &pin], ""),
        (&["reveal", "Practice mail", "auth.password"], ""),
        (&["reveal", "Sealed mail", "auth.password"], ""),
        (&["test", "Sealed mail"], ""),
        (&["edit", "Practice mail", "--from", "-"], r#"{"notes":"x"}"#),
        (&["add", "--from", "-"], r#"{"type":"secret","name":"x","description":"d","value":"12345678"}"#),
        (&["remove", "Practice mail"], ""),
        (&["slot", "add", "recovery"], ""),
        (&["test", "Practice mail", "--draft", "-"], r#"{"host":"localhost"}"#),
        (&["test", "Practice mail", "--rebind", "--draft", "-"], r#"{"host":"localhost"}"#),
    ];
    for (arguments, input) in refused {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let answer = as_helpdesk(&desk, &all, input);
        assert_eq!(answer.code, 6, "{arguments:?}: {answer:?}");
        assert_eq!(answer.json()["error"]["code"], "forbidden", "{arguments:?}");
    }
    let events = desk.run(&["--json", "events"]).expect(0).json();
    let hers = events.as_array().unwrap().iter().filter(|event| event["operator"] == "Hanna").count();
    assert!(hers >= 3, "what she did is in the log under her name: {events:#}");
}

#[test]
fn l8_no_argument_and_no_variable_gives_a_role() {
    let desk = Desk::new();
    desk.run_with(
        &["slot", "add", "passphrase", "--name", "Hanna", "--role", "helpdesk", "--new-passphrase-file", "-"],
        HELPDESK,
    )
    .expect(0);
    as_helpdesk(&desk, &["list", "--role", "administrator"], "").expect(2);
    let other = as_helpdesk(&desk, &["--json", "--operator", "root", "list"], "").expect(5);
    assert_eq!(other.json()["error"]["code"], "locked", "--operator names whose passphrase it is, no more");
    as_helpdesk(&desk, &["--operator", "Hanna", "list"], "").expect(0);
}

#[test]
fn b13_the_last_administrators_way_in_and_the_last_way_without_a_keyring_cannot_go() {
    let desk = Desk::new();
    let mut unlock = desk.command(&["--json", "vault", "unlock"]);
    unlock.env("CREDENZA_PASSPHRASE", desk.created["recovery_code"].as_str().unwrap());
    let session = finish(unlock, b"").expect(0).json()["session"].as_str().unwrap().to_owned();
    let with_code = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env("CREDENZA_SESSION", &session);
        finish(command, b"")
    };
    let id = |kind: &str| {
        let slots = with_code(&["--json", "slot", "list"]).expect(0).json();
        slots.as_array().unwrap().iter().find(|slot| slot["kind"] == kind).unwrap()["id"].as_str().unwrap().to_owned()
    };
    with_code(&["slot", "remove", &id("passphrase")]).expect(0);
    let refused = with_code(&["--json", "slot", "remove", &id("recovery")]);
    assert!([6, 8].contains(&refused.code), "the last one stays: {refused:?}");
    with_code(&["list"]).expect(0);
    assert_eq!(desk.run(&["list"]).code, 5, "a session ends with the slot that it was started from");
    desk.with_passphrase(&["list"], "").expect(5);
}
