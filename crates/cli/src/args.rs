//! The arguments of `credenza`. A passphrase or secret is never one of them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use crate::args_alerts::{AlertsCommand, CheckArgs, ScheduleArg};
pub(crate) use crate::args_checks::{
    CallArgs, ChannelArg, ExplainArgs, ReportArgs, SendEmailArgs, TestArgs, TokenArgs,
};
pub(crate) use crate::args_facts::{FactsCommand, InventoryArgs, ReadinessArgs};
pub(crate) use crate::args_horizon::{ExpiringArgs, FormatArg};
pub(crate) use crate::args_rotate::RotateCommand;
use crate::certificate::CertificateFiles;
use crate::commands::TrustArgs;

/// Keeps the credentials your systems use, tests them for real, and says in plain words why a test failed.
#[derive(Debug, Parser)]
#[command(name = "credenza", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 ok, 1 check failed, 2 usage, 3 invalid, 4 not found, 5 locked, 6 forbidden, 7 damaged, 8 conflict, 9 io, 10 expiring, 70 internal."
)]
pub(crate) struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Vault file [default: the platform's data folder]
    #[arg(long, global = true, env = "CREDENZA_VAULT", value_name = "FILE")]
    pub(crate) vault: Option<PathBuf>,
    /// Act only as this operator
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) operator: Option<String>,
    /// Exactly one JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Read the passphrase from standard input
    #[arg(long, global = true, conflicts_with = "passphrase_file")]
    pub(crate) passphrase_stdin: bool,
    /// Read the passphrase from a file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create, unlock, back up and verify a vault
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Ways to unlock
    #[command(subcommand)]
    Slot(SlotCommand),
    /// Add a record, or all records of a file
    Add(AddArgs),
    /// List credentials, masked
    List(ListArgs),
    /// Show one credential, masked
    Show(RefArg),
    /// Change a credential by a JSON merge patch (RFC 7396)
    Edit(EditArgs),
    /// Remove a credential that nothing uses
    Remove(RefArg),
    /// Who changed which fields when
    History(RefArg),
    /// Print one secret in plain, after its event is committed
    Reveal(RevealArgs),
    /// Test connection: no mail is sent, nothing is changed
    Test(TestArgs),
    /// Pin the certificate that the server shows now, if it has this fingerprint
    Trust(TrustArgs),
    /// The last result of a credential, for a ticket
    Report(ReportArgs),
    /// Send an email through a mail server
    SendEmail(Box<SendEmailArgs>),
    /// Fetch Token
    Token(TokenArgs),
    /// One request through an outbound server
    Call(CallArgs),
    /// Say what a pasted reply means, without a vault
    Explain(ExplainArgs),
    /// The explanations and announcements in use, and replacing them
    #[command(subcommand)]
    Facts(FactsCommand),
    /// Whether everything is in place at Exchange Online, Gmail or Entra ID
    Readiness(ReadinessArgs),
    /// Replace a secret without a gap: next, test, switch, return, revoke
    #[command(subcommand)]
    Rotate(RotateCommand),
    /// Records that sign in by a way that ends
    Sunset,
    /// Every date on which something stops working, soonest first
    Expiring(ExpiringArgs),
    /// Look at the dates once, for cron, systemd and Task Scheduler: alerts what is due; exit 10 when something is
    Check(CheckArgs),
    /// Who is told of an end, when and how
    #[command(subcommand)]
    Alerts(AlertsCommand),
    /// When the secrets and certificates of a tenant's app registrations end, read from Microsoft Graph
    Inventory(InventoryArgs),
    /// The audit log
    Events(EventsArgs),
    /// JSON Schema of a record, a check result or an event
    Schema(SchemaArgs),
    /// Shell completions, or the manual page
    Completions(CompletionsArgs),
    /// Practice servers on this machine, in the foreground
    Sandbox(SandboxArgs),
}

/// `credenza vault …`
#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Create a vault with a passphrase
    Create {
        /// Also let this device's keyring unlock it
        #[arg(long)]
        device: bool,
        /// Name of the vault
        #[arg(long, default_value = "Credenza")]
        name: String,
    },
    /// Start a session for scripts: prints CREDENZA_SESSION=…
    Unlock {
        /// How long it lasts, such as 15m or 8h
        #[arg(long = "for", value_parser = duration, default_value = "15m")]
        lifetime: Duration,
    },
    /// End all sessions
    Lock,
    /// What there is, without unlocking
    Status,
    /// Check the whole file
    Verify,
    /// A consistent copy, also while the vault is in use
    Backup {
        /// Where to write it
        file: PathBuf,
    },
    /// Put a backup in the vault's place, after checking it
    Restore {
        /// The backup
        file: PathBuf,
    },
}

/// `credenza slot …`
#[derive(Debug, Subcommand)]
pub(crate) enum SlotCommand {
    /// List the ways to unlock
    List,
    /// Add a way to unlock
    #[command(subcommand)]
    Add(SlotAdd),
    /// Remove a way to unlock; the last one stays
    Remove {
        /// Id from `slot list`
        id: uuid::Uuid,
    },
}

/// `credenza slot add …`
#[derive(Debug, Subcommand)]
pub(crate) enum SlotAdd {
    /// A further passphrase, for a new operator or a new passphrase of the same
    Passphrase {
        /// Its operator [default: yourself]
        #[arg(long)]
        name: Option<String>,
        /// The operator's role
        #[arg(long, value_enum, default_value = "administrator")]
        role: RoleArg,
        /// Read the new passphrase from a file; - is standard input
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// This device's keyring
    Device,
    /// A new recovery code, shown once
    Recovery,
}

/// A role on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleArg {
    /// May do everything.
    Administrator,
    /// May test and look, never see a secret.
    Helpdesk,
}

/// `credenza add …`
#[derive(Debug, Args)]
#[command(
    after_help = "Fields: --host mail.example.com --port 587 --auth.method password --auth.username erp. Secrets: --auth.password-stdin or --auth.password-file FILE; never as an argument. Certificates: --certificate-file FILE, or --pkcs12-file FILE with --pkcs12-password-file FILE; to show to the server: --client-certificate-file, --client-pkcs12-file."
)]
pub(crate) struct AddArgs {
    /// One record or an array of records, all or nothing; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["type_", "rest"])]
    pub(crate) from: Option<PathBuf>,
    /// mail_server, outbound_server, app_registration, webhook or secret
    #[arg(value_name = "TYPE")]
    pub(crate) type_: Option<String>,
    /// NAME, then fields as --FIELD VALUE, --FIELD-stdin or --FIELD-file FILE
    #[arg(value_name = "NAME FIELDS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) rest: Vec<String>,
}

/// `credenza list …`
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Words that name, description, host, owner or tags must contain
    pub(crate) query: Option<String>,
    /// Which ones
    #[command(flatten)]
    pub(crate) which: WhichArgs,
}

/// Which credentials.
#[derive(Debug, Args)]
pub(crate) struct WhichArgs {
    /// Only this type
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) type_: Option<String>,
    /// Only with this tag
    #[arg(long)]
    pub(crate) tag: Option<String>,
    /// Only with this status: passed, warning, failed, untested or suspect
    #[arg(long)]
    pub(crate) status: Option<String>,
}

/// A credential by name or id.
#[derive(Debug, Args)]
pub(crate) struct RefArg {
    /// Name or id
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
}

/// `credenza edit …`
#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    /// Name or id
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// JSON merge patch: null clears, a mask is refused; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present_any = ["certificate_file", "pkcs12_file", "client_certificate_file", "client_pkcs12_file", "private_key_file"])]
    pub(crate) from: Option<PathBuf>,
    /// Certificates from files
    #[command(flatten)]
    pub(crate) certificates: CertificateFiles,
    /// The stored secrets may go to the new address
    #[arg(long)]
    pub(crate) rebind: bool,
}

/// `credenza reveal …`
#[derive(Debug, Args)]
pub(crate) struct RevealArgs {
    /// Name or id
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Field path, such as auth.password
    pub(crate) field: String,
}

/// `credenza events …`
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Check the chain instead of listing
    #[command(subcommand)]
    pub(crate) verify: Option<EventsVerify>,
    /// Only this category
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// Only since this time (RFC 3339), or for this long back (30d, 12h)
    #[arg(long)]
    pub(crate) since: Option<String>,
    /// At most so many, newest first
    #[arg(long)]
    pub(crate) limit: Option<u32>,
}

/// `credenza events verify`
#[derive(Debug, Subcommand)]
pub(crate) enum EventsVerify {
    /// The first bad line, if any
    Verify,
}

/// `credenza schema …`
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Which schema
    #[arg(value_enum)]
    pub(crate) what: SchemaArg,
}

/// The three schemas.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaArg {
    /// A credential record.
    Record,
    /// A check result.
    Check,
    /// An event.
    Event,
}

/// `credenza completions …`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// bash, zsh, fish, powershell, elvish, or man
    pub(crate) shell: String,
}

/// `credenza sandbox …`
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Write the ports and ready-made records to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) ports_file: Option<PathBuf>,
}

/// `30d`, `12h`, `15m`, `90s`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration; write 90s, 15m, 12h or 30d");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn durations_have_a_number_and_a_unit() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("30d"), Ok(Duration::from_secs(2_592_000)));
        for wrong in ["", "5", "m", "5w", "-1s", "99999999999999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong:?} was taken");
        }
    }
}
