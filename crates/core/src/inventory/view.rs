//! What was read, as the shells show it: line by line, soonest first, with what matters marked.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Application, Directory, Key, KeyKind, renews_itself};
use crate::check::CheckResult;

/// How a reading went, and what is known now.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct InventoryReport {
    /// The reading as a check: its stages, and what a failure means.
    pub check: CheckResult,
    /// What was read; `None` when the reading failed, so that a failure never looks like an empty list.
    pub inventory: Option<InventoryView>,
}

/// What a tenant's app registrations hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct InventoryView {
    /// When it was read, UTC.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub read_at: Timestamp,
    /// Days before an end from which on it matters.
    pub within_days: u16,
    /// How many app registrations there are.
    pub applications: u32,
    /// How many of them have neither secret nor certificate.
    pub without_keys: u32,
    /// How many lines matter.
    pub matter: u32,
    /// Every secret and certificate, soonest end first.
    pub items: Vec<InventoryItem>,
    /// What was read with this record before and is gone, as far as a credential here still stands for it.
    pub gone: Vec<InventoryGone>,
}

/// Something that a directory reported for a credential here, and reports no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct InventoryGone {
    /// Display name of the application.
    pub application: String,
    /// Application (client) id.
    pub app_id: String,
    /// What is gone: the application as a whole when absent, else what the directory called the secret or certificate.
    pub item: Option<String>,
    /// The credential here that stands for it.
    pub credential: InventoryMatch,
    /// The day on which it was first missed, UTC.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub since: Date,
}

/// One secret or certificate of an app registration. Never a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct InventoryItem {
    /// Display name of the application.
    pub application: String,
    /// Application (client) id.
    pub app_id: String,
    /// Object id under *App registrations*.
    pub object_id: String,
    /// Id of the secret or certificate.
    pub key_id: String,
    /// Secret or certificate.
    pub kind: KeyKind,
    /// Its display name; blank when it has none.
    pub name: String,
    /// The first three characters of a secret.
    pub hint: String,
    /// The day on which it ends, UTC; `None` when it has no end.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub on: Option<Date>,
    /// The moment at which it ends, UTC.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub at: Option<Timestamp>,
    /// Days from today; negative when it has ended.
    pub days: Option<i32>,
    /// Who answers for it; Graph's list does not say, so `None` unless the credential here does.
    pub owner: Option<String>,
    /// A service of Microsoft renews it by itself.
    pub renews_itself: bool,
    /// Somebody muted its application.
    pub muted: bool,
    /// It ends within the days asked for or has ended, does not renew itself and is not muted.
    pub matters: bool,
    /// The credential of this vault with the same client id.
    pub credential: Option<InventoryMatch>,
    /// That credential signs in with this very one: a secret's beginning, or a certificate's fingerprint, is the same.
    pub in_use: bool,
}

/// A credential of this vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct InventoryMatch {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// Which applications are imported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct InventoryChoice {
    /// Application (client) ids; all that matter when left out.
    #[serde(default)]
    pub app_ids: Option<Vec<String>>,
    /// Days before an end from which on it matters.
    #[serde(default)]
    pub within_days: Option<u16>,
    /// What they become.
    #[serde(default)]
    pub record: InventoryKindOfRecord,
}

/// What an application becomes when it is imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, rename = "InventoryRecord")]
pub enum InventoryKindOfRecord {
    /// An app registration: with its secret entered, it can be tested and used.
    #[default]
    AppRegistration,
    /// A secret to watch: nothing here signs in with it.
    Secret,
}

/// The credentials of this vault by client id in small letters, each with its owner and the keys that it signs in with.
#[derive(Default)]
pub(crate) struct Matches {
    /// By client id.
    pub(crate) by_client: HashMap<String, Vec<(InventoryMatch, String)>>,
    /// Ids of keys in use.
    pub(crate) in_use: BTreeSet<String>,
    /// Client ids of muted applications.
    pub(crate) muted: BTreeSet<String>,
}

/// The view of what was read.
pub(crate) fn view(
    directory: &Directory,
    (read_at, today): (Timestamp, Date),
    within_days: u16,
    matches: &Matches,
) -> InventoryView {
    let lines = |application: &Application| -> Vec<InventoryItem> {
        application.keys.iter().map(|key| item((application, key), today, within_days, matches)).collect()
    };
    let mut items: Vec<InventoryItem> = directory.applications.iter().flat_map(lines).collect();
    items.sort_by(|a, b| {
        let end = |item: &InventoryItem| (item.at.is_none(), item.at);
        end(a).cmp(&end(b)).then_with(|| a.application.cmp(&b.application)).then_with(|| a.key_id.cmp(&b.key_id))
    });
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    InventoryView {
        read_at,
        within_days,
        applications: count(directory.applications.len()),
        without_keys: count(directory.applications.iter().filter(|application| application.keys.is_empty()).count()),
        matter: count(items.iter().filter(|item| item.matters).count()),
        items,
        gone: Vec::new(),
    }
}

fn item((application, key): (&Application, &Key), today: Date, within_days: u16, matches: &Matches) -> InventoryItem {
    let client = application.app_id.to_ascii_lowercase();
    let matched = matches.by_client.get(&client).and_then(|all| all.first());
    let on = key.ends.map(|end| end.to_zoned(TimeZone::UTC).date());
    let days = on.and_then(|on| today.until(on).ok()).map(|span| span.get_days());
    let renews_itself = renews_itself(application, key);
    let muted = matches.muted.contains(&client);
    InventoryItem {
        application: application.name.clone(),
        app_id: application.app_id.clone(),
        object_id: application.id.clone(),
        key_id: key.id.clone(),
        kind: key.kind,
        name: key.name.clone(),
        hint: key.hint.clone(),
        on,
        at: key.ends,
        days,
        owner: matched.map(|(_, owner)| owner.clone()).filter(|owner| !owner.is_empty()),
        renews_itself,
        muted,
        matters: days.is_some_and(|days| days <= i32::from(within_days)) && !renews_itself && !muted,
        credential: matched.map(|(credential, _)| credential.clone()),
        in_use: matches.in_use.contains(&key.id),
    }
}
