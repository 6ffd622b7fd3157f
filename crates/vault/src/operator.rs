//! Operators, their roles, and the slots they unlock with.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// How far an operator's slot reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Unwraps the administrator root, and through it everything.
    Administrator,
    /// Unwraps the use root only: sealed secrets cannot be decrypted with it (decision D10).
    Helpdesk,
}

/// A person with a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Operator {
    /// The name shown in events.
    pub name: String,
    /// The role of the slot.
    pub role: Role,
}

/// One kind of way to unlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// A passphrase, stretched with Argon2id.
    Passphrase,
    /// 32 random bytes kept by the operating system's keyring.
    Device,
    /// A printed code of 160 random bits.
    Recovery,
}

impl SlotKind {
    /// The word for people.
    pub fn words(self) -> &'static str {
        match self {
            SlotKind::Passphrase => "passphrase",
            SlotKind::Device => "device",
            SlotKind::Recovery => "recovery",
        }
    }

    pub(crate) fn number(self) -> u8 {
        match self {
            SlotKind::Passphrase => 1,
            SlotKind::Device => 2,
            SlotKind::Recovery => 3,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        [SlotKind::Passphrase, SlotKind::Device, SlotKind::Recovery]
            .into_iter()
            .find(|k| i64::from(k.number()) == number)
    }
}

impl Role {
    pub(crate) fn number(self) -> u8 {
        match self {
            Role::Administrator => 1,
            Role::Helpdesk => 2,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        [Role::Administrator, Role::Helpdesk].into_iter().find(|r| i64::from(r.number()) == number)
    }
}

/// What may be known of a slot without unlocking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct SlotInfo {
    /// Stable id.
    pub id: Uuid,
    /// Passphrase, device or recovery.
    pub kind: SlotKind,
    /// Whose it is, and how far it reaches.
    pub operator: Operator,
    /// When it was added.
    #[ts(type = "string")]
    pub created_at: Timestamp,
    /// For people: the computer a device slot belongs to, say.
    pub label: String,
}
