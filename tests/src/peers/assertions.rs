//! A token endpoint on PyPI's Authlib and jwcrypto, which takes `private_key_jwt` only.

use std::io::BufReader;
use std::path::Path;
use std::process::{ChildStdout, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::python::{lines, next, python, source};
use crate::{Server, free_port};

/// A running token endpoint for one application with one certificate.
pub struct AssertionServer {
    _folder: TempDir,
    /// Its token URL.
    pub token_url: String,
    lines: BufReader<ChildStdout>,
    _server: Server,
}

impl AssertionServer {
    /// The one application.
    pub const CLIENT: &'static str = "my-app";

    /// Starts it; the application signs with the key of this certificate (PEM).
    ///
    /// # Panics
    /// When Python or the packages cannot be had, or it does not start.
    pub fn start(certificate: &Path) -> AssertionServer {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let mut command = python(folder.path());
        command.arg(source("assertion_server.py")).arg(port.to_string()).arg(AssertionServer::CLIENT).arg(certificate);
        let mut server = Server::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
        let lines = lines(&mut server);
        server.wait_for_port(port);
        let token_url = format!("http://127.0.0.1:{port}/token");
        AssertionServer { _folder: folder, token_url, lines, _server: server }
    }

    /// The next statement it accepted: `header`, `claims`, the names in the `form`, and what became of it `again`.
    pub fn next_statement(&mut self) -> Value {
        next(&mut self.lines)
    }
}
