//! *Copy report*: a result as plain text for a ticket.

use std::fmt::Write as _;

use credenza_net::{Explanation, Stage, StageStatus};

use super::{CheckKind, CheckResult, Outcome};

/// The report of a result: what happened, what to do, who, stages with times, the raw reply, warnings.
///
/// It leaves the transcript out. Every text in a result has passed the redaction, so a report holds no secret.
pub fn report(result: &CheckResult) -> String {
    let mut text = String::new();
    head(&mut text, result);
    if let Some(explanation) = &result.explanation {
        explained(&mut text, result, explanation);
    }
    section(&mut text, "Stages");
    for stage in &result.stages {
        stage_line(&mut text, stage, 1);
    }
    if !result.warnings.is_empty() {
        section(&mut text, "Warnings");
        for warning in &result.warnings {
            line(&mut text, &format!("  - {} ({})", warning.message, warning.id));
        }
    }
    text
}

fn head(text: &mut String, result: &CheckResult) {
    let kind = match result.kind {
        CheckKind::Connection => "Test connection",
        CheckKind::Email => "Send test email",
        CheckKind::Token => "Fetch Token",
        CheckKind::Action => "Test Action",
    };
    let outcome = match result.outcome {
        Outcome::Passed => "passed",
        Outcome::Warning => "passed, with warnings",
        Outcome::Failed => "FAILED",
    };
    let stage = result.failed_stage.map(|stage| format!(" at stage {}", stage.as_str())).unwrap_or_default();
    line(
        text,
        &format!("Credenza: {kind} of \"{}\" ({})", result.credential.name, result.credential.credential_type.word()),
    );
    line(text, &format!("Result:   {outcome}{stage}, after {} ms", result.duration_ms));
    line(text, &format!("When:     {}", result.started_at.strftime("%Y-%m-%d %H:%M:%S UTC")));
    let verified = match result.certificate_verified {
        None => "no TLS was spoken",
        Some(true) => "verified",
        Some(false) => "NOT VERIFIED",
    };
    line(text, &format!("Certificate: {verified}"));
    if result.credential.id.is_none() {
        line(text, "Tested as an unsaved draft.");
    }
}

fn explained(text: &mut String, result: &CheckResult, explanation: &Explanation) {
    section(text, "What happened");
    let sure = if explanation.probably { "Probably: " } else { "" };
    line(text, &format!("  {sure}{}", explanation.title));
    let summary =
        result.stages.iter().find(|stage| stage.status == StageStatus::Failed).map(|stage| stage.summary.as_str());
    for words in [summary.unwrap_or_default(), explanation.meaning.as_str()] {
        if !words.is_empty() && words != explanation.title {
            line(text, &format!("  {words}"));
        }
    }
    list(text, "Likely causes", &explanation.causes);
    list(text, "What to do", &explanation.steps);
    if !explanation.who.is_empty() {
        section(text, "Who can fix it");
        line(text, &format!("  {}", who(&explanation.who)));
    }
    if !explanation.raw.is_empty() {
        section(text, "Reply as it came");
        line(text, &format!("  {}", explanation.raw));
    }
    if !explanation.is_unknown() {
        section(text, "Explanation");
        line(text, &format!("  {} ({})", explanation.id, explanation.source));
    }
}

fn who(word: &str) -> &str {
    match word {
        "you" => "You, in this record",
        "mailbox_owner" => "The owner of the mailbox or account",
        "entra_admin" => "An Entra ID administrator",
        "exchange_admin" => "An Exchange administrator",
        "google_admin" => "A Google Workspace administrator",
        "mail_admin" => "The administrator of the mail server",
        "server_owner" => "The owner of the server",
        "network_team" => "The network team",
        "provider" => "The provider: wait, or lower the volume",
        other => other,
    }
}

fn list(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    section(text, title);
    for (number, item) in items.iter().enumerate() {
        line(text, &format!("  {}. {item}", number + 1));
    }
}

fn stage_line(text: &mut String, stage: &Stage, depth: usize) {
    let (mark, timed) = match stage.status {
        StageStatus::Passed => ("ok", true),
        StageStatus::Warning => ("look", true),
        StageStatus::Failed => ("FAILED", true),
        StageStatus::Running => ("running", true),
        StageStatus::Skipped => ("-", false),
        StageStatus::NotReached => ("not reached", false),
    };
    let time = if timed { format!(" {} ms", stage.duration_ms) } else { String::new() };
    let target = if stage.target.is_empty() { String::new() } else { format!(" [{}]", stage.target) };
    let summary = if stage.summary.is_empty() { String::new() } else { format!(": {}", stage.summary) };
    line(text, &format!("{}{mark:<11} {}{target}{time}{summary}", "  ".repeat(depth), stage.name.as_str()));
    for step in &stage.steps {
        stage_line(text, step, depth + 1);
    }
}

fn section(text: &mut String, title: &str) {
    line(text, "");
    line(text, title);
}

fn line(text: &mut String, words: &str) {
    // Writing to a String does not fail.
    let _ = writeln!(text, "{}", words.trim_end());
}
