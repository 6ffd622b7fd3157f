//! The events of the audit log: a closed set of typed fields, so that no secret and no server text can get in.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::operator::SlotKind;

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Event {
    /// Counts from 1 without gaps; the order, whatever the clock did.
    #[ts(type = "number")]
    pub seq: u64,
    /// When, by the clock of the machine that wrote it.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Who.
    pub operator: String,
    /// The kind of thing it is about.
    pub category: EventCategory,
    /// What happened.
    #[serde(flatten)]
    pub action: EventAction,
    /// SHA-256 of this event and the one before, hex.
    pub hash: String,
}

/// Kinds of events, to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventCategory {
    /// The vault as a whole.
    Vault,
    /// Credentials added, edited, removed.
    Credential,
    /// Checks, and what was really sent.
    Check,
    /// Secrets and tokens.
    Secret,
    /// Dates on which something stops working.
    Expiry,
    /// Ways to unlock.
    Slot,
    /// Settings and practice servers.
    Settings,
    /// Workflows.
    WorkflowTrigger,
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only this category.
    pub category: Option<EventCategory>,
    /// Only at or after this time.
    pub since: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: Option<u32>,
}

/// What can happen. The vault itself writes `VaultCreated`, `VaultBackedUp`, `VaultRestored`, `SessionStarted`,
/// `CredentialAdded`, `CredentialEdited`, `CredentialRemoved`, `EndpointRebound`, `SlotAdded` and `SlotRemoved`, each in
/// the transaction of the thing itself; the others come through [`crate::Vault::append`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields say what they are; each variant is one sentence of the log")]
pub enum EventAction {
    /// The vault was created.
    VaultCreated,
    /// The vault was unlocked.
    VaultUnlocked { slot_kind: SlotKind },
    /// Somebody failed to unlock it.
    VaultUnlockFailed {},
    /// The vault was locked.
    VaultLocked,
    /// A backup was made (written before, and so part of, the backup).
    VaultBackedUp,
    /// The vault was restored from a backup.
    VaultRestored,
    /// A session for scripts was started.
    SessionStarted {
        #[ts(type = "number")]
        minutes: u64,
    },
    /// All sessions were ended.
    SessionsEnded,
    /// A credential was added.
    CredentialAdded { id: Uuid, name: String },
    /// A credential was saved again.
    CredentialEdited { id: Uuid, name: String, fields: Vec<String> },
    /// A credential was removed.
    CredentialRemoved { id: Uuid, name: String },
    /// Stored secrets were allowed to go to another endpoint (vector 14).
    EndpointRebound { id: Uuid, name: String },
    /// The next value of a secret was entered; the current one still counts.
    RotationStarted { id: Uuid, name: String, field: String },
    /// The next value of a secret was thrown away.
    RotationCancelled { id: Uuid, name: String, field: String },
    /// The next value of a secret was tested in place of the current one.
    RotationTested { id: Uuid, name: String, field: String, outcome: String },
    /// The next value took the current one's place; `overruled` when its test or an old value still in force spoke against it.
    RotationSwitched { id: Uuid, name: String, field: String, keep_until: String, overruled: bool },
    /// The old value took its place again.
    RotationReturned { id: Uuid, name: String, field: String },
    /// The old value was revoked at its provider, somebody says.
    RotationRevoked { id: Uuid, name: String, field: String },
    /// The old value was removed: its time was over.
    RotationOldRemoved { id: Uuid, name: String, field: String },
    /// Something that uses a secret was added to its list, or ticked off.
    RotationUseNoted { id: Uuid, name: String, field: String, number: u32, done: bool },
    /// The main password of an account was changed: app passwords that depend on it are suspect (IQX-17).
    MainPasswordChanged { credentials: u32 },
    /// A credential is suspect: the main password of its account was changed (IQX-17).
    CredentialSuspected { id: Uuid, name: String },
    /// A check is about to run.
    CheckStarted { id: Option<Uuid>, name: String, kind: String, draft: bool },
    /// A check ended.
    CheckFinished { id: Option<Uuid>, name: String, kind: String, outcome: String, failed_stage: Option<String> },
    /// Many credentials were tested in one go; each of the tests has events of its own.
    ChecksFinished { passed: u32, warning: u32, failed: u32, cancelled: u32 },
    /// A secret is about to be revealed.
    SecretRevealIntended { id: Uuid, name: String, field: String },
    /// A token is about to be revealed.
    TokenRevealIntended { id: Uuid, name: String },
    /// A token script is about to run.
    ScriptStarted { id: Option<Uuid>, name: String },
    /// A fetched token was stored.
    TokenStored { id: Uuid, name: String },
    /// The server replaced a refresh token, and the new one was stored.
    RefreshTokenRotated { id: Uuid, name: String },
    /// The refresh token was used for no other reason than to keep it alive.
    TokenKeptAlive { id: Uuid, name: String },
    /// The provider takes the refresh token no longer: whatever uses it stops (TUF-24).
    TokenStopped { id: Uuid, name: String },
    /// A refresh token was sent and its answer never stored: it may be lost.
    TokenInDoubt { id: Uuid, name: String },
    /// A token was fetched again: whatever uses it goes on.
    TokenResumed { id: Uuid, name: String },
    /// A mail was accepted by the server.
    MailSent { id: Option<Uuid>, name: String, recipients: u32 },
    /// A request was sent.
    RequestSent { id: Option<Uuid>, name: String, method: String, status: Option<u16> },
    /// An application that was read from a directory was muted, or no longer is.
    ApplicationMuted { id: Uuid, name: String, app_id: String, muted: bool },
    /// What a directory reported for a credential is gone from it: its application, or one secret or certificate.
    DirectoryGone { id: Uuid, name: String, item: String },
    /// A way to unlock was added.
    SlotAdded { slot_id: Uuid, slot_kind: SlotKind },
    /// A way to unlock was removed.
    SlotRemoved { slot_id: Uuid, slot_kind: SlotKind },
    /// What is told of a date was changed: muted or not, its thresholds, owner or note.
    ExpiryItemChanged { id: Uuid, name: String, item: String, fields: Vec<String> },
    /// Something ends, and somebody is to be told: written before any way of telling is tried (QP-26).
    ExpiryAlert { id: Uuid, name: String, item: String, kind: String, on: String, days: i32 },
    /// An alert was told by a route.
    AlertSent { route: String, name: String, items: u32, recipients: u32 },
    /// A route of alerts was not used, or did not work. The reason is one of a closed set of words.
    AlertRouteFailed { route: String, name: String, reason: String, stage: Option<String>, items: u32 },
    /// No route told it: it is tried again with the next check.
    AlertUndelivered { items: u32 },
    /// Subscribers of a credential are told that it fails, or works again (ELI-3).
    SubscribersAlerted { id: Uuid, name: String, recovered: bool, recipients: u32 },
    /// Settings were saved.
    SettingsChanged { keys: Vec<String> },
    /// The practice servers were started.
    PracticeStarted,
    /// The practice servers were stopped.
    PracticeStopped,
}

impl EventAction {
    /// The category the action belongs to.
    pub fn category(&self) -> EventCategory {
        use EventAction as A;
        match self {
            A::VaultCreated | A::VaultUnlocked { .. } | A::VaultUnlockFailed {} | A::VaultLocked => {
                EventCategory::Vault
            }
            A::VaultBackedUp | A::VaultRestored | A::SessionStarted { .. } | A::SessionsEnded => EventCategory::Vault,
            A::CredentialAdded { .. } | A::CredentialEdited { .. } | A::CredentialRemoved { .. } => {
                EventCategory::Credential
            }
            A::EndpointRebound { .. } | A::CredentialSuspected { .. } => EventCategory::Credential,
            A::CheckStarted { .. } | A::CheckFinished { .. } | A::MailSent { .. } | A::RequestSent { .. } => {
                EventCategory::Check
            }
            A::ScriptStarted { .. } | A::ChecksFinished { .. } => EventCategory::Check,
            A::SecretRevealIntended { .. } | A::TokenRevealIntended { .. } => EventCategory::Secret,
            A::TokenStored { .. } | A::RefreshTokenRotated { .. } | A::TokenKeptAlive { .. } => EventCategory::Secret,
            A::TokenStopped { .. } | A::TokenInDoubt { .. } | A::TokenResumed { .. } => EventCategory::Secret,
            A::RotationStarted { .. } | A::RotationCancelled { .. } | A::RotationTested { .. } => EventCategory::Secret,
            A::RotationSwitched { .. } | A::RotationReturned { .. } => EventCategory::Secret,
            A::RotationRevoked { .. } | A::RotationOldRemoved { .. } => EventCategory::Secret,
            A::RotationUseNoted { .. } | A::MainPasswordChanged { .. } => EventCategory::Secret,
            A::ApplicationMuted { .. } | A::DirectoryGone { .. } => EventCategory::Credential,
            A::SlotAdded { .. } | A::SlotRemoved { .. } => EventCategory::Slot,
            // QP-24: what tells of a webhook's trigger token stands where its workflows' events do.
            A::ExpiryAlert { kind, .. } if kind == "trigger_token" => EventCategory::WorkflowTrigger,
            A::ExpiryItemChanged { .. } | A::ExpiryAlert { .. } | A::AlertSent { .. } => EventCategory::Expiry,
            A::AlertRouteFailed { .. } | A::AlertUndelivered { .. } => EventCategory::Expiry,
            A::SubscribersAlerted { .. } => EventCategory::Check,
            A::SettingsChanged { .. } | A::PracticeStarted | A::PracticeStopped => EventCategory::Settings,
        }
    }
}
