//! `alerts`: who is told of an end.

use credenza_core::alerts::{AlertRoute, AlertSettings};
use credenza_core::{Code, DueOptions, Problem, Workspace};

use super::block_on;
use super::check::attempt_words;
use crate::args::{AlertsCommand, Global};
use crate::output::{Output, printable};
use crate::{input, unlock};

pub(super) fn run(global: &Global, command: &AlertsCommand, output: &Output) -> Result<u8, Problem> {
    match command {
        AlertsCommand::Show => {
            let workspace = unlock::workspace(global)?;
            show(&workspace, &workspace.alert_settings()?, output)
        }
        AlertsCommand::Set { from } => {
            let patch = input::json(from)?;
            let workspace = unlock::workspace(global)?;
            show(&workspace, &workspace.patch_alert_settings(&patch)?, output)
        }
        AlertsCommand::Sample => sample(global, output),
    }
}

fn sample(global: &Global, output: &Output) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    let options = DueOptions { exit_code: true, ..DueOptions::default() };
    let report = block_on(workspace.send_sample_alert(&options))??;
    output.result(&report, || report.attempts.iter().map(attempt_words).collect::<Vec<_>>().join("\n"))?;
    // A desktop is the window's to use: that this program has none is no fault of the way. A sample that reached nobody at
    // all is no success either.
    let broken = report.attempts.iter().any(|attempt| !attempt.ok && attempt.reason.as_deref() != Some("not_here"));
    let nobody = report.attempts.iter().all(|attempt| !attempt.ok);
    Ok(if broken || nobody { Code::CheckFailed.exit() } else { 0 })
}

fn show(workspace: &Workspace, settings: &AlertSettings, output: &Output) -> Result<u8, Problem> {
    output.result(settings, || words(workspace, settings))?;
    Ok(0)
}

fn words(workspace: &Workspace, settings: &AlertSettings) -> String {
    let days: Vec<String> = settings.thresholds.days.iter().map(u16::to_string).collect();
    let daily = if settings.thresholds.daily_after { ", and daily from the end on" } else { "" };
    let mut lines = vec![
        format!("Alerts:     {}", if settings.enabled { "on" } else { "off (events are written all the same)" }),
        format!("When:       {} days before an end{daily}", days.join(", ")),
        format!(
            "Addresses:  {}",
            if settings.addresses.is_empty() { "none".into() } else { settings.addresses.join(", ") }
        ),
    ];
    lines.extend(settings.routes.iter().enumerate().map(|(at, route)| {
        let way = route.word().replace('_', " ");
        let name = route.credential().map(|id| name(workspace, id)).unwrap_or_default();
        format!("{}  {way}{name}", if at == 0 { "First way: " } else { "Second way:" })
    }));
    if !settings.routes.iter().any(|route| matches!(route, AlertRoute::Mail { .. } | AlertRoute::Webhook { .. })) {
        lines.push(
            "No way reaches anybody while the window is closed. Name one: credenza alerts set --from FILE".into(),
        );
    }
    if let Ok(watch) = workspace.watch() {
        let last = watch.last_look.map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        lines.push(format!("Last look:  {}", last.unwrap_or_else(|| "none on this machine".into())));
        lines.extend(Some(watch.warning).filter(|warning| !warning.is_empty()));
    }
    lines.join("\n")
}

fn name(workspace: &Workspace, id: &str) -> String {
    let head = id.parse().ok().and_then(|id| workspace.vault().head(id).ok());
    head.map_or_else(|| " (gone)".to_owned(), |head| format!(" \u{201c}{}\u{201d}", printable(&head.name)))
}
