//! What needs attention, in words first.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use credenza_vault::Mark;
use jiff::civil::Date;
use uuid::Uuid;

use super::Workspace;
use crate::Problem;
use crate::alerts::Watch;
use crate::horizon::{HorizonFilter, MutedFilter, timeline};
use crate::sunset::Sunset;
use crate::view::{
    Attention, AttentionWeight, CheckSummary, CredentialRow, ExpiryView, Overview, RowFlag, RowStatus, TokenNotice,
    Totals, event_row,
};

/// Lines of each class of attention.
const SHOWN: usize = 20;
/// Checks and events shown on the first page.
const RECENT: usize = 8;
/// Dates that the first page lists.
const NEXT: usize = 8;

/// The first page as it was worked out last, with the state of the vault and the day that it is of.
#[derive(Default)]
pub(super) struct FirstPage(Mutex<Option<(Of, Overview)>>);

/// What a first page was worked out from, beside the facts. That a token is in doubt shows when the program that used it is
/// gone, and nothing is written then: what stands against tokens is part of it.
#[derive(PartialEq)]
struct Of(Mark, Date, HashMap<Uuid, TokenNotice>);

impl FirstPage {
    fn of(&self, of: &Of) -> Option<Overview> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(kept, _)| kept == of).map(|(_, page)| page.clone())
    }

    fn keep(&self, of: Of, page: &Overview) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((of, page.clone()));
    }

    /// Something that it is made of, and that is not in the vault, is different.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Workspace {
    /// The first page. Asking again costs next to nothing until something is written to the vault, or the day ends.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn overview(&self) -> Result<Overview, Problem> {
        // Read first: what is written meanwhile belongs to a later mark.
        let of = Of(self.vault.mark()?, self.today(), self.token_notices()?);
        let mut page = match self.first_page.of(&of) {
            Some(page) => page,
            None => {
                let page = self.worked_out()?;
                self.first_page.keep(of, &page);
                page
            }
        };
        page.attention.splice(0..0, unwatched(&self.watch()?));
        Ok(page)
    }

    fn worked_out(&self) -> Result<Overview, Problem> {
        let rows = self.rows()?;
        let ending = self.sunset()?.into_iter().filter_map(|sunset| ending(&sunset));
        let ending = ending.chain(self.rotation_attention()?.into_iter().take(SHOWN));
        let mut recent_checks: Vec<CheckSummary> =
            rows.iter().filter_map(|row| row.last_check.as_deref().cloned()).collect();
        recent_checks.sort_by_key(|check| std::cmp::Reverse(check.at));
        recent_checks.truncate(RECENT);
        let filter = credenza_vault::EventFilter { limit: Some(RECENT as u32), ..Default::default() };
        let recent_events = self.vault.events(&filter)?.iter().map(event_row).collect();
        let (muted, mut expiries): (Vec<_>, Vec<_>) = self
            .horizon(&HorizonFilter { muted: MutedFilter::Show, ..HorizonFilter::default() })?
            .into_iter()
            .partition(|item| item.muted);
        let gone = gone_words(&muted);
        let timeline = timeline(&expiries, muted.len());
        expiries.truncate(NEXT);
        Ok(Overview {
            attention: attention(&rows, ending.chain(gone).collect()),
            totals: totals(&rows),
            timeline,
            next_expiries: expiries,
            recent_checks,
            recent_events,
        })
    }
}

/// Credentials whose application, secret or certificate is gone from the directory that reported it.
fn gone_words(muted: &[ExpiryView]) -> Vec<Attention> {
    let mut told = HashSet::new();
    let gone = muted.iter().filter(|item| item.gone_since.is_some() && told.insert(item.credential_id));
    let line = |item: &ExpiryView| {
        let since = item.gone_since.map(|since| since.to_string()).unwrap_or_default();
        Attention {
            severity: AttentionWeight::Warn,
            text: format!("{}: {} is gone from the directory since {since}", item.credential_name, item.item),
            credential_ids: vec![item.credential_id],
            topic: None,
        }
    };
    gone.take(SHOWN).map(line).collect()
}

/// "Could not look" stands above all else: without it nothing below can be trusted to be all (D9).
fn unwatched(watch: &Watch) -> Option<Attention> {
    if watch.warning.is_empty() {
        return None;
    }
    let severity = if watch.failed_at.is_some() { AttentionWeight::Bad } else { AttentionWeight::Warn };
    Some(Attention { severity, text: watch.warning.clone(), credential_ids: Vec::new(), topic: Some("alerts".into()) })
}

fn totals(rows: &[CredentialRow]) -> Totals {
    let count = |test: &dyn Fn(&CredentialRow) -> bool| {
        u32::try_from(rows.iter().filter(|row| test(row)).count()).unwrap_or(u32::MAX)
    };
    Totals {
        credentials: count(&|_| true),
        failing: count(&|row| row.status == RowStatus::Failed),
        expiring: count(&|row| near(row)),
        clear_text: count(&|row| row.flags.contains(&RowFlag::ClearText)),
        not_verified: count(&|row| row.flags.contains(&RowFlag::NotVerified)),
        untested: count(&|row| untested(row)),
    }
}

fn near(row: &CredentialRow) -> bool {
    row.flags.contains(&RowFlag::Expiring) || row.flags.contains(&RowFlag::Expired)
}

fn untested(row: &CredentialRow) -> bool {
    row.status == RowStatus::Untested && row.credential_type != crate::credential::CredentialType::Secret
}

/// Worst first: what fails, what has ended, what ends soon, what is unsafe, what nobody has looked at.
fn attention(rows: &[CredentialRow], ending: Vec<Attention>) -> Vec<Attention> {
    type Class = (AttentionWeight, fn(&CredentialRow) -> bool, fn(&CredentialRow) -> String);
    let classes: [Class; 8] = [
        (AttentionWeight::Bad, |row| owns_notice(row, RowFlag::TokenStopped), notice_words),
        (
            AttentionWeight::Bad,
            // What is stopped fails for the reason that its own line says.
            |row| row.status == RowStatus::Failed && !owns_notice(row, RowFlag::TokenStopped),
            |row| row.last_check.as_ref().map_or_else(String::new, |check| check.headline.clone()),
        ),
        (AttentionWeight::Bad, |row| row.flags.contains(&RowFlag::Expired), expiry_words),
        (AttentionWeight::Warn, |row| owns_notice(row, RowFlag::TokenInDoubt), notice_words),
        (
            AttentionWeight::Warn,
            |row| row.flags.contains(&RowFlag::Suspect),
            |_| "suspect: the main password of its account was changed; test it again".into(),
        ),
        (AttentionWeight::Warn, |row| row.flags.contains(&RowFlag::Expiring), expiry_words),
        (AttentionWeight::Warn, |row| row.flags.contains(&RowFlag::ClearText), |_| "may send a secret in clear".into()),
        (
            AttentionWeight::Warn,
            |row| row.flags.contains(&RowFlag::NotVerified),
            |_| "does not verify the server's certificate".into(),
        ),
    ];
    let mut lines: Vec<Attention> = Vec::new();
    for (severity, test, words) in classes {
        let found = rows.iter().filter(|row| test(row)).take(SHOWN);
        lines.extend(found.map(|row| Attention {
            severity,
            text: format!("{}: {}", row.name, words(row)),
            credential_ids: vec![row.id],
            topic: None,
        }));
    }
    let worst = lines.iter().take_while(|line| line.severity == AttentionWeight::Bad).count();
    lines.splice(worst..worst, ending);
    let untested: Vec<Uuid> = rows.iter().filter(|row| untested(row)).map(|row| row.id).collect();
    if let Some(text) = untested_words(untested.len()) {
        lines.push(Attention { severity: AttentionWeight::Info, text, credential_ids: untested, topic: None });
    }
    lines
}

/// One line for the record that holds the refresh token, not one for each that uses it.
fn owns_notice(row: &CredentialRow, flag: RowFlag) -> bool {
    row.flags.contains(&flag) && row.token_notice.as_ref().is_some_and(|notice| notice.owner_id == row.id)
}

fn notice_words(row: &CredentialRow) -> String {
    let words = row.token_notice.as_ref().map_or("", |notice| notice.words.as_str());
    // What only a provider's support can use stands on the record.
    words.split(" Trace ID:").next().unwrap_or_default().to_owned()
}

/// What is announced to end, in the provider's words, with the records that use it (C12).
fn ending(sunset: &Sunset) -> Option<Attention> {
    let next = sunset.timeline.get(1).or_else(|| sunset.timeline.first())?;
    let many = match sunset.records.len() {
        0 => return None,
        1 => "1 credential uses it".to_owned(),
        many => format!("{many} credentials use it"),
    };
    let text = format!("{}: {} ({}); {many}", sunset.subject, next.when, next.what);
    let credential_ids = sunset.records.iter().map(|record| record.id).collect();
    Some(Attention { severity: AttentionWeight::Warn, text, credential_ids, topic: Some("sunset".to_owned()) })
}

fn untested_words(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 credential was never tested".into()),
        many => Some(format!("{many} credentials were never tested")),
    }
}

fn expiry_words(row: &CredentialRow) -> String {
    let Some(expiry) = &row.next_expiry else { return String::new() };
    match expiry.days {
        days if days < -1 => format!("{} expired {} days ago", expiry.item, -days),
        -1 => format!("{} expired yesterday", expiry.item),
        0 => format!("{} expires today", expiry.item),
        1 => format!("{} expires tomorrow", expiry.item),
        days => format!("{} expires in {days} days", expiry.item),
    }
}
