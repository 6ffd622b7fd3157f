//! The records of the contract: each file of `records/` is accepted whole, shown as it was given, and fits the schema.

use std::path::Path;

use credenza_tests::{Authority, Desk};
use serde_json::{Map, Value};

use crate::schemas::fits;

/// The example records by file name, their certificates and keys put in.
fn examples(folder: &Path) -> Vec<(String, Value)> {
    let authority = Authority::new();
    let client = authority.client(folder);
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let script = folder.join("token_script.sh");
    std::fs::write(&script, "#!/bin/sh\necho token\n").unwrap();
    let quoted = |text: &str| Value::from(text).to_string();
    let fill = |text: String| {
        let text = text
            .replace("\"AUTHORITY\"", &quoted(authority.pem()))
            .replace("\"CERTIFICATE\"", &quoted(&read(&client.certificate)));
        text.replace("\"KEY\"", &quoted(&read(&client.key))).replace("\"SCRIPT\"", &quoted(script.to_str().unwrap()))
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli").join("records");
    let mut found: Vec<(String, Value)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                serde_json::from_str(&fill(read(&path))).unwrap(),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn every_example_of_the_contract_is_accepted_and_shown_as_it_was_given_with_masks() {
    let desk = Desk::new();
    let examples = examples(desk.folder.path());
    assert!(examples.len() >= 14, "{}", examples.len());
    // Records that others refer to come first.
    let (first, rest): (Vec<_>, Vec<_>) =
        examples.into_iter().partition(|(name, _)| name.starts_with("app_registration"));
    for (name, record) in first.iter().chain(&rest) {
        let answer = desk.run_with(&["--json", "add", "--from", "-"], &record.to_string());
        assert_eq!(answer.code, 0, "{name}: {}", answer.out);
        let shown = desk.run(&["--json", "show", record["name"].as_str().unwrap()]).expect(0).json();
        same(name, record, &as_given(&shown));
        fits("record", &without_shown_keys(&shown));
    }
    let listed = desk.run(&["--json", "list"]).expect(0).json();
    assert_eq!(listed.as_array().unwrap().len(), first.len() + rest.len());
}

#[test]
fn every_example_of_the_contract_fits_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    for (_, record) in examples(folder.path()) {
        fits("record", &record);
    }
}

/// Without the ends of certificates and the estimates, which are noted at save.
fn as_given(shown: &Value) -> Value {
    let mut record = shown.clone();
    if let Some(expiries) = record.get_mut("expiries").and_then(Value::as_array_mut) {
        let item = |expiry: &Value| expiry["item"].as_str().unwrap().to_owned();
        let estimate = |expiry: &Value| item(expiry) == "path" || item(expiry).ends_with("refresh_token");
        expiries.retain(|expiry| {
            expiry["source"] != "certificate" && !(expiry["source"] == "estimated" && estimate(expiry))
        });
    }
    record
}

/// Keys of `show` that no record holds.
fn without_shown_keys(shown: &Value) -> Value {
    let mut record = shown.clone();
    for key in ["id", "revision", "created_at", "updated_at", "token_state"] {
        record.as_object_mut().unwrap().remove(key);
    }
    record
}

const SECRETS: [&str; 8] =
    ["password", "client_secret", "private_key_pem", "refresh_token", "token", "signing_secret", "value", "path"];

/// Everything given is shown; secrets as their mask.
fn same(place: &str, given: &Value, shown: &Value) {
    match given {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| same_key(&format!("{place}.{key}"), (key, value), (map, &shown[key])))
        }
        Value::Array(items) => {
            assert_eq!(items.len(), shown.as_array().map_or(0, Vec::len), "{place}: {shown}");
            items.iter().enumerate().for_each(|(at, item)| same(&format!("{place}[{at}]"), item, &shown[at]));
        }
        other => assert_eq!(other, shown, "{place}"),
    }
}

fn same_key(place: &str, (key, given): (&str, &Value), (map, shown): (&Map<String, Value>, &Value)) {
    let type_of = map.get("type").and_then(Value::as_str);
    let secret = match key {
        "path" => type_of == Some("webhook"),
        "value" => type_of == Some("secret") || map.get("secret") == Some(&Value::Bool(true)),
        _ => SECRETS.contains(&key),
    };
    match (given.as_str(), secret) {
        (Some(""), true) => assert!(shown.is_null(), "{place}: blank means none"),
        (Some(text), true) => {
            let tail: String = text.chars().skip(text.chars().count().saturating_sub(4)).collect();
            let mask = if text.chars().count() < 8 { "****".to_owned() } else { format!("****{tail}") };
            assert_eq!(shown, &Value::from(mask), "{place}: vector_1");
        }
        _ if key == "tls" && given.is_boolean() => assert!(shown.is_string(), "{place}: {shown}"),
        _ => same(place, given, shown),
    }
}
