//! The recovery code is shown once, and its last group typed back: this remembers the group until then.

use std::sync::{Mutex, PoisonError};

use credenza_core::vault::RecoveryCode;
use secrecy::{ExposeSecret as _, SecretString};

/// The last group of the code that was shown, if one waits to be confirmed.
#[derive(Default)]
pub(crate) struct Recovery(Mutex<Option<SecretString>>);

impl Recovery {
    /// Keeps the last group and gives the whole code for showing once.
    pub(crate) fn show(&self, code: &RecoveryCode) -> String {
        let last = code.groups().last().map(|group| SecretString::from(*group));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = last;
        // EXPOSE: the one time the recovery code is shown
        code.expose().to_owned()
    }

    /// Whether this is the last group; capitals and blanks do not matter. The right answer is asked for only once.
    pub(crate) fn confirm(&self, typed: &SecretString) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // EXPOSE: compared with what was typed back
        let right = waiting.as_ref().is_some_and(|group| {
            typed.expose_secret().trim().eq_ignore_ascii_case(group.expose_secret()) // EXPOSE: as above
        });
        if right {
            *waiting = None;
        }
        right
    }

    /// Forgets it.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
