//! Why a check stopped: one type for every protocol, free of secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::recorder::Recorder;
use crate::stage::StageName;

/// Which kind of peer the failure came from; decides which explanations are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A mail server's reply.
    Smtp,
    /// A token or sign-in endpoint's reply.
    Oauth,
    /// Any other HTTP reply.
    Http,
    /// Microsoft Graph's reply.
    Graph,
    /// TLS handshake or certificate.
    Tls,
    /// A proxy, before the server was reached.
    Proxy,
    /// Lookup, TCP, or a connection that broke.
    Network,
    /// The reply to a webhook.
    Webhook,
}

/// Facts of the peer's reply that the explanations look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct ReplyFacts {
    /// HTTP status or SMTP reply code.
    pub status: Option<u16>,
    /// The value of `error` in an OAuth reply (RFC 6749 5.2).
    pub oauth_error: Option<String>,
    /// Entra's `error_codes`.
    #[ts(type = "number[]")]
    pub error_codes: Vec<u64>,
}

/// A check's end before its goal. All texts are redacted when it is made through [`Failure::new`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The stage that failed.
    pub stage: StageName,
    /// Which peer it was about.
    pub channel: Channel,
    /// The host spoken to.
    pub host: String,
    /// Plain words: what happened.
    pub message: String,
    /// The peer's own words, or the error's own text when the peer said nothing.
    pub raw: String,
    /// The text for the catalogue of explanations, prepared as its matching rules say.
    pub lookup: String,
    /// Facts of the reply, when there was one.
    pub reply: Option<ReplyFacts>,
}

/// Where something failed and with whom; the part of a failure known beforehand.
#[derive(Debug, Clone)]
pub struct Place {
    /// The stage under way.
    pub stage: StageName,
    /// The peer's kind.
    pub channel: Channel,
    /// The peer's host.
    pub host: String,
}

impl Place {
    /// A place.
    pub fn new(stage: StageName, channel: Channel, host: &str) -> Place {
        Place { stage, channel, host: host.to_owned() }
    }
}

impl Failure {
    /// A failure whose texts are redacted by `rec`; the lookup text is `raw` until it is set otherwise.
    pub fn new(place: &Place, message: impl AsRef<str>, raw: impl AsRef<str>, rec: &Recorder) -> Failure {
        let raw = rec.redact(raw.as_ref());
        Failure {
            stage: place.stage,
            channel: place.channel,
            host: rec.redact(&place.host),
            message: rec.redact(message.as_ref()),
            lookup: raw.clone(),
            raw,
            reply: None,
        }
    }

    /// Sets the text for the catalogue.
    #[must_use]
    pub fn with_lookup(mut self, lookup: impl AsRef<str>, rec: &Recorder) -> Failure {
        self.lookup = rec.redact(lookup.as_ref());
        self
    }

    /// Says that this is one of Credenza's own findings: `id` names its entry in `data/findings.json`.
    #[must_use]
    pub fn with_finding(self, id: &str, rec: &Recorder) -> Failure {
        self.with_lookup(format!("finding {id}"), rec)
    }

    /// Sets the reply's facts.
    #[must_use]
    pub fn with_reply(mut self, reply: ReplyFacts) -> Failure {
        self.reply = Some(reply);
        self
    }

    /// Sets the reply's facts from a status alone.
    #[must_use]
    pub fn with_status(self, status: u16) -> Failure {
        self.with_reply(ReplyFacts { status: Some(status), ..ReplyFacts::default() })
    }
}
