//! Keeps secrets out of everything that is shown, in whatever spelling a peer echoes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use aho_corasick::{AhoCorasick, MatchKind};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::redact_spelling::{Spelling, spellings};

/// The longest text that is shown of one thing, in bytes.
pub const SHOWN_LIMIT: usize = 4096;

/// Secrets shorter than this (in bytes) are replaced only where they stand alone as a word.
pub(crate) const SHORT: usize = 4;

/// The secrets of one check and how they are found.
pub(crate) struct Redactor {
    salt: [u8; 16],
    seen: BTreeSet<[u8; 32]>,
    needles: Vec<Needle>,
    finder: Option<AhoCorasick>,
}

struct Needle {
    text: Zeroizing<String>,
    label: String,
    how: Spelling,
}

struct Span {
    start: usize,
    end: usize,
    needle: usize,
}

impl Redactor {
    pub(crate) fn new() -> Redactor {
        let mut salt = [0u8; 16];
        // Without entropy the marks could be compared between checks; nothing else depends on it.
        let _ = getrandom::fill(&mut salt);
        Redactor { salt, seen: BTreeSet::new(), needles: Vec::new(), finder: None }
    }

    /// From now on `secret` and its encodings read `[label #hash4]`.
    pub(crate) fn protect(&mut self, label: &str, secret: &SecretString) {
        // EXPOSE: to derive the spellings that must never be shown.
        let plain = secret.expose_secret();
        if plain.is_empty() {
            return;
        }
        let digest = self.digest(plain);
        if !self.seen.insert(digest) {
            return;
        }
        let label = format!("[{label} #{:02x}{:02x}]", digest[0], digest[1]);
        for (text, how) in spellings(plain) {
            self.needles.push(Needle { text: Zeroizing::new(text), label: label.clone(), how });
        }
        self.finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(self.needles.iter().map(|n| n.text.as_bytes()))
            .ok();
    }

    // Salted per check: the four digits tell equal secrets apart from different ones, and are no oracle for guessing.
    fn digest(&self, plain: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.salt).expect("HMAC takes a key of any length");
        mac.update(plain.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// `text` with every secret replaced; nothing else changed.
    pub(crate) fn hide(&self, text: &str) -> String {
        let spans = self.spans(text);
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        for span in &spans {
            shown.push_str(&text[at..span.start]);
            shown.push_str(&self.needles[span.needle].label);
            at = span.end;
        }
        shown.push_str(&text[at..]);
        shown
    }

    // Overlapping finds are merged, so that no tail of one secret stays behind another.
    fn spans(&self, text: &str) -> Vec<Span> {
        let Some(finder) = &self.finder else {
            return Vec::new();
        };
        let mut spans: Vec<Span> = finder
            .find_overlapping_iter(text)
            .filter_map(|found| self.span(text, found.start(), found.end(), found.pattern().as_usize()))
            .collect();
        spans.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
        let mut merged: Vec<Span> = Vec::new();
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        merged
    }

    fn span(&self, text: &str, start: usize, end: usize, needle: usize) -> Option<Span> {
        match self.needles[needle].how {
            Spelling::Plain => Some(Span { start, end, needle }),
            Spelling::Word => {
                let bytes = text.as_bytes();
                let alone = |at: Option<&u8>| at.is_none_or(|b| !b.is_ascii_alphanumeric());
                let before = start.checked_sub(1).and_then(|i| bytes.get(i));
                (alone(before) && alone(bytes.get(end))).then_some(Span { start, end, needle })
            }
            Spelling::Base64 => {
                let (start, end) = base64_run(text.as_bytes(), start, end);
                Some(Span { start, end, needle })
            }
        }
    }
}

// The bits at both ends of an encoded secret share characters with their neighbours: the whole run goes.
fn base64_run(bytes: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=' | b'%' | b'\\');
    while start > 0 && part(bytes[start - 1]) {
        start -= 1;
    }
    while end < bytes.len() && part(bytes[end]) {
        end += 1;
    }
    (start, end)
}

/// Control, format and direction characters written out, so that shown text cannot move the cursor or pose as another line.
pub(crate) fn escape(text: &str, keep_newlines: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if keep_newlines => shown.push('\n'),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c.is_control() || is_direction_or_format(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", c as u32);
            }
            c => shown.push(c),
        }
    }
    shown
}

fn is_direction_or_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{061c}')
}

/// At most `limit` bytes of `text`, and how much was left out.
pub(crate) fn cap(text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let mut at = limit;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    format!("{} … ({} more bytes)", &text[..at], text.len() - at)
}
