//! The log file: one a day, seven kept, in the platform's folder, and never a secret in it.

use std::path::Path;

use tracing_appender::{non_blocking::WorkerGuard, rolling};
use tracing_subscriber::EnvFilter;

/// Ours in full, everybody else's warnings. The environment cannot turn it up (M2): libraries print what they send.
const FILTER: &str = "off,credenza_desktop=info,credenza_core=info,credenza_vault=info,credenza_net=warn,tauri=warn";

/// Starts to write; the guard writes the rest when it is dropped. Without a folder to write to there is no log.
pub(crate) fn start(folder: &Path) -> Option<WorkerGuard> {
    std::fs::create_dir_all(folder).ok()?;
    let file = rolling::Builder::new()
        .rotation(rolling::Rotation::DAILY)
        .filename_prefix("credenza")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let lines = tracing_subscriber::fmt().with_writer(writer).with_ansi(false).with_env_filter(EnvFilter::new(FILTER));
    lines.try_init().ok()?;
    Some(guard)
}
