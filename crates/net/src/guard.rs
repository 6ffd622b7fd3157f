//! A stage under way.

use serde_json::Value;

use crate::failure::Failure;
use crate::recorder::Recorder;
use crate::stage::{StageName, StageStatus};

/// Ends a stage. Dropped without an ending, the stage stays running until the recorder is closed.
#[must_use = "a stage needs an ending"]
#[derive(Debug)]
pub struct StageGuard {
    rec: Recorder,
    name: StageName,
}

impl StageGuard {
    pub(crate) fn new(rec: Recorder, name: StageName) -> StageGuard {
        StageGuard { rec, name }
    }

    /// Facts seen so far, kept should the stage never come to its end.
    pub(crate) fn so_far(&self, evidence: Value) {
        self.rec.amend(self.name, StageStatus::Running, "", evidence);
    }

    /// Done, as wished.
    pub fn pass(self, summary: impl AsRef<str>) {
        self.rec.finish(self.name, StageStatus::Passed, summary.as_ref(), None);
    }

    /// Done, as wished, with facts.
    pub fn pass_with(self, summary: impl AsRef<str>, evidence: Value) {
        self.rec.finish(self.name, StageStatus::Passed, summary.as_ref(), Some(evidence));
    }

    /// Done, with something to look at.
    pub fn warn(self, summary: impl AsRef<str>, evidence: Value) {
        self.rec.finish(self.name, StageStatus::Warning, summary.as_ref(), Some(evidence));
    }

    /// Does not apply.
    pub fn skip(self, summary: impl AsRef<str>) {
        self.rec.finish(self.name, StageStatus::Skipped, summary.as_ref(), None);
    }

    /// Did not work.
    pub fn fail(self, failure: &Failure) {
        self.rec.finish(self.name, StageStatus::Failed, &failure.message, None);
    }

    /// Did not work, with facts.
    pub fn fail_with(self, failure: &Failure, evidence: Value) {
        self.rec.finish(self.name, StageStatus::Failed, &failure.message, Some(evidence));
    }
}
