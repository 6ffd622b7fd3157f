//! Parts that several types share: masks, certificates, proxy, connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a view shows in place of a secret value: `****` and perhaps its last four characters (IQX-5..7, D2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("writeOnly" = true, "x-credenza-secret" = true))]
pub struct Mask(pub String);

/// How a server's certificate is verified (TUF-12..14, D1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct CertificateCheck {
    /// Disable, Enable or Certificate.
    #[serde(default)]
    pub mode: VerifyMode,
    /// The certificate to trust, PEM; only with mode `certificate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub certificate_pem: Option<String>,
}

/// The three positions of *Verify certificate* (D1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum VerifyMode {
    /// Public roots and the system's store.
    #[default]
    Enable,
    /// Recorded, not verified.
    Disable,
    /// The given certificate only.
    Certificate,
}

/// A client certificate with its key, both PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientCertificateFiles {
    /// Certificate and chain, PEM.
    pub certificate_pem: String,
    /// The private key, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub private_key_pem: Option<Mask>,
}

/// A proxy for every call of the record, token requests too (TUF-15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxySettings {
    /// `http://`, `https://`, `socks5://` or `socks5h://` with host and port.
    pub url: String,
    /// User name, blank for none.
    #[serde(default)]
    pub username: String,
    /// Password, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub password: Option<Mask>,
}

/// Where a record connects to and how the way there is secured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// IPv4, IPv6 or DNS name (TUF-8).
    #[serde(default)]
    pub host: String,
    /// Port, 1 to 65535; blank stays blank (IQX-11, D7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub port: Option<u16>,
    /// How the server's certificate is verified.
    #[serde(default)]
    pub certificate_check: CertificateCheck,
    /// The certificate shown to the server, if it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client_certificate: Option<ClientCertificateFiles>,
    /// The proxy, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub proxy: Option<ProxySettings>,
}

impl Connection {
    /// The keys of this part in a record.
    pub(super) const KEYS: [&'static str; 5] = ["host", "port", "certificate_check", "client_certificate", "proxy"];
}
