//! What a sign weighs: what only looks like one, what stands inside another one, and whose side of a connection speaks.

use super::tls::{EXPIRED, ISSUER, NOT_YET, REVOKED};
use super::{At, Number};
use crate::Channel;

/// Failures of other things, in whose names words of these tables stand.
const LOOKALIKES: [&str; 9] = [
    "unsupported protocol scheme",
    "lock wait timeout exceeded",
    "statement timeout",
    "query timeout",
    "session timeout",
    "maximum execution time",
    "execution timeout expired",
    "command timeout",
    "job timeout",
];

/// The text without what only looks like a sign of this program's failures.
pub(in crate::explain) fn without_lookalikes(text: &str) -> String {
    let mut kept = text.to_owned();
    for lookalike in LOOKALIKES {
        // The ASCII letters alone change: places in the one are places in the other.
        let lower = kept.to_ascii_lowercase();
        let mut parts = String::new();
        let mut from = 0;
        for (at, _) in lower.match_indices(lookalike) {
            parts.push_str(&kept[from..at]);
            from = at + lookalike.len();
        }
        if from > 0 {
            kept = parts + &kept[from..];
        }
    }
    kept
}

/// The signs that do not stand inside a longer one of the same table: `certificate expired` says nothing inside of `alert certificate
/// expired`.
pub(super) fn outermost(found: &[At]) -> Vec<At> {
    let inside = |at: &At, other: &At| {
        at.table == other.table
            && other.start <= at.start
            && at.end <= other.end
            && other.end - other.start > at.end - at.start
    };
    found.iter().filter(|at| !found.iter().any(|other| inside(at, other))).cloned().collect()
}

/// Whether a text is about TLS at all: some of its words are said of other things too.
pub(super) fn speaks_of_tls(lower: &str) -> bool {
    const WORDS: [&str; 23] = [
        "ssl",
        "tls",
        "cert",
        "handshake",
        "x509",
        "cipher",
        "schannel",
        "pkix",
        "issuer",
        "zertifikat",
        "sec_e_",
        "nsurlerror",
        "wrong version number",
        "0x80",
        "common algorithm",
        "trust relationship",
        "protocols available",
        "key too small",
        "hostname",
        "no name matching",
        "match either of",
        "证书",
        "証明書",
    ];
    WORDS.iter().any(|word| lower.contains(word))
}

/// What is said of a certificate with other words in between: `certificate 2 of 4 has expired`.
pub(super) fn between_words(lower: &str) -> Vec<Number> {
    const SAID: [(&str, &str); 7] = [
        ("has expired", EXPIRED),
        ("is expired", EXPIRED),
        ("not yet valid", NOT_YET),
        ("has been revoked", REVOKED),
        ("is revoked", REVOKED),
        ("is not trusted", ISSUER),
        ("is untrusted", ISSUER),
    ];
    const FARTHEST: usize = 48;
    let one_sentence = |words: &str| !words.contains(['.', '\n', ';']) && !words.contains("client");
    let of = |(said, words): &(&str, &str)| {
        let end = lower.find(said)?;
        let start = lower[..end].rfind("certificate")?;
        let between = &lower[start..end];
        (between.len() <= FARTHEST && one_sentence(between)).then(|| Number {
            start,
            end: end + said.len(),
            channel: Channel::Tls,
            words: (*words).to_owned(),
        })
    };
    SAID.iter().filter_map(of).collect()
}

/// An alert in the log of a server that somebody connected to: it is that one who does not accept the server's certificate.
pub(super) fn of_a_servers_log(lower: &str) -> Option<(usize, usize, &'static str)> {
    const SERVERS: [&str; 7] = [
        "ssl_accept",
        "tls handshake error from",
        "while ssl handshaking",
        "imap-login:",
        "pop3-login:",
        "submission-login:",
        "received client alert: fatal",
    ];
    const ALERTS: [(&str, &str); 7] = [
        ("alert unknown ca", ISSUER),
        ("remote error: tls: unknown certificate authority", ISSUER),
        ("client alert: fatal - unknown ca", ISSUER),
        ("alert certificate unknown", "finding tls:refused-by-server"),
        ("alert bad certificate", "finding tls:refused-by-server"),
        ("remote error: tls: bad certificate", "finding tls:refused-by-server"),
        ("remote error: tls: unknown certificate", "finding tls:refused-by-server"),
    ];
    let servers = SERVERS.iter().any(|server| lower.contains(server)) && !lower.contains("to upstream");
    let alert = ALERTS.iter().find_map(|(alert, words)| Some((lower.find(alert)?, alert.len(), *words)));
    alert.filter(|_| servers).map(|(start, length, words)| (start, start + length, words))
}
