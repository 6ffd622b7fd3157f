//! `rotate`: next to current to old, and what is left to do.

use std::path::Path;

use credenza_core::check::Outcome;
use credenza_core::net::CertificateSummary;
use credenza_core::rotation::{RotationCertificates, RotationStep, RotationView, Suspected, SwitchRequest};
use credenza_core::{Code, Problem, RunOptions, Workspace};
use serde_json::json;

use super::{block_on, checks, many};
use crate::args::Global;
use crate::args_rotate::{FieldArgs, RotateCommand, StartArgs, SwitchArgs, UsedByArgs};
use crate::output::{Output, printable, table};
use crate::{input, unlock};

pub(super) fn run(global: &Global, command: RotateCommand, output: &Output) -> Result<u8, Problem> {
    // What is read comes before the vault is opened: nothing waits for a person with the keys in memory.
    let view = match command {
        RotateCommand::Start(args) => start(global, &args, output)?,
        RotateCommand::Test { which, timeout } => return test(global, &which, timeout, output),
        RotateCommand::Status { reference } => return status(global, reference.as_deref(), output),
        RotateCommand::MainPasswordChanged { account, test } => return changed(global, &account, test, output),
        RotateCommand::Switch(args) => switch(&unlock::workspace(global)?, &args)?,
        RotateCommand::UsedBy(args) => return used_by(&unlock::workspace(global)?, &args, output),
        RotateCommand::Return(which) => unlock::workspace(global)?.rotate_return(&which.reference, &which.field)?,
        RotateCommand::Revoked(which) => unlock::workspace(global)?.rotate_revoked(&which.reference, &which.field)?,
        RotateCommand::Cancel(which) => unlock::workspace(global)?.rotate_cancel(&which.reference, &which.field)?,
    };
    output.result(&view, || words(&view))?;
    Ok(0)
}

fn start(global: &Global, args: &StartArgs, output: &Output) -> Result<RotationView, Problem> {
    let FieldArgs { reference, field } = &args.which;
    if let Some(next) = args.files.read()? {
        return unlock::workspace(global)?.rotate_start_certificate(reference, field, &next);
    }
    let path = args.next_file.as_deref().unwrap_or(Path::new("-"));
    let next = secrecy::SecretString::from(input::secret(path)?.as_str().to_owned());
    let workspace = unlock::workspace(global)?;
    for finding in workspace.lint_next(reference, field, &next)? {
        output.say(&format!("warning: {}: {}", finding.field, finding.message));
    }
    workspace.rotate_start(reference, field, next)
}

fn test(
    global: &Global,
    which: &FieldArgs,
    timeout: Option<std::time::Duration>,
    output: &Output,
) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    let options = RunOptions { timeout, ..RunOptions::default() };
    let tried = block_on(workspace.rotate_test(&which.reference, &which.field, options))??;
    output.result(&tried, || format!("{}\n\n{}", checks::words(&tried.result), words(&tried.rotation)))?;
    Ok(if tried.result.outcome == Outcome::Failed { Code::CheckFailed.exit() } else { 0 })
}

fn switch(workspace: &Workspace, args: &SwitchArgs) -> Result<RotationView, Problem> {
    let how = SwitchRequest { keep_until: args.keep_until, expires: args.expires, overrule: args.overrule };
    workspace.rotate_switch(&args.which.reference, &args.which.field, &how)
}

fn used_by(workspace: &Workspace, args: &UsedByArgs, output: &Output) -> Result<u8, Problem> {
    let FieldArgs { reference, field } = &args.which;
    let view = match (&args.add, args.done, args.open) {
        (Some(text), _, _) => workspace.rotate_add_use(reference, field, text)?,
        (None, Some(number), _) => workspace.rotate_tick(reference, field, (number, true))?,
        (None, None, Some(number)) => workspace.rotate_tick(reference, field, (number, false))?,
        (None, None, None) => workspace.rotation(reference, field)?,
    };
    output.result(&view, || {
        if view.used_by.is_empty() {
            return "Nothing is known to use it. Add what does: --add \"the nightly job on host7\".".into();
        }
        uses(&view).join("\n")
    })?;
    Ok(0)
}

fn status(global: &Global, reference: Option<&str>, output: &Output) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    let views = match reference {
        Some(reference) => workspace.rotations(reference)?,
        None => workspace.rotations_under_way()?,
    };
    output.result(&views, || match (views.is_empty(), reference) {
        (true, None) => "No rotation is under way.".into(),
        (true, Some(_)) => "This credential has no secret that could be rotated.".into(),
        (false, _) => {
            table(["name", "field", "step", "current", "next", "old", "kept until", "open"], views.iter().map(row))
        }
    })?;
    Ok(0)
}

fn row(view: &RotationView) -> [String; 8] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        view.credential_name.clone(),
        view.field.clone(),
        step_word(view.step).into(),
        text(&view.current),
        text(&view.next),
        text(&view.old),
        view.keep_until.map(|date| date.to_string()).unwrap_or_default(),
        view.open.to_string(),
    ]
}

fn step_word(step: RotationStep) -> &'static str {
    match step {
        RotationStep::Idle => "idle",
        RotationStep::Entered => "entered",
        RotationStep::Tested => "tested",
        RotationStep::Switched => "switched",
    }
}

fn words(view: &RotationView) -> String {
    let mask = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    let mut lines = vec![
        format!("{} of {}", view.label, printable(&view.credential_name)),
        format!("  current  {}", mask(&view.current)),
        format!("  next     {}", mask(&view.next)),
    ];
    if let Some(until) = view.keep_until {
        let kept = if view.old.is_some() { format!("kept until {until}") } else { format!("was kept until {until}") };
        lines.push(format!("  old      {}  {kept}", mask(&view.old)));
    }
    lines.extend(view.certificates.iter().flat_map(certificates));
    if let Some(trial) = &view.trial {
        lines.push(format!("  test     {}: {}", trial.outcome.word(), printable(&trial.headline)));
    }
    lines.extend(uses(view));
    lines.push(advice(view));
    lines.join("\n")
}

fn certificates(all: &RotationCertificates) -> Vec<String> {
    let line = |(which, certificate): (&str, &Option<CertificateSummary>)| {
        let CertificateSummary { subject, serial, fingerprint_sha256, not_after, .. } = certificate.as_ref()?;
        let until = not_after.map(|end| end.strftime("%Y-%m-%d").to_string()).unwrap_or_else(|| "?".into());
        let facts = format!("{subject}, good until {until}, serial {serial}, SHA-256 {fingerprint_sha256}");
        Some(format!("  {which:<8} certificate {}", printable(&facts)))
    };
    [("current", &all.current), ("next", &all.next), ("old", &all.old)].into_iter().filter_map(line).collect()
}

fn uses(view: &RotationView) -> Vec<String> {
    let line = |used: &credenza_core::rotation::RotationUse| {
        format!("  {} {:>3}  {}", if used.done { "[x]" } else { "[ ]" }, used.number, printable(&used.text))
    };
    view.used_by.iter().map(line).collect()
}

/// The next thing to do.
fn advice(view: &RotationView) -> String {
    let dated = if view.expires.is_none() { " No date is known of the value in force." } else { "" };
    match view.step {
        RotationStep::Idle => "Done: nothing is left to do.".into(),
        RotationStep::Entered if view.testable => "Now: credenza rotate test.".into(),
        RotationStep::Entered => "Nothing can test it here: try it where it is used, then switch --override.".into(),
        RotationStep::Tested => "Now: credenza rotate switch.".into(),
        RotationStep::Switched if view.open > 0 => {
            format!("Now: tick off what uses it (credenza rotate used-by --done N).{dated}")
        }
        RotationStep::Switched => {
            format!("Now: revoke the old value at its provider, then credenza rotate revoked.{dated}")
        }
    }
}

fn changed(global: &Global, account: &str, test: bool, output: &Output) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    let suspects = workspace.main_password_changed(account)?;
    if test {
        let ids: Vec<_> = suspects.iter().map(|suspected| suspected.id).collect();
        return many::test_these(&workspace, &ids, None, output);
    }
    output.result(&json!({ "suspect": suspects }), || {
        let row = |suspected: &Suspected| [suspected.name.clone(), suspected.purpose.clone()];
        let rows = table(["suspect", "purpose"], suspects.iter().map(row));
        format!("{rows}\nTest exactly these: credenza test --all --status suspect")
    })?;
    Ok(0)
}
