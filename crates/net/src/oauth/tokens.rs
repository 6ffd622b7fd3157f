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

/// The answer with every token replaced by its mark, such as `[access-token #a1f3]`. The recorder learns the first few, so that
/// they are known wherever else they turn up; a hostile answer with thousands of them, or with one of a megabyte, gets no more
/// work out of it than a mark each.
pub(super) fn hide(text: &str, rec: &Recorder) -> String {
    let Some(pattern) = TOKEN.as_ref() else { return String::new() };
    let mut learnt = 0;
    let shown = pattern.replace_all(text, |found: &Captures<'_>| {
        let (quote, name, between, value) = (&found[1], &found[2], &found[3], &found[4]);
        let plain: String = serde_json::from_str(&format!("\"{value}\"")).unwrap_or_else(|_| value.to_owned());
        let plain = SecretString::from(plain);
        if learnt < MOST_LEARNT && value.len() <= LONGEST_TOKEN {
            learnt += 1;
            rec.protect(&name.to_ascii_lowercase(), &plain);
        }
        format!("{quote}{name}{between}{}", rec.stand_in(name, &plain))
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
        let rec = Recorder::marking_with(&[7; 32], None);
        let mark = |kind: &str, token: &str| rec.stand_in(kind, &SecretString::from(token));
        let escaped = mark("refresh_token", "1/canary\"quoted");
        for (text, shown) in [
            (
                r#"{"access_token":"ya29.canary","x":1}"#,
                format!(r#"{{"access_token":"{}","x":1}}"#, mark("access_token", "ya29.canary")),
            ),
            (r#"{ "Refresh_Token" : "1\/canary\"quoted" }"#, format!(r#"{{ "Refresh_Token" : "{escaped}" }}"#)),
            (
                r#"{"id_token":"eyJ.canary.cut-off"#,
                format!(r#"{{"id_token":"{}"#, mark("id_token", "eyJ.canary.cut-off")),
            ),
            ("access_token=canary&scope=a", format!("access_token={}&scope=a", mark("access_token", "canary"))),
            ("<p>access_token=canary</p>", format!("<p>access_token={}", mark("access_token", "canary</p>"))),
            (r#"{"error":"invalid_grant"}"#, r#"{"error":"invalid_grant"}"#.to_owned()),
        ] {
            assert_eq!(hide(text, &rec), shown);
        }
        assert!(escaped.starts_with("[refresh-token #"), "{escaped}");
        assert!(!rec.redact("echo ya29.canary and 1/canary\"quoted").contains("canary"), "known from now on");
    }

    #[test]
    fn one_token_has_one_mark_in_every_check_of_a_vault_and_another_token_another() {
        let mark = |key: u8, token: &str| {
            hide(&format!(r#"{{"access_token":"{token}"}}"#), &Recorder::marking_with(&[key; 32], None))
        };
        assert_eq!(mark(1, "ya29.one"), mark(1, "ya29.one"));
        assert_ne!(mark(1, "ya29.one"), mark(1, "ya29.two"));
        assert_ne!(mark(1, "ya29.one"), mark(2, "ya29.one"), "marks of two vaults cannot be compared");
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
