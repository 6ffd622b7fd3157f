//! How request and answer are shown: line by line, secrets left out before the recorder's own redaction even looks.

use http::header::{AUTHORIZATION, HeaderMap, LOCATION, SET_COOKIE};
use http::response::Parts;

use secrecy::SecretString;

use super::HttpReply;
use super::request::{Prepared, path_and_query};
use crate::{Recorder, SHOWN_LIMIT};

/// Cookies from here on are learnt, to be known wherever else they turn up, in bytes; a short one is no session, and its text
/// may stand anywhere.
const LEARNT_FROM: usize = 16;
/// The longest cookie that is learnt (RFC 6265 6.1).
const LEARNT_TO: usize = 4096;
/// The most cookies learnt of one answer.
const MOST_LEARNT: usize = 6;

/// Request line, headers, body.
pub(super) fn show_request(prepared: &Prepared, rec: &Recorder) {
    let path = path_and_query(&prepared.url);
    let path = if prepared.secret_url { rec.stand_in("path", &SecretString::from(path)) } else { path };
    let key = prepared.key_parameter.as_ref().map(|(name, value)| {
        let between = if prepared.url.query().is_some() { '&' } else { '?' };
        format!("{between}{name}={}", rec.stand_in("api_key", value))
    });
    rec.client(&format!("{} {path}{} HTTP/1.1", prepared.request.method(), key.unwrap_or_default()));
    for (name, value) in prepared.request.headers() {
        let text = String::from_utf8_lossy(value.as_bytes());
        let stand_in = |secret: &str| rec.stand_in(name.as_str(), &SecretString::from(secret));
        let shown = match (value.is_sensitive(), text.split_once(' ')) {
            (false, _) => text.into_owned(),
            (true, Some((scheme, value))) if *name == AUTHORIZATION => format!("{scheme} {}", stand_in(value)),
            (true, _) => stand_in(&text),
        };
        rec.client(&format!("{name}: {shown}"));
    }
    if !prepared.shown_body.is_empty() {
        rec.client("");
        show_text(&prepared.shown_body, |line| rec.client(line));
    }
}

/// Status line and headers.
pub(super) fn show_head(head: &Parts, rec: &Recorder) {
    rec.server(&format!("HTTP/1.1 {} {}", head.status.as_u16(), reason(head)));
    for (name, value) in shown_headers(&head.headers, rec) {
        rec.server(&format!("{name}: {value}"));
    }
}

/// The body's beginning.
pub(crate) fn show_body(reply: &HttpReply, rec: &Recorder) {
    show_text_of(&reply.text(), reply.truncated, rec);
}

/// A text in place of the body, for answers that hold tokens.
pub(crate) fn show_text_of(text: &str, truncated: bool, rec: &Recorder) {
    if !text.is_empty() {
        rec.server("");
        show_text(text, |line| rec.server(line));
    }
    if truncated {
        rec.note("The answer is longer than 1 MiB; the rest was not read.");
    }
}

/// The server's own words where it sent some, else the usual ones.
pub(super) fn reason(head: &Parts) -> String {
    let sent = head.extensions.get::<hyper::ext::ReasonPhrase>();
    let sent = sent.map(|reason| String::from_utf8_lossy(reason.as_bytes()).into_owned());
    sent.unwrap_or_else(|| head.status.canonical_reason().unwrap_or_default().to_owned())
}

/// Headers in their order; of a cookie only its name, of a redirect only where it goes, and a mark for the rest.
pub(super) fn shown_headers(headers: &HeaderMap, rec: &Recorder) -> impl Iterator<Item = (String, String)> {
    learn_cookies(headers, rec);
    headers.iter().map(|(name, value)| {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let shown = if name == SET_COOKIE {
            let (name, value) = cookie(&text);
            marked(&format!("{name}="), ("cookie", value), rec)
        } else if name == LOCATION {
            match text.find(['?', '#']) {
                Some(at) => marked(&text[..=at], ("query", &text[at + 1..]), rec),
                None => text,
            }
        } else {
            text
        };
        (name.as_str().to_owned(), shown)
    })
}

/// A cookie that is set: its name and its value, without the attributes (RFC 6265 4.1.1). A line without `=` is all value
/// (RFC 6265bis 5.5).
fn cookie(line: &str) -> (&str, &str) {
    let pair = line.split(';').next().unwrap_or_default();
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    (name.trim(), value.trim().trim_matches('"'))
}

fn learn_cookies(headers: &HeaderMap, rec: &Recorder) {
    let lines = headers.get_all(SET_COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let values = lines.map(|line| cookie(line).1);
    for value in values.filter(|value| (LEARNT_FROM..=LEARNT_TO).contains(&value.len())).take(MOST_LEARNT) {
        rec.protect("cookie", &SecretString::from(value));
    }
}

/// Nothing is left out of an empty value.
fn marked(before: &str, (kind, value): (&str, &str), rec: &Recorder) -> String {
    match value {
        "" => before.to_owned(),
        value => format!("{before}{}", rec.stand_in(kind, &SecretString::from(value))),
    }
}

/// Line by line, within the size that is shown of one thing.
fn show_text(text: &str, mut show: impl FnMut(&str)) {
    let mut room = SHOWN_LIMIT;
    for line in text.lines() {
        show(line);
        room = room.saturating_sub(line.len() + 1);
        if room == 0 {
            show(&format!("({} bytes in all)", text.len()));
            return;
        }
    }
}
