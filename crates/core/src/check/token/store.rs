//! Where tokens are kept between checks.

use jiff::{Timestamp, ToSpan};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::state::{Ending, Standing, Turn};
use crate::Problem;

/// A token with less than this left is due: it could expire on the way.
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

    /// The sole right to renew the tokens of this credential; `None` while another program has it. It is held from reading
    /// the refresh token to storing what came of it.
    fn try_turn(&self) -> Option<Turn> {
        Some(Turn::default())
    }

    /// What is known of the refresh token. `alone` says that the caller has the turn: a use that was begun and never ended
    /// is then nobody's.
    fn standing(&self, _alone: bool) -> Standing {
        Standing::default()
    }

    /// Notes that a refresh token is about to be sent; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be noted; nothing is sent then.
    fn sending(&self, _sent: &SecretString) -> Result<(), Problem> {
        Ok(())
    }

    /// Notes how that ended.
    ///
    /// # Errors
    /// When it cannot be noted; the check goes on and warns.
    fn ended(&self, _ending: Ending<'_>) -> Result<(), Problem> {
        Ok(())
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
    /// When it was fetched; unknown for tokens that older versions kept.
    pub fetched_at: Option<Timestamp>,
    /// The scope that was granted.
    pub scope: Option<String>,
    /// What it was fetched with, as a digest: another client id, scope or secret makes it useless.
    pub fingerprint: String,
}

impl StoredToken {
    /// When it is to be renewed: at nine tenths of its life or a minute before its end, whichever is earlier.
    pub fn due_at(&self) -> Timestamp {
        let minute_before = self.expires_at.checked_sub(MARGIN_SECONDS.seconds()).unwrap_or(self.expires_at);
        let nine_tenths = self.fetched_at.and_then(|fetched| {
            let life = self.expires_at.duration_since(fetched);
            fetched.checked_add(life.checked_mul(9)? / 10).ok()
        });
        nine_tenths.map_or(minute_before, |moment| moment.min(minute_before))
    }

    /// Whether it was fetched with the same inputs and is not due yet.
    pub(super) fn serves(&self, fingerprint: &str, now: Timestamp) -> bool {
        self.fingerprint == fingerprint && now < self.due_at()
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
            fetched_at: self.fetched_at,
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
            fetched_at: flat.fetched_at,
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
    #[serde(default)]
    fetched_at: Option<Timestamp>,
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
            fetched_at: None,
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
    fn c8_a_token_is_due_at_nine_tenths_of_its_life_or_a_minute_before_its_end_whichever_is_earlier() {
        let fetched = |at: &str| StoredToken { fetched_at: Some(at.parse().unwrap()), ..token() }.due_at().to_string();
        assert_eq!(fetched("2026-03-01T09:00:00Z"), "2026-03-01T09:54:00Z", "an hour: nine tenths come first");
        assert_eq!(fetched("2026-03-01T09:55:00Z"), "2026-03-01T09:59:00Z", "five minutes: the minute comes first");
        assert_eq!(fetched("2026-03-01T09:50:00Z"), "2026-03-01T09:59:00Z", "ten minutes: both are the same");
        assert_eq!(
            fetched("2026-03-01T09:59:30Z"),
            "2026-03-01T09:59:00Z",
            "half a minute: due as soon as it is there"
        );
        assert_eq!(token().due_at().to_string(), "2026-03-01T09:59:00Z", "kept by an older version");
    }

    #[test]
    fn a_token_of_an_older_version_is_still_read() {
        let old = br#"{"field":"oauth2","access_token":"a","token_type":"Bearer","expires_at":"2026-03-01T10:00:00Z","scope":null,"fingerprint":"f"}"#;
        assert_eq!(StoredToken::from_bytes(old).unwrap().fetched_at, None);
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
