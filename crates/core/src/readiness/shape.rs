//! The readiness check as the shells show it.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::Step;

/// The judgement of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Readiness {
    /// Whose rules they are.
    pub service: ReadinessService,
    /// Id of the first verdict that is not met; `None` when nothing is known to be missing.
    pub conclusion: Option<String>,
    /// What has to be so, in the order in which it is needed.
    pub verdicts: Vec<Verdict>,
    /// How to set it up, with values to copy.
    pub checklist: Vec<Step>,
    /// PowerShell for the Exchange administrator, with the record's own ids.
    pub script: Option<String>,
}

impl Readiness {
    /// What *Copy* takes: `script`, or the value of the checklist with that id.
    pub fn part(&self, id: &str) -> Option<&str> {
        if id == "script" {
            return self.script.as_deref();
        }
        let values = self.checklist.iter().flat_map(|step| &step.values);
        values.into_iter().find(|value| value.id == id).map(|value| value.value.as_str())
    }
}

/// Whose rules are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ReadinessService {
    /// SMTP at Exchange Online.
    ExchangeOnline,
    /// SMTP at Gmail and Google Workspace.
    Gmail,
    /// An app registration in Entra ID for other services.
    Entra,
}

/// One thing that has to be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export, rename = "ReadinessVerdict")]
pub struct Verdict {
    /// Stable name.
    pub id: String,
    /// What has to be so.
    pub title: String,
    /// Whether it is.
    pub state: State,
    /// What shows it: a claim, a field, the server's words. Empty when nothing does.
    pub evidence: String,
    /// What to do; empty when it is met.
    pub action: String,
    /// Who has to do it, as in an explanation; empty when it is met.
    pub who: String,
}

/// Whether a thing is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export, rename = "ReadinessState")]
pub enum State {
    /// It is.
    Met,
    /// It is not.
    NotMet,
    /// Nothing that was seen shows it.
    NotKnown,
}

impl Verdict {
    /// A verdict whose evidence shows that it is met.
    pub(super) fn met(id: &str, title: &str, evidence: impl Into<String>) -> Verdict {
        Verdict::new(id, title, State::Met, evidence, ("", ""))
    }

    /// A verdict that is not met, with what to do and who.
    pub(super) fn not_met(id: &str, title: &str, evidence: impl Into<String>, remedy: (&str, &str)) -> Verdict {
        Verdict::new(id, title, State::NotMet, evidence, remedy)
    }

    /// A verdict that nothing shows, with how to find out and who can.
    pub(super) fn not_known(id: &str, title: &str, evidence: impl Into<String>, remedy: (&str, &str)) -> Verdict {
        Verdict::new(id, title, State::NotKnown, evidence, remedy)
    }

    fn new(id: &str, title: &str, state: State, evidence: impl Into<String>, (action, who): (&str, &str)) -> Verdict {
        Verdict {
            id: id.to_owned(),
            title: title.to_owned(),
            state,
            evidence: evidence.into(),
            action: action.to_owned(),
            who: who.to_owned(),
        }
    }
}
