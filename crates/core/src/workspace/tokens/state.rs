//! What is known of a record's refresh token, in a document beside the record.

use std::collections::HashMap;

use credenza_vault::{Batch, EventAction};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::Workspace;
use super::super::subject::TokenOwner;
use super::told;
use crate::Problem;
use crate::check::{Ending, RefreshState, Standing, refresh_digest};
use crate::credential::{Expiry, ExpirySource};
// The key is the id of the record that holds the refresh token.
use crate::horizon::REFRESH as STATE;

/// As much of a provider's words as is kept.
const REASON_LETTERS: usize = 400;

/// What is known of a refresh token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenState {
    /// Whether it can be used.
    pub state: RefreshState,
    /// Why it is stopped: what the provider said.
    pub reason: Option<String>,
    /// Since when it is stopped or in doubt.
    pub since: Option<Timestamp>,
    /// When it ends, as the provider or the token itself says (D8).
    pub refresh_token_until: Option<Timestamp>,
    /// How that is known.
    pub until_source: Option<ExpirySource>,
    /// When it was used last, or entered.
    pub last_used: Option<Timestamp>,
    /// When it brought an access token last.
    pub last_refreshed: Option<Timestamp>,
    /// Whether the provider replaces it at each use; unknown before the first.
    pub replaced_at_use: Option<bool>,
    /// A use that was begun and whose end is not known.
    pub intent: Option<Intent>,
    /// Digest of the refresh token that was refused.
    pub refused: Option<String>,
}

/// A refresh token on its way to the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Digest of the refresh token that was sent.
    pub digest: String,
    /// When.
    pub at: Timestamp,
}

impl TokenState {
    /// Puts it back into use; true when it was not.
    fn resume(&mut self) -> bool {
        let held = self.state != RefreshState::Active;
        (self.state, self.reason, self.since, self.refused) = (RefreshState::Active, None, None, None);
        held
    }

    fn doubt(&mut self, since: Timestamp) -> bool {
        let new = self.state == RefreshState::Active;
        if new {
            (self.state, self.since) = (RefreshState::InDoubt, Some(since));
        }
        new
    }

    fn last_known(&mut self, until: Option<Timestamp>) {
        (self.refresh_token_until, self.until_source) = (until, until.map(|_| ExpirySource::Reported));
    }
}

impl Workspace {
    /// What is known of the refresh token of the record with this id: the default when it has none, or none was used yet.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn token_state(&self, id: Uuid) -> Result<TokenState, Problem> {
        let body = self.vault.document(STATE, &id.to_string())?;
        let state: TokenState = body.and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default();
        Ok(self.seen_from_outside(id, state))
    }

    /// [`Workspace::token_state`] of every record for which something is known.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn token_states(&self) -> Result<HashMap<Uuid, TokenState>, Problem> {
        let documents = self.vault.documents(STATE)?;
        let read = |(key, body): (String, zeroize::Zeroizing<Vec<u8>>)| {
            let id = key.parse().ok()?;
            Some((id, self.seen_from_outside(id, serde_json::from_slice(&body).ok()?)))
        };
        Ok(documents.into_iter().filter_map(read).collect())
    }

    /// A use that was begun and never ended is in doubt, unless a program is at it now.
    fn seen_from_outside(&self, id: Uuid, mut state: TokenState) -> TokenState {
        let Some(at) = state.intent.as_ref().map(|intent| intent.at) else { return state };
        let nobody_is_at_it = || self.vault.try_exclusive(&format!("token/{id}")).is_ok_and(|lock| lock.is_some());
        if state.state == RefreshState::Active && nobody_is_at_it() && self.may_be_lost(id, &state) {
            state.doubt(at);
        }
        state
    }

    /// Whether what was sent is still what is stored: then its successor, if there was one, is nowhere.
    fn may_be_lost(&self, id: Uuid, state: &TokenState) -> bool {
        let Some(intent) = state.intent.as_ref().filter(|_| state.replaced_at_use != Some(false)) else { return false };
        let stored = ["oauth2.refresh_token", "auth.oauth2.refresh_token"]
            .into_iter()
            .find_map(|path| self.vault.secret(id, path).ok());
        // Whoever may not read the secret cannot tell; the doubt stands.
        stored.is_none_or(|stored| refresh_digest(&stored) == intent.digest) && !self.works_after_use(id)
    }

    /// For a renewal. `alone` says that the caller keeps every other program out, so that a use without an end is found out
    /// here, and written down.
    pub(super) fn standing(&self, owner: &TokenOwner, alone: bool) -> Standing {
        let mut state = self.stored_state(owner.id);
        let since = state.intent.as_ref().map(|intent| intent.at);
        if let Some(since) = since.filter(|_| alone && self.may_be_lost(owner.id, &state))
            && state.doubt(since)
            && let Err(problem) = self.put_state(
                owner,
                &state,
                Some(EventAction::TokenInDoubt { id: owner.id, name: owner.name.clone() }),
            )
        {
            tracing::warn!(problem = %problem.message, "the doubt about a refresh token could not be noted");
        }
        Standing {
            words: told::sentence(&state).unwrap_or_default(),
            until: self.refresh_token_until(owner, &state),
            state: state.state,
            since: state.since,
            refused: state.refused,
        }
    }

    /// D8: as reported, else the date on the record, good to the end of that day. An estimate is about the refresh token as
    /// it was entered: once it has worked, the estimate says nothing any more.
    pub(super) fn refresh_token_until(
        &self,
        owner: &TokenOwner,
        state: &TokenState,
    ) -> Option<(Timestamp, ExpirySource)> {
        if let Some(until) = state.refresh_token_until {
            return Some((until, state.until_source.unwrap_or(ExpirySource::Reported)));
        }
        let head = self.vault.head(owner.id).ok()?;
        let dates: Vec<Expiry> = serde_json::from_value(head.meta.get("expiries")?.clone()).ok()?;
        let own = dates.into_iter().find(|date| date.item == format!("{}.refresh_token", owner.prefix))?;
        if own.source == ExpirySource::Estimated && state.last_refreshed.is_some() {
            return None;
        }
        let end = own.on.checked_add(1.day()).ok()?.to_zoned(TimeZone::UTC).ok()?;
        // Nobody but an administrator can have said it, and they cannot know.
        Some((end.timestamp(), ExpirySource::Estimated))
    }

    pub(super) fn note_sending(&self, owner: &TokenOwner, sent: &SecretString) -> Result<(), Problem> {
        let mut state = self.stored_state(owner.id);
        state.intent = Some(Intent { digest: refresh_digest(sent), at: self.clock.now() });
        self.put_state(owner, &state, None)
    }

    /// `stored` says that the run worked on the record as it is stored: only that stops or resumes it.
    pub(super) fn note_ended(&self, owner: &TokenOwner, ending: Ending<'_>, stored: bool) -> Result<(), Problem> {
        let now = self.clock.now();
        let mut state = self.stored_state(owner.id);
        let (id, name) = (owner.id, owner.name.clone());
        let mut event = None;
        let intent = state.intent.take();
        match ending {
            Ending::Renewed { until, replaced } => {
                (state.last_used, state.last_refreshed) = (Some(now), Some(now));
                state.replaced_at_use = Some(replaced || state.replaced_at_use == Some(true));
                if until.is_some() || replaced {
                    state.last_known(until);
                }
                if (stored || state.state == RefreshState::InDoubt) && state.resume() {
                    event = Some(EventAction::TokenResumed { id, name });
                }
            }
            Ending::SignedIn { until } => {
                (state.last_used, state.last_refreshed) = (Some(now), Some(now));
                state.last_known(until);
                if state.resume() {
                    event = Some(EventAction::TokenResumed { id, name });
                }
            }
            Ending::Refused { sent, reason } if stored => {
                if state.state != RefreshState::Stopped {
                    event = Some(EventAction::TokenStopped { id, name });
                }
                (state.state, state.since) = (RefreshState::Stopped, Some(now));
                state.reason = Some(reason.chars().take(REASON_LETTERS).collect());
                state.refused = Some(refresh_digest(sent));
            }
            Ending::Lost if state.replaced_at_use != Some(false) && !self.works_after_use(id) => {
                if state.doubt(now) {
                    event = Some(EventAction::TokenInDoubt { id, name });
                }
                state.intent = intent;
            }
            Ending::Refused { .. } | Ending::Unused | Ending::Lost => {}
        }
        self.put_state(owner, &state, event)
    }

    /// Another refresh token was entered by a person. What was known of the one before is forgotten, except that the record
    /// is stopped: only a fetch that works ends that (product vector 9). The access token in the cache goes: it came of the
    /// one before, which may have been another account's.
    pub(in crate::workspace) fn note_entered(&self, id: Uuid, token: &SecretString) -> Result<(), Problem> {
        let mut state = self.stored_state(id);
        (state.intent, state.replaced_at_use, state.last_refreshed) = (None, None, None);
        state.last_used = Some(self.clock.now());
        if state.state == RefreshState::InDoubt {
            state.resume();
        }
        // EXPOSE: its claims are read, for its end.
        let claims = credenza_net::claims(token.expose_secret());
        let end = claims.and_then(|claims| claims.get("exp")?.as_i64()).and_then(|at| Timestamp::from_second(at).ok());
        state.last_known(end);
        self.vault.put_document(STATE, &id.to_string(), &written(&state)?)?;
        Ok(self.vault.remove_document(super::TOKEN, &id.to_string())?)
    }

    /// A person signed in on the form that has just been saved. True when that put the record back into use.
    pub(in crate::workspace) fn note_signed_in(&self, id: Uuid) -> Result<bool, Problem> {
        let mut state = self.stored_state(id);
        state.last_refreshed = Some(self.clock.now());
        let resumed = state.resume();
        let owner = TokenOwner { id, name: self.vault.head(id)?.name, prefix: "oauth2", shared: false };
        let event = resumed.then(|| EventAction::TokenResumed { id, name: owner.name.clone() });
        self.put_state(&owner, &state, event)?;
        Ok(resumed)
    }

    fn stored_state(&self, id: Uuid) -> TokenState {
        let body = self.vault.document(STATE, &id.to_string()).ok().flatten();
        body.and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default()
    }

    fn put_state(&self, owner: &TokenOwner, state: &TokenState, event: Option<EventAction>) -> Result<(), Problem> {
        let mut batch = Batch::new();
        batch.document(STATE, &owner.id.to_string(), written(state)?);
        if let Some(event) = event {
            batch.event(event);
        }
        self.commit(batch)
    }
}

fn written(state: &TokenState) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(state).map_err(|error| Problem::internal(format!("{STATE}: {error}")))
}
