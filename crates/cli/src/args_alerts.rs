//! Arguments of who is told of an end, and of the look that tells.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::duration;

/// `credenza check …`
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Have this system run it: writes what its scheduler reads, without any secret
    #[arg(long)]
    pub(crate) install: bool,
    /// Print what --install writes, for this system or another's scheduler
    #[arg(long, value_enum, value_name = "KIND", num_args = 0..=1, default_missing_value = "here")]
    pub(crate) print: Option<ScheduleArg>,
    /// How often it runs: 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d
    #[arg(long, value_parser = duration, default_value = "1d")]
    pub(crate) every: Duration,
}

/// The schedulers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScheduleArg {
    /// The one that fits this system.
    Here,
    /// A systemd user service and its timer.
    Systemd,
    /// A line for crontab.
    Cron,
    /// A task for the Task Scheduler of Windows.
    TaskScheduler,
    /// A property list for launchd of macOS.
    Launchd,
}

/// `credenza alerts …`
#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    /// Who is told, when, and by which ways
    Show,
    /// Change it by a JSON merge patch (RFC 7396)
    Set {
        /// The patch; - is standard input
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Send a sample alert by every way that is set
    Sample,
}
