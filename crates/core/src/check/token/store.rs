//! Where tokens are kept between checks.

use jiff::{Timestamp, ToSpan};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Problem;

/// A token with less than this left is fetched anew: it could expire on the way.
const MARGIN_SECONDS: i64 = 60;

/// Keeps tokens, and the refresh tokens that a provider replaces.
pub trait TokenStore: Send + Sync {
    /// The token kept for the source that stands at `field` (`auth.oauth2`, `oauth2` or `auth`), whatever its age.
    fn cached(&self, field: &str) -> Option<StoredToken>;

    /// Keeps a token in place of the one before.
    ///
    /// # Errors
    /// When it cannot be stored; the check goes on and warns.
    fn keep(&self, token: &StoredToken) -> Result<(), Problem>;

    /// Stores the refresh token that a provider gave in place of the one at `field` (a secret's path, such as
    /// `auth.oauth2.refresh_token`). It is called before anybody sees the new access token (RFC 9700 4.14): the old
    /// refresh token may be dead already.
    ///
    /// # Errors
    /// When it cannot be stored; the check fails and says so.
    fn rotated(&self, field: &str, new: &SecretString) -> Result<(), Problem>;

    /// Stores the refresh token that a person's sign-in brought, at `field`. It is called before anybody sees the new access
    /// token.
    ///
    /// # Errors
    /// When it cannot be stored; the check fails and says so.
    fn signed_in(&self, field: &str, new: &SecretString) -> Result<SignInPlace, Problem>;

    /// The refresh token to send in place of `sent`, which the check was started with: its successor, when another check
    /// had it replaced in the meantime; `None` when `sent` is still the one.
    fn successor(&self, _field: &str, _sent: &SecretString) -> Option<SecretString> {
        None
    }
}

/// Where the refresh token of a person's sign-in went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInPlace {
    /// Into the record.
    Stored,
    /// Into memory, until the form that it was made on is saved or closed.
    Held,
    /// Nowhere: what was tested is a draft that nobody will save.
    NotStored,
}

/// A token in the cache.
#[derive(Debug, Clone)]
pub struct StoredToken {
    /// Where its source stands in the record.
    pub field: String,
    /// The token.
    pub access_token: SecretString,
    /// Its type as the provider named it, such as `Bearer`.
    pub token_type: String,
    /// When it expires; a token without a known expiry is never kept.
    pub expires_at: Timestamp,
    /// The scope that was granted.
    pub scope: Option<String>,
    /// What it was fetched with, as a digest: another client id, scope or secret makes it useless.
    pub fingerprint: String,
}

impl StoredToken {
    /// Whether it was fetched with the same inputs and is good for another minute.
    pub(super) fn serves(&self, fingerprint: &str, now: Timestamp) -> bool {
        let margin = MARGIN_SECONDS.seconds();
        self.fingerprint == fingerprint && now.checked_add(margin).is_ok_and(|soon| soon < self.expires_at)
    }

    /// The token as bytes for an encrypted document.
    ///
    /// # Errors
    /// Never in practice; the serialiser's own.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let flat = Flat {
            field: self.field.clone(),
            // EXPOSE: on its way into the vault, which encrypts it.
            access_token: self.access_token.expose_secret().to_owned(),
            token_type: self.token_type.clone(),
            expires_at: self.expires_at,
            scope: self.scope.clone(),
            fingerprint: self.fingerprint.clone(),
        };
        let bytes = serde_json::to_vec(&flat).map_err(|_| Problem::internal("The token could not be written."))?;
        Ok(Zeroizing::new(bytes))
    }

    /// The token from the bytes of an encrypted document; `None` when they are something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<StoredToken> {
        let flat: Flat = serde_json::from_slice(bytes).ok()?;
        Some(StoredToken {
            field: flat.field.clone(),
            access_token: SecretString::from(flat.access_token.as_str()),
            token_type: flat.token_type.clone(),
            expires_at: flat.expires_at,
            scope: flat.scope.clone(),
            fingerprint: flat.fingerprint.clone(),
        })
    }
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Flat {
    #[zeroize(skip)]
    field: String,
    access_token: String,
    #[zeroize(skip)]
    token_type: String,
    #[zeroize(skip)]
    expires_at: Timestamp,
    #[zeroize(skip)]
    scope: Option<String>,
    #[zeroize(skip)]
    fingerprint: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> StoredToken {
        StoredToken {
            field: "oauth2".into(),
            access_token: SecretString::from("canary-token-1234"),
            token_type: "Bearer".into(),
            expires_at: "2026-03-01T10:00:00Z".parse().unwrap(),
            scope: None,
            fingerprint: "f".into(),
        }
    }

    #[test]
    fn a_token_serves_until_a_minute_before_its_end_and_only_its_own_inputs() {
        assert!(token().serves("f", "2026-03-01T09:58:59Z".parse().unwrap()));
        assert!(!token().serves("f", "2026-03-01T09:59:00Z".parse().unwrap()), "it could expire on the way");
        assert!(!token().serves("other", "2026-03-01T09:00:00Z".parse().unwrap()), "fetched with other inputs");
    }

    #[test]
    fn it_survives_storing_and_debug_hides_it() {
        let again = StoredToken::from_bytes(&token().to_bytes().unwrap()).unwrap();
        assert_eq!(again.access_token.expose_secret(), "canary-token-1234");
        assert_eq!(again.expires_at, token().expires_at);
        assert!(!format!("{again:?}").contains("canary"), "Debug is redacted");
        assert!(StoredToken::from_bytes(b"{}").is_none());
    }
}
