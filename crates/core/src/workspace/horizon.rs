//! Every date of the vault, and what people set for one.

use std::collections::HashMap;

use credenza_vault::{EventAction, HeadView, Look, RecordHead};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::again::until_alone;
use super::rotation::ROTATION;
use super::{Workspace, results, tokens};
use crate::Problem;
use crate::due::{Thresholds, next_due};
use crate::horizon::{
    ExportFormat, HorizonFilter, INVENTORY, ItemSettings, Known, Meta, REFRESH, Record, RecordItems, SETTINGS, csv,
    gather, ics,
};
use crate::view::ExpiryView;

/// Thresholds lie between the day itself and ten years before.
const LONGEST_THRESHOLD: u16 = 3650;
/// More thresholds than this are a mistake.
const MOST_THRESHOLDS: usize = 20;

impl Workspace {
    /// The dates that are asked for, soonest first.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn horizon(&self, filter: &HorizonFilter) -> Result<Vec<ExpiryView>, Problem> {
        let known = self.known()?;
        let today = self.today();
        let heads = self.vault.heads()?;
        Ok(asked_for(filter, heads.iter().map(|head| read(&head.view(), &known, today)).collect()))
    }

    /// As [`Workspace::horizon`], for a program that asks once and ends: nothing is kept for the next time.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn horizon_once(&self, filter: &HorizonFilter) -> Result<Vec<ExpiryView>, Problem> {
        let known = self.known()?;
        let today = self.today();
        Ok(asked_for(filter, self.vault.map_heads(|head| read(head, &known, today))?))
    }

    /// Items of the horizon as a file for other programs; with `alarms`, a calendar rings on each threshold.
    pub fn horizon_file(&self, items: &[ExpiryView], format: ExportFormat, alarms: bool) -> String {
        match format {
            ExportFormat::Csv => csv(items),
            ExportFormat::Ics => ics(items, self.clock.now(), alarms.then(Thresholds::default).as_ref()),
        }
    }

    /// The dates of one record, soonest first.
    pub(super) fn dates_of(&self, head: &RecordHead) -> Result<Vec<ExpiryView>, Problem> {
        let mut known = self.known_of(head.id)?;
        known.rotations.extend(self.one(ROTATION, head.id)?);
        known.tokens.extend(self.one(tokens::TOKEN, head.id)?);
        let head = head.view();
        let record = Record { head: &head, meta: &Meta::of(&head), known: known.of(head.id), today: self.today() };
        let mut dates = gather(&record);
        if head.record_type == "app_registration" {
            let users: Vec<String> = self.users(head.id)?.into_iter().map(|user| user.name).collect();
            dates.iter_mut().for_each(|item| item.used_by.clone_from(&users));
        }
        sort(&mut dates);
        Ok(dates)
    }

    /// Changes what is set for one item: what is absent in `change` stays as it is. `id` is that of [`ExpiryView`].
    ///
    /// # Errors
    /// `not_found`, `invalid`, `forbidden` for anyone but an administrator.
    pub fn change_item(&self, id: &str, change: ItemSettings) -> Result<ExpiryView, Problem> {
        self.require_administrator("change what is told of a date")?;
        let change = checked(change)?;
        until_alone(|| self.change_item_now(id, &change))
    }

    fn change_item_now(&self, id: &str, change: &ItemSettings) -> Result<ExpiryView, Problem> {
        let missing = || Problem::not_found(format_args!("date \u{201c}{id}\u{201d}"));
        let (record, path) = id.split_once('/').ok_or_else(missing)?;
        let record: Uuid = record.parse().map_err(|_| missing())?;
        let head = self.vault.head(record).map_err(|_| missing())?;
        let item = self.dates_of(&head)?.into_iter().find(|item| item.id == id).ok_or_else(missing)?;
        let seen = self.vault.document(SETTINGS, &record.to_string())?;
        let read = seen.as_ref().and_then(|body| serde_json::from_slice(body).ok());
        let mut items: RecordItems = read.unwrap_or_default();
        let set = items.entry(path.to_owned()).or_default();
        let fields = take_over(set, change.clone());
        if !fields.is_empty() {
            let body = serde_json::to_vec(&items).map_err(|error| Problem::internal(format!("{SETTINGS}: {error}")))?;
            let mut batch = credenza_vault::Batch::new();
            batch.while_there(record);
            batch.unless_changed(SETTINGS, &record.to_string(), seen.as_deref().map(Vec::as_slice));
            batch.event(EventAction::ExpiryItemChanged {
                id: record,
                name: head.name.clone(),
                item: item.item,
                fields,
            });
            batch.document(SETTINGS, &record.to_string(), body);
            self.vault.commit(batch)?;
        }
        self.dates_of(&head)?.into_iter().find(|item| item.id == id).ok_or_else(missing)
    }

    /// Works out from when on something is due that is not due now, and remembers it on this machine for this very state
    /// of the vault: until something is written or that moment comes, a look costs no more than opening the slot
    /// ([`Peek::nothing_due`](credenza_vault::Peek::nothing_due)). `other` is the next moment of anything else that is
    /// waited for, such as a token to be kept alive. Call it last: whatever is written after it makes it worthless.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with. That it could not be remembered is no error: the next look is a full one.
    pub fn remember_next_due(
        &self,
        thresholds: &Thresholds,
        other: Option<Timestamp>,
    ) -> Result<Option<Timestamp>, Problem> {
        let mark = self.vault.mark()?;
        let items = self.horizon(&HorizonFilter::default())?;
        let next_due = next_due(&items, thresholds, self.today()).into_iter().chain(other).min();
        if let Err(error) = self.vault.remember_look(&mark, Look { next_due, at: self.clock.now() }) {
            tracing::warn!(%error, "what is due next could not be remembered");
        }
        Ok(next_due)
    }

    /// All that is known beside the records.
    fn known(&self) -> Result<Known, Problem> {
        let (tokens, rotations) = (self.every(tokens::TOKEN)?, self.every(ROTATION)?);
        Ok(Known { tokens, rotations, ..self.known_for_rows()? })
    }

    /// The same without access tokens: they are muted, and no list shows them.
    pub(super) fn known_for_rows(&self) -> Result<Known, Problem> {
        Ok(Known {
            checks: self.every(results::SUMMARY)?,
            settings: self.every(SETTINGS)?,
            inventory: self.every(INVENTORY)?,
            tokens: HashMap::new(),
            rotations: HashMap::new(),
            refresh: self.every(REFRESH)?,
            idle_limits: self.idle_limits(),
        })
    }

    /// What is known beside one record, for its line in the list.
    pub(super) fn known_of(&self, id: Uuid) -> Result<Known, Problem> {
        Ok(Known {
            checks: self.one(results::SUMMARY, id)?.into_iter().collect(),
            settings: self.one(SETTINGS, id)?.into_iter().collect(),
            inventory: self.one(INVENTORY, id)?.into_iter().collect(),
            tokens: HashMap::new(),
            rotations: HashMap::new(),
            refresh: self.one(REFRESH, id)?.into_iter().collect(),
            idle_limits: self.idle_limits(),
        })
    }

    fn every<T: DeserializeOwned>(&self, kind: &str) -> Result<HashMap<Uuid, T>, Problem> {
        let documents = self.vault.documents(kind)?;
        let read = |(key, body): (String, zeroize::Zeroizing<Vec<u8>>)| {
            Some((key.parse().ok()?, serde_json::from_slice(&body).ok()?))
        };
        Ok(documents.into_iter().filter_map(read).collect())
    }

    fn one<T: DeserializeOwned>(&self, kind: &str, id: Uuid) -> Result<Option<(Uuid, T)>, Problem> {
        let body = self.vault.document(kind, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).ok()).map(|read| (id, read)))
    }
}

/// The app registration that a record uses, by id, and its dates; the name goes with the first.
type Read = (Option<(Uuid, String)>, Vec<ExpiryView>);

fn read(head: &HeadView<'_>, known: &Known, today: Date) -> Read {
    let meta = Meta::of(head);
    let dates = gather(&Record { head, meta: &meta, known: known.of(head.id), today });
    (meta.reference().parse().ok().map(|of| (of, head.name.to_string())), dates)
}

fn asked_for(filter: &HorizonFilter, read: Vec<Read>) -> Vec<ExpiryView> {
    let mut users: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (of, name) in read.iter().filter_map(|(uses, _)| uses.as_ref()) {
        users.entry(*of).or_default().push(name.clone());
    }
    let mut all: Vec<ExpiryView> = read.into_iter().flat_map(|(_, dates)| dates).collect();
    for item in &mut all {
        item.used_by = users.get(&item.credential_id).cloned().unwrap_or_default();
    }
    all.retain(|item| filter.takes(item));
    sort(&mut all);
    all
}

/// Soonest first; what ends on one day by the exact end, then by name.
fn sort(items: &mut [ExpiryView]) {
    items.sort_by(|a, b| {
        let end = |item: &ExpiryView| (item.on, item.at.is_none(), item.at);
        end(a).cmp(&end(b)).then_with(|| a.credential_name.cmp(&b.credential_name)).then_with(|| a.path.cmp(&b.path))
    });
}

fn checked(mut change: ItemSettings) -> Result<ItemSettings, Problem> {
    if let Some(thresholds) = &mut change.thresholds {
        thresholds.sort_unstable_by(|a, b| b.cmp(a));
        thresholds.dedup();
        let out_of_range = thresholds.first().is_some_and(|most| *most > LONGEST_THRESHOLD);
        if out_of_range || thresholds.len() > MOST_THRESHOLDS {
            let words = format!("At most {MOST_THRESHOLDS} thresholds, each of at most {LONGEST_THRESHOLD} days.");
            return Err(Problem::invalid("thresholds", words));
        }
    }
    for (field, text) in [("owner", &change.owner), ("note", &change.note)] {
        if text.as_ref().is_some_and(|text| text.chars().any(char::is_control) || text.chars().count() > 4096) {
            return Err(Problem::invalid(field, format!("{field} must be one line of at most 4096 characters.")));
        }
    }
    Ok(change)
}

/// Puts the change over what is set and names the fields that differ. A blank owner or note, or an empty list of
/// thresholds, is taken back: the record's own counts again.
fn take_over(set: &mut ItemSettings, change: ItemSettings) -> Vec<String> {
    let mut fields = Vec::new();
    let mut note = |changed: bool, field: &str| {
        if changed {
            fields.push(field.to_owned());
        }
    };
    if let Some(muted) = change.muted {
        note(set.muted != Some(muted), if muted { "muted" } else { "unmuted" });
        set.muted = Some(muted);
    }
    if let Some(thresholds) = change.thresholds {
        let wanted = Some(thresholds).filter(|days| !days.is_empty());
        note(set.thresholds != wanted, "thresholds");
        set.thresholds = wanted;
    }
    for (field, own, new) in [("owner", &mut set.owner, change.owner), ("note", &mut set.note, change.note)] {
        if let Some(text) = new {
            let wanted = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            note(*own != wanted, field);
            *own = wanted;
        }
    }
    fields
}
