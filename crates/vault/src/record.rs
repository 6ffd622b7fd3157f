//! Records as the vault sees them: a name, metadata it does not understand, and secret fields.

use crate::written::Written;
use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;
use uuid::Uuid;

/// Which root a record's key is wrapped under (decision D10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Every operator's slot can decrypt the secrets; that helpdesk does not see them is policy.
    #[default]
    Usable,
    /// Only an administrator's slot can decrypt the secrets.
    Sealed,
}

impl Class {
    pub(crate) fn number(self) -> u8 {
        match self {
            Class::Usable => 1,
            Class::Sealed => 2,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        [Class::Usable, Class::Sealed].into_iter().find(|c| i64::from(c.number()) == number)
    }
}

/// SHA-256 over everything that says where a secret goes (scheme, host, port, TLS mode, verify mode, proxy, method,
/// token URL, script); part of what each secret is encrypted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointDigest(pub [u8; 32]);

/// Everything of a record but its secrets.
#[derive(Debug, Clone)]
pub struct RecordHead {
    /// Stable id, UUIDv7.
    pub id: Uuid,
    /// The record's type, as text.
    pub record_type: String,
    /// Unique without regard to case.
    pub name: String,
    /// Usable or sealed.
    pub class: Class,
    /// Counts saves from 1.
    pub revision: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Where its secrets may go; a caller that knows the record's meaning compares it with its own.
    pub endpoint: EndpointDigest,
    /// Everything not secret.
    pub meta: Written<Map<String, Value>>,
    /// Secret field → mask, `****abcd`.
    pub masks: Written<BTreeMap<String, String>>,
}

impl RecordHead {
    /// The same, borrowed.
    pub fn view(&self) -> HeadView<'_> {
        HeadView {
            id: self.id,
            record_type: &self.record_type,
            name: Cow::Borrowed(&self.name),
            class: self.class,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
            endpoint: self.endpoint,
            meta: self.meta.text(),
            masks: self.masks.text(),
        }
    }
}

/// Everything of a record but its secrets, borrowed from where it was decrypted; see [`Vault::map_heads`](crate::Vault::map_heads).
#[derive(Debug, Clone)]
pub struct HeadView<'a> {
    /// Stable id, UUIDv7.
    pub id: Uuid,
    /// The record's type, as text.
    pub record_type: &'a str,
    /// Unique without regard to case.
    pub name: Cow<'a, str>,
    /// Usable or sealed.
    pub class: Class,
    /// Counts saves from 1.
    pub revision: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Where its secrets may go.
    pub endpoint: EndpointDigest,
    /// Everything not secret, as the JSON object it was saved as.
    pub meta: &'a str,
    /// Secret field → mask, as a JSON object.
    pub masks: &'a str,
}

impl From<&HeadView<'_>> for RecordHead {
    fn from(view: &HeadView<'_>) -> RecordHead {
        RecordHead {
            id: view.id,
            record_type: view.record_type.to_owned(),
            name: view.name.clone().into_owned(),
            class: view.class,
            revision: view.revision,
            created_at: view.created_at,
            updated_at: view.updated_at,
            endpoint: view.endpoint,
            meta: Written::keep(view.meta),
            masks: Written::keep(view.masks),
        }
    }
}

/// A record to add.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// The record's type, as text.
    pub record_type: String,
    /// Unique without regard to case.
    pub name: String,
    /// Usable or sealed.
    pub class: Class,
    /// Everything not secret.
    pub meta: Map<String, Value>,
    /// Secret field → value.
    pub secrets: BTreeMap<String, SecretString>,
    /// Where the secrets may go.
    pub endpoint: EndpointDigest,
}

/// A record as it is to be after an edit.
#[derive(Debug, Clone)]
pub struct RecordChange {
    /// The record's type, as text.
    pub record_type: String,
    /// Unique without regard to case.
    pub name: String,
    /// Usable or sealed.
    pub class: Class,
    /// Everything not secret.
    pub meta: Map<String, Value>,
    /// Where the secrets may go from now on. Kept secrets move with it, which only an administrator may do.
    pub endpoint: EndpointDigest,
    /// What happens to secret fields; a field not named is kept.
    pub secrets: BTreeMap<String, SecretChange>,
    /// Names of the fields that changed, for history and events; never values.
    pub changed_fields: Vec<String>,
}

/// What an edit does to one secret field.
#[derive(Debug, Clone)]
pub enum SecretChange {
    /// Keeps the value, encrypted anew for the new revision and endpoint.
    Keep,
    /// Takes a new value.
    Replace(SecretString),
    /// Removes the field.
    Remove,
}

/// What happened to a record once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct HistoryEntry {
    /// When.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Who.
    pub operator: String,
    /// The revision that came of it.
    #[ts(type = "number")]
    pub revision: u64,
    /// The fields that changed; never values.
    pub fields: Vec<String>,
    /// Added, edited or removed.
    pub kind: HistoryKind,
}

/// The kinds of [`HistoryEntry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// The record came in.
    Added,
    /// It was saved again.
    Edited,
    /// It was removed.
    Removed,
}
