//! Which senders and recipients are refused, and how (RFC 5321 4.1.1.2 and 4.1.1.3, RFC 1870, 6152, 6531).

use super::address::{Path, plausible};
use super::message::MESSAGE_LIMIT;

/// Whether MAIL came with this keyword.
pub(super) fn has_parameter(parameters: &[String], name: &str) -> bool {
    parameters.iter().any(|parameter| parameter.eq_ignore_ascii_case(name))
}

/// Why MAIL is refused, if it is.
pub(super) fn refused_sender(path: &Path) -> Option<&'static str> {
    if !path.address.is_empty() && !plausible(&path.address) {
        return Some("553 5.1.7 That is no address");
    }
    if !path.address.is_ascii() && !has_parameter(&path.parameters, "SMTPUTF8") {
        return Some("553 5.6.7 A non-ASCII address needs SMTPUTF8");
    }
    for parameter in &path.parameters {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let known = match name.to_ascii_uppercase().as_str() {
            "SIZE" => match value.parse::<usize>() {
                Ok(size) if size > MESSAGE_LIMIT => return Some("552 5.3.4 Message size exceeds fixed limit"),
                size => size.is_ok(),
            },
            "BODY" => value.eq_ignore_ascii_case("7BIT") || value.eq_ignore_ascii_case("8BITMIME"),
            "SMTPUTF8" => value.is_empty(),
            "AUTH" => true,
            _ => false,
        };
        if !known {
            return Some("555 5.5.4 Parameter not known");
        }
    }
    None
}

/// Every address is taken, except three in `credenza.test` that show what a refusal looks like.
pub(super) fn refused_recipient(path: &Path, utf8: bool) -> Option<&'static str> {
    if !plausible(&path.address) {
        return Some("553 5.1.3 That is no address");
    }
    if !path.address.is_ascii() && !utf8 {
        return Some("553 5.6.7 A non-ASCII address needs SMTPUTF8");
    }
    if !path.parameters.is_empty() {
        return Some("555 5.5.4 Parameter not known");
    }
    match path.address.to_ascii_lowercase().as_str() {
        "unknown@credenza.test" => Some("550 5.1.1 <unknown@credenza.test>: Recipient address rejected: User unknown"),
        "full@credenza.test" => Some("452 4.2.2 Mailbox full"),
        "later@credenza.test" => Some("450 4.2.0 Greylisted, try again later"),
        _ => None,
    }
}
