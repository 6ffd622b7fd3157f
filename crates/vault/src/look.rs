//! What a full look at a vault's dates found, remembered on this machine outside the vault: the next moment at which
//! something is due. A look at the very same state may then end without reading a single record.
//!
//! The file lies beside the [anchor](crate::anchor) and holds times only. A MAC under a key of the vault keeps anyone
//! without the vault from writing "nothing is due" into it; one that does not fit is as good as none.

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::{millis, timestamp};
use crate::crypto::{Binding, MacKey};
use crate::error::VaultError;
use crate::store::chain::hex;
use crate::store::path::{beside, private_file, private_folder};
use crate::store::state::State;

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// From when on something is due; `None` when nothing ever will be.
    pub next_due: Option<Timestamp>,
    /// When the last look was taken.
    pub at: Timestamp,
}

/// A state of the vault, to say later what was found in it. Two that are equal are of the same state.
#[derive(Clone, PartialEq, Eq)]
pub struct Mark {
    seq: u64,
    state: [u8; 32],
}

impl Mark {
    pub(crate) fn of(state: &State) -> Mark {
        Mark { seq: state.seq, state: state.mac }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    seq: u64,
    /// MAC of the state that was looked at, hex.
    state: String,
    /// Milliseconds since 1970.
    next_due: Option<i64>,
    at: i64,
    mac: String,
}

/// The looks of one vault.
pub(crate) struct Looks<'a> {
    pub(crate) vault: Uuid,
    pub(crate) state_dir: &'a std::path::Path,
    pub(crate) key: MacKey,
}

impl Looks<'_> {
    /// The last look, if it is one that this vault's keys wrote down; and whether it was taken at this state.
    pub(crate) fn last(&self, state: &State) -> Option<(Look, bool)> {
        let stored: Stored = serde_json::from_slice(&fs::read(self.path()).ok()?).ok()?;
        let whole = self.mac(&stored) == stored.mac;
        let same = stored.seq == state.seq && stored.state == hex(&state.mac);
        let look = Look { next_due: stored.next_due.map(timestamp), at: timestamp(stored.at) };
        whole.then_some((look, same))
    }

    /// Remembers what was found in a state.
    ///
    /// # Errors
    /// [`VaultError::Io`]; the next look is then a full one.
    pub(crate) fn remember(&self, mark: &Mark, look: Look) -> Result<(), VaultError> {
        let mut stored = Stored {
            seq: mark.seq,
            state: hex(&mark.state),
            next_due: look.next_due.map(millis),
            at: millis(look.at),
            mac: String::new(),
        };
        stored.mac = self.mac(&stored);
        let path = self.path();
        if let Some(folder) = path.parent() {
            private_folder(folder)?;
        }
        let bytes = serde_json::to_vec(&stored).map_err(|e| VaultError::Internal(e.to_string()))?;
        let new = beside(&path, "new")?;
        let written = private_file(&new)
            .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes).map_err(|e| VaultError::io(&new, e)))
            .and_then(|()| fs::rename(&new, &path).map_err(|e| VaultError::io(&path, e)));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written
    }

    fn mac(&self, stored: &Stored) -> String {
        let bound = Binding::new("look", self.vault)
            .number(stored.seq)
            .text(&stored.state)
            .number(u64::from(stored.next_due.is_some()))
            .time(stored.next_due.unwrap_or_default())
            .time(stored.at)
            .done();
        hex(&self.key.sum(&[&bound]))
    }

    fn path(&self) -> PathBuf {
        self.state_dir.join("looks").join(format!("{}.json", self.vault))
    }
}
