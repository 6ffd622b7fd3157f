//! Judging a token endpoint's answer.

use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Lifetime, parse};
use super::tokens::LONGEST_TOKEN;
use super::{Answered, TokenReply, TokenRequest};
use crate::http::{HttpReply, one_line};
use crate::{Channel, Failure, Place, Recorder, ReplyFacts, StageName, Warning};

/// Facts of a refusal that support people ask for; kept when the server sends them.
const KEPT: [&str; 8] =
    ["error", "error_description", "error_codes", "suberror", "timestamp", "trace_id", "correlation_id", "error_uri"];

/// A refusal with what the stage shows of it.
pub(super) struct Refused {
    pub(super) failure: Failure,
    pub(super) evidence: Value,
}

/// The numbers of Entra's `error_codes`.
pub(crate) fn entra_codes(answer: &Value) -> Vec<u64> {
    let numbers = answer.get("error_codes").and_then(Value::as_array);
    numbers.map(|numbers| numbers.iter().filter_map(Value::as_u64).collect()).unwrap_or_default()
}

/// The token, or why there is none.
pub(super) fn read(request: &TokenRequest, answered: &Answered, rec: &Recorder) -> Result<TokenReply, Box<Refused>> {
    let answer = accepted(request, answered, rec)?;
    let Some(token) = answer.text("access_token") else {
        return Err(unusable(request, answered, "The identity server's answer holds no access_token.", rec));
    };
    if token.len() > LONGEST_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let words = "The access_token is longer than 16 KiB or holds characters that cannot be sent in a request.";
        return Err(Box::new(refused(request, answered, words, None, rec)));
    }
    Ok(token_reply(request, &answered.reply, &answer, token))
}

/// An answer that is not a refusal and can be read.
pub(super) fn accepted(request: &TokenRequest, answered: &Answered, rec: &Recorder) -> Result<Answer, Box<Refused>> {
    let reply = &answered.reply;
    let refuse = |message: String, answer: Option<&Answer>| Box::new(refused(request, answered, &message, answer, rec));
    if reply.truncated {
        return Err(refuse("The answer is longer than 1 MiB; no token is that long.".to_owned(), None));
    }
    let answer = match parse(&reply.body) {
        Ok(answer) => answer,
        Err(why) => return Err(refuse(format!("No token: {why} (status {}).", reply.status), None)),
    };
    if let Some(error) = answer.error() {
        return Err(refuse(refusal_words(&error, &answer), Some(&answer)));
    }
    if !reply.is_success() {
        return Err(refuse(format!("The identity server answered {} without a token.", reply.status), Some(&answer)));
    }
    // Valid JSON sent as a web page is how a page under somebody's control poses as an identity server.
    if reply.content_type.as_deref() == Some("text/html") {
        return Err(refuse(
            "The identity server sent its answer as a web page (text/html); it is not used.".to_owned(),
            None,
        ));
    }
    Ok(answer)
}

/// An answer without an error in which something is missing.
pub(super) fn unusable(request: &TokenRequest, answered: &Answered, why: &str, rec: &Recorder) -> Box<Refused> {
    let answer = parse(&answered.reply.body).ok();
    Box::new(refused(request, answered, why, answer.as_ref(), rec))
}

fn token_reply(request: &TokenRequest, reply: &HttpReply, answer: &Answer, token: &str) -> TokenReply {
    let mut warnings = Vec::new();
    let mut warn = |id: &str, message: String| warnings.push(Warning { id: id.to_owned(), message });
    if !is_json(reply.content_type.as_deref()) {
        let sent = reply.content_type.as_deref().unwrap_or("nothing");
        warn("content_type", format!("The answer should be application/json; the server says {sent}."));
    }
    if reply.body.starts_with(b"\xef\xbb\xbf") {
        warn(
            "byte_order_mark",
            "The answer begins with a byte order mark, which JSON must not have (RFC 8259 8.1).".to_owned(),
        );
    }
    let token_type = answer.text("token_type").map(str::to_owned);
    match token_type.as_deref() {
        None => warn("token_type", "The server names no token_type; Credenza takes it as Bearer.".to_owned()),
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => {
            warn(
                "token_type",
                format!("The token is of type {kind}; Credenza sends it as Bearer, which the server may refuse."),
            );
        }
        Some(_) => {}
    }
    let mut seconds = |name: &str| match answer.lifetime(name) {
        Lifetime::Absent => None,
        Lifetime::Seconds(0) => {
            warn(name, format!("{name} is 0."));
            None
        }
        Lifetime::Seconds(seconds) => Some(seconds),
        Lifetime::Odd => {
            warn(name, format!("{name} is not a believable number of seconds; the lifetime counts as unknown."));
            None
        }
    };
    let expires_in = seconds("expires_in");
    let refresh_token_expires_in = seconds("refresh_token_expires_in").or_else(|| keycloak_refresh_life(answer));
    let scope = answer.scope();
    if let Some(granted) = scope.as_deref().filter(|granted| is_other_scope(request.scope.as_deref(), granted)) {
        warn("scope_changed", format!("The server granted another scope than was asked for: {granted}."));
    }
    TokenReply {
        access_token: SecretString::from(token.to_owned()),
        token_type: token_type.unwrap_or_else(|| "Bearer".to_owned()),
        expires_in,
        refresh_token: answer.text("refresh_token").map(|token| SecretString::from(token.to_owned())),
        refresh_token_expires_in,
        scope,
        warnings,
    }
}

/// Keycloak's name for it; 0 means that it does not expire.
fn keycloak_refresh_life(answer: &Answer) -> Option<u64> {
    match answer.lifetime("refresh_expires_in") {
        Lifetime::Seconds(seconds) if seconds > 0 => Some(seconds),
        _ => None,
    }
}

fn is_json(content_type: Option<&str>) -> bool {
    content_type.is_some_and(|kind| kind == "application/json" || kind == "text/json" || kind.ends_with("+json"))
}

/// Something that was asked for is missing. More than was asked for is usual, and `/.default` and `offline_access` never come back.
/// Entra writes a scope back with or without its resource, so that the name alone is compared.
fn is_other_scope(asked: Option<&str>, granted: &str) -> bool {
    let name = |scope: &str| scope.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let granted: Vec<String> = granted.split([' ', ',']).filter(|part| !part.is_empty()).map(name).collect();
    let held = |part: &str| part.ends_with("/.default") || part == "offline_access" || granted.contains(&name(part));
    asked.unwrap_or_default().split_whitespace().any(|part| !held(part))
}

fn refusal_words(error: &str, answer: &Answer) -> String {
    match answer.text("error_description") {
        Some(description) => {
            let first = description.lines().next().unwrap_or_default().trim();
            format!("The identity server refused: {error}. {first}")
        }
        None => format!("The identity server refused: {error}."),
    }
}

fn refused(
    request: &TokenRequest,
    answered: &Answered,
    message: &str,
    answer: Option<&Answer>,
    rec: &Recorder,
) -> Refused {
    let reply = &answered.reply;
    let host = request.token_url.host_str().unwrap_or_default();
    let body = one_line(&answered.shown);
    let error = answer.and_then(Answer::error);
    // An error page, a proxy's words, a wrong address: an HTTP answer like any other, unless it speaks Entra's language.
    let speaks_oauth = error.is_some() || reply.is_success() || body.contains("AADSTS");
    let channel = if speaks_oauth { Channel::Oauth } else { Channel::Http };
    let place = Place::new(StageName::Token, channel, host);
    let status_line = reply.status_line();
    let mut failure = Failure::new(&place, message, format!("{status_line} {body}").trim_end(), rec);
    let body = rec.redact(&body);
    // The line break between the redacted parts is how the catalogue tells them apart.
    failure.lookup = if speaks_oauth { body } else { format!("{}\n{body}", rec.redact(&status_line)) };
    failure.reply = Some(ReplyFacts {
        status: Some(reply.status),
        oauth_error: error.map(|error| rec.redact(&error)),
        error_codes: answer.map(|answer| entra_codes(&Value::Object(answer.0.clone()))).unwrap_or_default(),
    });
    Refused { failure, evidence: kept_facts(reply, answer) }
}

fn kept_facts(reply: &HttpReply, answer: Option<&Answer>) -> Value {
    let mut facts = Map::new();
    facts.insert("status".to_owned(), json!(reply.status));
    if let Some(kind) = &reply.content_type {
        facts.insert("content_type".to_owned(), json!(kind));
    }
    for name in KEPT {
        if let Some(value) = answer.and_then(|answer| answer.0.get(name)).filter(|value| !value.is_object()) {
            facts.insert(name.to_owned(), value.clone());
        }
    }
    for name in ["retry-after", "www-authenticate"] {
        if let Some(value) = reply.header(name) {
            facts.insert(name.replace('-', "_"), json!(value));
        }
    }
    Value::Object(facts)
}

#[cfg(test)]
mod tests;
