//! Adding, showing, editing and removing credentials.

use std::collections::BTreeMap;

use credenza_vault::{EventAction, HistoryEntry, NewRecord, RecordHead, SecretChange};
use secrecy::SecretString;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::tokens::is_refresh_token;
use super::{Workspace, credential_of};
use crate::Problem;
use crate::credential::{Credential, Finding, OAuth2Source, Parsed, SecretInput, Severity, field_label, merge_patch};
use crate::rotation::part_of;
use crate::view::{CredentialDetail, SignInSaved, UsedBy};

/// What the window sends when *Save* is pressed.
#[derive(Debug)]
pub struct SaveRequest {
    /// The stored record; none for a new one.
    pub id: Option<Uuid>,
    /// The revision that the form was made from.
    pub revision: Option<u64>,
    /// The whole record, in which a missing secret means the stored one.
    pub draft: Value,
    /// The administrator's word that stored secrets may go to a new endpoint (product vector 14).
    pub confirm_rebind: bool,
    /// The page's name for the form, as in [`super::CheckRequest`].
    pub form: Option<String>,
}

impl Workspace {
    /// Adds one record or an array of them, all or none.
    ///
    /// # Errors
    /// `invalid` naming the field (of an array: with the record's position), `conflict` when a name is taken, `forbidden`.
    pub fn add(&self, input: Value) -> Result<Vec<Uuid>, Problem> {
        self.require_administrator("add credentials")?;
        self.insert(self.new_records(input)?)
    }

    /// What [`Workspace::add`] would add.
    pub(super) fn new_records(&self, input: Value) -> Result<Vec<NewRecord>, Problem> {
        let (records, many) = match input {
            Value::Array(records) => (records, true),
            one => (vec![one], false),
        };
        let mut ready = Vec::with_capacity(records.len());
        for (position, record) in records.into_iter().enumerate() {
            let read = Credential::parse(record).and_then(|parsed| self.new_record(parsed));
            ready.push(read.map_err(|problem| if many { in_array(position, problem) } else { problem })?);
        }
        Ok(ready)
    }

    fn insert(&self, records: Vec<NewRecord>) -> Result<Vec<Uuid>, Problem> {
        let entered: Vec<_> = records.iter().map(|record| entered_refresh_token(&record.secrets)).collect();
        let ids = self.vault.insert(records)?;
        for (id, token) in ids.iter().zip(entered) {
            if let Some(token) = token {
                self.note_entered(*id, &token)?;
            }
        }
        Ok(ids)
    }

    /// A credential on its own, masked, by name or id.
    ///
    /// # Errors
    /// `not_found`, `damaged`.
    pub fn show(&self, reference: &str) -> Result<CredentialDetail, Problem> {
        self.detail(self.head(reference)?)
    }

    /// The record as `show --json` prints it: the contract's JSON with masks, and its id.
    ///
    /// # Errors
    /// `not_found`, `damaged`.
    pub fn document(&self, reference: &str) -> Result<Value, Problem> {
        let head = self.head(reference)?;
        let mut record = as_map(&self.with_reference_names(credential_of(&head)?))?;
        let mut shown = Map::new();
        shown.insert("id".into(), head.id.to_string().into());
        shown.insert("revision".into(), head.revision.into());
        shown.insert("created_at".into(), head.created_at.to_string().into());
        shown.insert("updated_at".into(), head.updated_at.to_string().into());
        if let Some(token) = self.token_view(&head)? {
            shown.insert("token_state".into(), serde_json::to_value(token).unwrap_or_default());
        }
        shown.append(&mut record);
        Ok(Value::Object(shown))
    }

    /// Applies a JSON merge patch (RFC 7396); secrets may stand in it, masks may not.
    ///
    /// # Errors
    /// `invalid`, `conflict`, `not_found`, `forbidden` (also when stored secrets would go to a new endpoint without `rebind`).
    pub fn edit(&self, reference: &str, patch: Value, rebind: bool) -> Result<CredentialDetail, Problem> {
        self.require_administrator("edit credentials")?;
        let head = self.head(reference)?;
        let parsed = patched(&head, patch)?;
        self.write(&head, head.revision, parsed, rebind)
    }

    /// Saves the window's form, with the sign-in that was made on it.
    ///
    /// # Errors
    /// As [`Workspace::edit`]; `conflict` when the record changed since `revision` was read.
    pub fn save(&self, request: SaveRequest) -> Result<CredentialDetail, Problem> {
        let SaveRequest { id, revision, draft, confirm_rebind, form } = request;
        self.require_administrator(if id.is_some() { "edit credentials" } else { "add credentials" })?;
        let head = id.map(|id| self.vault.head(id)).transpose()?;
        let mut parsed = Credential::parse(draft)?;
        let sign_in = form.as_deref().and_then(|form| self.adopt_sign_in(form, head.as_ref(), &mut parsed));
        let detail = match head {
            Some(head) => self.write(&head, revision.unwrap_or(head.revision), parsed, confirm_rebind)?,
            None => {
                let ids = self.insert(vec![self.new_record(parsed)?])?;
                let id = ids.first().ok_or_else(|| Problem::internal("adding one record gave no id"))?;
                self.show(&id.to_string())?
            }
        };
        // The sign-in that this save took over is a fetch that worked.
        let resumed = sign_in == Some(SignInSaved::Stored) && self.note_signed_in(detail.id)?;
        let detail = if resumed { self.show(&detail.id.to_string())? } else { detail };
        // Only now: a save that is refused leaves the form, and its sign-in, as they were.
        if let Some(form) = form {
            self.forget_sign_in(&form);
        }
        Ok(CredentialDetail { sign_in, ..detail })
    }

    /// What is wrong or worth knowing in an unsaved form, by field; `id` is the stored record whose secrets count as there.
    pub fn lint(&self, id: Option<Uuid>, draft: Value) -> Vec<Finding> {
        let stored = id.and_then(|id| self.vault.head(id).ok()).map(|head| head.masks);
        match Credential::parse(draft) {
            Err(problem) => vec![Finding {
                field: problem.field.unwrap_or_else(|| "record".into()),
                severity: Severity::Error,
                message: problem.message,
                fix: None,
            }],
            Ok(parsed) => {
                let kept = |path: &str| stored.as_ref().is_some_and(|masks| masks.contains_key(path));
                let has = |path: &str| match parsed.secrets.get(path) {
                    Some(SecretInput::Set(_)) => true,
                    Some(SecretInput::Clear) => false,
                    None => kept(path),
                };
                let mut found = parsed.credential.findings(&has);
                found.extend(pasted(&parsed));
                found
            }
        }
    }

    /// What looks wrongly pasted in the secrets of records to add: one, or an array of them.
    pub fn lint_secrets(&self, records: &Value) -> Vec<Finding> {
        let records = records.as_array().map_or_else(|| std::slice::from_ref(records), Vec::as_slice);
        let read = records.iter().filter_map(|record| Credential::parse(record.clone()).ok());
        read.flat_map(|parsed| pasted(&parsed)).collect()
    }

    /// What looks wrongly pasted in the secrets of a merge patch.
    pub fn lint_patch(&self, reference: &str, patch: &Value) -> Vec<Finding> {
        let read = self.head(reference).and_then(|head| patched(&head, patch.clone()));
        read.map(|parsed| pasted(&parsed)).unwrap_or_default()
    }

    /// Removes a credential that nothing uses.
    ///
    /// # Errors
    /// `conflict` naming what uses it, `not_found`, `forbidden`.
    pub fn remove(&self, reference: &str) -> Result<(), Problem> {
        self.require_administrator("remove credentials")?;
        let head = self.head(reference)?;
        let users = self.users(head.id)?;
        if !users.is_empty() {
            let names: Vec<String> = users.iter().map(|user| format!("\u{201c}{}\u{201d}", user.name)).collect();
            let message = format!("\u{201c}{}\u{201d} is used by {}.", head.name, names.join(", "));
            return Err(Problem::new(crate::Code::Conflict, message, "Change or remove what uses it first."));
        }
        Ok(self.vault.remove(head.id)?)
    }

    /// Who changed which fields when, newest first; never values.
    ///
    /// # Errors
    /// `not_found`.
    pub fn history(&self, reference: &str) -> Result<Vec<HistoryEntry>, Problem> {
        Ok(self.vault.history(self.head(reference)?.id)?)
    }

    /// The plain value of one secret field, after its event is committed. The field `token` is the cached access token.
    ///
    /// # Errors
    /// `forbidden` for anyone but an administrator, `not_found` for a field without a secret.
    pub fn reveal(&self, reference: &str, field: &str) -> Result<SecretString, Problem> {
        self.require_administrator("reveal secrets")?;
        let head = self.head(reference)?;
        if field == "token" {
            let token = self.cached_token(&head)?;
            self.vault.append(EventAction::TokenRevealIntended { id: head.id, name: head.name.clone() })?;
            return Ok(token);
        }
        let absent = || {
            Problem::not_found(format_args!("secret in the field {field} of \u{201c}{}\u{201d}", head.name)).at(field)
        };
        let path = secret_path(&head, field).ok_or_else(absent)?;
        self.vault.append(EventAction::SecretRevealIntended {
            id: head.id,
            name: head.name.clone(),
            field: path.clone(),
        })?;
        Ok(self.vault.secret(head.id, &path)?)
    }

    /// What uses the credential with this id.
    pub(super) fn users(&self, id: Uuid) -> Result<Vec<UsedBy>, Problem> {
        let wanted = id.to_string();
        let uses = |head: &&RecordHead| {
            let oauth2 = head.meta.get("auth").and_then(|auth| auth.get("oauth2"));
            oauth2.and_then(|block| block.get("credential")).and_then(Value::as_str) == Some(wanted.as_str())
        };
        let used_by =
            |head: &RecordHead| UsedBy { id: head.id, name: head.name.clone(), how: "signs in with its token".into() };
        Ok(self.vault.heads()?.iter().filter(uses).map(used_by).collect())
    }

    fn write(
        &self,
        head: &RecordHead,
        revision: u64,
        parsed: Parsed,
        rebind: bool,
    ) -> Result<CredentialDetail, Problem> {
        let change = self.change(head, parsed, rebind)?;
        if change.rebound {
            self.vault.append(EventAction::EndpointRebound { id: head.id, name: head.name.clone() })?;
        }
        let replaced = |(path, change): (&String, &SecretChange)| match change {
            SecretChange::Replace(value) if is_refresh_token(path) => Some(value.clone()),
            _ => None,
        };
        let entered = change.change.secrets.iter().find_map(replaced);
        let saved = self.vault.update(head.id, revision, change.change)?;
        if let Some(token) = entered {
            self.note_entered(head.id, &token)?;
        }
        self.detail(saved)
    }

    fn detail(&self, head: RecordHead) -> Result<CredentialDetail, Problem> {
        let row = self.row_of(&head)?;
        let expiries = self.dates_of(&head)?;
        let updated_by =
            self.vault.history(head.id)?.into_iter().next().map(|entry| entry.operator).unwrap_or_default();
        let credential = credential_of(&head)?;
        Ok(CredentialDetail {
            id: head.id,
            revision: head.revision,
            created_at: head.created_at,
            updated_at: head.updated_at,
            updated_by,
            readiness: crate::readiness::service(&credential),
            credential: self.with_reference_names(credential),
            row,
            used_by: if head.record_type == "app_registration" { self.users(head.id)? } else { Vec::new() },
            expiries,
            token: self.token_view(&head)?,
            last_result: self.last_result(head.id)?,
            sign_in: None,
        })
    }

    /// A view names the app registration it refers to; the store keeps its id.
    fn with_reference_names(&self, mut credential: Credential) -> Credential {
        let source = match &mut credential.kind {
            crate::credential::Kind::MailServer(mail) => match &mut mail.auth {
                crate::credential::MailAuth::Oauth2 { oauth2, .. } => oauth2,
                _ => return credential,
            },
            crate::credential::Kind::OutboundServer(server) => match &mut server.auth {
                crate::credential::OutboundAuth::Oauth2 { oauth2 } => oauth2,
                _ => return credential,
            },
            _ => return credential,
        };
        if let OAuth2Source::Shared(shared) = source
            && let Ok(head) = self.head(&shared.credential)
        {
            shared.credential = head.name;
        }
        credential
    }
}

fn entered_refresh_token(secrets: &BTreeMap<String, SecretString>) -> Option<SecretString> {
    secrets.iter().find(|(path, _)| is_refresh_token(path)).map(|(_, token)| token.clone())
}

/// Capability C18: secrets that were typed or pasted just now.
fn pasted(parsed: &Parsed) -> Vec<Finding> {
    let fault = |(path, input): (&String, &SecretInput)| {
        let SecretInput::Set(value) = input else { return None };
        let fault = parsed.credential.secret_fault(path, value)?;
        Some(Finding {
            field: path.clone(),
            severity: Severity::Warning,
            message: fault.message.to_owned(),
            fix: fault.fix,
        })
    };
    parsed.secrets.iter().filter_map(fault).collect()
}

/// The path of a secret field by its path or, where only one fits, by its last part (`password`, `token`).
pub(super) fn secret_path(head: &RecordHead, field: &str) -> Option<String> {
    if head.masks.contains_key(field) {
        return Some(field.to_owned());
    }
    let tail = format!(".{field}");
    // The values beside the one in force are asked for by their whole path or label.
    let short = |path: &str| part_of(path).is_none() && path.ends_with(&tail);
    let mut fitting = head.masks.keys().filter(|path| short(path) || field_label(path).eq_ignore_ascii_case(field));
    let first = fitting.next()?;
    fitting.next().is_none().then(|| first.clone())
}

/// The stored record with a merge patch applied; the patch's secrets are taken out of it first.
pub(super) fn patched(head: &RecordHead, patch: Value) -> Result<Parsed, Problem> {
    if !patch.is_object() {
        return Err(Problem::invalid("patch", "A merge patch must be a JSON object (RFC 7396)."));
    }
    let mut record = Value::Object(as_map(&credential_of(head)?.without_masks())?);
    // Secrets must not pass through the merge: `null` there means clear, which a merge would turn into absence.
    merge_patch_keeping_null_secrets(&mut record, patch);
    Credential::parse(record)
}

fn merge_patch_keeping_null_secrets(record: &mut Value, patch: Value) {
    let nulls = null_paths(&patch, "");
    merge_patch(record, &patch);
    for path in nulls.iter().filter(|path| crate::credential::is_secret_path(path)) {
        set_null(record, path);
    }
}

fn null_paths(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Null => vec![path.to_owned()],
        Value::Object(map) => {
            let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            map.iter().flat_map(|(key, value)| null_paths(value, &join(key))).collect()
        }
        _ => Vec::new(),
    }
}

fn set_null(record: &mut Value, path: &str) {
    let mut place = record;
    let mut keys = path.split('.').peekable();
    while let Some(key) = keys.next() {
        let Value::Object(map) = place else { return };
        if keys.peek().is_none() {
            map.insert(key.to_owned(), Value::Null);
            return;
        }
        match map.get_mut(key) {
            Some(below) => place = below,
            None => return,
        }
    }
}

fn as_map(credential: &Credential) -> Result<Map<String, Value>, Problem> {
    match serde_json::to_value(credential) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(Problem::internal("a credential did not serialise to an object")),
    }
}

fn in_array(position: usize, mut problem: Problem) -> Problem {
    problem.message = format!("Record {}: {}", position + 1, problem.message);
    problem.field = Some(format!("[{position}].{}", problem.field.unwrap_or_default()));
    problem.hint = "Nothing was added; an array is added whole or not at all.".into();
    problem
}
