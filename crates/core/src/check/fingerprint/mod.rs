//! What a check saw of the servers and the token: kept of the last one that passed, to say what is different now.

mod compare;
mod software;

use std::collections::BTreeSet;

use credenza_net::{Stage, StageName, StageStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CheckResult;
pub use compare::last_pass;

/// So many addresses are remembered of a server whose name gives others every time.
const MOST_ADDRESSES: usize = 64;

/// What can be compared between two checks of one record. What a check did not get as far as to see is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fingerprint {
    /// When the check began.
    pub(crate) at: Timestamp,
    /// The record's revision.
    pub(crate) revision: u64,
    server: Endpoint,
    /// The identity provider, where the token was a step on the way.
    token_server: Endpoint,
    software: Option<String>,
    starttls: Option<bool>,
    capabilities: Option<BTreeSet<String>>,
    auth: Option<BTreeSet<String>>,
    token: TokenFacts,
    reply: Option<String>,
}

/// One server, as far as TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Endpoint {
    /// Every address its name had in the checks that passed.
    addresses: BTreeSet<String>,
    /// Every address that was talked to.
    peers: BTreeSet<String>,
    tls_version: Option<String>,
    cipher: Option<String>,
    certificate: Option<Certificate>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Certificate {
    subject: String,
    issuer: String,
    sha256: String,
    not_after: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct TokenFacts {
    audience: Option<String>,
    issuer: Option<String>,
    roles: Option<BTreeSet<String>>,
    scopes: Option<BTreeSet<String>>,
    seconds: Option<u64>,
}

impl Fingerprint {
    /// What a result shows. `revision` is that of the stored record.
    pub fn of(result: &CheckResult, revision: u64) -> Fingerprint {
        let stages = &result.stages;
        let mail = greeting(stages);
        Fingerprint {
            at: result.started_at,
            revision,
            server: Endpoint::of(stages),
            token_server: stage(stages, StageName::Token).map(|token| Endpoint::of(&token.steps)).unwrap_or_default(),
            software: mail.software.or_else(|| {
                let server = result.result.get("headers")?.get("server")?.as_str()?;
                Some(software::of_header(server))
            }),
            starttls: mail.starttls,
            capabilities: mail.capabilities,
            auth: mail.auth,
            token: TokenFacts::of(stages),
            reply: reply(&result.result),
        }
    }

    /// This fingerprint with the addresses that are known from before: a name that gives others every time has not changed.
    pub fn remembering(mut self, before: Option<&Fingerprint>) -> Fingerprint {
        if let Some(before) = before {
            self.server.remember(&before.server);
            self.token_server.remember(&before.token_server);
        }
        self
    }
}

impl Endpoint {
    fn of(stages: &[Stage]) -> Endpoint {
        let mut endpoint = Endpoint::default();
        if let Some(found) = stage(stages, StageName::Resolve).map(|stage| &stage.evidence) {
            let of = |part: &Value| texts(part.get("addresses"));
            endpoint.addresses = [found, &found["server"], &found["proxy"]]
                .into_iter()
                .map(of)
                .find(|set| !set.is_empty())
                .unwrap_or_default();
        }
        if let Some(peer) = stage(stages, StageName::Connect).and_then(|stage| stage.evidence.get("peer")?.as_str()) {
            endpoint
                .peers
                .insert(peer.parse().map_or_else(|_| peer.to_owned(), |at: std::net::SocketAddr| at.ip().to_string()));
        }
        if let Some(tls) = stage(stages, StageName::Tls).map(|stage| &stage.evidence) {
            endpoint.tls_version = text(tls, "version");
            endpoint.cipher = text(tls, "cipher");
            endpoint.certificate = tls.get("chain").and_then(|chain| chain.get(0)).map(|leaf| Certificate {
                subject: text(leaf, "subject").unwrap_or_default(),
                issuer: text(leaf, "issuer").unwrap_or_default(),
                sha256: text(leaf, "fingerprint_sha256").unwrap_or_default(),
                not_after: text(leaf, "not_after").unwrap_or_default(),
            });
        }
        endpoint
    }

    fn remember(&mut self, before: &Endpoint) {
        for (own, known) in [(&mut self.addresses, &before.addresses), (&mut self.peers, &before.peers)] {
            let room = MOST_ADDRESSES.saturating_sub(own.len());
            let more: Vec<String> = known.difference(own).take(room).cloned().collect();
            own.extend(more);
        }
    }
}

impl TokenFacts {
    fn of(stages: &[Stage]) -> TokenFacts {
        let claims = stage(stages, StageName::TokenContent).map_or(&Value::Null, |stage| &stage.evidence);
        let token = stage(stages, StageName::Token);
        let issued = token.and_then(|token| {
            let inner = stage(&token.steps, StageName::Token).unwrap_or(token);
            inner.evidence.get("expires_in")?.as_u64()
        });
        let moment = |name: &str| claims.get(name).and_then(Value::as_u64);
        let stated = moment("exp").zip(moment("nbf")).map(|(end, begin)| end.saturating_sub(begin));
        TokenFacts {
            audience: claims.get("aud").map(|_| joined(&texts(claims.get("aud")))),
            issuer: text(claims, "iss"),
            // A readable token without roles has none; an opaque one says nothing.
            roles: claims.get("aud").map(|_| texts(claims.get("roles"))),
            scopes: claims.get("aud").map(|_| words(claims.get("scp").or_else(|| claims.get("scope")))),
            seconds: stated.or(issued),
        }
    }
}

/// What a mail server said of itself.
#[derive(Default)]
struct Greeting {
    software: Option<String>,
    starttls: Option<bool>,
    capabilities: Option<BTreeSet<String>>,
    auth: Option<BTreeSet<String>>,
}

fn greeting(stages: &[Stage]) -> Greeting {
    let Some(evidence) = stage(stages, StageName::Greeting).map(|stage| &stage.evidence) else {
        return Greeting::default();
    };
    let offers = evidence.get("offers");
    let before = evidence.get("before_tls");
    let tls_failed = stage(stages, StageName::Tls).is_some_and(|stage| stage.status == StageStatus::Failed);
    // A server may offer less before TLS: only what was offered last, with TLS where the record wants it, is compared.
    let last = offers.filter(|_| before.is_some() || !tls_failed);
    let clear = before.or(offers.filter(|_| tls_failed));
    let lines = last.map(|offers| texts(offers.get("lines")));
    Greeting {
        software: text(evidence, "banner").map(|banner| software::of_banner(&banner)),
        starttls: clear.and_then(|offers| offers.get("starttls")?.as_bool()),
        capabilities: lines.map(|lines| lines.into_iter().filter(|line| !is_auth(line)).collect()),
        auth: last.map(|offers| texts(offers.get("auth"))),
    }
}

fn is_auth(line: &str) -> bool {
    line.split([' ', '\t', '=']).next().is_some_and(|word| word.eq_ignore_ascii_case("AUTH"))
}

fn stage(stages: &[Stage], name: StageName) -> Option<&Stage> {
    stages.iter().find(|stage| stage.name == name)
}

/// The class of a mail server's reply (RFC 5321 4.2.1), the status of an HTTP server's.
fn reply(result: &Value) -> Option<String> {
    if let Some(status) = result.get("status").and_then(Value::as_u64) {
        return Some(format!("HTTP {status}"));
    }
    let class = result.get("reply")?.as_str()?.chars().next()?;
    class.is_ascii_digit().then(|| format!("{class}xx"))
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

/// The texts of a list, or the one text that stands in its place.
fn texts(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(text)) => BTreeSet::from([text.clone()]),
        _ => BTreeSet::new(),
    }
}

/// The words of a scope claim.
fn words(value: Option<&Value>) -> BTreeSet<String> {
    texts(value).iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect()
}

fn joined(set: &BTreeSet<String>) -> String {
    set.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
