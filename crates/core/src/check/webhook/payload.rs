//! A webhook's payload: key and value pairs with bracket placeholders, rendered as JSON (QP-17, QP-18).

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::Problem;
use crate::credential::Pair;

/// The placeholders that a value may hold.
pub const PLACEHOLDERS: [&str; 5] = ["resource_url", "resource_name", "credential_name", "event", "time"];

/// What the placeholders stand for. The default is a set of sample values that say they are a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSample {
    /// `[resource_url]`.
    pub resource_url: String,
    /// `[resource_name]`.
    pub resource_name: String,
    /// `[credential_name]`; the record's own name when absent.
    pub credential_name: Option<String>,
    /// `[event]`.
    pub event: String,
    /// `[time]`, written in RFC 3339; the moment of sending when absent.
    pub time: Option<Timestamp>,
    /// Sent in place of the record's own payload: an alert, whose facts no placeholder stands for.
    pub body: Option<Value>,
    /// Marks the request with the header `Credenza-Test: true`.
    pub test: bool,
}

impl Default for WebhookSample {
    fn default() -> WebhookSample {
        WebhookSample {
            resource_url: "https://example.com/credenza-test".into(),
            resource_name: "Credenza test resource".into(),
            credential_name: None,
            event: "test".into(),
            time: None,
            body: None,
            test: true,
        }
    }
}

impl WebhookSample {
    fn value(&self, placeholder: &str) -> Option<String> {
        match placeholder {
            "resource_url" => Some(self.resource_url.clone()),
            "resource_name" => Some(self.resource_name.clone()),
            "credential_name" => Some(self.credential_name.clone().unwrap_or_else(|| "Credential".into())),
            "event" => Some(self.event.clone()),
            "time" => Some(self.time.map_or_else(|| "2026-01-31T12:00:00Z".into(), |time| time.to_string())),
            _ => None,
        }
    }
}

/// The JSON object of a payload, its keys in the order of the pairs, every value a string.
///
/// # Errors
/// `invalid` with `payload.INDEX` (from 0): a blank or duplicate key, or an unknown placeholder; the message names the pair.
pub fn render_payload(pairs: &[Pair], sample: &WebhookSample) -> Result<Value, Problem> {
    let mut object = Map::new();
    for (index, pair) in pairs.iter().enumerate() {
        let wrong = |message: String| Problem::invalid(format!("payload.{index}"), message);
        let key = pair.key.trim();
        if key.is_empty() {
            return Err(wrong(format!("Pair {} of the payload has no key.", index + 1)));
        }
        if object.contains_key(key) {
            return Err(wrong(format!("The key \"{key}\" stands twice in the payload.")));
        }
        let value = fill(&pair.value, sample).map_err(|unknown| {
            let known: Vec<_> = PLACEHOLDERS.iter().map(|name| format!("[{name}]")).collect();
            wrong(format!("\"{key}\" holds the unknown placeholder [{unknown}]. Known are {}.", known.join(", ")))
        })?;
        // The value becomes a JSON string as a whole, so nothing in it can end the string early.
        object.insert(key.to_owned(), Value::String(value));
    }
    Ok(Value::Object(object))
}

// One pass: what a placeholder brings in is never looked at again. Gives the name of the first unknown placeholder.
fn fill(template: &str, sample: &WebhookSample) -> Result<String, String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        filled.push_str(before);
        match placeholder(from) {
            Some(name) => {
                filled.push_str(&sample.value(name).ok_or_else(|| name.to_owned())?);
                rest = &from[name.len() + 2..];
            }
            None => {
                filled.push('[');
                rest = &from[1..];
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

// "[name]" at the start of the text; brackets around anything else than one word are plain text.
fn placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix('[')?.split_once(']')?.0;
    let word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    word.then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair(key: &str, value: &str) -> Pair {
        Pair { key: key.into(), value: value.into() }
    }

    #[test]
    fn qp_18_the_built_in_placeholders_are_filled_in_order() {
        let sample = WebhookSample { resource_name: "a \"b\" [event]".into(), ..WebhookSample::default() };
        let pairs = [pair("resourceUrl", "[resource_url]"), pair("resourceName", "<[resource_name]> [1, 2]")];
        let json = render_payload(&pairs, &sample).unwrap().to_string();
        assert_eq!(
            json, r#"{"resourceUrl":"https://example.com/credenza-test","resourceName":"<a \"b\" [event]> [1, 2]"}"#,
            "escaped as JSON, filled once, other brackets kept"
        );
    }

    #[test]
    fn an_unknown_placeholder_a_duplicate_and_a_blank_key_are_refused_naming_the_pair() {
        let sample = WebhookSample::default();
        let unknown = render_payload(&[pair("a", "x"), pair("b", "[resource_ulr]")], &sample).unwrap_err();
        assert_eq!(unknown.field.as_deref(), Some("payload.1"));
        assert!(unknown.message.contains("\"b\"") && unknown.message.contains("[resource_ulr]"), "{}", unknown.message);
        let twice = render_payload(&[pair("a", "x"), pair("a ", "y")], &sample).unwrap_err();
        assert!(twice.message.contains("twice"), "{}", twice.message);
        assert_eq!(render_payload(&[pair(" ", "x")], &sample).unwrap_err().field.as_deref(), Some("payload.0"));
    }

    proptest! {
        #[test]
        fn any_sample_value_stays_inside_its_json_string(name in "(?s).{0,60}") {
            let sample = WebhookSample { resource_name: name.clone(), ..WebhookSample::default() };
            let json = render_payload(&[pair("n", "[resource_name]")], &sample).unwrap().to_string();
            let read: Value = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read["n"].as_str(), Some(name.as_str()));
            prop_assert_eq!(read.as_object().map(|object| object.len()), Some(1));
        }
    }
}
