//! Keeps secrets out of everything that is shown, in whatever spelling a peer echoes them.

use std::collections::HashMap;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::leak::{Leak, LeakScan};
use crate::redact_spelling::{Spelling, spellings};

/// The longest text that is shown of one thing, in bytes.
pub const SHOWN_LIMIT: usize = 4096;

/// Secrets shorter than this (in bytes) are replaced only where they stand alone as a word.
pub(crate) const SHORT: usize = 4;

/// Spellings longer than this are looked for piece by piece, so that a peer that cuts a token short is caught too.
pub(crate) const WHOLE: usize = 48;

/// Bytes of one piece.
pub(crate) const PIECE: usize = 16;

/// The secrets of one check and how they are found.
pub(crate) struct Redactor {
    key: Zeroizing<[u8; 32]>,
    /// Which label stands for the secret with this digest.
    seen: HashMap<[u8; 32], usize>,
    labels: Vec<String>,
    /// Needles by their first four bytes; shorter ones stand in `words`.
    index: HashMap<[u8; SHORT], Vec<Needle>>,
    words: Vec<Needle>,
    /// Looks for the same secrets in what is finished.
    scan: LeakScan,
}

struct Needle {
    /// In small letters: the search does not mind the case.
    text: Zeroizing<Vec<u8>>,
    label: usize,
    how: Spelling,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    label: usize,
}

impl Redactor {
    pub(crate) fn new() -> Redactor {
        let mut key = Zeroizing::new([0u8; 32]);
        // Without entropy the marks could be compared between checks; nothing else depends on it.
        let _ = getrandom::fill(&mut key[..]);
        Redactor::keyed(&key)
    }

    /// With marks made by this key.
    pub(crate) fn keyed(key: &[u8; 32]) -> Redactor {
        let key = Zeroizing::new(*key);
        Redactor {
            key,
            seen: HashMap::new(),
            labels: Vec::new(),
            index: HashMap::new(),
            words: Vec::new(),
            scan: LeakScan::default(),
        }
    }

    /// From now on `secret` and its encodings read `[kind #hash4]`, the kind after the label: that of a field path is its end.
    pub(crate) fn protect(&mut self, label: &str, secret: &SecretString) {
        // EXPOSE: to derive the spellings that must never be shown.
        let plain = secret.expose_secret();
        let digest = self.digest(plain);
        if plain.is_empty() || self.seen.contains_key(&digest) {
            return;
        }
        let kind = kind(label);
        self.scan.add(&kind, secret);
        self.seen.insert(digest, self.labels.len());
        self.labels.push(mark(&kind, &digest));
        for (text, how) in spellings(plain) {
            let text = Zeroizing::new(text.into_bytes());
            if text.len() <= WHOLE {
                self.add(&text, how);
                continue;
            }
            for start in (0..text.len() - PIECE).step_by(PIECE).chain([text.len() - PIECE]) {
                self.add(&text[start..start + PIECE], Spelling::Run);
            }
        }
    }

    /// What stands for a secret that is left out where it would have stood.
    pub(crate) fn stand_in(&self, label: &str, secret: &SecretString) -> String {
        // EXPOSE: digested under this redactor's key.
        let digest = self.digest(secret.expose_secret());
        self.seen.get(&digest).map_or_else(|| mark(&kind(label), &digest), |known| self.labels[*known].clone())
    }

    /// The first secret that is still in a text.
    pub(crate) fn leak(&self, text: &str) -> Option<Leak> {
        self.scan.find(text)
    }

    fn add(&mut self, text: &[u8], how: Spelling) {
        let text = Zeroizing::new(text.to_ascii_lowercase());
        let place = match text.first_chunk::<SHORT>() {
            Some(first) => self.index.entry(*first).or_default(),
            None => &mut self.words,
        };
        if place.iter().all(|known| *known.text != *text || known.how != how) {
            place.push(Needle { text, label: self.labels.len() - 1, how });
        }
    }

    // Keyed: the four digits tell equal secrets from different ones, and are no oracle for guessing without the key.
    fn digest(&self, plain: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key[..]).expect("HMAC takes a key of any length");
        mac.update(plain.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// `text` with every secret replaced; nothing else changed.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        for span in self.spans(text) {
            shown.push_str(&text[at..span.start]);
            shown.push_str(&self.labels[span.label]);
            at = span.end;
        }
        shown.push_str(&text[at..]);
        shown
    }

    // Overlapping and touching finds are merged, so that no tail of one secret stays behind another.
    fn spans(&self, text: &str) -> Vec<Span> {
        if self.labels.is_empty() {
            return Vec::new();
        }
        let lower = text.to_ascii_lowercase();
        let mut merged: Vec<Span> = Vec::new();
        for at in 0..lower.len() {
            for needle in self.beginning_at(lower.as_bytes(), at) {
                let end = at + needle.text.len();
                if merged.last().is_some_and(|last| last.start <= at && end <= last.end) {
                    continue;
                }
                let Some(found) = needle.span(lower.as_bytes(), at) else {
                    continue;
                };
                let span = on_characters(text, found);
                match merged.last_mut() {
                    Some(last) if span.start <= last.end => {
                        last.end = last.end.max(span.end);
                        last.start = last.start.min(span.start);
                    }
                    _ => merged.push(span),
                }
            }
        }
        absorbed(merged)
    }

    fn beginning_at<'a>(&'a self, lower: &'a [u8], at: usize) -> impl Iterator<Item = &'a Needle> {
        let rest = &lower[at..];
        let indexed = rest.first_chunk::<SHORT>().and_then(|first| self.index.get(first));
        indexed.into_iter().flatten().chain(&self.words).filter(move |needle| rest.starts_with(&needle.text))
    }
}

fn mark(kind: &str, digest: &[u8; 32]) -> String {
    format!("[{kind} #{:02x}{:02x}]", digest[0], digest[1])
}

/// The kind of secret behind a label or the path of a field: `auth.oauth2.client_secret` is a `client-secret`.
fn kind(label: &str) -> String {
    let words = label.to_ascii_lowercase().replace(['_', ' '], "-");
    match words.as_str() {
        "path" => "webhook-path".to_owned(),
        "value" => "secret".to_owned(),
        "proxy.password" => "proxy-password".to_owned(),
        "auth.value" => "api-key".to_owned(),
        path if path.ends_with("private-key-pem") => "private-key".to_owned(),
        path => match path.strip_prefix("headers.") {
            Some(name) => format!("header-{name}"),
            None => path.rsplit('.').next().unwrap_or(path).to_owned(),
        },
    }
}

impl Needle {
    fn span(&self, lower: &[u8], start: usize) -> Option<Span> {
        let end = start + self.text.len();
        let (start, end) = match self.how {
            Spelling::Plain => (start, end),
            Spelling::Word if stands_alone(lower, start, end) => (start, end),
            Spelling::Word => return None,
            Spelling::Run => run(lower, start, end),
        };
        Some(Span { start, end, label: self.label })
    }
}

// A run grows to the left as well: it may have swallowed what was found before it.
fn absorbed(spans: Vec<Span>) -> Vec<Span> {
    let mut kept: Vec<Span> = Vec::with_capacity(spans.len());
    for mut span in spans {
        while let Some(last) = kept.pop_if(|last| last.end >= span.start) {
            span = Span { start: span.start.min(last.start), end: span.end.max(last.end), label: last.label };
        }
        kept.push(span);
    }
    kept
}

fn on_characters(text: &str, mut span: Span) -> Span {
    while !text.is_char_boundary(span.start) {
        span.start -= 1;
    }
    while !text.is_char_boundary(span.end) {
        span.end += 1;
    }
    span
}

pub(crate) fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let alone = |at: Option<&u8>| at.is_none_or(|b| !b.is_ascii_alphanumeric());
    alone(start.checked_sub(1).and_then(|i| bytes.get(i))) && alone(bytes.get(end))
}

// The bits at both ends of an encoded secret share characters with their neighbours, and the pieces of a token cut short
// have ends of their own: the whole run goes.
fn run(bytes: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    let part =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=' | b'%' | b'\\' | b'.' | b'~');
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
