//! What the operations on a whole vault report.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::operator::SlotInfo;

/// What may be known of a vault without unlocking it. Nothing here is proven yet: only unlocking checks it.
#[derive(Debug, Clone, Serialize, Deserialize, TS, JsonSchema)]
pub struct VaultStatus {
    /// The path asked for.
    pub path: PathBuf,
    /// Whether there is a vault.
    pub exists: bool,
    /// Its id.
    pub vault_id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// Its format.
    pub format: Option<u32>,
    /// Ways to unlock it.
    pub slots: Vec<SlotInfo>,
    /// Size of the file in bytes.
    #[ts(type = "number")]
    pub size_bytes: u64,
}

/// What a check of the whole vault found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct VerifyReport {
    /// Records whose metadata decrypted and fits the manifest.
    #[ts(type = "number")]
    pub records: u64,
    /// Secret fields that decrypted.
    #[ts(type = "number")]
    pub secrets: u64,
    /// Secret fields this operator's slot cannot decrypt, and so could not check.
    #[ts(type = "number")]
    pub sealed: u64,
    /// Documents that decrypted and fit the manifest.
    #[ts(type = "number")]
    pub documents: u64,
    /// Events whose chain and content hold.
    #[ts(type = "number")]
    pub events: u64,
    /// Slots.
    #[ts(type = "number")]
    pub slots: u64,
    /// One sentence for each thing found wrong; empty when all is well.
    pub problems: Vec<String>,
}

/// What a check of the event chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct EventVerification {
    /// Events that hold, counted from the first.
    #[ts(type = "number")]
    pub checked: u64,
    /// Number of the first event that is wrong or missing.
    #[ts(type = "number | null")]
    pub first_bad: Option<u64>,
    /// Hash of the last event that holds, hex; copied to a safe place it pins the log.
    pub head: String,
}

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct BackupReport {
    /// The copy.
    pub path: PathBuf,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// Records in it.
    #[ts(type = "number")]
    pub records: u64,
    /// Events in it.
    #[ts(type = "number")]
    pub events: u64,
}

/// A finished restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct RestoreReport {
    /// The vault that was restored.
    pub vault_id: Uuid,
    /// Records in it.
    #[ts(type = "number")]
    pub records: u64,
    /// Events in it.
    #[ts(type = "number")]
    pub events: u64,
    /// Where the file that was there before lies now.
    pub replaced: Option<PathBuf>,
}
