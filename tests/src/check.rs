//! Reading a check's result.

use serde_json::Value;

/// One stage of a result, or of the steps of another stage.
///
/// # Panics
/// When there is none of this name.
pub fn stage(result: &Value, name: &str) -> Value {
    let list = |key: &str| result[key].as_array().cloned().unwrap_or_default();
    let found = list("stages").into_iter().chain(list("steps")).find(|stage| stage["name"] == name);
    found.unwrap_or_else(|| panic!("no stage {name}: {result:#}"))
}

/// Whether a result carries this warning.
pub fn warned(result: &Value, id: &str) -> bool {
    result["warnings"].as_array().is_some_and(|list| list.iter().any(|warning| warning["id"] == id))
}

/// The result of a check that failed at this stage, with an explanation.
///
/// # Panics
/// When it did not.
pub fn failed_at(result: &Value, stage: &str) {
    assert_eq!(
        (result["outcome"].as_str(), result["failed_stage"].as_str()),
        (Some("failed"), Some(stage)),
        "{result:#}"
    );
    assert!(result["explanation"]["id"].is_string(), "a failure is explained, or said to be unknown: {result:#}");
}
