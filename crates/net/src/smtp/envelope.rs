//! Addresses on the envelope, checked before anything is sent.

use url::Host;

/// Sender and recipients as the server is told them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailEnvelope {
    /// The sender; empty for the null sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
}

/// An address as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WireAddress {
    pub(super) text: String,
    /// Its local part is not ASCII: the server must offer SMTPUTF8 (RFC 6531).
    pub(super) needs_utf8: bool,
}

/// Says whether an address can go into MAIL FROM or RCPT TO.
///
/// # Errors
/// Plain words: a line break, NUL or other control character, a blank or angle bracket outside quotes, no `@`, or too
/// long (RFC 5321 4.5.3.1).
pub fn check_address(address: &str) -> Result<(), String> {
    wire(address).map(drop)
}

pub(super) fn wire(address: &str) -> Result<WireAddress, String> {
    if address.chars().any(char::is_control) {
        return Err("An address must not contain a line break or another control character.".to_owned());
    }
    let (local, domain) =
        address.rsplit_once('@').ok_or_else(|| format!("{address:?} is not an e-mail address: it has no @."))?;
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    let unsafe_local = if quoted {
        !well_quoted(local)
    } else {
        local.contains([' ', '<', '>', '"', '(', ')', ',', ';', ':', '\\', '[', ']', '@'])
    };
    if local.is_empty() || unsafe_local {
        return Err(format!("{address:?} is not an e-mail address: its part before the @ can't be used."));
    }
    if local.len() > 64 || address.len() > 254 {
        return Err("An e-mail address has at most 64 bytes before the @ and 254 in all (RFC 5321 4.5.3.1).".to_owned());
    }
    let domain = domain_on_the_wire(domain)
        .ok_or_else(|| format!("{address:?} is not an e-mail address: its domain can't be used."))?;
    Ok(WireAddress { text: format!("{local}@{domain}"), needs_utf8: !local.is_ascii() })
}

// Inside quotes only an escaped quote or backslash may stand (RFC 5321 4.1.2).
fn well_quoted(local: &str) -> bool {
    let mut inner = local[1..local.len() - 1].chars();
    while let Some(c) = inner.next() {
        match c {
            '"' => return false,
            '\\' if inner.next().is_none() => return false,
            _ => {}
        }
    }
    true
}

// An address literal stays; a name goes in its ASCII form, so that SMTPUTF8 is needed for local parts only.
fn domain_on_the_wire(domain: &str) -> Option<String> {
    if let Some(literal) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        let proper =
            !literal.is_empty() && literal.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-'));
        return proper.then(|| domain.to_owned());
    }
    if domain.is_ascii() {
        let proper =
            !domain.is_empty() && domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        return proper.then(|| domain.to_owned());
    }
    match Host::parse(domain) {
        Ok(Host::Domain(name)) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_pass_unchanged() {
        for good in [
            "a@b.example",
            "erp+x@mail.example.com",
            "\"a b\"@example.com",
            "x@[127.0.0.1]",
            "root@localhost",
            "O'Neil@example.com",
        ] {
            assert_eq!(wire(good).unwrap(), WireAddress { text: good.to_owned(), needs_utf8: false }, "{good}");
        }
    }

    #[test]
    fn line_breaks_nul_and_anything_that_ends_the_path_early_are_refused() {
        for bad in [
            "a@b\r\nRCPT TO:<c@d>",
            "a\n@b.example",
            "a\0@b.example",
            "a@b.example> SIZE=1",
            "<a@b.example",
            "a b@c.example",
            "a",
            "@b.example",
            "a@",
            "\"a\"b\"@c.example",
            "\"a\\\"@c.example",
            "a@b c",
            "a@[1.2.3.4]>",
            "a\u{85}@b.example",
            "x@[]",
            "a@b@c.example",
        ] {
            assert!(check_address(bad).is_err(), "{bad:?} must be refused");
        }
        assert!(check_address(&format!("{}@example.com", "x".repeat(65))).is_err(), "local part too long");
        assert!(check_address(&format!("a@{}.example", "x".repeat(10_000))).is_err(), "address too long");
    }

    #[test]
    fn a_foreign_domain_goes_in_ascii_and_only_a_foreign_local_part_needs_smtputf8() {
        assert_eq!(
            wire("a@bücher.example").unwrap(),
            WireAddress { text: "a@xn--bcher-kva.example".into(), needs_utf8: false }
        );
        assert!(wire("jürgen@example.com").unwrap().needs_utf8);
    }
}
