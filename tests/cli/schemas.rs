//! The JSON Schemas, held against what people write and what the program prints.

use std::sync::OnceLock;

use credenza_tests::{clean, finish, program};
use jsonschema::Validator;
use serde_json::{Value, json};

/// The schema that `credenza schema WHAT` prints.
pub(crate) fn schema(what: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(program("credenza"));
    clean(&mut command, folder.path());
    command.args(["schema", what]);
    finish(command, b"").expect(0).json()
}

/// Fails with every finding unless the document fits the schema.
pub(crate) fn fits(what: &str, document: &Value) {
    static CHECK: OnceLock<Validator> = OnceLock::new();
    static RECORD: OnceLock<Validator> = OnceLock::new();
    static EVENT: OnceLock<Validator> = OnceLock::new();
    let place = match what {
        "check" => &CHECK,
        "record" => &RECORD,
        _ => &EVENT,
    };
    let validator = place.get_or_init(|| jsonschema::validator_for(&schema(what)).expect("the schema itself is sound"));
    let wrong: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{document:#}");
}

#[test]
fn the_schemas_are_sound_and_refuse_what_they_should() {
    for what in ["record", "check", "event"] {
        let validator = jsonschema::validator_for(&schema(what)).expect("the schema itself is sound");
        for wrong in [json!([]), json!({}), json!("text"), json!({"type": "mail_server"})] {
            assert!(!validator.is_valid(&wrong), "{what} takes {wrong}");
        }
    }
}

#[test]
fn the_schema_of_a_record_refuses_unknown_keys_and_takes_tls_by_port() {
    let validator = jsonschema::validator_for(&schema("record")).unwrap();
    let record = |own: Value| {
        let mut record = json!({"type": "mail_server", "name": "a", "description": "d", "host": "h"});
        record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        record
    };
    assert!(validator.is_valid(&record(json!({"tls": true}))));
    for wrong in [
        json!({"passwort": "x"}),
        json!({"token_url": "x"}),
        json!({"tls": "maybe"}),
        json!({"auth": {"method": "none", "realm": "x"}}),
    ] {
        assert!(!validator.is_valid(&record(wrong.clone())), "{wrong}");
    }
}

#[test]
fn every_key_of_the_contracts_check_result_is_in_the_schema() {
    let schema = schema("check");
    let properties = schema["properties"].as_object().unwrap();
    let keys = [
        "credential",
        "kind",
        "outcome",
        "failed_stage",
        "started_at",
        "duration_ms",
        "certificate_verified",
        "stages",
        "explanation",
        "warnings",
        "result",
        "changes_since_last_pass",
        "last_pass",
        "transcript",
    ];
    for key in keys {
        assert!(properties.contains_key(key), "{key}");
    }
    assert_eq!(properties.len(), keys.len(), "what is added is added to the contract");
    let text = schema.to_string();
    for stage in [
        "input",
        "resolve",
        "connect",
        "proxy",
        "tls",
        "greeting",
        "token",
        "token_content",
        "authenticate",
        "permission",
        "action",
    ] {
        assert!(text.contains(&format!("\"{stage}\"")), "stage {stage}");
    }
    for status in ["passed", "warning", "failed", "skipped", "not_reached"] {
        assert!(text.contains(&format!("\"{status}\"")), "status {status}");
    }
}
