//! Failures by number: each kind of number is known by the words before it.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::network::{DNS, REFUSED, RESET, TIMEOUT, UNREACHABLE};
use super::tls::{CLIENT, CUT, EXPIRED, ISSUER, NAME, NOT_YET, NOTHING_COMMON, PLAIN, REVOKED, SELF_SIGNED, WEAK};
use super::{Number, proxy};
use crate::Channel::{self, Network, Proxy, Tls};
use crate::explain::expression::compiled;

/// How a kind of number is written, and what its numbers mean.
struct Kind {
    /// In lower case: without one of these a text has no such number, and the expression need not be compiled.
    marks: &'static [&'static str],
    /// The number is the one group that took part in the match.
    pattern: LazyLock<Option<Regex>>,
    /// Hexadecimal numbers are compared as written, in lower case without `0x`.
    meanings: &'static [(&'static [&'static str], Channel, &'static str)],
}

/// curl's exit codes and libcurl's results (libcurl-errors(3)): those that have one cause.
static CURL: Kind = Kind {
    marks: &["curl"],
    pattern: LazyLock::new(|| {
        compiled(r"(?i)\b(?:lib)?curl(?:[_ ](?:error(?:[_ ](?:code|number|no))?|errno|exit(?:ed)?(?:[_ ](?:code|status))?|code|failed with|returned))?(?:\.error| error)?\W{1,5}(\d{1,2})\b").ok()
    }),
    meanings: &[(&["5"], Proxy, proxy::UNREACHABLE), (&["6"], Network, DNS), (&["28"], Network, TIMEOUT)],
};

/// Numbers of operating systems: Linux, macOS, Windows sockets, and getaddrinfo's own.
static SYSTEM: Kind = Kind {
    marks: &["err", "wsa", "socketexception", "#", "0x8007"],
    pattern: LazyLock::new(|| {
        compiled(r"(?i)(?:\b(?:os error|errno|err_?no|winerror|wsa(?:getlasterror)?(?: error)?|(?:native|socket|winsock|system|connect(?:ion)?|network|windows)[ _-]?error(?:[ _-]?(?:code|number|no\.?))?|SocketException|error ?code|errorcode|error no\.?|error)\W{1,6}|\b(?:err|socket|connect)[^\n]{0,40}#)(-?\d{1,5})\b|(?i:0x)(8007\w{4})\b").ok()
    }),
    meanings: &[
        (&["111", "10061", "8007274d"], Network, REFUSED),
        (&["110", "10060", "12002", "8007274c", "80072ee2"], Network, TIMEOUT),
        (&["104", "10054", "10053", "12030", "80072746", "80072efe"], Network, RESET),
        (
            &["11001", "11002", "11003", "11004", "-2", "-3", "-5", "-3008", "-3007", "12007", "80072ee7", "80072af9"],
            Network,
            DNS,
        ),
        (&["113", "101", "10051", "10065"], Network, UNREACHABLE),
        (&["12037", "80072f05", "800b0101"], Tls, EXPIRED),
        (&["12038", "80072f06"], Tls, NAME),
        (&["12045", "80072f0d"], Tls, ISSUER),
    ],
};

/// Why a certificate was refused (openssl-verification-options(1), `X509_V_ERR_*`).
static VERIFY: Kind = Kind {
    marks: &["verif", "error "],
    pattern: LazyLock::new(|| {
        compiled(r"(?i)\b(?:verify error:num=|verify return code: |verif(?:y|ication) (?:error|result|failed)(?: code)?\W{1,3}|ssl_verify_result\W{1,3}|certificate verify error\W{1,3})(\d{1,2})\b|\berror (\d{1,2}) at \d").ok()
    }),
    meanings: &[
        (&["2", "20", "21", "19", "27"], Tls, ISSUER),
        (&["18"], Tls, SELF_SIGNED),
        (&["10"], Tls, EXPIRED),
        (&["9"], Tls, NOT_YET),
        (&["23"], Tls, REVOKED),
        (&["62", "64"], Tls, NAME),
        (&["7", "68"], Tls, WEAK),
    ],
};

/// Alerts of TLS (RFC 8446 6.2) as OpenSSL prints their numbers.
static ALERT: Kind = Kind {
    marks: &["alert number"],
    pattern: LazyLock::new(|| compiled(r"(?i)\balert number (\d{1,3})\b").ok()),
    meanings: &[
        (&["40", "70", "71"], Tls, NOTHING_COMMON),
        (&["42", "43", "44", "45", "46", "48", "116"], Tls, CLIENT),
    ],
};

/// Reasons of OpenSSL (sslerr.h), the last three digits of its error numbers.
static OPENSSL: Kind = Kind {
    marks: &["error:14", "error:0a"],
    pattern: LazyLock::new(|| compiled(r"(?i)\berror:(?:14|0a)[0-9a-f]{3}([0-9a-f]{3})\b").ok()),
    meanings: &[
        (&["10b", "0fc", "09c", "09b"], Tls, PLAIN),
        (&["102", "410", "42e", "42f", "18a", "152", "0c1", "0b5", "0bf"], Tls, NOTHING_COMMON),
        (&["412", "413", "414", "415", "416", "418", "45c"], Tls, CLIENT),
        (&["126"], Tls, CUT),
        (&["18e"], Tls, WEAK),
    ],
};

/// Schannel and Windows' certificate store (winerror.h).
static WINDOWS: Kind = Kind {
    marks: &["0x80"],
    pattern: LazyLock::new(|| compiled(r"(?i)0x(80(?:09|0b)[0-9a-f]{4})\b").ok()),
    meanings: &[
        (&["80090325", "800b0109", "800b010a"], Tls, ISSUER),
        (&["80090328", "800b0101"], Tls, EXPIRED),
        (&["80090322", "800b010f"], Tls, NAME),
        (&["80090331", "80090302"], Tls, NOTHING_COMMON),
        (&["80092010", "800b010c"], Tls, REVOKED),
    ],
};

/// NSURLError and Secure Transport of Apple's systems.
static APPLE: Kind = Kind {
    marks: &["nsurlerrordomain", "kcf", "nsosstatus", "errssl", "osstatus"],
    pattern: LazyLock::new(|| {
        compiled(r"(?i)\b(?:NSURLErrorDomain|kCFErrorDomainCFNetwork|NSOSStatusErrorDomain|kCFStreamErrorCodeKey|_kCFStreamErrorCodeKey|errssl|osstatus)[^\n\d-]{0,24}(-\d{4})\b").ok()
    }),
    meanings: &[
        (&["-1001"], Network, TIMEOUT),
        (&["-1003", "-1006"], Network, DNS),
        (&["-1005"], Network, RESET),
        (&["-1009"], Network, UNREACHABLE),
        (&["-1201", "-9814"], Tls, EXPIRED),
        (&["-1202", "-1203", "-9807", "-9812", "-9813"], Tls, ISSUER),
        (&["-1204", "-9815"], Tls, NOT_YET),
        (&["-1205", "-1206"], Tls, CLIENT),
        (&["-9843"], Tls, NAME),
        (&["-9824", "-9836"], Tls, NOTHING_COMMON),
        (&["-9805", "-9806", "-9816"], Tls, CUT),
    ],
};

/// GnuTLS (gnutls.h).
static GNUTLS: Kind = Kind {
    marks: &["gnutls"],
    pattern: LazyLock::new(|| compiled(r"(?i)\bgnutls[^\n]{0,60}?\W(-\d{1,3})\b").ok()),
    meanings: &[(&["-9"], Tls, PLAIN), (&["-110"], Tls, CUT), (&["-8", "-87", "-21"], Tls, NOTHING_COMMON)],
};

const KINDS: [&Kind; 8] = [&CURL, &SYSTEM, &VERIFY, &ALERT, &OPENSSL, &WINDOWS, &APPLE, &GNUTLS];

/// The numbers of a text whose meaning is known.
pub(super) fn read(text: &str) -> Vec<Number> {
    let lower = text.to_ascii_lowercase();
    let has_digits = lower.bytes().any(|byte| byte.is_ascii_digit());
    let may_have = |kind: &&&Kind| has_digits && kind.marks.iter().any(|mark| lower.contains(mark));
    KINDS.iter().filter(may_have).flat_map(|kind| of_kind(kind, text)).collect()
}

/// `error 101` may be of anything: it counts in a text about connections alone.
fn is_any_error(found: &str) -> bool {
    found.to_ascii_lowercase().starts_with("error")
}

fn speaks_of_connections(text: &str) -> bool {
    const WORDS: [&str; 11] =
        ["connect", "socket", "host", "network", "smtp", "mail", "tcp", "curl", "http", "timeout", "verif"];
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

fn of_kind(kind: &Kind, text: &str) -> Vec<Number> {
    let Some(pattern) = kind.pattern.as_ref() else { return Vec::new() };
    let of_connections = speaks_of_connections(text);
    let sure = |found: &Captures<'_>| of_connections || !is_any_error(&found[0]);
    pattern.captures_iter(text).filter(sure).filter_map(|found| meaning(kind, &found)).collect()
}

fn meaning(kind: &Kind, found: &Captures<'_>) -> Option<Number> {
    let number = found.iter().skip(1).flatten().next()?;
    let written = number.as_str().to_ascii_lowercase();
    let (_, channel, words) = kind.meanings.iter().find(|(numbers, ..)| numbers.contains(&written.as_str()))?;
    Some(Number { start: number.start(), end: number.end(), channel: *channel, words: (*words).to_owned() })
}
