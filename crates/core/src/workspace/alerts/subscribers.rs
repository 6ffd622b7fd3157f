//! Rule ELI-3: whoever subscribed to a credential is told when an unattended check or a job with it fails: once, until it
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
struct ToldFailing {
    failing: bool,
}

/// How a credential did: `None` when it works, else what happened, in a few words.
pub(in crate::workspace) type Fared = (Uuid, Option<String>);

/// How a credential did in a check.
pub(in crate::workspace) fn fared(result: &CheckResult, id: Uuid) -> Fared {
    let failed = result.outcome == Outcome::Failed;
    (id, failed.then(|| CheckSummary::of(result, id).headline))
}

impl Workspace {
    /// As [`Workspace::run`], for a program that nobody watches: subscribers are told of a failure, and of the recovery.
    ///
    /// # Errors
    /// As [`Workspace::run`]. That subscribers could not be told is in the log, and no error of the job.
    pub async fn run_job(&self, reference: &str, action: &Action, options: RunOptions) -> Result<Finished, Problem> {
        let id = self.resolve(reference)?;
        let finished = self.run(reference, None, action, options).await?;
        if !finished.cancelled {
            self.tell_subscribers(&[fared(&finished.result, id)]).await?;
        }
        Ok(finished)
    }

    /// Tells subscribers of those that fail and were not said to, and of those that work again.
    pub(in crate::workspace) async fn tell_subscribers(&self, fared: &[Fared]) -> Result<(), Problem> {
        let mut told: HashSet<Uuid> = HashSet::new();
        for (id, failed) in fared {
            let Ok(head) = self.vault.head(*id) else { continue };
            let addresses = subscribers(&head);
            if addresses.is_empty() || self.is_told(*id)? == failed.is_some() || !told.insert(*id) {
                continue;
            }
            // Of jobs that fail at once one tells; the others wait for it, and find it told.
            let _alone = self.sole(&format!("{TOLD}/{id}"), "alert").await?;
            if self.is_told(*id)? != failed.is_some() {
                self.tell_one((&head, &addresses), failed.as_deref()).await?;
            }
        }
        Ok(())
    }

    /// Whether subscribers were told last that it fails.
    fn is_told(&self, id: Uuid) -> Result<bool, Problem> {
        let body = self.vault.document(TOLD, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice::<ToldFailing>(&body).ok()).unwrap_or_default().failing)
    }

    async fn tell_one(&self, (head, addresses): (&RecordHead, &[String]), failed: Option<&str>) -> Result<(), Problem> {
        let recipients = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        let (id, name, recovered) = (head.id, head.name.clone(), failed.is_none());
        // The event first, as with every alert.
        self.vault.append(EventAction::SubscribersAlerted { id, name: name.clone(), recovered, recipients })?;
        let settings = self.alert_settings()?;
        let letter = recovery_letter(&name, failed, &self.about(&settings, false));
        let mut batch = Batch::new();
        let mut reached = false;
        for way in self.mail_ways(&settings) {
            let credential = way.route.credential().unwrap_or_default().to_owned();
            // What fails cannot tell of its own failure; whether it works again it can tell itself.
            let attempt = if failed.is_some() && way.depends.contains(&id) {
                way.failed(1, "depends_on_item")
            } else {
                self.mail((&way, &credential), (addresses, &letter), (1, &DueOptions::default())).await
            };
            batch.event(event_of(&attempt));
            reached |= attempt.recipients > 0;
            if attempt.ok {
                break;
            }
        }
        if reached {
            let body = serde_json::to_vec(&ToldFailing { failing: failed.is_some() })
                .map_err(|error| Problem::internal(format!("{TOLD}: {error}")))?;
            batch.document(TOLD, &id.to_string(), body);
        } else {
            batch.event(EventAction::AlertUndelivered { items: 1 });
        }
        Ok(self.vault.commit(batch)?)
    }

    /// Subscribers are addresses: only mail reaches them.
    fn mail_ways(&self, settings: &AlertSettings) -> Vec<Way> {
        let mail = settings.routes.iter().filter(|route| matches!(route, AlertRoute::Mail { .. }));
        mail.map(|route| self.way(route.clone())).filter(|way| !way.missing).collect()
    }
}

fn subscribers(head: &RecordHead) -> Vec<String> {
    let list = head.meta.get("subscribers").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
