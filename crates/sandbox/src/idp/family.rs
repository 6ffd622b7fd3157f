//! Refresh tokens and their rotation (RFC 9700 4.14.2): one use each, and a second use revokes all that came of it.

use std::collections::{HashMap, HashSet};

/// For whom a refresh token stands, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consent {
    pub(crate) username: String,
    pub(crate) scope: String,
    /// Given to a client that named itself only; such a client refreshes without a secret too.
    pub(crate) public: bool,
}

struct Entry {
    family: u64,
    used: bool,
    consent: Consent,
}

/// Why a refresh token is no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spent {
    Unknown,
    UsedBefore,
}

#[derive(Default)]
pub(crate) struct Families {
    tokens: HashMap<String, Entry>,
    revoked: HashSet<u64>,
    next: u64,
}

impl Families {
    /// A first token, from a sign-in.
    pub(crate) fn begin(&mut self, token: String, consent: Consent) {
        self.next += 1;
        self.tokens.insert(token, Entry { family: self.next, used: false, consent });
    }

    /// Whether a token may come without the client's secret: it was given that way, or it is no token at all.
    pub(crate) fn is_public(&self, token: &str) -> bool {
        self.tokens.get(token).is_none_or(|entry| entry.consent.public)
    }

    /// Uses a token up and puts `successor` in its place.
    pub(crate) fn redeem(&mut self, token: &str, successor: String) -> Result<Consent, Spent> {
        let entry = self.tokens.get_mut(token).ok_or(Spent::Unknown)?;
        if entry.used {
            self.revoked.insert(entry.family);
            return Err(Spent::UsedBefore);
        }
        if self.revoked.contains(&entry.family) {
            return Err(Spent::Unknown);
        }
        entry.used = true;
        let (family, consent) = (entry.family, entry.consent.clone());
        self.tokens.insert(successor, Entry { family, used: false, consent: consent.clone() });
        Ok(consent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_use_revokes_the_family_and_no_other() {
        let consent = Consent { username: "u".into(), scope: "s".into(), public: false };
        let mut families = Families::default();
        families.begin("a".into(), consent.clone());
        families.begin("other".into(), consent.clone());
        assert_eq!(families.redeem("a", "b".into()), Ok(consent.clone()));
        assert_eq!(families.redeem("a", "c".into()), Err(Spent::UsedBefore));
        assert_eq!(families.redeem("b", "d".into()), Err(Spent::Unknown), "the good successor is revoked with it");
        assert_eq!(families.redeem("other", "e".into()), Ok(consent));
        assert_eq!(families.redeem("c", "f".into()), Err(Spent::Unknown), "a refused use brings no successor");
    }
}
