//! `inventory`: when the secrets and certificates of a tenant's app registrations end.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use credenza_core::check::CancelFlag;
use credenza_core::inventory::{
    InventoryChoice, InventoryGone, InventoryItem, InventoryKindOfRecord, InventoryReport, InventoryView, KeyKind,
};
use credenza_core::net::{Progress, Stage, StageName, StageStatus};
use credenza_core::{Code, InventoryOptions, Problem, Workspace};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::block_on;
use super::checks;
use crate::args::{Global, InventoryArgs};
use crate::args_facts::ImportAs;
use crate::output::{Output, printable, table};
use crate::{input, unlock};

/// One document: the reading, what is known, what was added.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    imported: Option<Vec<Uuid>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Report {
    Read(Box<InventoryReport>),
    Last { inventory: Option<InventoryView> },
}

pub(super) fn run(global: &Global, args: &InventoryArgs, output: &Output) -> Result<u8, Problem> {
    let within = days(args.within);
    let app_ids = args.import.as_deref().map(chosen).transpose()?;
    let workspace = unlock::workspace(global)?;
    let report = if args.last {
        None
    } else {
        let report = read(&workspace, args, (within, output))?;
        if report.inventory.is_none() {
            let answer = Answer { report: Report::Read(Box::new(report)), imported: None };
            output.result(&answer, || answer.words(args))?;
            return Ok(Code::CheckFailed.exit());
        }
        Some(report)
    };
    for (ids, muted) in [(&args.mute, true), (&args.unmute, false)] {
        ids.iter().try_for_each(|id| workspace.mute_inventory(&args.reference, id, muted))?;
    }
    let record = match args.import_as {
        ImportAs::AppRegistration => InventoryKindOfRecord::AppRegistration,
        ImportAs::Secret => InventoryKindOfRecord::Secret,
    };
    let choice = InventoryChoice { app_ids, within_days: Some(within), record };
    let wanted = args.import_all || choice.app_ids.is_some();
    let imported = wanted.then(|| workspace.import_inventory(&args.reference, &choice)).transpose()?;
    // As it is now: muted, and with what was added.
    let inventory = workspace.inventory(&args.reference, Some(within))?;
    let report = match report {
        Some(report) => Report::Read(Box::new(InventoryReport { inventory, ..report })),
        None => Report::Last { inventory },
    };
    let answer = Answer { report, imported };
    output.result(&answer, || answer.words(args))?;
    Ok(0)
}

fn days(time: Duration) -> u16 {
    u16::try_from(time.as_secs().div_ceil(86_400)).unwrap_or(u16::MAX)
}

/// The client ids of a file: an array of them, or the lines of a document of `--json`.
fn chosen(path: &Path) -> Result<Vec<String>, Problem> {
    let document = input::json(path)?;
    let items = document.get("inventory").and_then(|inventory| inventory.get("items")).unwrap_or(&document);
    let id = |entry: &Value| entry.as_str().or_else(|| entry.get("app_id")?.as_str()).map(str::to_owned);
    let ids: Option<Vec<String>> = items.as_array().and_then(|entries| entries.iter().map(id).collect());
    ids.ok_or_else(|| Problem::invalid("import", "The file is neither an array of client ids nor what --json printed."))
}

/// Ctrl+C ends the reading in good order.
fn read(
    workspace: &Workspace,
    args: &InventoryArgs,
    (within, output): (u16, &Output),
) -> Result<InventoryReport, Problem> {
    let cancel = CancelFlag::new();
    let options = InventoryOptions {
        within_days: Some(within),
        progress: progress(output),
        cancel: cancel.clone(),
        timeout: args.timeout,
    };
    block_on(async {
        let mut work = std::pin::pin!(workspace.read_inventory(&args.reference, options));
        tokio::select! {
            ended = &mut work => ended,
            Ok(()) = tokio::signal::ctrl_c() => {
                cancel.cancel();
                work.await
            }
        }
    })?
}

/// A line that counts and says what is waited for, where a person watches.
fn progress(output: &Output) -> Option<Progress> {
    if output.quiet || !std::io::stderr().is_terminal() {
        return None;
    }
    Some(Arc::new(|stage: &Stage| {
        if matches!(stage.name, StageName::Authenticate | StageName::Action) {
            let running = stage.status == StageStatus::Running;
            let line = if running { printable(&stage.target).replace('\n', " ") } else { String::new() };
            let mut screen = std::io::stderr().lock();
            let _ = write!(screen, "\r\x1b[K{line}").and_then(|()| screen.flush());
        }
    }))
}

impl Answer {
    fn words(&self, args: &InventoryArgs) -> String {
        let (all, watched) = (args.all, args.import_as == ImportAs::Secret);
        let inventory = match &self.report {
            Report::Read(report) => report.inventory.as_ref().ok_or_else(|| checks::words(&report.check)),
            Report::Last { inventory } => inventory.as_ref().ok_or_else(|| "Nothing was read yet.".to_owned()),
        };
        let inventory = match inventory {
            Ok(inventory) => inventory,
            Err(words) => return words,
        };
        let mut lines = vec![heading(inventory)];
        let shown: Vec<&InventoryItem> = inventory.items.iter().filter(|item| all || item.matters).collect();
        if !shown.is_empty() {
            let header = ["ends", "days", "application", "what", "begins", "credential here", "client id"];
            lines.push(table(header, shown.into_iter().map(row)));
        }
        lines.extend(inventory.gone.iter().map(gone));
        lines.extend(self.imported.as_ref().map(|ids| match ids.len() {
            0 => "Nothing was added: all that matters is here.".to_owned(),
            1 if watched => "1 secret to watch was added, without its value.".to_owned(),
            n if watched => format!("{n} secrets to watch were added, without their values."),
            1 => "1 app registration was added, without its secret.".to_owned(),
            n => format!("{n} app registrations were added, without their secrets."),
        }));
        lines.join("\n")
    }
}

fn heading(inventory: &InventoryView) -> String {
    let InventoryView { applications, matter, within_days, read_at, .. } = inventory;
    format!(
        "{applications} app registrations read at {read_at}; {matter} secrets and certificates end within {within_days} days or have ended."
    )
}

fn gone(gone: &InventoryGone) -> String {
    let InventoryGone { application, app_id, item, credential, since } = gone;
    let what = item.as_ref().map(|item| format!(", {item}")).unwrap_or_default();
    printable(&format!(
        "Gone from the directory since {since}: {application} ({app_id}){what}; here it is {}.",
        credential.name
    ))
    .into_owned()
}

fn row(item: &InventoryItem) -> [String; 7] {
    let kind = match item.kind {
        KeyKind::Secret => "secret",
        KeyKind::Certificate => "certificate",
    };
    let mut what = if item.name.is_empty() { kind.to_owned() } else { format!("{kind} {}", item.name) };
    for (is, word) in [(item.renews_itself, "renews itself"), (item.muted, "muted"), (item.in_use, "in use here")] {
        if is {
            what.push_str(&format!(" ({word})"));
        }
    }
    [
        item.on.map_or_else(|| "no end".to_owned(), |on| on.to_string()),
        item.days.map(|days| days.to_string()).unwrap_or_default(),
        item.application.clone(),
        what,
        item.hint.clone(),
        item.credential.as_ref().map(|credential| credential.name.clone()).unwrap_or_default(),
        item.app_id.clone(),
    ]
}
