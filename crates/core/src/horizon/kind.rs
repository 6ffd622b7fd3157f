//! What sort of thing a date belongs to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Meta;
use crate::credential::field_label;

/// What stops working on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HorizonKind {
    /// Secret of an OAuth 2.0 client.
    ClientSecret,
    /// Password of an account.
    Password,
    /// Password made for one program (IQX-14).
    AppPassword,
    /// OAuth 2.0 access token.
    AccessToken,
    /// OAuth 2.0 refresh token.
    RefreshToken,
    /// A certificate shown to a server or an identity provider.
    ClientCertificate,
    /// A certificate that was pinned, or an authority's that is trusted.
    TrustedCertificate,
    /// The certificate that a server showed in a check.
    ServerCertificate,
    /// The token in a webhook's URL (QP-25).
    TriggerToken,
    /// API key or fixed token.
    ApiKey,
    /// Licence.
    Licence,
    /// Another certificate that is kept.
    Certificate,
    /// Anything else.
    Other,
}

impl HorizonKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [HorizonKind; 13] = [
        HorizonKind::ClientSecret,
        HorizonKind::Password,
        HorizonKind::AppPassword,
        HorizonKind::AccessToken,
        HorizonKind::RefreshToken,
        HorizonKind::ClientCertificate,
        HorizonKind::TrustedCertificate,
        HorizonKind::ServerCertificate,
        HorizonKind::TriggerToken,
        HorizonKind::ApiKey,
        HorizonKind::Licence,
        HorizonKind::Certificate,
        HorizonKind::Other,
    ];

    /// The name in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            HorizonKind::ClientSecret => "client_secret",
            HorizonKind::Password => "password",
            HorizonKind::AppPassword => "app_password",
            HorizonKind::AccessToken => "access_token",
            HorizonKind::RefreshToken => "refresh_token",
            HorizonKind::ClientCertificate => "client_certificate",
            HorizonKind::TrustedCertificate => "trusted_certificate",
            HorizonKind::ServerCertificate => "server_certificate",
            HorizonKind::TriggerToken => "trigger_token",
            HorizonKind::ApiKey => "api_key",
            HorizonKind::Licence => "licence",
            HorizonKind::Certificate => "certificate",
            HorizonKind::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn of(word: &str) -> Option<HorizonKind> {
        HorizonKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What stands at this place of a record of this type.
    pub(super) fn at(path: &str, record_type: &str, meta: &Meta<'_>) -> HorizonKind {
        match path {
            "auth.password" if meta.auth.password_kind == "app_password" => HorizonKind::AppPassword,
            "auth.password" | "auth.oauth2.password" | "oauth2.password" | "proxy.password" => HorizonKind::Password,
            "auth.oauth2.client_secret" | "oauth2.client_secret" => HorizonKind::ClientSecret,
            "auth.oauth2.refresh_token" | "oauth2.refresh_token" => HorizonKind::RefreshToken,
            "auth.oauth2.certificate_pem" | "oauth2.certificate_pem" | "client_certificate.certificate_pem" => {
                HorizonKind::ClientCertificate
            }
            "certificate_check.certificate_pem" => HorizonKind::TrustedCertificate,
            "auth.token" | "auth.value" => HorizonKind::ApiKey,
            "path" if record_type == "webhook" => HorizonKind::TriggerToken,
            "value" => match &*meta.kind {
                "api_key" => HorizonKind::ApiKey,
                "app_password" => HorizonKind::AppPassword,
                "licence" => HorizonKind::Licence,
                "certificate" => HorizonKind::Certificate,
                _ => HorizonKind::Other,
            },
            other if other.starts_with("headers.") => HorizonKind::ApiKey,
            _ => HorizonKind::Other,
        }
    }

    /// What people call it: the field's label, but for fields whose name does not say what they hold.
    pub(super) fn label(self, path: &str) -> String {
        match (self, path) {
            (HorizonKind::AppPassword, _) => "App password".to_owned(),
            (HorizonKind::TriggerToken, _) => "Trigger token".to_owned(),
            (HorizonKind::ApiKey, "value") => "API key".to_owned(),
            (HorizonKind::Licence, _) => "Licence".to_owned(),
            (HorizonKind::Certificate, _) => "Certificate".to_owned(),
            _ => field_label(path),
        }
    }
}
