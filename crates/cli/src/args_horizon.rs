//! Arguments of what ends, and when.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::args::duration;

/// `credenza expiring …`
#[derive(Debug, Args)]
pub(crate) struct ExpiringArgs {
    /// Only what ends within this time, such as 30d, or has ended
    #[arg(long, value_parser = duration)]
    pub(crate) within: Option<Duration>,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: FormatArg,
    /// Exit with 10 when something is listed that ends within --within [without it: 30d], or has ended
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Only of credentials of this type
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) type_: Option<String>,
    /// Only this kind of thing, such as client_secret or server_certificate
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Only dates from this source: reported, certificate, entered or estimated
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Only with this owner; "" for those without one
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Also what is muted, such as what renews itself
    #[arg(long)]
    pub(crate) all: bool,
    /// With --format ics: no alarms, only the days
    #[arg(long)]
    pub(crate) no_alarms: bool,
}

/// How the horizon is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Aligned columns.
    Table,
    /// A JSON array, as with --json.
    Json,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// iCalendar (RFC 5545).
    Ics,
}
