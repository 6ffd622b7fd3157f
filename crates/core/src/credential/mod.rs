//! The credential: one way to reach one external system.
//!
//! A [`Credential`] holds everything that is not secret, and a [`Mask`] where a secret stands. The secret values travel
//! apart, in [`Secrets`](crate::Secrets), by field path; so a list, a view or a log can never hold one by accident.

mod control;
mod endpoint;
mod fields;
mod headers;
mod mail;
mod oauth;
mod outbound;
mod parse;
mod parts;
mod paste;
mod patch;
mod validate;
mod webhook;

pub(crate) use control::refuse_in;
pub use endpoint::EndpointWords;
pub use fields::{is_secret_path, label as field_label};
pub use headers::{format_headers, parse_headers};
pub use mail::{MailAuth, MailServer, PasswordKind, TlsMode};
pub use oauth::{AssertionAlgorithm, ClientAuthentication, GrantType, OAuth2, OAuth2Source, SharedOAuth2};
pub use outbound::{Header, KeyPlace, OutboundAuth, OutboundServer, Protocol, TestRequest};
pub use parse::{Parsed, SecretInput};
pub use parts::{CertificateCheck, ClientCertificateFiles, Connection, Mask, ProxySettings, VerifyMode};
pub use paste::{SecretFault, SecretFix};
pub use patch::{compact, merge_patch};
pub use validate::{Finding, Severity};
pub use webhook::{Pair, SignatureKind, Webhook};

use credenza_vault::Class;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One credential, without its secret values.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
#[ts(export)]
#[schemars(extend("unevaluatedProperties" = false))]
pub struct Credential {
    /// What every type has.
    #[serde(flatten)]
    pub common: Common,
    /// What the type adds.
    #[serde(flatten)]
    pub kind: Kind,
}

/// The fields of every type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// Unique without regard to case (IQX-8).
    pub name: String,
    /// What it is for (IQX-8).
    pub description: String,
    /// Who answers for it (APP-14).
    #[serde(default)]
    pub owner: String,
    /// Where the system or its software sits (APP-14).
    #[serde(default)]
    pub location: String,
    /// Anything else; may have several lines.
    #[serde(default)]
    pub notes: String,
    /// Words to filter by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Addresses that are told when an unattended check or a job with it fails, and when it works again (ELI-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub subscribers: Vec<String>,
    /// Who may decrypt it (decision D10).
    #[serde(default = "usable")]
    #[ts(type = "'usable' | 'sealed'")]
    pub class: Class,
    /// Dates on which something of it stops working.
    #[serde(default)]
    pub expiries: Vec<Expiry>,
}

fn usable() -> Class {
    Class::Usable
}

/// A date on which something stops working (decision D8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Expiry {
    /// The field path of what expires, such as `auth.password`.
    pub item: String,
    /// The last day on which it is good.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub on: Date,
    /// Where the date comes from.
    #[serde(default)]
    pub source: ExpirySource,
    /// How to renew it.
    #[serde(default)]
    pub note: String,
}

/// Where an expiry date comes from (decision D8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExpirySource {
    /// The provider said so.
    Reported,
    /// Read from a certificate.
    Certificate,
    /// Typed by an administrator.
    #[default]
    Entered,
    /// Worked out from a rule.
    Estimated,
}

impl ExpirySource {
    /// All of them, in the order in which they are offered.
    pub const ALL: [ExpirySource; 4] =
        [ExpirySource::Reported, ExpirySource::Certificate, ExpirySource::Entered, ExpirySource::Estimated];

    /// The name in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            ExpirySource::Reported => "reported",
            ExpirySource::Certificate => "certificate",
            ExpirySource::Entered => "entered",
            ExpirySource::Estimated => "estimated",
        }
    }
}

/// The type of a credential with what that type alone has.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
// One at a time is handled; boxing would cost every reader a dereference and save nothing.
#[allow(clippy::large_enum_variant)]
pub enum Kind {
    /// SMTP.
    MailServer(MailServer),
    /// HTTP or HTTPS.
    OutboundServer(OutboundServer),
    /// OAuth 2.0 client, Entra ID.
    AppRegistration(AppRegistration),
    /// A URL that is called with a payload.
    Webhook(Webhook),
    /// Anything else that expires.
    Secret(SecretValue),
}

/// The five types, by the names of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CredentialType {
    /// SMTP.
    MailServer,
    /// HTTP or HTTPS.
    OutboundServer,
    /// OAuth 2.0 client.
    AppRegistration,
    /// Webhook.
    Webhook,
    /// API key, app password, licence, certificate.
    Secret,
}

impl CredentialType {
    /// All types, in the order in which they are offered.
    pub const ALL: [CredentialType; 5] = [
        CredentialType::MailServer,
        CredentialType::OutboundServer,
        CredentialType::AppRegistration,
        CredentialType::Webhook,
        CredentialType::Secret,
    ];

    /// The name in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            CredentialType::MailServer => "mail_server",
            CredentialType::OutboundServer => "outbound_server",
            CredentialType::AppRegistration => "app_registration",
            CredentialType::Webhook => "webhook",
            CredentialType::Secret => "secret",
        }
    }

    /// The type of that name.
    pub fn of(word: &str) -> Option<CredentialType> {
        CredentialType::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// An OAuth 2.0 client as registered with an identity provider (APP-5, APP-17..20).
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
pub struct AppRegistration {
    /// Proxy and certificates of the token request; the host is that of the token URL when left out.
    #[serde(flatten)]
    pub connection: Connection,
    /// How a token is asked for.
    #[schemars(default)]
    pub oauth2: OAuth2,
    /// Directory (tenant) id; fills the token URL for Entra ID (ELI-12, APP-17).
    #[schemars(default)]
    pub tenant_id: String,
    /// Application (client) id (APP-19).
    #[schemars(default)]
    pub application_id: String,
    /// Enterprise application object id (APP-20).
    #[schemars(default)]
    pub principal_id: String,
    /// Client id of the API that the token is for (APP-18).
    #[schemars(default)]
    pub target_client_id: String,
    /// Where Microsoft Graph is, if not where the token URL's cloud has it, such as `https://graph.microsoft.com`.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(default)]
    pub graph_url: String,
}

impl AppRegistration {
    /// Its block with what its ids say: an app registration in Entra ID needs nothing else (ELI-12, APP-18).
    pub fn completed(&self) -> OAuth2 {
        let mut block = self.oauth2.clone();
        let blank = |text: &str| text.trim().is_empty();
        if blank(&block.token_url) && !blank(&self.tenant_id) {
            block.token_url = OAuth2::entra_token_url(self.tenant_id.trim());
        }
        if blank(&block.client_id) {
            block.client_id.clone_from(&self.application_id);
        }
        if blank(&block.scope) && !blank(&self.target_client_id) {
            block.scope = format!("api://{}/.default", self.target_client_id.trim());
        }
        block
    }
}

/// A value that is kept and expires, and has no test.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
pub struct SecretValue {
    /// Where it is used, if anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub host: Option<String>,
    /// Port, 1 to 65535.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub port: Option<u16>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub kind: Option<SecretKind>,
    /// The value, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<Mask>,
}

/// What a record of type secret keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SecretKind {
    /// API key or fixed token.
    ApiKey,
    /// Password made for one program.
    AppPassword,
    /// Licence.
    Licence,
    /// Certificate.
    Certificate,
    /// Anything else.
    Other,
}

impl Credential {
    /// The type.
    pub fn credential_type(&self) -> CredentialType {
        match self.kind {
            Kind::MailServer(_) => CredentialType::MailServer,
            Kind::OutboundServer(_) => CredentialType::OutboundServer,
            Kind::AppRegistration(_) => CredentialType::AppRegistration,
            Kind::Webhook(_) => CredentialType::Webhook,
            Kind::Secret(_) => CredentialType::Secret,
        }
    }

    /// Where and how it connects; `None` for a secret.
    pub fn connection(&self) -> Option<&Connection> {
        match &self.kind {
            Kind::MailServer(mail) => Some(&mail.connection),
            Kind::OutboundServer(server) => Some(&server.connection),
            Kind::AppRegistration(app) => Some(&app.connection),
            Kind::Webhook(hook) => Some(&hook.connection),
            Kind::Secret(_) => None,
        }
    }

    /// The OAuth 2.0 block or reference, if it has one, with its field path (`auth.oauth2` or `oauth2`).
    pub fn oauth2(&self) -> Option<(&'static str, &OAuth2Source)> {
        match &self.kind {
            Kind::MailServer(MailServer { auth: MailAuth::Oauth2 { oauth2, .. }, .. }) => Some(("auth.oauth2", oauth2)),
            Kind::OutboundServer(OutboundServer { auth: OutboundAuth::Oauth2 { oauth2 }, .. }) => {
                Some(("auth.oauth2", oauth2))
            }
            _ => None,
        }
    }

    /// The port a connection goes to: what was entered, else 25 for mail (IQX-11), else 80 or 443 by protocol.
    pub fn effective_port(&self) -> u16 {
        let entered = self.connection().and_then(|connection| connection.port);
        entered.unwrap_or(match &self.kind {
            Kind::MailServer(_) => 25,
            Kind::OutboundServer(server) => server.protocol.default_port(),
            Kind::Webhook(hook) => hook.protocol.default_port(),
            Kind::AppRegistration(_) | Kind::Secret(_) => 443,
        })
    }

    /// `host:port` for lists, without a port for a secret; empty when there is no host.
    pub fn host_words(&self) -> String {
        match &self.kind {
            Kind::Secret(value) => value.host.clone().unwrap_or_default(),
            Kind::AppRegistration(app) if app.connection.host.is_empty() => url::Url::parse(&app.oauth2.token_url)
                .ok()
                .and_then(|url| url.host_str().map(str::to_owned))
                .unwrap_or_default(),
            _ => {
                let host = self.connection().map(|connection| connection.host.as_str()).unwrap_or_default();
                let bracket = host.contains(':') && !host.starts_with('[');
                let host = if bracket { format!("[{host}]") } else { host.to_owned() };
                if host.is_empty() { host } else { format!("{host}:{}", self.effective_port()) }
            }
        }
    }
}
