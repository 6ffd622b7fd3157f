//! A server program that ends with the test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// A running program; dropping it ends it.
#[derive(Debug)]
pub struct Server(Child);

impl Server {
    /// Starts the program.
    ///
    /// # Panics
    /// When it cannot be started: the name of the missing program is in the message.
    pub fn start(command: &mut Command) -> Server {
        let child = command.spawn();
        Server(child.unwrap_or_else(|error| panic!("{:?} did not start ({error}); `cargo xtask setup` installs it", command.get_program())))
    }

    /// Its process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program of this workspace, as built beside the test.
///
/// # Panics
/// When it was not built.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let folder = test.parent().and_then(Path::parent).expect("tests lie in target/PROFILE/deps");
    let file = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(file.is_file(), "{name} is not built: run `cargo xtask test`, or `cargo build --workspace` first");
    file
}
