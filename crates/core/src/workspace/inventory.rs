//! *Read from Entra*: the reading, what is kept of it, and what of it concerns the records here.

use std::time::Duration;

use credenza_net::Progress;
use credenza_vault::{Batch, EventAction, RecordHead};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::again::until_alone;
use super::{Workspace, credential_of};
use crate::Problem;
use crate::check::{
    self, Action, CancelFlag, CheckContext, CheckKind, CheckResult, Finished, SignInPlace, StoredToken, Subject,
    TokenStore, as_graph_client,
};
use crate::credential::Kind;
use crate::inventory::{self, Directory, GraphPlace, InventoryReport, InventoryView, NEAR_DAYS, graph_place};

/// Document kind of the last reading; the key is the id of the record that read.
const READING: &str = "inventory";
/// Document kind of the muted applications; the key is that id too.
const MUTED: &str = "inventory-muted";

/// The limit of a whole reading: waiting for a busy directory is part of it.
const LIMIT: Duration = Duration::from_secs(600);

/// How a caller wants a reading to go.
#[derive(Default)]
pub struct InventoryOptions {
    /// Days before an end from which on it matters; 60 when left out.
    pub within_days: Option<u16>,
    /// Told of each stage as it begins and ends, of each page and of each wait.
    pub progress: Option<Progress>,
    /// Stops the reading.
    pub cancel: CancelFlag,
    /// The limit of the whole reading; ten minutes when left out.
    pub timeout: Option<Duration>,
}

/// What is kept of a reading.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) read_at: Timestamp,
    pub(super) directory: Directory,
}

/// A token for the directory serves one reading: the cache holds the one that the record's own work needs.
struct NotKept;

impl TokenStore for NotKept {
    fn cached(&self, _field: &str) -> Option<StoredToken> {
        None
    }

    fn keep(&self, _token: &StoredToken) -> Result<(), Problem> {
        Ok(())
    }

    fn rotated(&self, _field: &str, _new: &SecretString) -> Result<(), Problem> {
        Ok(())
    }

    fn signed_in(&self, _field: &str, _new: &SecretString) -> Result<SignInPlace, Problem> {
        Ok(SignInPlace::NotStored)
    }
}

impl Workspace {
    /// Reads the tenant's app registrations with this one, keeps what was read, and brings the dates of those that are here
    /// up to date.
    ///
    /// # Errors
    /// `not_found`; `invalid` for a record that cannot read a directory. A reading that fails is a result, and then what was
    /// kept before stays.
    pub async fn read_inventory(&self, reference: &str, options: InventoryOptions) -> Result<InventoryReport, Problem> {
        let head = self.head(reference)?;
        let (subject, place) = self.graph_subject(&head)?;
        let name = head.name.clone();
        let kind = CheckKind::Inventory.word().to_owned();
        self.vault.append(EventAction::CheckStarted { id: Some(head.id), name, kind, draft: false })?;
        let within = options.within_days.unwrap_or(NEAR_DAYS);
        let finished = self.ask_graph((&subject, place), options).await;
        let ended = finished_event(&head, &finished);
        let Some(directory) = finished.directory else {
            let mut batch = Batch::new();
            batch.event(ended);
            self.vault.commit(batch)?;
            return Ok(InventoryReport { check: finished.result, inventory: None });
        };
        let kept = Kept { read_at: self.clock.now(), directory };
        until_alone(|| {
            let mut batch = Batch::new();
            batch.event(ended.clone());
            // A record that was removed meanwhile leaves nothing behind.
            if self.vault.head(head.id).is_ok() {
                put(&mut batch, READING, head.id, &kept)?;
                self.note_dates((head.id, &kept), &mut batch)?;
            }
            Ok(self.vault.commit(batch)?)
        })?;
        let inventory = self.inventory_of(head.id, &kept, within)?;
        Ok(InventoryReport { check: finished.result, inventory: Some(inventory) })
    }

    /// What was read last with this app registration, as of today; `None` when nothing was.
    ///
    /// # Errors
    /// `not_found`, and whatever reading the vault may fail with.
    pub fn inventory(&self, reference: &str, within_days: Option<u16>) -> Result<Option<InventoryView>, Problem> {
        let head = self.head(reference)?;
        let Some(kept) = self.kept(head.id)? else { return Ok(None) };
        self.inventory_of(head.id, &kept, within_days.unwrap_or(NEAR_DAYS)).map(Some)
    }

    /// Mutes an application or takes that back: what is muted never matters.
    ///
    /// # Errors
    /// `not_found` for an application that was not read, `forbidden` for anyone but an administrator.
    pub fn mute_inventory(&self, reference: &str, app_id: &str, muted: bool) -> Result<(), Problem> {
        self.require_administrator("mute an application")?;
        until_alone(|| self.mute_application(reference, app_id, muted))
    }

    fn mute_application(&self, reference: &str, app_id: &str, muted: bool) -> Result<(), Problem> {
        let head = self.head(reference)?;
        let kept = self.kept(head.id)?;
        let applications = kept.as_ref().map(|kept| kept.directory.applications.as_slice()).unwrap_or_default();
        let found = applications.iter().find(|application| application.app_id.eq_ignore_ascii_case(app_id));
        let application =
            found.ok_or_else(|| Problem::not_found(format_args!("application {app_id:?} that was read")))?;
        let id = application.app_id.to_ascii_lowercase();
        let seen = self.vault.document(MUTED, &head.id.to_string())?;
        let mut list = muted_in(seen.as_deref());
        list.retain(|known| *known != id);
        if muted {
            list.push(id);
        }
        let mut batch = Batch::new();
        batch.while_there(head.id);
        batch.unless_changed(MUTED, &head.id.to_string(), seen.as_deref().map(Vec::as_slice));
        batch.event(EventAction::ApplicationMuted {
            id: head.id,
            name: head.name.clone(),
            app_id: application.app_id.clone(),
            muted,
        });
        put(&mut batch, MUTED, head.id, &list)?;
        Ok(self.vault.commit(batch)?)
    }

    async fn ask_graph(&self, (subject, place): (&Subject, GraphPlace), options: InventoryOptions) -> Finished {
        let catalogue = self.catalogue();
        let context = CheckContext {
            catalogue: &catalogue,
            clock: &*self.clock,
            tokens: &NotKept,
            progress: options.progress,
            timeout: options.timeout.unwrap_or(LIMIT),
            cancel: options.cancel,
            person: None,
            token_use: check::TokenUse::default(),
            stand_in_key: Some(self.vault.stand_in_key()),
        };
        check::run(subject, &Action::Inventory(place), &context).await
    }

    fn graph_subject(&self, head: &RecordHead) -> Result<(Subject, GraphPlace), Problem> {
        let Kind::AppRegistration(app) = credential_of(head)?.kind else {
            let message =
                format!("\u{201c}{}\u{201d} is no app registration: it cannot read the directory.", head.name);
            return Err(Problem::invalid("type", message));
        };
        let place = graph_place(&app)?;
        Ok((as_graph_client(self.stored_subject(head)?.subject, &place)?, place))
    }

    fn inventory_of(&self, id: Uuid, kept: &Kept, within_days: u16) -> Result<InventoryView, Problem> {
        let mut matches = self.matches(&kept.directory)?;
        matches.muted = self.muted_applications(id)?.into_iter().collect();
        let view = inventory::view(&kept.directory, (kept.read_at, self.today()), within_days, &matches);
        Ok(InventoryView { gone: self.gone_from_directory(id)?, ..view })
    }

    /// The last reading of a record.
    pub(super) fn kept(&self, id: Uuid) -> Result<Option<Kept>, Problem> {
        let body = self.vault.document(READING, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).ok()))
    }

    fn muted_applications(&self, id: Uuid) -> Result<Vec<String>, Problem> {
        Ok(muted_in(self.vault.document(MUTED, &id.to_string())?.as_deref()))
    }
}

fn muted_in(body: Option<&Vec<u8>>) -> Vec<String> {
    body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
}

fn finished_event(head: &RecordHead, finished: &Finished) -> EventAction {
    let result: &CheckResult = &finished.result;
    let outcome = if finished.cancelled { "cancelled" } else { result.outcome.word() };
    EventAction::CheckFinished {
        id: Some(head.id),
        name: head.name.clone(),
        kind: result.kind.word().to_owned(),
        outcome: outcome.to_owned(),
        failed_stage: result.failed_stage.filter(|_| !finished.cancelled).map(|stage| stage.as_str().to_owned()),
    }
}

pub(super) fn put(batch: &mut Batch, kind: &str, id: Uuid, value: &impl Serialize) -> Result<(), Problem> {
    batch.document(kind, &id.to_string(), written(kind, value)?);
    Ok(())
}

pub(super) fn written(kind: &str, value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|error| Problem::internal(format!("{kind}: {error}")))
}
