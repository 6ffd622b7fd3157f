//! `check`: one look at the dates, for cron, systemd and the Task Scheduler.

use credenza_core::alerts::{DueAlert, DueReport, RouteAttempt};
use credenza_core::vault::{Clock as _, SystemClock};
use credenza_core::{Code, DueOptions, Problem, look as look_at};

use super::block_on;
use crate::args::{CheckArgs, Global};
use crate::output::{Output, coloured, printable};
use crate::{schedule, unlock};

pub(super) fn check(global: &Global, args: &CheckArgs, output: &Output) -> Result<u8, Problem> {
    if args.install || args.print.is_some() {
        return schedule::run(global, args, output);
    }
    let looked = look(global, output);
    if let Err(problem) = &looked
        && let Err(error) = unlock::file(global).note_failed_look(why(problem).word())
    {
        output.warn(&format!("That nobody could look is not noted: {error}."));
    }
    looked
}

/// A passphrase that cannot be read leaves the vault locked, whatever is wrong with its file.
fn why(problem: &Problem) -> Code {
    if problem.field.as_deref() == Some(unlock::PASSPHRASE) { Code::Locked } else { problem.code }
}

fn look(global: &Global, output: &Output) -> Result<u8, Problem> {
    let peek = unlock::peek(global)?;
    let options = DueOptions { exit_code: true, ..DueOptions::default() };
    let (report, noted) = block_on(look_at(peek, (&unlock::places(global), SystemClock.now()), &options))??;
    if let Err(problem) = noted {
        output.warn(&format!("When this check looked is not noted: {}", problem.message));
    }
    print(&report, output)
}

fn print(report: &DueReport, output: &Output) -> Result<u8, Problem> {
    output.result(report, || words(report))?;
    if report.undelivered > 0 {
        output.insist("Nobody could be told of some of it; the next check tries again. See `credenza alerts show`.");
    }
    let kept_alive = report.kept_alive.iter().all(|token| token.ok);
    Ok(match (report.is_due(), kept_alive) {
        (true, _) => Code::Expiring.exit(),
        (false, false) => Code::CheckFailed.exit(),
        (false, true) => 0,
    })
}

fn words(report: &DueReport) -> String {
    let mut lines: Vec<String> = report.alerts.iter().map(due_words).collect();
    if lines.is_empty() {
        let next = report.next_due.map(|next| format!(" The next is due on {}.", next.strftime("%Y-%m-%d")));
        lines.push(format!("Nothing new is due.{}", next.unwrap_or_default()));
    }
    lines.extend(report.attempts.iter().map(attempt_words));
    lines.extend(report.kept_alive.iter().map(|token| {
        let what = if token.ok { "kept alive" } else { "not kept alive" };
        format!("{}: {what}: {}", printable(&token.name), printable(&token.words))
    }));
    lines.join("\n")
}

fn due_words(alert: &DueAlert) -> String {
    let colour = if alert.item.days < 0 { "31" } else { "33" };
    let told = match &alert.told_by {
        Some(way) => format!("  [{}]", way.replace('_', " ")),
        None => "  [nobody was told]".into(),
    };
    format!("{}{told}", coloured(&printable(&alert.words), colour))
}

/// One way, for the terminal.
pub(super) fn attempt_words(attempt: &RouteAttempt) -> String {
    let name =
        if attempt.name.is_empty() { String::new() } else { format!(" \u{201c}{}\u{201d}", printable(&attempt.name)) };
    let way = attempt.route.replace('_', " ");
    match (attempt.ok, attempt.recipients) {
        (true, 0) => format!("  {way}{name}: ok"),
        (true, 1) => format!("  {way}{name}: accepted for 1 address"),
        (true, many) => format!("  {way}{name}: accepted for {many} addresses"),
        (false, _) => format!("  {way}{name}: {}", printable(&attempt.words)),
    }
}
