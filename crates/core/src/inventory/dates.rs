//! The dates that an application brings to the credential with its client id.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Application, Key, KeyKind, renews_itself};
use crate::horizon::{HorizonKind, INVENTORY_ITEM, InventoryDate, InventoryDates};

/// Which keys a record signs in with: their ids, as far as a beginning or a fingerprint tells.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Recognised {
    /// Where its OAuth 2.0 block stands: `oauth2` or `auth.oauth2`; blank for a record that only watches, and keeps a value.
    pub(crate) prefix: &'static str,
    /// The key whose value is in `client_secret`.
    pub(crate) secret: Option<String>,
    /// The key whose certificate is in `certificate_pem`.
    pub(crate) certificate: Option<String>,
}

impl Recognised {
    /// Where the record keeps a secret, or a certificate.
    pub(crate) fn place(&self, kind: KeyKind) -> String {
        match kind {
            _ if self.prefix.is_empty() => "value".to_owned(),
            KeyKind::Secret => format!("{}.client_secret", self.prefix),
            KeyKind::Certificate => format!("{}.certificate_pem", self.prefix),
        }
    }
}

/// The dates of an application for the record with its client id: the one in use by its own place, every other that is still
/// good, and of a kind without any good one the last that was. What renews itself has no date.
pub(crate) fn dates_for(application: &Application, recognised: &Recognised, now: Timestamp) -> Vec<InventoryDate> {
    let own = |key: &Key| match key.kind {
        KeyKind::Secret if recognised.secret.as_ref() == Some(&key.id) => Some(recognised.place(key.kind)),
        KeyKind::Certificate if recognised.certificate.as_ref() == Some(&key.id) => Some(recognised.place(key.kind)),
        _ => None,
    };
    let counted = application.keys.iter().filter(|key| !renews_itself(application, key));
    let ending: Vec<(&Key, Timestamp)> = counted.filter_map(|key| Some((key, key.ends?))).collect();
    let good =
        |kind: KeyKind| application.keys.iter().any(|key| key.kind == kind && key.ends.is_none_or(|end| end > now));
    let last = |kind: KeyKind| ending.iter().filter(|(key, _)| key.kind == kind).map(|(_, end)| *end).max();
    let told = |(key, end): &&(&Key, Timestamp)| {
        own(key).is_some() || *end > now || (!good(key.kind) && Some(*end) == last(key.kind))
    };
    ending.iter().filter(told).map(|(key, end)| date(key, *end, own(key))).collect()
}

/// What was reported before of an application that is still there, and is not any more: as long as something is missing for it.
/// That is a record's own secret or certificate, as `still_own` tells, until its place is reported again; and the last of its
/// kind. A key that was taken away after another had come is history.
pub(crate) fn gone_from(
    application: &Application,
    (before, now): (&InventoryDates, &[InventoryDate]),
    still_own: &dyn Fn(&InventoryDate) -> bool,
    at: Timestamp,
) -> Vec<InventoryDate> {
    let there = |date: &InventoryDate| application.keys.iter().any(|key| key.id == date.key);
    let kind = |date: &InventoryDate| match date.kind {
        Some(HorizonKind::ClientCertificate) => KeyKind::Certificate,
        _ => KeyKind::Secret,
    };
    let good =
        |kind: KeyKind| application.keys.iter().any(|key| key.kind == kind && key.ends.is_none_or(|end| end > at));
    let missing = |date: &&InventoryDate| {
        let own = !date.item.starts_with(INVENTORY_ITEM);
        let told_again = now.iter().any(|other| other.item == date.item);
        !date.key.is_empty() && !there(date) && !told_again && (if own { still_own(date) } else { !good(kind(date)) })
    };
    before.dates.iter().filter(missing).map(|date| gone(date, at)).collect()
}

/// The same date, gone since then unless it was before.
pub(crate) fn gone(date: &InventoryDate, at: Timestamp) -> InventoryDate {
    InventoryDate { gone_since: date.gone_since.or(Some(at)), ..date.clone() }
}

fn date(key: &Key, end: Timestamp, own: Option<String>) -> InventoryDate {
    let (kind, word) = match key.kind {
        KeyKind::Secret => (HorizonKind::ClientSecret, "Client secret"),
        KeyKind::Certificate => (HorizonKind::ClientCertificate, "Certificate"),
    };
    let named = if key.name.is_empty() { key.hint.as_str() } else { key.name.as_str() };
    let label = if named.is_empty() { word.to_owned() } else { format!("{word} \u{201c}{named}\u{201d}") };
    let hint = if key.hint.is_empty() { String::new() } else { format!(", begins with {}", key.hint) };
    InventoryDate {
        item: own.unwrap_or_else(|| format!("{INVENTORY_ITEM}{}", key.id)),
        kind: Some(kind),
        label,
        on: end.to_zoned(TimeZone::UTC).date(),
        at: Some(end),
        note: format!("Key ID {}{hint}; renew it in Entra under App registrations > Certificates & secrets.", key.id),
        key: key.id.clone(),
        hint: key.hint.clone(),
        gone_since: None,
    }
}
