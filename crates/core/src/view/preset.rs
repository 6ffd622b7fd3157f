//! Provider presets for *Add credential*: a known provider's server and how to sign in.

use credenza_net::{Provider, ProviderKind, ProviderTls, providers};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use ts_rs::TS;

use crate::credential::CredentialType;

/// A preset, with a draft that a form can start from.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Preset {
    /// Stable id.
    pub id: String,
    /// The name to search for.
    pub name: String,
    /// What the provider's service is.
    #[ts(type = "'smtp' | 'oauth2' | 'graph' | 'http' | 'webhook'")]
    pub kind: ProviderKind,
    /// The type of record it makes.
    pub credential_type: CredentialType,
    /// Host, with `{braces}` for the user to fill in.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the port speaks TLS.
    #[ts(type = "'none' | 'starttls' | 'implicit' | 'https'")]
    pub tls: ProviderTls,
    /// What to try; the server's own list decides.
    pub auth_methods: Vec<String>,
    /// Token endpoint, or empty.
    pub token_url: String,
    /// Authorization endpoint, or empty.
    pub auth_url: String,
    /// Base URL, or empty.
    pub base_url: String,
    /// Scopes.
    pub scopes: Vec<String>,
    /// What to know before using it.
    pub notes: String,
    /// Whether host, port, TLS mode and URLs were read in the provider's documents.
    pub verified: bool,
    /// A partial record.
    #[ts(type = "Record<string, unknown>")]
    pub draft: Value,
}

/// Every preset, in the order of the data file.
pub fn presets() -> Vec<Preset> {
    providers().iter().map(preset).collect()
}

fn preset(provider: &Provider) -> Preset {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let credential_type = match provider.kind {
        ProviderKind::Smtp => CredentialType::MailServer,
        ProviderKind::Http => CredentialType::OutboundServer,
        ProviderKind::Webhook => CredentialType::Webhook,
        ProviderKind::Oauth2 | ProviderKind::Graph => CredentialType::AppRegistration,
    };
    let base = url::Url::parse(&text(&provider.base_url)).ok();
    let base_host = base.as_ref().and_then(url::Url::host_str).map(str::to_owned);
    Preset {
        id: provider.id.clone(),
        name: provider.name.clone(),
        kind: provider.kind,
        credential_type,
        host: provider.host.clone().or(base_host).unwrap_or_default(),
        port: provider.port,
        tls: provider.tls_mode,
        auth_methods: provider.auth_methods.clone(),
        token_url: text(&provider.token_url),
        auth_url: text(&provider.auth_url),
        base_url: text(&provider.base_url),
        scopes: provider.scopes.clone(),
        notes: provider.notes.clone(),
        verified: provider.verified,
        draft: draft(provider, credential_type, base.as_ref()),
    }
}

fn draft(provider: &Provider, kind: CredentialType, base: Option<&url::Url>) -> Value {
    let mut record = Map::new();
    let mut put = |key: &str, value: Value| {
        record.insert(key.to_owned(), value);
    };
    put("type", json!(kind.word()));
    let host = provider.host.clone().or_else(|| base.and_then(url::Url::host_str).map(str::to_owned));
    if let Some(host) = host.filter(|_| kind != CredentialType::AppRegistration) {
        put("host", json!(host));
    }
    let oauth2 = json!({
        "grant": "client_credentials",
        "token_url": provider.token_url.clone().unwrap_or_default(),
        "scope": provider.scopes.join(" "),
    });
    match kind {
        CredentialType::MailServer => {
            put("port", json!(provider.port));
            let tls = match provider.tls_mode {
                ProviderTls::Implicit => "implicit",
                ProviderTls::None => "none",
                ProviderTls::Starttls | ProviderTls::Https => "starttls",
            };
            put("tls", json!(tls));
            let token_only = provider.auth_methods.iter().any(|m| m == "XOAUTH2" || m == "OAUTHBEARER")
                && !provider.auth_methods.iter().any(|m| ["PLAIN", "LOGIN", "CRAM-MD5"].contains(&m.as_str()));
            put(
                "auth",
                match (token_only, provider.auth_methods.is_empty()) {
                    (true, _) => json!({"method": "oauth2", "oauth2": oauth2}),
                    (_, true) => json!({"method": "none"}),
                    _ => json!({"method": "password"}),
                },
            );
        }
        CredentialType::OutboundServer | CredentialType::Webhook => {
            if let Some(url) = base {
                put("protocol", json!(url.scheme()));
                if let Some(port) = url.port() {
                    put("port", json!(port));
                }
                let path = url.path().trim_end_matches('/');
                if kind == CredentialType::OutboundServer && !path.is_empty() {
                    put("base_path", json!(path));
                }
            }
            put("headers", json!([{"name": "Content-Type", "value": "application/json"}]));
        }
        CredentialType::AppRegistration => put("oauth2", oauth2),
        CredentialType::Secret => {}
    }
    Value::Object(record)
}
