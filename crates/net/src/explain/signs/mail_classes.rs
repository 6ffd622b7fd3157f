//! Replies that no entry knows by their code: what their class says (RFC 3463) and, for 550, what their words are about.
//!
//! RFC 5321 gives 550 for a mailbox that does not exist and for a message refused by policy. Where the words speak of both or of
//! neither, the reply stays unknown.

const UNKNOWN_RECIPIENT: &str = "550 5.1.1 User unknown";
const POLICY: &str = "550 5.7.1 rejected due to policy";
const SENDER: &str = "553 5.7.1 Sender address rejected: not owned by user";
const SIGN_IN_FIRST: &str = "530 5.7.0 Authentication required";
const TLS_NOW: &str = "454 4.7.0 TLS not available due to local problem";
const TOO_LARGE: &str = "552 5.3.4 Message size exceeds fixed limit";
const FOR_NOW: &str = "451 4.3.0 Temporary local problem";
const REFUSED: &str = "554 5.7.1 Service unavailable; Client host blocked";

/// Who a reply may be about when it says that somebody is not there.
const RECIPIENT: [&str; 8] = ["user", "mailbox", "recipient", "address", "account", "person", "rcpt", "inbox"];
const ABSENT: [&str; 20] = [
    "no such",
    "unknown",
    "does not exist",
    "doesn't exist",
    "not exist",
    "not found",
    "invalid recipient",
    "invalid mailbox",
    "invalid address",
    "no mailbox",
    "not a valid",
    "not valid",
    "undeliverable",
    "unrouteable",
    "unroutable",
    "no account",
    "nonexistent",
    "non-existent",
    "couldn't be found",
    "could not be found",
];
/// Why a server refuses what it could deliver.
const REASONS: [&str; 30] = [
    "spam",
    "policy",
    "policies",
    "blocked",
    "block list",
    "blocklist",
    "black list",
    "blacklist",
    "banned",
    "reputation",
    "unauthenticated",
    "unsolicited",
    "spf",
    "dkim",
    "dmarc",
    "virus",
    "malware",
    "prohibited",
    "dnsbl",
    "rbl",
    "suspicious",
    "restricted",
    "sender verif",
    "sender is not",
    "sender not",
    "reverse dns",
    "ptr record",
    "content rejected",
    "not authorized",
    "not authorised",
];
/// Words about signing in: then it was not the message that was refused.
const SIGN_IN: [&str; 6] = ["auth", "password", "login", "log in", "credential", "sign in"];
/// Words of a refusal that tell nothing where a recipient is spoken of too.
const REFUSALS: [&str; 6] = ["rejected", "refused", "denied", "not allowed", "not permitted", "not accepted"];

/// The catalogue's words for a reply of that class; the reply is one line, beginning with its code or its enhanced code.
pub(in crate::explain) fn of_class(reply: &str) -> Option<&'static str> {
    let lower = reply.to_lowercase();
    let code = lower.get(..3).filter(|code| code.bytes().all(|digit| digit.is_ascii_digit()));
    let rest = if code.is_some() { lower.get(4..).unwrap_or_default() } else { &lower };
    let enhanced = enhanced(rest);
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["relay access denied", "relaying denied", "relaying not allowed", "unable to relay", "relay denied"]) {
        return Some("550 5.7.1 Relaying denied");
    }
    match enhanced {
        Some((_, 1, 1 | 2 | 3 | 6 | 10)) => return Some(UNKNOWN_RECIPIENT),
        Some((_, 1, 7 | 8)) => return Some(SENDER),
        Some((_, 3, 4)) => return Some(TOO_LARGE),
        Some((4, 7, _)) if says(&["tls", "ssl"]) => return Some(TLS_NOW),
        Some((5, 7, 0..=1))
            if says(&["authentication required", "authentication is required", "authenticate first"]) =>
        {
            return Some(SIGN_IN_FIRST);
        }
        Some((5, 7, 0..=1 | 20..=29))
            if code.is_none_or(|code| code.starts_with("55")) && (says(&REASONS) || !says(&SIGN_IN)) =>
        {
            return Some(POLICY);
        }
        Some((4, ..)) if code.is_none() && says(&["try again", "later", "temporar", "defer"]) => return Some(FOR_NOW),
        _ => {}
    }
    match code? {
        "550" | "551" | "557" => refused_or_absent(&lower),
        "552" if says(&["size", "large", "too big"]) => Some(TOO_LARGE),
        "521" | "556" => Some(REFUSED),
        "541" | "571" => Some(POLICY),
        _ => None,
    }
}

fn refused_or_absent(lower: &str) -> Option<&'static str> {
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let absent = says(&RECIPIENT) && says(&ABSENT);
    let reason = says(&REASONS) || (says(&REFUSALS) && !says(&RECIPIENT));
    match (absent, reason) {
        (true, false) => Some(UNKNOWN_RECIPIENT),
        (false, true) => Some(POLICY),
        (true, true) if lower.contains("sender verif") => Some(POLICY),
        _ => None,
    }
}

/// Class, subject and detail, if the words begin with them.
fn enhanced(words: &str) -> Option<(u16, u16, u16)> {
    let code = words.trim_start_matches(['#', ' ', '-']).split([' ', ':', ';']).next()?;
    let mut parts = code.split('.').map(|part| part.parse().ok());
    let whole = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_without_an_entry_is_told_by_its_class_and_by_what_its_words_are_about() {
        for (reply, words) in [
            ("550 This message was classified as SPAM", Some(POLICY)),
            ("550 Unauthenticated senders not allowed", Some(POLICY)),
            ("550 There is no account by that name", Some(UNKNOWN_RECIPIENT)),
            ("553 5.1.2 We weren't able to find the domain", Some(UNKNOWN_RECIPIENT)),
            ("550 5.1.7 Bad sender", Some(SENDER)),
            ("403 4.7.0 TLS handshake failed.", Some(TLS_NOW)),
            ("5.7.1 <DATA>: Data command rejected: only 10 messages per day", Some(POLICY)),
            ("454 4.7.1 <a@example.com>: Relay access denied", Some("550 5.7.1 Relaying denied")),
            ("4.7.1 Try again later; from=<a@example.com>", Some(FOR_NOW)),
            ("5.7.0 Application password is REQUIRED", None),
            ("550 Recipient rejected", None),
            ("550 Requested action not taken: mailbox unavailable", None),
            ("550 unknown user, or blocked", None),
            ("4.0.0 released", None),
            ("299", None),
        ] {
            assert_eq!(of_class(reply), words, "{reply}");
        }
    }
}
