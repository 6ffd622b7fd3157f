use std::sync::Arc;

use credenza_vault::{Passphrase, Unlock};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::Workspace;
use crate::Places;
use crate::test_vault::{Hands, new_vault, vault_file};

fn key(name: &str, on: &str) -> Value {
    json!({ "type": "secret", "name": name, "description": "x", "value": "canary-9c1f-value",
        "expiries": [{ "item": "value", "on": on }] })
}

fn names(workspace: &Workspace) -> Vec<(String, i32)> {
    let page = workspace.overview().unwrap();
    page.next_expiries.into_iter().map(|item| (item.credential_name, item.days)).collect()
}

fn days(expected: &[(&str, i32)]) -> Vec<(String, i32)> {
    expected.iter().map(|(name, days)| ((*name).to_owned(), *days)).collect()
}

#[test]
fn the_first_page_is_kept_until_somebody_writes_or_the_day_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = vault_file(&folder);
    let hands = Hands::noon("2026-11-21");
    let window = Workspace::new(new_vault(&file)).with_clock(Arc::new(hands.clone()));
    window.add(key("Licence", "2026-12-01")).unwrap();
    assert_eq!(names(&window), days(&[("Licence", 10)]));
    assert_eq!(names(&window), days(&[("Licence", 10)]), "asked again");

    let passphrase = Passphrase::new(SecretString::from("plinth-otter-mauve"));
    let job = Workspace::new(file.unlock(Unlock::Passphrase(&passphrase)).unwrap()).with_clock(Arc::new(hands.clone()));
    job.add(key("Trigger", "2026-11-30")).unwrap();
    assert_eq!(names(&window), days(&[("Trigger", 9), ("Licence", 10)]), "another program wrote");

    hands.to_noon("2026-11-22");
    assert_eq!(names(&window), days(&[("Trigger", 8), ("Licence", 9)]), "a day later");
    assert_eq!(window.overview().unwrap().timeline.dates, 2);
}

#[test]
fn d9_a_look_that_failed_is_told_on_a_page_that_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = vault_file(&folder);
    let window = Workspace::new(new_vault(&file)).with_clock(Arc::new(Hands::of_today()));
    let before = window.overview().unwrap().attention.len();
    file.note_failed_look("locked").unwrap();
    let after = window.overview().unwrap().attention;
    assert!(after.iter().any(|line| line.text.contains("could not look")), "{after:?}");
    file.forget_failed_look();
    assert_eq!(window.overview().unwrap().attention.len(), before);
}

#[test]
fn facts_that_are_replaced_make_another_first_page() {
    let folder = tempfile::tempdir().unwrap();
    let within = |name: &str| folder.path().join(name);
    let places = Places { vault: within("vault.db"), logs: within("logs"), facts: within("facts") };
    let (window, _) = Workspace::new(new_vault(&vault_file(&folder))).with_facts(&places);
    let auth = json!({ "method": "password", "username": "a@contoso.com", "password": "canary-9c1f-value" });
    let mail = json!({ "type": "mail_server", "name": "Scanner", "description": "x", "host": "smtp.office365.com",
        "tls": "starttls", "auth": auth });
    window.add(mail).unwrap();
    let ends = |window: &Workspace| {
        let page = window.overview().unwrap();
        page.attention.into_iter().find(|line| line.topic.as_deref() == Some("sunset")).map(|line| line.text).unwrap()
    };
    assert!(!ends(&window).contains("postponed"));
    let mut data = serde_json::to_value(credenza_net::lifetimes().unwrap()).unwrap();
    data["basic_auth_retirement"]["timeline"][1]["when"] = "postponed".into();
    let file = within("lifetimes.json");
    std::fs::write(&file, data.to_string()).unwrap();
    window.change_facts(&places, Some(&file)).unwrap();
    assert!(ends(&window).contains("postponed"), "{}", ends(&window));
}
