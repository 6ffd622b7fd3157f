//! How long a passphrase would stand, said while it is typed.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use ts_rs::TS;
use zxcvbn::{Score, zxcvbn};

/// The estimate, in a number for the meter and in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub(crate) struct Strength {
    /// 0 (worthless) to 4 (strong).
    #[ts(type = "0 | 1 | 2 | 3 | 4")]
    score: u8,
    words: String,
    advice: Vec<String>,
}

impl Strength {
    /// Estimates; every guess at a vault costs about half a second, which the words count in.
    pub(crate) fn of(passphrase: &SecretString) -> Strength {
        // EXPOSE: the estimate reads the text; nothing of it is in the result
        let estimate = zxcvbn(passphrase.expose_secret(), &["credenza", "vault", "passphrase"]);
        let (score, words) = match estimate.score() {
            Score::Zero => (0, "Guessed at once"),
            Score::One => (1, "Guessed within hours"),
            Score::Two => (2, "Guessed within weeks"),
            Score::Three => (3, "Good: guessed within decades"),
            _ => (4, "Strong: not guessed in a lifetime"),
        };
        let feedback = estimate.feedback();
        let warning = feedback.and_then(|feedback| feedback.warning()).map(|warning| warning.to_string());
        let suggestions = feedback.map(|feedback| feedback.suggestions()).unwrap_or_default();
        let advice = warning.into_iter().chain(suggestions.iter().map(ToString::to_string)).collect();
        Strength { score, words: words.into(), advice }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> u8 {
        Strength::of(&SecretString::from(text)).score
    }

    #[test]
    fn a_common_password_is_worthless_and_five_random_words_are_strong() {
        assert_eq!(score("password1"), 0);
        assert_eq!(score("plinth-otter-mauve-cartwheel-drizzle"), 4);
    }

    #[test]
    fn the_products_own_name_makes_nothing_stronger() {
        assert!(score("credenzavault") <= 1, "what everybody would try first");
    }

    #[test]
    fn neither_words_nor_advice_repeat_what_was_typed() {
        let shown = format!("{:?}", Strength::of(&SecretString::from("zebra-canary-77")));
        assert!(!shown.contains("zebra") && !shown.contains("canary"), "{shown}");
    }
}
