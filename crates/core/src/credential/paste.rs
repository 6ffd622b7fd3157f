//! What a secret looks like that was pasted wrongly (capability C18). Hints only: a blank can be part of a password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use ts_rs::TS;

use super::{Credential, Kind, OAuth2, OAuth2Source};

/// How a wrongly pasted secret is put right, where that is obvious. The form does it to its own text: a corrected secret never
/// travels back to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SecretFix {
    /// Take blanks and line breaks at both ends away.
    Trim,
    /// Take the quotes around it away.
    Unquote,
    /// Take invisible characters away.
    StripInvisible,
    /// Take the word before it away.
    StripScheme,
    /// Take the blanks inside away.
    StripBlanks,
}

/// Something odd about a secret's text; never a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretFault {
    /// For programs.
    pub id: &'static str,
    /// One or two sentences.
    pub message: &'static str,
    /// What would put it right.
    pub fix: Option<SecretFix>,
    /// Nearly always a mistake. The others are worth saying only while the secret is entered, or when it was refused.
    pub sure: bool,
}

const fn sure(id: &'static str, message: &'static str, fix: Option<SecretFix>) -> SecretFault {
    SecretFault { id, message, fix, sure: true }
}

const fn perhaps(id: &'static str, message: &'static str) -> SecretFault {
    SecretFault { id, message, fix: None, sure: false }
}

const MASK: SecretFault =
    sure("secret_mask", "This is a mask, not the secret: only its dots or asterisks were copied.", None);
const PEM: SecretFault =
    sure("secret_pem", "This is PEM text, a certificate or a key. It belongs in the certificate fields.", None);
const NO_PEM: SecretFault = sure("secret_pem", "A private key is PEM text that begins with -----BEGIN.", None);
const CERTIFICATE: SecretFault =
    sure("secret_pem", "This is a certificate. The private key that belongs to it is needed here.", None);
const BLANKS: SecretFault = sure(
    "secret_blanks",
    "Blanks or line breaks around it were pasted too. They are rarely part of a secret.",
    Some(SecretFix::Trim),
);
const BREAK: SecretFault =
    sure("secret_line_break", "There is a line break in it. Was more copied than the secret?", None);
const INVISIBLE: SecretFault =
    sure("secret_invisible", "There is an invisible character in it.", Some(SecretFix::StripInvisible));
const QUOTES: SecretFault =
    sure("secret_quotes", "It stands in quotes. They are rarely part of a secret.", Some(SecretFix::Unquote));
const SCHEME: SecretFault = sure(
    "secret_scheme",
    "It begins with \u{201c}Bearer\u{201d}. Only the token itself belongs here.",
    Some(SecretFix::StripScheme),
);
const GUID: SecretFault = sure(
    "secret_guid",
    "This looks like Entra\u{2019}s Secret ID. What is needed is the secret\u{2019}s Value, shown once when it is made.",
    None,
);
const APP_PASSWORD: SecretFault = sure(
    "secret_app_password",
    "Google shows app passwords with blanks. Enter it without them.",
    Some(SecretFix::StripBlanks),
);
const LOOKALIKE: SecretFault = perhaps(
    "secret_lookalike",
    "There are letters, dashes or quotes in it that only look like the plain ones, as mail and word processors put in.",
);
const URL_ENCODED: SecretFault =
    perhaps("secret_url_encoded", "It looks URL-encoded (%2B and the like). Enter it as it was before that.");
const BASE64: SecretFault = perhaps("secret_base64", "It looks base64-encoded. Enter it as it was before that.");

impl Credential {
    /// What is odd about a secret of this credential, by its field path.
    pub fn secret_fault(&self, path: &str, value: &SecretString) -> Option<SecretFault> {
        // EXPOSE: looked at; nothing of it is kept or told.
        let text = value.expose_secret();
        if text.is_empty() {
            return None;
        }
        if path.ends_with("private_key_pem") {
            return key_fault(text);
        }
        shape(text).or_else(|| self.meaning(path, text)).or_else(|| encoding(path, text))
    }

    fn meaning(&self, path: &str, text: &str) -> Option<SecretFault> {
        let after_bearer = || text.get(..7).filter(|start| start.eq_ignore_ascii_case("bearer ")).is_some();
        if path.ends_with("token") && after_bearer() {
            return Some(SCHEME);
        }
        if path.ends_with("client_secret") && uuid::Uuid::try_parse(text).is_ok() && text.len() == 36 {
            return self.asks_entra().then_some(GUID);
        }
        let groups: Vec<&str> = text.split(' ').collect();
        let letters = |group: &&str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_lowercase());
        let app_password = path == "auth.password" && groups.len() == 4 && groups.iter().all(letters);
        app_password.then_some(APP_PASSWORD)
    }

    fn asks_entra(&self) -> bool {
        let own =
            |block: &OAuth2| url::Url::parse(block.token_url.trim()).is_ok_and(|url| credenza_net::is_entra(&url));
        match (&self.kind, self.oauth2()) {
            (Kind::AppRegistration(app), _) => !app.tenant_id.trim().is_empty() || own(&app.oauth2),
            (_, Some((_, OAuth2Source::Own(block)))) => own(block),
            _ => false,
        }
    }
}

fn key_fault(text: &str) -> Option<SecretFault> {
    if !text.contains("-----BEGIN ") {
        return Some(NO_PEM);
    }
    (!text.contains("PRIVATE KEY-----")).then_some(CERTIFICATE)
}

/// What any secret can suffer on its way over the clipboard.
fn shape(text: &str) -> Option<SecretFault> {
    let trimmed = text.trim();
    if !trimmed.is_empty() && trimmed.chars().all(|c| matches!(c, '*' | '\u{2022}' | '\u{25cf}' | '\u{00b7}')) {
        return Some(MASK);
    }
    if text.contains("-----BEGIN ") {
        return Some(PEM);
    }
    if trimmed.len() != text.len() && !trimmed.is_empty() {
        return Some(BLANKS);
    }
    if text.contains(['\n', '\r']) {
        return Some(BREAK);
    }
    if text.chars().any(is_invisible) {
        return Some(INVISIBLE);
    }
    const PAIRS: [(char, char); 6] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
        ('\u{2018}', '\u{2019}'),
        ('\u{201e}', '\u{201c}'),
    ];
    let inside = |(open, close)| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some();
    PAIRS.into_iter().any(inside).then_some(QUOTES)
}

/// Zero-width characters, direction marks, no-break blanks, the byte order mark: web pages and chats put them in.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00a0}' | '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || c.is_control()
}

fn encoding(path: &str, text: &str) -> Option<SecretFault> {
    let ascii_letters = text.chars().any(|c| c.is_ascii_alphanumeric());
    if ascii_letters && text.chars().any(is_lookalike) {
        return Some(LOOKALIKE);
    }
    // A webhook's path and a signing secret are encoded by nature.
    let plain_by_nature = path.ends_with("password") || path.ends_with("client_secret") || path.ends_with("auth.value");
    if !plain_by_nature {
        return None;
    }
    if is_url_encoded(text) {
        return Some(URL_ENCODED);
    }
    let decoded = (text.len() >= 12 && text.ends_with('=')).then(|| STANDARD.decode(text).ok()).flatten()?;
    let readable = decoded.iter().all(|byte| (b' '..=b'~').contains(byte));
    readable.then_some(BASE64)
}

/// Letters of other scripts that are drawn like Latin ones, full-width forms, and typographic dashes and quotes.
fn is_lookalike(c: char) -> bool {
    const DRAWN_ALIKE: &str = "АВЕЅІЈКМНОРСТХаеѕіјорсухвԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι";
    DRAWN_ALIKE.contains(c)
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{2212}' | '\u{ff01}'..='\u{ff5e}')
}

/// Every percent sign begins an escape, and at least one escape stands for a character that must be escaped.
fn is_url_encoded(text: &str) -> bool {
    let mut reserved = false;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('%') {
        let Some(byte) = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) else { return false };
        reserved |= !byte.is_ascii_alphanumeric();
        rest = &after[2..];
    }
    reserved && !text.contains([' ', '&', '#', '<', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn app(token_url: &str) -> Credential {
        let record = json!({ "type": "app_registration", "name": "n", "description": "d", "oauth2": { "token_url": token_url } });
        Credential::parse(record).unwrap().credential
    }

    const ENTRA: &str = "https://login.microsoftonline.com/8f0e/oauth2/v2.0/token";

    fn id(path: &str, text: &str) -> Option<&'static str> {
        app(ENTRA).secret_fault(path, &SecretString::from(text)).map(|fault| fault.id)
    }

    #[test]
    fn c18_each_way_to_paste_wrongly_is_told_from_the_others() {
        let guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        for (path, text, expected) in [
            ("oauth2.client_secret", "Vq8~h2.Zr6_TnL4-xM0pEwYbK9Qz", None),
            ("oauth2.client_secret", guid, Some("secret_guid")),
            ("oauth2.client_secret", " Vq8~h2.Zr6_TnL4", Some("secret_blanks")),
            ("oauth2.client_secret", "Vq8~h2.Zr6_TnL4\r\n", Some("secret_blanks")),
            ("oauth2.client_secret", "Vq8~h2\nZr6_TnL4", Some("secret_line_break")),
            ("oauth2.client_secret", "\"Vq8~h2.Zr6_TnL4\"", Some("secret_quotes")),
            ("oauth2.client_secret", "\u{201c}Vq8~h2\u{201d}", Some("secret_quotes")),
            ("oauth2.client_secret", "Vq8~\u{200b}h2.Zr6", Some("secret_invisible")),
            ("oauth2.client_secret", "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}", Some("secret_mask")),
            ("oauth2.client_secret", "********", Some("secret_mask")),
            ("oauth2.client_secret", "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----", Some("secret_pem")),
            ("oauth2.client_secret", "Vq8%7Eh2%2BZr6", Some("secret_url_encoded")),
            ("oauth2.client_secret", "c3VwZXItc2VjcmV0LXZhbHVlIQ==", Some("secret_base64")),
            ("oauth2.client_secret", "Vq8\u{0410}h2Zr6", Some("secret_lookalike")),
            ("auth.password", "100% safe", None),
            ("auth.password", "p\u{e4}ssw\u{f6}rd", None),
            ("auth.password", "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}", None),
            ("auth.password", "abcd efgh ijkl mnop", Some("secret_app_password")),
            ("auth.token", "Bearer eyJhbGciOi", Some("secret_scheme")),
            ("auth.token", "bearer-of-news", None),
            ("auth.token", "c3VwZXItc2VjcmV0LXZhbHVlIQ==", None),
            ("oauth2.private_key_pem", "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n", None),
            ("oauth2.private_key_pem", "-----BEGIN CERTIFICATE-----\nAA\n", Some("secret_pem")),
            ("oauth2.private_key_pem", "hunter2", Some("secret_pem")),
        ] {
            assert_eq!(id(path, text), expected, "{path}: {text:?}");
        }
    }

    #[test]
    fn c18_a_guid_is_a_good_client_secret_anywhere_but_at_entra() {
        let guid = SecretString::from("0f8fad5b-d9cb-469f-a165-70867728950e");
        assert!(app("https://id.example.com/token").secret_fault("oauth2.client_secret", &guid).is_none());
        assert!(app(ENTRA).secret_fault("oauth2.client_secret", &guid).is_some_and(|fault| fault.sure));
    }
}
