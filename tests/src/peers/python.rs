//! From PyPI: django-oauth-toolkit as the OAuth 2.0 provider, aiosmtpd as a second mail server, icalendar as a reader of
//! calendars.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::{Authority, Server, clean, free_port};

/// A running django-oauth-toolkit over HTTP on loopback.
pub struct Provider {
    _folder: TempDir,
    /// Its port.
    pub port: u16,
    /// Client id and secret of a confidential client for client credentials.
    pub machine: (String, String),
    /// Client id and secret of a confidential client for the password and refresh grants.
    pub person: (String, String),
    /// Client id of a public client for people in a browser; PKCE is required of it.
    pub browser: String,
    /// Client id of a public client for the device grant.
    pub device: String,
    _server: Server,
}

impl Provider {
    /// The one user.
    pub const USER: &'static str = "alice";
    /// Her password.
    pub const PASSWORD: &'static str = "Django-s3cret-Pa55word";

    /// Starts it.
    ///
    /// # Panics
    /// When Python or the packages cannot be had, or it does not start.
    pub fn start() -> Provider {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let mut command = python(folder.path());
        command.arg(source("provider.py")).arg(port.to_string()).arg(folder.path().join("provider.db"));
        command.env("PROVIDER_USER", Provider::USER).env("PROVIDER_PASSWORD", Provider::PASSWORD);
        let mut server = Server::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut lines = lines(&mut server);
        let clients: Value = next(&mut lines);
        let pair = |name: &str| {
            (
                clients[name]["id"].as_str().expect("an id").to_owned(),
                clients[name]["secret"].as_str().expect("a secret").to_owned(),
            )
        };
        server.wait_for_port(port);
        Provider {
            _folder: folder,
            port,
            machine: pair("machine"),
            person: pair("person"),
            browser: pair("browser").0,
            device: pair("device").0,
            _server: server,
        }
    }

    /// URL of an endpoint: `token/`, `introspect/`.
    pub fn url(&self, endpoint: &str) -> String {
        format!("http://127.0.0.1:{}/o/{endpoint}", self.port)
    }
}

/// A running aiosmtpd with STARTTLS and AUTH PLAIN and LOGIN.
pub struct SecondMail {
    _folder: TempDir,
    /// Its port.
    pub port: u16,
    /// The authority of its certificate.
    pub authority: Authority,
    lines: BufReader<ChildStdout>,
    _server: Server,
}

impl SecondMail {
    /// The one account.
    pub const USER: &'static str = "erp";
    /// Its password.
    pub const PASSWORD: &'static str = "Aio-s3cret-Pa55word";

    /// Starts it.
    ///
    /// # Panics
    /// When Python or the packages cannot be had, or it does not start.
    pub fn start() -> SecondMail {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let authority = Authority::new();
        let leaf = authority.server(folder.path());
        let port = free_port();
        let mut command = python(folder.path());
        command.arg(source("second_mail.py")).arg(port.to_string()).arg(&leaf.certificate).arg(&leaf.key);
        command.env("MAIL_USER", SecondMail::USER).env("MAIL_PASSWORD", SecondMail::PASSWORD);
        let mut server = Server::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
        let lines = lines(&mut server);
        server.wait_for_port(port);
        SecondMail { _folder: folder, port, authority, lines, _server: server }
    }

    /// The next mail it took: `from`, `to`, `options`, `content`.
    pub fn next_mail(&mut self) -> Value {
        next(&mut self.lines)
    }
}

/// What the `icalendar` library reads in a calendar: its version and its events.
///
/// # Panics
/// When the library refuses the calendar.
pub fn read_calendar(calendar: &[u8]) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut command = python(folder.path());
    command.arg(source("horizon_reader.py"));
    crate::finish(command, calendar).expect(0).json()
}

pub(super) fn lines(server: &mut Server) -> BufReader<ChildStdout> {
    BufReader::new(server.child().stdout.take().expect("stdout is a pipe"))
}

pub(super) fn next(lines: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    lines.read_line(&mut line).expect("the server's output can be read");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("the server said {line:?}: {error}"))
}

pub(super) fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}

pub(super) fn python(folder: &Path) -> Command {
    let mut command = Command::new(environment().join("bin").join("python"));
    clean(&mut command, folder);
    command.env("PYTHONUNBUFFERED", "1");
    command
}

/// The virtual environment with the packages of `requirements.txt`, made once and kept under `target`.
fn environment() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("target").join("peers");
        let place = home.join("venv");
        let done = home.join("installed");
        let requirements = std::fs::read_to_string(source("requirements.txt")).expect("requirements.txt is there");
        if std::fs::read_to_string(&done).is_ok_and(|installed| installed == requirements) {
            return place;
        }
        std::fs::create_dir_all(&home).expect("target is writable");
        // Each test is a process of its own: the first one makes the environment, the others wait for it.
        let lock = std::fs::File::create(home.join("lock")).expect("target is writable");
        lock.lock().expect("the lock can be taken");
        if std::fs::read_to_string(&done).is_ok_and(|installed| installed == requirements) {
            return place;
        }
        let run = |program: &Path, arguments: &[&std::ffi::OsStr]| {
            let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "{} {arguments:?} failed; `cargo xtask setup` installs python3-venv",
                program.display()
            );
        };
        run(Path::new("python3"), &["-m".as_ref(), "venv".as_ref(), "--clear".as_ref(), place.as_ref()]);
        run(
            &place.join("bin").join("python"),
            &[
                "-m".as_ref(),
                "pip".as_ref(),
                "install".as_ref(),
                "-q".as_ref(),
                "-r".as_ref(),
                source("requirements.txt").as_ref(),
            ],
        );
        std::fs::write(&done, requirements).expect("target is writable");
        place
    })
}
