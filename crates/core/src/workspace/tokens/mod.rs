//! Where tokens are kept: encrypted, beside the record they belong to; and what is known of their refresh tokens.

mod keep_alive;
mod state;
mod told;

pub use keep_alive::TokenDue;
pub use state::{Intent, TokenState};

use credenza_vault::{Batch, EventAction, RecordHead};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::Workspace;
use super::held::FormPlace;
use super::subject::TokenOwner;
use crate::check::{Ending, SignInPlace, Standing, StoredToken, TokenStore, Turn};
use crate::{Code, Problem, Secrets};

/// Document kind of cached access tokens; the key is the id of the record whose OAuth 2.0 block or script gave them.
pub(super) const TOKEN: &str = "token";

/// The token store of one run.
pub(super) struct Ledger<'a> {
    pub(super) workspace: &'a Workspace,
    /// The stored record that the tokens belong to; `None` for a form that was never saved.
    pub(super) owner: Option<&'a TokenOwner>,
    /// What the run works with.
    pub(super) secrets: &'a Secrets,
    /// Whether the run works on the record as it is stored.
    pub(super) stored: bool,
    /// The form whose unsaved record is tested.
    pub(super) form: Option<FormPlace>,
    /// Whether the refresh token it works with is the stored one.
    pub(super) kept_refresh: bool,
}

impl TokenStore for Ledger<'_> {
    fn cached(&self, field: &str) -> Option<StoredToken> {
        let owner = self.owner?;
        let body = self.workspace.vault.document(TOKEN, &owner.id.to_string()).ok()??;
        let token = StoredToken::from_bytes(&body)?;
        // An app registration's token is kept under that record's own place; the run knows it by its own.
        Some(StoredToken { field: field.to_owned(), ..token })
    }

    fn keep(&self, token: &StoredToken) -> Result<(), Problem> {
        let Some(owner) = self.owner else { return Ok(()) };
        let mut batch = Batch::new();
        batch.document(TOKEN, &owner.id.to_string(), token.to_bytes()?.to_vec());
        batch.event(EventAction::TokenStored { id: owner.id, name: owner.name.clone() });
        self.workspace.unless_locked(|| Ok(self.workspace.vault.commit(batch)?))
    }

    fn rotated(&self, field: &str, new: &SecretString) -> Result<(), Problem> {
        let Some(entered) = self.secrets.text(field) else { return Ok(()) };
        let sent = self.workspace.newest(entered.clone());
        if let Some(owner) = self.owner {
            let stored = self.workspace.stored_refresh_token(owner);
            let is_stored = |stored: &SecretString| same(stored, entered) || same(stored, &sent);
            if self.stored || stored.is_some_and(|stored| is_stored(&stored)) {
                self.workspace.keep_refresh_token(owner, new)?;
            }
        }
        // What still holds the old one (a form that was typed and never saved, a check under way) takes the new one.
        self.workspace.remember_successor(entered, new);
        self.workspace.remember_successor(&sent, new);
        Ok(())
    }

    fn signed_in(&self, field: &str, new: &SecretString) -> Result<SignInPlace, Problem> {
        // An app registration that the form refers to is stored, whatever becomes of the form.
        if let Some(owner) = self.owner.filter(|owner| self.stored || owner.shared) {
            self.workspace.keep_refresh_token(owner, new)?;
            return Ok(SignInPlace::Stored);
        }
        let Some(place) = &self.form else { return Ok(SignInPlace::NotStored) };
        self.workspace.hold_sign_in(place, new, self.secrets.text(field));
        Ok(SignInPlace::Held)
    }

    fn successor(&self, _field: &str, sent: &SecretString) -> Option<SecretString> {
        let known = self.workspace.newest(sent.clone());
        if !same(&known, sent) {
            return Some(known);
        }
        // Another process (the command line beside the window) may have had it replaced since this run read the record.
        let owner = self.owner.filter(|_| self.kept_refresh)?;
        let stored = self.workspace.stored_refresh_token(owner)?;
        (!same(&stored, sent)).then_some(stored)
    }

    fn try_turn(&self) -> Option<Turn> {
        let Some(owner) = self.owner else { return Some(Turn::default()) };
        match self.workspace.vault.try_exclusive(&format!("token/{}", owner.id)) {
            Ok(lock) => lock.map(Turn::of),
            Err(error) => {
                // As with what the machine remembers of a vault: a folder that cannot be written makes no operation fail.
                tracing::warn!(%error, "other programs cannot be kept from renewing the same token");
                Some(Turn::default())
            }
        }
    }

    fn standing(&self, alone: bool) -> Standing {
        let owner = self.owner.filter(|_| self.kept_refresh);
        owner.map(|owner| self.workspace.standing(owner, alone)).unwrap_or_default()
    }

    fn sending(&self, sent: &SecretString) -> Result<(), Problem> {
        let owner = self.owner.filter(|_| self.kept_refresh);
        owner.map_or(Ok(()), |owner| self.workspace.note_sending(owner, sent))
    }

    fn ended(&self, ending: Ending<'_>) -> Result<(), Problem> {
        let owner = self.owner.filter(|_| self.kept_refresh);
        owner.map_or(Ok(()), |owner| self.workspace.note_ended(owner, ending, self.stored))
    }
}

/// Whether a secret's path is that of the refresh token in force.
pub(super) fn is_refresh_token(path: &str) -> bool {
    matches!(path, "oauth2.refresh_token" | "auth.oauth2.refresh_token")
}

fn same(one: &SecretString, two: &SecretString) -> bool {
    // EXPOSE: compared with each other.
    one.expose_secret() == two.expose_secret()
}

impl Workspace {
    fn stored_refresh_token(&self, owner: &TokenOwner) -> Option<SecretString> {
        self.vault.secret(owner.id, &format!("{}.refresh_token", owner.prefix)).ok()
    }

    /// The refresh token that replaced this one, and the one that replaced that; the value itself when nothing did.
    pub(super) fn newest(&self, value: SecretString) -> SecretString {
        let rotated = self.rotated.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut newest = value;
        // A provider that gives the same token back would make a ring.
        for _ in 0..100 {
            match rotated.get(&digest(&newest)) {
                Some(next) if !same(next, &newest) => newest = next.clone(),
                _ => break,
            }
        }
        newest
    }

    fn remember_successor(&self, old: &SecretString, new: &SecretString) {
        let mut rotated = self.rotated.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rotated.insert(digest(old), new.clone());
    }

    /// Forgets a refresh token with everything that replaced it.
    pub(super) fn forget_successors(&self, first: SecretString) {
        let mut rotated = self.rotated.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut next = Some(first);
        while let Some(token) = next {
            next = rotated.remove(&digest(&token));
        }
    }

    /// The cached access token of a record, for a reveal.
    pub(super) fn cached_token(&self, head: &RecordHead) -> Result<SecretString, Problem> {
        let shared =
            head.meta.get("auth").and_then(|auth| auth.get("oauth2")).and_then(|block| block.get("credential"));
        let owner = shared.and_then(serde_json::Value::as_str).map_or_else(|| head.id.to_string(), str::to_owned);
        let body = self.vault.document(TOKEN, &owner)?;
        let token = body.and_then(|body| StoredToken::from_bytes(&body));
        token.map(|token| token.access_token).ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                format!("No access token is kept for \u{201c}{}\u{201d}.", head.name),
                "Press Fetch Token first.",
            )
            .at("token")
        })
    }
}

pub(super) fn digest(value: &SecretString) -> [u8; 32] {
    // EXPOSE: digested, as the key to find its successor by.
    Sha256::digest(value.expose_secret().as_bytes()).into()
}

#[cfg(test)]
mod tests;
