//! Which stage an answer's status speaks about: 401 and 407 the sign-in, 403 the permission, the rest the action.

use credenza_net::{
    Channel, Failure, HttpAuth, HttpCall, HttpReply, KeyPlace, Place, Recorder, Route, SecretOrText, StageName,
};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use url::Position;

use crate::check::engine::{Done, Run, Stop};

/// What was asked, for judging the answer.
pub(in crate::check) struct Judged<'a> {
    pub(in crate::check) route: &'a Route,
    pub(in crate::check) call: &'a HttpCall,
    /// Status codes that count as passed; empty means 2xx, and 3xx except for webhooks.
    pub(in crate::check) expect: &'a [u16],
    pub(in crate::check) channel: Channel,
}

/// Walks the stages `authenticate`, `permission` and `action` by the answer's status.
pub(in crate::check) fn judge(run: &Run<'_>, asked: &Judged<'_>, reply: HttpReply) -> Result<Done, Stop> {
    let done = Done { result: shown(asked.call, &reply, run.rec), body: Some(reply.body.clone()), ..Done::default() };
    match walk(run.rec, asked, &reply) {
        Ok(()) => Ok(done),
        Err(failure) => Err(Stop { failure, done: Box::new(done) }),
    }
}

fn walk(rec: &Recorder, asked: &Judged<'_>, reply: &HttpReply) -> Result<(), Failure> {
    let target = asked.route.target();
    let expected = asked.expects(reply.status);
    let signed = asked.signs();
    let refuse = |stage: StageName, message: &str| {
        let guard = rec.begin(stage, &target);
        let failure = reply.failure(&Place::new(stage, asked.channel, &asked.route.host), message, rec);
        guard.fail_with(&failure, evidence(reply));
        Err(failure)
    };
    if matches!(reply.status, 401 | 407) && !expected {
        let message = if signed {
            "The server did not accept the sign-in."
        } else {
            "The server wants a sign-in, and this record has none."
        };
        return refuse(StageName::Authenticate, message);
    }
    let guard = rec.begin(StageName::Authenticate, &target);
    if reply.requests > 1 {
        guard.pass(
            "The server did not object to the sign-in. Two requests were sent: the first brought Digest's challenge.",
        )
    } else if signed {
        guard.pass("The server did not object to the sign-in.")
    } else {
        guard.skip("This record does not sign in.")
    }
    if reply.status == 403 && !expected {
        return refuse(StageName::Permission, "The server knows who asks and does not allow this.");
    }
    let guard = rec.begin(StageName::Permission, &target);
    if signed {
        guard.pass("The server did not refuse the request.")
    } else {
        guard.skip("This record does not sign in.")
    }
    if !expected {
        return refuse(StageName::Action, &asked.unexpected(reply));
    }
    let summary = format!("The server answered {}.", reply.status_line().trim_start_matches("HTTP/1.1 "));
    rec.begin(StageName::Action, &target).pass_with(summary, evidence(reply));
    Ok(())
}

impl Judged<'_> {
    fn expects(&self, status: u16) -> bool {
        if !self.expect.is_empty() {
            return self.expect.contains(&status);
        }
        let end = if self.channel == Channel::Webhook { 300 } else { 400 };
        (200..end).contains(&status)
    }

    fn signs(&self) -> bool {
        let secret_header = self.call.headers.iter().any(|(_, value)| matches!(value, SecretOrText::Secret(_)));
        !matches!(self.call.auth, HttpAuth::None) || secret_header
    }

    fn unexpected(&self, reply: &HttpReply) -> String {
        let line = reply.status_line();
        let answered = line.trim_start_matches("HTTP/1.1 ");
        if self.expect.is_empty() {
            return format!("The server answered {answered}.");
        }
        let expected: Vec<_> = self.expect.iter().map(u16::to_string).collect();
        format!("The server answered {answered}, and {} is expected.", expected.join(" or "))
    }
}

fn evidence(reply: &HttpReply) -> Value {
    json!({ "status": reply.status, "content_type": reply.content_type, "bytes": reply.body.len() })
}

fn shown(call: &HttpCall, reply: &HttpReply, rec: &Recorder) -> Value {
    json!({
        "status": reply.status,
        "headers": joined(reply.headers.iter().map(|(name, value)| (name.clone(), value.clone()))),
        "body_excerpt": excerpt(&reply.text(), rec),
        "truncated": reply.truncated,
        "requests": reply.requests,
        "request": request(call, rec),
    })
}

fn request(call: &HttpCall, rec: &Recorder) -> Value {
    let url = if call.secret_url {
        let path = SecretString::from(&call.url[Position::BeforePath..Position::AfterQuery]);
        format!("{}/{}", call.url.origin().ascii_serialization(), rec.stand_in("path", &path))
    } else {
        call.url.to_string()
    };
    let url = match &call.auth {
        HttpAuth::ApiKey { place: KeyPlace::Query, name, value } => {
            let between = if call.url.query().is_some() { '&' } else { '?' };
            format!("{url}{between}{name}={}", rec.stand_in("api_key", value))
        }
        _ => url,
    };
    let headers = call.headers.iter().map(|(name, value)| {
        let value = match value {
            SecretOrText::Text(text) => rec.redact(text),
            SecretOrText::Secret(secret) => rec.stand_in(name, secret),
        };
        (name.clone(), value)
    });
    let body = call.body.as_deref().map(|body| excerpt(&String::from_utf8_lossy(body), rec));
    json!({ "method": call.method, "url": rec.redact(&url), "headers": joined(headers), "body": body })
}

// A header that is repeated stands once, its values joined (RFC 9110 5.3).
fn joined(headers: impl Iterator<Item = (String, String)>) -> Value {
    let mut map = Map::new();
    for (name, value) in headers {
        match map.get_mut(&name) {
            Some(Value::String(known)) => {
                known.push_str(", ");
                known.push_str(&value);
            }
            _ => {
                map.insert(name, Value::String(value));
            }
        }
    }
    Value::Object(map)
}

// Redacted as a whole, so that a secret over several lines is found; then its lines are lines again.
fn excerpt(text: &str, rec: &Recorder) -> String {
    rec.redact(text).replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t")
}
