//! A desktop session nobody looks at: a display, a session bus, an unlocked keyring, and what a test adds to it.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use regex::Regex;

use super::Screen;
use crate::{Answer, Desk, Server, clean, finish, program};

/// Until then what is waited for must have happened.
const PATIENCE: Duration = Duration::from_secs(30);
/// A bus on which no service starts unasked: what a test does not start is not there.
const BARE_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// The session of a user whose folders are all in one place.
pub struct Session {
    /// Its display.
    pub screen: Screen,
    home: PathBuf,
    address: String,
    _keyring: Server,
    _bus: Server,
}

/// A notification daemon that says what it displays.
pub struct Notices {
    lines: Receiver<String>,
    _server: Server,
}

impl Session {
    /// Starts one. `services`: whether the bus starts the services that are installed.
    ///
    /// # Panics
    /// When a program is missing.
    pub fn start(home: &Path, services: bool) -> Session {
        let mut bus = Command::new("dbus-daemon");
        clean(&mut bus, home);
        let screen = Screen::start((1280, 800));
        bus.args(["--nofork", "--print-address=1"]).env("DISPLAY", screen.name());
        if services {
            bus.arg("--session");
        } else {
            let config = home.join("bus.conf");
            std::fs::write(&config, BARE_BUS).expect("the folder is writable");
            bus.arg(format!("--config-file={}", config.display()));
        }
        let mut bus = Server::start_group(bus.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
        let address = output(&mut bus).next().expect("the bus says where it is").expect("in text");
        let mut keyring = Command::new("gnome-keyring-daemon");
        clean(&mut keyring, home);
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        keyring.env("DBUS_SESSION_BUS_ADDRESS", &address).env("DISPLAY", screen.name());
        let mut keyring = Server::start(keyring.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()));
        keyring.child().stdin.take().expect("stdin is a pipe").write_all(b"pw").expect("it reads its password");
        let session = Session { screen, home: home.to_owned(), address, _keyring: keyring, _bus: bus };
        session.wait_for_name("org.freedesktop.secrets");
        session
    }

    /// A program of this session, not yet started.
    pub fn command(&self, name: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(name);
        clean(&mut command, &self.home);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).env("DISPLAY", self.screen.name());
        command.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command.env("CREDENZA_VAULT", self.vault()).env("NO_AT_BRIDGE", "1");
        command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
        command
    }

    /// Where its vault lies.
    pub fn vault(&self) -> PathBuf {
        self.home.join("vault.db")
    }

    /// The folder of its user.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Runs `credenza` with the passphrase at hand.
    pub fn credenza(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = self.command(program("credenza"));
        command.env("CREDENZA_PASSPHRASE", Desk::PASSPHRASE).args(arguments);
        finish(command, input.as_bytes())
    }

    /// Runs a program to its end.
    pub fn run(&self, name: &str, arguments: &[&str]) -> Answer {
        let mut command = self.command(name);
        command.args(arguments);
        finish(command, b"")
    }

    /// Starts a notification daemon that nobody here wrote.
    ///
    /// # Panics
    /// When dunst is missing.
    pub fn notices(&self) -> Notices {
        // A pipe would be written to in blocks.
        let mut dunst = self.command("stdbuf");
        dunst.args(["-oL", "dunst", "-print"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = Server::start_group(&mut dunst);
        let lines = output(&mut server);
        let (tell, told) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        self.wait_for_name("org.freedesktop.Notifications");
        Notices { lines: told, _server: server }
    }

    /// Starts a panel with a notification area.
    ///
    /// # Panics
    /// When xfce4-panel is missing.
    pub fn panel(&self) -> Server {
        let mut panel = self.command("xfce4-panel");
        panel.env("XFCE_PANEL_MIGRATE_DEFAULT", "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Server::start_group(&mut panel);
        self.wait_for_name("org.kde.StatusNotifierWatcher");
        server
    }

    /// Starts the window's program with these arguments and without anybody who drives it.
    ///
    /// # Panics
    /// When it does not start.
    pub fn desktop(&self, arguments: &[&str]) -> Server {
        let mut desktop = self.command(program("credenza-desktop"));
        Server::start_group(desktop.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))
    }

    /// Calls a method over the bus; the answer as `gdbus` writes it.
    pub fn call(&self, (name, path): (&str, &str), method: &str, arguments: &[&str]) -> String {
        let mut all = vec!["call", "--session", "--dest", name, "--object-path", path, "--method", method, "--"];
        all.extend(arguments);
        self.run("gdbus", &all).out
    }

    /// The ids of the program's windows that can be seen.
    pub fn windows(&self) -> Vec<String> {
        let found = self.run("xdotool", &["search", "--onlyvisible", "--class", "credenza-desktop"]);
        found.out.split_whitespace().map(str::to_owned).collect()
    }

    /// The tray icon that the panel was told of: its place on the bus.
    pub fn tray_icon(&self) -> Option<(String, String)> {
        let watcher = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher");
        let property = ["org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems"];
        let items = self.call(watcher, "org.freedesktop.DBus.Properties.Get", &property);
        let item = Regex::new(r"'(:[\d.]+)(/[^']*credenza)'").expect("a pattern").captures(&items)?;
        Some((item[1].to_owned(), item[2].to_owned()))
    }

    /// The lines of the tray's menu with their numbers, as a panel reads them; a separator has no text.
    pub fn tray_menu(&self, (name, path): &(String, String)) -> Vec<(String, String)> {
        let layout = self.call((name, &format!("{path}/Menu")), "com.canonical.dbusmenu.GetLayout", &["0", "-1", "[]"]);
        let lines = Regex::new(r"<\((\d+), \{[^}]*'label': <['\x22]([^}]*?)['\x22]>").expect("a pattern");
        lines.captures_iter(&layout).map(|line| (line[1].to_owned(), line[2].to_owned())).collect()
    }

    /// Chooses a line of the tray's menu, as a panel does when somebody clicks it.
    ///
    /// # Panics
    /// When there is none with these words.
    pub fn choose(&self, icon: &(String, String), words: &str) {
        let menu = self.tray_menu(icon);
        let line = menu.iter().find(|(_, text)| text == words).unwrap_or_else(|| panic!("no {words:?} in {menu:?}"));
        let arguments = [line.0.as_str(), "clicked", "<''>", "0"];
        self.call((&icon.0, &format!("{}/Menu", icon.1)), "com.canonical.dbusmenu.Event", &arguments);
    }

    fn wait_for_name(&self, name: &str) {
        until(&format!("{name} is on the bus"), || {
            let daemon = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
            self.call(daemon, "org.freedesktop.DBus.NameHasOwner", &[name]).contains("true").then_some(())
        });
    }
}

impl Notices {
    /// The title of the next notification that is displayed.
    ///
    /// # Panics
    /// When none comes.
    pub fn next(&self) -> String {
        self.within(PATIENCE).unwrap_or_else(|| panic!("no notification was displayed"))
    }

    /// The same, if one comes in time.
    ///
    /// # Panics
    /// When the daemon has ended.
    pub fn within(&self, time: Duration) -> Option<String> {
        let until = Instant::now() + time;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let title = line.trim().strip_prefix("summary: '").and_then(|rest| rest.strip_suffix('\''));
                    if let Some(title) = title {
                        return Some(title.to_owned());
                    }
                }
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => panic!("the notification daemon has ended"),
            }
        }
    }
}

/// Asks until there is an answer: for what tells nobody when it is ready.
///
/// # Panics
/// When there is none in half a minute.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn output(server: &mut Server) -> Lines<BufReader<ChildStdout>> {
    BufReader::new(server.child().stdout.take().expect("stdout is a pipe")).lines()
}
