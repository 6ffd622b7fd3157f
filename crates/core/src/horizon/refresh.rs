//! The end of a refresh token: as it was told, as a person knows it, or worked out from when it was used last (D8).

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::gather::{Record, replace};
use crate::credential::ExpirySource;
use crate::view::ExpiryView;

/// Days without use after which a refresh token is taken to end when nobody says: Entra ID's, the shortest of the large
/// providers that tell none with the token.
const INACTIVITY_DAYS: u32 = 90;

impl Record<'_> {
    /// Adds the end of the refresh token that the record holds, if it holds one.
    pub(super) fn refresh_token(&self, items: &mut Vec<ExpiryView>) {
        let (prefix, _) = self.block();
        let path = format!("{prefix}.refresh_token");
        if !self.head.masks.contains(&format!("\"{path}\"")) {
            return;
        }
        let state = self.known.refresh;
        if let Some(until) = state.and_then(|state| state.refresh_token_until) {
            replace(items, self.refresh_item(&path, until, ExpirySource::Reported));
        } else if !items.iter().any(|item| item.path == path) {
            // Neither the day on which the record was saved nor anything else that a note changes: vector 13.
            let used = state.and_then(|state| state.last_used).unwrap_or(self.head.created_at);
            items.extend(self.idle_end(used).map(|end| self.refresh_item(&path, end, ExpirySource::Estimated)));
        }
        items.iter_mut().filter(|item| item.path == path).for_each(|item| self.refresh_renewal(item));
    }

    fn idle_end(&self, used: Timestamp) -> Option<Timestamp> {
        let days = self.block().1.inactivity_days.unwrap_or(INACTIVITY_DAYS);
        let day = used.to_zoned(TimeZone::UTC).checked_add(i64::from(days).days()).ok()?;
        Some(day.timestamp())
    }

    fn refresh_item(&self, path: &str, end: Timestamp, source: ExpirySource) -> ExpiryView {
        let mut item = self.item(path, end.to_zoned(TimeZone::UTC).date(), source);
        item.at = Some(end).filter(|_| source == ExpirySource::Reported);
        item
    }

    /// What is replaced at each use needs nobody, as long as it works.
    fn refresh_renewal(&self, item: &mut ExpiryView) {
        let Some(state) = self.known.refresh else { return };
        let works = matches!(state.state.as_str(), "" | "active") && state.last_refreshed.is_some();
        item.renews_itself = works && state.replaced_at_use == Some(true);
        item.renewal = match state.state.as_str() {
            "stopped" => "Stopped: needs a new refresh token.".to_owned(),
            "in_doubt" => "It may be lost: what its last use brought never arrived.".to_owned(),
            _ if item.renews_itself => "Replaced at each use.".to_owned(),
            _ => String::new(),
        };
    }
}
