//! The webhook type (QP-14..19).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Connection, Header, Mask, Protocol};

/// A URL that is called with a JSON payload. Its path and query are a secret field: who knows them can call it.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
pub struct Webhook {
    /// Host, port, certificates, proxy.
    #[serde(flatten)]
    pub connection: Connection,
    /// HTTP or HTTPS.
    #[schemars(default)]
    pub protocol: Protocol,
    /// `POST`, `PUT` or `PATCH`.
    #[schemars(default = "post")]
    pub method: String,
    /// Path and query, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub path: Option<Mask>,
    /// HTTP headers of the request.
    #[schemars(default)]
    pub headers: Vec<Header>,
    /// Key and value pairs of the JSON payload, with bracket placeholders in the values (QP-17, QP-18).
    #[schemars(default)]
    pub payload: Vec<Pair>,
    /// How the request is signed.
    #[schemars(default)]
    pub signature: SignatureKind,
    /// Signing secret, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub signing_secret: Option<Mask>,
}

/// One pair of a webhook's payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Pair {
    /// Key in the JSON object; unique.
    pub key: String,
    /// Value, with placeholders such as `[resource_url]`.
    #[serde(default)]
    pub value: String,
}

/// How a webhook request is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignatureKind {
    /// With Standard Webhooks when there is a signing secret, else not at all.
    #[default]
    Automatic,
    /// Not at all.
    None,
    /// Standard Webhooks, HMAC-SHA256.
    StandardWebhooks,
}

/// What a webhook record adds, as it stands in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookFields {
    #[serde(default)]
    pub protocol: Protocol,
    #[serde(default = "post")]
    pub method: String,
    #[serde(default)]
    pub headers: Vec<Header>,
    #[serde(default)]
    pub payload: Vec<Pair>,
    #[serde(default)]
    pub signature: SignatureKind,
}

fn post() -> String {
    "POST".into()
}
