//! Sign-ins that were made on a form before it was saved: the refresh token waits here for *Save*.
//!
//! It lies in memory only and is wiped when it is dropped: by *Save*, when the form is closed, after half an hour, and with the
//! whole workspace on locking. It is good only for the token endpoint and the client that gave it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use credenza_vault::RecordHead;
use jiff::{Timestamp, ToSpan};
use secrecy::SecretString;
use uuid::Uuid;

use super::Workspace;
use super::subject::Prepared;
use super::tokens::digest;
use crate::credential::{Credential, Parsed, SecretInput};
use crate::view::SignInSaved;

/// So long a sign-in waits for *Save*.
const MINUTES: i64 = 30;
/// So many forms are kept; nobody signs in on more at once.
const MOST: usize = 8;
/// A form's name is chosen by the page.
const LONGEST_NAME: usize = 64;

/// Sign-ins that wait for *Save*.
#[derive(Default)]
pub(super) struct HeldSignIns(Mutex<Vec<Held>>);

/// Where a sign-in belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FormPlace {
    /// The page's name for the form.
    form: String,
    /// The stored record that the form edits.
    record: Option<Uuid>,
    /// Where the OAuth 2.0 block stands in it: `oauth2` or `auth.oauth2`.
    prefix: &'static str,
    /// Digest of the endpoint and the client that the sign-in was for.
    endpoint: [u8; 32],
}

struct Held {
    place: FormPlace,
    token: SecretString,
    /// The refresh token that stood in the form at that time; one that is typed later counts more than the sign-in.
    instead_of: Option<[u8; 32]>,
    until: Timestamp,
}

impl HeldSignIns {
    fn book(&self) -> MutexGuard<'_, Vec<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.book().is_empty()
    }
}

impl FormPlace {
    fn of(form: &str, record: Option<Uuid>, credential: &Credential) -> Option<FormPlace> {
        let (prefix, endpoint) = credential.sign_in_endpoint()?;
        let named = !form.is_empty() && form.len() <= LONGEST_NAME;
        named.then(|| FormPlace { form: form.to_owned(), record, prefix, endpoint })
    }

    /// The place of a form under test; none where a stored record holds the sign-in.
    pub(super) fn under_test(form: &str, prepared: &Prepared) -> Option<FormPlace> {
        let shared = prepared.owner.as_ref().is_some_and(|owner| owner.shared);
        let record = prepared.owner.as_ref().map(|owner| owner.id);
        if shared { None } else { FormPlace::of(form, record, &prepared.subject.credential) }
    }

    fn path(&self) -> String {
        format!("{}.refresh_token", self.prefix)
    }
}

impl Workspace {
    /// Keeps a sign-in for *Save*; `entered` is the refresh token that the form had.
    pub(super) fn hold_sign_in(&self, place: &FormPlace, token: &SecretString, entered: Option<&SecretString>) {
        let until = self.clock.now().checked_add(MINUTES.minutes()).unwrap_or(Timestamp::MAX);
        let held = Held { place: place.clone(), token: token.clone(), instead_of: entered.map(digest), until };
        self.forget_sign_in(&place.form);
        let mut book = self.held.book();
        if book.len() >= MOST {
            book.remove(0);
        }
        book.push(held);
    }

    /// Puts the sign-in of this form into what is tested, so that it goes on without the person.
    pub(super) fn carry_sign_in(&self, form: &str, prepared: &mut Prepared) {
        self.forget_old_sign_ins();
        let Some(place) = FormPlace::under_test(form, prepared) else { return };
        let path = place.path();
        let entered = prepared.subject.secrets.text(&path).map(digest);
        let fits = |held: &&Held| held.place == place && (entered.is_none() || entered == held.instead_of);
        let found = self.held.book().iter().find(fits).map(|held| held.token.clone());
        let Some(token) = found else { return };
        prepared.subject.secrets.set(path, self.newest(token));
        // What is tested is not what is stored.
        prepared.subject.id = None;
        prepared.draft = true;
        prepared.kept_refresh = false;
    }

    /// Puts the sign-in of this form into what is saved, if it is still for the same endpoint and client. `None` when there is
    /// none, or the form says itself what the refresh token is.
    pub(super) fn adopt_sign_in(
        &self,
        form: &str,
        head: Option<&RecordHead>,
        parsed: &mut Parsed,
    ) -> Option<SignInSaved> {
        self.forget_old_sign_ins();
        let place = FormPlace::of(form, head.map(|head| head.id), &parsed.credential);
        let book = self.held.book();
        let held = book.iter().find(|held| held.place.form == form)?;
        if place.as_ref() != Some(&held.place) {
            return Some(SignInSaved::Dropped);
        }
        let path = held.place.path();
        let typed = match parsed.secrets.get(&path) {
            Some(SecretInput::Set(value)) => Some(digest(&self.newest(value.clone()))) != held.instead_of,
            Some(SecretInput::Clear) => true,
            None => false,
        };
        if typed {
            return None;
        }
        parsed.secrets.insert(path, SecretInput::Set(self.newest(held.token.clone())));
        Some(SignInSaved::Stored)
    }

    /// Forgets the sign-in of a form, which was closed or saved.
    pub fn forget_sign_in(&self, form: &str) {
        self.forget_sign_ins(|held| held.place.form == form);
    }

    /// Forgets the sign-ins that have waited for half an hour. The window calls it from time to time.
    pub fn forget_old_sign_ins(&self) {
        let now = self.clock.now();
        self.forget_sign_ins(|held| held.until <= now);
    }

    fn forget_sign_ins(&self, gone: impl Fn(&Held) -> bool) {
        let gone: Vec<Held> = self.held.book().extract_if(.., |held| gone(held)).collect();
        for held in gone {
            self.forget_successors(held.token);
        }
    }
}
