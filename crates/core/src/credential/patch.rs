//! JSON merge patch (RFC 7396) over a record without its secrets.

use serde_json::{Map, Value};

/// Applies a merge patch: `null` removes, objects merge, everything else replaces (RFC 7396 section 2).
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(map) = target else { return };
    for (key, change) in changes {
        if change.is_null() {
            map.shift_remove(key);
        } else {
            merge_patch(map.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}

/// The same record without empty texts, lists, objects and nulls, which reading fills in again: what the vault stores.
pub fn compact(record: Map<String, Value>) -> Map<String, Value> {
    record.into_iter().filter_map(|(key, value)| compact_value(value).map(|value| (key, value))).collect()
}

fn compact_value(value: Value) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) if text.is_empty() => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Object(map) => Some(compact(map)).filter(|map| !map.is_empty()).map(Value::Object),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The cases of RFC 7396 appendix A.
    #[test]
    fn merge_patch_agrees_with_the_examples_of_the_rfc() {
        let cases = [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ];
        for (mut target, patch, expected) in cases {
            merge_patch(&mut target, &patch);
            assert_eq!(target, expected, "patch {patch}");
        }
    }

    #[test]
    fn compacting_drops_only_what_reading_fills_in_again() {
        let Value::Object(map) = json!({"a":"","b":[],"c":{"d":null},"e":false,"f":0,"g":"x"}) else { unreachable!() };
        assert_eq!(Value::Object(compact(map)), json!({"f":0,"g":"x"}));
    }
}
