//! The end of a refresh token: as it was told, as a person knows it, or worked out from when it was used last (D8).

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::gather::{Record, replace};
use crate::credential::ExpirySource;
use crate::view::ExpiryView;

/// Days without use after which a refresh token is taken to end when nobody says: Entra ID's, the shortest of the large
/// providers that tell none with the token.
const INACTIVITY_DAYS: u32 = 90;
/// Where the tokens of a tenant come from unless its record says otherwise.
const ENTRA: &str = "login.microsoftonline.com";

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
        let days = self.idle_limit().unwrap_or(INACTIVITY_DAYS);
        let day = used.to_zoned(TimeZone::UTC).checked_add(i64::from(days).days()).ok()?;
        Some(day.timestamp())
    }

    /// The days without use after which it is known to be dropped: the administrator's own number, else the provider's.
    fn idle_limit(&self) -> Option<u32> {
        let block = self.block().1;
        block.inactivity_days.or_else(|| {
            let host = match url::Url::parse(&block.token_url).ok() {
                Some(url) => url.host_str()?.to_ascii_lowercase(),
                // An app registration without one belongs to a tenant of Entra ID.
                None if self.head.record_type == "app_registration" => ENTRA.to_owned(),
                None => return None,
            };
            self.known.idle_limits?.get(&host).copied()
        })
    }

    fn refresh_item(&self, path: &str, end: Timestamp, source: ExpirySource) -> ExpiryView {
        let mut item = self.item(path, end.to_zoned(TimeZone::UTC).date(), source);
        item.at = Some(end).filter(|_| source == ExpirySource::Reported);
        item
    }

    /// What is replaced at each use, or is used in time to keep it alive, needs nobody, as long as that works.
    fn refresh_renewal(&self, item: &mut ExpiryView) {
        let Some(state) = self.known.refresh else { return };
        let works = matches!(state.state.as_str(), "" | "active") && state.last_refreshed.is_some();
        let replaced = works && state.replaced_at_use == Some(true);
        let kept_alive = self.idle_limit().filter(|_| works && item.source == ExpirySource::Estimated);
        // It is used when a ninth of the limit is left. Past that by more than a day, nobody did.
        let in_time = kept_alive.map(|limit| item.days >= i32::try_from(limit / 9).unwrap_or(i32::MAX) - 1);
        item.renews_itself = replaced || in_time == Some(true);
        item.renewal = match (state.state.as_str(), in_time) {
            ("stopped", _) => "Stopped: needs a new refresh token.",
            ("in_doubt", _) => "It may be lost: what its last use brought never arrived.",
            _ if replaced => "Replaced at each use.",
            (_, Some(true)) => "Used in time to keep it alive, by \u{201c}credenza check\u{201d} or this window.",
            (_, Some(false)) => "Nobody has used it in time: no check ran, or it could not.",
            _ => "",
        }
        .to_owned();
    }
}
