//! HTTP Digest (RFC 7616) as a server checks it: SHA-256 and MD5 on offer, `qop=auth`, the client's choice.

use std::collections::HashMap;

use hyper::header::WWW_AUTHENTICATE;
use md5::Md5;
use sha2::{Digest, Sha256};

use super::{Asked, Reply};
use crate::accounts::MAILBOX;
use crate::compare::same;

const REALM: &str = "practice";

/// Why the request is not let in, with a challenge.
pub(super) fn refusal(asked: &Asked) -> Option<Reply> {
    let fields = asked.header("authorization").and_then(|value| value.strip_prefix("Digest ")).map(fields);
    if fields.is_some_and(|fields| is_right(asked, &fields)) {
        return None;
    }
    let nonce = nonce(asked);
    let challenge = |algorithm: &str| {
        format!(r#"Digest realm="{REALM}", qop="auth", algorithm={algorithm}, nonce="{nonce}", opaque="practice""#)
    };
    let refusal = Reply::problem(401, "User name or password is missing or wrong");
    Some(refusal.with(WWW_AUTHENTICATE, challenge("SHA-256")).with(WWW_AUTHENTICATE, challenge("MD5")))
}

/// One nonce for as long as the sandbox runs: replays are no concern of practice.
fn nonce(asked: &Asked) -> String {
    hex(&Sha256::digest(format!("nonce {}", asked.about.shared.accounts.token_key)))
}

fn is_right(asked: &Asked, fields: &HashMap<String, String>) -> bool {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let hash = |text: String| match field("algorithm") {
        "SHA-256" => hex(&Sha256::digest(text)),
        _ => hex(&Md5::digest(text)),
    };
    let target = if asked.query.is_empty() { asked.path.clone() } else { format!("{}?{}", asked.path, asked.query) };
    let first = hash(format!("{MAILBOX}:{REALM}:{}", asked.about.shared.accounts.password));
    let second = hash(format!("{}:{target}", asked.method));
    let (nonce, nc, cnonce) = (nonce(asked), field("nc"), field("cnonce"));
    let wanted = hash(format!("{first}:{nonce}:{nc}:{cnonce}:auth:{second}"));
    field("username") == MAILBOX
        && field("uri") == target
        && field("nonce") == nonce
        && same(field("response"), &wanted)
}

fn fields(text: &str) -> HashMap<String, String> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
    };
    text.split(", ").filter_map(pair).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
