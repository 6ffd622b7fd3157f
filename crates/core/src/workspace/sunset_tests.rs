use serde_json::{Value, json};

use super::Workspace;
use crate::test_vault::{new_vault, vault_file};
use crate::{Code, Places, facts};

struct Office {
    workspace: Workspace,
    places: Places,
    folder: tempfile::TempDir,
}

fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let within = |name: &str| folder.path().join(name);
    let file = vault_file(&folder);
    let vault = new_vault(&file);
    let places = Places { vault: within("vault.db"), logs: within("logs"), facts: within("facts") };
    let (workspace, refused) = Workspace::new(vault).with_facts(&places);
    assert_eq!(refused, None);
    Office { workspace, places, folder }
}

fn mail(name: &str, host: &str, auth: Value) -> Value {
    json!({ "type": "mail_server", "name": name, "description": "x", "host": host, "tls": "starttls", "auth": auth })
}

fn password(user: &str) -> Value {
    json!({ "method": "password", "username": user, "password": "canary-9c1f-value" })
}

/// Ten records, of which the first four sign in at Exchange Online with a password.
fn ten(office: &Office) {
    let token = json!({ "method": "oauth2", "username": "a@contoso.com", "oauth2": { "client_id": "x",
        "token_url": "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token" } });
    let records = json!([
        mail("Scanner", "smtp.office365.com", password("scan@contoso.com")),
        mail("ERP", "SMTP.Office365.com.", password("erp@contoso.com")),
        mail("Old printer", "smtp-legacy.office365.com", password("print@contoso.com")),
        mail("Alarm", "smtp.office365.com", password("alarm@contoso.com")),
        mail("Modern", "smtp.office365.com", token),
        mail("Open relay", "smtp.office365.com", json!({ "method": "none" })),
        mail("Gmail", "smtp.gmail.com", password("a@example.com")),
        mail("Lookalike", "smtp.office365.com.example.org", password("a@example.org")),
        { "type": "outbound_server", "name": "API", "description": "x", "host": "smtp.office365.com",
          "auth": { "method": "basic", "username": "u", "password": "canary-9c1f-value" } },
        { "type": "secret", "name": "Licence", "description": "x", "value": "canary-9c1f-value" }
    ]);
    office.workspace.add(records).unwrap();
}

fn names(office: &Office) -> Vec<String> {
    office.workspace.sunset().unwrap()[0].records.iter().map(|record| record.name.clone()).collect()
}

#[test]
fn c12_of_ten_mixed_records_exactly_the_four_with_a_password_at_exchange_online_are_listed() {
    let office = office();
    ten(&office);
    assert_eq!(names(&office), ["Alarm", "ERP", "Old printer", "Scanner"]);
    let line = office.workspace.overview().unwrap().attention.into_iter().find(|line| line.topic.is_some()).unwrap();
    assert_eq!((line.topic.as_deref(), line.credential_ids.len()), (Some("sunset"), 4));
    assert!(line.text.contains("end of December 2026"), "the data's date: {}", line.text);
}

#[test]
fn c12_dates_hosts_and_source_come_from_the_file_and_a_replaced_one_changes_what_is_shown() {
    let office = office();
    ten(&office);
    let mut data = serde_json::to_value(credenza_net::lifetimes().unwrap()).unwrap();
    data["basic_auth_retirement"]["timeline"][1]["when"] = "31 March 2031".into();
    data["basic_auth_retirement"]["source"] = "a newer announcement".into();
    data["basic_auth_retirement"]["endpoints"] = json!(["smtp.gmail.com"]);
    let mine = office.folder.path().join("newer.json");
    std::fs::write(&mine, data.to_string()).unwrap();
    assert_eq!(facts::replace(&office.places, &mine).unwrap().file, facts::FactsFile::Lifetimes);
    assert_eq!(office.workspace.reload_facts(&office.places), None);
    let shown = office.workspace.sunset().unwrap().remove(0);
    assert_eq!((shown.timeline[1].when.as_str(), shown.source.as_str()), ("31 March 2031", "a newer announcement"));
    assert_eq!(names(&office), ["Gmail"]);
}

#[test]
fn c12_the_draft_keeps_host_and_sender_sets_587_and_the_scope_and_leaves_the_old_record_alone() {
    let office = office();
    let mut old = mail("Scanner", "smtp.office365.com", password("scan@contoso.com"));
    old["port"] = 25.into();
    old["sender"] = "scan@contoso.com".into();
    old["tags"] = json!(["m365"]);
    old["expiries"] = json!([{ "item": "auth.password", "on": "2027-01-31" }]);
    office.workspace.add(old).unwrap();
    let before = office.workspace.document("Scanner").unwrap();
    let draft = office.workspace.oauth_draft("Scanner").unwrap();
    assert_eq!(draft["name"], "Scanner (OAuth 2.0)");
    assert_eq!((&draft["host"], &draft["sender"]), (&json!("smtp.office365.com"), &json!("scan@contoso.com")));
    assert_eq!((&draft["port"], &draft["tls"], &draft["tags"]), (&json!(587), &json!("starttls"), &json!(["m365"])));
    let oauth2 = &draft["auth"]["oauth2"];
    assert_eq!(oauth2["scope"], "https://outlook.office365.com/.default");
    assert_eq!(oauth2["token_url"], "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
    assert!(draft.get("expiries").is_none() && !draft.to_string().contains("canary"), "{draft}");
    assert_eq!(office.workspace.document("Scanner").unwrap(), before, "the old record is not touched");
    let mut filled = draft;
    filled["auth"]["oauth2"]["client_id"] = "x".into();
    office.workspace.add(filled).unwrap();
    assert_eq!(office.workspace.oauth_draft("Scanner").unwrap()["name"], "Scanner (OAuth 2.0) 2", "a free name");
    assert_eq!(office.workspace.oauth_draft("Scanner (OAuth 2.0)").unwrap_err().code, Code::Invalid);
}

#[test]
fn c12_the_tenant_of_the_only_app_registration_is_taken_before_the_domain() {
    const TENANT: &str = "11111111-2222-4333-8444-555555555555";
    let office = office();
    office.workspace.add(mail("Scanner", "smtp.office365.com", password("scan@contoso.com"))).unwrap();
    let app = json!({ "type": "app_registration", "name": "App", "description": "x", "tenant_id": TENANT, "oauth2": {
        "client_id": "x", "token_url": format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token") } });
    office.workspace.add(app).unwrap();
    let draft = office.workspace.oauth_draft("Scanner").unwrap();
    assert!(draft["auth"]["oauth2"]["token_url"].as_str().unwrap().contains(TENANT), "{draft}");
}

#[test]
fn c3_a_guid_kept_as_client_secret_is_flagged_before_anything_is_sent() {
    let office = office();
    let app = |name: &str, secret: &str| {
        json!({ "type": "app_registration", "name": name, "description": "x", "principal_id": "bbbbbbbb-0000-4000-8000-000000000002",
            "application_id": "aaaaaaaa-0000-4000-8000-000000000001", "oauth2": { "client_id": "aaaaaaaa-0000-4000-8000-000000000001",
            "client_secret": secret, "scope": "https://outlook.office365.com/.default",
            "token_url": "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token" } })
    };
    let records =
        json!([app("Wrong", "6f6c4645-0202-4486-b625-fa957dfc4700"), app("Right", "Vq8~h2.Zr6_TnL4-xM0pEwYbK9Qz")]);
    office.workspace.add(records).unwrap();
    assert_eq!(office.workspace.readiness("Wrong").unwrap().conclusion.as_deref(), Some("secret"));
    let right = office.workspace.readiness("Right").unwrap();
    assert_ne!(right.conclusion.as_deref(), Some("secret"));
    assert!(right.script.unwrap().contains("$EnterpriseObjectId = 'bbbbbbbb-0000-4000-8000-000000000002'"));
}

#[test]
fn c2_a_file_replaced_in_the_open_window_is_used_by_the_next_check_and_noted_in_the_log() {
    let office = office();
    let mut rows: Value = serde_json::from_str(credenza_net::built_in_text()).unwrap();
    for row in rows.as_array_mut().unwrap().iter_mut().filter(|row| row["id"] == "smtp:530-generic") {
        row["title"] = "Our own words".into();
    }
    let mine = office.folder.path().join("mine.json");
    std::fs::write(&mine, rows.to_string()).unwrap();
    let title = || office.workspace.catalogue().explain_text(None, None, "530 Authentication required").title;
    office.workspace.change_facts(&office.places, Some(&mine)).unwrap();
    assert_eq!(title(), "Our own words");
    office.workspace.change_facts(&office.places, None).unwrap();
    assert_ne!(title(), "Our own words");
    let events = office.workspace.events(&credenza_vault::EventFilter::default()).unwrap();
    assert_eq!(events.iter().filter(|event| event.text.contains("explanations")).count(), 2, "{events:?}");
}
