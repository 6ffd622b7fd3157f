//! From the contract's JSON to a credential and its secrets; every refusal names the field.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::control;
use super::fields::{SECRET_PATHS, header_path};
use super::mail::MailFields;
use super::outbound::OutboundFields;
use super::webhook::WebhookFields;
use super::{
    AppRegistration, Common, Connection, Credential, CredentialType, Kind, MailServer, OAuth2, OutboundServer,
    SecretKind, SecretValue, TlsMode, Webhook,
};
use crate::Problem;

/// What the input says of one secret field.
#[derive(Debug, Clone)]
pub enum SecretInput {
    /// A new value.
    Set(SecretString),
    /// `null`: remove what is stored.
    Clear,
}

/// A credential read from JSON, and the secrets that stood in it.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Everything that is not secret.
    pub credential: Credential,
    /// Secret fields that the input sets or clears, by path.
    pub secrets: BTreeMap<String, SecretInput>,
}

/// What a record of type secret adds, as it stands in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretFields {
    #[serde(default)]
    kind: Option<SecretKind>,
}

const COMMON_KEYS: [&str; 9] =
    ["name", "description", "owner", "location", "notes", "tags", "subscribers", "class", "expiries"];
const APP_KEYS: [&str; 6] = ["oauth2", "tenant_id", "application_id", "principal_id", "target_client_id", "graph_url"];

/// Keys that `show --json` adds to a record and `add --from` therefore passes over.
const SHOWN_KEYS: [&str; 7] = ["id", "revision", "created_at", "updated_at", "updated_by", "status", "token_state"];

impl Credential {
    /// Reads a whole record.
    ///
    /// # Errors
    /// `invalid`, naming the field: an unknown key, a wrong type, a mask in place of a secret, a secret that does not apply.
    pub fn parse(input: Value) -> Result<Parsed, Problem> {
        let Value::Object(mut record) = input else {
            return Err(Problem::invalid("record", "A record must be a JSON object."));
        };
        let secrets = take_secrets(&mut record)?;
        control::refuse(&record, &secrets)?;
        let credential = Credential::from_map(record)?;
        let applies = credential.secret_fields();
        for (path, input) in &secrets {
            if matches!(input, SecretInput::Set(_)) && !applies.contains(path) {
                return Err(Problem::invalid(
                    path.as_str(),
                    format!("{path} does not apply to this record as it is set up."),
                ));
            }
        }
        Ok(Parsed { credential, secrets })
    }

    /// Reads a record that holds no secrets: what the vault stores.
    ///
    /// # Errors
    /// `invalid`, naming the field.
    pub fn from_map(mut record: Map<String, Value>) -> Result<Credential, Problem> {
        let kind = read_type(&mut record)?;
        for key in SHOWN_KEYS {
            record.shift_remove(key);
        }
        record.retain(|_, value| !value.is_null());
        if kind == CredentialType::MailServer {
            read_tls_by_port(&mut record);
        }
        check_oauth2(&record)?;
        let common: Common = part(take(&mut record, &COMMON_KEYS), required_text)?;
        let connection: Connection = part(take(&mut record, &Connection::KEYS), required_text)?;
        let kind = read_kind(kind, connection, record)?;
        Ok(Credential { common, kind })
    }
}

/// The path of a field inside `auth` is lost where `auth` is read: the method decides what it is. So the block within is
/// read once on its own, for its errors.
fn check_oauth2(record: &Map<String, Value>) -> Result<(), Problem> {
    let block = record.get("auth").and_then(|auth| auth.get("oauth2"));
    let Some(block) = block.and_then(Value::as_object).filter(|block| !block.contains_key("credential")) else {
        return Ok(());
    };
    part::<OAuth2>(block.clone(), required_text).map(drop).map_err(|problem| below("auth.oauth2", problem))
}

fn read_type(record: &mut Map<String, Value>) -> Result<CredentialType, Problem> {
    let names = CredentialType::ALL.map(CredentialType::word).join(", ");
    let word = match record.shift_remove("type") {
        Some(Value::String(word)) => word,
        Some(_) => return Err(Problem::invalid("type", format!("type must be one of {names}."))),
        None => return Err(Problem::invalid("type", format!("type is missing; it is one of {names}."))),
    };
    CredentialType::of(&word)
        .ok_or_else(|| Problem::invalid("type", format!("{word:?} is no type; it is one of {names}.")))
}

/// `tls: true` means by port: 465 is implicit, everything else STARTTLS (IQX-13).
fn read_tls_by_port(record: &mut Map<String, Value>) {
    let implicit = record.get("port").and_then(Value::as_u64) == Some(465);
    let mode = match record.get("tls") {
        Some(Value::Bool(true)) if implicit => TlsMode::Implicit,
        Some(Value::Bool(true)) => TlsMode::Starttls,
        Some(Value::Bool(false)) => TlsMode::None,
        _ => return,
    };
    record.insert("tls".into(), serde_json::to_value(mode).unwrap_or_default());
}

fn read_kind(kind: CredentialType, connection: Connection, mut rest: Map<String, Value>) -> Result<Kind, Problem> {
    Ok(match kind {
        CredentialType::MailServer => {
            let MailFields { tls, sender, allow_clear, auth } = part(rest, required_text)?;
            let sender = sender.filter(|text| !text.trim().is_empty());
            Kind::MailServer(MailServer { connection, tls, sender, allow_clear, auth })
        }
        CredentialType::OutboundServer => {
            let OutboundFields { protocol, base_path, test_request, headers, auth } = part(rest, required_text)?;
            Kind::OutboundServer(OutboundServer { connection, protocol, base_path, test_request, headers, auth })
        }
        CredentialType::AppRegistration => {
            let own = take(&mut rest, &APP_KEYS);
            refuse_unknown(&rest)?;
            Kind::AppRegistration(read_app(connection, own)?)
        }
        CredentialType::Webhook => {
            let WebhookFields { protocol, method, headers, payload, signature } = part(rest, required_text)?;
            let method = method.to_ascii_uppercase();
            Kind::Webhook(Webhook {
                connection,
                protocol,
                method,
                path: None,
                headers,
                payload,
                signature,
                signing_secret: None,
            })
        }
        CredentialType::Secret => {
            let SecretFields { kind } = part(rest, required_text)?;
            let foreign = connection.proxy.is_some() || connection.client_certificate.is_some();
            if foreign {
                return Err(Problem::invalid(
                    "proxy",
                    "A record of type secret makes no connection: proxy and certificates do not apply.",
                ));
            }
            let host = Some(connection.host).filter(|host| !host.is_empty());
            Kind::Secret(SecretValue { host, port: connection.port, kind, value: None })
        }
    })
}

fn read_app(connection: Connection, mut own: Map<String, Value>) -> Result<AppRegistration, Problem> {
    let mut text = |key: &str| match own.shift_remove(key) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Problem::invalid(key, format!("{key} must be text."))),
    };
    let (tenant_id, application_id) = (text("tenant_id")?, text("application_id")?);
    let (principal_id, target_client_id) = (text("principal_id")?, text("target_client_id")?);
    let graph_url = text("graph_url")?;
    let mut oauth2: OAuth2 = match own.shift_remove("oauth2") {
        Some(Value::Object(block)) => part(block, required_text).map_err(|problem| below("oauth2", problem))?,
        Some(_) => return Err(Problem::invalid("oauth2", "oauth2 must be an object.")),
        None => OAuth2::default(),
    };
    if oauth2.token_url.is_empty() && !tenant_id.is_empty() {
        oauth2.token_url = OAuth2::entra_token_url(&tenant_id);
    }
    if oauth2.client_id.is_empty() {
        oauth2.client_id.clone_from(&application_id);
    }
    Ok(AppRegistration { connection, oauth2, tenant_id, application_id, principal_id, target_client_id, graph_url })
}

fn below(prefix: &str, mut problem: Problem) -> Problem {
    if let Some(field) = &problem.field {
        let path = format!("{prefix}.{field}");
        problem.message = problem.message.replace(field.as_str(), &path);
        problem.hint = problem.hint.replace(field.as_str(), &path);
        problem.field = Some(path);
    }
    problem
}

fn take(record: &mut Map<String, Value>, keys: &[&str]) -> Map<String, Value> {
    keys.iter().filter_map(|key| record.shift_remove(*key).map(|value| ((*key).to_owned(), value))).collect()
}

fn refuse_unknown(rest: &Map<String, Value>) -> Result<(), Problem> {
    match rest.keys().next() {
        Some(key) => Err(unknown_key(key)),
        None => Ok(()),
    }
}

fn unknown_key(key: &str) -> Problem {
    Problem::invalid(key, format!("{key:?} is no field of this type of record."))
}

/// Reads one part; `missing` words the error for a required key.
fn part<T: DeserializeOwned>(map: Map<String, Value>, missing: fn(&str) -> String) -> Result<T, Problem> {
    serde_path_to_error::deserialize(Value::Object(map)).map_err(|error| {
        let path = error.path().to_string();
        let text = error.inner().to_string();
        let quoted = text.split('`').nth(1).unwrap_or_default().to_owned();
        let join = |leaf: &str| {
            if path == "." || path.ends_with(leaf) {
                if path == "." { leaf.to_owned() } else { path.clone() }
            } else {
                format!("{path}.{leaf}")
            }
        };
        if text.starts_with("unknown field") {
            unknown_key(&join(&quoted))
        } else if text.starts_with("missing field") {
            let field = join(&quoted);
            Problem::invalid(field.as_str(), missing(&field))
        } else {
            // The text of serde quotes the offending value. Secret paths were taken out before, so it can hold none.
            let field = if path == "." { "record".to_owned() } else { path };
            Problem::invalid(field.as_str(), plain_words(&field, &text))
        }
    })
}

/// What serde says of a wrong value, in words for people.
fn plain_words(field: &str, text: &str) -> String {
    if field == "port" {
        return "Port must be a number from 1 to 65535.".into();
    }
    if field.ends_with(".on") {
        return format!("{field} must be a date such as 2027-01-31.");
    }
    match text.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected ")) {
        Some((wrong, known)) => {
            let known = known.trim_start_matches("one of ").replace('`', "");
            format!("{field} cannot be {}; it is {known}.", wrong.replace('`', "\""))
        }
        None => format!("{field}: {text}."),
    }
}

fn required_text(field: &str) -> String {
    match field {
        "name" => "Name is missing. Every record needs a name, a description and a host address.".into(),
        "description" => "Description is missing. Every record needs a name, a description and a host address.".into(),
        other => format!("{other} is missing."),
    }
}

/// Takes every secret out of a record's JSON.
fn take_secrets(record: &mut Map<String, Value>) -> Result<BTreeMap<String, SecretInput>, Problem> {
    let mut found = BTreeMap::new();
    for path in SECRET_PATHS {
        if let Some(value) = take_at(record, path) {
            keep(&mut found, path.to_owned(), value)?;
        }
    }
    if record.get("type").and_then(Value::as_str) == Some("webhook")
        && let Some(value) = record.shift_remove("path")
    {
        keep(&mut found, "path".to_owned(), value)?;
    }
    if let Some(Value::Array(headers)) = record.get_mut("headers") {
        for header in headers.iter_mut().filter_map(Value::as_object_mut) {
            let secret = header.get("secret").and_then(Value::as_bool) == Some(true);
            let name = header.get("name").and_then(Value::as_str).map(header_path);
            if let (true, Some(path)) = (secret, name)
                && let Some(value) = header.shift_remove("value")
            {
                keep(&mut found, path, value)?;
            }
        }
    }
    Ok(found)
}

fn take_at(record: &mut Map<String, Value>, path: &str) -> Option<Value> {
    let (parents, leaf) = path.rsplit_once('.').map_or((None, path), |(parents, leaf)| (Some(parents), leaf));
    let mut map = record;
    for key in parents.into_iter().flat_map(|parents| parents.split('.')) {
        map = map.get_mut(key)?.as_object_mut()?;
    }
    map.shift_remove(leaf)
}

fn keep(found: &mut BTreeMap<String, SecretInput>, path: String, value: Value) -> Result<(), Problem> {
    let input = match value {
        Value::Null => SecretInput::Clear,
        // Blank means keep (D2): as if it had not been there.
        Value::String(text) if text.is_empty() => return Ok(()),
        Value::String(text) if credenza_vault::is_mask(&text) => {
            let message = format!("{path} holds a mask ({text}), not a secret. Leave it out to keep what is stored.");
            return Err(Problem::invalid(path, message));
        }
        Value::String(text) => SecretInput::Set(SecretString::from(text)),
        _ => return Err(Problem::invalid(path.as_str(), format!("{path} must be text."))),
    };
    found.insert(path, input);
    Ok(())
}
