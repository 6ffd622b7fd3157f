//! What a run over many credentials gives.

use credenza_net::StageName;
use credenza_vault::RecordHead;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::Problem;
use crate::check::{Finished, Outcome};
use crate::credential::CredentialType;
use crate::view::CheckSummary;

/// The end of a run over many credentials.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct ManyResult {
    /// When it began, UTC.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// How many passed.
    pub passed: u32,
    /// How many passed with a warning of weight.
    pub warning: u32,
    /// How many did not work.
    pub failed: u32,
    /// How many were stopped or not begun, because the run was cancelled.
    pub cancelled: u32,
    /// Every credential of the run, by name.
    pub results: Vec<ManyRow>,
    /// The failures by what they have in common, the largest group first.
    pub causes: Vec<Cause>,
}

/// One credential of a run.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct ManyRow {
    /// The credential.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub credential_type: CredentialType,
    /// How its test ended.
    pub outcome: ManyOutcome,
    /// The first broken stage.
    pub failed_stage: Option<StageName>,
    /// What happened, in a few words.
    pub headline: String,
    /// How long its test took, in milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
}

/// How one test of a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ManyOutcome {
    /// Everything worked.
    Passed,
    /// Everything worked, with a warning of weight.
    Warning,
    /// A stage did not work, or the test was refused.
    Failed,
    /// The run was cancelled before it ended.
    Cancelled,
}

/// Failures with something in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Cause {
    /// One sentence, such as "7 of 9 failures are one expired certificate (CN=mx.example.com)".
    pub words: String,
    /// The entry of the catalogue, or `unknown`.
    pub explanation: String,
    /// What they share: `certificate`, `host` or `reason`.
    pub shared: String,
    /// Which: the certificate's SHA-256, the host, the reason's words.
    pub value: String,
    /// How many failures.
    pub count: u32,
    /// The credentials.
    pub credentials: Vec<Uuid>,
}

/// A result of a run, as it comes.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct ManyProgress {
    /// Results so far, this one included.
    pub done: u32,
    /// Credentials in the run.
    pub total: u32,
    /// The result.
    pub row: ManyRow,
}

impl ManyRow {
    pub(super) fn of(head: &RecordHead, finished: &Finished) -> ManyRow {
        if finished.cancelled {
            let headline = "Cancelled".into();
            return ManyRow { duration_ms: finished.result.duration_ms, headline, ..ManyRow::not_begun(head) };
        }
        let summary = CheckSummary::of(&finished.result, head.id);
        ManyRow {
            outcome: match summary.outcome {
                Outcome::Passed => ManyOutcome::Passed,
                Outcome::Warning => ManyOutcome::Warning,
                Outcome::Failed => ManyOutcome::Failed,
            },
            failed_stage: summary.failed_stage,
            headline: summary.headline,
            duration_ms: summary.duration_ms,
            ..ManyRow::not_begun(head)
        }
    }

    /// A test that was not even allowed to begin.
    pub(super) fn refused(head: &RecordHead, problem: &Problem) -> ManyRow {
        let headline = problem.message.clone();
        ManyRow {
            outcome: ManyOutcome::Failed,
            failed_stage: Some(StageName::Input),
            headline,
            ..ManyRow::not_begun(head)
        }
    }

    pub(super) fn not_begun(head: &RecordHead) -> ManyRow {
        ManyRow {
            id: head.id,
            name: head.name.clone(),
            credential_type: CredentialType::of(&head.record_type).unwrap_or(CredentialType::Secret),
            outcome: ManyOutcome::Cancelled,
            failed_stage: None,
            headline: "Not run".into(),
            duration_ms: 0,
        }
    }
}
