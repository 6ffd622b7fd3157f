//! The command at another time: libfaketime (Debian package `faketime`) tells the program what the clock says.

use std::path::PathBuf;
use std::process::Command;

use crate::{Answer, Desk, finish};

/// Later than whatever a test walks to.
const AFTER_ALL: &str = "2035-01-01 00:00:00";

/// A desk whose command is run at moments that the test names.
pub struct Clockwork<'d> {
    desk: &'d Desk,
    session: String,
    zone: String,
}

impl<'d> Clockwork<'d> {
    /// For this desk; moments are in UTC.
    ///
    /// # Panics
    /// When faketime is missing.
    pub fn of(desk: &'d Desk) -> Clockwork<'d> {
        let mut clockwork = Clockwork { desk, session: String::new(), zone: "UTC".to_owned() };
        // A session ends at a moment, so that one which was begun after all the others serves at each of them.
        let mut command = clockwork.command(AFTER_ALL, &["--json", "vault", "unlock", "--for", "7d"]);
        command.env_remove("CREDENZA_SESSION").env("CREDENZA_PASSPHRASE", Desk::PASSPHRASE);
        let unlocked = finish(command, b"").expect(0).json();
        clockwork.session = unlocked["session"].as_str().expect("a session is text").to_owned();
        clockwork
    }

    /// The same with moments in this time zone, which is the program's as well.
    pub fn in_zone(self, zone: &str) -> Clockwork<'d> {
        Clockwork { zone: zone.to_owned(), ..self }
    }

    /// The command, not yet started, as if it were this moment (`2027-03-14 08:00:00`); it is the program itself that is
    /// started, so that a test can kill it.
    ///
    /// # Panics
    /// As [`Clockwork::run`].
    pub fn command(&self, moment: &str, arguments: &[&str]) -> Command {
        let mut command = self.desk.command(arguments);
        command.env("LD_PRELOAD", library()).env("FAKETIME", format!("@{moment}"));
        // Waiting goes on at its usual pace.
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("TZ", &self.zone);
        command.env("CREDENZA_SESSION", &self.session);
        command
    }

    /// Runs the command as if it were this moment.
    ///
    /// # Panics
    /// When faketime is missing: `cargo xtask setup` installs it.
    pub fn run(&self, moment: &str, arguments: &[&str]) -> Answer {
        finish(self.command(moment, arguments), b"")
    }

    /// The same with something on standard input.
    ///
    /// # Panics
    /// As [`Clockwork::run`].
    pub fn run_with(&self, moment: &str, arguments: &[&str], input: &str) -> Answer {
        finish(self.command(moment, arguments), input.as_bytes())
    }
}

/// Where Debian, and others, have it.
fn library() -> PathBuf {
    let folders = ["/usr/lib", "/usr/lib64"].into_iter().filter_map(|folder| std::fs::read_dir(folder).ok());
    let inside = folders.flatten().flatten().map(|entry| entry.path());
    let all = ["/usr/lib".into(), "/usr/lib64".into()].into_iter().chain(inside);
    let found =
        all.map(|folder: PathBuf| folder.join("faketime").join("libfaketimeMT.so.1")).find(|file| file.is_file());
    found.expect("faketime is missing; `cargo xtask setup` installs it")
}
