//! What was told of an item, so that nothing is told twice.
//!
//! Told is told, whatever the clock does afterwards: one that jumps back repeats nothing, one that jumps forward gives one
//! alert that stands for all between.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::due::Step;

/// Document kind of what was told; the key is the record's id, the body a [`RecordLedger`].
pub(crate) const LEDGER: &str = "alert-ledger";

/// What was told of the items of one record, by item path.
pub(crate) type RecordLedger = BTreeMap<String, Told>;

/// Days from the end on that are remembered: enough for any clock that is set right again.
const MOST_DAYS: usize = 100;

/// What was told of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// The end it was told of. Another one begins anew.
    pub(crate) on: Date,
    /// Thresholds that were told, or stood behind one that was.
    before: BTreeSet<u16>,
    /// Days from the end on.
    after: BTreeSet<Date>,
    /// The event is written and nobody was reached yet.
    pub(crate) waiting: bool,
}

impl Told {
    /// Nothing yet.
    pub(crate) fn nothing(on: Date) -> Told {
        Told { on, before: BTreeSet::new(), after: BTreeSet::new(), waiting: false }
    }

    /// Whether this step is one that nobody was told of, nor of a later one.
    pub(crate) fn is_new(&self, step: Step) -> bool {
        match step {
            Step::Before(days) => self.before.first().is_none_or(|newest| days < *newest),
            Step::After(day) => !self.after.contains(&day),
        }
    }

    /// Notes the step with all that stand behind it; counts the thresholds behind it that never were told.
    pub(crate) fn take(&mut self, step: Step, thresholds: &[u16]) -> usize {
        let last = match step {
            Step::Before(days) => Some(days),
            Step::After(_) => None,
        };
        let behind = thresholds.iter().copied().filter(|days| last.is_none_or(|last| *days > last));
        let missed = behind.filter(|days| self.before.insert(*days)).count();
        match step {
            Step::Before(days) => {
                self.before.insert(days);
            }
            Step::After(day) => {
                self.after.insert(day);
                while self.after.len() > MOST_DAYS {
                    self.after.pop_first();
                }
            }
        }
        missed
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_clock_that_jumps_back_repeats_nothing_and_one_that_ran_ahead_takes_no_day_after_the_end_away() {
        let end = date(2027, 1, 10);
        let days = [60, 30, 14, 7, 1];
        let mut told = Told::nothing(end);
        assert_eq!(told.take(Step::Before(7), &days), 3, "60, 30 and 14 stand behind it");
        for before in [60, 30, 14, 7] {
            assert!(!told.is_new(Step::Before(before)), "{before}");
        }
        assert!(told.is_new(Step::Before(1)));
        let ahead = Step::After(date(2028, 5, 1));
        assert_eq!(told.take(ahead, &days), 1);
        assert!(!told.is_new(ahead) && !told.is_new(Step::Before(1)));
        assert!(told.is_new(Step::After(end)), "the clock was set right, and the end came");
    }

    #[test]
    fn of_the_days_after_an_end_the_newest_hundred_are_remembered_and_a_threshold_that_was_told_by_itself_is() {
        let end = date(2027, 1, 10);
        let mut told = Told::nothing(end);
        let days: Vec<Date> = std::iter::successors(Some(end), |day| day.tomorrow().ok()).take(150).collect();
        for day in &days {
            assert!(told.is_new(Step::After(*day)), "{day}");
            told.take(Step::After(*day), &[]);
            assert!(!told.is_new(Step::After(*day)), "{day}: once");
        }
        assert_eq!(told.after.len(), MOST_DAYS);
        assert!(days[50..].iter().all(|day| !told.is_new(Step::After(*day))), "a clock that is set back repeats none");
        let mut own = Told::nothing(end);
        assert_eq!(own.take(Step::Before(14), &[14]), 0, "nothing stands behind the first one");
        assert!(!own.is_new(Step::Before(14)) && own.is_new(Step::Before(7)));
    }
}
