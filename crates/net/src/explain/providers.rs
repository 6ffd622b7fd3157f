//! Presets: where a known provider's server is and how to sign in.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::read_bounded;

const BUILT_IN: &str = include_str!("../../data/providers.json");

/// Keys whose value may be null.
const NULLABLE: [&str; 5] = ["host", "base_url", "token_url", "auth_url", "docs_title"];

/// What a preset is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// A mail server.
    Smtp,
    /// An OAuth 2.0 identity provider.
    Oauth2,
    /// Microsoft Graph.
    Graph,
    /// An HTTP API.
    Http,
    /// A webhook receiver.
    Webhook,
}

/// How the provider's port speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProviderTls {
    /// Not at all.
    None,
    /// After `STARTTLS` (RFC 3207).
    Starttls,
    /// From the first byte (RFC 8314).
    Implicit,
    /// HTTPS.
    Https,
}

/// Another port the provider offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AltPort {
    /// TCP port.
    pub port: u16,
    /// How that port speaks TLS.
    pub tls_mode: ProviderTls,
}

/// One preset of `providers.json`. Words in `{braces}` are for the person to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Unique name of the preset.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub kind: ProviderKind,
    /// Host, when it is known.
    pub host: Option<String>,
    /// TCP port.
    pub port: u16,
    /// Other ports that work.
    pub alt_ports: Vec<AltPort>,
    /// How `port` speaks TLS.
    pub tls_mode: ProviderTls,
    /// What to try; the server's own list decides.
    pub auth_methods: Vec<String>,
    /// Whether `auth_methods` was checked.
    pub auth_methods_verified: bool,
    /// Base address of an API.
    pub base_url: Option<String>,
    /// Token endpoint.
    pub token_url: Option<String>,
    /// Authorization endpoint.
    pub auth_url: Option<String>,
    /// Scopes to ask for.
    pub scopes: Vec<String>,
    /// What one has to know.
    pub notes: String,
    /// The vendor's page that says so.
    pub docs_title: Option<String>,
    /// Where it was read.
    pub source: String,
    /// Host, port, TLS mode and addresses were checked.
    pub verified: bool,
}

/// The built-in presets, in the order of the file.
pub fn providers() -> &'static [Provider] {
    static PROVIDERS: OnceLock<Vec<Provider>> = OnceLock::new();
    // A test parses the built-in file: the fallback is never taken.
    PROVIDERS.get_or_init(|| serde_json::from_str(BUILT_IN).unwrap_or_default())
}

/// Presets from a file that replaces the built-in one.
///
/// # Errors
/// In plain words, what is wrong with the file.
pub fn load_providers(path: &Path) -> Result<Vec<Provider>, String> {
    parse(&read_bounded(path)?).map_err(|fault| format!("{}: {fault}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Provider>, String> {
    let rows: Vec<Map<String, Value>> =
        serde_json::from_str(text).map_err(|error| format!("not a JSON array of presets ({error})"))?;
    let mut ids = BTreeSet::new();
    let mut presets = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        // "Not known" is written as null: a key left out is a slip of the pen, not an unknown.
        if let Some(missing) = NULLABLE.iter().find(|key| !row.contains_key(**key)) {
            return Err(format!("preset {}: the key {missing} is missing", index + 1));
        }
        let preset: Provider =
            serde_json::from_value(Value::Object(row)).map_err(|error| format!("preset {}: {error}", index + 1))?;
        if !ids.insert(preset.id.clone()) {
            return Err(format!("the id {} is used twice", preset.id));
        }
        presets.push(preset);
    }
    Ok(presets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_presets_are_complete_and_their_ids_unique() {
        let presets = parse(BUILT_IN).unwrap();
        assert_eq!(presets.len(), 59, "every preset of the file is typed");
        let ids: BTreeSet<_> = presets.iter().map(|preset| &preset.id).collect();
        assert_eq!(ids.len(), presets.len(), "ids are unique");
        let exchange = providers().iter().find(|preset| preset.id == "exo-smtp-oauth-app").unwrap();
        assert_eq!((exchange.port, exchange.tls_mode), (587, ProviderTls::Starttls));
    }

    #[test]
    fn a_preset_with_a_key_missing_or_one_too_many_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("providers.json");
        let mut rows: Vec<serde_json::Value> = serde_json::from_str(BUILT_IN).unwrap();
        rows[3].as_object_mut().unwrap().remove("host");
        std::fs::write(&path, serde_json::to_string(&rows).unwrap()).unwrap();
        assert!(load_providers(&path).unwrap_err().contains("host"), "a missing key is named");
        rows[3]["host"] = serde_json::Value::Null;
        rows[3]["colour"] = serde_json::Value::Null;
        std::fs::write(&path, serde_json::to_string(&rows).unwrap()).unwrap();
        assert!(load_providers(&path).unwrap_err().contains("colour"), "an unknown key is named");
    }
}
