//! A pasted reply: what it is, judged by its shape, and prepared as a check would have prepared it.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::families::{Heard, begins_with_reply_code, plain_host};
use crate::Channel;
use crate::oauth::entra_codes;

/// A reply code with its enhanced code (RFC 3463), wherever it stands: `535 5.7.139`.
static ENHANCED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:4\d\d[ -]#?4|5\d\d[ -]#?5)\.\d{1,3}\.\d{1,3}\b").ok());
static STATUS_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^HTTP/[0-9.]+ [1-5]\d\d\b").ok());
static ENTRA: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"AADSTS\d{5,8}\b").ok());

/// The text as the catalogue needs it; `None` when no channel is given and its shape is none we know.
pub(super) fn heard(channel: Option<Channel>, host: Option<&str>, text: &str) -> Option<Heard> {
    let text = text.trim();
    let channel = match channel {
        Some(channel) => channel,
        None => by_shape(text)?,
    };
    let host = host.map(plain_host).unwrap_or_default();
    Some(match channel {
        Channel::Smtp => mail(host, text),
        Channel::Oauth => token_answer(host, text),
        Channel::Graph | Channel::Http | Channel::Webhook => web(channel, host, text),
        Channel::Tls | Channel::Proxy | Channel::Network => blank(channel, host, text.to_owned(), false),
    })
}

fn by_shape(text: &str) -> Option<Channel> {
    if fits(&ENTRA, text) {
        return Some(Channel::Oauth);
    }
    let is_http = fits(&STATUS_LINE, text) || is_bare_status(text);
    if let Some(answer) = json_within(text) {
        match answer.get("error") {
            Some(Value::String(_)) => return Some(Channel::Oauth),
            Some(Value::Object(error)) if error.contains_key("code") => return Some(Channel::Graph),
            _ => {}
        }
    }
    if is_http {
        return Some(Channel::Http);
    }
    (is_failed_mail_reply(text) || fits(&ENHANCED, text)).then_some(Channel::Smtp)
}

/// `404 Not Found`: a number with exactly the words that belong to it in HTTP.
fn is_bare_status(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let Some((number, words)) = line.split_once(' ') else { return false };
    http::StatusCode::from_bytes(number.as_bytes())
        .ok()
        .and_then(|status| status.canonical_reason())
        .is_some_and(|reason| words.trim().eq_ignore_ascii_case(reason))
}

fn is_failed_mail_reply(text: &str) -> bool {
    begins_with_reply_code(text) && matches!(text.as_bytes().first(), Some(b'4' | b'5')) && text.len() > 4
}

/// A mail reply in one line, from its first code on. Without a host its own words tell whose server it was.
fn mail(host: String, text: &str) -> Heard {
    let from_code = match ENHANCED.as_ref().and_then(|pattern| pattern.find(text)) {
        Some(found) if !begins_with_reply_code(text) => &text[found.start()..],
        _ => text,
    };
    let line = one_line(from_code);
    let host = if host.is_empty() { host_in_words(&line) } else { host };
    let answered = begins_with_reply_code(&line);
    blank(Channel::Smtp, host, line, answered)
}

/// Joins `550-5.7.1 a` and `550 5.7.1 b` to `550-5.7.1 a b`: the repeated codes would only part the words.
fn one_line(reply: &str) -> String {
    let mut lines = reply.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return String::new() };
    let code = first.get(..3).unwrap_or_default();
    let enhanced = first.get(4..).and_then(|rest| rest.split(' ').next()).filter(|word| word.matches('.').count() == 2);
    let mut joined = first.to_owned();
    for line in lines {
        let words = line.strip_prefix(code).map_or(line, |rest| rest.trim_start_matches(['-', ' ']));
        let words = enhanced.and_then(|enhanced| words.strip_prefix(enhanced)).unwrap_or(words);
        joined.push(' ');
        joined.push_str(words.trim_start());
    }
    joined
}

fn host_in_words(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let says = |marks: &[&str]| marks.iter().any(|mark| lower.contains(mark));
    if says(&[".outlook.com", "aka.ms/", "microsoft"]) {
        "outlook.com".to_owned()
    } else if says(&["gsmtp", "support.google.com", "gmail"]) {
        "gmail.com".to_owned()
    } else {
        String::new()
    }
}

fn token_answer(host: String, text: &str) -> Heard {
    let mut heard = blank(Channel::Oauth, host, text.to_owned(), true);
    if let Some(answer) = json_within(text) {
        heard.oauth_error = answer.get("error").and_then(Value::as_str).map(str::to_owned);
        heard.error_codes = entra_codes(&answer);
    } else if is_single_word(text) {
        heard.oauth_error = Some(text.to_owned());
    }
    heard
}

/// Status line and body; the headers of a whole pasted answer are left out.
fn web(channel: Channel, host: String, text: &str) -> Heard {
    let mut parts = text.splitn(2, "\n\n");
    let head = parts.next().unwrap_or_default();
    let body = parts.next();
    let prepared = match body {
        Some(body) if fits(&STATUS_LINE, head) => format!("{}\n{body}", head.lines().next().unwrap_or_default().trim()),
        _ if text.starts_with(['{', '[', '<']) => format!("\n{text}"),
        _ => text.to_owned(),
    };
    let mut heard = blank(channel, host, prepared, true);
    heard.error_codes = json_within(text).map(|answer| entra_codes(&answer)).unwrap_or_default();
    heard
}

fn blank(channel: Channel, host: String, text: String, answered: bool) -> Heard {
    Heard { channel, host, text, answered, oauth_error: None, error_codes: Vec::new() }
}

/// The JSON object in a text that may have other words before and after it.
fn json_within(text: &str) -> Option<Value> {
    let from = text.find('{')?;
    let to = text.rfind('}')?;
    serde_json::from_str(text.get(from..=to)?).ok()
}

fn is_single_word(text: &str) -> bool {
    !text.is_empty() && text.len() < 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn fits(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
