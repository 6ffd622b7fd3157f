//! Not more than 150 requests a minute to one Graph, whoever of this process makes them. Programs that read at the same moment do
//! not share the count: a page holds 999 applications, so that only tenants of more than 150,000 reach it at all, and what is too much
//! of all programs of all machines together only the directory knows. It says so with 429 and Retry-After, which is obeyed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests in a window.
const MOST: usize = 150;
/// The window.
const WINDOW: Duration = Duration::from_secs(60);

/// The last requests to each target.
static TARGETS: Mutex<Option<HashMap<String, Pace>>> = Mutex::new(None);

/// How long to wait before the next request to this target; it counts as made at that time.
pub(super) fn delay(target: &str) -> Duration {
    let mut targets = TARGETS.lock().unwrap_or_else(PoisonError::into_inner);
    targets.get_or_insert_with(HashMap::new).entry(target.to_owned()).or_default().delay(Instant::now())
}

/// When the requests of the last window were made, or will be.
#[derive(Default)]
struct Pace(VecDeque<Instant>);

impl Pace {
    fn delay(&mut self, now: Instant) -> Duration {
        while self.0.front().is_some_and(|at| *at + WINDOW <= now) {
            self.0.pop_front();
        }
        let at = match self.0.len().checked_sub(MOST).and_then(|first| self.0.get(first)) {
            Some(first) => (*first + WINDOW).max(now),
            None => now,
        };
        self.0.push_back(at);
        at - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_and_fifty_go_at_once_and_the_next_waits_for_the_first_to_be_a_minute_old() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let early: Duration = (0..150).map(|at| pace.delay(start + Duration::from_millis(at * 10))).sum();
        assert_eq!(early, Duration::ZERO);
        let now = start + Duration::from_secs(20);
        assert_eq!(pace.delay(now), Duration::from_secs(40));
        assert_eq!(pace.delay(now), Duration::from_millis(40_010), "the second of them for the second");
        assert_eq!(pace.delay(start + Duration::from_secs(130)), Duration::ZERO, "a quiet minute forgets all");
    }

    #[test]
    fn no_minute_ever_sees_more_than_a_hundred_and_fifty() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let mut now = start;
        let mut made = Vec::new();
        for _ in 0..1000 {
            now += pace.delay(now) + Duration::from_millis(7);
            made.push(now);
        }
        let busiest = made.windows(151).map(|some| some[150] - some[0]).min().unwrap();
        assert!(busiest >= WINDOW, "{busiest:?}");
    }
}
