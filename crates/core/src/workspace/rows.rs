//! Lines of the list, read straight from the stored metadata: ten thousand of them must cost next to nothing.

use std::borrow::Cow;
use std::collections::HashMap;

use credenza_vault::{HeadView, RecordHead};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use super::Workspace;
use crate::Problem;
use crate::check::Outcome;
use crate::credential::{CredentialType, Expiry, ExpirySource, field_label};
use crate::view::{CheckSummary, CredentialRow, ExpiryView, RowFlag, RowStatus};

/// Days before an expiry from which on it counts as near.
const NEAR_DAYS: i32 = 30;

impl Workspace {
    /// Every credential as a line, sorted by name.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn rows(&self) -> Result<Vec<CredentialRow>, Problem> {
        let mut checks = self.summaries()?;
        let today = self.today();
        Ok(self.vault.heads()?.iter().map(|head| row(&head.view(), checks.remove(&head.id), today)).collect())
    }

    /// As [`Workspace::rows`], for a program that asks once and ends: nothing is kept for the next time.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn rows_once(&self) -> Result<Vec<CredentialRow>, Problem> {
        let checks = self.summaries()?;
        let today = self.today();
        Ok(self.vault.map_heads(|head| row(head, checks.get(&head.id).cloned(), today))?)
    }

    /// The line of one credential.
    pub(super) fn row_of(&self, head: &RecordHead) -> Result<CredentialRow, Problem> {
        Ok(row(&head.view(), self.summary(head.id)?, self.today()))
    }

    /// Every known date of every credential, soonest first.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn expiries(&self) -> Result<Vec<ExpiryView>, Problem> {
        let today = self.today();
        let checks = self.summaries()?;
        let mut all: Vec<ExpiryView> =
            self.vault.heads()?.iter().flat_map(|head| dates(head, checks.get(&head.id), today)).collect();
        all.sort_by_key(|expiry| expiry.on);
        Ok(all)
    }

    pub(super) fn today(&self) -> Date {
        self.clock.now().to_zoned(TimeZone::UTC).date()
    }

    fn summaries(&self) -> Result<HashMap<Uuid, CheckSummary>, Problem> {
        let documents = self.vault.documents(super::results::SUMMARY)?;
        let read = |(key, body): (String, _)| {
            let body: zeroize::Zeroizing<Vec<u8>> = body;
            Some((key.parse().ok()?, serde_json::from_slice(&body).ok()?))
        };
        Ok(documents.into_iter().filter_map(read).collect())
    }

    fn summary(&self, id: Uuid) -> Result<Option<CheckSummary>, Problem> {
        let body = self.vault.document(super::results::SUMMARY, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).ok()))
    }
}

/// What a line of the list needs of a record's metadata; borrowed from the text as it is stored.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta<'a> {
    #[serde(borrow)]
    description: Cow<'a, str>,
    #[serde(borrow)]
    host: Cow<'a, str>,
    #[serde(borrow)]
    owner: Cow<'a, str>,
    #[serde(borrow)]
    protocol: Cow<'a, str>,
    #[serde(borrow)]
    tls: Cow<'a, str>,
    port: Option<u16>,
    allow_clear: bool,
    tags: Vec<String>,
    #[serde(borrow)]
    certificate_check: Mode<'a>,
    #[serde(borrow)]
    auth: Method<'a>,
    #[serde(borrow)]
    oauth2: TokenUrl<'a>,
    expiries: Vec<Expiry>,
}

impl<'a> Meta<'a> {
    fn of(head: &HeadView<'a>) -> Meta<'a> {
        serde_json::from_str(head.meta).unwrap_or_default()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Mode<'a> {
    #[serde(borrow)]
    mode: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Method<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenUrl<'a> {
    #[serde(borrow)]
    token_url: Cow<'a, str>,
}

fn row(head: &HeadView<'_>, last_check: Option<CheckSummary>, today: Date) -> CredentialRow {
    let meta = Meta::of(head);
    let next_expiry = dates_of(head, &meta, last_check.as_ref(), today).into_iter().min_by_key(|expiry| expiry.on);
    let mut flags = safety_flags(head.record_type, &meta);
    match &next_expiry {
        Some(expiry) if expiry.days < 0 => flags.push(RowFlag::Expired),
        Some(expiry) if expiry.days <= NEAR_DAYS => flags.push(RowFlag::Expiring),
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
        next_expiry: next_expiry.map(Box::new),
        last_check: last_check.map(Box::new),
        revision: head.revision,
        updated_at: head.updated_at,
    }
}

/// The dates of one record: those that were entered, then that of the server certificate which the last check saw.
pub(super) fn dates(head: &RecordHead, last_check: Option<&CheckSummary>, today: Date) -> Vec<ExpiryView> {
    let head = head.view();
    dates_of(&head, &Meta::of(&head), last_check, today)
}

fn dates_of(head: &HeadView<'_>, meta: &Meta<'_>, last_check: Option<&CheckSummary>, today: Date) -> Vec<ExpiryView> {
    let view = |item: String, on: Date, source: ExpirySource, note: String| ExpiryView {
        credential_id: head.id,
        credential_name: head.name.to_string(),
        item,
        on,
        source,
        note,
        owner: meta.owner.to_string(),
        days: today.until(on).map(|span| span.get_days()).unwrap_or(0),
    };
    let entered = meta
        .expiries
        .iter()
        .map(|expiry| view(field_label(&expiry.item), expiry.on, expiry.source, expiry.note.clone()));
    let seen = last_check.and_then(|check| check.certificate_until).map(|on| {
        view("Server certificate".into(), on, ExpirySource::Certificate, "Whoever runs the server renews it.".into())
    });
    entered.chain(seen).collect()
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
