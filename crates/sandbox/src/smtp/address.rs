//! The argument of MAIL FROM and RCPT TO (RFC 5321 4.1.2).

/// A path and the parameters behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) address: String,
    pub(super) parameters: Vec<String>,
}

/// Reads `FROM:<a@b> SIZE=1` (`keyword` is `FROM:`); `None` when it is not that.
pub(super) fn path(argument: &str, keyword: &str) -> Option<Path> {
    let head = argument.get(..keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let rest = argument[keyword.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_at(closing(rest)?);
    let parameters = &parameters[1..];
    if !parameters.is_empty() && !parameters.starts_with(' ') {
        return None;
    }
    let parameters = parameters.split_whitespace().map(str::to_owned).collect();
    Some(Path { address: address.to_owned(), parameters })
}

/// Where the `>` is that ends the path; one inside a quoted local part does not.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether this can be an address: a local part, `@` and a domain without blanks.
pub(super) fn plausible(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    let plain = !local.is_empty() && !local.contains([' ', '<', '>', ',', '"']);
    (quoted || plain) && !domain.is_empty() && !domain.contains([' ', '<', '>', ',', '@', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_with_its_parameters() {
        let read = path("from:<a@b.test> SIZE=12 BODY=8BITMIME", "FROM:").unwrap();
        assert_eq!(read.address, "a@b.test");
        assert_eq!(read.parameters, ["SIZE=12", "BODY=8BITMIME"]);
        assert_eq!(path("FROM:<>", "FROM:").unwrap().address, "", "the null sender is a path");
        assert_eq!(path(r#"TO:<"a>b"@c.test>"#, "TO:").unwrap().address, r#""a>b"@c.test"#);
    }

    #[test]
    fn what_is_not_a_path_is_refused() {
        for bad in ["FROM:a@b.test", "FROM:<a@b.test", "TO:<a@b.test>", "FROM:<a@b.test>SIZE=1", "FR", ""] {
            assert_eq!(path(bad, "FROM:"), None, "{bad}");
        }
    }

    #[test]
    fn addresses_need_a_local_part_and_a_domain() {
        for good in ["a@b", r#""a b"@c.test"#, "jörg@exämple.test"] {
            assert!(plausible(good), "{good}");
        }
        for bad in ["a", "@b", "a@", "a b@c", "a@b@c d", "Name <a@b"] {
            assert!(!plausible(bad), "{bad}");
        }
    }
}
