//! The arguments of `credenza facts`, `credenza readiness` and `credenza inventory`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::args::duration;

/// `credenza facts …`
#[derive(Debug, Subcommand)]
pub(crate) enum FactsCommand {
    /// Which are in use: built-in or replaced, how many entries, since when
    Status,
    /// Use a file in the place of the built-in one, after checking it whole
    Replace {
        /// error-codes.json or lifetimes.json; its content tells which
        file: PathBuf,
    },
    /// Go back to the built-in ones
    Restore,
}

/// `credenza readiness …`
#[derive(Debug, Args)]
pub(crate) struct ReadinessArgs {
    /// Name or id of a mail server or app registration
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Only the PowerShell for the Exchange administrator
    #[arg(long)]
    pub(crate) script: bool,
}

/// What an imported application becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ImportAs {
    /// An app registration; with its secret entered, it can be tested and used
    AppRegistration,
    /// A secret to watch; nothing here signs in with it
    Secret,
}

/// `credenza inventory …`
#[derive(Debug, Args)]
#[command(
    after_help = "The app registration needs the application permission Application.Read.All with admin consent. No secret value is read: Microsoft Graph tells none."
)]
pub(crate) struct InventoryArgs {
    /// Name or id of an app registration that may read directory data
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// What ends within this time matters, and what has ended
    #[arg(long, value_parser = duration, default_value = "60d", value_name = "TIME")]
    pub(crate) within: Duration,
    /// Also what does not matter: later ends, what renews itself, what is muted
    #[arg(long)]
    pub(crate) all: bool,
    /// Show what was read last instead of reading
    #[arg(long)]
    pub(crate) last: bool,
    /// Add the applications of this file: an array of client ids, or what --json printed; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "import_all")]
    pub(crate) import: Option<PathBuf>,
    /// Add every application that matters and is not here yet
    #[arg(long)]
    pub(crate) import_all: bool,
    /// What they become: app registrations, or secrets whose dates are watched
    #[arg(long, value_enum, default_value = "app-registration", value_name = "TYPE")]
    pub(crate) import_as: ImportAs,
    /// Mute an application by its client id; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) mute: Vec<String>,
    /// Take that back
    #[arg(long, value_name = "ID")]
    pub(crate) unmute: Vec<String>,
    /// Limit of the whole reading, waiting for a busy directory included [default: 10m]
    #[arg(long, value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
}
