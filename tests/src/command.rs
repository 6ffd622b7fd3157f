//! The `credenza` command as its user runs it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program;

/// Variables that change what a TLS library trusts, or where a desktop's services are: none of them may reach the program.
const FOREIGN: [&str; 8] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "CREDENZA_SESSION",
    "CREDENZA_PASSPHRASE",
    "CREDENZA_PASSPHRASE_FILE",
    "CREDENZA_VAULT",
];

/// A folder with a vault, unlocked by a session, and the command to work on it.
pub struct Desk {
    /// The folder; gone when the desk is dropped.
    pub folder: TempDir,
    /// The vault file.
    pub vault: PathBuf,
    /// What `vault create` printed.
    pub created: Value,
    session: String,
}

/// How a command ended.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Answer {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// When it is not exactly one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not one JSON document ({error}): {self:?}"))
    }

    /// The same, if the command ended with this code.
    ///
    /// # Panics
    /// When it ended otherwise.
    pub fn expect(self, code: i32) -> Answer {
        assert_eq!(self.code, code, "exit code; {}\n{}", self.out, self.err);
        self
    }
}

impl Desk {
    /// The passphrase of every test vault.
    pub const PASSPHRASE: &'static str = "correct horse battery staple";

    /// A new vault and a session for it.
    pub fn new() -> Desk {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let vault = folder.path().join("data").join("vault.db");
        let mut desk = Desk { folder, vault, created: Value::Null, session: String::new() };
        desk.created = desk.with_passphrase(&["vault", "create", "--json"], "").expect(0).json();
        let session = desk.with_passphrase(&["vault", "unlock", "--for", "2h", "--json"], "").expect(0).json();
        desk.session = session["session"].as_str().expect("a session is text").to_owned();
        desk
    }

    /// Runs the command in the session.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with(arguments, "")
    }

    /// Runs the command in the session, with something on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = self.command(arguments);
        command.env("CREDENZA_SESSION", &self.session);
        finish(command, input.as_bytes())
    }

    /// Runs the command with the passphrase in its environment instead of the session.
    pub fn with_passphrase(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = self.command(arguments);
        command.env("CREDENZA_PASSPHRASE", Desk::PASSPHRASE);
        finish(command, input.as_bytes())
    }

    /// Adds a record, or an array of them.
    ///
    /// # Panics
    /// When it is refused.
    pub fn add(&self, record: &Value) -> Vec<String> {
        let answer = self.run_with(&["--json", "add", "--from", "-"], &record.to_string()).expect(0);
        answer.json()["ids"]
            .as_array()
            .expect("ids")
            .iter()
            .map(|id| id.as_str().expect("an id is text").to_owned())
            .collect()
    }

    /// The command, not yet started, with neither session nor passphrase.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("credenza"));
        clean(&mut command, self.folder.path());
        command.arg("--vault").arg(&self.vault).args(arguments);
        command
    }

    /// The session, for programs that are started by the test itself.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Writes a file into the desk's folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the folder is writable");
        path
    }
}

impl Default for Desk {
    fn default() -> Desk {
        Desk::new()
    }
}

/// Takes away what would leak the machine into the program, and gives it folders of its own.
pub fn clean(command: &mut Command, folder: &Path) {
    for variable in FOREIGN {
        command.env_remove(variable);
    }
    // The name of a vault's first operator.
    command.env("USER", "administrator");
    for (variable, name) in [
        ("HOME", "home"),
        ("XDG_DATA_HOME", "share"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "config"),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(&path).expect("the folder is writable");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("the folder is ours");
        }
        command.env(variable, path);
    }
}

/// Runs a command to its end with something on standard input.
///
/// # Panics
/// When it cannot be started.
pub fn finish(mut command: Command, input: &[u8]) -> Answer {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("stdin is a pipe");
    let input = input.to_vec();
    // A program that reads nothing closes the pipe: that is its right.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the program ends");
    writer.join().expect("writing does not panic");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Answer { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
}
