//! Records a check while it runs: stages, transcript, warnings, all redacted on entry.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;

use crate::failure::Failure;
use crate::guard::StageGuard;
use crate::leak::Leak;
use crate::redact::{Redactor, SHOWN_LIMIT, cap, escape};
use crate::stage::{Party, Stage, StageName, StageStatus, TranscriptLine, Warning};

/// Told of every change of a top-level stage, its steps included.
pub type Progress = Arc<dyn Fn(&Stage) + Send + Sync>;

/// The most lines a transcript keeps; a peer that talks without end must not fill the memory.
const TRANSCRIPT_LINES: usize = 2000;

/// The longest single text kept in a stage's evidence, in bytes (a certificate chain's PEM fits).
const EVIDENCE_TEXT: usize = 16 * 1024;

/// The stages of a connection inside a stage; those it did not come to are shown as not reached.
const STEPS: [StageName; 5] =
    [StageName::Resolve, StageName::Connect, StageName::Proxy, StageName::Tls, StageName::Token];

/// Records one check. Clones write to the same record.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
    path: Vec<StageName>,
}

/// Everything a finished check has recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// All stages of [`StageName::ALL`], in order.
    pub stages: Vec<Stage>,
    /// What was said.
    pub transcript: Vec<TranscriptLine>,
    /// What worked and should still be looked at.
    pub warnings: Vec<Warning>,
    /// `None` when no TLS was spoken; false as soon as one connection was not verified.
    pub certificate_verified: Option<bool>,
    /// Milliseconds from the recorder's making to its closing.
    pub duration_ms: u64,
}

struct Shared {
    started: Instant,
    /// Our clock when the record began, where the caller told it.
    wall: OnceLock<Timestamp>,
    progress: Option<Progress>,
    redactor: RwLock<Redactor>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    nodes: Vec<Node>,
    transcript: Vec<TranscriptLine>,
    warnings: Vec<Warning>,
    certificate_verified: Option<bool>,
    waiting: Option<String>,
    skew: Option<SignedDuration>,
    closed: bool,
}

struct Node {
    path: Vec<StageName>,
    stage: Stage,
    started: Instant,
}

impl Recorder {
    /// A recorder for one check; `progress` is called at each stage's begin and end.
    pub fn new(progress: Option<Progress>) -> Recorder {
        Recorder::with(Redactor::new(), progress)
    }

    /// The same, with marks (`#a1f3`) that are equal for equal secrets wherever this key made them. The key must be secret:
    /// whoever has it can try guesses against a mark.
    pub fn marking_with(key: &[u8; 32], progress: Option<Progress>) -> Recorder {
        Recorder::with(Redactor::keyed(key), progress)
    }

    fn with(redactor: Redactor, progress: Option<Progress>) -> Recorder {
        let shared = Shared {
            started: Instant::now(),
            wall: OnceLock::new(),
            progress,
            redactor: RwLock::new(redactor),
            state: Mutex::new(State::default()),
        };
        Recorder { shared: Arc::new(shared), path: Vec::new() }
    }

    /// From now on `secret` and its encodings read `[label #hash4]` wherever this recorder is written to.
    pub fn protect(&self, label: &str, secret: &SecretString) {
        self.shared.redactor.write().unwrap_or_else(PoisonError::into_inner).protect(label, secret);
    }

    /// `text` as it may be shown: secrets replaced, control characters escaped, at most 4 KiB.
    pub fn redact(&self, text: &str) -> String {
        cap(escape(&self.hide(text), false), SHOWN_LIMIT)
    }

    /// `text` with secrets replaced and nothing else changed, whatever its length.
    pub fn clean(&self, text: &str) -> String {
        self.hide(text)
    }

    /// The mark that stands for a secret where its value is left out.
    pub fn stand_in(&self, label: &str, secret: &SecretString) -> String {
        self.shared.redactor.read().unwrap_or_else(PoisonError::into_inner).stand_in(label, secret)
    }

    /// The first protected secret that is still in a finished text, however it is spelled. It is looked for in another way than
    /// the redaction works: an oversight of the one is not that of the other.
    pub fn leak(&self, text: &str) -> Option<Leak> {
        self.shared.redactor.read().unwrap_or_else(PoisonError::into_inner).leak(text)
    }

    /// Begins a stage. A second begin of the same stage replaces the first.
    pub fn begin(&self, name: StageName, target: impl Into<String>) -> StageGuard {
        let mut stage = Stage::unvisited(name, StageStatus::Running);
        stage.target = self.redact(&target.into());
        {
            let mut state = self.state();
            if !state.closed {
                state.nodes.retain(|n| n.path != self.path || n.stage.name != name);
                state.nodes.push(Node { path: self.path.clone(), stage, started: Instant::now() });
            }
        }
        self.report(name);
        StageGuard::new(self.clone(), name)
    }

    /// A recorder whose stages become the steps of stage `name`; transcript and protection are shared.
    pub fn nested(&self, name: StageName) -> Recorder {
        let mut path = self.path.clone();
        path.push(name);
        Recorder { shared: Arc::clone(&self.shared), path }
    }

    /// Adds a warning; the same id is kept once.
    pub fn warning(&self, id: &str, message: impl Into<String>) {
        let message = self.redact(&message.into());
        let mut state = self.state();
        if !state.closed && state.warnings.iter().all(|w| w.id != id) {
            state.warnings.push(Warning { id: id.to_owned(), message });
        }
    }

    /// A transcript line that Credenza sent.
    pub fn client(&self, text: &str) {
        self.line(Party::Client, text);
    }

    /// A transcript line that the peer sent.
    pub fn server(&self, text: &str) {
        self.line(Party::Server, text);
    }

    /// A remark in the transcript.
    pub fn note(&self, text: &str) {
        self.line(Party::Note, text);
    }

    /// Says whether a server's certificate was verified; one unverified connection makes the whole check unverified.
    pub fn certificate_verified(&self, yes: bool) {
        let mut state = self.state();
        state.certificate_verified = Some(yes && state.certificate_verified.unwrap_or(true));
    }

    /// Says what is waited for now; continues "timed out while". The end of a stage ends it.
    pub fn wait(&self, doing: &str) {
        self.state().waiting = Some(self.redact(doing));
    }

    /// The stage under way and what it waits for ("waiting for the answer to EHLO"), for the words of a deadline.
    pub fn waiting(&self) -> Option<(StageName, String)> {
        let state = self.state();
        let running = state.nodes.iter().rev().find(|n| n.stage.status == StageStatus::Running)?;
        let top = running.path.first().copied().unwrap_or(running.stage.name);
        Some((top, state.waiting.clone()?))
    }

    /// Tells our own time, to compare servers' clocks with; the first word counts.
    pub fn set_clock(&self, now: Timestamp) {
        let began = now.checked_sub(SignedDuration::try_from(self.shared.started.elapsed()).unwrap_or_default());
        let _ = self.shared.wall.set(began.unwrap_or(now));
    }

    /// Our own time, if it was told.
    pub fn now(&self) -> Option<Timestamp> {
        let elapsed = SignedDuration::try_from(self.shared.started.elapsed()).ok()?;
        self.shared.wall.get()?.checked_add(elapsed).ok()
    }

    /// How far servers' clocks are ahead of ours (negative: behind), when it is more than a minute; the widest one seen.
    pub fn clock_skew(&self) -> Option<SignedDuration> {
        self.state().skew
    }

    pub(crate) fn keep_skew(&self, skew: SignedDuration) {
        let mut state = self.state();
        if state.skew.is_none_or(|held| held.abs() < skew.abs()) {
            state.skew = Some(skew);
        }
    }

    /// Ends the record. Stages still running become failed by `interrupted` (deadline, cancel). Later writes are ignored.
    pub fn close(&self, interrupted: Option<Failure>) -> Record {
        let interrupted = interrupted.map(|failure| self.redact(&failure.message));
        let mut state = self.state();
        state.closed = true;
        for node in state.nodes.iter_mut().filter(|n| n.stage.status == StageStatus::Running) {
            node.stage.status = StageStatus::Failed;
            node.stage.duration_ms = millis(node.started);
            node.stage.summary = interrupted.clone().unwrap_or_else(|| "Ended before it was finished.".to_owned());
        }
        let failed = interrupted.is_some() || state.nodes.iter().any(|n| n.stage.status == StageStatus::Failed);
        let missing = if failed { StageStatus::NotReached } else { StageStatus::Skipped };
        Record {
            stages: StageName::ALL.iter().map(|name| state.stage(&[], *name, missing)).collect(),
            transcript: std::mem::take(&mut state.transcript),
            warnings: std::mem::take(&mut state.warnings),
            certificate_verified: state.certificate_verified,
            duration_ms: millis(self.shared.started),
        }
    }

    /// Ends the stage `name` of this recorder.
    pub(crate) fn finish(&self, name: StageName, status: StageStatus, summary: &str, evidence: Option<Value>) {
        self.state().waiting = None;
        self.change(name, |stage, started| {
            stage.duration_ms = millis(started);
            stage.status = status;
            stage.summary = self.redact(summary);
            if let Some(evidence) = evidence {
                stage.evidence = self.redact_value(evidence);
            }
        });
    }

    /// Says more of a stage that has ended; its time stays. Mail servers introduce themselves again after STARTTLS.
    pub(crate) fn amend(&self, name: StageName, status: StageStatus, summary: &str, evidence: Value) {
        self.change(name, |stage, _| {
            stage.status = status;
            stage.summary = self.redact(summary);
            stage.evidence = self.redact_value(evidence);
        });
    }

    /// Blames an earlier stage for what a later one met, as when TLS 1.3 refuses a client only after the handshake: `name`
    /// fails, its evidence stays, and the stages after it were never reached.
    pub(crate) fn blame(&self, name: StageName, failure: &Failure) {
        {
            let mut state = self.state();
            let path = &self.path;
            let Some(at) = state.nodes.iter().position(|n| &n.path == path && n.stage.name == name) else { return };
            let later = state.nodes.split_off(at + 1);
            state.nodes.extend(later.into_iter().filter(|n| &n.path != path || n.stage.name < name));
        }
        self.change(name, |stage, _| {
            stage.status = StageStatus::Failed;
            stage.summary.clone_from(&failure.message);
        });
    }

    fn change(&self, name: StageName, change: impl FnOnce(&mut Stage, Instant)) {
        {
            let mut state = self.state();
            if state.closed {
                return;
            }
            let path = &self.path;
            let Some(node) = state.nodes.iter_mut().find(|n| &n.path == path && n.stage.name == name) else {
                return;
            };
            change(&mut node.stage, node.started);
        }
        self.report(name);
    }

    fn hide(&self, text: &str) -> String {
        self.shared.redactor.read().unwrap_or_else(PoisonError::into_inner).hide(text)
    }

    fn redact_value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(cap(escape(&self.hide(&text), true), EVIDENCE_TEXT)),
            Value::Array(items) => items.into_iter().map(|item| self.redact_value(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (self.redact(&key), self.redact_value(value))).collect()
            }
            other => other,
        }
    }

    fn line(&self, from: Party, text: &str) {
        let text = self.redact(text);
        let at_ms = millis(self.shared.started);
        let mut state = self.state();
        if state.closed || state.transcript.len() > TRANSCRIPT_LINES {
            return;
        }
        let full = state.transcript.len() == TRANSCRIPT_LINES;
        let (from, text) = if full { (Party::Note, "further lines are left out".to_owned()) } else { (from, text) };
        state.transcript.push(TranscriptLine { at_ms, from, text });
    }

    // Reports the top-level stage that `name` belongs to, outside the lock.
    fn report(&self, name: StageName) {
        let Some(progress) = &self.shared.progress else {
            return;
        };
        let top = self.path.first().copied().unwrap_or(name);
        let stage = {
            let state = self.state();
            if state.closed {
                return;
            }
            state.stage(&[], top, StageStatus::Running)
        };
        progress(&stage);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    // The stage with its steps; steps stand in the order in which they began.
    fn stage(&self, path: &[StageName], name: StageName, missing: StageStatus) -> Stage {
        let own = self.nodes.iter().find(|n| n.path == path && n.stage.name == name);
        let mut stage = own.map_or_else(|| Stage::unvisited(name, missing), |node| node.stage.clone());
        let mut inner = path.to_vec();
        inner.push(name);
        stage.steps =
            self.nodes.iter().filter(|n| n.path == inner).map(|n| self.stage(&inner, n.stage.name, missing)).collect();
        if missing == StageStatus::NotReached && !stage.steps.is_empty() {
            let visited: Vec<StageName> = stage.steps.iter().map(|step| step.name).collect();
            let unvisited = STEPS.iter().filter(|name| !visited.contains(name));
            stage.steps.extend(unvisited.map(|name| Stage::unvisited(*name, missing)));
        }
        stage
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("path", &self.path).finish_non_exhaustive()
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
