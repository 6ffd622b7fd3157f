//! The tokens of a credential: whether they can be used, when they end, what renews them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::check::RefreshState;
use crate::credential::ExpirySource;

/// What is known of a credential's tokens; never a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct TokenView {
    /// The record that holds them: the credential itself, or its app registration.
    pub owner_id: Uuid,
    /// Its name.
    pub owner_name: String,
    /// Whether the refresh token can be used.
    pub state: RefreshState,
    /// What that means, in one sentence; `null` while it is active.
    pub words: Option<String>,
    /// Since when it is stopped or in doubt.
    #[ts(type = "string | null")]
    pub since: Option<Timestamp>,
    /// When the access token in the cache ends.
    #[ts(type = "string | null")]
    pub access_token_until: Option<Timestamp>,
    /// From when on it is renewed at its next use: nine tenths of its life, or a minute before its end.
    #[ts(type = "string | null")]
    pub renews_at: Option<Timestamp>,
    /// Whether a refresh token is stored.
    pub has_refresh_token: bool,
    /// When the refresh token ends, if that is known (D8).
    #[ts(type = "string | null")]
    pub refresh_token_until: Option<Timestamp>,
    /// How that is known: reported, or an administrator's estimate.
    pub until_source: Option<ExpirySource>,
    /// Whether that has passed (TUF-23).
    pub refresh_token_ended: bool,
    /// When the refresh token was used last, or entered.
    #[ts(type = "string | null")]
    pub last_used: Option<Timestamp>,
    /// When it brought an access token last.
    #[ts(type = "string | null")]
    pub last_refreshed: Option<Timestamp>,
    /// Whether the provider replaces it at each use; `null` before the first.
    pub replaced_at_use: Option<bool>,
    /// Days without use after which the provider drops it.
    pub inactivity_days: Option<u32>,
    /// Where that number comes from: the provider's name, or the record.
    pub inactivity_from: Option<String>,
    /// When it is used for no other reason than to keep it alive.
    #[ts(type = "string | null")]
    pub keep_alive_at: Option<Timestamp>,
    /// What keeps it alive, in words.
    pub kept_alive_by: Option<String>,
}
