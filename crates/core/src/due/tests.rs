use jiff::civil::{Date, date};

use super::{Step, Thresholds};

const END: Date = date(2027, 1, 10);

#[test]
fn qp_28_vector_8_the_thirty_day_threshold_is_passed_on_the_eleventh_of_december_and_not_a_day_before() {
    let only_thirty = Thresholds { days: vec![30], daily_after: false };
    assert_eq!(only_thirty.passed(END, date(2026, 12, 10)), None);
    assert_eq!(only_thirty.passed(END, date(2026, 12, 11)), Some(Step::Before(30)));
    assert_eq!(only_thirty.next(END, date(2026, 12, 10)), Some(date(2026, 12, 11)));
    assert_eq!(only_thirty.next(END, date(2026, 12, 11)), None, "once");
}

#[test]
fn a_walk_through_a_year_meets_each_threshold_once_and_the_next_day_is_always_the_one_that_comes() {
    let thresholds = Thresholds::default();
    let mut day = date(2026, 3, 1);
    let mut met = Vec::new();
    let mut announced = None;
    while day < date(2027, 1, 13) {
        let step = thresholds.passed(END, day);
        if let Some(new) = step.filter(|step| met.last().is_none_or(|(_, last)| last != step)) {
            assert!(announced.is_none_or(|next| next == day), "{announced:?} was announced, {day} came");
            met.push((day, new));
        }
        announced = thresholds.next(END, day);
        day = day.tomorrow().unwrap();
    }
    let days: Vec<Date> = met.iter().map(|(day, _)| *day).collect();
    let expected = [
        date(2026, 11, 11),
        date(2026, 12, 11),
        date(2026, 12, 27),
        date(2027, 1, 3),
        date(2027, 1, 9),
        date(2027, 1, 10),
        date(2027, 1, 11),
        date(2027, 1, 12),
    ];
    assert_eq!(days, expected);
}

#[test]
fn after_a_long_absence_the_newest_threshold_stands_for_all_before_it() {
    assert_eq!(Thresholds::default().passed(END, date(2027, 1, 5)), Some(Step::Before(7)));
    let after = Some(Step::After(date(2027, 4, 1)));
    assert_eq!(Thresholds::default().passed(END, date(2027, 4, 1)), after);
}

#[test]
fn without_daily_the_last_threshold_is_the_end_of_it() {
    let once = Thresholds { days: vec![7, 0], daily_after: false };
    assert_eq!(once.passed(END, date(2027, 2, 1)), Some(Step::Before(0)));
    assert_eq!(once.next(END, date(2027, 1, 4)), Some(END));
    assert_eq!(once.next(END, END), None);
}

#[test]
fn with_daily_alone_the_next_day_is_the_end_and_from_then_on_tomorrow() {
    let daily = Thresholds { days: Vec::new(), daily_after: true };
    assert_eq!(daily.next(END, date(2026, 12, 1)), Some(END));
    assert_eq!(daily.next(END, date(2027, 1, 9)), Some(END));
    assert_eq!(daily.next(END, END), Some(date(2027, 1, 11)));
    assert_eq!(daily.passed(END, date(2027, 1, 9)), None);
}
