//! Lines of the list, read straight from the stored metadata: ten thousand of them must cost next to nothing.

use std::collections::HashMap;

use credenza_vault::RecordHead;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Workspace;
use crate::Problem;
use crate::check::Outcome;
use crate::credential::{CredentialType, ExpirySource, field_label};
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
        Ok(self.vault.heads()?.iter().map(|head| row(head, checks.remove(&head.id), today)).collect())
    }

    /// The line of one credential.
    pub(super) fn row_of(&self, head: &RecordHead) -> Result<CredentialRow, Problem> {
        Ok(row(head, self.summary(head.id)?, self.today()))
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
        let documents = self.vault.documents(super::checks::SUMMARY)?;
        let read = |(key, body): (String, _)| {
            let body: zeroize::Zeroizing<Vec<u8>> = body;
            Some((key.parse().ok()?, serde_json::from_slice(&body).ok()?))
        };
        Ok(documents.into_iter().filter_map(read).collect())
    }

    fn summary(&self, id: Uuid) -> Result<Option<CheckSummary>, Problem> {
        let body = self.vault.document(super::checks::SUMMARY, &id.to_string())?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).ok()))
    }
}

fn row(head: &RecordHead, last_check: Option<CheckSummary>, today: Date) -> CredentialRow {
    let meta = &*head.meta;
    let next_expiry = dates(head, last_check.as_ref(), today).into_iter().min_by_key(|expiry| expiry.on);
    let mut flags = safety_flags(&head.record_type, meta);
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
    let tags = meta.get("tags").and_then(Value::as_array);
    CredentialRow {
        id: head.id,
        name: head.name.clone(),
        description: text(meta, "description"),
        credential_type: CredentialType::of(&head.record_type).unwrap_or(CredentialType::Secret),
        host: host_words(&head.record_type, meta),
        owner: text(meta, "owner"),
        tags: tags.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        class: head.class,
        status,
        flags,
        next_expiry,
        last_check,
        revision: head.revision,
        updated_at: head.updated_at,
    }
}

/// The dates of one record: those that were entered, then that of the server certificate which the last check saw.
pub(super) fn dates(head: &RecordHead, last_check: Option<&CheckSummary>, today: Date) -> Vec<ExpiryView> {
    let mut all = expiries(head, today);
    if let Some(on) = last_check.and_then(|check| check.certificate_until) {
        all.push(ExpiryView {
            credential_id: head.id,
            credential_name: head.name.clone(),
            item: "Server certificate".into(),
            on,
            source: ExpirySource::Certificate,
            note: "Whoever runs the server renews it.".into(),
            owner: text(&head.meta, "owner"),
            days: days_until(today, on),
        });
    }
    all
}

fn days_until(today: Date, on: Date) -> i32 {
    today.until(on).map(|span| span.get_days()).unwrap_or(0)
}

fn expiries(head: &RecordHead, today: Date) -> Vec<ExpiryView> {
    let meta = &*head.meta;
    let list = meta.get("expiries").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|expiry| expiry_view(head, expiry, today)).collect()
}

fn expiry_view(head: &RecordHead, expiry: &Value, today: Date) -> Option<ExpiryView> {
    let on: Date = expiry.get("on")?.as_str()?.parse().ok()?;
    let source = expiry.get("source").and_then(|source| serde_json::from_value(source.clone()).ok());
    Some(ExpiryView {
        credential_id: head.id,
        credential_name: head.name.clone(),
        item: field_label(expiry.get("item")?.as_str()?),
        on,
        source: source.unwrap_or(ExpirySource::Entered),
        note: expiry.get("note").and_then(Value::as_str).unwrap_or_default().to_owned(),
        owner: text(&head.meta, "owner"),
        days: days_until(today, on),
    })
}

fn safety_flags(record_type: &str, meta: &Map<String, Value>) -> Vec<RowFlag> {
    let mut flags = Vec::new();
    if meta.get("certificate_check").and_then(|check| check.get("mode")).and_then(Value::as_str) == Some("disable") {
        flags.push(RowFlag::NotVerified);
    }
    let method = meta.get("auth").and_then(|auth| auth.get("method")).and_then(Value::as_str);
    let signs_in = method.is_some_and(|method| method != "none");
    let mail_in_clear = record_type == "mail_server"
        && !matches!(word(meta, "tls"), "starttls" | "implicit")
        && meta.get("allow_clear").and_then(Value::as_bool) == Some(true);
    let http_in_clear = record_type == "outbound_server" && word(meta, "protocol") == "http";
    let hook_in_clear = record_type == "webhook" && word(meta, "protocol") == "http";
    if hook_in_clear || (signs_in && (mail_in_clear || http_in_clear)) {
        flags.push(RowFlag::ClearText);
    }
    flags
}

fn host_words(record_type: &str, meta: &Map<String, Value>) -> String {
    let host = word(meta, "host");
    if record_type == "secret" {
        return host.to_owned();
    }
    if host.is_empty() {
        let token_url = meta.get("oauth2").and_then(|block| block.get("token_url")).and_then(Value::as_str);
        let url = token_url.and_then(|text| url::Url::parse(text).ok());
        return url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    }
    let default = match (record_type, word(meta, "protocol")) {
        ("mail_server", _) => 25,
        (_, "http") => 80,
        _ => 443,
    };
    let port = meta.get("port").and_then(Value::as_u64).unwrap_or(default);
    let bracket = host.contains(':') && !host.starts_with('[');
    if bracket { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn word<'a>(meta: &'a Map<String, Value>, key: &str) -> &'a str {
    meta.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn text(meta: &Map<String, Value>, key: &str) -> String {
    word(meta, key).to_owned()
}
