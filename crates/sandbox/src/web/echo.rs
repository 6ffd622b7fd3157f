//! The web server that tells what it was sent.

use std::future::pending;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{ALLOW, CONTENT_ENCODING, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Map, Value, json};

use super::{Asked, Reply, digest};
use crate::accounts::{API_AUDIENCE, MAILBOX};
use crate::compare::same;
use crate::idp;

/// Size of `/large`: more than a client should keep.
const LARGE: usize = 5 * 1024 * 1024;

/// `/basic/…`, `/digest/…`, `/key/…` and `/bearer/…` want a sign-in and then are the same as without the prefix.
pub(super) async fn answer(asked: &Asked) -> Reply {
    if let Some(rest) = below(&asked.path, "/basic") {
        return match basic_refusal(asked) {
            Some(refusal) => refusal,
            None => open(asked, rest).await,
        };
    }
    if let Some(rest) = below(&asked.path, "/digest") {
        return match digest::refusal(asked) {
            Some(refusal) => refusal,
            None => open(asked, rest).await,
        };
    }
    if let Some(rest) = below(&asked.path, "/key") {
        return match key_refusal(asked) {
            Some(refusal) => refusal,
            None => open(asked, rest).await,
        };
    }
    if let Some(rest) = below(&asked.path, "/bearer") {
        return match bearer_refusal(asked) {
            Some(refusal) => refusal,
            None => open(asked, rest).await,
        };
    }
    open(asked, &asked.path).await
}

/// What follows a prefix that ends at a slash or at the end.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    match path.strip_prefix(prefix)? {
        "" => Some("/"),
        rest => rest.starts_with('/').then_some(rest),
    }
}

fn basic_refusal(asked: &Asked) -> Option<Reply> {
    let right = asked
        .basic()
        .is_some_and(|(user, password)| user == MAILBOX && same(&password, &asked.about.shared.accounts.password));
    let refusal = || {
        Reply::problem(401, "User name or password is missing or wrong")
            .with(WWW_AUTHENTICATE, r#"Basic realm="practice", charset="UTF-8""#)
    };
    (!right).then(refusal)
}

/// The API token as a key: in the header `X-Api-Key` or in the query as `api_key`.
fn key_refusal(asked: &Asked) -> Option<Reply> {
    let in_query = url::form_urlencoded::parse(asked.query.as_bytes()).find(|(name, _)| name == "api_key");
    let given = asked.header("x-api-key").map(str::to_owned).or_else(|| in_query.map(|(_, value)| value.into_owned()));
    let right = given.is_some_and(|given| same(&given, &asked.about.shared.accounts.api_token));
    (!right).then(|| Reply::problem(401, "The API key is missing or wrong"))
}

fn bearer_refusal(asked: &Asked) -> Option<Reply> {
    let Some(token) = asked.bearer() else {
        return Some(
            Reply::problem(401, "A bearer token is missing").with(WWW_AUTHENTICATE, r#"Bearer realm="practice""#),
        );
    };
    if same(token, &asked.about.shared.accounts.api_token) {
        return None;
    }
    let why = idp::accepts(&asked.about.shared, token, API_AUDIENCE).err()?;
    let challenge = format!(r#"Bearer realm="practice", error="invalid_token", error_description="{why}""#);
    Some(Reply::problem(401, why).with(WWW_AUTHENTICATE, challenge))
}

async fn open(asked: &Asked, path: &str) -> Reply {
    if let Some(number) = path.strip_prefix("/status/") {
        return status(number);
    }
    match path {
        "/health" => Reply::json(200, &json!({ "status": "ok" })),
        "/redirect" => Reply::problem(302, "Over there").with(LOCATION, "/health"),
        "/redirect/elsewhere" => Reply::problem(307, "Over there").with(LOCATION, "https://elsewhere.test/"),
        "/gzip" => gzip(&seen(asked)),
        "/large" => Reply::new(200, "text/plain", vec![b'x'; LARGE]),
        "/endless" => Reply::endless(),
        "/slow" => pending().await,
        "/get-only" if asked.method != "GET" => Reply::problem(405, "GET only").with(ALLOW, "GET"),
        _ => Reply::json(200, &seen(asked)),
    }
}

fn status(number: &str) -> Reply {
    match number.parse() {
        Ok(status @ (429 | 503)) => Reply::problem(status, "As asked").with(RETRY_AFTER, "30"),
        Ok(status @ (204 | 304)) => Reply::new(status, "text/plain", Vec::new()),
        Ok(status @ 200..=599) => Reply::problem(status, "As asked"),
        _ => Reply::problem(404, "A status is a number from 200 to 599"),
    }
}

fn seen(asked: &Asked) -> Value {
    let mut headers = Map::new();
    for name in asked.headers.keys() {
        let values: Vec<_> =
            asked.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        headers.insert(name.as_str().to_owned(), Value::from(values.join(", ")));
    }
    json!({
        "method": asked.method,
        "path": asked.path,
        "query": asked.query,
        "headers": headers,
        "body": String::from_utf8_lossy(&asked.body),
        "tls": asked.about.tls,
    })
}

fn gzip(value: &Value) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(value.to_string().as_bytes()).and_then(|()| encoder.finish());
    let packed = packed.expect("writing into memory cannot fail");
    Reply::new(200, "application/json", packed).with(CONTENT_ENCODING, "gzip")
}
