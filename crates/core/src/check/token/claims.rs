//! What a token says about itself, for display only: nothing here trusts it.

use credenza_net::{Recorder, claims};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

/// Claims that are shown; the rest may hold personal data and helps nobody to mend a failure.
const SHOWN: [&str; 18] = [
    "iss",
    "aud",
    "tid",
    "appid",
    "azp",
    "app_displayname",
    "client_id",
    "idtyp",
    "oid",
    "sub",
    "upn",
    "preferred_username",
    "roles",
    "scp",
    "scope",
    "ver",
    "nbf",
    "exp",
];

/// The shown claims of a token; `None` when it is opaque, which is normal.
pub(super) fn shown(token: &SecretString, rec: &Recorder) -> Option<Map<String, Value>> {
    // EXPOSE: its payload is decoded, its signature stays behind.
    let mut all = claims(token.expose_secret())?;
    let kept =
        SHOWN.iter().filter_map(|name| all.remove(*name).map(|value| ((*name).to_owned(), redacted(value, rec))));
    Some(kept.collect())
}

/// The moment of a numeric claim (RFC 7519 2: seconds).
pub(super) fn moment(claims: Option<&Map<String, Value>>, name: &str) -> Option<Timestamp> {
    let seconds = claims?.get(name)?;
    let seconds = seconds.as_i64().or_else(|| seconds.as_f64().map(|seconds| seconds as i64))?;
    Timestamp::from_second(seconds).ok()
}

fn redacted(value: Value, rec: &Recorder) -> Value {
    match value {
        Value::String(text) => Value::String(rec.redact(&text)),
        Value::Array(items) => items.into_iter().map(|item| redacted(item, rec)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, item)| (rec.redact(&key), redacted(item, rec))).collect()
        }
        plain => plain,
    }
}
