//! The dates that an application brings to the credential with its client id.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Application, Key, KeyKind, renews_itself};
use crate::horizon::{HorizonKind, INVENTORY_ITEM, InventoryDate};

/// Which keys a record signs in with: their ids, as far as a beginning or a fingerprint tells.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Recognised {
    /// Where its OAuth 2.0 block stands: `oauth2` or `auth.oauth2`.
    pub(crate) prefix: &'static str,
    /// The key whose value is in `client_secret`.
    pub(crate) secret: Option<String>,
    /// The key whose certificate is in `certificate_pem`.
    pub(crate) certificate: Option<String>,
}

/// The dates of an application for the record with its client id: the one in use by its own place, every other that is still
/// good, and of a kind without any good one the last that was. What renews itself has no date.
pub(crate) fn dates_for(application: &Application, recognised: &Recognised, now: Timestamp) -> Vec<InventoryDate> {
    let own = |key: &Key| match key.kind {
        KeyKind::Secret if recognised.secret.as_ref() == Some(&key.id) => Some("client_secret"),
        KeyKind::Certificate if recognised.certificate.as_ref() == Some(&key.id) => Some("certificate_pem"),
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
    ending
        .iter()
        .filter(told)
        .map(|(key, end)| date(key, *end, own(key).map(|leaf| format!("{}.{leaf}", recognised.prefix))))
        .collect()
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
    }
}
