//! A date that nobody tells and that a rule gives: the end of a webhook's trigger token.
//!
//! It is put in when the secret itself is: whatever else is saved, such as a note, does not move it (vector 13).

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::credential::{Credential, CredentialType, Expiry, ExpirySource, SecretInput};

/// Puts in the estimate for each secret that is new in this save and takes it away with one that is cleared. A date that
/// the person gave in the same save stands.
pub(super) fn note(
    after: &mut Credential,
    before: Option<&Credential>,
    secrets: &BTreeMap<String, SecretInput>,
    today: Date,
) {
    for (path, input) in secrets {
        let Some(life) = life(after.credential_type(), path) else { continue };
        let entries = |credential: &Credential| -> Vec<Expiry> {
            credential.common.expiries.iter().filter(|expiry| expiry.item == *path).cloned().collect()
        };
        let own = entries(after);
        let untouched = own.is_empty() || before.is_some_and(|before| dates(&entries(before)) == dates(&own));
        let expiries = &mut after.common.expiries;
        if matches!(input, SecretInput::Clear) {
            expiries.retain(|expiry| expiry.item != *path || expiry.source != ExpirySource::Estimated);
            continue;
        }
        let Some(on) = today.checked_add(life).ok().filter(|_| untouched) else { continue };
        let note = own.into_iter().next().map(|expiry| expiry.note).unwrap_or_default();
        expiries.retain(|expiry| expiry.item != *path);
        expiries.push(Expiry { item: path.clone(), on, source: ExpirySource::Estimated, note });
    }
}

/// QP-25: a trigger token ends about a year after it was made.
fn life(credential_type: CredentialType, path: &str) -> Option<Span> {
    match path {
        "path" if credential_type == CredentialType::Webhook => Some(1.year()),
        _ => None,
    }
}

/// The dates without their notes.
fn dates(expiries: &[Expiry]) -> Vec<(Date, ExpirySource)> {
    expiries.iter().map(|expiry| (expiry.on, expiry.source)).collect()
}
