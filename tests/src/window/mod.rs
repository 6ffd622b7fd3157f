//! The real window, driven by WebKitWebDriver on a display of its own.

mod page;
mod screen;
mod session;

pub use screen::Screen;
pub use session::{Notices, Session, until};

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fantoccini::{Client, ClientBuilder};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{Server, clean, free_port, program, wait_for_port};

/// A running Credenza with its page under control.
pub struct Window {
    /// The page.
    pub client: Client,
    folder: TempDir,
    vault: PathBuf,
    display: String,
    /// Its own display, unless it is in a session that has one.
    _screen: Option<Screen>,
    driver: Server,
}

/// How the window starts.
pub struct Start {
    /// Vault to open; one that does not exist yet shows the first run.
    pub vault: Option<PathBuf>,
    /// Width and height of the display, pixels.
    pub size: (u32, u32),
    /// The folder that holds everything of the user, if the test shares one with the command line.
    pub folder: Option<PathBuf>,
}

impl Default for Start {
    fn default() -> Start {
        Start { vault: None, size: (1280, 800), folder: None }
    }
}

impl Window {
    /// Opens the window.
    ///
    /// # Panics
    /// When a program is missing or the window does not open.
    pub async fn open(start: Start) -> Window {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let home = start.folder.clone().unwrap_or_else(|| folder.path().to_owned());
        let vault = start.vault.clone().unwrap_or_else(|| home.join("vault").join("vault.db"));
        let screen = Screen::start(start.size);
        let port = free_port();
        let driver = driver(&home, &vault, &screen, port);
        let client = client(port).await;
        Window { client, folder, vault, display: screen.name().to_owned(), _screen: Some(screen), driver }
    }

    /// Opens the window in a session, with the session's vault.
    ///
    /// # Panics
    /// As [`Window::open`].
    pub async fn open_in(session: &Session) -> Window {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let mut driver = session.command("WebKitWebDriver");
        driver.arg(format!("--port={port}")).env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        driver.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Server::start_group(&mut driver);
        let client = client(port).await;
        let display = session.screen.name().to_owned();
        Window { client, folder, vault: session.vault(), display, _screen: None, driver }
    }

    /// Where the vault lies.
    pub fn vault(&self) -> &Path {
        &self.vault
    }

    /// The folder of this window's user.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A picture of the whole display.
    ///
    /// # Panics
    /// When ImageMagick is missing.
    pub fn picture(&self, file: &Path) {
        screen::picture(&self.display, file);
    }

    /// Closes the window.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
        drop(self.driver);
    }
}

/// The page of a window that the driver at this port opens.
async fn client(port: u16) -> Client {
    wait_for_port(port, "WebKitWebDriver");
    let options = json!({ "binary": program("credenza-desktop"), "args": [] });
    let capabilities: Map<String, Value> = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
    ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .expect("the window opens")
}

/// The driver in a session bus of its own with an unlocked keyring; the window inherits its surroundings.
fn driver(home: &Path, vault: &Path, screen: &Screen, port: u16) -> Server {
    let mut command = Command::new("dbus-run-session");
    clean(&mut command, home);
    let script = format!(
        "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\nexec WebKitWebDriver --port={port}"
    );
    command.args(["--", "sh", "-c", &script]);
    command.env("DISPLAY", screen.name()).env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
    command.env("CREDENZA_VAULT", vault).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
    Server::start_group(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))
}
