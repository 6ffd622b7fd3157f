//! `add`, `list`, `show`, `edit`, `remove`, `history`, `reveal`.

use std::borrow::Cow;

use credenza_core::credential::{CredentialType, Finding, field_label};
use credenza_core::view::{CredentialRow, RowFlag, RowStatus};
use credenza_core::{Code, Problem};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::args::{AddArgs, EditArgs, Global, ListArgs, RevealArgs, WhichArgs};
use crate::output::{Output, coloured, plain, printable, table};
use crate::{fields, input, unlock};

pub(super) fn add(global: &Global, args: &AddArgs, output: &Output) -> Result<u8, Problem> {
    let record = match (&args.from, &args.type_) {
        (Some(file), _) => input::json(file)?,
        (None, Some(kind)) => fields::record(kind, &args.rest)?,
        (None, None) => {
            return Err(Problem::new(
                Code::Usage,
                "Give --from FILE, or a type, a name and fields.",
                "See `credenza add --help`.",
            ));
        }
    };
    let workspace = unlock::workspace(global)?;
    let hints = workspace.lint_secrets(&record);
    let ids = workspace.add(record)?;
    hint(&hints, output);
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    output.result(&json!({ "ids": texts }), || texts.join("\n"))?;
    Ok(0)
}

/// What looks wrongly pasted; the record is saved all the same.
fn hint(found: &[Finding], output: &Output) {
    for finding in found {
        let words = format!("{} {}: {}", coloured("warning:", "33"), field_label(&finding.field), finding.message);
        output.say(&words);
    }
}

pub(super) fn list(global: &Global, args: &ListArgs, output: &Output) -> Result<u8, Problem> {
    known_type(&args.which)?;
    let mut rows = unlock::workspace(global)?.rows_once()?;
    let words: Vec<String> =
        args.query.iter().flat_map(|query| query.split_whitespace()).map(str::to_lowercase).collect();
    rows.retain(|row| wanted(row, &args.which) && (words.is_empty() || matches(row, &words)));
    output.result(&rows, || list_words(&rows, output))?;
    Ok(0)
}

/// Refuses a type that does not exist, so that a typing error is not taken for an empty list.
pub(super) fn known_type(which: &WhichArgs) -> Result<(), Problem> {
    let Some(kind) = which.type_.as_deref().filter(|kind| CredentialType::of(kind).is_none()) else { return Ok(()) };
    let names = CredentialType::ALL.map(CredentialType::word).join(", ");
    Err(Problem::new(Code::Usage, format!("{kind:?} is no type; it is one of {names}."), "Correct --type."))
}

/// Whether a line has the type, tag and status that were asked for.
pub(super) fn wanted(row: &CredentialRow, which: &WhichArgs) -> bool {
    let kind = which.type_.as_deref().is_none_or(|kind| row.credential_type.word() == kind);
    let tag = which.tag.as_ref().is_none_or(|tag| row.tags.iter().any(|own| own.eq_ignore_ascii_case(tag)));
    kind && tag
        && which.status.as_deref().is_none_or(|status| row_word(row) == status || status_word(row.status) == status)
}

fn matches(row: &CredentialRow, words: &[String]) -> bool {
    let hay =
        format!("{} {} {} {} {}", row.name, row.description, row.host, row.owner, row.tags.join(" ")).to_lowercase();
    words.iter().all(|word| hay.contains(word))
}

fn list_words<'a>(rows: &'a [CredentialRow], output: &Output) -> String {
    if rows.is_empty() {
        output.say("No credentials. `credenza add --help` says how to add one.");
        return String::new();
    }
    let line = |row: &'a CredentialRow| -> [Cow<'a, str>; 6] {
        let expiry = row.next_expiry.as_ref().map(|expiry| expiry.on.to_string()).unwrap_or_default();
        let checked =
            row.last_check.as_ref().map(|check| check.at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        [
            row.name.as_str().into(),
            row.credential_type.word().into(),
            row.host.as_str().into(),
            row_word(row).into(),
            expiry.into(),
            checked.into(),
        ]
    };
    let mut words = table(["name", "type", "host", "status", "expires", "checked (UTC)"], rows.iter().map(line));
    for row in rows {
        if let Some(notice) = &row.token_notice {
            words.push_str(&format!("\n{}: {}", printable(&row.name), printable(&notice.words)));
        }
    }
    words
}

/// The status of a line; what is suspect is that first (IQX-17).
fn row_word(row: &CredentialRow) -> &'static str {
    if row.flags.contains(&RowFlag::Suspect) { "suspect" } else { status_word(row.status) }
}

fn status_word(status: RowStatus) -> &'static str {
    match status {
        RowStatus::Passed => "passed",
        RowStatus::Warning => "warning",
        RowStatus::Failed => "failed",
        RowStatus::Untested => "untested",
    }
}

pub(super) fn show(global: &Global, reference: &str, output: &Output) -> Result<u8, Problem> {
    let document = unlock::workspace(global)?.document(reference)?;
    output.result(&document, || {
        let mut lines = Vec::new();
        flatten("", &document, &mut lines);
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        lines
            .iter()
            .map(|(name, value)| format!("{}  {}", coloured(&format!("{name:width$}"), "2"), printable(value)))
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    Ok(0)
}

fn flatten(path: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flatten(&if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, value, lines);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (position, item) in items.iter().enumerate() {
                flatten(&format!("{path}[{position}]"), item, lines);
            }
        }
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Array(items) if items.is_empty() => {}
        other => lines.push((path.to_owned(), plain(other))),
    }
}

pub(super) fn edit(global: &Global, args: &EditArgs, output: &Output) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    let mut patch = match &args.from {
        Some(file) => input::json(file)?,
        None => json!({}),
    };
    let app = workspace.show(&args.reference)?.row.credential_type == CredentialType::AppRegistration;
    for (path, value) in args.certificates.read(app)? {
        fields::put(&mut patch, &path, value);
    }
    let hints = workspace.lint_patch(&args.reference, &patch);
    let saved = workspace.edit(&args.reference, patch, args.rebind)?;
    hint(&hints, output);
    let document = json!({ "id": saved.id, "revision": saved.revision });
    output.result(&document, || {
        format!("\u{201c}{}\u{201d} saved, revision {}.", saved.credential.common.name, saved.revision)
    })?;
    Ok(0)
}

pub(super) fn remove(global: &Global, reference: &str, output: &Output) -> Result<u8, Problem> {
    unlock::workspace(global)?.remove(reference)?;
    output.result(&json!({ "removed": reference }), || format!("\u{201c}{reference}\u{201d} removed."))?;
    Ok(0)
}

pub(super) fn history(global: &Global, reference: &str, output: &Output) -> Result<u8, Problem> {
    let entries = unlock::workspace(global)?.history(reference)?;
    output.result(&entries, || {
        let row = |entry: &credenza_core::vault::HistoryEntry| {
            let fields: Vec<String> = entry.fields.iter().map(|path| field_label(path)).collect();
            let kind = serde_json::to_value(entry.kind).map(|kind| plain(&kind)).unwrap_or_default();
            [entry.at.to_string(), entry.operator.clone(), entry.revision.to_string(), kind, fields.join(", ")]
        };
        table(["when", "who", "revision", "what", "fields"], entries.iter().map(row))
    })?;
    Ok(0)
}

pub(super) fn reveal(global: &Global, args: &RevealArgs, output: &Output) -> Result<u8, Problem> {
    let value = unlock::workspace(global)?.reveal(&args.reference, &args.field)?;
    // EXPOSE: the administrator asked for this one value; its event is committed.
    let text = value.expose_secret();
    output.result(&json!({ "field": args.field, "value": text }), || text.to_owned())?;
    Ok(0)
}
