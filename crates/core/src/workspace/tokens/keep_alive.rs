//! Keeps refresh tokens alive that a provider drops when nobody uses them.
//!
//! The rule: a refresh token is due when eight ninths of the limit have passed since it was used last, so at day 80 of 90
//! and day 160 of 180.

use credenza_net::Lifetime;
use credenza_vault::{Batch, EventAction, RecordHead};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::super::{RunOptions, Workspace, credential_of};
use super::is_refresh_token;
use super::state::TokenState;
use crate::Problem;
use crate::check::{Action, Finished, Outcome, RefreshState};
use crate::credential::{Credential, GrantType, Kind, OAuth2, OAuth2Source};
use crate::horizon::IdleLimits;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// A refresh token that has to be used, or it is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenDue {
    /// The record that holds it.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Since when it is due.
    pub due_at: Timestamp,
    /// Days without use after which the provider drops it.
    pub inactivity_days: u32,
    /// Where that number comes from.
    pub from: String,
}

/// After how many days without use a refresh token is dropped.
pub(super) struct InactivityRule {
    pub(super) days: u32,
    /// The provider's name, or that the record says so.
    pub(super) from: String,
}

impl InactivityRule {
    /// When the token is to be used. One that was never used here counts from the day its record was added.
    pub(super) fn due_at(&self, head: &RecordHead, state: &TokenState) -> Option<Timestamp> {
        let limit = i64::from(self.days) * SECONDS_PER_DAY;
        let used = state.last_used.unwrap_or(head.created_at);
        used.checked_add(SignedDuration::from_secs(limit / 9 * 8)).ok()
    }
}

impl Workspace {
    /// The refresh tokens that have to be used now to stay alive, longest due first. Those that are stopped or in doubt are
    /// left alone: using them again mends nothing.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn tokens_due(&self, now: Timestamp) -> Result<Vec<TokenDue>, Problem> {
        let mut due = self.tokens_by_due()?;
        due.retain(|token| token.due_at <= now);
        Ok(due)
    }

    /// When the next refresh token has to be used to stay alive, whether that moment has come or not.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn next_token_due(&self) -> Result<Option<Timestamp>, Problem> {
        Ok(self.tokens_by_due()?.first().map(|token| token.due_at))
    }

    fn tokens_by_due(&self) -> Result<Vec<TokenDue>, Problem> {
        let states = self.token_states()?;
        let mut due = Vec::new();
        for head in self.vault.heads()?.iter().filter(|head| has_refresh_token(head)) {
            let state = states.get(&head.id).cloned().unwrap_or_default();
            let rule = self.inactivity_rule(head).filter(|_| state.state == RefreshState::Active);
            let moment = rule.as_ref().and_then(|rule| rule.due_at(head, &state));
            if let (Some(InactivityRule { days, from }), Some(due_at)) = (rule, moment) {
                due.push(TokenDue { id: head.id, name: head.name.clone(), due_at, inactivity_days: days, from });
            }
        }
        due.sort_by_key(|token| token.due_at);
        Ok(due)
    }

    /// Uses a refresh token for no other reason than to keep it alive. It is no test of the record: its last result stays,
    /// unless this fails.
    ///
    /// # Errors
    /// `not_found`, and whatever writing the vault may fail with. A refresh that fails is a result.
    pub async fn keep_alive(&self, id: Uuid, options: RunOptions) -> Result<Finished, Problem> {
        let settings = self.settings()?;
        let prepared = self.stored_subject(&self.vault.head(id)?)?;
        let action = Action::Token { force: true };
        let mut intent = Batch::new();
        prepared.note_intent(&action, settings.token_scripts_allowed, &mut intent)?;
        self.commit(intent)?;
        let options = RunOptions { unattended: true, person: None, ..options };
        let mut finished = self.until_locked(self.execute(&prepared, &action, options, &settings)).await?;
        let mut results = Batch::new();
        if finished.result.outcome == Outcome::Failed {
            self.note_result((&prepared, &action), &mut finished, &mut results)?;
        } else {
            let name = prepared.subject.credential.common.name.clone();
            results.event(EventAction::TokenKeptAlive { id, name });
        }
        self.commit(results)?;
        Ok(finished)
    }

    /// The administrator's own number, else the provider's, by the host of the token URL.
    pub(super) fn inactivity_rule(&self, head: &RecordHead) -> Option<InactivityRule> {
        let block = own_block(credential_of(head).ok()?)?;
        if !uses_refresh_tokens(block.grant) {
            return None;
        }
        if let Some(days) = block.inactivity_days {
            return Some(InactivityRule { days, from: "the record".into() });
        }
        self.provider_fact(&block, |entry| {
            Some(InactivityRule { days: entry.inactivity_days?, from: entry.provider.clone() })
        })
    }

    /// The providers' own numbers, by host.
    pub(in crate::workspace) fn idle_limits(&self) -> IdleLimits {
        let Some(facts) = self.lifetimes() else { return IdleLimits::default() };
        let limited = facts.lifetimes.iter().filter_map(|entry| Some((&entry.token_hosts, entry.inactivity_days?)));
        // Where two entries name a host, the first counts, as it does for the keeping alive itself.
        let mut limits = IdleLimits::new();
        for (host, days) in limited.flat_map(|(hosts, days)| hosts.iter().map(move |host| (host, days))) {
            limits.entry(host.clone()).or_insert(days);
        }
        limits
    }

    /// Whether the provider is known to take a refresh token again after it was used.
    pub(super) fn works_after_use(&self, owner: Uuid) -> bool {
        let block = self.vault.head(owner).ok().and_then(|head| own_block(credential_of(&head).ok()?));
        block.and_then(|block| self.provider_fact(&block, |entry| entry.works_after_use.then_some(()))).is_some()
    }

    /// What the facts say of the provider, by the host of the token URL.
    fn provider_fact<T>(&self, block: &OAuth2, what: impl Fn(&Lifetime) -> Option<T>) -> Option<T> {
        let host = url::Url::parse(&block.token_url).ok()?.host_str()?.to_ascii_lowercase();
        let lifetimes = self.lifetimes()?;
        lifetimes.lifetimes.iter().filter(|entry| entry.token_hosts.contains(&host)).find_map(what)
    }
}

fn has_refresh_token(head: &RecordHead) -> bool {
    head.masks.keys().any(|path| is_refresh_token(path))
}

fn uses_refresh_tokens(grant: GrantType) -> bool {
    matches!(grant, GrantType::RefreshToken | GrantType::AuthorizationCode | GrantType::DeviceCode)
}

fn own_block(credential: Credential) -> Option<OAuth2> {
    if let Kind::AppRegistration(app) = &credential.kind {
        return Some(app.completed());
    }
    match credential.oauth2() {
        Some((_, OAuth2Source::Own(block))) => Some((**block).clone()),
        _ => None,
    }
}
