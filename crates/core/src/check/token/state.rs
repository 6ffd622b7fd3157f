//! What is known of a refresh token between its uses, and what that allows (TUF-23, TUF-24, D8).

use credenza_vault::Exclusive;
use jiff::Timestamp;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::credential::ExpirySource;

/// Whether a refresh token can be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RefreshState {
    /// Nothing is known against it.
    #[default]
    Active,
    /// The provider takes it no longer; whatever uses it waits for a fetch that works (TUF-24).
    Stopped,
    /// It was sent, and what the provider answered was never stored: its successor may be lost.
    InDoubt,
}

/// What is known of a refresh token, with the parts that a renewal asks for.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Whether it can be used.
    pub state: RefreshState,
    /// The state in one sentence, for people; empty while it is active.
    pub words: String,
    /// Since when it is stopped or in doubt.
    pub since: Option<Timestamp>,
    /// Digest of the refresh token that the provider refused.
    pub refused: Option<String>,
    /// When it ends, and how that is known.
    pub until: Option<(Timestamp, ExpirySource)>,
}

/// How the use of a refresh token, or a person's sign-in, ended.
#[derive(Debug, Clone, Copy)]
pub enum Ending<'a> {
    /// A token came.
    Renewed {
        /// When the refresh token ends, if the provider or the token says so.
        until: Option<Timestamp>,
        /// Whether another refresh token came in place of the one that was sent.
        replaced: bool,
    },
    /// A person signed in, and a refresh token came of it.
    SignedIn {
        /// When it ends, if the provider or the token says so.
        until: Option<Timestamp>,
    },
    /// The provider takes this refresh token no longer (RFC 6749 5.2: `invalid_grant`).
    Refused {
        /// The one that was sent.
        sent: &'a SecretString,
        /// What the provider said, redacted.
        reason: &'a str,
    },
    /// The provider answered with another refusal: the refresh token was not used up.
    Unused,
    /// The request was sent and no answer came that could be read: the provider may have replaced the refresh token.
    Lost,
}

/// The sole right to renew the tokens of one credential, across programs. It ends when this is dropped.
#[derive(Debug, Default)]
pub struct Turn(Option<Exclusive>);

impl Turn {
    /// The right that a lock stands for.
    pub fn of(lock: Exclusive) -> Turn {
        Turn(Some(lock))
    }

    /// Whether other programs are kept out as well.
    pub fn holds_lock(&self) -> bool {
        self.0.is_some()
    }
}

/// On whose behalf a token is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AskedBy {
    /// A person pressed a button: even a refresh token that was refused, or may be lost, is tried once more.
    Person,
    /// A program that wants the token itself: tried when another refresh token was entered since it was refused.
    Fetch,
    /// Something that uses the credential: it never tries what is stopped or in doubt.
    #[default]
    Job,
}

/// What a caller wants of the tokens in a check.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenUse {
    /// On whose behalf.
    pub by: AskedBy,
    /// A token that was fetched since then counts as fetched by this check, even where a new one is asked for. Without it,
    /// that holds for a token that another program fetched while this check waited for it.
    pub since: Option<Timestamp>,
    /// Use a refresh token although its end is known to have passed (TUF-23).
    pub despite_expiry: bool,
}

/// A digest of a refresh token, to tell it from its successor.
pub fn refresh_digest(token: &SecretString) -> String {
    // EXPOSE: for its digest.
    Sha256::digest(token.expose_secret()).iter().map(|byte| format!("{byte:02x}")).collect()
}
