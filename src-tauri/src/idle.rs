//! When nobody is there any more: the automatic lock.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The clock is looked at this often; a longer gap means that the machine slept.
pub(crate) const TICK: std::time::Duration = std::time::Duration::from_secs(2);
const SLEPT: SignedDuration = SignedDuration::from_secs(30);

/// Why the vault is locked without being asked; the text travels in the event `vault-locked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Nobody touched the window for the minutes of the settings.
    Idle,
    /// The machine was asleep, or is about to be.
    Suspend,
}

impl Reason {
    /// The word for the window.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Reason::Idle => "idle",
            Reason::Suspend => "suspend",
        }
    }
}

/// Remembers the last sign of a person and the last look at the clock. Both are wall-clock times: those go on in sleep.
#[derive(Debug, Default)]
pub(crate) struct Idle(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    person: Option<Timestamp>,
    clock: Option<Timestamp>,
}

impl Idle {
    /// Someone is at the keyboard.
    pub(crate) fn touch(&self, now: Timestamp) {
        self.seen().person = Some(now);
    }

    /// Looks at the clock; tells whether the vault must be locked now. Zero minutes means never for idleness.
    pub(crate) fn look(&self, now: Timestamp, minutes: u16) -> Option<Reason> {
        let mut seen = self.seen();
        let slept = seen.clock.is_some_and(|before| now.duration_since(before) > SLEPT);
        seen.clock = Some(now);
        let person = *seen.person.get_or_insert(now);
        let limit = SignedDuration::from_mins(i64::from(minutes));
        let idle = minutes > 0 && now.duration_since(person) >= limit;
        if slept { Some(Reason::Suspend) } else { idle.then_some(Reason::Idle) }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn the_vault_locks_after_the_idle_minutes_and_not_before() {
        let idle = Idle::default();
        idle.touch(at(0));
        for second in (0..300).step_by(2) {
            assert_eq!(idle.look(at(second), 5), None, "still within five minutes at {second} s");
        }
        assert_eq!(idle.look(at(300), 5), Some(Reason::Idle));
    }

    #[test]
    fn a_person_at_the_keyboard_puts_it_off() {
        let idle = Idle::default();
        idle.touch(at(0));
        idle.look(at(298), 5);
        idle.touch(at(299));
        assert_eq!(idle.look(at(301), 5), None);
    }

    #[test]
    fn zero_minutes_never_lock_for_idleness() {
        let idle = Idle::default();
        idle.touch(at(0));
        assert_eq!((0..100_000).step_by(20).find_map(|second| idle.look(at(second), 0)), None);
    }

    #[test]
    fn a_gap_in_the_clock_is_sleep_and_locks_at_once() {
        let idle = Idle::default();
        idle.touch(at(0));
        idle.look(at(2), 0);
        assert_eq!(idle.look(at(60), 0), Some(Reason::Suspend), "even where idleness never locks");
    }

    #[test]
    fn c10_a_clock_set_back_neither_locks_nor_panics() {
        let idle = Idle::default();
        idle.touch(at(0));
        idle.look(at(2), 5);
        assert_eq!(idle.look(at(-315_360_000), 5), None);
    }
}
