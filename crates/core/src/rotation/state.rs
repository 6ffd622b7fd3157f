//! What is kept of a rotation besides the values: one document per record, with an entry per field.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check::Outcome;
use crate::credential::Expiry;

/// The entries of one record, by field path.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Book(pub(crate) BTreeMap<String, Entry>);

/// How far the rotation of one field is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    /// Names the next value, so that a test that ends late is not credited to another one.
    pub(crate) next_id: Option<Uuid>,
    /// When the next value was entered.
    pub(crate) next_since: Option<Timestamp>,
    /// The certificate that the next value is the key of, PEM.
    pub(crate) next_certificate: Option<String>,
    /// The last test of the next value.
    pub(crate) trial: Option<Trial>,
    /// The last switch, until its old value was revoked or it was returned.
    pub(crate) switched: Option<Switched>,
    /// Everything that uses the secret.
    pub(crate) uses: Vec<Use>,
    /// When an old value was ticked off as revoked last.
    pub(crate) revoked_at: Option<Timestamp>,
}

/// A test of the next value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trial {
    pub(crate) at: Timestamp,
    pub(crate) outcome: Outcome,
    pub(crate) headline: String,
    /// How the record connected then ([`super::setup`]).
    pub(crate) setup: String,
}

/// A switch that is not finished.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Switched {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    /// The last day on which the old value is kept.
    pub(crate) keep_until: Date,
    /// The date that the old value had, for the way back.
    pub(crate) expiry_before: Option<Expiry>,
    /// The certificate that the old value is the key of, PEM.
    #[serde(default)]
    pub(crate) certificate_before: Option<String>,
}

/// Something that uses the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Use {
    /// Counts from 1 within the field, and stays.
    pub(crate) number: u32,
    /// What it is, as a person wrote it; the name of a record as it was then.
    pub(crate) text: String,
    /// The record that uses it, if it is one.
    pub(crate) credential: Option<Uuid>,
    /// Ticked off: it uses the new value.
    pub(crate) done: bool,
}

impl Entry {
    /// Adds what is not on the list yet; gives its number.
    pub(crate) fn add_use(&mut self, text: &str, credential: Option<Uuid>) -> u32 {
        let number = self.uses.iter().map(|known| known.number).max().unwrap_or(0) + 1;
        self.uses.push(Use { number, text: text.to_owned(), credential, done: false });
        number
    }

    /// Brings the records that use the secret now into the list: new ones are open, those that no longer do go.
    pub(crate) fn bring_in(&mut self, users: &[(Uuid, String)]) {
        self.uses.retain(|known| known.credential.is_none_or(|id| users.iter().any(|(user, _)| *user == id)));
        for (id, name) in users {
            match self.uses.iter_mut().find(|known| known.credential == Some(*id)) {
                Some(known) => known.text.clone_from(name),
                None => {
                    self.add_use(name, Some(*id));
                }
            }
        }
    }

    /// Opens every use again: another value is coming.
    pub(crate) fn open_uses(&mut self) {
        self.uses.iter_mut().for_each(|known| known.done = false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_keep_their_numbers_when_records_come_and_go() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut entry = Entry::default();
        entry.bring_in(&[(one, "ERP".into())]);
        assert_eq!(entry.add_use("the printer on the 2nd floor", None), 2);
        entry.uses[0].done = true;
        entry.bring_in(&[(one, "ERP new".into()), (two, "CRM".into())]);
        let lines: Vec<_> = entry.uses.iter().map(|u| (u.number, u.text.as_str(), u.done)).collect();
        assert_eq!(lines, [(1, "ERP new", true), (2, "the printer on the 2nd floor", false), (3, "CRM", false)]);
        entry.bring_in(&[(two, "CRM".into())]);
        assert_eq!(entry.uses.iter().map(|u| u.number).collect::<Vec<_>>(), [2, 3], "what a person wrote stays");
        entry.uses.iter_mut().for_each(|known| known.done = true);
        entry.open_uses();
        assert!(entry.uses.iter().all(|known| !known.done), "another value is coming: each has to be ticked anew");
    }
}
