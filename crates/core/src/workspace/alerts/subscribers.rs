//! Rule ELI-3: whoever subscribed to a credential is told when a test of it as it is stored, or a job with it, fails: once, until it
//! works again, and then that it does.

use std::collections::HashSet;

use credenza_vault::{Batch, EventAction, RecordHead};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::super::{RunOptions, Workspace};
use super::deliver::{DueOptions, event_of};
use super::ways::Way;
use crate::Problem;
use crate::alerts::{AlertRoute, AlertSettings, recovery_letter};
use crate::check::{Action, CheckResult, Finished, Outcome};
use crate::view::CheckSummary;

/// Document kind of what subscribers were told; the key is the record's id.
const TOLD: &str = "subscriber-alert";

/// What the subscribers of a record were told last.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ToldFailing {
    failing: bool,
    /// Those who get the alerts were told as well.
    in_a_look: bool,
}

/// Who is told of how a record fares, and by which ways.
struct Audience {
    head: RecordHead,
    addresses: Vec<String>,
    ways: Vec<Way>,
    settings: AlertSettings,
    in_a_look: bool,
}

/// How a credential did: `None` when it works, else what happened, in a few words.
pub(in crate::workspace) type Fared = (Uuid, Option<String>);

/// How a credential did in a check.
pub(in crate::workspace) fn fared(result: &CheckResult, id: Uuid) -> Fared {
    let failed = result.outcome == Outcome::Failed;
    (id, failed.then(|| CheckSummary::of(result, id).headline))
}

impl Workspace {
    /// As [`Workspace::run`]. When it works on the credential as it is stored, its subscribers are told of a failure, and of
    /// the recovery; a draft is nobody's business but of whoever fills it in.
    ///
    /// # Errors
    /// As [`Workspace::run`]. That subscribers could not be told is in the log, and no error of the job.
    pub async fn run_job(
        &self,
        reference: &str,
        patch: Option<Value>,
        action: &Action,
        options: RunOptions,
    ) -> Result<Finished, Problem> {
        let (id, stored) = (self.resolve(reference)?, patch.is_none());
        let finished = self.run(reference, patch, action, options).await?;
        if stored && !finished.cancelled {
            self.tell_of(&finished.result, id).await;
        }
        Ok(finished)
    }

    /// Tells subscribers of one result. It is written down by now: that nobody could be told must not hide it.
    pub(in crate::workspace) async fn tell_of(&self, result: &CheckResult, id: Uuid) {
        if let Err(problem) = self.tell_subscribers(&[fared(result, id)]).await {
            tracing::warn!(problem = %problem.message, "subscribers were not told");
        }
    }

    /// Tells subscribers of those that fail and were not said to, and of those that work again.
    pub(in crate::workspace) async fn tell_subscribers(&self, fared: &[Fared]) -> Result<(), Problem> {
        self.tell_how_they_fare(fared, None).await
    }

    /// The same. In a look at the dates, whoever gets the alerts is told as well: nobody else may ever ask for a token that
    /// is kept alive.
    pub(super) async fn tell_how_they_fare(&self, fared: &[Fared], look: Option<&DueOptions>) -> Result<(), Problem> {
        let mut told: HashSet<Uuid> = HashSet::new();
        for (id, failed) in fared {
            let Ok(head) = self.vault.head(*id) else { continue };
            if self.told(*id)?.failing == failed.is_some() || !told.insert(*id) {
                continue;
            }
            // Of jobs that fail at once one tells; the others wait for it, and find it told.
            let _alone = self.sole(&format!("{TOLD}/{id}"), "alert").await?;
            let before = self.told(*id)?;
            if before.failing == failed.is_some() {
                continue;
            }
            let Some(audience) = self.audience(head, (before.in_a_look, look))? else { continue };
            self.tell_one(&audience, failed.as_deref(), look).await?;
        }
        Ok(())
    }

    fn told(&self, id: Uuid) -> Result<ToldFailing, Problem> {
        let body = self.vault.document(TOLD, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default())
    }

    /// Whoever is to be told; `None` when there is nobody. Those who get the alerts are told of the recovery if they were told
    /// of the failure.
    fn audience(
        &self,
        head: RecordHead,
        (before, look): (bool, Option<&DueOptions>),
    ) -> Result<Option<Audience>, Problem> {
        let mut addresses = subscribers(&head);
        let in_a_look = before || look.is_some();
        if addresses.is_empty() && !in_a_look {
            return Ok(None);
        }
        let settings = self.alert_settings()?;
        if in_a_look && settings.enabled {
            let more = settings.addresses.iter().filter(|more| !addresses.iter().any(|a| a.eq_ignore_ascii_case(more)));
            let more: Vec<String> = more.cloned().collect();
            addresses.extend(more);
        }
        let ways = self.ways_to_tell(&settings, &addresses);
        let desktop = settings.enabled && look.is_some_and(|options| options.desktop.is_some());
        let anybody = !addresses.is_empty() || (settings.enabled && (!ways.is_empty() || desktop));
        Ok(anybody.then_some(Audience { head, addresses, ways, settings, in_a_look }))
    }

    async fn tell_one(
        &self,
        audience: &Audience,
        failed: Option<&str>,
        look: Option<&DueOptions>,
    ) -> Result<(), Problem> {
        let recipients = u32::try_from(audience.addresses.len()).unwrap_or(u32::MAX);
        let (id, name, recovered) = (audience.head.id, audience.head.name.clone(), failed.is_none());
        // The event first, as with every alert.
        self.vault.append(EventAction::SubscribersAlerted { id, name: name.clone(), recovered, recipients })?;
        let letter = recovery_letter(&name, failed, &self.about(&audience.settings, false));
        let mut batch = Batch::new();
        let mut reached = false;
        for way in &audience.ways {
            // What fails cannot tell of its own failure; whether it works again it can tell itself.
            let attempt = if failed.is_some() && way.depends.contains(&id) {
                way.failed(1, "depends_on_item")
            } else {
                self.tell((way, &audience.addresses), &letter, (1, &DueOptions::default())).await
            };
            batch.event(event_of(&attempt));
            reached |= attempt.ok || attempt.recipients > 0;
            if attempt.ok {
                break;
            }
        }
        let desktop =
            look.and_then(|options| options.desktop.as_ref()).filter(|_| audience.settings.enabled && !reached);
        reached |= desktop.is_some_and(|show| show(&letter.subject, &letter.text));
        if reached {
            let told = ToldFailing { failing: failed.is_some(), in_a_look: audience.in_a_look && failed.is_some() };
            let body = serde_json::to_vec(&told).map_err(|error| Problem::internal(format!("{TOLD}: {error}")))?;
            batch.document(TOLD, &id.to_string(), body);
        } else {
            batch.event(EventAction::AlertUndelivered { items: 1 });
        }
        Ok(self.vault.commit(batch)?)
    }

    /// Subscribers are addresses: mail reaches them. Where none does, a webhook is better than silence.
    fn ways_to_tell(&self, settings: &AlertSettings, addresses: &[String]) -> Vec<Way> {
        let mail = settings.routes.iter().filter(|route| matches!(route, AlertRoute::Mail { .. }));
        let mail = mail.filter(|_| !addresses.is_empty());
        let webhook = settings.routes.iter().filter(|route| matches!(route, AlertRoute::Webhook { .. }));
        mail.chain(webhook).map(|route| self.way(route.clone())).filter(|way| !way.missing).collect()
    }
}

fn subscribers(head: &RecordHead) -> Vec<String> {
    let list = head.meta.get("subscribers").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
