//! The mail server type (IQX-9..14, ELI-8..10).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Connection, Mask, OAuth2Source};

/// An SMTP server.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
pub struct MailServer {
    /// Host, port, certificates, proxy.
    #[serde(flatten)]
    pub connection: Connection,
    /// None, STARTTLS or implicit (IQX-13).
    // A record may also say `true`, which means by port, or `false`.
    #[schemars(default, schema_with = "tls_schema")]
    pub tls: TlsMode,
    /// *Email address*: the sender of its mail (IQX-9).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sender: Option<String>,
    /// Whether a password may go over an unencrypted connection (D7).
    #[schemars(default)]
    pub allow_clear: bool,
    /// None, password ("Direct") or OAuth 2.0 (ELI-8..10).
    #[schemars(default)]
    pub auth: MailAuth,
}

/// How the connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TlsMode {
    /// Not at all.
    #[default]
    None,
    /// RFC 3207.
    Starttls,
    /// RFC 8314.
    Implicit,
}

fn tls_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let modes = generator.subschema_for::<TlsMode>();
    schemars::json_schema!({ "anyOf": [modes, { "type": "boolean" }] })
}

/// How one signs in at a mail server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
#[ts(export)]
pub enum MailAuth {
    /// Without signing in (ELI-8).
    #[default]
    None,
    /// PLAIN, LOGIN, CRAM-MD5 (ELI-9).
    Password {
        /// *User name*.
        #[serde(default)]
        username: String,
        /// *Password*, masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        password: Option<Mask>,
        /// Whether it is the account's own or an app password (IQX-14).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        password_kind: Option<PasswordKind>,
        /// The account whose main password it depends on, where that is not the user name (IQX-17).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        account: Option<String>,
        /// What an app password was made for (IQX-15).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        purpose: Option<String>,
        /// Mechanisms that may be used; empty means all.
        #[serde(default)]
        mechanisms: Vec<String>,
    },
    /// A token for XOAUTH2 or OAUTHBEARER (ELI-10).
    Oauth2 {
        /// The mailbox.
        #[serde(default)]
        username: String,
        /// Where the token comes from.
        oauth2: OAuth2Source,
    },
}

/// What kind of password it is (IQX-14..17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PasswordKind {
    /// The account's own password.
    Main,
    /// A password made for this one purpose.
    AppPassword,
}

/// What a mail server record adds, as it stands in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailFields {
    #[serde(default)]
    pub tls: TlsMode,
    #[serde(default)]
    pub sender: Option<String>,
    #[serde(default)]
    pub allow_clear: bool,
    #[serde(default)]
    pub auth: MailAuth,
}
