//! What Microsoft Graph lists of a tenant: its app registrations, and when each of their secrets and certificates ends.
//!
//! Graph tells names, the first three characters of a secret, ids and dates. A secret value is in none of these types: whatever
//! else an answer holds is dropped where it is read.

mod dates;
mod place;
mod records;
mod view;
mod wire;

pub(crate) use dates::{Recognised, dates_for, gone, gone_from};
pub(crate) use place::address;
pub use place::{GraphPlace, graph_place};
pub(crate) use records::{Origin, RecordNames, record_for};
pub use view::{
    InventoryChoice, InventoryGone, InventoryItem, InventoryKindOfRecord, InventoryMatch, InventoryReport,
    InventoryView,
};
pub(crate) use view::{Matches, view};
pub(crate) use wire::{Page, read_page};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Days before an end from which on it matters, unless somebody asks for others.
pub const NEAR_DAYS: u16 = 60;

/// Everything that was listed in one reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// The applications, in Graph's order.
    pub applications: Vec<Application>,
    /// How many pages it took.
    pub pages: u32,
}

/// One app registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Object id under *App registrations*.
    pub id: String,
    /// Application (client) id.
    pub app_id: String,
    /// Display name.
    pub name: String,
    /// Its secrets and certificates.
    pub keys: Vec<Key>,
}

/// One secret or certificate of an application. Never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its id (*Secret ID*).
    pub id: String,
    /// Secret or certificate.
    pub kind: KeyKind,
    /// Display name; blank when it has none.
    pub name: String,
    /// The first three characters of a secret, as Entra shows them; blank for a certificate.
    pub hint: String,
    /// When it ends; `None` when Graph names no end, or one past the year 9998.
    pub ends: Option<Timestamp>,
}

/// Secret or certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export, rename = "InventoryKind")]
pub enum KeyKind {
    /// A client secret (`passwordCredentials`).
    Secret,
    /// A certificate (`keyCredentials`).
    Certificate,
}

/// Beginnings of names that a service of Microsoft gives to what it renews by itself: a key's, then an application's.
const RENEWED_KEYS: [&str; 3] =
    ["CN=Microsoft Azure Federated SSO Certificate", "Microsoft Azure Federated SSO Certificate", "CWAP_AuthSecret"];
const RENEWED_APPLICATIONS: [&str; 2] = ["ConnectSyncProvisioning_", "P2P Server"];

/// Whether a service of Microsoft renews a key by itself, judged by names that it gives: single sign-on, the application proxy,
/// directory synchronisation, device sign-in, managed identities.
pub fn renews_itself(application: &Application, key: &Key) -> bool {
    let begins =
        |text: &str, known: &str| text.get(..known.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(known));
    let managed = |text: &str| {
        let plain: String = text.chars().filter(|c| c.is_ascii_alphabetic()).collect();
        plain.to_ascii_lowercase().contains("managedidentity")
    };
    RENEWED_KEYS.iter().any(|known| begins(key.name.trim(), known))
        || RENEWED_APPLICATIONS.iter().any(|known| begins(application.name.trim(), known))
        || managed(&key.name)
        || managed(&application.name)
}

#[cfg(test)]
mod tests;
