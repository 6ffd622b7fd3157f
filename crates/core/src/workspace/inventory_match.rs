//! Which records here are applications of a directory, and which of their secrets and certificates they sign in with.

use std::collections::{BTreeSet, HashMap};

use credenza_vault::{Batch, RecordHead};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::Workspace;
use super::inventory::{Kept, put};
use crate::Problem;
use crate::horizon::{INVENTORY, InventoryDates};
use crate::inventory::{Application, Directory, InventoryMatch, KeyKind, Matches, Recognised, dates_for};

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

    /// Puts the dates of every record that is an application of the directory into the batch. The record itself is not
    /// touched: what it was given by hand stays as it is.
    pub(super) fn note_dates(&self, kept: &Kept, batch: &mut Batch) -> Result<(), Problem> {
        for matched in self.matched(&kept.directory)? {
            let dates = dates_for(matched.application, &matched.recognised, kept.read_at);
            put(batch, INVENTORY, matched.head.id, &InventoryDates { read_at: kept.read_at, dates })?;
        }
        Ok(())
    }

    fn matched<'a>(&self, directory: &'a Directory) -> Result<Vec<Matched<'a>>, Problem> {
        let known: HashMap<String, &Application> =
            directory.applications.iter().map(|one| (one.app_id.to_ascii_lowercase(), one)).collect();
        let mut found = Vec::new();
        for head in self.vault.heads()?.iter() {
            let Some((prefix, application)) =
                clients(head).find_map(|(prefix, client)| Some((prefix, *known.get(&client)?)))
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
        let path = format!("{prefix}.client_secret");
        let secret = head.masks.get(&path).and_then(|_| self.vault.secret(head.id, &path).ok());
        // EXPOSE: its first three characters, which Entra shows too, for a comparison; they go nowhere.
        let begins: Option<String> = secret.map(|secret| secret.expose_secret().chars().take(3).collect());
        let secret = begins
            .filter(|begins| begins.chars().count() == 3)
            .and_then(|begins| only(&|key| key.kind == KeyKind::Secret && key.hint == begins));
        let pem = block(head, prefix).and_then(|block| block.get("certificate_pem")?.as_str().map(str::to_owned));
        let end =
            pem.and_then(|pem| credenza_net::read_certificate(pem.as_bytes()).ok()).and_then(|read| read.not_after);
        let certificate = end
            .and_then(|end| only(&|key| key.kind == KeyKind::Certificate && key.ends.is_some_and(|ends| ends == end)));
        Recognised { prefix, secret, certificate }
    }
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
