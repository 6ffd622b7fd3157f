//! How long a busy directory is left alone (RFC 9110 10.2.3).

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// So often in a row a page is asked for.
const MOST: u32 = 6;
/// The first wait where the answer names none; it doubles.
const FIRST: Duration = Duration::from_secs(5);
/// The longest single wait.
const LONGEST: Duration = Duration::from_secs(300);

/// Refusals in a row.
#[derive(Debug, Default)]
pub(super) struct Turn(u32);

impl Turn {
    /// An answer came.
    pub(super) fn answered(&mut self) {
        self.0 = 0;
    }

    /// How long to wait after a refusal with this `Retry-After`, in seconds or as a date; `None` when it was asked often enough.
    pub(super) fn refused(&mut self, retry_after: Option<&str>, now: Timestamp) -> Option<Duration> {
        self.0 += 1;
        if self.0 >= MOST {
            return None;
        }
        let doubled = FIRST * 2_u32.pow(self.0 - 1);
        Some(retry_after.and_then(|text| asked(text.trim(), now)).unwrap_or(doubled).min(LONGEST))
    }
}

fn asked(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_dates_and_silence_are_each_waited_for_within_bounds() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let wait = |text: Option<&str>| Turn::default().refused(text, now);
        assert_eq!(wait(Some("17")), Some(Duration::from_secs(17)));
        assert_eq!(wait(Some("Sat, 21 Nov 2026 10:01:30 GMT")), Some(Duration::from_secs(90)));
        assert_eq!(wait(Some("Sat, 21 Nov 2026 09:00:00 GMT")), Some(Duration::ZERO), "that is over");
        assert_eq!(wait(Some("99999999")), Some(LONGEST));
        assert_eq!(wait(Some("soon")), Some(FIRST));
        assert_eq!(wait(None), Some(FIRST));
    }

    #[test]
    fn waiting_doubles_and_ends() {
        let now = Timestamp::UNIX_EPOCH;
        let mut turn = Turn::default();
        let waits: Vec<_> = (0..6).map(|_| turn.refused(None, now).map(|wait| wait.as_secs())).collect();
        assert_eq!(waits, [Some(5), Some(10), Some(20), Some(40), Some(80), None]);
        turn.answered();
        assert!(turn.refused(None, now).is_some(), "each page has its own patience");
    }
}
