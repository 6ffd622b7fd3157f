//! A server program that ends with the test.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A running program; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    group: bool,
}

impl Server {
    /// Starts the program.
    ///
    /// # Panics
    /// When it cannot be started: the name of the missing program is in the message.
    pub fn start(command: &mut Command) -> Server {
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| {
            panic!("{:?} did not start ({error}); `cargo xtask setup` installs it", command.get_program())
        });
        Server { child, group: false }
    }

    /// Starts a program that starts others; all of them end together.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn start_group(command: &mut Command) -> Server {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut server = Server::start(command);
        server.group = cfg!(unix);
        server
    }

    /// Returns as soon as something accepts connections on the port.
    ///
    /// # Panics
    /// When nothing does within 30 seconds, or the program has ended.
    pub fn wait_for_port(&mut self, port: u16) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = self.child.try_wait().expect("the program is ours");
            assert!(ended.is_none(), "the program ended ({ended:?}) before it listened on port {port}");
            assert!(Instant::now() < deadline, "nothing listens on port {port}");
            // The program tells nobody when it is ready; asking again is all there is.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Its process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.group {
            let _ = Command::new("kill").args(["-KILL", "--"]).arg(format!("-{}", self.child.id())).status();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program of this workspace, as built beside the test.
///
/// # Panics
/// When it was not built.
pub fn program(name: &str) -> PathBuf {
    // The benchmark measures optimised programs.
    let other = match name {
        "credenza" => std::env::var_os("CREDENZA_PROGRAM"),
        "credenza-desktop" => std::env::var_os("CREDENZA_WINDOW"),
        _ => None,
    };
    if let Some(other) = other {
        return PathBuf::from(other);
    }
    let test = std::env::current_exe().expect("a test knows where it is");
    let here = test.parent().expect("a program lies in a folder");
    // Tests lie in target/PROFILE/deps, programs beside it.
    let folder = if here.ends_with("deps") { here.parent().unwrap_or(here) } else { here };
    let file = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(file.is_file(), "{name} is not built: run `cargo xtask test`, or `cargo build --workspace` first");
    file
}
