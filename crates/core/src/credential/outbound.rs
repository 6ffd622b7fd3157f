//! The outbound server type (TUF-1..31).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Connection, Mask, OAuth2Source};

/// An HTTP or HTTPS server that requests are sent to.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
pub struct OutboundServer {
    /// Host, port, certificates, proxy.
    #[serde(flatten)]
    pub connection: Connection,
    /// HTTP or HTTPS (TUF-9).
    #[schemars(default)]
    pub protocol: Protocol,
    /// Put before every path.
    #[schemars(default)]
    pub base_path: String,
    /// What *Test connection* asks for.
    #[schemars(default)]
    pub test_request: TestRequest,
    /// HTTP headers of every request (TUF-10, D4).
    #[schemars(default)]
    pub headers: Vec<Header>,
    /// None, Basic, Bearer or OAuth 2.0 (TUF-16).
    #[schemars(default)]
    pub auth: OutboundAuth,
}

/// The protocol of an outbound server or webhook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Protocol {
    /// In clear.
    Http,
    /// Over TLS.
    #[default]
    Https,
}

impl Protocol {
    /// 80 or 443.
    pub fn default_port(self) -> u16 {
        match self {
            Protocol::Http => 80,
            Protocol::Https => 443,
        }
    }

    /// `http` or `https`.
    pub fn scheme(self) -> &'static str {
        match self {
            Protocol::Http => "http",
            Protocol::Https => "https",
        }
    }
}

/// The request that *Test connection* makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct TestRequest {
    /// `GET`, `HEAD` or `OPTIONS`.
    pub method: String,
    /// Path after the base path.
    pub path: String,
    /// Status codes that count as passed; empty means any 2xx or 3xx.
    pub expect_status: Vec<u16>,
}

impl Default for TestRequest {
    fn default() -> TestRequest {
        TestRequest { method: "GET".into(), path: String::new(), expect_status: Vec::new() }
    }
}

/// One HTTP header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Header {
    /// Field name (RFC 9110 5.1).
    pub name: String,
    /// Field value; for a secret header its mask in a view and nothing in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<String>,
    /// Whether the value is a secret field.
    #[serde(default)]
    pub secret: bool,
}

/// How one signs in at an outbound server (TUF-16).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
#[ts(export)]
pub enum OutboundAuth {
    /// Without signing in.
    #[default]
    None,
    /// User name and password (TUF-17).
    Basic {
        /// Login user name.
        #[serde(default)]
        username: String,
        /// Login password, masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        password: Option<Mask>,
    },
    /// User name and password, hashed with the server's challenge (RFC 7616).
    Digest {
        /// Login user name.
        #[serde(default)]
        username: String,
        /// Login password, masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        password: Option<Mask>,
    },
    /// A key in a header or in the query of every request.
    ApiKey {
        /// Where it stands.
        #[serde(default)]
        r#in: KeyPlace,
        /// Name of the header or parameter.
        #[serde(default)]
        name: String,
        /// The key, masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        value: Option<Mask>,
    },
    /// A token, or a script that prints one; the token takes precedence (TUF-26..30).
    Bearer {
        /// *Token*, masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        token: Option<Mask>,
        /// *Token Script*: full path of a local program (TUF-28).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        token_script: Option<String>,
        /// SHA-256 (hex) of the script as an administrator saved it; another content is not run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        token_script_sha256: Option<String>,
    },
    /// OAuth 2.0 (TUF-18).
    Oauth2 {
        /// Where the token comes from.
        oauth2: OAuth2Source,
    },
}

/// Where an API key stands in a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyPlace {
    /// In a header of its own.
    #[default]
    Header,
    /// In the query of the address.
    Query,
}

/// What an outbound server record adds, as it stands in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutboundFields {
    #[serde(default)]
    pub protocol: Protocol,
    #[serde(default)]
    pub base_path: String,
    #[serde(default)]
    pub test_request: TestRequest,
    #[serde(default)]
    pub headers: Vec<Header>,
    #[serde(default)]
    pub auth: OutboundAuth,
}
