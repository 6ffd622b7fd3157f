//! What a look at the dates found and did.

use credenza_vault::VaultFile;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use super::words::failed_look_words;
use crate::view::ExpiryView;

/// One run of `credenza check`, of the checker in the window, or of the catch-up at its start.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct DueReport {
    /// When it looked.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What somebody was, or is, to be told of, most urgent first.
    pub alerts: Vec<DueAlert>,
    /// The ways that were tried or passed over, in order.
    pub attempts: Vec<RouteAttempt>,
    /// Refresh tokens that were used to keep them alive.
    pub kept_alive: Vec<KeptAlive>,
    /// How many alerts no way could tell; the next run tries again.
    pub undelivered: u32,
    /// From when on something is due that is not due now.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub next_due: Option<Timestamp>,
}

/// An item that somebody is told of.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct DueAlert {
    /// The item.
    pub item: ExpiryView,
    /// The threshold that was passed, in days before the end; absent from the end on.
    pub threshold: Option<u16>,
    /// One sentence.
    pub words: String,
    /// It stands for thresholds that passed while nobody looked.
    pub catch_up: bool,
    /// Its event was written by an earlier run that reached nobody.
    pub again: bool,
    /// The way that told it, if one did: `mail`, `webhook`, `desktop`, `exit_code`.
    pub told_by: Option<String>,
}

/// What became of one way of telling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct RouteAttempt {
    /// `mail`, `webhook`, `desktop` or `exit_code`.
    pub route: String,
    /// Name of the credential it goes by; else blank.
    pub name: String,
    /// Everybody was reached.
    pub ok: bool,
    /// Why not, from a closed set of words.
    pub reason: Option<String>,
    /// The stage at which it failed.
    pub stage: Option<String>,
    /// Why not, in words.
    pub words: String,
    /// How many items it was about.
    pub items: u32,
    /// How many addresses took the mail.
    pub recipients: u32,
}

/// A refresh token that was used to keep it alive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct KeptAlive {
    /// Whose.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// It worked.
    pub ok: bool,
    /// What happened, in a few words.
    pub words: String,
}

/// What *Send a sample alert* did: every way is tried, each for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct SampleReport {
    /// The ways, in order.
    pub attempts: Vec<RouteAttempt>,
}

/// Whether somebody looks at the dates at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Watch {
    /// When a check looked last, on this machine.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub last_look: Option<Timestamp>,
    /// When the last check could not look, if none did since.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub failed_at: Option<Timestamp>,
    /// No check has looked for 48 hours, or had for so long until lately.
    pub overdue: bool,
    /// What is wrong, in a sentence; blank when nothing is.
    pub warning: String,
}

/// Since when nobody could look at the dates of a vault, as is known without unlocking it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CouldNotLook {
    /// The look that failed.
    #[ts(type = "string")]
    pub since: Timestamp,
    /// Why, as the end of a sentence.
    pub why: String,
}

impl CouldNotLook {
    /// What is noted on this machine, if no look succeeded since.
    pub fn of(file: &VaultFile) -> Option<CouldNotLook> {
        let failed = file.failed_look()?;
        Some(CouldNotLook { since: failed.at, why: failed_look_words(&failed.code).to_owned() })
    }
}

impl DueReport {
    /// Nothing is due, as the last full look at the same state of the vault knows.
    pub fn nothing(at: Timestamp, next_due: Option<Timestamp>) -> DueReport {
        let (alerts, attempts, kept_alive) = (Vec::new(), Vec::new(), Vec::new());
        DueReport { at, alerts, attempts, kept_alive, undelivered: 0, next_due }
    }

    /// Whether something is due: then `credenza check` exits with 10.
    pub fn is_due(&self) -> bool {
        !self.alerts.is_empty()
    }
}
