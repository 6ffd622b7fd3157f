//! When the next look at the dates is due.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

const HOUR: Duration = Duration::from_secs(3600);
/// Longest time between two tries after failures: each may make a locked keyring ask for its passphrase.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What became of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The dates were looked at.
    Looked,
    /// Nobody could look.
    Failed,
    /// There is nothing to look at.
    NoVault,
}

/// Remembers the last look. `T` is the unlocked vault.
pub(super) struct Rhythm<T> {
    of: Weak<T>,
    next: Option<Instant>,
    failed: u32,
}

impl<T> Default for Rhythm<T> {
    fn default() -> Rhythm<T> {
        Rhythm { of: Weak::new(), next: None, failed: 0 }
    }
}

impl<T> Rhythm<T> {
    /// Whether to look now: at the start, when a vault has been opened, and when it is time. Locking is no reason.
    pub(super) fn is_due(&self, open: Option<&Arc<T>>, now: Instant) -> bool {
        let opened = open.is_some_and(|open| !self.of.ptr_eq(&Arc::downgrade(open)));
        opened || self.next.is_none_or(|next| now >= next)
    }

    /// A look was taken, or tried.
    pub(super) fn looked(&mut self, open: Option<&Arc<T>>, found: Found, now: Instant) {
        if let Some(open) = open {
            self.of = Arc::downgrade(open);
        }
        self.failed = if found == Found::Failed { self.failed.saturating_add(1) } else { 0 };
        // An unlocked vault asks nobody for anything: it is tried every hour.
        let doublings = if open.is_some() { 0 } else { self.failed.saturating_sub(1).min(5) };
        self.next = Some(now + (HOUR * 2_u32.pow(doublings)).min(DAY));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURS: fn(u32) -> Duration = |hours| HOUR * hours;

    #[test]
    fn the_first_look_is_at_the_start_and_the_next_an_hour_later_locked_or_not() {
        let start = Instant::now();
        for open in [None, Some(Arc::new(1))] {
            let mut rhythm = Rhythm::default();
            assert!(rhythm.is_due(open.as_ref(), start));
            rhythm.looked(open.as_ref(), Found::Looked, start);
            assert!(!rhythm.is_due(open.as_ref(), start + HOURS(1) - Duration::from_secs(1)));
            assert!(rhythm.is_due(open.as_ref(), start + HOURS(1)));
        }
    }

    #[test]
    fn opening_the_vault_is_a_reason_to_look_and_locking_it_is_none() {
        let (start, vault) = (Instant::now(), Arc::new(1));
        let mut rhythm = Rhythm::default();
        rhythm.looked(None, Found::Looked, start);
        assert!(rhythm.is_due(Some(&vault), start), "to catch up");
        rhythm.looked(Some(&vault), Found::Looked, start);
        assert!(!rhythm.is_due(Some(&vault), start));
        assert!(!rhythm.is_due(None, start), "locked a moment later");
        assert!(rhythm.is_due(Some(&Arc::new(1)), start), "opened anew");
    }

    #[test]
    fn a_keyring_that_does_not_open_is_asked_less_and_less_and_once_a_day_at_least() {
        let mut now = Instant::now();
        let mut rhythm: Rhythm<()> = Rhythm::default();
        for hours in [1, 2, 4, 8, 16, 24, 24] {
            rhythm.looked(None, Found::Failed, now);
            assert!(!rhythm.is_due(None, now + HOURS(hours) - Duration::from_secs(1)), "before {hours} h");
            now += HOURS(hours);
            assert!(rhythm.is_due(None, now), "after {hours} h");
        }
        rhythm.looked(None, Found::Looked, now);
        assert!(rhythm.is_due(None, now + HOURS(1)), "a look that succeeds brings the hour back");
        let open = Arc::new(());
        rhythm.looked(Some(&open), Found::Failed, now);
        rhythm.looked(Some(&open), Found::Failed, now);
        assert!(rhythm.is_due(Some(&open), now + HOURS(1)), "an unlocked vault asks nobody");
    }
}
