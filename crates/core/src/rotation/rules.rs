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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn record(kind: &str, more: Value) -> Credential {
        let mut record = json!({ "type": kind, "name": "A", "description": "d" });
        record.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        Credential::parse(record).unwrap().credential
    }

    fn webhook() -> Credential {
        let proxy = json!({ "url": "http://proxy.example:3128", "username": "u", "password": "12345678" });
        record(
            "webhook",
            json!({ "host": "hook.example", "path": "/in", "signing_secret": "whsec_eA==", "proxy": proxy }),
        )
    }

    #[test]
    fn each_type_has_the_check_that_proves_a_new_value_of_it() {
        let host = json!({ "host": "mail.example", "auth": { "method": "password", "username": "u", "password": "12345678" } });
        assert!(matches!(fitting(&record("mail_server", host), "auth.password"), Some(Action::Connection)));
        assert!(fitting(&record("secret", json!({ "value": "12345678" })), "value").is_none(), "nothing can prove it");
        let app = json!({ "tenant_id": "11111111-2222-3333-4444-555555555555", "application_id": "a",
            "oauth2": { "grant": "client_credentials", "client_id": "a", "client_secret": "12345678" } });
        let app = record("app_registration", app);
        assert!(
            matches!(fitting(&app, "oauth2.client_secret"), Some(Action::Token { force: true })),
            "never one of the cache"
        );
        assert!(
            matches!(fitting(&webhook(), "proxy.password"), Some(Action::Connection)),
            "the proxy's needs no delivery"
        );
        assert!(matches!(fitting(&webhook(), "signing_secret"), Some(Action::Webhook(_))));
    }

    #[test]
    fn only_a_secret_that_the_record_has_as_it_is_set_up_is_rotated() {
        let hook = webhook();
        for field in ["signing_secret", "proxy.password"] {
            assert!(rotates(&hook, field).is_ok(), "{field}");
        }
        for field in ["name", "host", "auth.password", "next:signing_secret", "old:proxy.password", ""] {
            assert_eq!(rotates(&hook, field).unwrap_err().field.as_deref(), Some(field));
        }
        let open = record("mail_server", json!({ "host": "mail.example", "auth": { "method": "none" } }));
        assert!(rotates(&open, "auth.password").is_err(), "it signs in without one");
    }
}
