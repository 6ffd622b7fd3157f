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
    /// The next twelve months, without what is muted.
    pub timeline: Timeline,
    /// The first few dates that are not muted, soonest first.
    pub next_expiries: Vec<ExpiryView>,
    /// The last check of each of the most recently checked credentials, newest first.
    pub recent_checks: Vec<CheckSummary>,
    /// The newest events.
    pub recent_events: Vec<EventRow>,
}

/// The next twelve months of the horizon, and what has ended, ready to be drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Timeline {
    /// Owners with a line of their own, the soonest date first; blank stands for nobody.
    pub owners: Vec<String>,
    /// Further owners share one more line.
    pub others: bool,
    /// What is drawn, by line and then by day.
    pub dots: Vec<TimelineDot>,
    /// How many dates are behind the dots.
    pub dates: u32,
    /// How many of these are estimates (D8).
    pub estimated: u32,
    /// How many dates are muted, and not drawn.
    pub muted: u32,
}

/// Dates of one line that are drawn at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct TimelineDot {
    /// The line: an index into the owners; one past them is that of the others.
    pub line: u32,
    /// Days from today to the soonest of them, negative when it has passed.
    pub from: i32,
    /// Days from today to the last of them.
    pub to: i32,
    /// How many dates.
    pub dates: u32,
    /// Every one of them is an estimate.
    pub estimated: bool,
    /// The soonest of them, one at least.
    pub first: Vec<ExpiryView>,
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
