//! *Copy report* and *Save transcript*: a result as plain text for a ticket.

use credenza_net::{Explanation, Party, Recorder, Stage, StageStatus};

use super::{CheckKind, CheckResult, Outcome};
use crate::Problem;

/// How much of a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What happened, what to do, who, stages with times, the raw reply, warnings, what changed.
    Report,
    /// The same, and everything that was said with its time.
    WithTranscript,
}

/// The report of a result.
///
/// Every text in a result has passed the redaction; what is handed to others goes through [`checked_report`] all the same.
pub fn report(result: &CheckResult) -> String {
    written(result, Extent::Report, &|text| text.to_owned()).text
}

/// The report of a result, cleaned once more of the secrets that `known` protects and then searched for them. Only what came
/// from outside is looked at: that a password is also a word of ours tells nobody anything.
///
/// # Errors
/// `forbidden` when a secret is still in it, naming its kind and the line, never the value.
pub fn checked_report(result: &CheckResult, extent: Extent, known: &Recorder) -> Result<String, Problem> {
    let clean = |text: &str| known.clean(text);
    let paper = written(result, extent, &clean);
    match known.leak(&paper.foreign) {
        None => Ok(paper.text),
        Some(leak) => {
            let message = format!("Line {} of the report still holds a secret of the kind {}.", leak.line, leak.kind);
            let hint = "Nothing was copied or written. Please report this: the redaction has missed a spelling.";
            Err(Problem::forbidden(message, hint).because("secret_in_report"))
        }
    }
}

/// A text, and line by line the part of it that is not ours: what was entered, what servers said.
struct Paper<'a> {
    text: String,
    foreign: String,
    clean: &'a dyn Fn(&str) -> String,
}

impl Paper<'_> {
    /// A line in our own words.
    fn own(&mut self, words: &str) {
        self.line(words, "", "");
    }

    /// Our words, something from elsewhere, our words again.
    fn line(&mut self, before: &str, foreign: &str, after: &str) {
        let foreign = (self.clean)(foreign);
        let foreign = if after.is_empty() { foreign.trim_end() } else { foreign.as_str() };
        let whole = format!("{before}{foreign}{after}");
        // Each of the lines, so that both texts have the same number of them.
        for line in whole.trim_end().split('\n') {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
        let breaks = whole.trim_end().matches('\n').count();
        self.foreign.push_str(foreign);
        self.foreign.push_str(&"\n".repeat(breaks.saturating_sub(foreign.matches('\n').count()) + 1));
    }

    fn section(&mut self, title: &str) {
        self.own("");
        self.own(title);
    }
}

fn written<'a>(result: &CheckResult, extent: Extent, clean: &'a dyn Fn(&str) -> String) -> Paper<'a> {
    let mut paper = Paper { text: String::new(), foreign: String::new(), clean };
    head(&mut paper, result);
    if let Some(explanation) = &result.explanation {
        explained(&mut paper, result, explanation);
    }
    changed(&mut paper, result);
    paper.section("Stages");
    for stage in &result.stages {
        stage_line(&mut paper, stage, 1);
    }
    if !result.warnings.is_empty() {
        paper.section("Warnings");
        for warning in &result.warnings {
            paper.line("  - ", &warning.message, &format!(" ({})", warning.id));
        }
    }
    if extent == Extent::WithTranscript {
        transcript(&mut paper, result);
    }
    paper
}

fn head(paper: &mut Paper<'_>, result: &CheckResult) {
    let kind = match result.kind {
        CheckKind::Connection => "Test connection",
        CheckKind::Email => "Send test email",
        CheckKind::Token => "Fetch Token",
        CheckKind::Action => "Test Action",
        CheckKind::Inventory => "Read from Entra",
    };
    let outcome = match result.outcome {
        Outcome::Passed => "passed",
        Outcome::Warning => "passed, with warnings",
        Outcome::Failed => "FAILED",
    };
    let stage = result.failed_stage.map(|stage| format!(" at stage {}", stage.as_str())).unwrap_or_default();
    let of_type = format!("\" ({})", result.credential.credential_type.word());
    paper.line(&format!("Credenza: {kind} of \""), &result.credential.name, &of_type);
    paper.own(&format!("Result:   {outcome}{stage}, after {} ms", result.duration_ms));
    paper.own(&format!("When:     {}", result.started_at.strftime("%Y-%m-%d %H:%M:%S UTC")));
    let verified = match result.certificate_verified {
        None => "no TLS was spoken",
        Some(true) => "verified",
        Some(false) => "NOT VERIFIED",
    };
    paper.own(&format!("Certificate: {verified}"));
    if result.credential.id.is_none() {
        paper.own("Tested as an unsaved draft.");
    }
}

fn explained(paper: &mut Paper<'_>, result: &CheckResult, explanation: &Explanation) {
    paper.section("What happened");
    let sure = if explanation.probably { "  Probably: " } else { "  " };
    // A reply that the catalogue does not know is its own title.
    if explanation.is_unknown() {
        paper.line(sure, &explanation.title, "");
    } else {
        paper.own(&format!("{sure}{}", explanation.title));
    }
    let summary =
        result.stages.iter().find(|stage| stage.status == StageStatus::Failed).map(|stage| stage.summary.as_str());
    if let Some(summary) = summary.filter(|words| !words.is_empty() && *words != explanation.title) {
        paper.line("  ", summary, "");
    }
    if !explanation.meaning.is_empty() && explanation.meaning != explanation.title {
        paper.own(&format!("  {}", explanation.meaning));
    }
    list(paper, "Likely causes", &explanation.causes);
    list(paper, "What to do", &explanation.steps);
    if !explanation.who.is_empty() {
        paper.section("Who can fix it");
        paper.own(&format!("  {}", who(&explanation.who)));
    }
    if !explanation.raw.is_empty() {
        paper.section("Reply as it came");
        paper.line("  ", &explanation.raw, "");
    }
    if !explanation.is_unknown() {
        paper.section("Explanation");
        paper.own(&format!("  {} ({})", explanation.id, explanation.source));
    }
}

/// Silent about a check that passed and showed what it showed before.
fn changed(paper: &mut Paper<'_>, result: &CheckResult) {
    let Some(last) = result.last_pass.as_ref().filter(|_| result.tells_changes()) else { return };
    paper.section("Since it last worked");
    paper.own(&format!("  {}", last.words));
    for change in &result.changes_since_last_pass {
        paper.line(&format!("  - {}: ", change.label()), &format!("{} -> {}", change.before, change.after), "");
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

fn list(paper: &mut Paper<'_>, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    paper.section(title);
    for (number, item) in items.iter().enumerate() {
        paper.own(&format!("  {}. {item}", number + 1));
    }
}

fn stage_line(paper: &mut Paper<'_>, stage: &Stage, depth: usize) {
    let (mark, timed) = match stage.status {
        StageStatus::Passed => ("ok", true),
        StageStatus::Warning => ("look", true),
        StageStatus::Failed => ("FAILED", true),
        StageStatus::Running => ("running", true),
        StageStatus::Skipped => ("-", false),
        StageStatus::NotReached => ("not reached", false),
    };
    let target = if stage.target.is_empty() { String::new() } else { format!(" [{}]", stage.target) };
    let time = if timed { format!(" {} ms", stage.duration_ms) } else { String::new() };
    let summary = if stage.summary.is_empty() { String::new() } else { format!(": {}", stage.summary) };
    let before = format!("{}{mark:<11} {}", "  ".repeat(depth), stage.name.as_str());
    paper.line(&before, &format!("{target}{time}{summary}"), "");
    for step in &stage.steps {
        stage_line(paper, step, depth + 1);
    }
}

fn transcript(paper: &mut Paper<'_>, result: &CheckResult) {
    paper.section("Transcript");
    for line in &result.transcript {
        let from = match line.from {
            Party::Client => "client",
            Party::Server => "server",
            Party::Note => "note",
        };
        paper.line(&format!("{:>7} ms  {from:<6}  ", line.at_ms), &line.text, "");
    }
}
