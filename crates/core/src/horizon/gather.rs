//! The dates of one record, from every place where one lies.

use std::borrow::Cow;

use credenza_vault::HeadView;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::known::{InventoryDate, Joined};
use super::{HorizonKind, INVENTORY_ITEM};
use crate::CredentialType;
use crate::credential::{Expiry, ExpirySource};
use crate::rotation::{Entry, old_path};
use crate::view::{CheckSummary, ExpiryView};

/// Where the server certificate of the last check stands among a record's items.
const SERVER_CERTIFICATE: &str = "server_certificate";
/// Where the kept access token stands.
const ACCESS_TOKEN: &str = "token";
/// Certificates that live no longer than this are renewed by a program (ACME, RFC 8555): nobody does it by hand.
const SHORT_LIVED_DAYS: i32 = 100;

/// What a line of the list and the horizon need of a record's metadata; borrowed from the text as it is stored.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Meta<'a> {
    #[serde(borrow)]
    pub(crate) description: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) host: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) owner: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) protocol: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) tls: Cow<'a, str>,
    /// What a record of type secret keeps.
    #[serde(borrow)]
    pub(crate) kind: Cow<'a, str>,
    pub(crate) port: Option<u16>,
    pub(crate) allow_clear: bool,
    pub(crate) tags: Vec<String>,
    #[serde(borrow)]
    pub(crate) certificate_check: Mode<'a>,
    #[serde(borrow)]
    pub(crate) auth: Method<'a>,
    #[serde(borrow)]
    pub(crate) oauth2: Block<'a>,
    pub(crate) expiries: Vec<Expiry>,
}

impl<'a> Meta<'a> {
    pub(crate) fn of(head: &HeadView<'a>) -> Meta<'a> {
        serde_json::from_str(head.meta).unwrap_or_default()
    }

    /// The app registration whose token it uses, by id.
    pub(crate) fn reference(&self) -> &str {
        &self.auth.oauth2.credential
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Mode<'a> {
    #[serde(borrow)]
    pub(crate) mode: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Method<'a> {
    #[serde(borrow)]
    pub(crate) method: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) password_kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) oauth2: Block<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Block<'a> {
    #[serde(borrow)]
    pub(crate) credential: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) token_url: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) grant: Cow<'a, str>,
    /// Days without use after which the provider ends the refresh token, as an administrator knows them.
    pub(crate) inactivity_days: Option<u32>,
}

/// A record whose dates are gathered, as of a day.
pub(crate) struct Record<'a> {
    pub(crate) head: &'a HeadView<'a>,
    pub(crate) meta: &'a Meta<'a>,
    pub(crate) known: Joined<'a>,
    pub(crate) today: Date,
}

/// Every date of the record, in no order. What uses it is for the caller to add.
pub(crate) fn gather(record: &Record<'_>) -> Vec<ExpiryView> {
    let mut items: Vec<ExpiryView> = Vec::new();
    for expiry in &record.meta.expiries {
        let mut item = record.item(&expiry.item, expiry.on, expiry.source);
        item.note.clone_from(&expiry.note);
        put_apart(&mut items, item);
    }
    for date in record.known.inventory.iter().flat_map(|inventory| &inventory.dates) {
        record.reported(&mut items, date);
    }
    items.extend(record.known.check.and_then(|check| record.server_certificate(check)));
    record.refresh_token(&mut items);
    items.extend(record.known.token.map(|token| record.access_token(token.expires_at)));
    items.extend(record.still_valid());
    items.iter_mut().for_each(|item| record.apply_settings(item));
    items
}

/// A second date of one field has an id of its own.
fn put_apart(items: &mut Vec<ExpiryView>, mut item: ExpiryView) {
    let same = items.iter().filter(|other| other.path.split('~').next() == Some(item.path.as_str())).count();
    if same > 0 {
        item.path = format!("{}~{}", item.path, same + 1);
        item.id = format!("{}/{}", item.credential_id, item.path);
    }
    items.push(item);
}

/// Puts what is known better in the place of what stood for the same field; the note stays.
pub(super) fn replace(items: &mut Vec<ExpiryView>, mut item: ExpiryView) {
    match items.iter_mut().find(|known| known.path == item.path) {
        Some(known) => {
            if !known.note.is_empty() {
                item.note = std::mem::take(&mut known.note);
            }
            *known = item;
        }
        None => items.push(item),
    }
}

impl Record<'_> {
    pub(super) fn item(&self, path: &str, on: Date, source: ExpirySource) -> ExpiryView {
        let kind = HorizonKind::at(path, self.head.record_type, self.meta);
        ExpiryView {
            id: format!("{}/{path}", self.head.id),
            credential_id: self.head.id,
            credential_name: self.head.name.to_string(),
            credential_type: CredentialType::of(self.head.record_type).unwrap_or(CredentialType::Secret),
            path: path.to_owned(),
            kind,
            item: kind.label(path),
            on,
            at: None,
            source,
            note: String::new(),
            owner: self.meta.owner.to_string(),
            used_by: Vec::new(),
            renews_itself: false,
            renewal: String::new(),
            muted: false,
            thresholds: None,
            days: self.today.until(on).map(|span| span.get_days()).unwrap_or(0),
            gone_since: None,
        }
    }

    /// Its OAuth 2.0 block, and where that stands.
    pub(super) fn block(&self) -> (&'static str, &Block<'_>) {
        match self.head.record_type {
            "app_registration" => ("oauth2", &self.meta.oauth2),
            _ => ("auth.oauth2", &self.meta.auth.oauth2),
        }
    }

    /// What a directory reports is better than what was entered for the same field; the note stays.
    fn reported(&self, items: &mut Vec<ExpiryView>, date: &InventoryDate) {
        let mut item = self.item(&date.item, date.on, ExpirySource::Reported);
        item.at = date.at;
        item.note.clone_from(&date.note);
        if !date.label.is_empty() {
            item.item.clone_from(&date.label);
        }
        let elsewhere = date.item.starts_with(INVENTORY_ITEM).then_some(HorizonKind::ClientSecret);
        item.kind = date.kind.or(elsewhere).unwrap_or(item.kind);
        item.gone_since = date.gone_since.map(|since| since.to_zoned(TimeZone::UTC).date());
        if let Some(since) = item.gone_since {
            item.renewal = format!("Gone from the directory since {since}; the end that was told last stands here.");
        }
        replace(items, item);
    }

    fn server_certificate(&self, check: &CheckSummary) -> Option<ExpiryView> {
        let until = check.certificate_until?;
        let mut item = self.item(SERVER_CERTIFICATE, until, ExpirySource::Certificate);
        item.kind = HorizonKind::ServerCertificate;
        item.item = "Server certificate".to_owned();
        item.note = "Whoever runs the server renews it.".to_owned();
        let days = |from: Date| from.until(until).map(|span| span.get_days()).unwrap_or(i32::MAX);
        let life = check.certificate_from.map(days).filter(|life| (1..=SHORT_LIVED_DAYS).contains(life));
        if let Some(life) = life {
            // A program renews with a third of the life left. One that still stood there with a sixth left was forgotten.
            let left = days(check.at.to_zoned(TimeZone::UTC).date());
            item.renews_itself = left * 6 >= life;
            item.renewal = if item.renews_itself {
                format!("Good for {life} days in all: a certificate this short is renewed by a program.")
            } else {
                format!(
                    "Good for {life} days in all, and not renewed with {left} days left: the renewal seems to have failed."
                )
            };
        }
        Some(item)
    }

    fn access_token(&self, end: Timestamp) -> ExpiryView {
        let on = end.to_zoned(TimeZone::UTC).date();
        let mut item = self.item(ACCESS_TOKEN, on, ExpirySource::Reported);
        item.kind = HorizonKind::AccessToken;
        item.at = Some(end);
        let block =
            if self.head.record_type == "app_registration" { &self.meta.oauth2 } else { &self.meta.auth.oauth2 };
        let by_person = matches!(&*block.grant, "authorization_code" | "device_code");
        item.renews_itself = !by_person || self.head.masks.contains("refresh_token\"");
        item.renewal = if item.renews_itself {
            "Fetched anew before it ends.".to_owned()
        } else {
            "A person signs in again for the next one.".to_owned()
        };
        item
    }

    /// Old values of rotations that nobody has said are revoked, with the last day on which they are kept (C9).
    fn still_valid(&self) -> Vec<ExpiryView> {
        let entries = self.known.rotation.iter().flat_map(|book| &book.0);
        let item = |(field, entry): (&String, &Entry)| {
            let switched = entry.switched.as_ref()?;
            // A field that no longer applies has no value, and no rotation that could be ended.
            self.head.masks.contains(&format!("\"{field}\":")).then_some(())?;
            let mut item = self.item(&old_path(field), switched.keep_until, ExpirySource::Entered);
            item.kind = HorizonKind::at(field, self.head.record_type, self.meta);
            item.item = format!("Old {}, still valid", item.kind.label(field));
            item.note = "Revoke it at its provider, then tick it off in the rotation.".to_owned();
            Some(item)
        };
        entries.filter_map(item).collect()
    }

    /// What a person set for the item; what renews itself, and every access token, is muted unless someone said otherwise.
    fn apply_settings(&self, item: &mut ExpiryView) {
        item.muted = item.renews_itself || item.kind == HorizonKind::AccessToken || item.gone_since.is_some();
        let Some(set) = self.known.settings.and_then(|settings| settings.get(&item.path)) else { return };
        item.muted = set.muted.unwrap_or(item.muted);
        item.thresholds.clone_from(&set.thresholds);
        if let Some(owner) = &set.owner {
            item.owner.clone_from(owner);
        }
        if let Some(note) = &set.note {
            item.note.clone_from(note);
        }
        // Whatever was set: there is nothing left that could end.
        item.muted |= item.gone_since.is_some();
    }
}
