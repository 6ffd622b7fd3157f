//! What needs attention, in words first.

use uuid::Uuid;

use super::Workspace;
use crate::Problem;
use crate::view::{Attention, AttentionWeight, CheckSummary, CredentialRow, Overview, RowFlag, RowStatus, Totals, event_row};

/// Checks and events shown on the first page.
const RECENT: usize = 8;

impl Workspace {
    /// The first page.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn overview(&self) -> Result<Overview, Problem> {
        let rows = self.rows()?;
        let mut recent_checks: Vec<CheckSummary> = rows.iter().filter_map(|row| row.last_check.clone()).collect();
        recent_checks.sort_by_key(|check| std::cmp::Reverse(check.at));
        recent_checks.truncate(RECENT);
        let filter = credenza_vault::EventFilter { limit: Some(RECENT as u32), ..Default::default() };
        let recent_events = self.vault.events(&filter)?.iter().map(event_row).collect();
        Ok(Overview { attention: attention(&rows), totals: totals(&rows), expiries: self.expiries()?, recent_checks, recent_events })
    }
}

fn totals(rows: &[CredentialRow]) -> Totals {
    let count = |test: &dyn Fn(&CredentialRow) -> bool| u32::try_from(rows.iter().filter(|row| test(row)).count()).unwrap_or(u32::MAX);
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

fn attention(rows: &[CredentialRow]) -> Vec<Attention> {
    type Test = fn(&CredentialRow) -> bool;
    let lines: [(AttentionWeight, Test, &str, &str); 6] = [
        (AttentionWeight::Bad, |row| row.status == RowStatus::Failed, "is failing", "are failing"),
        (AttentionWeight::Bad, |row| row.flags.contains(&RowFlag::Expired), "has expired", "have expired"),
        (AttentionWeight::Warn, |row| row.flags.contains(&RowFlag::Expiring), "expires within 30 days", "expire within 30 days"),
        (AttentionWeight::Warn, |row| row.flags.contains(&RowFlag::ClearText), "may send a secret in clear", "may send a secret in clear"),
        (AttentionWeight::Warn, |row| row.flags.contains(&RowFlag::NotVerified), "does not verify the server's certificate", "do not verify the server's certificate"),
        (AttentionWeight::Info, untested, "was never tested", "were never tested"),
    ];
    lines.into_iter().filter_map(|(severity, test, one, many)| {
        let found: Vec<&CredentialRow> = rows.iter().filter(|row| test(row)).collect();
        let credential_ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
        let text = match found.as_slice() {
            [] => return None,
            [only] => format!("\u{201c}{}\u{201d} {one}", only.name),
            several => format!("{} credentials {many}", several.len()),
        };
        Some(Attention { severity, text, credential_ids })
    }).collect()
}
