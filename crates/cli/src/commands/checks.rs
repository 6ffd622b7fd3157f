//! `test`, `send-email`, `token`, `call`: the buttons, for jobs.

use std::path::Path;
use std::time::Duration;

use credenza_core::check::{
    Action, Attachment, CallRequest, CheckResult, EmailRequest, Extent, Finished, Outcome, WebhookSample,
};
use credenza_core::net::{Stage, StageStatus};
use credenza_core::vault::{Clock, SystemClock};
use credenza_core::{Code, CredentialType, Problem, RunOptions, Workspace};
use jiff::SignedDuration;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{block_on, many};
use crate::args::{CallArgs, Global, ReportArgs, SendEmailArgs, TestArgs, TokenArgs};
use crate::output::{Output, coloured, plain, printable, private_file};
use crate::{input, unlock};

/// Programs that are started within this time of each other, as by one scheduler, share the token that one of them fetches.
const TOGETHER: SignedDuration = SignedDuration::from_secs(1);

pub(super) fn test(global: &Global, args: &TestArgs, output: &Output) -> Result<u8, Problem> {
    let Some(reference) = &args.reference else { return many::test_all(global, args, output) };
    if args.which.type_.is_some() || args.which.tag.is_some() || args.which.status.is_some() {
        return Err(Problem::new(
            Code::Usage,
            "--type, --tag and --status choose among all: they need --all.",
            "Name one credential, or give --all.",
        ));
    }
    let patch = args.draft.as_deref().map(input::json).transpose()?;
    let options = RunOptions { timeout: args.timeout, rebind: args.rebind, ..RunOptions::default() };
    let workspace = unlock::workspace(global)?;
    let finished = block_on(workspace.run_job(reference, patch, &Action::Connection, options))??;
    save_transcript((&workspace, reference), &finished.result, args.transcript.as_deref())?;
    finish(&finished.result, output)
}

/// The last result of a credential, as *Copy report* gives it.
pub(super) fn report(global: &Global, args: &ReportArgs, output: &Output) -> Result<u8, Problem> {
    let extent = if args.transcript { Extent::WithTranscript } else { Extent::Report };
    let text = unlock::workspace(global)?.report_of(&args.reference, extent)?;
    output.result(&json!({ "report": text }), || printable(text.trim_end()).into_owned())?;
    Ok(0)
}

pub(super) fn send_email(global: &Global, args: &SendEmailArgs, output: &Output) -> Result<u8, Problem> {
    let action = Action::Email(email(args)?);
    let options = RunOptions { timeout: args.timeout, ..RunOptions::default() };
    let workspace = unlock::workspace(global)?;
    let finished = block_on(workspace.run_job(&args.reference, None, &action, options))??;
    save_transcript((&workspace, &args.reference), &finished.result, args.transcript.as_deref())?;
    finish(&finished.result, output)
}

fn email(args: &SendEmailArgs) -> Result<EmailRequest, Problem> {
    let file = |path: &Option<std::path::PathBuf>| path.as_deref().map(input::text).transpose();
    let text = match &args.body {
        Some(text) => Some(text.clone()),
        None => file(&args.body_file)?.map(|text| text.to_string()),
    };
    Ok(EmailRequest {
        to: args.to.clone(),
        cc: args.cc.clone(),
        bcc: args.bcc.clone(),
        from: args.from.clone(),
        reply_to: args.reply_to.clone(),
        subject: args.subject.clone(),
        text,
        html: file(&args.html_file)?.map(|text| text.to_string()),
        attachments: args.attach.iter().map(|path| attachment(path)).collect::<Result<_, _>>()?,
        automatic: false,
        test: args.test,
    })
}

fn attachment(path: &Path) -> Result<Attachment, Problem> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "attachment".into());
    Ok(Attachment { name, content: input::read(path)?.to_vec() })
}

pub(super) fn token(global: &Global, args: &TokenArgs, output: &Output) -> Result<u8, Problem> {
    let patch = args.draft.as_deref().map(input::json).transpose()?;
    let person = super::sign_in::person(args.no_browser, args.draft.is_some());
    let options = RunOptions {
        timeout: args.timeout,
        rebind: args.rebind,
        person: Some(person),
        // Twenty jobs that start together want one token; who wants another one says so.
        fetched_since: if args.force { None } else { SystemClock.now().checked_sub(TOGETHER).ok() },
        despite_expiry: args.force,
        ..RunOptions::default()
    };
    // The button always asks for a new token; a job that wants the token itself takes the cached one while it is valid.
    let action = Action::Token { force: args.force || !args.raw };
    let finished = run(global, &args.reference, patch, &action, options)?;
    match finished.token {
        Some(token) if args.raw && finished.result.outcome != Outcome::Failed => {
            // EXPOSE: --raw is the request for the token itself.
            output.line(token.expose_secret())?;
            Ok(0)
        }
        _ if args.raw && !output.json => {
            output.say(&words(&finished.result));
            Ok(Code::CheckFailed.exit())
        }
        _ => finish(&finished.result, output),
    }
}

pub(super) fn call(global: &Global, args: &CallArgs, output: &Output) -> Result<u8, Problem> {
    let body = match (&args.data, &args.data_file) {
        (Some(text), _) => Some(text.clone().into_bytes()),
        (None, Some(path)) => Some(input::read(path)?.to_vec()),
        (None, None) => None,
    };
    let headers = args.header.iter().map(|line| header(line)).collect::<Result<_, _>>()?;
    let request = CallRequest { method: args.method.to_ascii_uppercase(), path: args.path.clone(), headers, body };
    let options = RunOptions { timeout: args.timeout, ..RunOptions::default() };
    let workspace = unlock::workspace(global)?;
    let finished = block_on(workspace.run_job(&args.reference, None, &Action::Call(request), options))??;
    let status = finished.result.result.get("status").and_then(Value::as_u64);
    if output.json {
        output.result(&finished.result, String::new)?;
    } else if let Some(body) = &finished.body {
        output.bytes(&[body])?;
    }
    match status {
        Some(status) => output.say(&format!("HTTP {status}")),
        None => output.say(&words(&finished.result)),
    }
    Ok(if status.is_some_and(|status| (200..400).contains(&status)) { 0 } else { Code::CheckFailed.exit() })
}

fn header(line: &str) -> Result<(String, String), Problem> {
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| Problem::invalid("header", format!("{line:?} is not of the form Name: value.")))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn run(
    global: &Global,
    reference: &str,
    patch: Option<Value>,
    action: &Action,
    options: RunOptions,
) -> Result<Finished, Problem> {
    let workspace = unlock::workspace(global)?;
    // The button of a webhook that reaches its server is Test Action; `test` stays harmless.
    let action = match action {
        Action::Token { .. } if workspace.show(reference)?.row.credential_type == CredentialType::Webhook => {
            &Action::Webhook(WebhookSample::default())
        }
        other => other,
    };
    block_on(workspace.run_job(reference, patch, action, options))?
}

/// Report and exchange in a file of its owner, once no secret is left in them.
fn save_transcript(
    (workspace, reference): (&Workspace, &str),
    result: &CheckResult,
    file: Option<&Path>,
) -> Result<(), Problem> {
    let Some(path) = file else { return Ok(()) };
    let text = workspace.report_on(result, Some(workspace.resolve(reference)?), Extent::WithTranscript)?;
    private_file(path, &text).map_err(|error| {
        Problem::new(Code::Io, format!("{}: {error}.", path.display()), "Choose another file for --transcript.")
    })
}

fn finish(result: &CheckResult, output: &Output) -> Result<u8, Problem> {
    output.result(result, || words(result))?;
    Ok(if result.outcome == Outcome::Failed { Code::CheckFailed.exit() } else { 0 })
}

/// A result for the terminal: stages, then what happened, what to do and who.
pub(super) fn words(result: &CheckResult) -> String {
    let mut lines: Vec<String> = Vec::new();
    for stage in result.stages.iter().filter(|stage| stage.status != StageStatus::Skipped) {
        stage_lines(stage, 0, &mut lines);
    }
    for warning in &result.warnings {
        lines.push(format!("{} {}", coloured("warning:", "33"), printable(&warning.message)));
    }
    if let Some(explanation) = &result.explanation {
        lines.push(String::new());
        lines.push(coloured(&printable(&explanation.title), "1;31"));
        if !explanation.meaning.is_empty() {
            lines.push(printable(&explanation.meaning).into_owned());
        }
        lines.extend(explanation.steps.iter().enumerate().map(|(n, step)| format!("  {}. {}", n + 1, printable(step))));
        if !explanation.who.is_empty() {
            lines.push(format!("Who can fix it: {}", explanation.who.replace('_', " ")));
        }
        lines.push(format!("Reply: {}", printable(&explanation.raw)));
    }
    change_lines(result, &mut lines);
    if let Some(map) = result.result.as_object().filter(|map| !map.is_empty()) {
        lines.push(String::new());
        lines.extend(
            map.iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| format!("{key}: {}", printable(&plain(value)))),
        );
    }
    let outcome = match result.outcome {
        Outcome::Passed => coloured("passed", "32"),
        Outcome::Warning => coloured("passed with a warning", "33"),
        Outcome::Failed => coloured("failed", "31"),
    };
    lines.push(format!("{outcome} in {}", took(result.duration_ms)));
    lines.join("\n")
}

/// A check that ended within the millisecond took no "0ns".
pub(super) fn took(milliseconds: u64) -> String {
    match milliseconds {
        0 => "less than 1 ms".into(),
        1..1000 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", Duration::from_millis(milliseconds).as_secs_f64()),
    }
}

fn change_lines(result: &CheckResult, lines: &mut Vec<String>) {
    let Some(last) = result.last_pass.as_ref().filter(|_| result.tells_changes()) else { return };
    lines.push(String::new());
    lines.push(last.words.clone());
    for change in &result.changes_since_last_pass {
        let (before, after) = (printable(&change.before), printable(&change.after));
        lines.push(format!("  {}: {before} {} {after}", change.label(), coloured("->", "2")));
    }
}

fn stage_lines(stage: &Stage, depth: usize, lines: &mut Vec<String>) {
    let (sign, colour) = match stage.status {
        StageStatus::Passed => ("ok", "32"),
        StageStatus::Warning => ("warn", "33"),
        StageStatus::Failed => ("FAIL", "31"),
        StageStatus::Skipped => return,
        StageStatus::NotReached | StageStatus::Running => ("-", "2"),
    };
    let name = serde_json::to_value(stage.name).map(|name| plain(&name)).unwrap_or_default();
    let time =
        if stage.status == StageStatus::NotReached { String::new() } else { format!("{} ms", stage.duration_ms) };
    let indent = "  ".repeat(depth);
    lines.push(
        format!(
            "{indent}{} {name:13} {time:>8}  {}",
            coloured(&format!("{sign:4}"), colour),
            printable(&stage.summary)
        )
        .trim_end()
        .to_owned(),
    );
    for step in &stage.steps {
        stage_lines(step, depth + 1, lines);
    }
}
