//! Which fields can be rotated, which check proves a value, and when a passed test no longer says anything.

use credenza_vault::RecordHead;
use sha2::{Digest, Sha256};

use super::part_of;
use crate::Problem;
use crate::check::{Action, WebhookSample};
use crate::credential::{Credential, CredentialType};

/// Days for which the old value is kept unless another date is chosen.
pub(crate) const KEEP_DAYS: i64 = 14;

/// What describes a record and has no part in how it connects.
const WORDS: [&str; 8] = ["name", "description", "owner", "location", "notes", "tags", "subscribers", "expiries"];

/// Refuses a field that cannot be rotated by itself.
///
/// # Errors
/// `invalid` for what is no secret field of the record.
pub(crate) fn rotates(credential: &Credential, field: &str) -> Result<(), Problem> {
    if part_of(field).is_some() || !credential.secret_fields().iter().any(|known| known == field) {
        return Err(Problem::invalid(field, format!("{field} is no secret field of this record as it is set up.")));
    }
    Ok(())
}

/// The check that proves a value of this field; `None` where there is none. A webhook is proved by a real request.
pub(crate) fn fitting(credential: &Credential, field: &str) -> Option<Action> {
    match credential.credential_type() {
        CredentialType::Secret => None,
        CredentialType::MailServer | CredentialType::OutboundServer => Some(Action::Connection),
        CredentialType::AppRegistration => Some(Action::Token { force: true }),
        CredentialType::Webhook if field == "proxy.password" => Some(Action::Connection),
        CredentialType::Webhook => Some(Action::Webhook(WebhookSample::default())),
    }
}

/// A digest of how the record connects: a test says something about a value only as long as this stays the same.
pub(crate) fn setup(head: &RecordHead) -> String {
    let mut meta = (*head.meta).clone();
    for word in WORDS {
        meta.shift_remove(word);
    }
    let text = serde_json::Value::Object(meta).to_string();
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
