//! Exit codes and JSON of the contract.

use credenza_tests::Desk;
use serde_json::json;

fn mail(name: &str) -> serde_json::Value {
    json!({"type":"mail_server","name":name,"description":"ERP alerts","host":"127.0.0.1","port":1,"sender":"erp@example.com",
           "auth":{"method":"password","username":"erp","password":"Pa55word-canary-wxyz"}})
}

#[test]
fn a_new_vault_gives_its_id_and_a_recovery_code_once() {
    let desk = Desk::new();
    assert!(
        desk.created["vault_id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok(),
        "{:?}",
        desk.created.as_object().unwrap().keys()
    );
    assert!(desk.created["recovery_code"].as_str().unwrap().len() > 20);
    let again = desk.with_passphrase(&["--json", "vault", "create"], "").expect(8);
    assert_eq!(again.json()["error"]["code"], "conflict", "a vault is never overwritten");
}

#[test]
fn a_wrong_passphrase_is_locked_and_no_vault_is_not_found() {
    let desk = Desk::new();
    let mut wrong = desk.command(&["--json", "list"]);
    wrong.env("CREDENZA_PASSPHRASE", "not the passphrase");
    let answer = credenza_tests::finish(wrong, b"").expect(5);
    assert_eq!(answer.json()["error"]["code"], "locked");
    let nowhere = desk.folder.path().join("nowhere.db");
    let mut none = desk.command(&[]);
    none.args(["--json", "list", "--vault"]).arg(&nowhere).env("CREDENZA_PASSPHRASE", "x");
    assert_eq!(
        credenza_tests::finish(none, b"").expect(4).json()["error"]["code"],
        "not_found",
        "of two --vault the last one counts"
    );
    let bare = desk.command(&["--json", "list"]);
    assert_eq!(
        credenza_tests::finish(bare, b"").expect(5).json()["error"]["code"],
        "locked",
        "no way to unlock was given"
    );
}

#[test]
fn vector_1_and_iqx_5_to_7_only_a_mask_is_shown_and_it_cannot_be_saved_back() {
    let desk = Desk::new();
    desk.add(&mail("Office mail"));
    let shown = desk.run(&["--json", "show", "office MAIL"]).expect(0).json();
    assert_eq!(shown["auth"]["password"], "****wxyz");
    assert!(!shown.to_string().contains("Pa55word"));
    let refused = desk
        .run_with(&["--json", "edit", "Office mail", "--from", "-"], r#"{"auth":{"password":"****wxyz"}}"#)
        .expect(3);
    assert_eq!(refused.json()["error"]["field"], "auth.password");
    desk.run_with(&["edit", "Office mail", "--from", "-"], r#"{"auth":{"password":""},"notes":"blank keeps"}"#)
        .expect(0);
    let revealed = desk.run(&["reveal", "Office mail", "auth.password"]).expect(0);
    assert_eq!(revealed.out.trim_end(), "Pa55word-canary-wxyz");
}

#[test]
fn vector_3_a_record_without_a_description_is_refused_naming_it() {
    let desk = Desk::new();
    let mut record = mail("Office mail");
    record.as_object_mut().unwrap().remove("description");
    let answer = desk.run_with(&["--json", "add", "--from", "-"], &record.to_string()).expect(3);
    assert_eq!(answer.json()["error"]["field"], "description");
    assert_eq!(desk.run(&["--json", "list"]).expect(0).json(), json!([]));
}

#[test]
fn an_array_is_added_whole_or_not_at_all() {
    let desk = Desk::new();
    let mut broken = mail("Third");
    broken["port"] = json!("many");
    let records = json!([mail("First"), mail("Second"), broken]);
    let answer = desk.run_with(&["--json", "add", "--from", "-"], &records.to_string()).expect(3);
    assert_eq!(answer.json()["error"]["field"], "[2].port");
    let taken = json!([mail("First"), mail("FIRST")]);
    assert_eq!(
        desk.run_with(&["--json", "add", "--from", "-"], &taken.to_string()).expect(8).json()["error"]["code"],
        "conflict"
    );
    assert_eq!(desk.run(&["--json", "list"]).expect(0).json(), json!([]), "nothing of either array was added");
    assert_eq!(desk.add(&json!([mail("First"), mail("Second")])).len(), 2);
}

#[test]
fn unknown_keys_are_refused_by_name() {
    let desk = Desk::new();
    for (key, field) in [("passwort", "passwort"), ("token_url", "token_url")] {
        let mut record = mail("Office mail");
        record[key] = json!("x");
        let answer = desk.run_with(&["--json", "add", "--from", "-"], &record.to_string()).expect(3);
        assert_eq!(answer.json()["error"]["field"], field);
    }
    let mut record = mail("Office mail");
    record["auth"]["realm"] = json!("x");
    let answer = desk.run_with(&["--json", "add", "--from", "-"], &record.to_string()).expect(3);
    assert_eq!(answer.json()["error"]["field"], "auth.realm");
}

#[test]
fn vector_4_and_iqx_10_without_any_sender_nothing_leaves() {
    let desk = Desk::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let mut record = mail("Office mail");
    record["port"] = json!(listener.local_addr().unwrap().port());
    record.as_object_mut().unwrap().remove("sender");
    record["auth"] = json!({"method":"none"});
    desk.add(&record);
    let answer = desk.run(&["--json", "send-email", "Office mail", "--to", "a@example.com"]);
    assert!(answer.code == 1 || answer.code == 3, "{answer:?}");
    assert!(answer.out.contains("input") || answer.out.contains("invalid"), "{}", answer.out);
    assert!(listener.accept().is_err(), "not one connection was made");
}

#[test]
fn vector_14_a_stored_secret_never_goes_to_a_new_endpoint_silently() {
    let desk = Desk::new();
    desk.add(&mail("Office mail"));
    for patch in [
        r#"{"host":"localhost"}"#,
        r#"{"port":2525}"#,
        r#"{"tls":"starttls"}"#,
        r#"{"proxy":{"url":"http://127.0.0.1:3128"}}"#,
    ] {
        let refused = desk.run_with(&["--json", "edit", "Office mail", "--from", "-"], patch).expect(6);
        assert_eq!(refused.json()["error"]["reason"], "endpoint_changed", "{patch}");
    }
    desk.run_with(&["edit", "Office mail", "--from", "-"], r#"{"port":2525,"auth":{"password":"typed-again-1234"}}"#)
        .expect(0);
    desk.run_with(&["edit", "Office mail", "--from", "-", "--rebind"], r#"{"port":2526}"#).expect(0);
    assert_eq!(desk.run(&["reveal", "Office mail", "auth.password"]).expect(0).out.trim_end(), "typed-again-1234");
    let events = desk.run(&["--json", "events"]).expect(0).out;
    assert!(events.contains("endpoint_rebound"), "the confirmation is in the log");
}

#[test]
fn iqx_26_history_names_fields_and_never_values() {
    let desk = Desk::new();
    desk.add(&mail("Office mail"));
    desk.run_with(
        &["edit", "Office mail", "--from", "-"],
        r#"{"notes":"secret note","auth":{"password":"another-canary-9999"}}"#,
    )
    .expect(0);
    let history = desk.run(&["--json", "history", "Office mail"]).expect(0);
    let fields = history.json()[0]["fields"].clone();
    assert_eq!(fields, json!(["auth.password", "notes"]));
    assert!(!history.out.contains("canary") && !history.out.contains("secret note"));
}

#[test]
fn show_gives_a_record_that_add_accepts_once_its_masks_are_replaced() {
    let desk = Desk::new();
    desk.add(&mail("Office mail"));
    let mut shown = desk.run(&["--json", "show", "Office mail"]).expect(0).json();
    shown["name"] = json!("Second mail");
    let refused = desk.run_with(&["--json", "add", "--from", "-"], &shown.to_string()).expect(3);
    assert_eq!(refused.json()["error"]["field"], "auth.password", "the mask is refused");
    shown["auth"]["password"] = json!("a-new-secret");
    desk.add(&shown);
}

#[test]
fn remove_is_refused_while_something_uses_it() {
    let desk = Desk::new();
    desk.add(&json!({"type":"app_registration","name":"Entra","description":"d","tenant_id":"contoso","oauth2":{"client_id":"c","client_secret":"s3cret-value-1"}}));
    let mut record = mail("Office mail");
    record["auth"] = json!({"method":"oauth2","username":"a@example.com","oauth2":{"credential":"entra"}});
    desk.add(&record);
    let refused = desk.run(&["--json", "remove", "Entra"]).expect(8).json();
    assert!(refused["error"]["message"].as_str().unwrap().contains("Office mail"));
    desk.run(&["remove", "Office mail"]).expect(0);
    desk.run(&["remove", "Entra"]).expect(0);
    assert_eq!(desk.run(&["--json", "show", "Entra"]).expect(4).json()["error"]["code"], "not_found");
}

#[test]
fn schemas_explanations_and_completions_need_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(credenza_tests::program("credenza"));
        credenza_tests::clean(&mut command, folder.path());
        command.args(arguments);
        credenza_tests::finish(command, b"")
    };
    for what in ["record", "check", "event"] {
        assert!(run(&["schema", what]).expect(0).json()["$schema"].is_string(), "{what}");
    }
    let explained = run(&["--json", "explain", "--channel", "oauth", "AADSTS7000215: Invalid client secret provided."])
        .expect(0)
        .json();
    assert_eq!(explained["id"], "AADSTS7000215");
    let unknown = run(&["--json", "explain", "the cat sat on the mat"]).expect(0).json();
    assert_eq!((unknown["id"].as_str(), unknown["raw"].as_str()), (Some("unknown"), Some("the cat sat on the mat")));
    assert!(run(&["completions", "bash"]).expect(0).out.contains("credenza"));
    assert!(run(&["completions", "man"]).expect(0).out.contains(".TH"));
    run(&["--nonsense"]).expect(2);
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let desk = Desk::new();
    let answer = desk.run(&["add", "secret", "Key", "--description", "d", "--value", "canary-on-argv"]).expect(2);
    assert!(!answer.err.contains("canary-on-argv"));
    desk.run_with(&["add", "secret", "Key", "--description", "d", "--value-stdin"], "stdin-value-4321\n").expect(0);
    assert_eq!(desk.run(&["reveal", "Key", "value"]).expect(0).out, "stdin-value-4321\n");
}
