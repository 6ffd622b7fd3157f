//! `test`, `send-email`, `token`, `call`: the buttons, for jobs.

use std::path::Path;
use std::time::Duration;

use credenza_core::check::{
    Action, Attachment, CallRequest, CheckResult, EmailRequest, Finished, Outcome, WebhookSample,
};
use credenza_core::net::{Stage, StageStatus};
use credenza_core::{Code, CredentialType, Problem, RunOptions};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::block_on;
use crate::args::{CallArgs, Global, SendEmailArgs, TestArgs, TokenArgs};
use crate::output::{Output, coloured, plain, printable, private_file};
use crate::{input, unlock};

pub(super) fn test(global: &Global, args: &TestArgs, output: &Output) -> Result<u8, Problem> {
    let patch = args.draft.as_deref().map(input::json).transpose()?;
    let options = RunOptions { timeout: args.timeout, rebind: args.rebind, ..RunOptions::default() };
    let finished = run(global, &args.reference, patch, &Action::Connection, options)?;
    finish(&finished.result, args.transcript.as_deref(), output)
}

pub(super) fn send_email(global: &Global, args: &SendEmailArgs, output: &Output) -> Result<u8, Problem> {
    let action = Action::Email(email(args)?);
    let options = RunOptions { timeout: args.timeout, ..RunOptions::default() };
    let finished = run(global, &args.reference, None, &action, options)?;
    finish(&finished.result, args.transcript.as_deref(), output)
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
        test: args.test,
    })
}

fn attachment(path: &Path) -> Result<Attachment, Problem> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "attachment".into());
    Ok(Attachment { name, content: input::read(path)?.to_vec() })
}

pub(super) fn token(global: &Global, args: &TokenArgs, output: &Output) -> Result<u8, Problem> {
    let patch = args.draft.as_deref().map(input::json).transpose()?;
    let person = super::sign_in::person(args.no_browser);
    let options =
        RunOptions { timeout: args.timeout, rebind: args.rebind, person: Some(person), ..RunOptions::default() };
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
        _ => finish(&finished.result, None, output),
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
    let finished = run(global, &args.reference, None, &Action::Call(request), options)?;
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
    block_on(workspace.run(reference, patch, action, options))?
}

fn finish(result: &CheckResult, transcript: Option<&Path>, output: &Output) -> Result<u8, Problem> {
    if let Some(path) = transcript {
        let text = transcript_text(result);
        let failed = |error: std::io::Error| {
            Problem::new(Code::Io, format!("{}: {error}.", path.display()), "Choose another file for --transcript.")
        };
        private_file(path, &text).map_err(failed)?;
    }
    output.result(result, || words(result))?;
    Ok(if result.outcome == Outcome::Failed { Code::CheckFailed.exit() } else { 0 })
}

/// A result for the terminal: stages, then what happened, what to do and who.
fn words(result: &CheckResult) -> String {
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
    lines.push(format!("{outcome} in {:?}", Duration::from_millis(result.duration_ms)));
    lines.join("\n")
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

/// The redacted exchange, one line each: milliseconds, who spoke, what.
fn transcript_text(result: &CheckResult) -> String {
    let party = |line: &credenza_core::net::TranscriptLine| {
        serde_json::to_value(line.from).map(|from| plain(&from)).unwrap_or_default()
    };
    result
        .transcript
        .iter()
        .map(|line| format!("{:>7} {:6} {}\n", line.at_ms, party(line), printable(&line.text)))
        .collect()
}
