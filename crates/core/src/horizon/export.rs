//! The horizon as a file for other programs: CSV and iCalendar, without a secret or a user name in either.

mod calendar;
mod comma;

pub use calendar::ics;
pub use comma::csv;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The formats a horizon is written in for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// iCalendar (RFC 5545).
    Ics,
}

impl ExportFormat {
    /// The name offered for the file.
    pub fn file_name(self) -> &'static str {
        match self {
            ExportFormat::Csv => "credenza-expiries.csv",
            ExportFormat::Ics => "credenza-expiries.ics",
        }
    }
}
