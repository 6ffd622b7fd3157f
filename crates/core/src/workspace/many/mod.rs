//! Test all, or some: eight at once, never two on one host, results kept like those of single checks.

mod causes;
mod hosts;
#[cfg(test)]
mod tests;
mod view;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use credenza_vault::{Batch, EventAction, RecordHead};
use futures_util::future::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::Timestamp;
use uuid::Uuid;

use super::Workspace;
use super::alerts::{Fared, fared};
use super::checks::RunOptions;
use super::subject::Prepared;
use crate::Problem;
use crate::check::{Action, CancelFlag, Finished};
use crate::credential::CredentialType;
use crate::view::Settings;
use causes::Failed;
pub use view::{Cause, ManyOutcome, ManyProgress, ManyResult, ManyRow};

/// Checks under way at once.
const AT_ONCE: usize = 8;

/// Told of each result as it comes.
pub type ManyTold = Arc<dyn Fn(&ManyProgress) + Send + Sync>;

/// How a caller wants a run over many credentials to go.
#[derive(Default)]
pub struct ManyOptions {
    /// Told of each result as it comes.
    pub progress: Option<ManyTold>,
    /// Stops the run: what is under way ends, what waits is not begun.
    pub cancel: CancelFlag,
    /// The deadline of each check; the vault's setting when left out.
    pub timeout: Option<Duration>,
}

/// One credential that waits for its test.
struct Job {
    head: RecordHead,
    /// The hosts that its test talks to.
    hosts: Vec<String>,
}

/// A check under way, or over.
struct Under {
    job: Job,
    prepared: Prepared,
    action: Action,
}

impl Workspace {
    /// Tests the credentials with these ids, or all of them: *Test connection*, and *Fetch Token* for app registrations. A
    /// webhook is reached and sent nothing. Secrets have no test and are left out. A failure of one stops none of the others.
    ///
    /// # Errors
    /// `not_found` for an id that does not exist; `locked` when the vault is locked meanwhile, which ends every test at once;
    /// whatever keeps results from being written down: no log, no action.
    pub async fn check_many(&self, ids: Option<&[Uuid]>, options: ManyOptions) -> Result<ManyResult, Problem> {
        let settings = self.settings()?;
        let waiting = self.jobs(ids)?;
        let run = Run {
            workspace: self,
            settings: &settings,
            options: &options,
            begun: std::time::Instant::now(),
            started_at: self.now(),
            total: waiting.len(),
            batch: Batch::new(),
            rows: Vec::with_capacity(waiting.len()),
            failures: Vec::new(),
            fared: Vec::new(),
        };
        let (result, fared) = run.walk(waiting).await?;
        // Nobody watches many at once: each that fails tells its subscribers (ELI-3).
        self.tell_subscribers(&fared).await?;
        Ok(result)
    }

    fn jobs(&self, ids: Option<&[Uuid]>) -> Result<Vec<Job>, Problem> {
        let heads: Vec<RecordHead> = match ids {
            None => self.vault.heads()?.to_vec(),
            Some(ids) => {
                let mut known = HashSet::new();
                let once = ids.iter().filter(|id| known.insert(**id));
                once.map(|id| self.vault.head(*id)).collect::<Result<_, _>>()?
            }
        };
        let tested = heads.into_iter().filter(|head| head.record_type != CredentialType::Secret.word());
        Ok(tested.map(|head| Job { hosts: self.hosts_of(&head), head }).collect())
    }
}

/// A run under way.
struct Run<'a> {
    workspace: &'a Workspace,
    settings: &'a Settings,
    options: &'a ManyOptions,
    begun: std::time::Instant,
    started_at: Timestamp,
    total: usize,
    /// What is to be written with the next commit: results of what ended, intents of what begins. One commit for both keeps
    /// the disk from setting the pace.
    batch: Batch,
    rows: Vec<ManyRow>,
    failures: Vec<Failed>,
    /// How each that was tested to its end did.
    fared: Vec<Fared>,
}

impl Run<'_> {
    async fn walk(mut self, mut waiting: Vec<Job>) -> Result<(ManyResult, Vec<Fared>), Problem> {
        let mut running = FuturesUnordered::new();
        let mut busy: HashSet<String> = HashSet::new();
        loop {
            let begun = self.begin(&mut waiting, &mut busy, AT_ONCE - running.len());
            // No log, no action.
            self.workspace.commit(std::mem::take(&mut self.batch))?;
            let (workspace, settings, options) = (self.workspace, self.settings, self.options);
            for under in begun {
                running.push(async move {
                    let options = RunOptions {
                        cancel: options.cancel.clone(),
                        timeout: options.timeout,
                        // One dead refresh token must not be tried by everything that uses it.
                        unattended: true,
                        ..RunOptions::default()
                    };
                    let finished = workspace.execute(&under.prepared, &under.action, options, settings).await;
                    (under, finished)
                });
            }
            let Some(first) = self.workspace.until_locked(running.next()).await? else { break };
            let mut ended = vec![first];
            while let Some(Some(more)) = running.next().now_or_never() {
                ended.push(more);
            }
            for (under, finished) in ended {
                busy.retain(|host| !under.job.hosts.contains(host));
                self.end(under, finished)?;
            }
        }
        for job in waiting {
            self.put(ManyRow::not_begun(&job.head));
        }
        self.close()
    }

    /// Takes from the waiting what may begin: no more than `room`, none at a host that is busy.
    fn begin(&mut self, waiting: &mut Vec<Job>, busy: &mut HashSet<String>, room: usize) -> Vec<Under> {
        let mut begun = Vec::with_capacity(room);
        let mut at = 0;
        while begun.len() < room && at < waiting.len() && !self.options.cancel.is_cancelled() {
            if waiting[at].hosts.iter().any(|host| busy.contains(host)) {
                at += 1;
                continue;
            }
            let job = waiting.remove(at);
            match self.prepare(&job.head) {
                Ok((prepared, action)) => {
                    busy.extend(job.hosts.iter().cloned());
                    begun.push(Under { job, prepared, action });
                }
                Err(problem) => {
                    self.failures.push(Failed::refused(&job.head, &problem));
                    self.put(ManyRow::refused(&job.head, &problem));
                }
            }
        }
        begun
    }

    fn prepare(&mut self, head: &RecordHead) -> Result<(Prepared, Action), Problem> {
        let prepared = self.workspace.stored_subject(head)?;
        let app = head.record_type == CredentialType::AppRegistration.word();
        let action = if app { Action::Token { force: true } } else { Action::Connection };
        prepared.note_intent(&action, self.settings.token_scripts_allowed, &mut self.batch)?;
        Ok((prepared, action))
    }

    fn end(&mut self, under: Under, mut finished: Finished) -> Result<(), Problem> {
        self.workspace.note_result((&under.prepared, &under.action), &mut finished, &mut self.batch)?;
        self.failures.extend(Failed::of(&under.job.head, &finished));
        if !finished.cancelled {
            self.fared.push(fared(&finished.result, under.job.head.id));
        }
        self.put(ManyRow::of(&under.job.head, &finished));
        Ok(())
    }

    fn put(&mut self, row: ManyRow) {
        if let Some(told) = &self.options.progress {
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            told(&ManyProgress { done: count(self.rows.len() + 1), total: count(self.total), row: row.clone() });
        }
        self.rows.push(row);
    }

    fn close(mut self) -> Result<(ManyResult, Vec<Fared>), Problem> {
        let count = |outcome: ManyOutcome| {
            u32::try_from(self.rows.iter().filter(|row| row.outcome == outcome).count()).unwrap_or(u32::MAX)
        };
        let [passed, warning, failed, cancelled] =
            [ManyOutcome::Passed, ManyOutcome::Warning, ManyOutcome::Failed, ManyOutcome::Cancelled].map(count);
        self.batch.event(EventAction::ChecksFinished { passed, warning, failed, cancelled });
        self.workspace.commit(self.batch)?;
        self.rows.sort_by_key(|row| row.name.to_lowercase());
        let result = ManyResult {
            started_at: self.started_at,
            duration_ms: u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            passed,
            warning,
            failed,
            cancelled,
            results: self.rows,
            causes: causes::causes(self.failures),
        };
        Ok((result, self.fared))
    }
}
