//! Secrets that people or scripts hold: the passphrase and the key of a session.

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// Longest passphrase taken, in bytes after normalisation.
const LONGEST: usize = 1024;
/// Fewest characters of a new passphrase.
const FEWEST: usize = 8;

/// A passphrase in Unicode form NFC, so that one typed on another keyboard or system is the same.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Normalises the text. Nothing is trimmed: a space at the end counts.
    pub fn new(text: SecretString) -> Self {
        // EXPOSE: normalisation works on the characters.
        let normal: String = text.expose_secret().nfc().collect();
        Passphrase(SecretString::from(normal))
    }

    /// The bytes for key stretching, or `None` when the length cannot be that of any passphrase.
    pub(crate) fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        // EXPOSE: Argon2id works on the bytes.
        let text = self.0.expose_secret();
        (1..=LONGEST).contains(&text.len()).then(|| Zeroizing::new(text.as_bytes().to_vec()))
    }

    /// Refuses a passphrase too short or too long for a new slot.
    pub(crate) fn check_new(&self) -> Result<(), VaultError> {
        // EXPOSE: the length is counted.
        let text = self.0.expose_secret();
        if text.chars().count() < FEWEST {
            return Err(VaultError::invalid("passphrase", format!("a passphrase needs at least {FEWEST} characters")));
        }
        if text.len() > LONGEST {
            return Err(VaultError::invalid("passphrase", format!("a passphrase has at most {LONGEST} bytes")));
        }
        Ok(())
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// The text of `CREDENZA_SESSION`: opens the wrapped roots in the runtime folder until the session ends.
#[derive(Clone)]
pub struct SessionKey(SecretString);

impl SessionKey {
    /// Takes the text as it stands in the environment; it is only judged when used.
    pub fn new(text: SecretString) -> Self {
        SessionKey(text)
    }

    /// The text, to print it once.
    pub fn expose(&self) -> &str {
        // EXPOSE: `credenza vault unlock` prints it once.
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_letters_are_the_same_passphrase() {
        let composed = Passphrase::new("pass\u{e9}word".to_owned().into());
        let decomposed = Passphrase::new("passe\u{301}word".to_owned().into());
        assert_eq!(composed.bytes(), decomposed.bytes());
    }

    #[test]
    fn debug_shows_nothing() {
        let text = "correct horse";
        assert!(!format!("{:?}", Passphrase::new(text.to_owned().into())).contains(text));
        assert!(!format!("{:?}", SessionKey::new(text.to_owned().into())).contains(text));
    }

    #[test]
    fn lengths_have_bounds() {
        let of = |n: usize| Passphrase::new("x".repeat(n).into());
        assert!(of(0).bytes().is_none());
        assert!(of(1).bytes().is_some());
        assert!(of(1024).bytes().is_some());
        assert!(of(1025).bytes().is_none());
        assert!(of(1 << 20).bytes().is_none());
        assert_eq!(of(7).check_new().unwrap_err().field(), Some("passphrase"));
        assert!(of(8).check_new().is_ok());
        assert!(of(1025).check_new().is_err());
    }
}
