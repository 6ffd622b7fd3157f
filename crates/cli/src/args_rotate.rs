//! The arguments of `credenza rotate`. A next value is never one of them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::args::duration;
use crate::certificate::PairFiles;

/// `credenza rotate …`
#[derive(Debug, Subcommand)]
pub(crate) enum RotateCommand {
    /// Enter the next value of a secret field; the current one stays in force
    Start(StartArgs),
    /// Test the record with the next value in place of the current one; nothing is stored but the result
    Test {
        /// Which secret
        #[command(flatten)]
        which: FieldArgs,
        /// Limit of the whole check, such as 20s
        #[arg(long, value_parser = duration)]
        timeout: Option<Duration>,
    },
    /// Put the next value in force and keep the current one as the old one
    Switch(SwitchArgs),
    /// Put the old value in force again
    Return(FieldArgs),
    /// What uses the secret: list, add, tick off
    UsedBy(UsedByArgs),
    /// Tick the old value off as revoked at its provider
    Revoked(FieldArgs),
    /// Throw the next value away
    Cancel(FieldArgs),
    /// How far rotations are: those of a record, or all that are under way
    Status {
        /// Name or id
        #[arg(value_name = "REF")]
        reference: Option<String>,
    },
    /// The main password of an account was changed: mark the app passwords that depend on it as suspect
    MainPasswordChanged {
        /// The account, such as erp@example.com
        account: String,
        /// Test exactly these right away
        #[arg(long)]
        test: bool,
    },
}

/// A secret field of a credential.
#[derive(Debug, Args)]
pub(crate) struct FieldArgs {
    /// Name or id
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Field path, such as auth.password
    pub(crate) field: String,
}

/// `credenza rotate start …`
#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// Which secret
    #[command(flatten)]
    pub(crate) which: FieldArgs,
    /// Read the next value from standard input
    #[arg(long, required_unless_present_any = ["next_file", "certificate_file", "pkcs12_file"], conflicts_with = "next_file")]
    pub(crate) next_stdin: bool,
    /// Read the next value from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) next_file: Option<PathBuf>,
    /// For a private key: the next certificate and its key
    #[command(flatten)]
    pub(crate) files: PairFiles,
}

/// `credenza rotate switch …`
#[derive(Debug, Args)]
pub(crate) struct SwitchArgs {
    /// Which secret
    #[command(flatten)]
    pub(crate) which: FieldArgs,
    /// Last day on which the old value is kept, such as 2027-01-31 [default: 14 days from today]
    #[arg(long, value_name = "DATE")]
    pub(crate) keep_until: Option<Date>,
    /// Last day on which the new value is good
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: Option<Date>,
    /// Switch although the next value has not passed its test, or the old value before is not revoked
    #[arg(long = "override")]
    pub(crate) overrule: bool,
}

/// `credenza rotate used-by …`
#[derive(Debug, Args)]
pub(crate) struct UsedByArgs {
    /// Which secret
    #[command(flatten)]
    pub(crate) which: FieldArgs,
    /// Add something that uses it and that Credenza does not know
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["done", "open"])]
    pub(crate) add: Option<String>,
    /// Tick off the line with this number
    #[arg(long, value_name = "N", conflicts_with = "open")]
    pub(crate) done: Option<u32>,
    /// Open the line with this number again
    #[arg(long, value_name = "N")]
    pub(crate) open: Option<u32>,
}
