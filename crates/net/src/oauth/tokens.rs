//! Keeping the tokens of an answer out of sight, also when the answer cannot be read.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use secrecy::{ExposeSecret, SecretString};

use crate::Recorder;

/// The longest token that is taken, in bytes: web servers accept 8 to 16 KiB of header, mail servers 12 KiB of AUTH (RFC 4954 4).
pub(super) const LONGEST_TOKEN: usize = 16 * 1024;
/// An answer holds three tokens at most.
const MOST_LEARNT: usize = 6;

/// A token by its name in JSON or in a form, its value cut off or not.
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)("?)\b(access_token|refresh_token|id_token|device_code)\b("\s*:\s*"|=)((?:[^"\\&\s]|\\.)+)"#).ok()
});

/// The answer with every token replaced by its name. The recorder learns the first few, so that they are known wherever else they
/// turn up; a hostile answer with thousands of them, or with one of a megabyte, gets no more work out of it than that.
pub(super) fn hide(text: &str, rec: &Recorder) -> String {
    let Some(pattern) = TOKEN.as_ref() else { return String::new() };
    let mut learnt = 0;
    let shown = pattern.replace_all(text, |found: &Captures<'_>| {
        let (quote, name, between, value) = (&found[1], &found[2], &found[3], &found[4]);
        if learnt < MOST_LEARNT && value.len() <= LONGEST_TOKEN {
            learnt += 1;
            let plain = serde_json::from_str(&format!("\"{value}\"")).unwrap_or_else(|_| value.to_owned());
            rec.protect(&name.to_ascii_lowercase(), &SecretString::from(plain));
        }
        format!("{quote}{name}{between}[{name}]")
    });
    shown.into_owned()
}

/// `****` and the last four characters of eight or more, else `****` (decision D2).
pub(super) fn mask(token: &SecretString) -> String {
    // EXPOSE: the last four characters are the mask.
    let characters: Vec<char> = token.expose_secret().chars().collect();
    let tail: String =
        if characters.len() >= 8 { characters[characters.len() - 4..].iter().collect() } else { String::new() };
    format!("****{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_hidden_whatever_surrounds_them() {
        let rec = Recorder::new(None);
        for (text, shown) in [
            (r#"{"access_token":"ya29.canary","x":1}"#, r#"{"access_token":"[access_token]","x":1}"#),
            (r#"{ "Refresh_Token" : "1\/canary\"quoted" }"#, r#"{ "Refresh_Token" : "[Refresh_Token]" }"#),
            (r#"{"id_token":"eyJ.canary.cut-off"#, r#"{"id_token":"[id_token]"#),
            ("access_token=canary&scope=a", "access_token=[access_token]&scope=a"),
            ("<p>access_token=canary</p>", "<p>access_token=[access_token]"),
            (r#"{"error":"invalid_grant"}"#, r#"{"error":"invalid_grant"}"#),
        ] {
            assert_eq!(hide(text, &rec), shown);
        }
        assert!(!rec.redact("echo ya29.canary and 1/canary\"quoted").contains("canary"), "known from now on");
    }

    #[test]
    fn a_flood_of_tokens_is_hidden_without_being_learnt() {
        let rec = Recorder::new(None);
        let flood: String = (0..20_000).map(|n| format!("\"access_token\":\"canary-{n}\",")).collect();
        let long = format!("\"id_token\":\"canary{}\"", "x".repeat(1024 * 1024));
        let began = std::time::Instant::now();
        assert!(!hide(&format!("{{{flood}{long}}}"), &rec).contains("canary"));
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn vector_1_masks() {
        for (plain, masked) in [("abcd1234", "****1234"), ("abc", "****"), ("1234567", "****"), ("", "****")] {
            assert_eq!(mask(&plain.to_owned().into()), masked);
        }
        assert_eq!(mask(&format!("{}wxyz", "a".repeat(4092)).into()), "****wxyz");
    }
}
