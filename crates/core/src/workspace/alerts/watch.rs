//! Whether somebody looks at the dates at all: "could not look" is never "nothing ends" (decision D9).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::Workspace;
use crate::Problem;
use crate::alerts::{Watch, failed_look_words, since_words};

/// Document kind and key of the last long time in which nobody looked.
pub(super) const GAP: &str = "alert-gap";
/// So long may it be until the next look.
const LONG: SignedDuration = SignedDuration::from_hours(48);
/// So long is told of a gap after it ended.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A long time in which nobody looked.
#[derive(Serialize, Deserialize)]
pub(super) struct Gap {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// Whether it is too long from one look to the next.
pub(super) fn is_long(from: Timestamp, to: Timestamp) -> bool {
    to.duration_since(from) > LONG
}

impl Workspace {
    /// When somebody looked at the dates last on this machine, and what is wrong with that.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn watch(&self) -> Result<Watch, Problem> {
        let now = self.now();
        let last_look = self.vault.last_look().map(|look| look.at);
        // A look that succeeds forgets it. Which of them came first the clock cannot tell: it may have been ahead.
        let failed = self.vault.failed_look();
        let gap = self.vault.document(GAP, GAP)?.and_then(|body| serde_json::from_slice::<Gap>(&body).ok());
        let gap = gap.filter(|gap| now.duration_since(gap.to) < TOLD_FOR);
        let late = last_look.filter(|last| is_long(*last, now));
        let warning = match (&failed, late, &gap) {
            (Some(failed), ..) => format!("The last check could not look: {}.", failed_look_words(&failed.code)),
            (None, Some(last), _) => format!("No check has looked at the dates for {}.", since_words(last, now)),
            (None, None, Some(gap)) => format!(
                "Until {}, no check had looked at the dates for {}.",
                gap.to.strftime("%Y-%m-%d %H:%M UTC"),
                since_words(gap.from, gap.to)
            ),
            (None, None, None) => String::new(),
        };
        let overdue = late.is_some() || gap.is_some();
        Ok(Watch { last_look, failed_at: failed.map(|failed| failed.at), overdue, warning })
    }
}
