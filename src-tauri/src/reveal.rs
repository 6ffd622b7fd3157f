//! *Reveal*: one field, once, after the passphrase was typed again, in a window of its own (W9, W11, W17).
//!
//! The main window only says which field is meant. What it is called is looked up here, and the value leaves through
//! [`RevealOnce`] alone, the one type with a secret in it that can be serialised.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use credenza_core::{Problem, Workspace, vault::Passphrase};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, Serializer};
use ts_rs::TS;
use uuid::Uuid;

/// How long a revealed value is shown.
pub(crate) const SHOWN: Duration = Duration::from_secs(15);
/// L7: so many wrong passphrases, and the window closes.
const TRIES: u32 = 3;

/// What is about to be shown, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub(crate) struct RevealPending {
    /// Name of the credential.
    pub(crate) credential: String,
    /// Path of the field, such as `auth.password`.
    pub(crate) field: String,
}

/// A value on its one way to the reveal window.
#[derive(Serialize, TS)]
#[ts(export)]
pub(crate) struct RevealOnce {
    #[ts(type = "string")]
    value: Plain,
    /// Seconds until the window closes by itself.
    seconds: u16,
}

/// The text of a secret, for the serialiser alone.
struct Plain(SecretString);

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // EXPOSE: the one value, for the reveal window, after role, passphrase and event
        to.serialize_str(self.0.expose_secret())
    }
}

/// At most one field is pending, and at most one value is shown.
#[derive(Default)]
pub(crate) struct Reveals(Mutex<State>);

#[derive(Default)]
struct State {
    pending: Option<Pending>,
    /// Kept for *Copy* while it is shown.
    shown: Option<SecretString>,
    turn: u64,
}

struct Pending {
    id: Uuid,
    words: RevealPending,
    tries: u32,
}

impl Reveals {
    /// Remembers which field is meant; replaces one that was pending.
    ///
    /// # Errors
    /// `forbidden` for anyone but an administrator, `not_found`.
    pub(crate) fn ask(&self, workspace: &Workspace, id: Uuid, field: &str) -> Result<(), Problem> {
        workspace.require_administrator("reveal secrets")?;
        let credential = workspace.vault().head(id)?.name;
        let words = RevealPending { credential, field: field.to_owned() };
        let mut state = self.state();
        state.turn += 1;
        state.shown = None;
        state.pending = Some(Pending { id, words, tries: 0 });
        Ok(())
    }

    /// What the reveal window is about.
    ///
    /// # Errors
    /// `not_found` when nothing is pending.
    pub(crate) fn pending(&self) -> Result<RevealPending, Problem> {
        self.state().pending.as_ref().map(|pending| pending.words.clone()).ok_or_else(nothing)
    }

    /// Checks the passphrase and gives the value, once; the core commits the event before it decrypts. Takes as long as
    /// stretching a passphrase does.
    ///
    /// # Errors
    /// `locked` for a wrong passphrase, `not_found` when nothing is pending or it was shown already.
    pub(crate) fn value(&self, workspace: &Workspace, passphrase: &Passphrase) -> Result<(RevealOnce, u64), Problem> {
        let (id, field) = self.one_try()?;
        workspace.vault().check_passphrase(passphrase)?;
        let value = workspace.reveal(&id.to_string(), &field)?;
        let mut state = self.state();
        // Whoever locked or asked for something else in the meantime has the last word.
        state.pending.take().filter(|pending| pending.id == id && pending.words.field == field).ok_or_else(nothing)?;
        state.shown = Some(value.clone());
        Ok((RevealOnce { value: Plain(value), seconds: 15 }, state.turn))
    }

    /// The value that is shown, for the clipboard.
    ///
    /// # Errors
    /// `not_found` when none is.
    pub(crate) fn shown(&self) -> Result<SecretString, Problem> {
        self.state().shown.clone().ok_or_else(nothing)
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.pending = None;
        state.shown = None;
        state.turn += 1;
    }

    /// Forgets what was shown in that turn; true when it was still the current one, and its window is to be closed.
    pub(crate) fn expire(&self, turn: u64) -> bool {
        let mut state = self.state();
        let current = state.turn == turn;
        if current {
            state.shown = None;
        }
        current
    }

    fn one_try(&self) -> Result<(Uuid, String), Problem> {
        let mut state = self.state();
        let pending = state.pending.as_mut().ok_or_else(nothing)?;
        pending.tries += 1;
        if pending.tries > TRIES {
            state.pending = None;
            return Err(Problem::forbidden("Too many wrong passphrases.", "Close this window and press Reveal again."));
        }
        Ok((pending.id, pending.words.field.clone()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nothing() -> Problem {
    Problem::not_found("secret waiting to be revealed")
}
