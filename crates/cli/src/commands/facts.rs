//! `facts`, `readiness` and `sunset`.

use credenza_core::facts::{self, FactsStatus, Origin};
use credenza_core::readiness::{Readiness, State, Verdict};
use credenza_core::sunset::Sunset;
use credenza_core::{Code, Problem};

use crate::args::{FactsCommand, Global, ReadinessArgs};
use crate::output::{Output, printable, table};
use crate::unlock;

pub(super) fn facts(global: &Global, command: FactsCommand, output: &Output) -> Result<u8, Problem> {
    let places = unlock::places(global);
    let found = match command {
        FactsCommand::Status => facts::status(&places),
        FactsCommand::Replace { file } => vec![facts::replace(&places, &file)?],
        FactsCommand::Restore => facts::restore(&places)?,
    };
    output.result(&found, || {
        let faults = found.iter().filter_map(|status| {
            status
                .fault
                .as_ref()
                .map(|fault| format!("\n{} in the folder is not used: {}", status.name, printable(fault)))
        });
        let rows = table(["file", "origin", "entries", "version", "since"], found.iter().map(status_row));
        format!("{rows}{}", faults.collect::<String>())
    })?;
    Ok(0)
}

fn status_row(status: &FactsStatus) -> [String; 5] {
    let origin = match status.origin {
        Origin::BuiltIn => "built-in",
        Origin::Replaced => "replaced",
    };
    [
        status.name.clone(),
        origin.to_owned(),
        status.entries.to_string(),
        status.version.clone(),
        status.replaced_at.map(|at| at.to_string()).unwrap_or_default(),
    ]
}

pub(super) fn readiness(global: &Global, args: &ReadinessArgs, output: &Output) -> Result<u8, Problem> {
    let found = unlock::workspace(global)?.readiness(&args.reference)?;
    if args.script && !global.json {
        let script = found.script.as_deref().ok_or_else(|| {
            Problem::new(
                Code::Invalid,
                "There is no PowerShell for this record.",
                "It is written for Exchange Online alone.",
            )
        })?;
        output.line(script.trim_end())?;
    } else {
        output.result(&found, || readiness_words(&found))?;
    }
    Ok(if found.conclusion.is_none() { 0 } else { Code::CheckFailed.exit() })
}

fn readiness_words(found: &Readiness) -> String {
    let mut lines: Vec<String> = found.verdicts.iter().flat_map(verdict_lines).collect();
    lines.push(String::new());
    lines.push("How to set it up".to_owned());
    for (number, step) in found.checklist.iter().enumerate() {
        lines.push(format!("  {}. {} ({})", number + 1, step.text, step.path));
        let values = step.values.iter().map(|value| {
            let shown = if value.value.is_empty() { "(not in the record)" } else { &value.value };
            format!("     {}: {}", value.label, printable(shown))
        });
        lines.extend(values);
    }
    if found.script.is_some() {
        lines.push(String::new());
        lines.push("PowerShell for the Exchange administrator: credenza readiness REF --script".to_owned());
    }
    lines.join("\n")
}

fn verdict_lines(verdict: &Verdict) -> Vec<String> {
    let mark = match verdict.state {
        State::Met => "met      ",
        State::NotMet => "NOT MET  ",
        State::NotKnown => "not known",
    };
    let mut lines = vec![format!("{mark}  {}", verdict.title)];
    if !verdict.evidence.is_empty() {
        lines.push(format!("           seen: {}", printable(&verdict.evidence)));
    }
    if !verdict.action.is_empty() {
        lines.push(format!("           {}: {}", verdict.who.replace('_', " "), verdict.action));
    }
    lines
}

pub(super) fn sunset(global: &Global, output: &Output) -> Result<u8, Problem> {
    let found = unlock::workspace(global)?.sunset()?;
    output.result(&found, || found.iter().map(sunset_words).collect::<Vec<_>>().join("\n\n"))?;
    Ok(0)
}

fn sunset_words(sunset: &Sunset) -> String {
    let mut lines = vec![sunset.subject.clone()];
    lines.extend(sunset.timeline.iter().map(|step| format!("  {}: {}", step.when, step.what)));
    lines.push(format!("  Announced {} ({}); {}", sunset.last_announced, sunset.message_center_id, sunset.as_of));
    lines.push(format!("  Source: {}", sunset.source));
    if sunset.records.is_empty() {
        lines.push("No record uses it.".to_owned());
    } else {
        let rows = sunset
            .records
            .iter()
            .map(|record| [record.name.clone(), record.host.clone(), record.username.clone(), record.owner.clone()]);
        lines.push(table(["name", "host", "user", "owner"], rows));
    }
    lines.join("\n")
}
