//! tinyproxy as the HTTP proxy, microsocks as the SOCKS5 proxy.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::{Server, free_port};

/// A running tinyproxy.
pub struct Tinyproxy {
    folder: TempDir,
    /// Its port.
    pub port: u16,
    _server: Server,
}

impl Tinyproxy {
    /// User of the proxy that wants one.
    pub const USER: &'static str = "proxyuser";
    /// Password of the proxy that wants one.
    pub const PASSWORD: &'static str = "Proxy-s3cret-Pa55word";

    /// Starts it, with or without a password.
    ///
    /// # Panics
    /// When tinyproxy is missing or does not start.
    pub fn start(with_password: bool) -> Tinyproxy {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let auth = if with_password {
            format!("BasicAuth {} {}\n", Tinyproxy::USER, Tinyproxy::PASSWORD)
        } else {
            String::new()
        };
        let log = folder.path().join("log");
        let config = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nLogFile \"{}\"\nLogLevel Connect\nMaxClients 20\nAllow 127.0.0.1\n{auth}",
            log.display()
        );
        let file = folder.path().join("tinyproxy.conf");
        std::fs::write(&file, config).expect("the folder is writable");
        let mut command = Command::new("/usr/bin/tinyproxy");
        command.arg("-d").arg("-c").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Server::start(&mut command);
        server.wait_for_port(port);
        Tinyproxy { folder, port, _server: server }
    }

    /// What it logged: every target it connected to.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

/// A running microsocks.
pub struct Microsocks {
    /// Its port.
    pub port: u16,
    _server: Server,
}

impl Microsocks {
    /// Starts it, with the user and password of [`Tinyproxy`] or without.
    ///
    /// # Panics
    /// When microsocks is missing or does not start.
    pub fn start(with_password: bool) -> Microsocks {
        let port = free_port();
        let mut command = Command::new("/usr/bin/microsocks");
        command.args(["-i", "127.0.0.1", "-p"]).arg(port.to_string());
        if with_password {
            command.args(["-u", Tinyproxy::USER, "-P", Tinyproxy::PASSWORD]);
        }
        let mut server = Server::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()));
        server.wait_for_port(port);
        Microsocks { port, _server: server }
    }
}
