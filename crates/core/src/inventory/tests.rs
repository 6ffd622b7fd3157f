use credenza_net::Recorder;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::Credential;
use crate::credential::{AppRegistration, Kind};

fn app(own: Value) -> AppRegistration {
    let mut record =
        json!({ "type": "app_registration", "name": "x", "description": "x", "oauth2": { "client_id": "c" } });
    record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    match Credential::parse(record).unwrap().credential.kind {
        Kind::AppRegistration(app) => app,
        other => panic!("{other:?}"),
    }
}

fn at(token_url: &str) -> Result<GraphPlace, crate::Problem> {
    graph_place(&app(json!({ "oauth2": { "client_id": "c", "token_url": token_url } })))
}

#[test]
fn graph_is_where_the_cloud_of_the_token_url_has_it() {
    for (token_url, base, scope) in [
        (
            "https://login.microsoftonline.com/t/oauth2/v2.0/token",
            "https://graph.microsoft.com/",
            "https://graph.microsoft.com/.default",
        ),
        (
            "https://LOGIN.microsoftonline.us/t/oauth2/v2.0/token",
            "https://graph.microsoft.us/",
            "https://graph.microsoft.us/.default",
        ),
        (
            "https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token",
            "https://microsoftgraph.chinacloudapi.cn/",
            "https://microsoftgraph.chinacloudapi.cn/.default",
        ),
    ] {
        let place = at(token_url).unwrap();
        assert_eq!((place.base.as_str(), place.scope.as_str()), (base, scope), "{token_url}");
    }
    assert_eq!(graph_place(&app(json!({ "tenant_id": "t" }))).unwrap().base.host_str(), Some("graph.microsoft.com"));
    for elsewhere in ["https://accounts.google.com/token", "https://login.microsoftonline.com.example.org/t/token"] {
        let problem = at(elsewhere).unwrap_err();
        assert_eq!(
            problem.field.as_deref(),
            Some("graph_url"),
            "a token of Graph goes to no guessed host: {elsewhere}"
        );
    }
}

#[test]
fn an_address_on_the_record_wins_and_must_be_one_that_a_token_may_go_to() {
    let place = graph_place(&app(json!({ "tenant_id": "t", "graph_url": "https://graph.example.org:8443" }))).unwrap();
    assert_eq!(place.base.as_str(), "https://graph.example.org:8443/");
    assert!(address("http://127.0.0.1:8080").is_ok() && address("http://localhost:1").is_ok());
    for wrong in [
        "graph.microsoft.com",
        "http://graph.microsoft.com",
        "ftp://graph.microsoft.com",
        "https://",
        "https://u:p@g.example",
        "https://g.example/?x=1",
        "https://g.example/#x",
        "http://127.0.0.1.example.org",
    ] {
        assert_eq!(address(wrong).unwrap_err().field.as_deref(), Some("graph_url"), "{wrong}");
        let mut record = json!({ "type": "app_registration", "name": "x", "description": "x", "tenant_id": "t", "application_id": "c" });
        record["graph_url"] = json!(wrong);
        let credential = Credential::parse(record).unwrap().credential;
        assert_eq!(credential.validate(&|_| false).unwrap_err().field.as_deref(), Some("graph_url"), "{wrong}");
    }
}

#[test]
fn the_address_is_part_of_the_endpoint_and_records_without_it_keep_theirs() {
    let words = |own: Value| {
        let mut record = json!({ "type": "app_registration", "name": "x", "description": "x", "tenant_id": "t", "application_id": "c" });
        record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        Credential::parse(record).unwrap().credential.endpoint()
    };
    let (none, one) = (words(json!({})), words(json!({ "graph_url": "https://graph.example.org" })));
    assert_eq!(none.first_difference(&one), Some("graph_url"));
    assert_eq!(none.digest(), words(json!({ "graph_url": "" })).digest());
    let two = words(json!({ "graph_url": "https://graph.example.com" }));
    assert_eq!(one.first_difference(&two), Some("graph_url"));
}

fn page(body: &Value) -> Result<Page, String> {
    read_page(body.to_string().as_bytes(), &Recorder::new(None))
}

#[test]
fn a_page_with_something_missing_is_no_page() {
    let whole = json!({ "value": [{ "id": "1", "appId": "a", "displayName": null, "passwordCredentials": [], "keyCredentials": [] }] });
    assert_eq!(page(&whole).unwrap().applications.len(), 1);
    for wrong in [
        json!({}),
        json!([]),
        json!({ "value": null }),
        json!({ "value": [{ "id": "1", "appId": "a", "displayName": "x" }] }),
        json!({ "value": [{ "id": "1", "appId": "a", "passwordCredentials": [{ "keyId": "k", "endDateTime": "soon" }], "keyCredentials": [] }] }),
    ] {
        assert!(page(&wrong).is_err(), "{wrong}");
    }
    assert!(read_page(b"<html>", &Recorder::new(None)).is_err());
}

#[test]
fn ends_are_read_with_their_fractions_and_the_end_of_time_is_none() {
    let key = |end: &str| {
        let secret = json!({ "keyId": "k", "endDateTime": end });
        let all =
            json!({ "value": [{ "id": "1", "appId": "a", "passwordCredentials": [secret], "keyCredentials": [] }] });
        page(&all).unwrap().applications[0].keys[0].ends
    };
    assert_eq!(key("2027-01-31T08:00:00.1234567Z").unwrap().to_string(), "2027-01-31T08:00:00.1234567Z");
    assert_eq!(key("2027-01-31T09:00:00+01:00").unwrap().to_string(), "2027-01-31T08:00:00Z");
    assert_eq!(key("9999-12-31T23:59:59Z"), None);
}

fn application(keys: Vec<Key>) -> Application {
    Application { id: "o".into(), app_id: "a".into(), name: "Invoice export".into(), keys }
}

fn secret(id: &str, end: &str) -> Key {
    let ends = Some(end.parse().unwrap());
    Key { id: id.into(), kind: KeyKind::Secret, name: String::new(), hint: "abc".into(), ends }
}

#[test]
fn what_a_service_of_microsoft_renews_is_known_by_its_name() {
    let named = |app: &str, key: &str| {
        let mut application = application(vec![secret("k", "2027-01-01T00:00:00Z")]);
        application.name = app.into();
        application.keys[0].name = key.into();
        renews_itself(&application, &application.keys[0])
    };
    for (app, key) in [
        ("Payroll", "CN=Microsoft Azure Federated SSO Certificate"),
        ("Payroll", "cn=microsoft azure federated sso certificate 2"),
        ("Intranet", "CWAP_AuthSecret"),
        ("ConnectSyncProvisioning_DC1_1a2b", ""),
        ("P2P Server", ""),
        ("vm-identity", "Managed Identity"),
        ("ManagedIdentity-prod", ""),
    ] {
        assert!(named(app, key), "{app} {key}");
    }
    for (app, key) in [("Payroll", "Microsoft"), ("", ""), ("Manager of identities", "é"), ("Invoices", "CN=invoices")]
    {
        assert!(!named(app, key), "{app} {key}");
    }
}

#[test]
fn dates_are_those_that_still_count() {
    let now: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    let items = |application: &Application, used: Option<&str>| -> Vec<String> {
        let recognised = Recognised { prefix: "oauth2", secret: used.map(str::to_owned), certificate: None };
        dates_for(application, &recognised, now).into_iter().map(|date| date.item).collect()
    };
    let mixed = application(vec![
        secret("old", "2024-01-01T00:00:00Z"),
        secret("next", "2027-01-01T00:00:00Z"),
        secret("late", "2028-01-01T00:00:00Z"),
    ]);
    assert_eq!(items(&mixed, None), ["inventory/next", "inventory/late"], "an ended one beside a good one is history");
    assert_eq!(items(&mixed, Some("next")), ["oauth2.client_secret", "inventory/late"]);
    assert_eq!(
        items(&mixed, Some("old")),
        ["oauth2.client_secret", "inventory/next", "inventory/late"],
        "in use and ended"
    );
    let ended = application(vec![secret("one", "2024-01-01T00:00:00Z"), secret("two", "2025-01-01T00:00:00Z")]);
    assert_eq!(items(&ended, None), ["inventory/two"], "all have ended: the last of them says since when");
    let endless = application(vec![
        secret("one", "2024-01-01T00:00:00Z"),
        Key { ends: None, ..secret("two", "2025-01-01T00:00:00Z") },
    ]);
    assert!(items(&endless, None).is_empty());
}
