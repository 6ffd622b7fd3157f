//! CR, LF and NUL: with them one field could speak for another on the wire (RFC 5321 4.1.1, RFC 9112 2.2), so no field that
//! goes there may hold one. Every text of a record is looked at, whatever it is called.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use super::parse::SecretInput;
use crate::Problem;

/// Texts of several lines: words for people, PEM, and the value of a plain secret. None of them is ever sent as it is.
const LINES_ALLOWED: [&str; 6] = ["description", "notes", "note", "certificate_pem", "private_key_pem", "value"];

/// Refuses a record in which a field holds one of them.
///
/// # Errors
/// `invalid`, naming the field by its path; an entry of a list by the list.
pub(super) fn refuse(record: &Map<String, Value>, secrets: &BTreeMap<String, SecretInput>) -> Result<(), Problem> {
    for (key, value) in record {
        look(key, key, value)?;
    }
    for (path, input) in secrets {
        if let SecretInput::Set(secret) = input {
            refuse_in(path, secret)?;
        }
    }
    Ok(())
}

/// Refuses a single secret that holds one of them.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn refuse_in(path: &str, secret: &secrecy::SecretString) -> Result<(), Problem> {
    // EXPOSE: looked through for control characters; its text is never part of the words.
    text(path, path.rsplit('.').next().unwrap_or(path), secret.expose_secret())
}

fn look(path: &str, leaf: &str, value: &Value) -> Result<(), Problem> {
    match value {
        Value::String(found) => text(path, leaf, found),
        Value::Array(entries) => entries.iter().try_for_each(|entry| look_in_list(path, leaf, entry)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            text(path, "", key)?;
            look(&format!("{path}.{key}"), key, value)
        }),
        _ => Ok(()),
    }
}

// The place in a list says less to a person than the list's name.
fn look_in_list(path: &str, leaf: &str, entry: &Value) -> Result<(), Problem> {
    match entry {
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| match value {
            Value::String(found) => text(path, if path == "expiries" { key } else { "" }, found),
            other => look(path, leaf, other),
        }),
        other => look(path, leaf, other),
    }
}

fn text(path: &str, leaf: &str, found: &str) -> Result<(), Problem> {
    let lines = LINES_ALLOWED.contains(&leaf);
    if found.contains('\0') || (!lines && found.contains(['\r', '\n'])) {
        let what = if lines { "a NUL character" } else { "a line break or a NUL character" };
        return Err(Problem::invalid(path, format!("{path} holds {what}.")));
    }
    Ok(())
}

/// Whether a query names what is a secret by its name: `?api_key=…`.
pub(super) fn holds_secret(path: &str) -> bool {
    const NAMES: [&str; 10] =
        ["key", "api_key", "apikey", "api-key", "token", "access_token", "secret", "password", "sig", "code"];
    let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let named = |pair: &str| {
        pair.split_once('=')
            .is_some_and(|(name, value)| !value.is_empty() && NAMES.contains(&name.to_ascii_lowercase().as_str()))
    };
    query.split('&').any(named)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Credential;

    /// A record of each type with every text field there is.
    fn records() -> Vec<Value> {
        let common = |kind: &str, own: Value| {
            let mut record = json!({
                "type": kind, "name": "n", "description": "d", "owner": "o", "location": "l", "notes": "x",
                "tags": ["t"], "expiries": [{ "item": "auth.password", "on": "2027-01-31", "source": "entered", "note": "x" }],
            });
            record.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            record
        };
        let proxy = json!({ "url": "http://proxy:3128", "username": "u", "password": "p" });
        let oauth2 = json!({
            "grant": "password", "token_url": "https://idp.example/token", "client_id": "c", "client_secret": "s",
            "scope": "a b", "audience": "a", "extra": { "resource": "r" }, "username": "u", "password": "p",
        });
        let headers = json!([{ "name": "X-A", "value": "b" }, { "name": "X-K", "value": "k", "secret": true }]);
        vec![
            common(
                "mail_server",
                json!({ "host": "mx.example", "proxy": proxy, "sender": "a@b.example",
                "auth": { "method": "password", "username": "u", "password": "p", "mechanisms": ["PLAIN"] } }),
            ),
            common(
                "mail_server",
                json!({ "host": "mx.example",
                "auth": { "method": "oauth2", "username": "u", "oauth2": oauth2 } }),
            ),
            common(
                "outbound_server",
                json!({ "host": "api.example", "proxy": proxy, "base_path": "/a", "headers": headers,
                "test_request": { "method": "GET", "path": "/h" }, "auth": { "method": "basic", "username": "u", "password": "p" } }),
            ),
            common(
                "outbound_server",
                json!({ "host": "api.example",
                "auth": { "method": "bearer", "token": "t", "token_script": "/x.sh" } }),
            ),
            common(
                "app_registration",
                json!({ "host": "idp.example", "oauth2": oauth2, "tenant_id": "t",
                "application_id": "a", "principal_id": "p", "target_client_id": "t" }),
            ),
            common(
                "webhook",
                json!({ "host": "hooks.example", "path": "/secret", "signing_secret": "whsec_eA==",
                "headers": headers, "payload": [{ "key": "k", "value": "v" }] }),
            ),
            common("secret", json!({ "value": "v" })),
        ]
    }

    /// Every text of a record, as a JSON pointer.
    fn texts(value: &Value, pointer: &str) -> Vec<String> {
        match value {
            Value::String(_) => vec![pointer.to_owned()],
            Value::Array(list) => {
                list.iter().enumerate().flat_map(|(at, one)| texts(one, &format!("{pointer}/{at}"))).collect()
            }
            Value::Object(map) => map.iter().flat_map(|(key, one)| texts(one, &format!("{pointer}/{key}"))).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn f11_i8_line_breaks_and_nul_are_refused_in_every_text_of_every_type_by_the_fields_name() {
        let mut refused = 0;
        for record in records() {
            Credential::parse(record.clone()).unwrap();
            for pointer in texts(&record, "") {
                let leaf = pointer.rsplit('/').next().unwrap();
                let lines = ["description", "notes", "note"].contains(&leaf) || pointer == "/value";
                for bad in ["\r\nRCPT TO:<x@evil.example>", "\n", "\r", "\0"] {
                    if lines && bad != "\0" {
                        continue;
                    }
                    let mut spoilt = record.clone();
                    let place = spoilt.pointer_mut(&pointer).unwrap();
                    *place = json!(format!("{}{bad}", place.as_str().unwrap()));
                    let problem = Credential::parse(spoilt).map(drop).unwrap_err();
                    let field = problem.field.unwrap_or_default();
                    let first = pointer.split('/').nth(1).unwrap();
                    assert_eq!(problem.code, crate::Code::Invalid, "{pointer} {bad:?}");
                    assert!(
                        field.starts_with(first) || field == "type",
                        "{pointer}: the field is named, got {field:?}"
                    );
                    assert!(!problem.message.contains("evil"), "{pointer}: what was entered is not repeated");
                    refused += 1;
                }
            }
        }
        assert!(refused > 300, "every field was looked at: {refused}");
    }

    #[test]
    fn g20_a_secret_in_a_query_is_warned_about_and_an_ordinary_query_is_not() {
        for (path, warned) in [
            ("/a?api_key=x", true),
            ("/a?x=1&Token=y", true),
            ("/a?sig=", false),
            ("/a?page=2&sort=key", false),
            ("/key=x", false),
        ] {
            assert_eq!(holds_secret(path), warned, "{path}");
            let record =
                json!({ "type": "outbound_server", "name": "n", "description": "d", "host": "h", "base_path": path });
            let findings = Credential::parse(record).unwrap().credential.findings(&|_| true);
            assert_eq!(findings.iter().any(|finding| finding.field == "base_path"), warned, "{path}");
        }
    }

    #[test]
    fn words_for_people_may_have_lines() {
        let record = json!({ "type": "secret", "name": "n", "description": "a\nb", "notes": "c\r\nd", "value": "-----BEGIN\nX" });
        assert!(Credential::parse(record).is_ok());
    }
}
