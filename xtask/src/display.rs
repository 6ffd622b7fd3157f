//! A display nobody looks at, for windows on machines without one.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{Outcome, sh};

/// An Xvfb of our own; ends when dropped.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts a display of 1680 × 1050 and waits until it answers.
    pub(crate) fn start() -> Outcome<Display> {
        let arguments = ["-displayfd", "1", "-screen", "0", "1680x1050x24", "-nolisten", "tcp", "-noreset"];
        let mut command = sh::program("Xvfb", &arguments);
        let started = command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null()).spawn();
        let mut server = started.map_err(|error| format!("Xvfb could not be started: {error}"))?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output).read_line(&mut number).map_err(|error| error.to_string())?;
        }
        let display = Display { server, name: format!(":{}", number.trim()) };
        if number.trim().is_empty() { Err("Xvfb ended at once".into()) } else { Ok(display) }
    }

    /// Makes a command open its windows here, in a session bus of its own, without the variables that change trust.
    pub(crate) fn session(&self, command: &[&str]) -> Command {
        let mut words = vec!["--"];
        words.extend(command);
        let mut session = sh::program("dbus-run-session", &words);
        session
            .env("DISPLAY", &self.name)
            .env("CREDENZA_TEST_DISPLAY", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11");
        for variable in sh::TRUST_VARIABLES {
            session.env_remove(variable);
        }
        session
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Ending a display that has already ended is what we want as well.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Whether a window could be opened for the person at this machine.
pub(crate) fn is_present() -> bool {
    !cfg!(target_os = "linux") || env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some()
}
