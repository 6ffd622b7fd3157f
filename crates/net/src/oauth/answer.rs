//! The JSON of a token answer, read with patience for what servers really send and with none for what could mislead.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// Seconds beyond which a lifetime is not believed: ten years.
const LONGEST_LIFE: f64 = 10.0 * 366.0 * 86_400.0;

/// The top level of an answer; a name given twice is a fault, since two readers would take different values.
pub(super) struct Answer(pub(super) Map<String, Value>);

/// Reads the bytes; a byte order mark before them is passed over.
///
/// # Errors
/// Why it is not a JSON object; never the text itself.
pub(super) fn parse(body: &[u8]) -> Result<Answer, String> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err("the answer is empty".to_owned());
    }
    serde_json::from_slice::<Answer>(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "the answer is not one JSON object with each name once".to_owned(),
        _ => "the answer is not JSON".to_owned(),
    })
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Answer, D::Error> {
        struct TopLevel;
        impl<'de> Visitor<'de> for TopLevel {
            type Value = Answer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Answer, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(name, value).is_some() {
                        return Err(serde::de::Error::custom("a name is given twice"));
                    }
                }
                Ok(Answer(map))
            }
        }
        deserializer.deserialize_map(TopLevel)
    }
}

/// A lifetime as servers write it.
#[derive(Debug, PartialEq)]
pub(super) enum Lifetime {
    /// Not given.
    Absent,
    /// Whole seconds.
    Seconds(u64),
    /// Given, and of no use: negative, not a number, or longer than anybody means.
    Odd,
}

impl Answer {
    /// A text that is there and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Seconds, as a number or as a number in quotes (RFC 6749 5.1 wants the former, servers send both).
    pub(super) fn lifetime(&self, name: &str) -> Lifetime {
        let seconds = match self.0.get(name) {
            None | Some(Value::Null) => return Lifetime::Absent,
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        match seconds {
            // Within the bounds above, so the conversion is exact.
            Some(seconds) if (0.0..=LONGEST_LIFE).contains(&seconds) => Lifetime::Seconds(seconds as u64),
            _ => Lifetime::Odd,
        }
    }

    /// The scope: text, or a list of texts.
    pub(super) fn scope(&self) -> Option<String> {
        match self.0.get("scope")? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Array(items) => {
                let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                (!items.is_empty()).then(|| items.join(" "))
            }
            _ => None,
        }
    }

    /// The value of `error`: RFC 6749 5.2, or the `status` of Google's API errors, or Slack's `ok: false` without words.
    pub(super) fn error(&self) -> Option<String> {
        match self.0.get("error") {
            Some(Value::String(error)) if !error.is_empty() => Some(error.clone()),
            Some(Value::Object(error)) => {
                let name = error.get("status").or_else(|| error.get("code")).and_then(Value::as_str);
                Some(name.unwrap_or("error").to_owned())
            }
            None | Some(Value::Null | Value::String(_)) if self.0.get("ok") == Some(&Value::Bool(false)) => {
                Some("ok is false".to_owned())
            }
            None | Some(Value::Null | Value::String(_)) => None,
            Some(_) => Some("error".to_owned()),
        }
    }
}
