//! The switch, the way back, and the end: the old value revoked at its provider.

use std::collections::BTreeMap;

use credenza_vault::{EventAction, SecretChange};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::super::again::until_alone;
use super::super::tokens::is_refresh_token;
use super::certificate::{dates_of_certificates, put_certificate};
use super::{Place, Workspace, entry, step};
use crate::check::Outcome;
use crate::credential::{Expiry, ExpirySource, field_label};
use crate::rotation::{Entry, KEEP_DAYS, RotationView, SwitchRequest, Switched, certificate_path, next_path, old_path};
use crate::{Code, Problem};

impl Workspace {
    /// Puts the next value in force and keeps the current one as the old one. The date of the old value goes with it.
    ///
    /// # Errors
    /// `not_found` without a next value; `forbidden` (reason `untested`) while it has not passed its test since it was entered,
    /// `conflict` (reason `not_revoked`) while the old value of the switch before is not revoked: both can be overruled;
    /// `invalid` for a date in the past; `forbidden` for anyone but an administrator.
    pub fn rotate_switch(&self, reference: &str, field: &str, how: &SwitchRequest) -> Result<RotationView, Problem> {
        self.require_administrator("rotate secrets")?;
        until_alone(|| self.switch_now(reference, field, how))
    }

    fn switch_now(&self, reference: &str, field: &str, how: &SwitchRequest) -> Result<RotationView, Problem> {
        let mut place = self.place(reference, field)?;
        place.next()?;
        let keep_until = self.date_ahead("keep_until", how.keep_until)?.unwrap_or(self.in_days(KEEP_DAYS)?);
        let expires = self.date_ahead("expires", how.expires)?;
        if expires.is_some() && certificate_path(&place.field).is_some() {
            return Err(Problem::invalid("expires", "A certificate says itself when it ends."));
        }
        let against = place.against_switch();
        if let Some(problem) = against.clone().filter(|_| !how.overrule) {
            return Err(problem);
        }
        let secrets = self.moved(&place, (&next_path(&place.field), &old_path(&place.field)))?;
        let before = place.expiry();
        let after = expires.map(|on| Expiry {
            item: place.field.clone(),
            on,
            source: ExpirySource::Entered,
            note: before.as_ref().map(|expiry| expiry.note.clone()).unwrap_or_default(),
        });
        let has_old = secrets.contains_key(&old_path(&place.field));
        let (at, by) = (self.now(), self.vault.operator().name);
        let certificate_before = place.certificate().map(str::to_owned);
        let entry = place.entry();
        let certificate = entry.next_certificate.clone();
        entry.forget_next();
        // A field that had no value has nothing to revoke.
        entry.switched = has_old.then_some(Switched { at, by, keep_until, expiry_before: before, certificate_before });
        entry.open_uses();
        self.bring_uses_in(&mut place)?;
        let overruled = against.is_some();
        let keep_until = keep_until.to_string();
        self.put_dated(place, (after, certificate), secrets, |id, name, field| EventAction::RotationSwitched {
            id,
            name,
            field,
            keep_until,
            overruled,
        })
    }

    /// Puts the old value in force again, with its date. The value that was in force becomes the next one, untested.
    ///
    /// # Errors
    /// `not_found` when no old value is kept, `conflict` when a next value was entered meanwhile, `forbidden`.
    pub fn rotate_return(&self, reference: &str, field: &str) -> Result<RotationView, Problem> {
        self.require_administrator("rotate secrets")?;
        until_alone(|| self.return_now(reference, field))
    }

    fn return_now(&self, reference: &str, field: &str) -> Result<RotationView, Problem> {
        let mut place = self.place(reference, field)?;
        if !place.has_old() {
            let what = format!("old {} of \u{201c}{}\u{201d} any more", field_label(&place.field), place.head.name);
            let hint = "It is kept until the date that was chosen at the switch, or until it is ticked off as revoked.";
            return Err(Problem { hint: hint.into(), ..Problem::not_found(what) }.at(&place.field));
        }
        if place.next().is_ok() {
            let message = "A next value was entered since the switch; returning would lose it or the one in force.";
            let hint = "Discard the next value first (`credenza rotate cancel`), then return.";
            return Err(Problem::new(Code::Conflict, message, hint).at(&place.field));
        }
        let secrets = self.moved(&place, (&old_path(&place.field), &next_path(&place.field)))?;
        let now = self.now();
        let certificate = place.certificate().map(str::to_owned);
        let entry = place.entry();
        let switched = entry.switched.take();
        let (before, certificate_before) =
            switched.map(|switched| (switched.expiry_before, switched.certificate_before)).unwrap_or_default();
        entry.next_certificate = certificate;
        (entry.next_id, entry.next_since, entry.trial) = (Some(uuid::Uuid::now_v7()), Some(now), None);
        entry.open_uses();
        let event = |id, name, field| EventAction::RotationReturned { id, name, field };
        self.put_dated(place, (before, certificate_before), secrets, event)
    }

    /// Ticks the old value off as revoked at its provider. It is of no use any more and is removed.
    ///
    /// # Errors
    /// `conflict` while something that uses the secret is not ticked off, naming it; `not_found` when nothing is to be revoked;
    /// `forbidden` for anyone but an administrator.
    pub fn rotate_revoked(&self, reference: &str, field: &str) -> Result<RotationView, Problem> {
        self.require_administrator("rotate secrets")?;
        until_alone(|| self.end_now(reference, field))
    }

    fn end_now(&self, reference: &str, field: &str) -> Result<RotationView, Problem> {
        let mut place = self.place(reference, field)?;
        if entry(&place.book, &place.field).switched.is_none() {
            let what = format!("old {} of \u{201c}{}\u{201d} to revoke", field_label(&place.field), place.head.name);
            let hint = "An old value is there after `credenza rotate switch`.";
            return Err(Problem { hint: hint.into(), ..Problem::not_found(what) }.at(&place.field));
        }
        self.bring_uses_in(&mut place)?;
        let now = self.now();
        let entry = place.entry();
        still_in_use(entry)?;
        entry.switched = None;
        entry.revoked_at = Some(now);
        let event = |id, name, field| EventAction::RotationRevoked { id, name, field };
        if place.has_old() {
            let path = old_path(&place.field);
            return self.put_secrets(place, [(path, SecretChange::Remove)].into(), event);
        }
        let event = event(place.head.id, place.head.name.clone(), place.field.clone());
        self.put_book(place, Some(event))
    }

    /// The value at `from` comes into force, and the one that is goes to `to`.
    fn moved(&self, place: &Place, (from, to): (&str, &str)) -> Result<BTreeMap<String, SecretChange>, Problem> {
        let (id, field) = (place.head.id, &place.field);
        let mut secrets = BTreeMap::from([
            (field.clone(), SecretChange::Replace(self.vault.secret(id, from)?)),
            (from.to_owned(), SecretChange::Remove),
        ]);
        if place.head.masks.contains_key(field) {
            secrets.insert(to.to_owned(), SecretChange::Replace(self.vault.secret(id, field)?));
        }
        Ok(secrets)
    }

    /// Saves the record with another date of the field, or none; with a private key, with another certificate and its date.
    fn put_dated(
        &self,
        place: Place,
        (date, certificate): (Option<Expiry>, Option<String>),
        secrets: BTreeMap<String, SecretChange>,
        event: impl FnOnce(uuid::Uuid, String, String) -> EventAction,
    ) -> Result<RotationView, Problem> {
        let mut fields: Vec<String> = secrets.keys().cloned().collect();
        let mut meta = (*place.head.meta).clone();
        let expiries = match certificate_path(&place.field) {
            Some(path) => {
                put_certificate(&mut meta, &place.field, certificate.as_deref());
                fields.push(path);
                dates_of_certificates(&meta)?
            }
            None => {
                let mut expiries = place.credential.common.expiries.clone();
                expiries.retain(|expiry| expiry.item != place.field);
                expiries.extend(date);
                expiries
            }
        };
        if expiries != place.credential.common.expiries {
            fields.push("expiries".into());
            put_expiries(&mut meta, &expiries)?;
        }
        fields.sort();
        let (id, field) = (place.head.id, place.field.clone());
        let view = self.put_record(place, (meta, secrets, fields), event)?;
        if is_refresh_token(&field) {
            self.note_entered(id, &self.vault.secret(id, &field)?)?;
        }
        Ok(view)
    }

    fn date_ahead(&self, field: &str, date: Option<Date>) -> Result<Option<Date>, Problem> {
        match date {
            Some(date) if date < self.today() => Err(Problem::invalid(field, format!("{date} has passed."))),
            other => Ok(other),
        }
    }

    fn in_days(&self, days: i64) -> Result<Date, Problem> {
        self.today().checked_add(days.days()).map_err(|_| Problem::invalid("keep_until", "There is no such date."))
    }
}

impl Place {
    fn expiry(&self) -> Option<Expiry> {
        self.credential.common.expiries.iter().find(|expiry| expiry.item == self.field).cloned()
    }

    /// What speaks against the switch, unless an administrator overrules it.
    fn against_switch(&self) -> Option<Problem> {
        let entry = entry(&self.book, &self.field);
        let label = field_label(&self.field);
        let trial = entry.trial.as_ref().filter(|trial| step::still_says(trial, &self.head));
        if !trial.is_some_and(|trial| trial.outcome != Outcome::Failed) {
            let why = match (&entry.trial, trial) {
                (_, Some(failed)) => format!("it failed its test: {}", failed.headline),
                (Some(_), None) => "the record was changed since its test".to_owned(),
                (None, None) => "it was not tested since it was entered".to_owned(),
            };
            let message = format!("The next {label} of \u{201c}{}\u{201d} is not proved: {why}.", self.head.name);
            let hint = "Test it first. An administrator may switch all the same (command line: --override).";
            return Some(Problem::forbidden(message, hint).at(&self.field).because("untested"));
        }
        let before = entry.switched.as_ref()?;
        let message = format!(
            "The old {label} of the switch before ({}) is not ticked off as revoked.",
            before.at.to_zoned(jiff::tz::TimeZone::UTC).date()
        );
        let hint = "Revoke it at its provider and tick it off (`credenza rotate revoked`), or switch all the same (--override): the old value is then forgotten here.";
        Some(Problem::new(Code::Conflict, message, hint).at(&self.field).because("not_revoked"))
    }
}

fn still_in_use(entry: &Entry) -> Result<(), Problem> {
    let open: Vec<String> =
        entry.uses.iter().filter(|known| !known.done).map(|known| format!("{} {}", known.number, known.text)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let message = format!("Still open on the list of what uses it: {}.", open.join("; "));
    let hint = "Tick each off once it uses the new value, then revoke the old one.";
    Err(Problem::new(Code::Conflict, message, hint).because("in_use"))
}

fn put_expiries(meta: &mut Map<String, Value>, expiries: &[Expiry]) -> Result<(), Problem> {
    if expiries.is_empty() {
        meta.shift_remove("expiries");
        return Ok(());
    }
    let value = serde_json::to_value(expiries).map_err(|error| Problem::internal(format!("expiries: {error}")))?;
    meta.insert("expiries".into(), value);
    Ok(())
}
