//! The last look at a result before anybody sees it: what the redaction missed is taken out whole.

use credenza_net::{Recorder, Stage};
use serde_json::Value;

use super::CheckResult;

/// Replaces every text of a result in which a protected secret is left. The redaction at the entry leaves none; this is the
/// second lock on the same door, with another key.
pub(super) fn withhold(result: &mut CheckResult, rec: &Recorder) {
    for stage in &mut result.stages {
        in_stage(stage, rec);
    }
    if let Some(explanation) = &mut result.explanation {
        in_text(&mut explanation.raw, rec);
        if explanation.is_unknown() {
            in_text(&mut explanation.title, rec);
        }
    }
    for warning in &mut result.warnings {
        in_text(&mut warning.message, rec);
    }
    for line in &mut result.transcript {
        in_text(&mut line.text, rec);
    }
    in_value(&mut result.result, rec);
}

fn in_stage(stage: &mut Stage, rec: &Recorder) {
    in_text(&mut stage.target, rec);
    in_text(&mut stage.summary, rec);
    in_value(&mut stage.evidence, rec);
    for step in &mut stage.steps {
        in_stage(step, rec);
    }
}

fn in_text(text: &mut String, rec: &Recorder) {
    if let Some(leak) = rec.leak(text) {
        *text = format!("[withheld: it held a secret of the kind {}]", leak.kind);
    }
}

fn in_value(value: &mut Value, rec: &Recorder) {
    match value {
        Value::String(text) => in_text(text, rec),
        Value::Array(items) => items.iter_mut().for_each(|item| in_value(item, rec)),
        Value::Object(fields) => fields.values_mut().for_each(|item| in_value(item, rec)),
        _ => {}
    }
}
