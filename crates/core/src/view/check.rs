//! The end of a check in one line.

use credenza_net::StageName;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::check::{CheckKind, CheckResult, Outcome};

/// The end of a check in one line, for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(export)]
pub struct CheckSummary {
    /// When it started.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Which button.
    pub kind: CheckKind,
    /// How it ended.
    pub outcome: Outcome,
    /// What happened, in a few words.
    pub headline: String,
    /// The first broken stage.
    pub failed_stage: Option<StageName>,
    /// How long it took.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// The last day of the server certificate that was seen, if one was.
    #[serde(default)]
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub certificate_until: Option<Date>,
    /// Its first day.
    #[serde(default)]
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub certificate_from: Option<Date>,
    /// The credential's id.
    pub credential_id: Uuid,
    /// The credential's name at that time.
    pub credential_name: String,
}

impl CheckSummary {
    /// The summary of a result that belongs to a stored credential.
    pub fn of(result: &CheckResult, credential_id: Uuid) -> CheckSummary {
        let explained = result.explanation.as_ref().map(|explanation| {
            if explanation.title.is_empty() {
                explanation.raw.chars().take(120).collect()
            } else {
                explanation.title.clone()
            }
        });
        let plain = match (result.outcome, result.kind) {
            (Outcome::Failed, _) => "Failed",
            (_, CheckKind::Email) => "Accepted by the server",
            (_, CheckKind::Token) => "Token fetched",
            (_, CheckKind::Action) => "Request answered",
            (_, CheckKind::Inventory) => "Read from Entra",
            (_, CheckKind::Connection) => "Connection works",
        };
        CheckSummary {
            at: result.started_at,
            kind: result.kind,
            outcome: result.outcome,
            headline: explained.unwrap_or_else(|| plain.to_owned()),
            failed_stage: result.failed_stage,
            certificate_until: certificate_day(result, "not_after"),
            certificate_from: certificate_day(result, "not_before"),
            duration_ms: result.duration_ms,
            credential_id,
            credential_name: result.credential.name.clone(),
        }
    }
}

/// A date of the certificate that the server showed: the first of the chain in the evidence of stage `tls`.
fn certificate_day(result: &CheckResult, field: &str) -> Option<Date> {
    let tls = result.stages.iter().find(|stage| stage.name == StageName::Tls)?;
    let day = tls.evidence.get("chain")?.get(0)?.get(field)?.as_str()?;
    day.parse::<Timestamp>().ok().map(|day| day.to_zoned(TimeZone::UTC).date())
}
