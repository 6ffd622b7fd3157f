//! The arguments of `credenza facts` and `credenza readiness`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
