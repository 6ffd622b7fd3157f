//! Lines of the list, read straight from the stored metadata: ten thousand of them must cost next to nothing.

use std::collections::HashMap;

use credenza_vault::{HeadView, RecordHead};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::Workspace;
use crate::Problem;
use crate::check::{Outcome, RefreshState};
use crate::credential::CredentialType;
use crate::horizon::{Joined, Meta, Record, gather};
use crate::view::{CredentialRow, RowFlag, RowStatus, TokenNotice};

/// Days before an expiry from which on it counts as near.
const NEAR_DAYS: i32 = 30;

impl Workspace {
    /// Every credential as a line, sorted by name.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn rows(&self) -> Result<Vec<CredentialRow>, Problem> {
        let (known, suspects, notices) = (self.known_for_rows()?, self.suspects()?, self.token_notices()?);
        let today = self.today();
        let line = |head: &RecordHead| {
            let row = row(&head.view(), (known.of(head.id), &notices), today);
            suspected(row, suspects.contains(&head.id))
        };
        Ok(self.vault.heads()?.iter().map(line).collect())
    }

    /// As [`Workspace::rows`], for a program that asks once and ends: nothing is kept for the next time.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn rows_once(&self) -> Result<Vec<CredentialRow>, Problem> {
        let (known, suspects, notices) = (self.known_for_rows()?, self.suspects()?, self.token_notices()?);
        let today = self.today();
        let line = |head: &HeadView<'_>| {
            suspected(row(head, (known.of(head.id), &notices), today), suspects.contains(&head.id))
        };
        Ok(self.vault.map_heads(line)?)
    }

    /// The line of one credential.
    pub(super) fn row_of(&self, head: &RecordHead) -> Result<CredentialRow, Problem> {
        let notices = self.token_notice(head)?.into_iter().map(|notice| (notice.owner_id, notice)).collect();
        let row = row(&head.view(), (self.known_of(head.id)?.of(head.id), &notices), self.today());
        Ok(suspected(row, self.is_suspect(head.id)?))
    }

    pub(super) fn today(&self) -> Date {
        self.clock.now().to_zoned(TimeZone::UTC).date()
    }
}

fn row(head: &HeadView<'_>, (known, notices): (Joined<'_>, &HashMap<Uuid, TokenNotice>), today: Date) -> CredentialRow {
    let meta = Meta::of(head);
    let dates = gather(&Record { head, meta: &meta, known, today });
    let next_expiry = dates.into_iter().filter(|expiry| !expiry.muted).min_by_key(|expiry| expiry.on);
    let last_check = known.check.cloned();
    let mut flags = safety_flags(head.record_type, &meta);
    match &next_expiry {
        Some(expiry) if expiry.days < 0 => flags.push(RowFlag::Expired),
        Some(expiry) if expiry.days <= NEAR_DAYS => flags.push(RowFlag::Expiring),
        _ => {}
    }
    let token_notice = notice_for(head, &meta, notices).cloned();
    match token_notice.as_ref().map(|notice| notice.state) {
        Some(RefreshState::Stopped) => flags.push(RowFlag::TokenStopped),
        Some(RefreshState::InDoubt) => flags.push(RowFlag::TokenInDoubt),
        _ => {}
    }
    let status = last_check.as_ref().map_or(RowStatus::Untested, |check| match check.outcome {
        Outcome::Passed => RowStatus::Passed,
        Outcome::Warning => RowStatus::Warning,
        Outcome::Failed => RowStatus::Failed,
    });
    CredentialRow {
        id: head.id,
        name: head.name.to_string(),
        description: meta.description.to_string(),
        credential_type: CredentialType::of(head.record_type).unwrap_or(CredentialType::Secret),
        host: host_words(head.record_type, &meta),
        owner: meta.owner.to_string(),
        tags: meta.tags,
        class: head.class,
        status,
        flags,
        token_notice: token_notice.map(Box::new),
        next_expiry: next_expiry.map(Box::new),
        last_check: last_check.map(Box::new),
        revision: head.revision,
        updated_at: head.updated_at,
    }
}

/// The line with its mark, if it is suspect (IQX-17): that comes before what is only unsafe.
fn suspected(mut row: CredentialRow, suspect: bool) -> CredentialRow {
    if suspect {
        row.flags.insert(0, RowFlag::Suspect);
    }
    row
}

/// What stands against its own refresh token, or against that of the app registration it signs in with.
fn notice_for<'n>(
    head: &HeadView<'_>,
    meta: &Meta<'_>,
    notices: &'n HashMap<Uuid, TokenNotice>,
) -> Option<&'n TokenNotice> {
    if notices.is_empty() {
        return None;
    }
    notices.get(&meta.reference().parse().unwrap_or(head.id))
}

fn safety_flags(record_type: &str, meta: &Meta<'_>) -> Vec<RowFlag> {
    let mut flags = Vec::new();
    if meta.certificate_check.mode == "disable" {
        flags.push(RowFlag::NotVerified);
    }
    let signs_in = !matches!(&*meta.auth.method, "" | "none");
    let in_clear = match record_type {
        "mail_server" => signs_in && !matches!(&*meta.tls, "starttls" | "implicit") && meta.allow_clear,
        "outbound_server" => signs_in && meta.protocol == "http",
        "webhook" => meta.protocol == "http",
        _ => false,
    };
    if in_clear {
        flags.push(RowFlag::ClearText);
    }
    flags
}

fn host_words(record_type: &str, meta: &Meta<'_>) -> String {
    let host = &*meta.host;
    if record_type == "secret" {
        return host.to_owned();
    }
    if host.is_empty() {
        let url = url::Url::parse(&meta.oauth2.token_url).ok();
        return url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    }
    let port = meta.port.unwrap_or(match (record_type, &*meta.protocol) {
        ("mail_server", _) => 25,
        (_, "http") => 80,
        _ => 443,
    });
    let bracket = host.contains(':') && !host.starts_with('[');
    if bracket { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
