//! `add TYPE NAME --FIELD VALUE …`: fields on the command line, secrets through files or standard input only.

use std::path::Path;

use credenza_core::credential::{CredentialType, is_secret_path, parse_headers};
use credenza_core::{Code, Problem};
use serde_json::{Map, Value, json};

use crate::certificate::CertificateFiles;
use crate::input;

/// The record that the arguments describe.
pub(crate) fn record(kind: &str, rest: &[String]) -> Result<Value, Problem> {
    let mut arguments = rest.iter();
    let name = arguments.next().ok_or_else(|| usage("NAME is missing after the type."))?;
    if name.starts_with("--") {
        return Err(usage("NAME comes directly after the type, then the fields."));
    }
    let mut record = json!({ "type": kind, "name": name });
    let mut files = CertificateFiles::default();
    while let Some(argument) = arguments.next() {
        let Some(field) = argument.strip_prefix("--") else {
            return Err(usage(format!("{argument:?} is no field; write --FIELD VALUE.")));
        };
        if matches!(field, "json" | "quiet") {
            continue;
        }
        if files.takes(field, &mut arguments)? {
            continue;
        }
        let (path, value) = field_value(kind, field, &mut arguments)?;
        put(&mut record, &path, value);
    }
    for (path, value) in files.read(kind == CredentialType::AppRegistration.word())? {
        // What was named by itself counts.
        if path.ends_with("client_auth") && holds(&record, &path) {
            continue;
        }
        put(&mut record, &path, value);
    }
    choose_method(kind, &mut record);
    Ok(record)
}

fn field_value<'a>(
    kind: &str,
    field: &str,
    rest: &mut impl Iterator<Item = &'a String>,
) -> Result<(String, Value), Problem> {
    if let Some(name) = field.strip_suffix("-stdin") {
        let path = full_path(kind, name);
        return Ok((path, Value::String(input::secret(Path::new("-"))?.to_string())));
    }
    let (name, inline) = field.split_once('=').map_or((field, None), |(name, value)| (name, Some(value.to_owned())));
    let mut next =
        || inline.clone().or_else(|| rest.next().cloned()).ok_or_else(|| usage(format!("--{name} needs a value.")));
    if let Some(name) = name.strip_suffix("-file") {
        let path = full_path(kind, name);
        let file = next()?;
        let text =
            if path.ends_with("_pem") { input::text(Path::new(&file))? } else { input::secret(Path::new(&file))? };
        return Ok((path, Value::String(text.to_string())));
    }
    let path = full_path(kind, name);
    if is_secret_path(&path) && !(path == "path" && kind != CredentialType::Webhook.word()) {
        return Err(usage(format!(
            "{path} is a secret: give it with --{name}-file FILE or --{name}-stdin, never as an argument."
        )));
    }
    let value = next()?;
    Ok((path.clone(), typed(&path, &value)?))
}

/// Dashes become underscores, and the short names of the sign-in fields get their place.
fn full_path(kind: &str, name: &str) -> String {
    let name = name.replace('-', "_");
    let app = kind == CredentialType::AppRegistration.word();
    let below = match name.as_str() {
        "username" | "password" | "method" | "token" | "token_script" | "password_kind" | "account" | "purpose"
        | "mechanisms"
            if !app =>
        {
            "auth"
        }
        "private_key" => {
            return format!("{}.{name}_pem", if app { "oauth2" } else { "auth.oauth2" });
        }
        "grant"
        | "token_url"
        | "authorize_url"
        | "device_url"
        | "redirect_uri"
        | "issuer"
        | "client_id"
        | "client_secret"
        | "client_auth"
        | "assertion_algorithm"
        | "scope"
        | "audience"
        | "extra"
        | "refresh_token" => {
            if app {
                "oauth2"
            } else {
                "auth.oauth2"
            }
        }
        "username" | "password" if app => "oauth2",
        _ => return name,
    };
    // `method` of a webhook is its HTTP method.
    if name == "method" && kind == CredentialType::Webhook.word() { name } else { format!("{below}.{name}") }
}

fn typed(path: &str, value: &str) -> Result<Value, Problem> {
    let list =
        || Value::Array(value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect());
    Ok(match path {
        "port" => value
            .parse::<u16>()
            .map(Value::from)
            .map_err(|_| Problem::invalid("port", format!("{value:?} is no port; it is a number from 1 to 65535.")))?,
        "allow_clear" => value
            .parse::<bool>()
            .map(Value::from)
            .map_err(|_| Problem::invalid("allow_clear", "allow_clear is true or false."))?,
        "tls" if value == "true" => Value::Bool(true),
        "tags" | "auth.mechanisms" => list(),
        "headers" => serde_json::to_value(parse_headers(value).map_err(|why| Problem::invalid("headers", why))?)
            .unwrap_or_default(),
        _ if path.ends_with(".extra") => {
            serde_json::from_str(value).map_err(|_| Problem::invalid(path, format!("{path} must be a JSON object.")))?
        }
        "payload" | "expiries" => {
            serde_json::from_str(value).map_err(|_| Problem::invalid(path, format!("{path} must be a JSON array.")))?
        }
        "certificate_check" => json!({ "mode": value }),
        "proxy" => json!({ "url": value }),
        _ => Value::String(value.to_owned()),
    })
}

fn holds(record: &Value, path: &str) -> bool {
    record.pointer(&format!("/{}", path.replace('.', "/"))).is_some()
}

pub(crate) fn put(record: &mut Value, path: &str, value: Value) {
    let mut place = record;
    let mut keys = path.split('.').peekable();
    while let Some(key) = keys.next() {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(map) = place else { return };
        if keys.peek().is_none() {
            map.insert(key.to_owned(), value);
            return;
        }
        place = map.entry(key.to_owned()).or_insert_with(|| Value::Object(Map::new()));
    }
}

/// The method that the given sign-in fields imply, where none was named.
fn choose_method(kind: &str, record: &mut Value) {
    let Some(auth) = record.get_mut("auth").and_then(Value::as_object_mut) else { return };
    if auth.contains_key("method") {
        return;
    }
    let mail = kind == CredentialType::MailServer.word();
    let has = |key: &str| auth.contains_key(key);
    let method = match (has("oauth2"), has("token") || has("token_script"), mail) {
        (true, _, _) => "oauth2",
        (_, true, _) => "bearer",
        (_, _, true) => "password",
        _ => "basic",
    };
    auth.insert("method".into(), method.into());
}

fn usage(message: impl Into<String>) -> Problem {
    Problem::new(Code::Usage, message, "See `credenza add --help`.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn fields_get_their_place_and_type() {
        let record =
            record("mail_server", &words("Office --host mx --port 587 --tls starttls --tags a,b --auth.username erp"))
                .unwrap();
        let expected = json!({"type":"mail_server","name":"Office","host":"mx","port":587,"tls":"starttls","tags":["a","b"],"auth":{"username":"erp","method":"password"}});
        assert_eq!(record, expected);
    }

    #[test]
    fn a_secret_is_never_an_argument() {
        let problem = record("mail_server", &words("Office --auth.password hunter2")).unwrap_err();
        assert_eq!(problem.code, Code::Usage);
        assert!(!problem.message.contains("hunter2"), "the refused secret is not repeated");
    }
}
