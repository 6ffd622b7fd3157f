//! `credenza inventory`: app registrations and their dates, read from the practice directory.

use credenza_sandbox::Fault;
use credenza_tests::{Desk, Practice, failed_at};
use serde_json::{Value, json};

const READER: &str = "Practice app registration";

fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    desk.add(&practice.record(READER));
    desk
}

fn names(document: &Value) -> Vec<&str> {
    let items = document["inventory"]["items"].as_array().unwrap();
    items.iter().filter(|item| item["matters"] == true).map(|item| item["application"].as_str().unwrap()).collect()
}

#[test]
fn c4_inventory_lists_what_ends_soon_and_imports_it_all_or_nothing() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let words = desk.run(&["inventory", READER]).expect(0).out;
    assert!(words.contains("7 app registrations read at"), "{words}");
    assert!(words.contains("secret ERP") && words.contains("kQ8") && words.contains("in use here"), "{words}");
    assert!(!words.contains("Federated SSO"), "what renews itself is for --all: {words}");
    let all = desk.run(&["inventory", READER, "--all", "--last"]).expect(0).out;
    assert!(all.contains("Federated SSO Certificate (renews itself)") && all.contains("Data warehouse"), "{all}");

    let near = desk.run(&["--json", "inventory", READER, "--within", "15d"]).expect(0).json();
    assert_eq!(names(&near), ["Credenza practice app", "Time clock", "Invoice export"], "{near:#}");
    let wrong = desk.file("wrong.json", json!(["6b1c0000-0000-4000-8000-000000000001", "nobody"]).to_string());
    desk.run(&["inventory", READER, "--import", wrong.to_str().unwrap()]).expect(4);
    assert_eq!(desk.run(&["--json", "list"]).expect(0).json().as_array().unwrap().len(), 1, "nothing was added");

    let done = desk.run(&["--json", "inventory", READER, "--import-all"]).expect(0).json();
    assert_eq!(done["imported"].as_array().unwrap().len(), 3);
    let record = desk.run(&["--json", "show", "Invoice export"]).expect(0).json();
    assert_eq!(record["type"], "app_registration");
    assert!(record["oauth2"].get("client_secret").is_none(), "{record:#}");
}

#[test]
fn c4_a_choice_is_what_json_printed_with_the_rest_taken_out() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let mut document = desk.run(&["--json", "inventory", READER]).expect(0).json();
    let items = document["inventory"]["items"].as_array_mut().unwrap();
    items.retain(|item| item["application"] == "Data warehouse");
    let answer = desk.run_with(&["inventory", READER, "--last", "--import", "-"], &document.to_string()).expect(0);
    assert!(answer.out.contains("1 app registration was added, without its secret."), "{}", answer.out);
}

#[test]
fn a_missing_permission_is_a_failed_check_and_never_an_empty_list() {
    let practice = Practice::start();
    let desk = desk(&practice);
    practice.set(Fault::DirectoryDenied);
    let document = desk.run(&["--json", "inventory", READER]).expect(1).json();
    assert!(document["inventory"].is_null());
    failed_at(&document["check"], "permission");
    let words = desk.run(&["inventory", READER]).expect(1).out;
    assert!(words.contains("Application.Read.All") && words.contains("Who can fix it: entra admin"), "{words}");
    assert!(!words.contains("0 app registrations"), "{words}");
    let none = desk.run(&["inventory", READER, "--last"]).expect(0).out;
    assert_eq!(none.trim(), "Nothing was read yet.");
}

#[test]
fn a_mute_holds_until_it_is_taken_back() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let id = "6b1c0000-0000-4000-8000-000000000002";
    let muted = desk.run(&["--json", "inventory", READER, "--mute", id]).expect(0).json();
    assert!(!names(&muted).contains(&"Time clock"));
    let again = desk.run(&["--json", "inventory", READER, "--last", "--unmute", id]).expect(0).json();
    assert!(names(&again).contains(&"Time clock"));
    desk.run(&["inventory", READER, "--last", "--mute", "nobody"]).expect(4);
}
