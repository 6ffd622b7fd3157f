//! PLAIN (RFC 4616): `authzid NUL authcid NUL passwd`.

use zeroize::Zeroizing;

use super::SecretBytes;

pub(super) fn message(username: &str, password: &str) -> Result<SecretBytes, &'static str> {
    if username.contains('\0') || password.contains('\0') {
        return Err("A user name or password with a NUL character can't be sent.");
    }
    let mut message = Zeroizing::new(Vec::with_capacity(username.len() + password.len() + 2));
    message.push(0);
    message.extend_from_slice(username.as_bytes());
    message.push(0);
    message.extend_from_slice(password.as_bytes());
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn vectors_of_plain() {
        for (user, password, expected) in
            [("user", "password", "AHVzZXIAcGFzc3dvcmQ="), ("tim", "tanstaaftanstaaf", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm")]
        {
            assert_eq!(STANDARD.encode(message(user, password).unwrap()), expected);
        }
    }

    #[test]
    fn a_nul_would_move_the_border_and_is_refused() {
        assert!(message("a\0b", "c").is_err());
        assert!(message("a", "b\0c").is_err());
    }
}
