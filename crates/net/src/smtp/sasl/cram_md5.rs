//! CRAM-MD5 (RFC 2195): a keyed digest of the server's challenge.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use zeroize::Zeroizing;

use super::SecretBytes;

/// `user`, a blank, and the digest in small hexadecimal digits.
pub(super) fn response(username: &str, password: &str, challenge: &[u8]) -> SecretBytes {
    let mut mac = Hmac::<Md5>::new_from_slice(password.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(challenge);
    let mut text = format!("{username} ");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    Zeroizing::new(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn vector_of_rfc_2195() {
        let answer = response("tim", "tanstaaftanstaaf", b"<1896.697170952@postoffice.reston.mci.net>");
        assert_eq!(&**answer, b"tim b913a602c7eda7a495b4e6e7334d3890");
        assert_eq!(STANDARD.encode(&*answer), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
    }

    #[test]
    fn a_password_of_exactly_64_bytes_is_used_as_it_is() {
        assert_eq!(&**response("u", &"k".repeat(64), b"<c>"), b"u 72df023d298616747faa5d97ce2e21f3");
    }
}
