//! Unique values, and the search for them in every spelling.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

/// A value that nothing else in the world holds. The hexadecimal middle alone gives a leak away.
pub(super) fn canary() -> String {
    format!("cn-{}", uuid::Uuid::new_v4().simple())
}

/// The same with characters that every encoding writes in its own way.
pub(super) fn odd_canary() -> String {
    format!("{}\"\\+/ =&%é{}", canary(), &canary()[20..])
}

/// Every secret of a scenario, by what it is.
#[derive(Default)]
pub(super) struct Canaries(BTreeMap<String, String>);

impl Canaries {
    /// Remembers a secret and gives it back.
    pub(super) fn add(&mut self, what: &str, value: impl Into<String>) -> String {
        let value = value.into();
        assert!(value.len() >= 12, "{what} is too short to be told from chance");
        self.0.insert(what.to_owned(), value.clone());
        value
    }

    /// Every spelling of every canary in the bytes, by name.
    pub(super) fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let hits = |(what, value): (&String, &String)| {
            let found = spellings(value)
                .into_iter()
                .filter(|(_, needle)| holds(bytes, needle))
                .map(|(how, _)| format!("{what} as {how}"));
            found.collect::<Vec<_>>()
        };
        self.0.iter().flat_map(hits).collect()
    }
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else { return false };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return true;
        }
        from += at + 1;
    }
    false
}

fn spellings(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let escaped = |keep: fn(u8) -> bool, upper: bool| -> String {
        value
            .bytes()
            .map(|byte| match (keep(byte), upper) {
                (true, _) => char::from(byte).to_string(),
                (false, true) => format!("%{byte:02X}"),
                (false, false) => format!("%{byte:02x}"),
            })
            .collect()
    };
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let json = Value::from(value).to_string();
    let ascii: String =
        json.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect();
    let mut all = vec![
        ("raw", value.to_owned()),
        ("hex", hex.clone()),
        ("HEX", hex.to_uppercase()),
        ("URL", escaped(unreserved, true)),
        ("url", escaped(unreserved, false)),
        ("form", escaped(unreserved, true).replace("%20", "+")),
        ("JSON", json.trim_matches('"').to_owned()),
        ("ASCII JSON", ascii.trim_matches('"').to_owned()),
        ("JSON with slashes", json.trim_matches('"').replace('/', "\\/")),
        ("JSON in JSON", Value::from(json.as_str()).to_string().trim_matches('"').trim_matches(['\\', '"']).to_owned()),
        ("reversed", value.chars().rev().collect()),
    ];
    for (name, engine) in [("base64", STANDARD), ("base64url", URL_SAFE)] {
        for offset in 0..3_usize {
            let mut bytes = vec![0; offset];
            bytes.extend(value.as_bytes());
            let text = engine.encode(&bytes);
            // Only the characters that depend on nothing but the value.
            all.push((name, text[(offset * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned()));
        }
    }
    let mut found: Vec<_> = all.into_iter().map(|(how, text)| (how, text.into_bytes())).collect();
    found.push(("UTF-16", value.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    found
}

#[test]
fn the_search_itself_finds_every_spelling() {
    let mut canaries = Canaries::default();
    let value = canaries.add("c", odd_canary());
    for before in ["", "a", "ab"] {
        let encoded = STANDARD.encode(format!("{before}{value} and more"));
        assert!(!canaries.found_in(encoded.as_bytes()).is_empty(), "base64 behind {before:?}");
    }
    let form = format!(
        "a={}",
        value.replace('%', "%25").replace(' ', "+").replace('"', "%22").replace('\\', "%5C").replace("/ ", "%2F+")
    );
    let texts = [
        json!({ "x": value }).to_string(),
        json!({ "x": json!({ "y": value }).to_string() }).to_string(),
        value.clone(),
    ];
    for text in texts {
        assert!(!canaries.found_in(text.as_bytes()).is_empty(), "{text}");
    }
    assert!(canaries.found_in(form.as_bytes()).is_empty(), "a broken encoding is not what is looked for");
    assert!(canaries.found_in(b"nothing here").is_empty());
}
