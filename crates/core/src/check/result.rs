//! A check's result, as "A check result" of the contract has it.

use credenza_net::{Explanation, Failure, Record, Stage, StageName, StageStatus, TranscriptLine, Warning};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;
use uuid::Uuid;

use super::{Action, Subject};
use crate::CredentialType;

/// Warnings that turn a passed check into one with outcome `warning`.
const WEIGHTY: [&str; 2] = ["not_verified", "clear_text"];

/// The diagnosed result of one check. It holds no secret: every text passed the recorder's redaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(export)]
pub struct CheckResult {
    /// What was tested.
    pub credential: CheckedCredential,
    /// Which test it was.
    pub kind: CheckKind,
    /// How it ended.
    pub outcome: Outcome,
    /// The first stage that did not work; `None` unless failed.
    pub failed_stage: Option<StageName>,
    /// When it began, UTC.
    #[ts(type = "string")]
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// Whether every certificate seen was verified; `None` when no TLS was spoken.
    pub certificate_verified: Option<bool>,
    /// All stages in their order.
    pub stages: Vec<Stage>,
    /// What the failure means; `None` when passed.
    pub explanation: Option<Explanation>,
    /// What worked and should still be looked at.
    pub warnings: Vec<Warning>,
    /// What the action gave; an empty object when it gave nothing.
    pub result: Value,
    /// What differs from the last time it passed.
    pub changes_since_last_pass: Vec<Change>,
    /// When a check of this kind last passed before this one, and what follows from the changes; `None` when none ever did.
    #[serde(default)]
    pub last_pass: Option<LastPass>,
    /// What was said on the wire, redacted.
    pub transcript: Vec<TranscriptLine>,
}

/// Which credential a result is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(export)]
pub struct CheckedCredential {
    /// Its id; `None` for a draft.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub credential_type: CredentialType,
}

/// The kinds of check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CheckKind {
    /// *Test connection*.
    Connection,
    /// A mail was sent.
    Email,
    /// *Fetch Token*.
    Token,
    /// *Test Action*, or a request through an outbound server.
    Action,
    /// *Read from Entra*.
    Inventory,
}

impl CheckKind {
    /// The name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            CheckKind::Connection => "connection",
            CheckKind::Email => "email",
            CheckKind::Token => "token",
            CheckKind::Action => "action",
            CheckKind::Inventory => "inventory",
        }
    }

    /// The kind of check that an action is.
    pub fn of(action: &Action) -> CheckKind {
        match action {
            Action::Connection => CheckKind::Connection,
            Action::Email(_) => CheckKind::Email,
            Action::Token { .. } => CheckKind::Token,
            Action::Webhook(_) | Action::Call(_) => CheckKind::Action,
            Action::Inventory(_) => CheckKind::Inventory,
        }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Outcome {
    /// Everything worked.
    Passed,
    /// Everything worked, with a warning of weight: not verified, or in clear.
    Warning,
    /// A stage did not work.
    Failed,
}

impl Outcome {
    /// The name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Warning => "warning",
            Outcome::Failed => "failed",
        }
    }
}

/// One thing that differs from the last time a check passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(export)]
pub struct Change {
    /// What differs, such as `certificate`.
    pub what: String,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

impl Change {
    /// What differs, in words.
    pub fn label(&self) -> &str {
        match self.what.as_str() {
            "record" => "This record",
            "addresses" => "Addresses",
            "peer" => "Address in use",
            "tls_version" => "TLS version",
            "cipher" => "Cipher",
            "certificate" => "Server certificate",
            "token_addresses" => "Addresses of the token server",
            "token_peer" => "Address in use of the token server",
            "token_tls_version" => "TLS version of the token server",
            "token_cipher" => "Cipher of the token server",
            "token_certificate" => "Certificate of the token server",
            "software" => "Software",
            "starttls" => "STARTTLS",
            "capabilities" => "Capabilities",
            "auth" => "Ways to sign in",
            "audience" => "Token audience",
            "issuer" => "Token issuer",
            "roles" => "Token roles",
            "scopes" => "Token scopes",
            "lifetime" => "Token lifetime",
            "reply" => "Reply",
            other => other,
        }
    }
}

/// The last time a check of this kind passed, seen from a later one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(export)]
pub struct LastPass {
    /// When it began, UTC.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// One sentence: what the changes, or their absence, say.
    pub words: String,
}

/// How a run ended, before it is put into words.
pub(super) struct Ending {
    pub(super) started_at: Timestamp,
    pub(super) record: Record,
    pub(super) failure: Option<Failure>,
    pub(super) explanation: Option<Explanation>,
    pub(super) result: Value,
}

impl CheckResult {
    pub(super) fn new(subject: &Subject, action: &Action, ending: Ending) -> CheckResult {
        let Ending { started_at, mut record, failure, explanation, result } = ending;
        if let Some(failure) = &failure {
            mark_failed(&mut record.stages, failure);
            skip_what_was_passed_by(&mut record.stages);
        }
        time_request(&mut record);
        let failed_stage =
            record.stages.iter().find(|stage| stage.status == StageStatus::Failed).map(|stage| stage.name);
        let weighty = record.warnings.iter().any(|warning| WEIGHTY.contains(&warning.id.as_str()));
        let outcome = match (&failure, weighty) {
            (Some(_), _) => Outcome::Failed,
            (None, true) => Outcome::Warning,
            (None, false) => Outcome::Passed,
        };
        CheckResult {
            credential: CheckedCredential {
                id: subject.id,
                name: subject.credential.common.name.clone(),
                credential_type: subject.credential.credential_type(),
            },
            kind: CheckKind::of(action),
            outcome,
            failed_stage,
            started_at,
            duration_ms: record.duration_ms,
            certificate_verified: record.certificate_verified,
            stages: record.stages,
            explanation,
            warnings: record.warnings,
            result: if result.is_null() { Value::Object(Map::new()) } else { result },
            changes_since_last_pass: Vec::new(),
            last_pass: None,
            transcript: record.transcript,
        }
    }
}

impl CheckResult {
    /// Whether the comparison with the last pass has something to say: always after a failure, else when something differs.
    pub fn tells_changes(&self) -> bool {
        self.last_pass.is_some() && (self.outcome == Outcome::Failed || !self.changes_since_last_pass.is_empty())
    }
}

// A stage before the broken one that was never entered does not apply: a password needs no token.
fn skip_what_was_passed_by(stages: &mut [Stage]) {
    let broken = stages.iter().position(|stage| stage.status == StageStatus::Failed).unwrap_or(0);
    for stage in stages[..broken].iter_mut().filter(|stage| stage.status == StageStatus::NotReached) {
        stage.status = StageStatus::Skipped;
    }
}

// A failure between two stages (a deadline, most often) still belongs to a stage: the one it names.
fn mark_failed(stages: &mut [Stage], failure: &Failure) {
    if stages.iter().any(|stage| stage.status == StageStatus::Failed) {
        return;
    }
    if let Some(stage) = stages.iter_mut().find(|stage| stage.name == failure.stage) {
        stage.status = StageStatus::Failed;
        stage.summary.clone_from(&failure.message);
    }
}

// A request's answer is judged in no time, after the exchange. The time that no other stage took was spent waiting for it.
fn time_request(record: &mut Record) {
    let judged = [StageName::Authenticate, StageName::Permission, StageName::Action];
    let counted: u64 = record.stages.iter().map(|stage| stage.duration_ms).sum();
    let last = record.stages.iter_mut().rev().find(|stage| {
        judged.contains(&stage.name) && matches!(stage.status, StageStatus::Passed | StageStatus::Failed)
    });
    if let Some(stage) = last.filter(|stage| stage.duration_ms == 0 && stage.evidence.get("status").is_some()) {
        stage.duration_ms = record.duration_ms.saturating_sub(counted);
    }
}
