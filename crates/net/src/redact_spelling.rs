//! The spellings in which a peer may echo a secret.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::redact::SHORT;

/// How a spelling is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spelling {
    /// Wherever it stands.
    Plain,
    /// Only where no letter or digit touches it.
    Word,
    /// Wherever it stands, and the whole run of letters, digits and base64 marks around it goes too.
    Run,
}

/// All spellings of `secret`. Letter case is left to the search.
pub(crate) fn spellings(secret: &str) -> BTreeSet<(String, Spelling)> {
    let mut all = BTreeSet::new();
    if secret.len() < SHORT {
        all.insert((secret.to_owned(), Spelling::Word));
        all.insert((STANDARD_NO_PAD.encode(secret), Spelling::Word));
        return all;
    }
    for text in texts(secret) {
        // JSON around a form or a page that is quoted in it.
        all.extend(json(&text).map(|quoted| (quoted, Spelling::Plain)));
        all.insert((text, Spelling::Plain));
    }
    all.insert((hex(secret.as_bytes()), Spelling::Plain));
    all.insert((secret.bytes().map(|b| format!("%{b:02x}")).collect(), Spelling::Plain));
    for core in base64_cores(secret.as_bytes()) {
        all.insert((core.replace('+', "%2B").replace('/', "%2F"), Spelling::Run));
        all.insert((core.replace('/', "\\/"), Spelling::Run));
        all.insert((core, Spelling::Run));
    }
    // A key or certificate may come back one line at a time.
    for line in secret.lines().map(str::trim).filter(|l| l.len() >= 16 && !l.starts_with("-----")) {
        all.insert((line.to_owned(), Spelling::Plain));
    }
    all
}

// Readable spellings: as it is, JSON, URL, form, HTML; those with spaces or marks differ from each other.
fn texts(secret: &str) -> Vec<String> {
    let mut all = vec![
        secret.to_owned(),
        percent(secret, "-._~", false),
        percent(secret, "-._~!*'()", false),
        percent(secret, "-._~!$&'()*+,;=:@/", false),
        percent(secret, "-._*", true),
        percent(secret, "-._~", true),
        html(secret),
    ];
    all.extend(json(secret));
    all.retain(|text| text.len() >= SHORT);
    all
}

// Inside a JSON string (RFC 8259 7): as it is, with what need not be escaped escaped, and both.
fn json(text: &str) -> [String; 4] {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    let plain = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let ascii = escape_non_ascii(&plain);
    [plain.replace('/', "\\/"), ascii.replace('/', "\\/"), ascii, plain]
}

fn percent(text: &str, kept: &str, space_as_plus: bool) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b' ' if space_as_plus => encoded.push('+'),
            b if b.is_ascii_alphanumeric() || (b.is_ascii() && kept.contains(b as char)) => encoded.push(b as char),
            b => encoded.push_str(&format!("%{b:02X}")),
        }
    }
    encoded
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn escape_non_ascii(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            escaped.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

// The characters that depend on the secret alone, for each of the three positions it can take in a longer
// text: base64 of `NUL user NUL password` (RFC 4616) is found as well as base64 of the password.
fn base64_cores(secret: &[u8]) -> Vec<String> {
    let mut cores = Vec::new();
    for offset in 0..3 {
        let mut shifted = vec![0u8; offset];
        shifted.extend_from_slice(secret);
        let (from, to) = ((8 * offset).div_ceil(6), 8 * shifted.len() / 6);
        for encoded in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            cores.push(encoded[from..to].to_owned());
        }
    }
    cores
}
