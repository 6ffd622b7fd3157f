//! Where tokens are kept: encrypted, beside the record they belong to.

use credenza_vault::{EventAction, RecordHead};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::Workspace;
use super::subject::TokenOwner;
use crate::check::{StoredToken, TokenStore};
use crate::{Code, Problem, Secrets};

/// Document kind of cached access tokens; the key is the id of the record whose OAuth 2.0 block or script gave them.
const TOKEN: &str = "token";

/// The token store of one run.
pub(super) struct Ledger<'a> {
    pub(super) workspace: &'a Workspace,
    /// The stored record that the tokens belong to; `None` for a form that was never saved.
    pub(super) owner: Option<&'a TokenOwner>,
    /// What the run works with.
    pub(super) secrets: &'a Secrets,
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
        let vault = &self.workspace.vault;
        vault.put_document(TOKEN, &owner.id.to_string(), &token.to_bytes()?)?;
        vault.append(EventAction::TokenStored { id: owner.id, name: owner.name.clone() })?;
        Ok(())
    }

    fn rotated(&self, field: &str, new: &SecretString) -> Result<(), Problem> {
        let old = self.secrets.text(field);
        if let (Some(owner), Some(old)) = (self.owner, old) {
            let stored = self.workspace.vault.secret(owner.id, &format!("{}.refresh_token", owner.prefix));
            // EXPOSE: compared, to know whether the replaced one is the stored one.
            if stored.is_ok_and(|stored| stored.expose_secret() == old.expose_secret()) {
                return self.workspace.keep_refresh_token(owner, new);
            }
        }
        // A refresh token that was typed and never saved: the next test and the save of the form take the new one.
        if let Some(old) = old {
            // EXPOSE: digested, as the key to find its successor by.
            let digest: [u8; 32] = Sha256::digest(old.expose_secret().as_bytes()).into();
            let mut rotated = self.workspace.rotated.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            rotated.insert(digest, new.clone());
        }
        Ok(())
    }
}

impl Workspace {
    /// The cached access token of a record, for a reveal.
    pub(super) fn cached_token(&self, head: &RecordHead) -> Result<SecretString, Problem> {
        let shared = head.meta.get("auth").and_then(|auth| auth.get("oauth2")).and_then(|block| block.get("credential"));
        let owner = shared.and_then(serde_json::Value::as_str).map_or_else(|| head.id.to_string(), str::to_owned);
        let body = self.vault.document(TOKEN, &owner)?;
        let token = body.and_then(|body| StoredToken::from_bytes(&body));
        token.map(|token| token.access_token).ok_or_else(|| {
            Problem::new(Code::NotFound, format!("No access token is kept for \u{201c}{}\u{201d}.", head.name), "Press Fetch Token first.").at("token")
        })
    }
}
