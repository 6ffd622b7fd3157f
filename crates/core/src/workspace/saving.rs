//! From a read record to what the vault writes: which secrets stay, which go, and whether they may go to a new endpoint.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use credenza_vault::{EndpointDigest, NewRecord, RecordChange, RecordHead, SecretChange};
use secrecy::SecretString;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::certificates::{belong_together, note_ends};
use super::{Workspace, credential_of, estimates};
use crate::credential::{Credential, CredentialType, Kind, OAuth2Source, OutboundAuth, Parsed, SecretInput, compact};
use crate::rotation::part_of;
use crate::{Code, Problem};

impl Workspace {
    /// A new record, validated.
    pub(super) fn new_record(&self, parsed: Parsed) -> Result<NewRecord, Problem> {
        let Parsed { mut credential, secrets } = self.settle(parsed)?;
        estimates::note(&mut credential, None, &secrets, self.today());
        let set: BTreeMap<String, SecretString> =
            secrets.into_iter().filter_map(|(path, input)| Some((path, value_of(input)?))).collect();
        credential.validate(&|path| set.contains_key(path))?;
        belong_together(&credential, &|path| set.get(path).cloned())?;
        Ok(NewRecord {
            record_type: credential.credential_type().word().to_owned(),
            name: credential.common.name.clone(),
            class: credential.common.class,
            endpoint: EndpointDigest(credential.endpoint().digest()),
            meta: meta_of(&credential),
            secrets: set,
        })
    }

    /// The change that turns a stored record into the given one. `rebind` is the administrator's word that the stored
    /// secrets may go to a new endpoint (product vector 14).
    pub(super) fn change(&self, head: &RecordHead, parsed: Parsed, rebind: bool) -> Result<Change, Problem> {
        let before = credential_of(head)?.without_masks();
        let Parsed { credential: mut after, secrets } = self.settle(parsed)?;
        estimates::note(&mut after, Some(&before), &secrets, self.today());
        let applies = after.secret_fields();
        let mut changes: BTreeMap<String, SecretChange> = BTreeMap::new();
        for path in head.masks.keys().filter(|path| !applies.iter().any(|field| field == field_of(path))) {
            changes.insert(path.clone(), SecretChange::Remove);
        }
        for (path, input) in secrets {
            let change =
                value_of(input).map_or(SecretChange::Remove, |value| SecretChange::Replace(self.newest(value)));
            changes.insert(path, change);
        }
        let kept: Vec<&String> = head.masks.keys().filter(|path| !changes.contains_key(*path)).collect();
        let has = |path: &str| match changes.get(path) {
            Some(SecretChange::Replace(_)) => true,
            Some(_) => false,
            None => head.masks.contains_key(path),
        };
        after.validate(&has)?;
        belong_together(&after, &|path| match changes.get(path) {
            Some(SecretChange::Replace(value)) => Some(value.clone()),
            Some(_) => None,
            None => head.masks.contains_key(path).then(|| self.vault.secret(head.id, path).ok()).flatten(),
        })?;
        let moved = before.endpoint().first_difference(&after.endpoint());
        let rebound = moved.filter(|_| !kept.is_empty());
        if let Some(field) = rebound.filter(|_| !rebind) {
            return Err(endpoint_changed(field, &kept));
        }
        let changed_fields = changed_fields(&before, &after, &changes);
        let change = RecordChange {
            record_type: after.credential_type().word().to_owned(),
            name: after.common.name.clone(),
            class: after.common.class,
            endpoint: EndpointDigest(after.endpoint().digest()),
            meta: meta_of(&after),
            secrets: changes,
            changed_fields,
        };
        Ok(Change { change, rebound: rebound.is_some() })
    }

    /// What only the whole vault can tell of a record: the app registration it refers to, and the script's content.
    fn settle(&self, mut parsed: Parsed) -> Result<Parsed, Problem> {
        match &mut parsed.credential.kind {
            Kind::OutboundServer(server) => {
                if let OutboundAuth::Bearer { token_script, token_script_sha256, .. } = &mut server.auth {
                    *token_script = token_script.take().filter(|path| !path.trim().is_empty());
                    *token_script_sha256 = token_script.as_deref().and_then(script_digest);
                }
                if let OutboundAuth::Oauth2 { oauth2 } = &mut server.auth {
                    self.settle_reference(oauth2)?;
                }
            }
            Kind::MailServer(mail) => {
                if let crate::credential::MailAuth::Oauth2 { oauth2, .. } = &mut mail.auth {
                    self.settle_reference(oauth2)?;
                }
            }
            _ => {}
        }
        note_ends(&mut parsed.credential);
        Ok(parsed)
    }

    /// A reference is kept as the id, so that renaming the app registration breaks nothing.
    fn settle_reference(&self, source: &mut OAuth2Source) -> Result<(), Problem> {
        let OAuth2Source::Shared(shared) = source else { return Ok(()) };
        if shared.credential.trim().is_empty() {
            return Ok(());
        }
        let field = "auth.oauth2.credential";
        let head =
            self.head(&shared.credential).map_err(|problem| Problem { code: Code::Invalid, ..problem.at(field) })?;
        if head.record_type != CredentialType::AppRegistration.word() {
            return Err(Problem::invalid(field, format!("\u{201c}{}\u{201d} is no app registration.", head.name)));
        }
        shared.credential = head.id.to_string();
        Ok(())
    }
}

/// The field that a stored secret belongs to: a next or an old value stays as long as its field applies.
fn field_of(path: &str) -> &str {
    part_of(path).map_or(path, |(_, field)| field)
}

/// A change, and whether it lets stored secrets go to a new endpoint.
pub(super) struct Change {
    pub(super) change: RecordChange,
    pub(super) rebound: bool,
}

/// The refusal of product vector 14.
pub(super) fn endpoint_changed(field: &str, kept: &[&String]) -> Problem {
    let names: Vec<String> = kept.iter().map(|path| crate::credential::field_label(path)).collect();
    let message = format!("{field} was changed. The stored {} would go to a new address.", names.join(", "));
    Problem::forbidden(message, "Enter the secrets again, or confirm as an administrator that the stored ones may go there (command line: --rebind).")
        .at(field)
        .because("endpoint_changed")
}

fn value_of(input: SecretInput) -> Option<SecretString> {
    match input {
        SecretInput::Set(value) => Some(value),
        SecretInput::Clear => None,
    }
}

/// SHA-256 of a script as it is now, hex; `None` when it cannot be read, which the check then says.
pub(super) fn script_digest(path: &str) -> Option<String> {
    if !Path::new(path).is_absolute() {
        return None;
    }
    let content = std::fs::read(path).ok()?;
    Some(Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn meta_of(credential: &Credential) -> Map<String, Value> {
    match serde_json::to_value(credential.clone().without_masks()) {
        Ok(Value::Object(map)) => compact(map),
        _ => Map::new(),
    }
}

/// The fields in which two records differ, and the secret fields that change, for the history (IQX-26).
fn changed_fields(before: &Credential, after: &Credential, secrets: &BTreeMap<String, SecretChange>) -> Vec<String> {
    let mut fields = BTreeSet::new();
    differing("", &Value::Object(meta_of(before)), &Value::Object(meta_of(after)), &mut fields);
    fields.extend(
        secrets.iter().filter(|(_, change)| !matches!(change, SecretChange::Keep)).map(|(path, _)| path.clone()),
    );
    fields.into_iter().collect()
}

fn differing(path: &str, one: &Value, two: &Value, found: &mut BTreeSet<String>) {
    match (one, two) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                differing(&below, a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), found);
            }
        }
        _ if one != two => {
            found.insert(path.to_owned());
        }
        _ => {}
    }
}
