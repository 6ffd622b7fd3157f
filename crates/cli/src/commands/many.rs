//! `test --all`: many credentials in one go, and what their failures have in common.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use credenza_core::check::CancelFlag;
use credenza_core::{Code, ManyOptions, ManyOutcome, ManyProgress, ManyResult, ManyRow, ManyTold, Problem, Workspace};
use uuid::Uuid;

use super::block_on;
use super::checks::took;
use super::credentials::{known_type, wanted};
use crate::args::{Global, TestArgs};
use crate::output::{Output, coloured, printable, table};
use crate::unlock;

pub(super) fn test_all(global: &Global, args: &TestArgs, output: &Output) -> Result<u8, Problem> {
    known_type(&args.which)?;
    let workspace = unlock::workspace(global)?;
    let rows = workspace.rows()?;
    let ids: Vec<Uuid> = rows.iter().filter(|row| wanted(row, &args.which)).map(|row| row.id).collect();
    test_these(&workspace, &ids, args.timeout, output)
}

/// Tests these and no others.
pub(super) fn test_these(
    workspace: &Workspace,
    ids: &[Uuid],
    timeout: Option<Duration>,
    output: &Output,
) -> Result<u8, Problem> {
    let cancel = CancelFlag::new();
    let options = ManyOptions { progress: progress(output), cancel: cancel.clone(), timeout };
    let result = block_on(run(workspace, ids, options, cancel))??;
    output.result(&result, || words(&result))?;
    Ok(if result.failed == 0 { 0 } else { Code::CheckFailed.exit() })
}

/// Ctrl+C ends the run in good order: what is done is kept and shown.
async fn run(
    workspace: &Workspace,
    ids: &[Uuid],
    options: ManyOptions,
    cancel: CancelFlag,
) -> Result<ManyResult, Problem> {
    let mut work = std::pin::pin!(workspace.check_many(Some(ids), options));
    tokio::select! {
        ended = &mut work => ended,
        Ok(()) = tokio::signal::ctrl_c() => {
            cancel.cancel();
            work.await
        }
    }
}

/// A line that counts, where a person watches.
fn progress(output: &Output) -> Option<ManyTold> {
    if output.quiet || !std::io::stderr().is_terminal() {
        return None;
    }
    Some(Arc::new(|told: &ManyProgress| {
        let line = format!("\r\x1b[K{}/{}  {}", told.done, told.total, printable(&told.row.name).replace('\n', " "));
        let end = if told.done == told.total { "\r\x1b[K" } else { "" };
        let mut screen = std::io::stderr().lock();
        let _ = write!(screen, "{line}{end}").and_then(|()| screen.flush());
    }))
}

fn words(result: &ManyResult) -> String {
    let mut lines = Vec::new();
    if !result.results.is_empty() {
        lines.push(table(["name", "result", "stage", "what", "time"], result.results.iter().map(row)));
        lines.push(String::new());
    }
    let stopped = if result.cancelled == 0 { String::new() } else { format!(", {} cancelled", result.cancelled) };
    let counts =
        format!("{} passed, {} with a warning, {} failed{stopped}", result.passed, result.warning, result.failed);
    let colour = if result.failed == 0 { "32" } else { "31" };
    lines.push(format!("{} in {}", coloured(&counts, colour), took(result.duration_ms)));
    lines.extend(result.causes.iter().map(|cause| format!("  {}", printable(&cause.words))));
    lines.join("\n")
}

fn row(row: &ManyRow) -> [String; 5] {
    let result = match row.outcome {
        ManyOutcome::Passed => "passed",
        ManyOutcome::Warning => "warning",
        ManyOutcome::Failed => "failed",
        ManyOutcome::Cancelled => "cancelled",
    };
    let stage = row.failed_stage.map(|stage| stage.as_str()).unwrap_or_default();
    let headline = row.headline.replace('\n', " ");
    [row.name.clone(), result.into(), stage.into(), headline, took(row.duration_ms)]
}
