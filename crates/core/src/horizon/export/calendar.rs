//! iCalendar (RFC 5545): one all-day event per date, for a calendar to subscribe to.

use jiff::{Timestamp, ToSpan};

use crate::credential::ExpirySource;
use crate::due::Thresholds;
use crate::view::ExpiryView;

/// Longest line in octets, without its end (RFC 5545, 3.1).
const LINE: usize = 75;

/// The items as a calendar. `now` stamps the events; with `thresholds`, each event has an alarm for each of its days.
pub fn ics(items: &[ExpiryView], now: Timestamp, thresholds: Option<&Thresholds>) -> String {
    let mut out = String::with_capacity(512 * (items.len() + 1));
    let mut put = |line: &str| fold(&mut out, line);
    put("BEGIN:VCALENDAR");
    put("VERSION:2.0");
    put("PRODID:-//Credenza//Horizon//EN");
    put("CALSCALE:GREGORIAN");
    put("METHOD:PUBLISH");
    put("X-WR-CALNAME:Credenza expiries");
    for item in items.iter().filter(|item| item.gone_since.is_none()) {
        event(&mut put, item, now, thresholds);
    }
    put("END:VCALENDAR");
    out
}

fn event(put: &mut dyn FnMut(&str), item: &ExpiryView, now: Timestamp, thresholds: Option<&Thresholds>) {
    let Ok(after) = item.on.checked_add(1.day()) else { return };
    put("BEGIN:VEVENT");
    put(&format!("UID:{}@credenza", uid(&item.id)));
    put(&format!("DTSTAMP:{}", now.strftime("%Y%m%dT%H%M%SZ")));
    put(&format!("DTSTART;VALUE=DATE:{}", item.on.strftime("%Y%m%d")));
    put(&format!("DTEND;VALUE=DATE:{}", after.strftime("%Y%m%d")));
    let guess = if item.source == ExpirySource::Estimated { " (estimated)" } else { "" };
    put(&format!("SUMMARY:{}", escaped(&format!("{} of {} expires{guess}", item.item, item.credential_name))));
    put(&format!("DESCRIPTION:{}", escaped(&description(item))));
    put("CATEGORIES:Credenza");
    put("CLASS:PRIVATE");
    put("TRANSP:TRANSPARENT");
    for days in thresholds.map(|all| all.of(item).days).unwrap_or_default() {
        put("BEGIN:VALARM");
        put("ACTION:DISPLAY");
        put(&format!("TRIGGER:-P{days}D"));
        put(&format!("DESCRIPTION:{}", escaped(&format!("{} of {}", item.item, item.credential_name))));
        put("END:VALARM");
    }
    put("END:VEVENT");
}

fn description(item: &ExpiryView) -> String {
    let mut lines = vec![format!("Source of the date: {}", item.source.word())];
    let mut add = |label: &str, text: &str| {
        if !text.is_empty() {
            lines.push(format!("{label}: {text}"));
        }
    };
    add("Owner", &item.owner);
    add("Used by", &item.used_by.join(", "));
    add("How to renew", &item.note);
    add("Renewal", &item.renewal);
    lines.join("\n")
}

/// The id without what a UID should not hold; equal items have equal ids in every export.
fn uid(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_') { c } else { '.' }).collect()
}

/// RFC 5545, 3.3.11; other control characters have no place in a text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// RFC 5545, 3.1: at most 75 octets a line, a blank before what goes on; never inside a character.
fn fold(out: &mut String, line: &str) {
    let mut room = LINE;
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_at_75_octets_and_never_inside_a_character() {
        let line = format!("SUMMARY:{}", "żółć ".repeat(60));
        let mut out = String::new();
        fold(&mut out, &line);
        assert!(out.split("\r\n").all(|part| part.len() <= LINE), "{out}");
        assert_eq!(out.replace("\r\n ", "").trim_end_matches("\r\n"), line, "unfolding gives the line back");
    }

    #[test]
    fn what_means_something_to_a_calendar_is_escaped() {
        assert_eq!(escaped("a;b,c\\d\ne\rf\u{7}"), "a\\;b\\,c\\\\d\\nef");
    }
}
