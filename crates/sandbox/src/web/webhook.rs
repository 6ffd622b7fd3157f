//! The webhook receiver.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use hyper::header::{ALLOW, RETRY_AFTER};
use serde_json::json;
use sha2::Sha256;
use uuid::Uuid;

use super::{Asked, Reply};
use crate::compare::same;
use crate::delivery::Delivery;
use crate::shared::Shared;

/// How far the clock of the sender may be off (Standard Webhooks: five minutes).
const TOLERANCE_SECONDS: i64 = 300;

pub(super) fn answer(shared: &Shared, asked: Asked) -> Reply {
    let signature_ok = asked.header("webhook-signature").map(|_| signature_is_right(shared, &asked));
    let id = Uuid::new_v4();
    let reply = decide(shared, &asked, signature_ok, id);
    let headers = asked.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    shared.accept_delivery(Delivery {
        id,
        at: shared.now(),
        headers: headers.collect(),
        method: asked.method,
        path: asked.path,
        body: String::from_utf8_lossy(&asked.body).into_owned(),
        raw: asked.body,
        signature_ok,
        status: reply.status(),
    });
    reply
}

fn decide(shared: &Shared, asked: &Asked, signature_ok: Option<bool>, id: Uuid) -> Reply {
    let known = match asked.path.as_str() {
        "/hooks/fail" => return Reply::problem(500, "This hook always fails"),
        "/hooks/gone" => return Reply::problem(410, "This hook was removed"),
        "/hooks/busy" => return Reply::problem(429, "Too many messages").with(RETRY_AFTER, "30"),
        path => same(path, &shared.accounts.webhook_path),
    };
    if !known {
        return Reply::problem(404, "There is no hook with this path");
    }
    if !matches!(asked.method.as_str(), "POST" | "PUT" | "PATCH") {
        return Reply::problem(405, "A hook is called with POST, PUT or PATCH").with(ALLOW, "POST, PUT, PATCH");
    }
    if signature_ok == Some(false) {
        return Reply::problem(401, "The signature does not fit");
    }
    Reply::json(200, &json!({ "received": true, "id": id }))
}

/// Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`; any of the signatures listed may be the right one.
fn signature_is_right(shared: &Shared, asked: &Asked) -> bool {
    let (Some(id), Some(timestamp), Some(signatures)) =
        (asked.header("webhook-id"), asked.header("webhook-timestamp"), asked.header("webhook-signature"))
    else {
        return false;
    };
    let Ok(seconds) = timestamp.parse::<i64>() else { return false };
    if shared.now().as_second().abs_diff(seconds) > TOLERANCE_SECONDS.unsigned_abs() {
        return false;
    }
    let Some(expected) = signature(&shared.accounts.signing_secret, &format!("{id}.{timestamp}."), &asked.body) else {
        return false;
    };
    signatures.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| same(one, &expected))
}

fn signature(secret: &str, head: &str, body: &[u8]) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(head.as_bytes());
    mac.update(body);
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_of_standard_webhooks_fit() {
        let first = signature(
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk.1649367553.",
            br#"{"email":"test@example.com","username":"test_user"}"#,
        );
        assert_eq!(first.as_deref(), Some("tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="));
        let second = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.",
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(second.as_deref(), Some("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }
}
