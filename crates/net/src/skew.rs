//! A server's clock against ours: certificates and tokens are judged by ours.

use jiff::{SignedDuration, Timestamp};

use crate::recorder::Recorder;

/// Clocks this far apart are worth a word: tokens allow no more than a few minutes, one-time codes half of one.
const TOLERATED: SignedDuration = SignedDuration::from_secs(60);

/// Compares the time a server states with ours; more than a minute apart is the warning `clock_skew`.
pub(crate) fn compare(host: &str, theirs: Timestamp, rec: &Recorder) {
    let Some(ours) = rec.now() else { return };
    let skew = theirs.duration_since(ours);
    if skew.abs() <= TOLERATED {
        return;
    }
    rec.keep_skew(skew);
    let side = if skew.is_positive() { "behind" } else { "ahead of" };
    let message = format!(
        "This computer's clock is {} {side} that of {host}. Certificates and tokens may look expired, or not valid yet.",
        spoken(skew)
    );
    rec.warning("clock_skew", message);
}

/// A time anywhere in a greeting, as many mail servers state it: `Mon, 23 Nov 2026 09:00:00 +0100`.
pub(crate) fn stated(greeting: &str) -> Option<Timestamp> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    let words: Vec<&str> = greeting.split_whitespace().collect();
    (0..words.len()).find_map(|from| {
        let shown = words.get(from..(from + 6).min(words.len()))?;
        let named = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"].contains(shown.first()?);
        parser.parse_timestamp(shown.join(" ").trim_matches(['(', ')'])).ok().filter(|_| named)
    })
}

/// A duration in its largest unit, such as `3 days` or `12 minutes`; the sign is left out.
pub(crate) fn spoken(duration: SignedDuration) -> String {
    let seconds = duration.unsigned_abs().as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_a_greeting_is_found_and_other_words_are_none() {
        let exchange = "220 EX.example.com Microsoft ESMTP MAIL Service ready at Sat, 21 Nov 2026 15:00:00 +0100";
        assert_eq!(stated(exchange), "2026-11-21T14:00:00Z".parse().ok());
        let sendmail = "220 mx ESMTP Sendmail 8.15; Sat, 21 Nov 2026 15:00:00 -0500 (EST)";
        assert_eq!(stated(sendmail), "2026-11-21T20:00:00Z".parse().ok());
        assert_eq!(stated("220 mx.google.com ESMTP gsmtp"), None);
    }

    #[test]
    fn a_minute_is_tolerated_and_more_is_said_with_its_side() {
        let rec = Recorder::new(None);
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        rec.set_clock(now);
        compare("mx", now + SignedDuration::from_secs(50), &rec);
        assert_eq!(rec.clock_skew(), None);
        compare("mx", now + SignedDuration::from_hours(72), &rec);
        assert_eq!(rec.clock_skew().map(|skew| skew.as_hours()), Some(71), "a moment has passed since");
        let record = rec.close(None);
        assert!(record.warnings[0].message.contains("clock is 2 days behind that of mx"), "{:?}", record.warnings);
    }
}
