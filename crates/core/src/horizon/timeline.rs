//! The next twelve months as the window draws them: dates that stand at one place are one dot, so that ten thousand of
//! them are a few hundred.

use std::collections::{BTreeMap, HashMap};

use crate::credential::ExpirySource;
use crate::view::{ExpiryView, Timeline, TimelineDot};

/// Days that are drawn.
const YEAR: i32 = 365;
/// Lines; owners beyond them share the last one.
const LINES: usize = 7;
/// With more dots than this a dot stands for several days: they would touch in the widest of windows.
const CROWDED: usize = 400;
/// The days of such a dot.
const TOGETHER: i32 = 3;
/// Dates that are told in full, over all dots, and the most of one dot.
const TOLD: usize = 800;
const TOLD_OF_ONE: usize = 4;

/// Draws the dates that are not muted; they come soonest first.
pub(crate) fn timeline(items: &[ExpiryView], muted: usize) -> Timeline {
    let shown: Vec<&ExpiryView> = items.iter().filter(|item| item.days <= YEAR).collect();
    let (owners, others) = owners(&shown);
    let lines: HashMap<&str, usize> = owners.iter().enumerate().map(|(line, owner)| (*owner, line)).collect();
    let line = |item: &ExpiryView| lines.get(item.owner.as_str()).copied().unwrap_or(owners.len());
    let mut places = gathered(&shown, &line, 1);
    if places.len() > CROWDED {
        places = gathered(&shown, &line, TOGETHER);
    }
    let told = (TOLD / places.len().max(1)).clamp(1, TOLD_OF_ONE);
    Timeline {
        owners: owners.iter().map(|owner| (*owner).to_owned()).collect(),
        others,
        dots: places.into_iter().filter_map(|((line, _), dates)| dot(line, &dates, told)).collect(),
        dates: count(shown.len()),
        estimated: count(shown.iter().filter(|item| item.source == ExpirySource::Estimated).count()),
        muted: count(muted),
    }
}

/// Who has a line, the soonest first, and whether there are others.
fn owners<'a>(items: &[&'a ExpiryView]) -> (Vec<&'a str>, bool) {
    let mut owners: Vec<&str> = Vec::new();
    for item in items {
        if owners.len() <= LINES && !owners.contains(&item.owner.as_str()) {
            owners.push(&item.owner);
        }
    }
    let others = owners.len() > LINES;
    if others {
        owners.truncate(LINES - 1);
    }
    (owners, others)
}

/// By line and place; everything that has ended stands at one place.
fn gathered<'a>(
    items: &[&'a ExpiryView],
    line: &impl Fn(&ExpiryView) -> usize,
    days: i32,
) -> BTreeMap<(usize, i32), Vec<&'a ExpiryView>> {
    let mut places: BTreeMap<(usize, i32), Vec<&ExpiryView>> = BTreeMap::new();
    for item in items {
        let place = if item.days < 0 { -1 } else { item.days / days };
        places.entry((line(item), place)).or_default().push(item);
    }
    places
}

fn dot(line: usize, dates: &[&ExpiryView], told: usize) -> Option<TimelineDot> {
    Some(TimelineDot {
        line: count(line),
        from: dates.first()?.days,
        to: dates.last()?.days,
        dates: count(dates.len()),
        estimated: dates.iter().all(|item| item.source == ExpirySource::Estimated),
        first: dates.iter().take(told).map(|item| (*item).clone()).collect(),
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::CredentialType;

    fn date(days: i32, owner: &str, source: ExpirySource) -> ExpiryView {
        ExpiryView {
            id: format!("{owner}{days}/auth.password"),
            credential_id: uuid::Uuid::nil(),
            credential_name: format!("Relay {days}"),
            credential_type: CredentialType::MailServer,
            path: "auth.password".into(),
            kind: crate::horizon::HorizonKind::Password,
            item: "Password".into(),
            on: jiff::civil::date(2026, 11, 21).checked_add(jiff::Span::new().days(days)).unwrap(),
            at: None,
            source,
            note: String::new(),
            owner: owner.into(),
            used_by: Vec::new(),
            renews_itself: false,
            renewal: String::new(),
            muted: false,
            thresholds: None,
            days,
            gone_since: None,
        }
    }

    fn entered(days: i32, owner: &str) -> ExpiryView {
        date(days, owner, ExpirySource::Entered)
    }

    #[test]
    fn an_owner_has_a_line_the_soonest_first_and_the_eighth_shares_one() {
        let seven: Vec<_> = (0..7).map(|n| entered(n, &format!("Owner {n}"))).collect();
        let drawn = timeline(&seven, 3);
        assert_eq!((drawn.owners.len(), drawn.others, drawn.muted), (7, false, 3));
        let nine: Vec<_> = (0..9).map(|n| entered(n, &format!("Owner {n}"))).collect();
        let drawn = timeline(&nine, 0);
        assert_eq!((drawn.owners.len(), drawn.others), (6, true));
        let lines: Vec<u32> = drawn.dots.iter().map(|dot| dot.line).collect();
        assert_eq!(lines, [0, 1, 2, 3, 4, 5, 6, 6, 6]);
    }

    #[test]
    fn one_day_is_one_dot_and_all_that_has_ended_another() {
        let dates = [-300, -3, 0, 5, 5, 6, 365, 366].map(|days| entered(days, "Ops"));
        let drawn = timeline(&dates, 0);
        let dots: Vec<_> = drawn.dots.iter().map(|dot| (dot.from, dot.to, dot.dates)).collect();
        assert_eq!(dots, [(-300, -3, 2), (0, 0, 1), (5, 5, 2), (6, 6, 1), (365, 365, 1)]);
        assert_eq!(drawn.dates, 7, "what ends after a year is not drawn");
    }

    #[test]
    fn a_dot_is_an_estimate_only_when_all_of_its_dates_are() {
        let dates = [(1, ExpirySource::Estimated), (1, ExpirySource::Entered), (2, ExpirySource::Estimated)];
        let drawn = timeline(&dates.map(|(days, source)| date(days, "Ops", source)), 0);
        assert_eq!(drawn.dots.iter().map(|dot| dot.estimated).collect::<Vec<_>>(), [false, true]);
        assert_eq!(drawn.estimated, 2);
    }

    #[test]
    fn ten_thousand_dates_are_told_in_a_few_hundred_and_none_is_lost() {
        let mut dates: Vec<_> = (0..10_000).map(|n| entered(n * 37 % 430 - 30, &format!("Owner {}", n % 11))).collect();
        dates.sort_by_key(|item| item.days);
        let drawn = timeline(&dates, 0);
        let told: usize = drawn.dots.iter().map(|dot| dot.first.len()).sum();
        assert!((400..=900).contains(&told), "{told}");
        let drawn_dates: u32 = drawn.dots.iter().map(|dot| dot.dates).sum();
        assert_eq!(
            (drawn_dates, drawn.dates as usize),
            (drawn.dates, dates.iter().filter(|item| item.days <= 365).count())
        );
        for dot in &drawn.dots {
            assert!(dot.from < 0 || dot.to - dot.from < TOGETHER, "{} to {}", dot.from, dot.to);
            assert_eq!(dot.first[0].days, dot.from);
        }
    }

    #[test]
    fn no_date_is_no_dot() {
        let drawn = timeline(&[], 0);
        assert_eq!((drawn.dots.len(), drawn.owners.len(), drawn.dates), (0, 0, 0));
    }
}
