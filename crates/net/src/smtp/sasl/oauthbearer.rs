//! OAUTHBEARER (RFC 7628): a GS2 header, host, port and the token.

use zeroize::Zeroizing;

use super::{Account, SecretBytes};

pub(super) fn message(account: &Account<'_>, token: &str) -> Result<SecretBytes, &'static str> {
    let parts = [account.username, account.host, token];
    if parts.iter().any(|part| part.contains(char::is_control)) {
        return Err("A user name or token with a control character can't be sent.");
    }
    // RFC 5801 4: in the name, comma and equals sign are escaped.
    let name = account.username.replace('=', "=3D").replace(',', "=2C");
    let (host, port) = (account.host, account.port);
    Ok(Zeroizing::new(
        format!("n,a={name},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}").into_bytes(),
    ))
}

/// The error challenge is answered with one 0x01 (`AQ==`), not with an empty line (RFC 7628 3.2.3).
pub(super) fn after_error() -> SecretBytes {
    Zeroizing::new(vec![1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use secrecy::SecretString;

    fn encoded(username: &str, port: u16) -> String {
        let secret = SecretString::default();
        let account = Account { username, secret: &secret, host: "server.example.com", port };
        STANDARD.encode(message(&account, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==").unwrap())
    }

    #[test]
    fn vectors_of_rfc_7628_and_of_port_587() {
        assert_eq!(
            encoded("user@example.com", 143),
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
        );
        assert_eq!(
            encoded("user@example.com", 587),
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
        );
    }

    #[test]
    fn comma_and_equals_sign_in_the_name_are_escaped() {
        let secret = SecretString::default();
        let account = Account { username: "a,b=c", secret: &secret, host: "h", port: 1 };
        assert!(message(&account, "t").unwrap().starts_with(b"n,a=a=2Cb=3Dc,\x01"));
        assert_eq!(STANDARD.encode(after_error()), "AQ==");
    }
}
