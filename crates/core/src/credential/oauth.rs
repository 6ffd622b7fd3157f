//! The OAuth 2.0 block, the same wherever it stands.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Mask;

/// An own OAuth 2.0 block or that of an app registration.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
#[serde(untagged)]
pub enum OAuth2Source {
    /// `{ "credential": REF }`: use an app registration's block.
    Shared(SharedOAuth2),
    /// A block of its own.
    Own(Box<OAuth2>),
}

/// A reference to an app registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct SharedOAuth2 {
    /// Name or id of the app registration.
    pub credential: String,
}

// Untagged enums lose the name of a wrong field, so the choice is made by hand: the key `credential` decides.
impl<'de> Deserialize<'de> for OAuth2Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let shared = value.get("credential").is_some();
        let wrong = |error: serde_json::Error| serde::de::Error::custom(error);
        if shared {
            serde_json::from_value(value).map(OAuth2Source::Shared).map_err(wrong)
        } else {
            serde_json::from_value(value).map(|own| OAuth2Source::Own(Box::new(own))).map_err(wrong)
        }
    }
}

/// How a token is asked for (RFC 6749).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct OAuth2 {
    /// The grant.
    pub grant: GrantType,
    /// *Access Token URL* (TUF-19).
    pub token_url: String,
    /// Authorization endpoint of the browser grant (RFC 6749 3.1).
    pub authorize_url: String,
    /// Where the browser is sent back to, on this machine; blank chooses by the provider (RFC 8252 7.3).
    pub redirect_uri: String,
    /// The provider's own name, which its answer must carry (RFC 9207); blank compares the origin alone.
    pub issuer: String,
    /// Device authorization endpoint (RFC 8628).
    pub device_url: String,
    /// *Client ID*.
    pub client_id: String,
    /// *Client Secret*, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client_secret: Option<Mask>,
    /// How the client proves who it is (RFC 6749 2.3.1).
    pub client_auth: ClientAuthentication,
    /// How the assertion is signed with an RSA key; another key has its own way.
    pub assertion_algorithm: AssertionAlgorithm,
    /// Certificate for `private_key_jwt`, PEM.
    pub certificate_pem: String,
    /// Key of that certificate, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub private_key_pem: Option<Mask>,
    /// *Scope*, sent only if not blank (TUF-20).
    pub scope: String,
    /// `audience`, sent only if not blank.
    pub audience: String,
    /// Further parameters of the token request.
    pub extra: BTreeMap<String, String>,
    /// Login user name of the password grant (TUF-19).
    pub username: String,
    /// Login password, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub password: Option<Mask>,
    /// *Refresh Token*, masked (TUF-22).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub refresh_token: Option<Mask>,
    /// Days without use after which the provider drops the refresh token, 1 to 3650; absent takes what is known of the
    /// provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schemars(range(min = 1, max = 3650))]
    pub inactivity_days: Option<u32>,
}

/// The grants of the contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum GrantType {
    /// RFC 6749 4.4 (ELI-10).
    #[default]
    ClientCredentials,
    /// RFC 6749 4.3 (TUF-19).
    Password,
    /// RFC 6749 6 (TUF-22).
    RefreshToken,
    /// RFC 6749 4.1.
    AuthorizationCode,
    /// RFC 8628.
    DeviceCode,
}

/// How the client proves who it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ClientAuthentication {
    /// Id and secret in the form body.
    #[default]
    Post,
    /// Id and secret in an `Authorization: Basic` header.
    Basic,
    /// A signed assertion (RFC 7523).
    PrivateKeyJwt,
    /// A public client: id only.
    None,
}

/// How an assertion is signed with an RSA key (RFC 7518 3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[ts(export)]
pub enum AssertionAlgorithm {
    /// RSASSA-PSS, as Entra documents it.
    #[default]
    Ps256,
    /// RSASSA-PKCS1-v1_5, for older servers.
    Rs256,
}

impl OAuth2 {
    /// The token URL that Entra ID has for a tenant (ELI-12).
    pub fn entra_token_url(tenant: &str) -> String {
        format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token")
    }
}
