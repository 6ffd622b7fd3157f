//! Runs one check: input, the action under one deadline, the explanation.

use std::sync::OnceLock;
use std::time::Duration;

use credenza_net::{Catalogue, Channel, Explanation, Failure, Place, Progress, Recorder, StageName};
use credenza_vault::Clock;
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::input::{Plan, note_pasted, prepare};
use super::result::{CheckResult, Ending};
use super::withhold::withhold;
use super::{
    Action, AskPerson, CancelFlag, Subject, TokenStore, TokenUse, app_password, clock, graph, http, mail, token,
    webhook,
};
use crate::Problem;
use crate::inventory::Directory;

/// What a check needs besides its subject.
pub struct CheckContext<'a> {
    /// The explanations.
    pub catalogue: &'a Catalogue,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Where tokens are kept.
    pub tokens: &'a dyn TokenStore,
    /// Told of each stage as it begins and ends.
    pub progress: Option<Progress>,
    /// The deadline of the whole check (20 s unless set).
    pub timeout: Duration,
    /// Stops the check.
    pub cancel: CancelFlag,
    /// Told when a person has to sign in; `None` when nobody is there.
    pub person: Option<AskPerson>,
    /// On whose behalf tokens are asked for, and what that allows.
    pub token_use: TokenUse,
    /// Makes the marks that stand for secrets the same in every check of one vault; marks of one check alone without it.
    pub stand_in_key: Option<Zeroizing<[u8; 32]>>,
}

/// What a check gives: the result for people, and what only a program may see.
#[derive(Debug)]
pub struct Finished {
    /// The result, free of secrets.
    pub result: CheckResult,
    /// The token that was fetched or found in the cache.
    pub token: Option<SecretString>,
    /// The body of the reply to a request, as it came (1 MiB at most).
    pub body: Option<Vec<u8>>,
    /// What Microsoft Graph listed; `None` unless all of it was read.
    pub directory: Option<Directory>,
    /// Whether it was stopped by its cancel flag: then it says nothing about the credential.
    pub cancelled: bool,
}

/// What an action gives when it works.
#[derive(Default)]
pub(super) struct Done {
    pub(super) result: Value,
    pub(super) token: Option<SecretString>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) directory: Option<Directory>,
}

/// A check that failed: why, and what there is to show of it all the same.
pub(super) struct Stop {
    pub(super) failure: Failure,
    pub(super) done: Box<Done>,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop { failure, done: Box::default() }
    }
}

/// A check under way.
pub(super) struct Run<'a> {
    pub(super) subject: &'a Subject,
    pub(super) ctx: &'a CheckContext<'a>,
    pub(super) rec: &'a Recorder,
    /// Set when the goal is reached and only courtesies are left: a deadline or cancel then changes nothing any more.
    pub(super) settled: OnceLock<Value>,
    /// What to do about a refusal of our own: no peer has said anything that could be explained.
    pub(super) advice: OnceLock<String>,
    /// When the check is stopped; it moves while a person signs in.
    deadline: watch::Sender<Instant>,
}

/// Runs one action on a subject and diagnoses how it went.
///
/// Nothing is stored except through `ctx.tokens`; a failure is a result, not an error. Dropping the future, the deadline
/// and the cancel flag all end it without leaving a task or a program behind.
pub async fn run(subject: &Subject, action: &Action, ctx: &CheckContext<'_>) -> Finished {
    let started_at = ctx.clock.now();
    let rec = match &ctx.stand_in_key {
        Some(key) => Recorder::marking_with(key, ctx.progress.clone()),
        None => Recorder::new(ctx.progress.clone()),
    };
    rec.set_clock(started_at);
    subject.secrets.protect_on(&rec);
    let run = Run {
        subject,
        ctx,
        rec: &rec,
        settled: OnceLock::new(),
        advice: OnceLock::new(),
        deadline: watch::Sender::new(Instant::now() + ctx.timeout),
    };
    let ended = tokio::select! {
        biased;
        () = ctx.cancel.cancelled() => Err((cancelled(&run), true)),
        ended = run.act(action) => ended.map_err(|stop| (stop, false)),
        () = run.overdue() => Err((too_long(&run), true)),
    };
    let (done, failure) = match (ended, run.settled.get()) {
        (Ok(done), _) => (done, None),
        (Err((_, true)), Some(result)) => (Done { result: result.clone(), ..Done::default() }, None),
        (Err((stop, interrupted)), _) => (*stop.done, Some((stop.failure, interrupted))),
    };
    if failure.as_ref().is_some_and(|(failure, _)| {
        matches!(failure.stage, StageName::Token | StageName::Authenticate | StageName::Permission)
    }) {
        note_pasted(subject, false, &rec);
    }
    let skew = rec.clock_skew();
    let cancelled = ctx.cancel.is_cancelled() && failure.as_ref().is_some_and(|(_, interrupted)| *interrupted);
    let record =
        rec.close(failure.as_ref().filter(|(_, interrupted)| *interrupted).map(|(failure, _)| failure.clone()));
    let failure = failure.map(|(failure, _)| failure);
    let explanation = failure.as_ref().map(|failure| {
        let mut explanation = explain(failure, ctx.catalogue);
        if let Some(advice) = run.advice.get() {
            advise(&mut explanation, advice);
        }
        let explanation = app_password::explain(explanation, &subject.credential, failure);
        clock::explain(explanation, skew, &record, started_at)
    });
    let ending = Ending { started_at, record, failure, explanation, result: done.result };
    let mut result = CheckResult::new(subject, action, ending);
    withhold(&mut result, &rec);
    Finished { result, token: done.token, body: done.body, directory: done.directory, cancelled }
}

impl Run<'_> {
    async fn act(&self, action: &Action) -> Result<Done, Stop> {
        match self.input(action)? {
            Plan::Mail(plan) => mail::run(self, plan).await,
            Plan::Token(plan) => token::run(self, plan).await,
            Plan::Request(plan) => http::run(self, plan).await,
            Plan::WebhookReach(route, protocol) => webhook::reach(self, &route, protocol).await,
            Plan::Webhook(plan) => webhook::run(self, plan).await,
            Plan::Graph(plan) => graph::run(self, &plan).await,
        }
    }

    /// Waits until the deadline has passed, wherever it is moved in the meantime.
    async fn overdue(&self) {
        let mut moved = self.deadline.subscribe();
        loop {
            let deadline = *moved.borrow_and_update();
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => return,
                // It cannot close while `self` holds the sender.
                _ = moved.changed() => {}
            }
        }
    }

    /// How long there is until the check is stopped.
    pub(super) fn remaining(&self) -> Duration {
        self.deadline.borrow().saturating_duration_since(Instant::now())
    }

    /// Does something that a person takes part in, with `limit` for themselves: the check's own deadline stands still.
    pub(super) async fn with_person<T>(&self, limit: Duration, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let before = *self.deadline.borrow();
        // The work ends by itself at its limit; the check's own time is a reserve on top.
        self.deadline.send_replace(before.max(begun) + limit + self.ctx.timeout);
        let done = work.await;
        self.deadline.send_replace(before + begun.elapsed());
        done
    }

    // Nothing leaves the machine before this stage has passed (vector 4).
    fn input(&self, action: &Action) -> Result<Plan, Failure> {
        let stage = self.rec.begin(StageName::Input, &self.subject.credential.common.name);
        match prepare(self.subject, action, self.ctx, self.rec) {
            Ok(plan) => {
                stage.pass("Everything that is needed is there.");
                Ok(plan)
            }
            Err(problem) => {
                let failure = refusal(self.rec, &problem);
                stage.fail_with(&failure, serde_json::json!({ "field": problem.field }));
                Err(failure)
            }
        }
    }

    /// A failure of this check in a stage whose peer is not asked for an explanation by `raw`.
    pub(super) fn own_failure(&self, stage: StageName, message: &str, raw: &str) -> Failure {
        Failure::new(&Place::new(stage, Channel::Network, ""), message, raw, self.rec).with_lookup("", self.rec)
    }
}

fn refusal(rec: &Recorder, problem: &Problem) -> Failure {
    let place = Place::new(StageName::Input, Channel::Network, "");
    Failure::new(&place, &problem.message, &problem.hint, rec).with_lookup("", rec)
}

/// What the deadline ended, and what was waited for: a server that hangs has its own reason at each step.
fn too_long(run: &Run<'_>) -> Stop {
    let (stage, doing) = run.rec.waiting().unwrap_or((StageName::Action, String::new()));
    let during = if doing.is_empty() { doing } else { format!(" while {doing}") };
    let limit = run.ctx.timeout.as_secs_f32();
    let message = format!("No answer in time{during}: the check was stopped after {limit} s.");
    interruption(run, stage, &message, &format!("timed out{during}"))
}

fn cancelled(run: &Run<'_>) -> Stop {
    let stage = run.rec.waiting().map_or(StageName::Action, |(stage, _)| stage);
    interruption(run, stage, "The check was cancelled.", "cancelled")
}

fn interruption(run: &Run<'_>, stage: StageName, message: &str, raw: &str) -> Stop {
    let host = run.subject.credential.connection().map(|connection| connection.host.as_str()).unwrap_or_default();
    Failure::new(&Place::new(stage, Channel::Network, host), message, raw, run.rec).into()
}

// A refused input is our own finding: there is no reply of a peer to look up, and the hint is what to do.
fn explain(failure: &Failure, catalogue: &Catalogue) -> Explanation {
    let mut explanation = catalogue.explain(failure);
    if failure.stage == StageName::Input {
        explanation.title.clone_from(&failure.message);
        explanation.steps = vec![failure.raw.clone()];
        explanation.who = "you".into();
        explanation.raw.clone_from(&failure.message);
    } else if failure.lookup.is_empty() {
        explanation.title.clone_from(&failure.message);
    }
    explanation
}

fn advise(explanation: &mut Explanation, advice: &str) {
    explanation.steps = vec![advice.to_owned()];
    explanation.who = "you".into();
    explanation.raw.clone_from(&explanation.title);
}
