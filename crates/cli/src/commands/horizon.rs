//! `expiring`.

use std::time::Duration;

use credenza_core::credential::ExpirySource;
use credenza_core::horizon::{ExportFormat, HorizonFilter, HorizonKind, MutedFilter};
use credenza_core::view::ExpiryView;
use credenza_core::{Code, CredentialType, Problem, Workspace};

use crate::args::{ExpiringArgs, FormatArg, Global};
use crate::output::{Output, coloured, table};
use crate::unlock;

/// What counts as due without --within, in days.
const DUE_DAYS: i32 = 30;
const DAY: u64 = 24 * 3600;

pub(super) fn expiring(global: &Global, args: &ExpiringArgs, output: &Output) -> Result<u8, Problem> {
    let filter = filter(args)?;
    let workspace = unlock::workspace(global)?;
    let items = workspace.horizon_once(&filter)?;
    print(&workspace, &items, args, output)?;
    // The list is of this moment; whether anybody is told of what stands in it is another question (D9).
    let warning = workspace.watch()?.warning;
    if !warning.is_empty() {
        output.say(&warning);
    }
    let within = filter.within.unwrap_or(DUE_DAYS);
    let due = args.exit_code && items.iter().any(|item| !item.muted && item.days <= within);
    Ok(if due { Code::Expiring.exit() } else { 0 })
}

fn filter(args: &ExpiringArgs) -> Result<HorizonFilter, Problem> {
    Ok(HorizonFilter {
        within: args.within.map(days),
        from: None,
        credential_type: args
            .type_
            .as_deref()
            .map(|word| known("--type", word, CredentialType::of, &types()))
            .transpose()?,
        kind: args.kind.as_deref().map(|word| known("--kind", word, HorizonKind::of, &kinds())).transpose()?,
        source: args.source.as_deref().map(|word| known("--source", word, source, &sources())).transpose()?,
        owner: args.owner.clone(),
        text: String::new(),
        muted: if args.all { MutedFilter::Show } else { MutedFilter::Hide },
    })
}

/// A part of a day is a day: nothing that ends within the time is left out.
fn days(within: Duration) -> i32 {
    i32::try_from(within.as_secs().div_ceil(DAY)).unwrap_or(i32::MAX)
}

/// Refuses a word that does not exist, so that a typing error is not taken for "nothing ends".
fn known<T>(option: &str, word: &str, of: impl Fn(&str) -> Option<T>, words: &[&str]) -> Result<T, Problem> {
    let wrong = || {
        Problem::new(Code::Usage, format!("{word:?} is not one of {}.", words.join(", ")), format!("Correct {option}."))
    };
    of(word).ok_or_else(wrong)
}

fn types() -> [&'static str; 5] {
    CredentialType::ALL.map(CredentialType::word)
}

fn kinds() -> [&'static str; 13] {
    HorizonKind::ALL.map(HorizonKind::word)
}

fn source(word: &str) -> Option<ExpirySource> {
    ExpirySource::ALL.into_iter().find(|source| source.word() == word)
}

fn sources() -> [&'static str; 4] {
    ExpirySource::ALL.map(ExpirySource::word)
}

fn print(workspace: &Workspace, items: &[ExpiryView], args: &ExpiringArgs, output: &Output) -> Result<(), Problem> {
    // --json asks for a document, whatever the format; --format json asks for the same one.
    if output.json || args.format == FormatArg::Json {
        return Output { json: true, ..*output }.result(&items, String::new);
    }
    let format = match args.format {
        FormatArg::Csv => ExportFormat::Csv,
        FormatArg::Ics => ExportFormat::Ics,
        FormatArg::Table | FormatArg::Json => return output.result(&items, || words(items, output)),
    };
    output.bytes(&[workspace.horizon_file(items, format, !args.no_alarms).as_bytes()])
}

fn words(items: &[ExpiryView], output: &Output) -> String {
    if items.is_empty() {
        output.say("No date is known that fits.");
        return String::new();
    }
    let row = |item: &ExpiryView| {
        let muted = if item.muted && item.gone_since.is_none() { " (muted)" } else { "" };
        let gone = item.gone_since.map(|since| format!("gone since {since}"));
        [
            item.on.to_string(),
            gone.unwrap_or_else(|| left(item.days)),
            item.credential_name.clone(),
            format!("{}{muted}", item.item),
            item.source.word().to_owned(),
            item.owner.clone(),
            item.used_by.join(", "),
        ]
    };
    let text = table(["on", "left", "credential", "item", "source", "owner", "used by"], items.iter().map(row));
    // Rows stand in the order of the items, under the header.
    let lines = text.lines().enumerate().map(|(number, line)| {
        let days = number.checked_sub(1).and_then(|at| items.get(at));
        let days = days.filter(|item| item.gone_since.is_none()).map(|item| item.days);
        match days {
            Some(..0) => coloured(line, "31"),
            Some(0..=DUE_DAYS) => coloured(line, "33"),
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn left(days: i32) -> String {
    match days {
        ..-1 => format!("{} days ago", -days),
        -1 => "yesterday".into(),
        0 => "today".into(),
        1 => "tomorrow".into(),
        _ => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_day_is_a_day() {
        assert_eq!(days(Duration::from_secs(90)), 1);
        assert_eq!(days(Duration::from_secs(30 * DAY)), 30);
        assert_eq!(days(Duration::from_secs(30 * DAY + 1)), 31);
    }
}
