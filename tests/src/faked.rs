//! The command at another time: libfaketime (Debian package `faketime`) tells the program what the clock says.

use std::process::Command;

use crate::{Answer, Desk, clean, finish};

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

    /// The command, not yet started, as if it were this moment (`2027-03-14 08:00:00`).
    pub fn command(&self, moment: &str, arguments: &[&str]) -> Command {
        let inner = self.desk.command(arguments);
        let mut command = Command::new("faketime");
        clean(&mut command, self.desk.folder.path());
        command.arg("-f").arg(format!("@{moment}")).arg(inner.get_program()).args(inner.get_args());
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
