//! A pasted reply: what it is, judged by its shape, and prepared as a check would have prepared it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::families::{Heard, begins_with_reply_code, plain_host};
use super::{evidence, mail_text, web_text};
use crate::Channel;
use crate::oauth::entra_codes;

type Pattern = LazyLock<Option<Regex>>;

static ENTRA: Pattern = LazyLock::new(|| Regex::new(r"AADSTS\d{5,8}\b").ok());
/// What libraries say when a proxy stands in the way.
static PROXY: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)407 proxy auth|tunnel(l?ing socket could not be established| connection failed|.? error:)|tunnel through proxy").ok()
});
/// What TLS libraries say: OpenSSL, Go, rustls, Schannel, Java, Node.
static TLS: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\bSSL routines\b|\bx509: |certificate verify failed|certificate has expired|self[- ]signed certificate|",
        r"unable to (get (local )?issuer|verify the first) certificate|invalid peer certificate|received fatal alert|",
        r"javax\.net\.ssl\.|\btls: |\bTLS handshake (fail|error)|SEC_E_|",
        r"\b(CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT\w*|ERR_TLS_\w+)\b",
    ))
    .ok()
});
/// What operating systems say, with the number or constant that goes with it: words alone may be about anything.
static NETWORK: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b|",
        r"(?i)(os error|winerror|errno|connection refused|timed out|reset by peer)\W{1,3}\d{1,5}\b|",
        r"\bdial tcp\b|\bgetaddrinfo\b|i/o timeout|failed to lookup address",
    ))
    .ok()
});
static STATUS_CODE: Pattern = LazyLock::new(|| Regex::new(r"(?i)status ?code\s*[=:]\s*(\d{3})").ok());

/// The text as the catalogue needs it; `None` when no channel is given and its shape is none we know.
pub(super) fn heard(channel: Option<Channel>, host: Option<&str>, text: &str) -> Option<Heard> {
    let text = text.trim();
    let host = host.map(plain_host).unwrap_or_default();
    let channel = match channel {
        Some(channel) => channel,
        None => by_shape(&host, text)?,
    };
    Some(match channel {
        Channel::Smtp => mail(host, text),
        Channel::Oauth => token_answer(host, text),
        Channel::Graph | Channel::Http | Channel::Webhook => web(channel, host, text),
        Channel::Tls | Channel::Proxy | Channel::Network => {
            blank(channel, host, plain_status(text).into_owned(), false)
        }
    })
}

/// From the shape that can be nothing else to the one that is only likely.
fn by_shape(host: &str, text: &str) -> Option<Channel> {
    if fits(&ENTRA, text) {
        return Some(Channel::Oauth);
    }
    let mails = mail_text::reply(text, knows_vendor(host, text)).is_some();
    let answers = web_text::status_spoken_of(text).is_some() || web_text::is_status_line(text);
    if mails && !answers {
        return Some(Channel::Smtp);
    }
    if web_text::is_graph(text) {
        return Some(Channel::Graph);
    }
    if web_text::oauth_error(text).is_some() {
        return Some(Channel::Oauth);
    }
    if fits(&PROXY, text) {
        return Some(Channel::Proxy);
    }
    if evidence::is_webhook(text) {
        return Some(Channel::Webhook);
    }
    if answers {
        return Some(Channel::Http);
    }
    let before_reply = [(&TLS, Channel::Tls), (&NETWORK, Channel::Network)];
    before_reply.into_iter().find_map(|(pattern, channel)| fits(pattern, text).then_some(channel))
}

fn knows_vendor(host: &str, text: &str) -> bool {
    !host.is_empty() || !evidence::mail_host(text).is_empty()
}

/// A mail reply in one line, from its first code on. Without a host its own words tell whose server it was.
fn mail(host: String, text: &str) -> Heard {
    let line = mail_text::reply(text, knows_vendor(&host, text)).unwrap_or_else(|| mail_text::as_given(text));
    let host = if host.is_empty() { evidence::mail_host(text).to_owned() } else { host };
    let answered = begins_with_reply_code(&line);
    blank(Channel::Smtp, host, line, answered)
}

fn token_answer(host: String, text: &str) -> Heard {
    let host = if host.is_empty() { evidence::sign_in_host(text).to_owned() } else { host };
    let mut heard = blank(Channel::Oauth, host, text.to_owned(), true);
    heard.oauth_error = web_text::oauth_error(text).or_else(|| web_text::is_single_word(text).then(|| text.to_owned()));
    heard.error_codes = web_text::json_within(text).map(|answer| entra_codes(&answer)).unwrap_or_default();
    heard
}

/// Status line and body; the headers of a whole pasted answer are left out.
fn web(channel: Channel, host: String, text: &str) -> Heard {
    let mut parts = text.splitn(2, "\n\n");
    let head = parts.next().unwrap_or_default();
    let body = parts.next();
    let prepared = match body {
        Some(body) if web_text::is_status_line(head) => {
            format!("{}\n{body}", head.lines().next().unwrap_or_default().trim())
        }
        _ if web_text::is_status_line(text) => text.to_owned(),
        _ => match web_text::status_spoken_of(text) {
            Some(status) => format!("{status}\n{text}"),
            None if text.starts_with(['{', '[', '<']) => format!("\n{text}"),
            None => text.to_owned(),
        },
    };
    let mut heard = blank(channel, host, prepared, true);
    heard.error_codes = web_text::json_within(text).map(|answer| entra_codes(&answer)).unwrap_or_default();
    heard
}

/// `statusCode=407` as the catalogue writes it.
fn plain_status(text: &str) -> Cow<'_, str> {
    match STATUS_CODE.as_ref() {
        Some(pattern) => pattern.replace_all(text, "status code: $1"),
        None => Cow::Borrowed(text),
    }
}

fn blank(channel: Channel, host: String, text: String, answered: bool) -> Heard {
    Heard { channel, host, text, answered, oauth_error: None, error_codes: Vec::new() }
}

fn fits(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
