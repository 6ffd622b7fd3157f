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

#[test]
fn c4_applications_are_imported_as_secrets_to_watch() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let words = desk.run(&["inventory", READER, "--import-all", "--import-as", "secret"]).expect(0).out;
    assert!(words.contains("3 secrets to watch were added, without their values."), "{words}");
    let record = desk.run(&["--json", "show", "Invoice export"]).expect(0).json();
    assert_eq!(record["type"], "secret");
    assert!(record.get("value").is_none(), "{record:#}");
    let dates = desk.run(&["--json", "expiring"]).expect(0).json();
    let date = dates.as_array().unwrap().iter().find(|date| date["credential_name"] == "Invoice export").unwrap();
    assert_eq!((&date["source"], &date["kind"]), (&json!("reported"), &json!("client_secret")));
    desk.run(&["inventory", READER, "--import-as", "licence"]).expect(2);
}

#[test]
fn c4_what_is_gone_from_the_directory_is_said_and_not_due() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.run(&["inventory", READER, "--import-all"]).expect(0);
    practice.set(Fault::DirectoryPage(1, 200, json!({ "value": [] }).to_string()));
    let words = desk.run(&["inventory", READER]).expect(0).out;
    assert!(words.contains("Gone from the directory since 20") && words.contains("Invoice export"), "{words}");
    let table = desk.run(&["expiring"]).expect(0).out;
    assert!(table.contains("gone since 20"), "{table}");
    desk.run(&["expiring", "--within", "30d", "--exit-code"]).expect(0);
    let calendar = desk.run(&["expiring", "--format", "ics"]).expect(0).out;
    assert!(!calendar.contains("Client secret"), "{calendar}");
}

#[test]
fn programs_that_read_at_once_wait_for_a_busy_directory_and_each_reads_all_of_it() {
    let practice = Practice::start();
    let desk = desk(&practice);
    // Each program keeps its own count of requests; what they are too many of together, the directory says.
    practice.set(Fault::DirectoryBusy(6, "1".into()));
    let children: Vec<std::process::Child> = (0..3)
        .map(|_| {
            let mut command = desk.command(&["--json", "inventory", READER]);
            command.env("CREDENZA_SESSION", desk.session()).stdin(std::process::Stdio::null());
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["inventory"]["applications"], 7, "{document:#}");
    }
    let refused = practice.journal().iter().filter(|line| line.text.contains("429")).count();
    assert!(refused >= 6, "the directory refused {refused} of them first");
}
