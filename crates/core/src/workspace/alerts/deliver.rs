//! Telling: one way after the other, until everything is told.

use std::collections::HashSet;
use std::sync::Arc;

use credenza_vault::EventAction;

use super::super::{RunOptions, Workspace};
use super::ways::Way;
use crate::alerts::{About, AlertRoute, AlertSettings, Letter, RouteAttempt, SampleReport, sample_item};
use crate::check::{Action, CancelFlag, EmailRequest, Finished, Outcome, WebhookSample};
use crate::horizon::HorizonFilter;
use crate::view::{CheckSummary, ExpiryView};
use crate::{Code, Problem};

/// Shows a notification on the desktop; tells whether there is a desktop that took it. Title first, then text.
pub type DesktopNotice = Arc<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// How a caller wants a look at the dates to go.
#[derive(Clone, Default)]
pub struct DueOptions {
    /// The desktop, where there is one.
    pub desktop: Option<DesktopNotice>,
    /// Whether the caller ends with exit code 10 when something is due.
    pub exit_code: bool,
    /// Stops what is under way.
    pub cancel: CancelFlag,
}

/// What became of telling.
pub(super) struct Delivered {
    /// By item: the way that told it, if one did.
    pub(super) told_by: Vec<Option<String>>,
    pub(super) attempts: Vec<RouteAttempt>,
}

impl Workspace {
    /// Tells of items by the ways of the settings, in order. A way that an item depends on, or whose own secret has ended, is
    /// passed over for the next; only when no other could tell, it is tried after all.
    pub(super) async fn deliver(
        &self,
        settings: &AlertSettings,
        items: &[&ExpiryView],
        options: &DueOptions,
    ) -> Delivered {
        let ways: Vec<Way> = settings.routes.iter().map(|route| self.way(route.clone())).collect();
        // What has ended is known beyond what is told today.
        let passed = HorizonFilter { within: Some(-1), ..HorizonFilter::default() };
        let passed = self.horizon(&passed).unwrap_or_default();
        let mut done = Delivered { told_by: vec![None; items.len()], attempts: Vec::new() };
        let mut told_all: HashSet<usize> = HashSet::new();
        let mut tried: HashSet<(usize, usize)> = HashSet::new();
        for last_resort in [false, true] {
            for (number, way) in ways.iter().enumerate() {
                let left = |at: &usize| !told_all.contains(at) && !tried.contains(&(number, *at));
                // What somebody was reached with needs no last resort.
                let open: Vec<usize> =
                    (0..items.len()).filter(left).filter(|at| !last_resort || done.told_by[*at].is_none()).collect();
                let ended = passed.iter().any(|item| !item.muted && way.needs(item));
                let (held, take): (Vec<usize>, Vec<usize>) =
                    open.into_iter().partition(|at| !last_resort && (ended || way.needs(items[*at])));
                if !held.is_empty() {
                    let reason = if ended { "own_secret_ended" } else { "depends_on_item" };
                    done.attempts.push(way.failed(held.len(), reason));
                }
                if take.is_empty() {
                    continue;
                }
                tried.extend(take.iter().map(|at| (number, *at)));
                let letter = self.letter(&take.iter().map(|at| items[*at]).collect::<Vec<_>>(), settings, false);
                let attempt = self.tell((way, &settings.addresses), &letter, (take.len(), options)).await;
                for at in take.into_iter().filter(|_| attempt.ok || attempt.recipients > 0) {
                    done.told_by[at].get_or_insert(attempt.route.clone());
                    if attempt.ok {
                        told_all.insert(at);
                    }
                }
                done.attempts.push(attempt);
            }
        }
        self.notice_at_last(settings, (items, &mut done), options);
        done
    }

    /// Whatever no way could tell is shown on the desktop, where there is one.
    fn notice_at_last(
        &self,
        settings: &AlertSettings,
        (items, done): (&[&ExpiryView], &mut Delivered),
        options: &DueOptions,
    ) {
        let open: Vec<usize> = (0..items.len()).filter(|at| done.told_by[*at].is_none()).collect();
        let asked = settings.routes.contains(&AlertRoute::Desktop);
        if open.is_empty() || asked {
            return;
        }
        let letter = self.letter(&open.iter().map(|at| items[*at]).collect::<Vec<_>>(), settings, false);
        if options.desktop.as_ref().is_some_and(|show| show(&letter.subject, &letter.text)) {
            let way = self.way(AlertRoute::Desktop);
            done.attempts.push(way.attempt(open.len()));
            open.into_iter().for_each(|at| done.told_by[at] = Some("desktop".to_owned()));
        }
    }

    fn letter(&self, items: &[&ExpiryView], settings: &AlertSettings, sample: bool) -> Letter {
        Letter::of(items, &self.about(settings, sample))
    }

    pub(super) fn about(&self, settings: &AlertSettings, sample: bool) -> About {
        About { vault: self.vault.name(), at: self.now(), thresholds: settings.thresholds.clone(), sample }
    }

    pub(super) async fn tell(
        &self,
        (way, addresses): (&Way, &[String]),
        letter: &Letter,
        (items, options): (usize, &DueOptions),
    ) -> RouteAttempt {
        if way.missing {
            return way.failed(items, "credential_missing");
        }
        match &way.route {
            AlertRoute::Mail { credential } => {
                self.mail((way, credential), (addresses, letter), (items, options)).await
            }
            AlertRoute::Webhook { credential } => {
                let body = Some(letter.body.clone());
                let action = Action::Webhook(WebhookSample { body, test: false, ..WebhookSample::default() });
                attempt_of(way, items, &self.run(credential, None, &action, run_options(options)).await)
            }
            AlertRoute::Desktop => match &options.desktop {
                Some(show) if show(&letter.subject, &letter.text) => way.attempt(items),
                _ => way.failed(items, "not_here"),
            },
            AlertRoute::ExitCode if options.exit_code => way.attempt(items),
            AlertRoute::ExitCode => way.failed(items, "no_exit_code"),
        }
    }

    /// One mail for each address: one that is refused keeps none of the others from theirs.
    async fn mail(
        &self,
        (way, credential): (&Way, &str),
        (addresses, letter): (&[String], &Letter),
        (items, options): (usize, &DueOptions),
    ) -> RouteAttempt {
        if addresses.is_empty() {
            return way.failed(items, "no_addresses");
        }
        let (mut recipients, mut failed) = (0, None);
        for address in addresses {
            let action = Action::Email(EmailRequest {
                to: vec![address.clone()],
                subject: Some(letter.subject.clone()),
                text: Some(letter.text.clone()),
                html: Some(letter.html.clone()),
                automatic: true,
                ..EmailRequest::default()
            });
            let attempt = attempt_of(way, items, &self.run(credential, None, &action, run_options(options)).await);
            if attempt.ok {
                recipients += 1;
            } else {
                failed = Some(attempt);
            }
        }
        RouteAttempt { recipients, ..failed.unwrap_or_else(|| way.attempt(items)) }
    }

    /// *Send a sample alert*: by every way, so that the second is known to work before it is needed.
    ///
    /// # Errors
    /// Whatever reading the settings may fail with; `invalid` when no way is set. A way that does not work is a result.
    pub async fn send_sample_alert(&self, options: &DueOptions) -> Result<SampleReport, Problem> {
        let settings = self.alert_settings()?;
        if settings.routes.is_empty() {
            return Err(Problem::invalid("routes", "No way is set by which alerts go out."));
        }
        let item = sample_item(self.now());
        let letter = self.letter(&[&item], &settings, true);
        let mut attempts = Vec::with_capacity(settings.routes.len());
        for route in &settings.routes {
            let way = self.way(route.clone());
            attempts.push(self.tell((&way, &settings.addresses), &letter, (1, options)).await);
        }
        Ok(SampleReport { attempts })
    }
}

pub(super) fn run_options(options: &DueOptions) -> RunOptions {
    RunOptions { cancel: options.cancel.clone(), unattended: true, ..RunOptions::default() }
}

fn attempt_of(way: &Way, items: usize, run: &Result<Finished, Problem>) -> RouteAttempt {
    match run {
        Ok(finished) if finished.result.outcome != Outcome::Failed => way.attempt(items),
        Ok(finished) => {
            let result = &finished.result;
            let words = result.credential.id.map(|id| CheckSummary::of(result, id).headline).unwrap_or_default();
            let stage = result.failed_stage.map(|stage| stage.as_str().to_owned());
            RouteAttempt { stage, words, ..way.failed(items, "failed") }
        }
        Err(problem) => {
            let reason = if problem.code == Code::NotFound { "credential_missing" } else { "refused" };
            RouteAttempt { words: problem.message.clone(), ..way.failed(items, reason) }
        }
    }
}

/// The event of an attempt.
pub(super) fn event_of(attempt: &RouteAttempt) -> EventAction {
    let (route, name, items) = (attempt.route.clone(), attempt.name.clone(), attempt.items);
    match &attempt.reason {
        None => EventAction::AlertSent { route, name, items, recipients: attempt.recipients },
        Some(reason) => {
            EventAction::AlertRouteFailed { route, name, reason: reason.clone(), stage: attempt.stage.clone(), items }
        }
    }
}
