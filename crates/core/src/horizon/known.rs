//! Documents beside the records: what programs learned of dates, and what people set for an item.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::HorizonKind;
use crate::rotation::Book;
use crate::view::CheckSummary;

/// Document kind of the dates that a directory reported; the key is the record's id, the body an [`InventoryDates`].
pub const INVENTORY: &str = "inventory-dates";

/// How the place of an inventory's date begins that belongs to no field of the record: `inventory/<key id>`.
pub const INVENTORY_ITEM: &str = "inventory/";

/// Document kind of what is known of a refresh token; the key is the id of the record that holds it.
pub(crate) const REFRESH: &str = "token-state";

/// Document kind of what people set for the items of a record; the key is the record's id, the body a [`RecordItems`].
pub(crate) const SETTINGS: &str = "horizon-item";

/// Dates that a directory such as Microsoft Entra reported for one record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InventoryDates {
    /// When they were read.
    pub read_at: Timestamp,
    /// The record that read them.
    pub reader: Option<Uuid>,
    /// Client id of the application that they were reported for, in small letters.
    pub app_id: String,
    /// Its display name.
    pub application: String,
    /// Since when the application is gone from the directory.
    pub gone_since: Option<Timestamp>,
    /// The dates.
    pub dates: Vec<InventoryDate>,
}

/// One date of an inventory; its source is always *reported*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryDate {
    /// The place in the record that it is the date of, such as `oauth2.client_secret`, where that is known; else
    /// `inventory/<key id>`.
    pub item: String,
    /// What it is; absent: what stands at that place, else a client secret.
    #[serde(default)]
    pub kind: Option<HorizonKind>,
    /// What the directory calls it; blank for the field's own name.
    #[serde(default)]
    pub label: String,
    /// The last good day.
    pub on: Date,
    /// The exact end, where the directory tells it.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// What else is known of it. Never a secret.
    #[serde(default)]
    pub note: String,
    /// The id of the secret or certificate in the directory.
    #[serde(default)]
    pub key: String,
    /// The first three characters of a secret, as the directory shows them.
    #[serde(default)]
    pub hint: String,
    /// Since when it is gone from the directory: then `on` is the end that was told last, and nothing expires any more.
    #[serde(default)]
    pub gone_since: Option<Timestamp>,
}

/// What a person set for one item of the horizon. What is absent is as the item itself has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct ItemSettings {
    /// Muted or not; absent: muted when it renews itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub muted: Option<bool>,
    /// Days before the end on which an alert goes out, in place of those of the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thresholds: Option<Vec<u16>>,
    /// Who answers for it, in place of the record's owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub owner: Option<String>,
    /// How to renew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// The settings of all items of one record, by item path.
pub(crate) type RecordItems = BTreeMap<String, ItemSettings>;

/// When a kept access token ends. The token itself is not read.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TokenEnd {
    pub(crate) expires_at: Timestamp,
}

/// What is known of a refresh token, of all that the document of that kind holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RefreshEnd {
    /// `active`, `stopped` or `in_doubt`.
    pub(crate) state: String,
    /// When it ends, as the provider or the token itself says (D8).
    pub(crate) refresh_token_until: Option<Timestamp>,
    /// When it was used last, or entered.
    pub(crate) last_used: Option<Timestamp>,
    /// When it brought an access token last.
    pub(crate) last_refreshed: Option<Timestamp>,
    /// Whether the provider replaces it at each use.
    pub(crate) replaced_at_use: Option<bool>,
}

/// Days without use after which a provider drops a refresh token, by the host of its token URL.
pub(crate) type IdleLimits = HashMap<String, u32>;

/// Everything that is known beside the records, by record.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) checks: HashMap<Uuid, CheckSummary>,
    pub(crate) settings: HashMap<Uuid, RecordItems>,
    pub(crate) inventory: HashMap<Uuid, InventoryDates>,
    pub(crate) tokens: HashMap<Uuid, TokenEnd>,
    pub(crate) rotations: HashMap<Uuid, Book>,
    pub(crate) refresh: HashMap<Uuid, RefreshEnd>,
    pub(crate) idle_limits: IdleLimits,
}

impl Known {
    /// What is known of one record.
    pub(crate) fn of(&self, id: Uuid) -> Joined<'_> {
        Joined {
            check: self.checks.get(&id),
            settings: self.settings.get(&id),
            inventory: self.inventory.get(&id),
            token: self.tokens.get(&id),
            rotation: self.rotations.get(&id),
            refresh: self.refresh.get(&id),
            idle_limits: Some(&self.idle_limits),
        }
    }
}

/// What is known beside one record.
#[derive(Default, Clone, Copy)]
pub(crate) struct Joined<'a> {
    pub(crate) check: Option<&'a CheckSummary>,
    pub(crate) settings: Option<&'a RecordItems>,
    pub(crate) inventory: Option<&'a InventoryDates>,
    pub(crate) token: Option<&'a TokenEnd>,
    pub(crate) rotation: Option<&'a Book>,
    pub(crate) refresh: Option<&'a RefreshEnd>,
    pub(crate) idle_limits: Option<&'a IdleLimits>,
}
