//! XOAUTH2 (Google and Microsoft): `user=` name `^A` `auth=Bearer ` token `^A^A`.

use zeroize::Zeroizing;

use super::SecretBytes;

pub(super) fn message(username: &str, token: &str) -> Result<SecretBytes, &'static str> {
    if username.contains(char::is_control) || token.contains(char::is_control) {
        return Err("A user name or token with a control character can't be sent.");
    }
    Ok(Zeroizing::new(format!("user={username}\u{1}auth=Bearer {token}\u{1}\u{1}").into_bytes()))
}

/// The error challenge is answered with an empty line; only then comes the refusal.
pub(super) fn after_error() -> SecretBytes {
    Zeroizing::new(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn vectors_of_google_and_microsoft() {
        let google = message("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg").unwrap();
        assert_eq!(
            STANDARD.encode(google),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        );
        let microsoft = message("test@contoso.onmicrosoft.com", "EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA").unwrap();
        assert_eq!(
            STANDARD.encode(microsoft),
            "dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0ozVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ=="
        );
    }

    #[test]
    fn the_border_character_is_refused_in_both_parts() {
        assert!(message("a\u{1}auth=Bearer x", "t").is_err());
        assert!(message("a", "t\u{1}").is_err());
    }
}
