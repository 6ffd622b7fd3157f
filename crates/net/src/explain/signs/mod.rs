//! Signs of a failure: the names, numbers and sentences that standards, operating systems, languages, libraries and services have
//! for it, each with the catalogue's words for the same thing.
//!
//! The tables say what a name means; what is made of that meaning, the catalogue's data alone decide.

mod certificates;
mod entra;
mod exchange;
mod findings;
mod google;
mod graph;
mod languages;
mod mail;
mod mail_classes;
mod network;
mod numbers;
mod proxy;
#[cfg(test)]
mod tests;
mod tls;
mod web;
mod weighing;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

pub(super) use mail_classes::of_class;
pub(super) use weighing::without_lookalikes;

use crate::Channel;

/// The catalogue's words for a failure, what was spoken when it happened, and whose server it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) channel: Channel,
    /// A host of the vendor whose words these are; empty when anybody writes like this.
    pub(super) host: &'static str,
    pub(super) words: String,
    pub(super) certainty: Certainty,
}

/// How much a sign says beside what else a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// One service's own sentence, or one that says one thing only: it says more than a status or an error's name.
    Own,
    /// A name that many share; it says more than an HTTP status.
    Shared,
    /// What is left when nothing else was found.
    Last,
}

/// Names that all mean one thing.
struct Meaning {
    /// The catalogue's words.
    words: &'static str,
    /// Whole words of a text: constants (in any case, where they have an underscore) and names of exceptions (as written).
    names: &'static [&'static str],
    /// Parts of sentences, in lower case.
    phrases: &'static [&'static str],
}

/// Meanings of one subject, of which a text has one at most.
struct Table {
    channel: Channel,
    host: &'static str,
    certainty: Certainty,
    parts: &'static [&'static [Meaning]],
}

impl Table {
    /// Its sentences (an unknown user, a message too large) are a mail server's only where mail is spoken of.
    fn is_of_any_mail_server(&self) -> bool {
        self.channel == Channel::Smtp && self.host.is_empty()
    }

    fn is_of_one_service(&self) -> bool {
        !self.host.is_empty() || (self.channel == Channel::Oauth && self.certainty == Certainty::Own)
    }
}

const fn table(
    channel: Channel,
    host: &'static str,
    certainty: Certainty,
    parts: &'static [&'static [Meaning]],
) -> Table {
    Table { channel, host, certainty, parts }
}

/// In the order in which they are asked.
static TABLES: [Table; 17] = [
    table(Channel::Oauth, "", Certainty::Own, &[entra::MEANINGS]),
    table(Channel::Oauth, "oauth2.googleapis.com", Certainty::Own, &[google::SIGN_IN]),
    table(Channel::Graph, "graph.microsoft.com", Certainty::Own, &[graph::MEANINGS]),
    table(Channel::Network, "", Certainty::Own, &[findings::CLEAR]),
    table(Channel::Proxy, "", Certainty::Own, &[proxy::PASSWORD]),
    table(Channel::Proxy, "", Certainty::Shared, &[proxy::MEANINGS]),
    table(Channel::Oauth, "", Certainty::Shared, &[web::OAUTH]),
    table(Channel::Webhook, "", Certainty::Shared, &[web::WEBHOOKS]),
    table(Channel::Smtp, "outlook.com", Certainty::Shared, &[exchange::MEANINGS]),
    table(Channel::Smtp, "gmail.com", Certainty::Shared, &[google::MAIL]),
    table(Channel::Tls, "", Certainty::Last, &[certificates::MEANINGS, tls::MEANINGS, languages::TLS]),
    table(Channel::Network, "", Certainty::Last, &[network::MEANINGS, languages::NETWORK]),
    table(Channel::Smtp, "", Certainty::Last, &[mail::MEANINGS, findings::MAIL]),
    table(Channel::Http, "", Certainty::Last, &[web::STATUSES]),
    table(Channel::Network, "", Certainty::Last, &[findings::LAST, findings::LAST_NAMES]),
    table(Channel::Tls, "", Certainty::Last, &[certificates::NOT_TRUSTED]),
    table(Channel::Network, "", Certainty::Last, &[findings::ALERTS]),
];

static NAMES: LazyLock<HashMap<String, (usize, &'static str)>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (index, table) in TABLES.iter().enumerate() {
        for meaning in table.parts.iter().copied().flatten() {
            names.extend(meaning.names.iter().map(|name| (as_key(name), (index, meaning.words))));
        }
    }
    names
});

/// What the text's names, numbers and sentences mean. Of each table the last sign in the text, since a cause stands behind what
/// it caused; of a service's own sentences the first, since hints follow it. Signs of TLS that contradict each other are none.
pub(super) fn read(text: &str) -> Vec<Sign> {
    let mut found = in_words(text);
    found.extend(numbers::read(text).into_iter().chain(web::read(text)).filter_map(by_number));
    agreed_signs(&found)
}

/// The same without numbers, for a text that is already known for what it is: their expressions take time to compile.
pub(super) fn read_words(text: &str) -> Vec<Sign> {
    agreed_signs(&in_words(text))
}

/// Whether lines of a log name different causes why a host was not reached: nothing tells which of them is the one asked about.
pub(super) fn network_causes_differ(text: &str) -> bool {
    const CAUSES: [&str; 5] = [network::REFUSED, network::TIMEOUT, network::RESET, network::DNS, network::UNREACHABLE];
    let lower = text.to_lowercase().replace('’', "'");
    let mut last_of_lines: BTreeMap<usize, At> = BTreeMap::new();
    for (whole, found) in [(lower.as_str(), by_phrase(&lower)), (text, by_name(text))] {
        for at in found.into_iter().filter(|at| CAUSES.contains(&at.words.as_str())) {
            let line = whole.bytes().take(at.start).filter(|byte| *byte == b'\n').count();
            if last_of_lines.get(&line).is_none_or(|held| held.end < at.end) {
                last_of_lines.insert(line, at);
            }
        }
    }
    let mut causes = last_of_lines.values().map(|at| at.words.as_str());
    causes.next().is_some_and(|first| causes.any(|other| other != first))
}

fn agreed_signs(found: &[At]) -> Vec<Sign> {
    let found = weighing::outermost(found);
    TABLES.iter().enumerate().filter_map(|(index, table)| agreed(index, table, &found)).collect()
}

fn in_words(text: &str) -> Vec<At> {
    let lower = text.to_lowercase();
    let mut found = by_phrase(&lower);
    if lower.contains('\n') {
        // A terminal may have broken a line in the middle of a word, and a mail program between two and indented the next.
        found.extend(by_phrase(&lower.replace('\n', "")));
        found.extend(by_phrase(&lower.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    found.extend(by_name(text));
    found.extend(weighing::between_words(&lower).into_iter().filter_map(by_number));
    found.extend(weighing::of_a_servers_log(&lower).and_then(|(start, end, words)| {
        let table =
            TABLES.iter().position(|table| table.channel == Channel::Network && table.certainty == Certainty::Own)?;
        Some(At { start, end, table, words: words.to_owned() })
    }));
    if !weighing::speaks_of_tls(&lower) {
        found.retain(|at| TABLES[at.table].channel != Channel::Tls);
    }
    if !speaks_of_mail(&lower) {
        found.retain(|at| !TABLES[at.table].is_of_any_mail_server());
    }
    found
}

/// A sign, its table, and where it stands in the text.
#[derive(Debug, Clone)]
struct At {
    start: usize,
    end: usize,
    table: usize,
    words: String,
}

/// What a number means, and where it stands in the text.
struct Number {
    start: usize,
    end: usize,
    channel: Channel,
    words: String,
}

fn speaks_of_mail(lower: &str) -> bool {
    const WORDS: [&str; 18] = [
        "storedrv",
        "mail",
        "smtp",
        "recipient",
        "rcpt",
        "relay",
        "sender",
        "starttls",
        "helo",
        "ehlo",
        "auth ",
        "sasl",
        "expected response code",
        "message you are trying to send",
        "bad sequence of commands",
        "send hello first",
        "short response: ",
        "block listed",
    ];
    WORDS.iter().any(|word| lower.contains(word))
}

/// A number stands with the names of its channel that anybody uses.
fn by_number(number: Number) -> Option<At> {
    let common = |table: &Table| table.host.is_empty() && table.certainty != Certainty::Own;
    let table = TABLES.iter().position(|table| table.channel == number.channel && common(table))?;
    Some(At { start: number.start, end: number.end, table, words: number.words })
}

/// The first and the last place of each name: between these two nothing is decided.
fn by_name(text: &str) -> Vec<At> {
    let start = text.as_ptr() as usize;
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    let mut places: HashMap<&str, (At, Option<At>)> = HashMap::new();
    for word in words.filter(|word| word.len() > 3) {
        let Some((table, meaning)) = NAMES.get(&as_key(word)) else { continue };
        let from = word.as_ptr() as usize - start;
        let at = At { start: from, end: from + word.len(), table: *table, words: (*meaning).to_owned() };
        match places.get_mut(word) {
            Some((_, last)) => *last = Some(at),
            None => drop(places.insert(word, (at, None))),
        }
    }
    places.into_values().flat_map(|(first, last)| std::iter::once(first).chain(last)).collect()
}

fn by_phrase(lower: &str) -> Vec<At> {
    let lower = lower.replace('’', "'");
    let mut found = Vec::new();
    for (index, table) in TABLES.iter().enumerate() {
        for meaning in table.parts.iter().copied().flatten() {
            found.extend(meaning.phrases.iter().filter_map(|phrase| {
                let start = lower.rfind(phrase)?;
                Some(At { start, end: start + phrase.len(), table: index, words: meaning.words.to_owned() })
            }));
        }
    }
    found
}

fn agreed(index: usize, table: &Table, found: &[At]) -> Option<Sign> {
    let mut signs: Vec<&At> = found.iter().filter(|at| at.table == index).collect();
    if table.is_of_one_service() {
        signs.sort_by_key(|at| (Reverse(at.start), at.end));
    } else {
        signs.sort_by_key(|at| at.end);
    }
    let words: Vec<&str> = signs.iter().map(|at| at.words.as_str()).collect();
    let meant = match table.channel {
        Channel::Tls => tls::most_telling(&words),
        _ => words.last().copied(),
    };
    Some(Sign { channel: table.channel, host: table.host, words: meant?.to_owned(), certainty: table.certainty })
}

fn as_key(name: &str) -> String {
    if name.contains('_') { name.to_ascii_uppercase() } else { name.to_owned() }
}
