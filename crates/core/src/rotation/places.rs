//! Where the next and the old value of a secret field stand among the record's secrets.

const NEXT: &str = "next:";
const OLD: &str = "old:";

/// Which value of a secret field is meant, besides the one in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The value that is to come.
    Next,
    /// The value that was in force before.
    Old,
}

/// The path of a field's next value: `next:auth.password`.
pub fn next_path(field: &str) -> String {
    format!("{NEXT}{field}")
}

/// The path of a field's old value: `old:auth.password`.
pub fn old_path(field: &str) -> String {
    format!("{OLD}{field}")
}

/// The part and the field that a path names; `None` for a field's value in force.
pub fn part_of(path: &str) -> Option<(Part, &str)> {
    let next = path.strip_prefix(NEXT).map(|field| (Part::Next, field));
    next.or_else(|| path.strip_prefix(OLD).map(|field| (Part::Old, field)))
}

/// Where the certificate stands that belongs to a private key; `None` for any other field. The two are rotated as one.
pub fn certificate_path(field: &str) -> Option<String> {
    field.strip_suffix("private_key_pem").map(|prefix| format!("{prefix}certificate_pem"))
}

/// The secret field that a path names: a certificate's is its private key.
pub(crate) fn secret_of(path: &str) -> String {
    path.strip_suffix("certificate_pem").map_or_else(|| path.to_owned(), |prefix| format!("{prefix}private_key_pem"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_part_and_no_field_of_a_record_looks_like_one() {
        assert_eq!(part_of(&next_path("auth.password")), Some((Part::Next, "auth.password")));
        assert_eq!(part_of(&old_path("headers.X-Next")), Some((Part::Old, "headers.X-Next")));
        for field in ["auth.password", "value", "path", "headers.next"] {
            assert_eq!(part_of(field), None, "{field}");
        }
    }

    #[test]
    fn a_private_key_and_its_certificate_name_each_other() {
        let (key, certificate) = ("auth.oauth2.private_key_pem", "auth.oauth2.certificate_pem");
        assert_eq!(certificate_path(key).as_deref(), Some(certificate));
        assert_eq!((secret_of(certificate), secret_of(key)), (key.to_owned(), key.to_owned()));
        assert_eq!((certificate_path("auth.password"), secret_of("auth.password")), (None, "auth.password".into()));
    }
}
