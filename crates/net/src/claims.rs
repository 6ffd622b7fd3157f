//! What a JSON Web Token says of itself. For display only: nothing is verified, nothing may be decided by it.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

/// A token longer than this is taken as opaque, in bytes.
const LONGEST: usize = 64 * 1024;

/// Padding is not allowed by RFC 7515 2, yet some issuers write it.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The claims of a signed JWT (RFC 7519), such as `aud`, `tid`, `appid`, `roles`, `scp`, `exp`. `None` when the token is opaque,
/// which is normal. The signature is not checked and no claim is believed: they are shown, no more.
pub fn claims(token: &str) -> Option<Map<String, Value>> {
    let token = token.trim();
    if token.len() > LONGEST {
        return None;
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, _signature] = parts.as_slice() else { return None };
    object(header)?.get("alg")?;
    object(payload)
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = BASE64_URL.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

    use super::*;

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_claims_of_an_entra_token_are_read() {
        let payload = r#"{"aud":"https://outlook.office365.com","tid":"t-1","appid":"a-1","roles":["SMTP.SendAsApp"],"exp":1767225600}"#;
        let claims = claims(&token(r#"{"typ":"JWT","alg":"RS256","kid":"k"}"#, payload)).unwrap();
        assert_eq!(claims["aud"], "https://outlook.office365.com");
        assert_eq!(claims["roles"][0], "SMTP.SendAsApp");
        assert_eq!(claims["exp"], 1_767_225_600);
    }

    #[test]
    fn an_unsigned_token_is_read_too_since_nothing_is_believed() {
        assert!(claims(&token(r#"{"alg":"none"}"#, r#"{"sub":"x"}"#)).is_some());
    }

    #[test]
    fn padded_parts_are_read() {
        let padded = format!("{}.{}.sig", URL_SAFE.encode(r#"{"alg":"HS256"}"#), URL_SAFE.encode(r#"{"a":"bc"}"#));
        assert!(padded.contains('='), "the example has padding");
        assert_eq!(claims(&padded).unwrap()["a"], "bc");
    }

    #[test]
    fn an_opaque_token_has_no_claims() {
        for opaque in
            ["", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", "a.b.c", "one.two", "....", "EwBAAl3BAAUFFpUAo7J3"]
        {
            assert_eq!(claims(opaque), None, "{opaque} is opaque");
        }
    }

    #[test]
    fn an_encrypted_token_of_five_parts_has_no_claims() {
        assert_eq!(claims(&format!("{}.x.y", token(r#"{"alg":"dir"}"#, "{}"))), None);
    }

    #[test]
    fn a_payload_that_is_no_object_or_is_nested_without_end_has_no_claims() {
        assert_eq!(claims(&token(r#"{"alg":"RS256"}"#, "[1,2]")), None);
        let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(claims(&token(r#"{"alg":"RS256"}"#, &format!("{{\"a\":{deep}}}"))), None);
        assert_eq!(claims(&"a".repeat(LONGEST + 1)), None);
    }
}
