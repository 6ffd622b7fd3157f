//! `check --install`: what this system's scheduler reads to run `credenza check`, and where it belongs.
//!
//! None of it holds a secret: it names the vault, and the file of a passphrase where one was given.

mod text;

use std::path::{Path, PathBuf};

use credenza_core::vault::SlotKind;
use credenza_core::{Code, Problem};
use serde_json::json;

use crate::args::{CheckArgs, Global, ScheduleArg};
use crate::output::{Output, private_file};
use crate::unlock;
use text::{Command, Piece, pieces};

/// Prints or writes it.
pub(crate) fn run(global: &Global, args: &CheckArgs, output: &Output) -> Result<u8, Problem> {
    let hours = hours(args)?;
    let kind = match args.print {
        Some(ScheduleArg::Here) | None => here(),
        Some(kind) => kind,
    };
    let command = command(global)?;
    let pieces = pieces(kind, &command, hours);
    if args.print.is_some() {
        let shown: Vec<_> =
            pieces.iter().map(|piece| json!({ "file": piece.name, "content": piece.content })).collect();
        output.result(&json!({ "kind": word(kind), "files": shown }), || printed(&pieces))?;
        return Ok(0);
    }
    needs_no_typing(global)?;
    install(kind, &pieces, output)
}

/// The scheduler that fits this system.
fn here() -> ScheduleArg {
    if cfg!(windows) {
        ScheduleArg::TaskScheduler
    } else if cfg!(target_os = "macos") {
        ScheduleArg::Launchd
    } else if Path::new("/run/systemd/system").is_dir() {
        ScheduleArg::Systemd
    } else {
        ScheduleArg::Cron
    }
}

fn word(kind: ScheduleArg) -> &'static str {
    match kind {
        ScheduleArg::Systemd => "systemd",
        ScheduleArg::Cron | ScheduleArg::Here => "cron",
        ScheduleArg::TaskScheduler => "task-scheduler",
        ScheduleArg::Launchd => "launchd",
    }
}

/// A day can be cut into equal parts only by these; a scheduler would cut others unequally.
fn hours(args: &CheckArgs) -> Result<u64, Problem> {
    let (hours, rest) = (args.every.as_secs() / 3600, args.every.as_secs() % 3600);
    if rest == 0 && matches!(hours, 1 | 2 | 3 | 4 | 6 | 8 | 12 | 24) {
        return Ok(hours);
    }
    Err(Problem::new(Code::Usage, "--every takes 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d.", "Choose one of these."))
}

fn command(global: &Global) -> Result<Command, Problem> {
    let unknown = |error: std::io::Error| {
        Problem::new(Code::Io, format!("Where this program lies is not known: {error}."), "Start it by its full path.")
    };
    let text = |path: &Path| {
        let words = std::path::absolute(path).map_err(unknown)?.into_os_string().into_string();
        let path = words.map_err(|path| {
            let message = format!("{} is no text that a scheduler's file can hold.", path.to_string_lossy());
            Problem::new(Code::Invalid, message, "Use a path of plain characters.")
        })?;
        match path.contains(|c: char| c.is_control()) {
            true => Err(Problem::new(
                Code::Invalid,
                "A path holds a line break or another control character.",
                "Rename it.",
            )),
            false => Ok(path),
        }
    };
    let mut words = vec![text(&std::env::current_exe().map_err(unknown)?)?];
    words.extend(["--vault".to_owned(), text(&unlock::places(global).vault)?]);
    if let Some(file) = passphrase_file(global) {
        words.extend(["--passphrase-file".to_owned(), text(&file)?]);
    }
    words.extend(["--quiet".to_owned(), "check".to_owned()]);
    Ok(Command { words })
}

fn passphrase_file(global: &Global) -> Option<PathBuf> {
    let by_environment =
        || std::env::var_os("CREDENZA_PASSPHRASE_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    global.passphrase_file.clone().or_else(by_environment)
}

/// Nobody types anything when the scheduler runs it.
fn needs_no_typing(global: &Global) -> Result<(), Problem> {
    let status = unlock::file(global).status()?;
    if !status.exists {
        return Err(Problem::not_found(format_args!("vault at {}", status.path.display())));
    }
    if passphrase_file(global).is_some() || status.slots.iter().any(|slot| slot.kind == SlotKind::Device) {
        return Ok(());
    }
    let hint = "Add this device with `credenza slot add device`, or name a file with --passphrase-file.";
    Err(Problem::new(Code::Locked, "Nothing could unlock the vault without somebody who types.", hint))
}

fn printed(pieces: &[Piece]) -> String {
    let whole = |piece: &Piece| match pieces.len() {
        1 => piece.content.trim_end().to_owned(),
        _ => format!("# {}\n{}", piece.name, piece.content.trim_end()),
    };
    pieces.iter().map(whole).collect::<Vec<_>>().join("\n\n")
}

fn install(kind: ScheduleArg, pieces: &[Piece], output: &Output) -> Result<u8, Problem> {
    if word(kind) == "cron" {
        // A crontab belongs to cron: its own program changes it.
        let line = pieces.first().map(|piece| piece.content.trim_end().to_owned()).unwrap_or_default();
        let next = "Run `crontab -e` and put this line into it.";
        output.result(&json!({ "kind": "cron", "files": [], "line": line, "next": next }), || {
            format!("{line}\n\n{next}")
        })?;
        return Ok(0);
    }
    let folder = folder(kind)?;
    std::fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let mut files = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let path = folder.join(piece.name);
        write(kind, &path, &piece.content).map_err(|error| unwritable(&path, &error))?;
        files.push(path);
    }
    let next = next(kind, &files);
    output.result(&json!({ "kind": word(kind), "files": files, "next": next }), || {
        let written: Vec<String> = files.iter().map(|file| format!("Wrote {}", file.display())).collect();
        format!("{}\n\nNow switch it on:\n  {next}", written.join("\n"))
    })?;
    Ok(0)
}

fn write(kind: ScheduleArg, path: &Path, content: &str) -> std::io::Result<()> {
    if kind != ScheduleArg::TaskScheduler {
        return private_file(path, content);
    }
    std::fs::write(path, as_windows_writes(content))
}

/// As the Task Scheduler itself exports a task: UTF-16 with a byte order mark. Of UTF-8, `schtasks` misreads every letter
/// beyond ASCII in a path.
fn as_windows_writes(content: &str) -> Vec<u8> {
    let content = content.replace('\n', "\r\n");
    std::iter::once(0xfeff).chain(content.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    let hint = "Print it with --print instead, and put it where it belongs.";
    Problem::new(Code::Io, format!("{}: {error}.", path.display()), hint)
}

fn folder(kind: ScheduleArg) -> Result<PathBuf, Problem> {
    let missing = || Problem::new(Code::Io, "There is no home folder.", "Print it with --print instead.");
    let home = std::env::home_dir().ok_or_else(missing)?;
    let configured = || std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    Ok(match kind {
        ScheduleArg::Launchd => home.join("Library/LaunchAgents"),
        ScheduleArg::TaskScheduler => std::env::var_os("LOCALAPPDATA").map_or(home, PathBuf::from).join("credenza"),
        _ => configured().unwrap_or_else(|| home.join(".config")).join("systemd/user"),
    })
}

/// How the person switches it on.
fn next(kind: ScheduleArg, files: &[PathBuf]) -> String {
    let first = files.first().map(|file| file.display().to_string()).unwrap_or_default();
    match kind {
        ScheduleArg::TaskScheduler => format!("schtasks /Create /TN \"Credenza check\" /XML \"{first}\""),
        ScheduleArg::Launchd => format!("launchctl bootstrap gui/$(id -u) \"{first}\""),
        _ => "systemctl --user daemon-reload && systemctl --user enable --now credenza-check.timer".into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_task_is_written_as_the_task_scheduler_exports_it() {
        let bytes = super::as_windows_writes("<?xml version=\"1.0\"?>\né\n");
        assert_eq!(bytes[..4], [0xff, 0xfe, b'<', 0], "a byte order mark, little endian");
        assert!(bytes.ends_with(&[b'\r', 0, b'\n', 0, 0xe9, 0, b'\r', 0, b'\n', 0]), "{bytes:?}");
    }
}
