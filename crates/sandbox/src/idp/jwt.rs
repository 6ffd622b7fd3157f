//! Access tokens: JWTs signed with HMAC-SHA256 (RFC 7519, RFC 7515). The key never leaves the sandbox.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::compare::same;

pub(super) fn sign(claims: &Value, key: &str) -> String {
    let header = json!({ "typ": "JWT", "alg": "HS256" });
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = signature(&text, key);
    format!("{text}.{signature}")
}

/// The claims of a token signed with this key; `None` for any other text.
pub(super) fn read(token: &str, key: &str) -> Option<Value> {
    let (text, given) = token.rsplit_once('.')?;
    if !same(given, &signature(text, key)) {
        return None;
    }
    let (_, claims) = text.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn signature(text: &str, key: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_only_whole_and_with_its_key() {
        let token = sign(&json!({ "aud": "x" }), "key");
        assert_eq!(read(&token, "key").unwrap()["aud"], "x");
        assert_eq!(read(&token, "other"), None);
        let forged = token.replacen('.', "A.", 1);
        assert_eq!(read(&forged, "key"), None, "one letter more in the header");
    }
}
