//! Which records here are applications of a directory, and which of their secrets and certificates they sign in with.

use std::collections::{BTreeSet, HashMap};

use credenza_vault::{Batch, EventAction, RecordHead};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Workspace;
use super::inventory::{Kept, put};
use crate::Problem;
use crate::horizon::{HorizonKind, INVENTORY, InventoryDate, InventoryDates};
use crate::inventory::{
    Application, Directory, InventoryGone, InventoryMatch, KeyKind, Matches, Recognised, dates_for, gone, gone_from,
};

/// A document as it was read.
type Body = Zeroizing<Vec<u8>>;

/// A record that signs in as an application of the directory.
struct Matched<'a> {
    head: RecordHead,
    application: &'a Application,
    recognised: Recognised,
}

impl Workspace {
    /// The records here that are applications of the directory.
    pub(super) fn matches(&self, directory: &Directory) -> Result<Matches, Problem> {
        let mut matches = Matches::default();
        for matched in self.matched(directory)? {
            let owner = matched.head.meta.get("owner").and_then(Value::as_str).unwrap_or_default().to_owned();
            let credential = InventoryMatch { id: matched.head.id, name: matched.head.name.clone() };
            let client = matched.application.app_id.to_ascii_lowercase();
            matches.by_client.entry(client).or_default().push((credential, owner));
            matches.in_use.extend(matched.recognised.secret);
            matches.in_use.extend(matched.recognised.certificate);
        }
        Ok(matches)
    }

    /// Puts the dates of every record that is an application of the directory into the batch, and what of those that this
    /// reader reported before is gone. The record itself is not touched: what it was given by hand stays as it is.
    pub(super) fn note_dates(&self, reading: (Uuid, &Kept), batch: &mut Batch) -> Result<(), Problem> {
        let (reader, kept) = reading;
        let mut before = self.reported_before()?;
        for matched in self.matched(&kept.directory)? {
            let mut now = reported(reading, matched.application, &matched.recognised);
            let (id, name) = (matched.head.id, &matched.head.name);
            let noted = before.remove(&id);
            // What was reported for another application is nothing that this one lost.
            if let Some((noted, _)) = noted.as_ref().filter(|(noted, _)| noted.app_id == now.app_id) {
                let still_own = |date: &InventoryDate| self.keeps(&matched, date);
                let gone = gone_from(matched.application, (noted, &now.dates), &still_own, kept.read_at);
                for date in gone.iter().filter(|date| date.gone_since == Some(kept.read_at)) {
                    batch.event(EventAction::DirectoryGone { id, name: name.clone(), item: date.label.clone() });
                }
                now.dates.extend(gone);
            }
            note(batch, id, noted.as_ref().map(|(_, seen)| seen), &now)?;
        }
        let missed = before.into_iter().filter(|(_, (noted, _))| noted.reader == Some(reader));
        for (id, (noted, seen)) in missed {
            self.note_missed(id, (noted, &seen), (kept, &mut *batch))?;
        }
        Ok(())
    }

    /// An application that this reader reported is not in the directory any more.
    fn note_missed(
        &self,
        id: Uuid,
        (noted, seen): (InventoryDates, &Body),
        (kept, batch): (&Kept, &mut Batch),
    ) -> Result<(), Problem> {
        let Ok(head) = self.vault.head(id) else { return Ok(()) };
        let other = head.record_type != "secret" && !clients(&head).any(|(_, client)| client == noted.app_id);
        if other {
            // The record stands for another application now; what was reported for the one before is nothing to it.
            batch.unless_changed(INVENTORY, &id.to_string(), Some(seen.as_slice()));
            batch.remove(INVENTORY, &id.to_string());
            return Ok(());
        }
        if noted.gone_since.is_some() {
            return Ok(());
        }
        batch.event(EventAction::DirectoryGone { id, name: head.name.clone(), item: "The app registration".into() });
        let dates = noted.dates.iter().map(|date| gone(date, kept.read_at)).collect();
        note(batch, id, Some(seen), &InventoryDates { gone_since: Some(kept.read_at), dates, ..noted })
    }

    /// What was read with this record before, stands for a credential here, and is gone.
    pub(super) fn gone_from_directory(&self, reader: Uuid) -> Result<Vec<InventoryGone>, Problem> {
        let mut all = Vec::new();
        for (id, (noted, _)) in
            self.reported_before()?.into_iter().filter(|(_, (noted, _))| noted.reader == Some(reader))
        {
            let Ok(head) = self.vault.head(id) else { continue };
            let line = |item: Option<&str>, since: Timestamp| InventoryGone {
                application: noted.application.clone(),
                app_id: noted.app_id.clone(),
                item: item.map(str::to_owned),
                credential: InventoryMatch { id, name: head.name.clone() },
                since: since.to_zoned(TimeZone::UTC).date(),
            };
            match noted.gone_since {
                Some(since) => all.push(line(None, since)),
                None => {
                    let gone = noted.dates.iter().filter_map(|date| Some((date, date.gone_since?)));
                    all.extend(gone.map(|(date, since)| line(Some(&date.label), since)));
                }
            }
        }
        all.sort_by(|a, b| b.since.cmp(&a.since).then_with(|| a.application.cmp(&b.application)));
        Ok(all)
    }

    fn reported_before(&self) -> Result<HashMap<Uuid, (InventoryDates, Body)>, Problem> {
        let read = |(key, body): (String, Body)| Some((key.parse().ok()?, (serde_json::from_slice(&body).ok()?, body)));
        Ok(self.vault.documents(INVENTORY)?.into_iter().filter_map(read).collect())
    }

    /// Whether a record still keeps what a date was reported for.
    fn keeps(&self, matched: &Matched<'_>, date: &InventoryDate) -> bool {
        let prefix = matched.recognised.prefix;
        match date.kind {
            Some(HorizonKind::ClientCertificate) => {
                date.at.is_some() && certificate_end(&matched.head, prefix) == date.at
            }
            _ => self.secret_begins(&matched.head, &matched.recognised).is_some_and(|begins| begins == date.hint),
        }
    }

    fn matched<'a>(&self, directory: &'a Directory) -> Result<Vec<Matched<'a>>, Problem> {
        let watched = self.reported_before()?;
        let known: HashMap<String, &Application> =
            directory.applications.iter().map(|one| (one.app_id.to_ascii_lowercase(), one)).collect();
        let mut found = Vec::new();
        for head in self.vault.heads()?.iter() {
            let watches = watched.get(&head.id).filter(|_| head.record_type == "secret");
            let watches = watches.map(|(noted, _)| ("", noted.app_id.clone()));
            let Some((prefix, application)) =
                clients(head).chain(watches).find_map(|(prefix, client)| Some((prefix, *known.get(&client)?)))
            else {
                continue;
            };
            let recognised = self.recognised(head, prefix, application);
            found.push(Matched { head: head.clone(), application, recognised });
        }
        // An app registration speaks for its application before a record with a block of its own does.
        found.sort_by_key(|matched| matched.recognised.prefix != "oauth2");
        Ok(found)
    }

    /// Entra shows how a secret begins; and a certificate ends when it ends.
    fn recognised(&self, head: &RecordHead, prefix: &'static str, application: &Application) -> Recognised {
        let only = |fits: &dyn Fn(&crate::inventory::Key) -> bool| {
            let mut fitting = application.keys.iter().filter(|key| fits(key));
            fitting.next().filter(|_| fitting.next().is_none()).map(|key| key.id.clone())
        };
        let own = Recognised { prefix, ..Recognised::default() };
        let begins = self.secret_begins(head, &own);
        let secret = begins.and_then(|begins| only(&|key| key.kind == KeyKind::Secret && key.hint == begins));
        let certificate = certificate_end(head, prefix)
            .and_then(|end| only(&|key| key.kind == KeyKind::Certificate && key.ends.is_some_and(|ends| ends == end)));
        Recognised { secret, certificate, ..own }
    }

    /// How the secret begins that a record signs in with, if it is long enough to tell.
    fn secret_begins(&self, head: &RecordHead, own: &Recognised) -> Option<String> {
        let path = own.place(KeyKind::Secret);
        let secret = head.masks.get(&path).and_then(|_| self.vault.secret(head.id, &path).ok())?;
        // EXPOSE: its first three characters, which Entra shows too, for a comparison; they go nowhere.
        let begins: String = secret.expose_secret().chars().take(3).collect();
        Some(begins).filter(|begins| begins.chars().count() == 3)
    }
}

/// What an application reports for a record.
pub(super) fn reported(
    (reader, kept): (Uuid, &Kept),
    application: &Application,
    recognised: &Recognised,
) -> InventoryDates {
    InventoryDates {
        read_at: kept.read_at,
        reader: Some(reader),
        app_id: application.app_id.to_ascii_lowercase(),
        application: application.name.clone(),
        gone_since: None,
        dates: dates_for(application, recognised, kept.read_at),
    }
}

/// Puts it into the batch, in the place of what was read.
fn note(batch: &mut Batch, id: Uuid, seen: Option<&Body>, dates: &InventoryDates) -> Result<(), Problem> {
    batch.unless_changed(INVENTORY, &id.to_string(), seen.map(|body| body.as_slice()));
    put(batch, INVENTORY, id, dates)
}

fn certificate_end(head: &RecordHead, prefix: &str) -> Option<Timestamp> {
    let pem = block(head, prefix)?.get("certificate_pem")?.as_str()?;
    credenza_net::read_certificate(pem.as_bytes()).ok()?.not_after
}

fn block<'a>(head: &'a RecordHead, prefix: &str) -> Option<&'a Value> {
    let mut place = head.meta.get(prefix.split('.').next()?)?;
    for key in prefix.split('.').skip(1) {
        place = place.get(key)?;
    }
    Some(place)
}

/// The client ids of a record in small letters, each with where its OAuth 2.0 block stands.
fn clients(head: &RecordHead) -> impl Iterator<Item = (&'static str, String)> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(|text| text.trim().to_ascii_lowercase());
    let ids: BTreeSet<(&'static str, String)> = [
        ("oauth2", text(head.meta.get("application_id"))),
        ("oauth2", text(block(head, "oauth2").and_then(|block| block.get("client_id")))),
        ("auth.oauth2", text(block(head, "auth.oauth2").and_then(|block| block.get("client_id")))),
    ]
    .into_iter()
    .filter_map(|(prefix, id)| Some((prefix, id.filter(|id| !id.is_empty())?)))
    .collect();
    ids.into_iter()
}
