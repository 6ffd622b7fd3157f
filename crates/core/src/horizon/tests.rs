//! Capability C4 and vectors 8 and 13, on a vault with a fixed clock.

use std::sync::Arc;

use credenza_vault::EventFilter;
use jiff::civil::date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    ExportFormat, HorizonFilter, HorizonKind, INVENTORY, InventoryDate, InventoryDates, ItemSettings, MutedFilter,
};
use crate::credential::ExpirySource;
use crate::test_vault::{Hands, new_vault, vault_file};
use crate::view::ExpiryView;
use crate::{Code, Workspace};

struct Office {
    workspace: Workspace,
    _folder: tempfile::TempDir,
}

/// An empty vault on that day.
fn office(day: &str) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Hands::noon(day));
    let file = vault_file(&folder);
    let file = file.with_clock(clock.clone());
    let vault = new_vault(&file);
    Office { workspace: Workspace::new(vault).with_clock(clock), _folder: folder }
}

impl Office {
    fn add(&self, record: Value) -> Uuid {
        self.workspace.add(record).unwrap()[0]
    }

    fn document(&self, kind: &str, id: Uuid, body: &Value) {
        self.workspace.vault().put_document(kind, &id.to_string(), body.to_string().as_bytes()).unwrap();
    }

    fn all(&self) -> Vec<ExpiryView> {
        self.asked(HorizonFilter { muted: MutedFilter::Show, ..HorizonFilter::default() })
    }

    fn asked(&self, filter: HorizonFilter) -> Vec<ExpiryView> {
        let items = self.workspace.horizon(&filter).unwrap();
        assert_eq!(items, self.workspace.horizon_once(&filter).unwrap(), "both ways of asking give the same");
        items
    }
}

fn certificate(day: jiff::civil::Date) -> (String, String) {
    let mut params = rcgen::CertificateParams::new(vec!["mail.example.com".into()]).unwrap();
    params.not_after =
        rcgen::date_time_ymd(i32::from(day.year()), day.month().unsigned_abs(), day.day().unsigned_abs());
    let key = rcgen::KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// What a check writes down: the server's certificate, good from and to these days.
fn seen(id: Uuid, from: &str, until: &str, at: &str) -> Value {
    json!({ "at": format!("{at}T08:00:00Z"), "kind": "connection", "outcome": "passed", "headline": "x",
        "failed_stage": null, "duration_ms": 1, "certificate_until": until, "certificate_from": from,
        "credential_id": id, "credential_name": "x" })
}

fn app(name: &str, expiries: Value) -> Value {
    json!({ "type": "app_registration", "name": name, "description": "x", "owner": "Infra", "expiries": expiries,
        "oauth2": { "grant": "client_credentials", "client_id": "c", "client_secret": "canary-1f2e-secret",
            "token_url": "https://login.example.com/token" } })
}

fn token(end: &str) -> Value {
    json!({ "field": "oauth2", "access_token": "canary-1f2e-token", "token_type": "Bearer", "expires_at": end,
        "scope": null, "fingerprint": "f" })
}

/// One item of each of eleven kinds, on known days.
fn one_of_each(office: &Office) -> Vec<(&'static str, HorizonKind, ExpirySource, i32)> {
    let (client, key) = certificate(date(2027, 3, 20));
    let (pinned, _) = certificate(date(2029, 1, 14));
    let entered = |item: &str, on: &str| json!([{ "item": item, "on": on, "note": "ask Ops" }]);
    let mail = |name: &str, rest: Value| {
        let mut record = json!({ "type": "mail_server", "name": name, "description": "x", "host": "mail.example.com" });
        record.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        record
    };
    office.add(app("App", entered("oauth2.client_secret", "2026-02-01")));
    let password = json!({ "method": "password", "username": "u", "password": "canary-1f2e-pass", "password_kind": "app_password" });
    office.add(mail(
        "Mail",
        json!({ "auth": password, "tls": "starttls", "expiries": entered("auth.password", "2026-02-10") }),
    ));
    let tokens = office.add(app("Tokens", json!([])));
    office.document("token", tokens, &token("2026-01-15T13:00:00Z"));
    office.add(json!({ "type": "app_registration", "name": "Refreshed", "description": "x", "oauth2": { "grant": "refresh_token",
        "client_id": "c", "client_auth": "none", "refresh_token": "canary-1f2e-refresh", "token_url": "https://login.example.com/token" } }));
    office.add(mail(
        "Client certificate",
        json!({ "client_certificate": { "certificate_pem": client, "private_key_pem": key } }),
    ));
    office.add(mail("Pinned", json!({ "certificate_check": { "mode": "certificate", "certificate_pem": pinned } })));
    let server = office.add(mail("Server", json!({})));
    office.document("check-summary", server, &seen(server, "2025-09-01", "2026-09-30", "2026-01-14"));
    office.add(json!({ "type": "webhook", "name": "Hook", "description": "x", "host": "hooks.example.com", "path": "/hooks/canary-1f2e" }));
    office.add(json!({ "type": "secret", "name": "Key", "description": "x", "kind": "api_key", "value": "canary-1f2e-value", "expiries": entered("value", "2026-03-01") }));
    office.add(json!({ "type": "secret", "name": "Licence", "description": "x", "kind": "licence", "expiries": entered("value", "2025-12-31") }));
    use ExpirySource as S;
    use HorizonKind as K;
    vec![
        ("Licence", K::Licence, S::Entered, -15),
        ("Tokens", K::AccessToken, S::Reported, 0),
        ("App", K::ClientSecret, S::Entered, 17),
        ("Mail", K::AppPassword, S::Entered, 26),
        ("Key", K::ApiKey, S::Entered, 45),
        ("Refreshed", K::RefreshToken, S::Estimated, 90),
        ("Server", K::ServerCertificate, S::Certificate, 258),
        ("Hook", K::TriggerToken, S::Estimated, 365),
        ("Client certificate", K::ClientCertificate, S::Certificate, 429),
        ("Pinned", K::TrustedCertificate, S::Certificate, 1095),
    ]
}

#[test]
fn c4_one_item_of_each_kind_stands_in_order_with_its_days_and_source() {
    let office = office("2026-01-15");
    let expected = one_of_each(&office);
    let found = office.all();
    let found: Vec<_> = found.iter().map(|i| (i.credential_name.as_str(), i.kind, i.source, i.days)).collect();
    assert_eq!(found, expected);
}

#[test]
fn c4_a_date_three_years_ahead_works() {
    let office = office("2026-01-15");
    one_of_each(&office);
    let far = office.all().pop().unwrap();
    assert_eq!((far.on, far.days), (date(2029, 1, 14), 1095));
}

#[test]
fn c4_no_export_and_no_view_holds_a_secret() {
    let office = office("2026-01-15");
    one_of_each(&office);
    let items = office.all();
    for format in [ExportFormat::Csv, ExportFormat::Ics] {
        let text = office.workspace.horizon_file(&items, format, true);
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains("hooks/"), "the path of a webhook is a secret: {text}");
    }
    assert!(!serde_json::to_string(&items).unwrap().contains("canary"));
}

#[test]
fn qp_25_vector_8_a_trigger_token_ends_a_year_after_it_came_and_the_date_is_an_estimate_that_can_be_edited() {
    let office = office("2026-01-10");
    let hook =
        json!({ "type": "webhook", "name": "Hook", "description": "x", "host": "hooks.example.com", "path": "/a/b" });
    office.add(hook);
    let item = office.all().remove(0);
    assert_eq!((item.on, item.source), (date(2027, 1, 10), ExpirySource::Estimated));
    let patch = json!({ "expiries": [{ "item": "path", "on": "2026-06-30", "source": "entered" }] });
    office.workspace.edit("Hook", patch, false).unwrap();
    let item = office.all().remove(0);
    assert_eq!((item.on, item.source), (date(2026, 6, 30), ExpirySource::Entered));
}

#[test]
fn qp_25_a_replaced_url_starts_a_new_year_and_keeps_the_note() {
    let office = office("2026-05-01");
    office
        .add(json!({ "type": "webhook", "name": "Hook", "description": "x", "host": "hooks.example.com", "path": "/a",
        "expiries": [{ "item": "path", "on": "2026-05-20", "note": "ask the MSP" }] }));
    assert_eq!(office.all()[0].on, date(2026, 5, 20), "the date that was given stands");
    office.workspace.edit("Hook", json!({ "path": "/b" }), false).unwrap();
    let items = office.all();
    assert_eq!(items.len(), 1, "one token, one date: {items:?}");
    assert_eq!((items[0].on, items[0].source), (date(2027, 5, 1), ExpirySource::Estimated));
    assert_eq!(items[0].note, "ask the MSP");
    office.workspace.edit("Hook", json!({ "path": null }), false).unwrap();
    assert_eq!(office.all(), [], "a token that is gone has no end");
}

#[test]
fn c4_vector_13_editing_a_note_moves_no_date_of_any_kind() {
    let office = office("2026-01-15");
    one_of_each(&office);
    let dates =
        |items: &[ExpiryView]| -> Vec<_> { items.iter().map(|i| (i.id.clone(), i.on, i.at, i.source)).collect() };
    let before = office.all();
    for row in office.workspace.rows().unwrap() {
        let shown = office.workspace.document(&row.name).unwrap();
        let mut expiries = shown["expiries"].clone();
        for expiry in expiries.as_array_mut().unwrap() {
            expiry["note"] = json!("another note");
        }
        let patch = json!({ "notes": "edited", "description": "edited", "expiries": expiries });
        office.workspace.edit(&row.name, patch, false).unwrap();
    }
    for item in &before {
        let note = ItemSettings { note: Some("yet another".into()), ..ItemSettings::default() };
        office.workspace.change_item(&item.id, note).unwrap();
    }
    let after = office.all();
    assert_eq!(dates(&before), dates(&after));
    assert!(after.iter().all(|item| item.note == "yet another"), "{after:#?}");
}

#[test]
fn c4_an_unknown_life_of_a_refresh_token_is_shown_as_estimated() {
    let office = office("2026-01-15");
    one_of_each(&office);
    let filter = HorizonFilter { kind: Some(HorizonKind::RefreshToken), ..HorizonFilter::default() };
    let items = office.asked(filter);
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].source, items[0].on), (ExpirySource::Estimated, date(2026, 4, 15)));
}

#[test]
fn d8_a_refresh_token_ends_as_reported_else_as_entered_else_as_estimated_from_its_last_use() {
    let office = office("2026-01-15");
    let id = office.add(json!({ "type": "app_registration", "name": "App", "description": "x", "oauth2": { "grant": "refresh_token",
        "client_id": "c", "client_auth": "none", "refresh_token": "canary-1f2e-refresh", "token_url": "https://login.example.com/token" } }));
    let end = || office.all().into_iter().map(|item| (item.on, item.source)).collect::<Vec<_>>();
    assert_eq!(end(), [(date(2026, 4, 15), ExpirySource::Estimated)], "90 days after it was entered");
    office.document("token-state", id, &json!({ "state": "active", "last_used": "2026-01-10T00:00:00Z" }));
    assert_eq!(end(), [(date(2026, 4, 10), ExpirySource::Estimated)], "90 days after its last use");
    let entered =
        json!([{ "item": "oauth2.refresh_token", "on": "2026-03-01", "source": "entered", "note": "ask Infra" }]);
    office.workspace.edit("App", json!({ "expiries": entered }), false).unwrap();
    assert_eq!(end(), [(date(2026, 3, 1), ExpirySource::Entered)]);
    let reported = json!({ "state": "active", "last_refreshed": "2026-01-10T00:00:00Z", "replaced_at_use": true, "refresh_token_until": "2026-02-01T00:00:00Z" });
    office.document("token-state", id, &reported);
    assert_eq!(end(), [(date(2026, 2, 1), ExpirySource::Reported)]);
    let item = office.all().remove(0);
    assert!(item.renews_itself && item.muted, "replaced at each use: {item:?}");
    assert_eq!(item.note, "ask Infra", "the note stays with the field");
    office.document(
        "token-state",
        id,
        &json!({ "state": "stopped", "replaced_at_use": true, "last_refreshed": "2026-01-10T00:00:00Z" }),
    );
    let item = office.all().remove(0);
    assert!(!item.muted && item.renewal.starts_with("Stopped"), "{item:?}");
}

#[test]
fn c8_a_refresh_token_that_is_kept_alive_is_muted_until_nobody_did() {
    let office = office("2026-01-15");
    let id = office.add(json!({ "type": "app_registration", "name": "App", "description": "x", "oauth2": { "grant": "refresh_token",
        "client_id": "c", "client_auth": "none", "refresh_token": "canary-1f2e-refresh", "token_url": "https://oauth2.googleapis.com/token" } }));
    assert_eq!(office.all()[0].on, date(2026, 7, 14), "180 days are the provider's own number");
    assert!(!office.all()[0].muted, "nothing is known to work yet");
    let used = |day: &str| {
        let at = format!("{day}T00:00:00Z");
        office.document("token-state", id, &json!({ "state": "active", "last_used": at, "last_refreshed": at }));
        office.all().remove(0)
    };
    // Of the 180 days, 20 are left when it is used again.
    let item = used("2025-08-08");
    assert_eq!((item.on, item.days), (date(2026, 2, 4), 20));
    assert!(item.muted && item.renewal.starts_with("Used in time"), "{item:?}");
    let item = used("2025-08-06");
    assert!(!item.muted && item.days == 18 && item.renewal.starts_with("Nobody has used it in time"), "{item:?}");
    let own = json!({ "oauth2": { "token_url": "https://login.example.com/token", "inactivity_days": 30 } });
    office.workspace.edit("App", own, true).unwrap();
    let item = used("2026-01-14");
    assert_eq!((item.on, item.muted), (date(2026, 2, 13), true), "the administrator's own number");
}

#[test]
fn what_renews_itself_is_muted_and_a_person_may_say_otherwise() {
    let office = office("2026-01-15");
    let id = office.add(app("Tokens", json!([])));
    office.document("token", id, &token("2026-01-15T13:00:00Z"));
    let server =
        office.add(json!({ "type": "outbound_server", "name": "API", "description": "x", "host": "api.example.com" }));
    office.document("check-summary", server, &seen(server, "2025-12-01", "2026-03-01", "2026-01-14"));
    assert_eq!(office.asked(HorizonFilter::default()), [], "both are muted");
    let items = office.all();
    assert!(items.iter().all(|item| item.renews_itself && item.muted && !item.renewal.is_empty()), "{items:#?}");
    assert!(items[1].renewal.contains("90 days"), "{}", items[1].renewal);

    let unmute = ItemSettings { muted: Some(false), ..ItemSettings::default() };
    let changed = office.workspace.change_item(&items[1].id, unmute).unwrap();
    assert!(!changed.muted && changed.renews_itself);
    assert_eq!(office.asked(HorizonFilter::default()).len(), 1);
    let event = &office.workspace.events(&EventFilter { limit: Some(1), ..EventFilter::default() }).unwrap()[0];
    assert_eq!(
        (event.category.as_str(), event.text.as_str()),
        ("expiry", "Server certificate of \u{201c}API\u{201d} on the horizon: unmuted.")
    );
    let row = &office.workspace.rows().unwrap()[0];
    assert_eq!(row.next_expiry.as_ref().map(|next| next.path.as_str()), Some("server_certificate"));
}

#[test]
fn a_short_lived_certificate_that_was_not_renewed_in_time_is_not_muted() {
    let office = office("2026-02-25");
    let server =
        office.add(json!({ "type": "outbound_server", "name": "API", "description": "x", "host": "api.example.com" }));
    office.document("check-summary", server, &seen(server, "2025-12-01", "2026-03-01", "2026-02-24"));
    let item = office.asked(HorizonFilter::default()).remove(0);
    assert!(!item.renews_itself && item.renewal.contains("5 days left"), "{}", item.renewal);
}

#[test]
fn what_a_directory_reports_takes_the_place_of_what_was_entered_and_leaves_the_note() {
    let office = office("2026-01-15");
    let id =
        office.add(app("App", json!([{ "item": "oauth2.client_secret", "on": "2026-09-01", "note": "ask Infra" }])));
    let date = |item: &str, on: &str| InventoryDate {
        item: item.into(),
        on: on.parse().unwrap(),
        note: "hint abc".into(),
        ..InventoryDate::default()
    };
    let found = InventoryDates {
        read_at: "2026-01-15T10:00:00Z".parse().unwrap(),
        dates: vec![date("oauth2.client_secret", "2026-02-02"), date("inventory/77aa", "2026-03-03")],
        ..InventoryDates::default()
    };
    office.document(INVENTORY, id, &serde_json::to_value(found).unwrap());
    let items = office.all();
    let seen: Vec<_> = items.iter().map(|i| (i.path.as_str(), i.on, i.source, i.note.as_str())).collect();
    let reported = ExpirySource::Reported;
    assert_eq!(
        seen,
        [
            ("oauth2.client_secret", jiff::civil::date(2026, 2, 2), reported, "ask Infra"),
            ("inventory/77aa", jiff::civil::date(2026, 3, 3), reported, "hint abc")
        ]
    );
}

#[test]
fn used_by_names_every_record_that_takes_its_token_from_an_app_registration() {
    let office = office("2026-01-15");
    office.add(app("App", json!([{ "item": "oauth2.client_secret", "on": "2026-09-01" }])));
    for name in ["Invoices", "Alerts"] {
        office.add(json!({ "type": "mail_server", "name": name, "description": "x", "host": "smtp.example.com", "tls": "starttls",
            "auth": { "method": "oauth2", "username": "a@example.com", "oauth2": { "credential": "App" } } }));
    }
    assert_eq!(office.all()[0].used_by, ["Alerts", "Invoices"]);
    assert_eq!(office.workspace.show("App").unwrap().expiries[0].used_by, ["Alerts", "Invoices"]);
    let text = HorizonFilter { text: "invoices client".into(), ..HorizonFilter::default() };
    assert_eq!(office.asked(text).len(), 1, "what uses it is found by its name");
}

#[test]
fn filters_leave_out_what_is_not_asked_for() {
    let office = office("2026-01-15");
    one_of_each(&office);
    let names = |filter: HorizonFilter| -> Vec<String> {
        office.asked(filter).into_iter().map(|i| i.credential_name).collect()
    };
    let none = HorizonFilter::default;
    assert_eq!(names(HorizonFilter { within: Some(30), ..none() }), ["Licence", "App", "Mail"]);
    assert_eq!(names(HorizonFilter { source: Some(ExpirySource::Estimated), ..none() }), ["Refreshed", "Hook"]);
    assert_eq!(names(HorizonFilter { owner: Some("infra".into()), ..none() }), ["App"]);
    assert_eq!(names(HorizonFilter { muted: MutedFilter::Only, ..none() }), ["Tokens"]);
    let secrets = HorizonFilter { credential_type: Some(crate::CredentialType::Secret), ..none() };
    assert_eq!(names(secrets), ["Licence", "Key"]);
}

#[test]
fn settings_of_an_item_are_checked_and_go_with_the_record() {
    let office = office("2026-01-15");
    office.add(app("App", json!([{ "item": "oauth2.client_secret", "on": "2026-09-01" }])));
    let item = office.all().remove(0);
    let change = |change: ItemSettings| office.workspace.change_item(&item.id, change);
    let days = |days: &[u16]| ItemSettings { thresholds: Some(days.to_vec()), ..ItemSettings::default() };
    assert_eq!(change(days(&[4000])).unwrap_err().code, Code::Invalid);
    assert_eq!(change(days(&[7, 90, 7])).unwrap().thresholds, Some(vec![90, 7]));
    assert_eq!(change(days(&[])).unwrap().thresholds, None, "an empty list takes it back");
    let two_lines = ItemSettings { note: Some("a\nb".into()), ..ItemSettings::default() };
    assert_eq!(change(two_lines).unwrap_err().field.as_deref(), Some("note"));
    let owner = ItemSettings { owner: Some("Ops".into()), ..ItemSettings::default() };
    assert_eq!(change(owner).unwrap().owner, "Ops");
    assert_eq!(office.workspace.change_item("nonsense", days(&[1])).unwrap_err().code, Code::NotFound);
    office.workspace.remove("App").unwrap();
    assert!(office.workspace.vault().documents("horizon-item").unwrap().is_empty(), "nothing is left behind");
}

mod edges;
