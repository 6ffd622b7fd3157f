//! What needs attention, in words first.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use super::{CheckSummary, EventRow, ExpiryView};

/// The first page.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Overview {
    /// What needs attention, worst first.
    pub attention: Vec<Attention>,
    /// Counts over all credentials.
    pub totals: Totals,
    /// Every known date that is not muted, soonest first.
    pub expiries: Vec<ExpiryView>,
    /// How many dates are muted.
    pub expiries_muted: u32,
    /// The last check of each of the most recently checked credentials, newest first.
    pub recent_checks: Vec<CheckSummary>,
    /// The newest events.
    pub recent_events: Vec<EventRow>,
}

/// One sentence about what needs attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Attention {
    /// How much it weighs.
    pub severity: AttentionWeight,
    /// The sentence.
    pub text: String,
    /// The credentials it is about.
    pub credential_ids: Vec<Uuid>,
    /// What it is about, where a page of its own says more: `sunset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub topic: Option<String>,
}

/// How much an attention line weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AttentionWeight {
    /// Something does not work.
    Bad,
    /// Something will not work, or is unsafe.
    Warn,
    /// Good to know.
    Info,
}

/// Counts over all credentials.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Totals {
    /// All.
    pub credentials: u32,
    /// Last check failed.
    pub failing: u32,
    /// Something expires within 30 days, or has.
    pub expiring: u32,
    /// A secret may travel in clear.
    pub clear_text: u32,
    /// The certificate is not verified.
    pub not_verified: u32,
    /// Never checked.
    pub untested: u32,
}
