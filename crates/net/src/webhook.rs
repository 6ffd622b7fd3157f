//! Standard Webhooks signatures, version 1: HMAC-SHA256 over `{id}.{seconds}.{body}`.

use base64::Engine as _;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";

/// Written with and without padding by different products.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD_ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The value of the `webhook-signature` header for the exact bytes of `body`, sent at `at` under the message id `id`.
///
/// # Errors
/// In plain words: the secret is not `whsec_` + base64 of 24 to 64 bytes, or the id is empty or holds a full stop, a blank or a
/// control character (a full stop would let two messages have the same signed text).
pub fn sign_standard_webhook(secret: &SecretString, id: &str, at: Timestamp, body: &[u8]) -> Result<String, String> {
    let key = key(secret)?;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.') {
        return Err("The message id must be plain characters without a full stop or blank.".to_owned());
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{}.", at.as_second()).as_bytes());
    mac.update(body);
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// Whether a signing secret can be used, before it is saved.
///
/// # Errors
/// In plain words what it has to look like; never the secret.
pub fn check_webhook_secret(secret: &SecretString) -> Result<(), String> {
    key(secret).map(drop)
}

fn key(secret: &SecretString) -> Result<Zeroizing<Vec<u8>>, String> {
    // EXPOSE: the signing key is decoded from the secret's text.
    let text = secret.expose_secret().trim();
    let encoded = text.strip_prefix(PREFIX).ok_or("The signing secret must begin with whsec_.")?;
    let key = Zeroizing::new(
        BASE64.decode(encoded).map_err(|_| "The signing secret is not base64 after whsec_: copy it again.")?,
    );
    if !(24..=64).contains(&key.len()) {
        return Err(format!("The signing secret holds {} bytes; it must hold 24 to 64.", key.len()));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(secret: &str, id: &str, seconds: i64, body: &[u8]) -> Result<String, String> {
        sign_standard_webhook(&secret.to_owned().into(), id, Timestamp::from_second(seconds).unwrap(), body)
    }

    #[test]
    fn standard_webhooks_vector_1() {
        let signature = sign(
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1_649_367_553,
            br#"{"email":"test@example.com","username":"test_user"}"#,
        );
        assert_eq!(signature.unwrap(), "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    }

    #[test]
    fn standard_webhooks_vector_2() {
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_changed_byte_id_or_time_changes_the_signature() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let all = [
            sign(secret, "msg_1", 1, b"{}"),
            sign(secret, "msg_2", 1, b"{}"),
            sign(secret, "msg_1", 2, b"{}"),
            sign(secret, "msg_1", 1, b"{} "),
        ];
        let distinct: std::collections::BTreeSet<_> = all.into_iter().map(Result::unwrap).collect();
        assert_eq!(distinct.len(), 4);
    }

    #[test]
    fn secrets_of_24_to_64_bytes_are_taken_and_others_refused() {
        for (bytes, fits) in [(23, false), (24, true), (25, true), (64, true), (65, false), (0, false)] {
            let secret = format!("whsec_{}", STANDARD.encode(vec![7u8; bytes]));
            assert_eq!(check_webhook_secret(&secret.into()).is_ok(), fits, "{bytes} bytes");
        }
    }

    #[test]
    fn padding_may_be_left_out() {
        let padded = format!("whsec_{}", STANDARD.encode([7u8; 25]));
        let bare = padded.trim_end_matches('=').to_owned();
        assert_eq!(sign(&padded, "m", 5, b"x"), sign(&bare, "m", 5, b"x"));
    }

    #[test]
    fn other_spellings_are_refused_without_showing_them() {
        for wrong in
            ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_no base64!", ""]
        {
            let words = sign(wrong, "m", 5, b"x").unwrap_err();
            assert!(wrong.is_empty() || !words.contains(wrong), "{words} shows the secret");
        }
    }

    #[test]
    fn an_id_with_a_full_stop_is_refused() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        for id in ["", "a.b", "a b", "a\r\nb"] {
            assert!(sign(secret, id, 5, b"x").is_err(), "{id:?} is refused");
        }
    }
}
