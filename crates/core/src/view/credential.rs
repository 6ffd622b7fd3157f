//! A credential in a list, and on its own.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{CheckSummary, TokenView};
use crate::check::{CheckResult, RefreshState};
use crate::credential::{Credential, CredentialType, ExpirySource};
use crate::horizon::HorizonKind;
use crate::readiness::ReadinessService;

/// One line of the list.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct CredentialRow {
    /// Stable id.
    pub id: Uuid,
    /// Unique name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The type.
    #[serde(rename = "type")]
    pub credential_type: CredentialType,
    /// `host:port`, or empty.
    pub host: String,
    /// Who answers for it.
    pub owner: String,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// `usable` or `sealed` (D10).
    #[ts(type = "'usable' | 'sealed'")]
    pub class: credenza_vault::Class,
    /// How the last check ended.
    pub status: RowStatus,
    /// What deserves a badge.
    pub flags: Vec<RowFlag>,
    /// Why its tokens cannot be used, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub token_notice: Option<Box<TokenNotice>>,
    /// The next date on which something of it stops working. Boxed, as most of ten thousand lines have none.
    pub next_expiry: Option<Box<ExpiryView>>,
    /// The last check.
    pub last_check: Option<Box<CheckSummary>>,
    /// Counts the saves, from 1.
    #[ts(type = "number")]
    pub revision: u64,
    /// When it was last saved.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
}

/// How the last check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RowStatus {
    /// It works.
    Passed,
    /// It works, with a warning.
    Warning,
    /// It does not work.
    Failed,
    /// Never checked.
    Untested,
}

/// What deserves a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RowFlag {
    /// The server's certificate is not verified (D1).
    NotVerified,
    /// A secret may travel in clear (D7).
    ClearText,
    /// The main password of its account was changed: its app password may have ended with it (IQX-17).
    Suspect,
    /// Something stops working within 30 days.
    Expiring,
    /// Something has stopped working.
    Expired,
    /// It needs a new refresh token, or what it signs in with does (TUF-24).
    TokenStopped,
    /// A refresh token of it may be lost.
    TokenInDoubt,
}

/// Why a credential's tokens cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct TokenNotice {
    /// The record that holds the refresh token: the credential itself, or its app registration.
    pub owner_id: Uuid,
    /// Stopped or in doubt.
    pub state: RefreshState,
    /// The same in one sentence.
    pub words: String,
}

/// A date on which something stops working, seen from today: one item of the horizon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct ExpiryView {
    /// Stable: the credential's id, a slash, the item's path.
    pub id: String,
    /// The credential's id.
    pub credential_id: Uuid,
    /// The credential's name.
    pub credential_name: String,
    /// The credential's type.
    pub credential_type: CredentialType,
    /// Where the item stands in the record, such as `auth.password`, or `server_certificate`, `token`.
    pub path: String,
    /// What it is.
    pub kind: HorizonKind,
    /// What expires, as the window labels it.
    pub item: String,
    /// The last good day.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub on: Date,
    /// The exact end, where it is known.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub at: Option<Timestamp>,
    /// Where the date comes from (D8).
    pub source: ExpirySource,
    /// How to renew it.
    pub note: String,
    /// Who answers for it.
    pub owner: String,
    /// Names of the credentials that use the one it belongs to; left out in lists of credentials.
    pub used_by: Vec<String>,
    /// Whether a program renews it.
    pub renews_itself: bool,
    /// What is known of its renewal, in a sentence; else empty.
    pub renewal: String,
    /// Whether nobody is to be told of it.
    pub muted: bool,
    /// Days before the end on which an alert goes out; absent: those of the settings.
    pub thresholds: Option<Vec<u16>>,
    /// Days from today; negative when it has passed.
    pub days: i32,
    /// Since when it is gone from the directory that reported it. It is muted then: nothing of it expires any more, and `on` is the
    /// end that was told last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    #[schemars(with = "Option<String>")]
    pub gone_since: Option<Date>,
}

/// A credential on its own.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct CredentialDetail {
    /// Stable id.
    pub id: Uuid,
    /// Counts the saves, from 1.
    #[ts(type = "number")]
    pub revision: u64,
    /// When it was added.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it was last saved.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// Who saved it last.
    pub updated_by: String,
    /// The record, masked.
    pub credential: Credential,
    /// Its line in the list.
    pub row: CredentialRow,
    /// What uses it.
    pub used_by: Vec<UsedBy>,
    /// Its dates, soonest first.
    pub expiries: Vec<ExpiryView>,
    /// What is known of its tokens; `null` when it has no OAuth 2.0.
    pub token: Option<TokenView>,
    /// The last check in full.
    pub last_result: Option<CheckResult>,
    /// Whose readiness check there is for it.
    pub readiness: Option<ReadinessService>,
    /// What *Save* made of a sign-in on the form; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sign_in: Option<SignInSaved>,
}

/// What *Save* made of a sign-in on the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignInSaved {
    /// Its refresh token is on the record now.
    Stored,
    /// It was for another token endpoint or client than the form has now, and is gone.
    Dropped,
}

/// Something that uses a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct UsedBy {
    /// Id of the user.
    pub id: Uuid,
    /// Name of the user.
    pub name: String,
    /// How it uses it, in words.
    pub how: String,
}
