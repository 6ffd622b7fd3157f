//! The comma line of HTTP headers (TUF-10, TUF-11, decision D4).

use super::Header;

/// Reads a comma-separated line of headers. A comma starts a new header only when `token:` follows; otherwise it
/// belongs to the value before it (D4).
///
/// # Errors
/// The text that has no `name: value` form.
pub fn parse_headers(line: &str) -> Result<Vec<Header>, String> {
    let mut headers: Vec<Header> = Vec::new();
    for piece in line.split(',') {
        match split_header(piece) {
            Some((name, value)) => headers.push(Header { name: name.into(), value: Some(value.into()), secret: false }),
            None => match headers.last_mut().and_then(|header| header.value.as_mut()) {
                Some(value) => {
                    value.push(',');
                    value.push_str(piece);
                }
                None if piece.trim().is_empty() => {}
                None => return Err(format!("{:?} is not of the form Name: value", piece.trim())),
            },
        }
    }
    for value in headers.iter_mut().filter_map(|header| header.value.as_mut()) {
        *value = value.trim().to_owned();
    }
    Ok(headers)
}

/// The comma line of these headers; a secret header shows its mask.
pub fn format_headers(headers: &[Header]) -> String {
    let show = |header: &Header| format!("{}: {}", header.name, header.value.as_deref().unwrap_or("****"));
    headers.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn split_header(piece: &str) -> Option<(&str, &str)> {
    let (name, value) = piece.split_once(':')?;
    let name = name.trim_start();
    is_token(name).then_some((name, value))
}

/// A field name (RFC 9110 5.6.2).
pub(super) fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_7_a_comma_starts_a_header_only_before_a_name_and_a_colon() {
        let headers =
            parse_headers("Content-Type: application/json, Accept: text/html, application/json, X-A: 1").unwrap();
        let shown: Vec<_> = headers.iter().map(|h| (h.name.as_str(), h.value.as_deref().unwrap())).collect();
        assert_eq!(
            shown,
            [("Content-Type", "application/json"), ("Accept", "text/html, application/json"), ("X-A", "1")],
            "three headers"
        );
    }

    #[test]
    fn tuf_10_the_comma_line_is_a_view_of_the_rows() {
        let line = "Content-Type: application/json, X-A: 1";
        assert_eq!(format_headers(&parse_headers(line).unwrap()), line);
    }

    #[test]
    fn a_line_without_a_name_is_refused_and_a_blank_one_is_none() {
        assert!(parse_headers("just words").unwrap_err().contains("just words"));
        assert!(parse_headers("  ").unwrap().is_empty());
    }
}
