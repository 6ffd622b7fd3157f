//! The clipboard, written in Rust so that the page never needs access to it, and cleared again.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use credenza_core::{Code, Problem};
use secrecy::{ExposeSecret as _, SecretString};

/// How long a copied secret stays (W16).
pub(crate) const LIFETIME: Duration = Duration::from_secs(15);

/// What we put on the clipboard last, and the handle that serves it to other programs (X11 asks the owner each time).
#[derive(Default)]
pub(crate) struct Clipboard(Mutex<Option<Copied>>);

struct Copied {
    board: arboard::Clipboard,
    /// Present for a secret: what to take away again.
    secret: Option<SecretString>,
    /// Tells a newer copy from the one that a timer was started for.
    turn: u64,
}

impl Clipboard {
    /// Copies a text that may stay, such as a redacted report.
    ///
    /// # Errors
    /// `io` when the desktop has no clipboard.
    pub(crate) fn copy(&self, text: &str) -> Result<(), Problem> {
        self.put(text, None).map(drop)
    }

    /// Copies a secret, kept out of clipboard histories; the number is for [`Clipboard::clear_turn`].
    ///
    /// # Errors
    /// `io` when the desktop has no clipboard.
    pub(crate) fn copy_secret(&self, secret: &SecretString) -> Result<u64, Problem> {
        // EXPOSE: the person asked for it on the clipboard
        self.put(secret.expose_secret(), Some(secret.clone()))
    }

    /// Takes away the secret of that turn, if it is still there and still ours.
    pub(crate) fn clear_turn(&self, turn: u64) {
        self.clear_if(|copied| copied.turn == turn);
    }

    /// Takes away whatever secret is still there and still ours; at lock and at the end.
    pub(crate) fn clear(&self) {
        self.clear_if(|_| true);
    }

    fn put(&self, text: &str, secret: Option<SecretString>) -> Result<u64, Problem> {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = place.as_ref().map_or(0, |copied| copied.turn) + 1;
        let mut board = match place.take() {
            Some(copied) => copied.board,
            None => arboard::Clipboard::new().map_err(no_clipboard)?,
        };
        set(&mut board, text, secret.is_some()).map_err(no_clipboard)?;
        *place = Some(Copied { board, secret, turn });
        Ok(turn)
    }

    fn clear_if(&self, meant: impl Fn(&Copied) -> bool) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(copied) = place.as_mut().filter(|copied| meant(copied)) else { return };
        let Some(secret) = copied.secret.take() else { return };
        let now = copied.board.get_text().unwrap_or_default();
        // EXPOSE: compared with what is on the clipboard, to leave alone what somebody else put there
        if now == secret.expose_secret()
            && let Err(error) = copied.board.clear()
        {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    }
}

fn set(board: &mut arboard::Clipboard, text: &str, secret: bool) -> Result<(), arboard::Error> {
    #[cfg(target_os = "macos")]
    use arboard::SetExtApple as _;
    #[cfg(target_os = "linux")]
    use arboard::SetExtLinux as _;
    #[cfg(target_os = "windows")]
    use arboard::SetExtWindows as _;
    let set = board.set();
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    let set = if secret { set.exclude_from_history() } else { set };
    #[cfg(target_os = "windows")]
    let set = if secret { set.exclude_from_monitoring() } else { set };
    set.text(text)
}

fn no_clipboard(error: arboard::Error) -> Problem {
    Problem::new(
        Code::Io,
        format!("The clipboard is not available ({error})."),
        "Select the text and copy it yourself.",
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use super::*;

    /// `cargo xtask test` sets this together with a display of its own; elsewhere a person's clipboard would be overwritten.
    fn has_own_display() -> bool {
        std::env::var_os("CREDENZA_TEST_DISPLAY").is_some()
    }

    fn seen_by_others() -> String {
        let output = Command::new("xclip").args(["-o", "-selection", "clipboard"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn w16_a_copied_secret_is_there_and_gone_after_its_turn() {
        if !has_own_display() {
            return;
        }
        let clipboard = Clipboard::default();
        let turn = clipboard.copy_secret(&SecretString::from("s3cret-value")).unwrap();
        assert_eq!(seen_by_others(), "s3cret-value");
        clipboard.clear_turn(turn);
        assert_eq!(seen_by_others(), "", "cleared after its time");
    }

    #[test]
    fn w16_what_somebody_else_copied_is_left_alone() {
        if !has_own_display() {
            return;
        }
        let (ours, theirs) = (Clipboard::default(), Clipboard::default());
        ours.copy_secret(&SecretString::from("s3cret-value")).unwrap();
        theirs.copy("their own words").unwrap();
        ours.clear();
        assert_eq!(seen_by_others(), "their own words");
    }

    #[test]
    fn w16_an_old_timer_does_not_clear_a_newer_copy() {
        if !has_own_display() {
            return;
        }
        let clipboard = Clipboard::default();
        let first = clipboard.copy_secret(&SecretString::from("first-secret")).unwrap();
        clipboard.copy_secret(&SecretString::from("second-secret")).unwrap();
        clipboard.clear_turn(first);
        assert_eq!(seen_by_others(), "second-secret");
    }
}
