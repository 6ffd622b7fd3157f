//! Mail addresses as people type them: `a@b`, `Name <a@b>`, `"Name, the" <a@b>`, several with commas between.

use lettre::Address;
use lettre::message::Mailbox;

use crate::Problem;

/// The mailboxes of several entries; each entry may hold a comma-separated list.
///
/// # Errors
/// `invalid` with `field` when an entry is no address or holds a line break or NUL.
pub(super) fn mailboxes(entries: &[String], field: &str) -> Result<Vec<Mailbox>, Problem> {
    let mut found = Vec::new();
    for entry in entries {
        single_line(entry, field)?;
        for one in split(entry) {
            found.push(mailbox(one, field)?);
        }
    }
    Ok(found)
}

/// Exactly one mailbox.
///
/// # Errors
/// `invalid` with `field` when the text is no address or holds a line break or NUL.
pub(super) fn mailbox(text: &str, field: &str) -> Result<Mailbox, Problem> {
    single_line(text, field)?;
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (unquoted(name.trim()), address.trim()),
        None => (String::new(), text),
    };
    let wrong = || Problem::invalid(field, format!("\"{}\" is not an email address.", text.escape_debug()));
    let (local, domain) = address.rsplit_once('@').ok_or_else(wrong)?;
    let domain = ascii_domain(domain).ok_or_else(wrong)?;
    let address = Address::new(local, domain).map_err(|_| wrong())?;
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address))
}

/// Refuses what could end a header line early (RFC 5322 2.2: header injection).
///
/// # Errors
/// `invalid` with `field`.
pub(super) fn single_line(text: &str, field: &str) -> Result<(), Problem> {
    let forbidden = |c: char| c.is_control() && c != '\t' || c == '\u{2028}' || c == '\u{2029}';
    if text.contains(forbidden) {
        return Err(Problem::invalid(field, format!("{field} must be one line without control characters.")));
    }
    Ok(())
}

// A domain beyond ASCII goes out in its xn-- form (RFC 5891), so that only the part before the @ can ask for SMTPUTF8.
fn ascii_domain(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    match url::Host::parse(domain).ok()? {
        url::Host::Domain(ascii) => Some(ascii),
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
    }
}

fn split(entry: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped, mut angled) = (Vec::new(), 0, false, false, false);
    for (at, c) in entry.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => angled = true,
            '>' if !quoted => angled = false,
            ',' | ';' if !quoted && !angled => {
                parts.push(&entry[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&entry[start..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

fn unquoted(name: &str) -> String {
    let Some(inner) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut escaped = false;
    for c in inner.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            plain.push(c);
            escaped = false;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_names_and_quotes_are_understood() {
        let entries = vec![
            r#""Doe, Jane" <jane@example.com>, bob@example.com"#.to_owned(),
            "Jürgen Groß <j@example.com>".to_owned(),
        ];
        let found = mailboxes(&entries, "to").unwrap();
        let emails: Vec<_> = found.iter().map(|one| one.email.to_string()).collect();
        assert_eq!(emails, ["jane@example.com", "bob@example.com", "j@example.com"]);
        assert_eq!(found[0].name.as_deref(), Some("Doe, Jane"), "a quoted comma belongs to the name");
        assert_eq!(found[2].name.as_deref(), Some("Jürgen Groß"));
    }

    #[test]
    fn a_domain_beyond_ascii_becomes_its_wire_form() {
        assert_eq!(mailbox("a@bücher.example", "to").unwrap().email.to_string(), "a@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_address_is_refused_naming_the_field() {
        for text in ["", "nobody", "a@", "@b", "a b@c", "<>", "a@b\r\nBcc: c@d", "a@b\0"] {
            let problem = mailbox(text, "reply_to").expect_err(text);
            assert_eq!(problem.field.as_deref(), Some("reply_to"), "{text:?}");
        }
    }
}
