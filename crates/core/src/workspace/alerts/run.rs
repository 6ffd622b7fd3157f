//! One look at the dates: what is due, the events, then the telling.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use credenza_vault::{Batch, EventAction, Exclusive};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::super::again::until_alone;
use super::super::{TokenDue, Workspace};
use super::deliver::{DueOptions, event_of, run_options};
use super::{ONE_AT_A_TIME, watch};
use crate::alerts::{AlertSettings, DueAlert, DueReport, KeptAlive, LEDGER, RecordLedger, Told, ends};
use crate::check::Outcome;
use crate::due::Step;
use crate::horizon::HorizonFilter;
use crate::view::{CheckSummary, ExpiryView};
use crate::{Code, Problem};

/// How long one look waits for another that is under way, and how often it asks.
const PATIENCE: Duration = Duration::from_secs(120);
const ASKS: Duration = Duration::from_millis(100);

/// An item of which somebody is to be told.
struct Due {
    item: ExpiryView,
    step: Step,
    /// Thresholds that passed while nobody looked.
    missed: usize,
    /// Its event was written by an earlier run.
    again: bool,
}

/// What was told of each record, with the document as it was read.
type Ledgers = HashMap<Uuid, (RecordLedger, Option<Zeroizing<Vec<u8>>>)>;

impl Workspace {
    /// Looks at every date and tells of those that are due: once for each threshold and item, the event before any way of
    /// telling is tried. What `credenza check`, the checker in the window and the catch-up at its start call. One look at a
    /// time on a machine; another waits for it.
    ///
    /// # Errors
    /// Whatever reading and writing the vault may fail with: then nothing was told, and the caller must say that nobody
    /// could look. `conflict` when another look does not end. A way of telling that fails is in the report.
    pub async fn run_due(&self, options: &DueOptions) -> Result<DueReport, Problem> {
        let _alone = self.sole(ONE_AT_A_TIME, "check").await?;
        let settings = self.alert_settings()?;
        let due = until_alone(|| {
            let mut ledgers = self.ledgers()?;
            let due = self.due(&settings, &mut ledgers)?;
            self.note_due(&settings, &due, &ledgers)?;
            Ok(due)
        })?;
        let mut report = DueReport {
            at: self.now(),
            alerts: due.iter().map(alert).collect(),
            attempts: Vec::new(),
            kept_alive: Vec::new(),
            undelivered: 0,
            next_due: None,
        };
        if settings.enabled && !due.is_empty() {
            self.tell_due(&settings, &due, (options, &mut report)).await?;
        }
        report.kept_alive = self.keep_all_alive(options).await?;
        self.note_gap()?;
        // What nobody was told of is due at once.
        let at_once = (report.undelivered > 0).then_some(report.at);
        let other = at_once.into_iter().chain(self.next_token_due()?).min();
        report.next_due = self.remember_next_due(&settings.thresholds, other)?;
        self.vault.forget_failed_look();
        Ok(report)
    }

    /// The sole right to tell of something; whoever comes second waits, and then finds it told.
    pub(super) async fn sole(&self, what: &str, word: &str) -> Result<Exclusive, Problem> {
        let mut waited = Duration::ZERO;
        loop {
            if let Some(alone) = self.vault.try_exclusive(what)? {
                return Ok(alone);
            }
            if waited >= PATIENCE {
                let message = format!("Another {word} is under way and does not end.");
                return Err(Problem::new(Code::Conflict, message, "Look for a credenza process that hangs."));
            }
            tokio::time::sleep(ASKS).await;
            waited += ASKS;
        }
    }

    fn ledgers(&self) -> Result<Ledgers, Problem> {
        let documents = self.vault.documents(LEDGER)?;
        let read = |(key, body): (String, Zeroizing<Vec<u8>>)| {
            // One that cannot be read is replaced.
            Some((key.parse().ok()?, (serde_json::from_slice(&body).unwrap_or_default(), Some(body))))
        };
        Ok(documents.into_iter().filter_map(read).collect())
    }

    /// What somebody is to be told of, most urgent first; the ledgers know it from here on.
    fn due(&self, settings: &AlertSettings, ledgers: &mut Ledgers) -> Result<Vec<Due>, Problem> {
        let today = self.today();
        let mut due = Vec::new();
        for item in self.horizon(&HorizonFilter::default())?.into_iter().filter(|item| !item.muted) {
            let thresholds = settings.thresholds.of(&item);
            let Some(step) = thresholds.passed(item.on, today) else { continue };
            let (told, _) = ledgers.entry(item.credential_id).or_default();
            let told = told.entry(item.path.clone()).or_insert_with(|| Told::nothing(item.on));
            if told.on != item.on {
                *told = Told::nothing(item.on);
            }
            if told.is_new(step) {
                let missed = told.take(step, &thresholds.days);
                told.waiting = settings.enabled;
                due.push(Due { item, step, missed, again: false });
            } else if told.waiting && settings.enabled {
                due.push(Due { item, step, missed: 0, again: true });
            }
        }
        Ok(due)
    }

    /// QP-26: the events, and that they were written, before any way of telling is tried.
    fn note_due(&self, settings: &AlertSettings, due: &[Due], ledgers: &Ledgers) -> Result<(), Problem> {
        let mut batch = Batch::new();
        for Due { item, .. } in due.iter().filter(|due| !due.again) {
            batch.event(EventAction::ExpiryAlert {
                id: item.credential_id,
                name: item.credential_name.clone(),
                item: item.item.clone(),
                kind: item.kind.word().to_owned(),
                on: item.on.to_string(),
                days: item.days,
            });
        }
        tracing::debug!(due = due.len(), enabled = settings.enabled, "alerts");
        put_ledgers(&mut batch, due, ledgers)?;
        Ok(self.vault.commit(batch)?)
    }

    async fn tell_due(
        &self,
        settings: &AlertSettings,
        due: &[Due],
        (options, report): (&DueOptions, &mut DueReport),
    ) -> Result<(), Problem> {
        let items: Vec<&ExpiryView> = due.iter().map(|due| &due.item).collect();
        let done = self.deliver(settings, &items, options).await;
        for (told_by, alert) in done.told_by.into_iter().zip(&mut report.alerts) {
            report.undelivered += u32::from(told_by.is_none());
            alert.told_by = told_by;
        }
        report.attempts = done.attempts;
        until_alone(|| self.note_told(due, report))
    }

    /// Who was reached, and that nobody waits for that any more.
    fn note_told(&self, due: &[Due], report: &DueReport) -> Result<(), Problem> {
        let mut batch = Batch::new();
        report.attempts.iter().for_each(|attempt| batch.event(event_of(attempt)));
        if report.undelivered > 0 {
            batch.event(EventAction::AlertUndelivered { items: report.undelivered });
        }
        let mut ledgers = self.ledgers()?;
        for (Due { item, .. }, alert) in due.iter().zip(&report.alerts) {
            let told = ledgers.get_mut(&item.credential_id).and_then(|(told, _)| told.get_mut(&item.path));
            if let Some(told) = told.filter(|told| told.on == item.on) {
                told.waiting = alert.told_by.is_none();
            }
        }
        put_ledgers(&mut batch, due, &ledgers)?;
        Ok(self.vault.commit(batch)?)
    }

    /// Uses the refresh tokens that a provider would drop soon; whoever subscribed (ELI-3) or gets the
    /// alerts is told of those that fail.
    async fn keep_all_alive(&self, options: &DueOptions) -> Result<Vec<KeptAlive>, Problem> {
        let mut kept = Vec::new();
        let mut fares = Vec::new();
        for TokenDue { id, name, .. } in self.tokens_due(self.now())? {
            let (ok, words) = match self.keep_alive(id, run_options(options)).await {
                Ok(finished) if finished.cancelled => break,
                Ok(finished) if finished.result.outcome == Outcome::Failed => {
                    // Stopped is more than failed: it says what has to be done.
                    let notice = self.vault.head(id).ok().and_then(|head| self.token_notice(&head).ok().flatten());
                    (false, notice.map_or_else(|| CheckSummary::of(&finished.result, id).headline, |told| told.words))
                }
                Ok(finished) => (true, CheckSummary::of(&finished.result, id).headline),
                Err(problem) => (false, problem.message),
            };
            fares.push((id, (!ok).then(|| words.clone())));
            kept.push(KeptAlive { id, name, ok, words });
        }
        self.tell_how_they_fare(&fares, Some(options)).await?;
        Ok(kept)
    }

    /// Nobody looked for longer than two days: that is worth remembering, for it may happen again.
    fn note_gap(&self) -> Result<(), Problem> {
        let (now, before) = (self.now(), self.vault.last_look().map(|look| look.at));
        let Some(from) = before.filter(|from| watch::is_long(*from, now)) else { return Ok(()) };
        let body =
            serde_json::to_vec(&watch::Gap { from, to: now }).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(self.vault.put_document(watch::GAP, watch::GAP, &body)?)
    }
}

/// Puts the ledgers of the records that are due into the batch. One whose record was removed meanwhile stays behind with it.
fn put_ledgers(batch: &mut Batch, due: &[Due], ledgers: &Ledgers) -> Result<(), Problem> {
    let records: BTreeSet<Uuid> = due.iter().map(|due| due.item.credential_id).collect();
    for (id, (ledger, seen)) in records.into_iter().filter_map(|id| Some((id, ledgers.get(&id)?))) {
        let body = serde_json::to_vec(ledger).map_err(|error| Problem::internal(format!("{LEDGER}: {error}")))?;
        batch.unless_changed(LEDGER, &id.to_string(), seen.as_deref().map(Vec::as_slice));
        batch.document(LEDGER, &id.to_string(), body);
    }
    Ok(())
}

fn alert(due: &Due) -> DueAlert {
    let item = due.item.clone();
    let threshold = match due.step {
        Step::Before(days) => Some(days),
        Step::After(_) => None,
    };
    let words = format!("{} of \u{201c}{}\u{201d} {} ({})", item.item, item.credential_name, ends(item.days), item.on);
    DueAlert { item, threshold, words, catch_up: due.missed > 0, again: due.again, told_by: None }
}
