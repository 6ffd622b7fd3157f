//! A display nobody looks at.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Server;

/// A running Xvfb.
pub struct Screen {
    name: String,
    _server: Server,
}

impl Screen {
    /// Starts one of this size, pixels.
    ///
    /// # Panics
    /// When Xvfb is missing.
    pub fn start((width, height): (u32, u32)) -> Screen {
        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"])
            .arg(format!("{width}x{height}x24"));
        let mut server = Server::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut number = String::new();
        let output = server.child().stdout.take().expect("stdout is a pipe");
        BufReader::new(output).read_line(&mut number).expect("Xvfb names its display");
        Screen { name: format!(":{}", number.trim()), _server: server }
    }

    /// The value of `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A picture of all of it.
    ///
    /// # Panics
    /// When ImageMagick is missing.
    pub fn picture(&self, file: &Path) {
        picture(&self.name, file);
    }
}

/// A picture of a display. The driver's own pictures hang without a window manager, so the X server takes it.
pub(super) fn picture(display: &str, file: &Path) {
    let taken = Command::new("import").env("DISPLAY", display).args(["-window", "root"]).arg(file).status();
    assert!(taken.is_ok_and(|status| status.success()), "import (ImageMagick) could not take a picture");
}
