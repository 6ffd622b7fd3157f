//! A token's state in words, for lists, panels and refusals.

use std::collections::HashMap;

use credenza_vault::RecordHead;
use jiff::Timestamp;
use uuid::Uuid;

use super::super::Workspace;
use super::super::subject::TokenOwner;
use super::TOKEN;
use super::state::TokenState;
use crate::Problem;
use crate::check::{RefreshState, StoredToken};
use crate::view::{TokenNotice, TokenView};

/// The state in one sentence; `None` while it is active.
pub(in crate::workspace) fn sentence(state: &TokenState) -> Option<String> {
    let said = state.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    match state.state {
        RefreshState::Active => None,
        RefreshState::Stopped => Some(match said {
            Some(said) => format!("Stopped: needs a new refresh token. {said}"),
            None => "Stopped: needs a new refresh token.".into(),
        }),
        RefreshState::InDoubt => {
            let at = state.since.map_or_else(String::new, |at| format!(" on {}", at.strftime("%Y-%m-%d at %H:%M UTC")));
            Some(format!(
                "In doubt: the refresh token may be lost: it was sent to the provider{at}, and what came back was never stored. Press Fetch Token: it tries once more."
            ))
        }
    }
}

impl Workspace {
    /// What stands against refresh tokens, by the record that holds them.
    pub(in crate::workspace) fn token_notices(&self) -> Result<HashMap<Uuid, TokenNotice>, Problem> {
        let notice = |(id, state): (Uuid, TokenState)| {
            Some((id, TokenNotice { owner_id: id, state: state.state, words: sentence(&state)? }))
        };
        Ok(self.token_states()?.into_iter().filter_map(notice).collect())
    }

    /// What stands against the refresh token that a record signs in with.
    pub(in crate::workspace) fn token_notice(&self, head: &RecordHead) -> Result<Option<TokenNotice>, Problem> {
        let Some(owner) = self.holder_of_tokens(head)? else { return Ok(None) };
        let state = self.token_state(owner.id)?;
        Ok(sentence(&state).map(|words| TokenNotice { owner_id: owner.id, state: state.state, words }))
    }

    /// What is known of a record's tokens; `None` when it has no OAuth 2.0.
    pub(in crate::workspace) fn token_view(&self, head: &RecordHead) -> Result<Option<TokenView>, Problem> {
        let Some(owner) = self.holder_of_tokens(head)? else { return Ok(None) };
        let owner_head = self.vault.head(owner.id)?;
        let (now, state) = (self.clock.now(), self.token_state(owner.id)?);
        let has_refresh_token = owner_head.masks.contains_key(&format!("{}.refresh_token", owner.prefix));
        let body = self.vault.document(TOKEN, &owner.id.to_string())?;
        let access = body.and_then(|body| StoredToken::from_bytes(&body)).filter(|token| token.expires_at > now);
        let until = if has_refresh_token { self.refresh_token_until(&owner, &state) } else { None };
        let rule = if has_refresh_token { self.inactivity_rule(&owner_head) } else { None };
        // What is stopped or in doubt is not used again by itself, so nothing keeps it alive.
        let kept = rule.as_ref().filter(|_| state.state == RefreshState::Active);
        let due = kept.and_then(|rule| rule.due_at(&owner_head, &state));
        Ok(Some(TokenView {
            owner_id: owner.id,
            owner_name: owner.name,
            state: state.state,
            words: sentence(&state),
            since: state.since,
            access_token_until: access.as_ref().map(|token| token.expires_at),
            renews_at: access.as_ref().map(StoredToken::due_at),
            has_refresh_token,
            refresh_token_until: until.map(|(until, _)| until),
            until_source: until.map(|(_, source)| source),
            refresh_token_ended: until.is_some_and(|(until, _)| until <= now),
            last_used: state.last_used,
            last_refreshed: state.last_refreshed,
            replaced_at_use: state.replaced_at_use,
            inactivity_days: rule.as_ref().map(|rule| rule.days),
            keep_alive_at: due,
            kept_alive_by: due.map(|due| kept_alive_by(due, now)),
            inactivity_from: rule.map(|rule| rule.from),
        }))
    }

    /// The record that holds the tokens of this one: itself, or the app registration it refers to.
    fn holder_of_tokens(&self, head: &RecordHead) -> Result<Option<TokenOwner>, Problem> {
        let block = head.meta.get("auth").and_then(|auth| auth.get("oauth2"));
        if let Some(app) = block.and_then(|block| block.get("credential")).and_then(serde_json::Value::as_str) {
            let Ok(app) = self.head(app) else { return Ok(None) };
            return Ok(Some(TokenOwner { id: app.id, name: app.name, prefix: "oauth2", shared: true }));
        }
        let prefix = match (head.record_type.as_str(), block) {
            ("app_registration", _) => "oauth2",
            (_, Some(_)) => "auth.oauth2",
            _ => return Ok(None),
        };
        Ok(Some(TokenOwner { id: head.id, name: head.name.clone(), prefix, shared: false }))
    }
}

fn kept_alive_by(due: Timestamp, now: Timestamp) -> String {
    let when = if due <= now { "at the next run".to_owned() } else { format!("on {}", due.strftime("%Y-%m-%d")) };
    format!(
        "Kept alive by \u{201c}credenza check\u{201d} and by this window while it runs, {when} if nothing uses it before."
    )
}
