//! Which families are asked, in which order, about which text (`data/README.md`, "Order of matching").

use super::entry::Family;
use crate::{Channel, Failure};

/// A failure as the catalogue needs it: who was called, whether it answered, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) channel: Channel,
    /// In lower case, without a final dot; empty when not known.
    pub(super) host: String,
    /// Mail: one line. HTTP: status line, line break, body. OAuth: the body. Before any reply: the error's words.
    pub(super) text: String,
    /// The peer answered in its protocol.
    pub(super) answered: bool,
    /// The value of `error` of an OAuth answer.
    pub(super) oauth_error: Option<String>,
    /// Entra's `error_codes`.
    pub(super) error_codes: Vec<u64>,
}

impl Heard {
    /// Takes what the catalogue needs from a failed check.
    pub(super) fn from_failure(failure: &Failure) -> Heard {
        let reply = failure.reply.as_ref();
        let answered = match failure.channel {
            Channel::Smtp => begins_with_reply_code(&failure.lookup),
            Channel::Oauth | Channel::Http | Channel::Graph | Channel::Webhook => reply.is_some(),
            Channel::Tls | Channel::Proxy | Channel::Network => false,
        } && !is_finding(&failure.lookup);
        Heard {
            channel: failure.channel,
            host: plain_host(&failure.host),
            text: failure.lookup.clone(),
            answered,
            oauth_error: reply.and_then(|reply| reply.oauth_error.clone()),
            error_codes: reply.map(|reply| reply.error_codes.clone()).unwrap_or_default(),
        }
    }
}

/// One family and the texts to try on it, first to last.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) family: Family,
    pub(super) texts: Vec<String>,
}

/// The families to ask, in order; the first with a match wins.
pub(super) fn questions(heard: &Heard) -> Vec<Question> {
    let ask = |family, texts| Question { family, texts };
    let text = || vec![heard.text.clone()];
    let mut list = Vec::new();
    match (heard.channel, heard.answered) {
        (Channel::Smtp, _) => list.extend(mail_families(&heard.host).into_iter().map(|family| ask(family, text()))),
        (Channel::Oauth, true) => {
            list.push(ask(Family::Aadsts, entra_texts(heard)));
            if is_google(&heard.host) {
                list.push(ask(Family::OauthGoogle, error_then_body(heard)));
            }
            list.push(ask(Family::Oauth, error_then_body(heard)));
        }
        (Channel::Graph, true) => {
            list.push(ask(Family::Aadsts, entra_texts(heard)));
            list.push(ask(Family::Graph, text()));
            list.push(ask(Family::Http, vec![status_line(&heard.text)]));
        }
        (Channel::Webhook, true) => {
            list.push(ask(Family::Webhook, text()));
            list.push(ask(Family::Http, vec![status_line(&heard.text)]));
        }
        (Channel::Http, true) => list.push(ask(Family::Http, vec![status_line(&heard.text)])),
        _ => {}
    }
    if !heard.answered {
        list.extend([Family::Proxy, Family::Tls, Family::Network].map(|family| ask(family, text())));
    }
    list
}

/// Whether a failure is one of our own findings (`data/findings.json`), whatever the peer answered.
fn is_finding(lookup: &str) -> bool {
    lookup.starts_with("finding ")
}

/// Whether a text starts as a mail server's reply does (RFC 5321 4.2).
pub(super) fn begins_with_reply_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3
        && matches!(bytes[0], b'2'..=b'5')
        && matches!(bytes[1], b'0'..=b'5')
        && bytes[2].is_ascii_digit()
        && matches!(bytes.get(3), None | Some(b' ' | b'-' | b'\r' | b'\n'))
}

/// Lower case, no brackets of an IPv6 address, no final dot, no port.
pub(super) fn plain_host(host: &str) -> String {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    match host.split_once(':') {
        Some((name, port)) if !port.contains(':') => name.to_owned(),
        _ => host,
    }
}

fn mail_families(host: &str) -> Vec<Family> {
    const MICROSOFT: [&str; 6] =
        ["outlook.com", "office365.com", "office.com", "office365.us", "hotmail.com", "outlook.office.com"];
    const GMAIL: [&str; 3] = ["gmail.com", "google.com", "googlemail.com"];
    if MICROSOFT.iter().any(|domain| is_within(host, domain)) {
        vec![Family::SmtpMicrosoft, Family::Smtp]
    } else if GMAIL.iter().any(|domain| is_within(host, domain)) {
        vec![Family::SmtpGmail, Family::Smtp]
    } else {
        vec![Family::Smtp]
    }
}

fn is_google(host: &str) -> bool {
    ["googleapis.com", "google.com"].iter().any(|domain| is_within(host, domain))
}

/// `host` is `domain` or a name below it; `notoutlook.com` is not within `outlook.com`.
fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Entra's texts change, its numbers do not: the numbers first, then the words.
fn entra_texts(heard: &Heard) -> Vec<String> {
    let numbers = heard.error_codes.iter().map(|code| format!("AADSTS{code}")).collect::<Vec<_>>().join(" ");
    [numbers, heard.text.clone()].into_iter().filter(|text| !text.is_empty()).collect()
}

fn error_then_body(heard: &Heard) -> Vec<String> {
    heard.oauth_error.iter().cloned().chain([heard.text.clone()]).collect()
}

fn status_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
