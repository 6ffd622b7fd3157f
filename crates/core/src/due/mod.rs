//! When a date becomes due: the days before an end on which somebody is told, and the next such day (capability C5).
//!
//! Days are calendar days in UTC, as the dates themselves are: neither a time zone nor daylight saving moves one.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::ExpiryView;

/// Days before an end on which somebody is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Thresholds {
    /// Days before the end, in any order.
    pub days: Vec<u16>,
    /// And on every day from the end on.
    pub daily_after: bool,
}

impl Default for Thresholds {
    /// 60, 30 (QP-28), 14, 7 and 1 days before, and daily after.
    fn default() -> Self {
        Thresholds { days: vec![60, 30, 14, 7, 1], daily_after: true }
    }
}

/// A threshold that has been passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// So many days before the end.
    Before(u16),
    /// A day on or after the end.
    After(Date),
}

impl Thresholds {
    /// These for an item, with its own days where it has any.
    pub fn of(&self, item: &ExpiryView) -> Thresholds {
        Thresholds { days: item.thresholds.clone().unwrap_or_else(|| self.days.clone()), ..*self }
    }

    /// The newest threshold that has been passed by `today`; those before it are behind with it.
    pub fn passed(&self, on: Date, today: Date) -> Option<Step> {
        let left = days_between(today, on);
        if left <= 0 && self.daily_after {
            return Some(Step::After(today));
        }
        self.days.iter().copied().filter(|days| left <= i32::from(*days)).min().map(Step::Before)
    }

    /// The first day after `today` on which a threshold is passed anew.
    pub fn next(&self, on: Date, today: Date) -> Option<Date> {
        let tomorrow = today.checked_add(1.day()).ok()?;
        let before = self.days.iter().filter_map(|days| on.checked_sub(i64::from(*days).days()).ok());
        let after = self.daily_after.then(|| on.max(tomorrow));
        before.filter(|day| *day > today).chain(after).min()
    }
}

/// The moment from which on one of the items is due that is not due now; `None` when none ever will be. Muted items
/// count for nothing.
pub fn next_due(items: &[ExpiryView], thresholds: &Thresholds, today: Date) -> Option<Timestamp> {
    let days = items.iter().filter(|item| !item.muted);
    let next = days.filter_map(|item| thresholds.of(item).next(item.on, today)).min()?;
    next.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp())
}

/// Calendar days from one to the other; negative when it has passed.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map(|span| span.get_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
