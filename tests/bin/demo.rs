//! The demo: first run, practice servers, every button, each screen in both themes, with a picture of each step.
//!
//! `demo FOLDER` writes the pictures as PNG files into the folder.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::print_stdout)]

use std::path::PathBuf;

use credenza_tests::window::{Start, Window};
use serde_json::json;

const PASSPHRASE: &str = "plinth otter mauve 1742";

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("usage: demo FOLDER"));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let tour = Tour { window: Window::open(Start::default()).await, folder };
    tour.first_run().await;
    tour.checks().await;
    tour.screens().await;
    tour.locked().await;
    tour.window.close().await;
}

struct Tour {
    window: Window,
    folder: PathBuf,
}

impl Tour {
    /// A picture in the theme that is on.
    async fn picture(&self, name: &str) {
        // Two frames, so that what was just drawn is on the screen.
        self.window.script("requestAnimationFrame(() => requestAnimationFrame(() => done(1)));", Vec::new()).await;
        let file = self.folder.join(format!("{name}.png"));
        self.window.picture(&file);
        println!("{}", file.display());
    }

    /// The same screen, light and dark.
    async fn both(&self, name: &str) {
        for theme in ["light", "dark"] {
            self.window.script("document.documentElement.dataset.theme = arguments[0]; done(1);", vec![json!(theme)]).await;
            self.picture(&format!("{name}-{theme}")).await;
        }
        self.window.script("document.documentElement.dataset.theme = 'light'; done(1);", Vec::new()).await;
    }

    async fn first_run(&self) {
        let window = &self.window;
        window.sees("Create your vault").await;
        window.fill("Vault name", "Contoso IT").await;
        window.fill("Your name", "Dana Weiss").await;
        window.fill("Passphrase", PASSPHRASE).await;
        window.fill("Repeat the passphrase", PASSPHRASE).await;
        self.both("first-run").await;
        window.press("Create vault").await;
        window.sees("Keep your recovery code").await;
        self.both("recovery-code").await;
        let groups = window.script("done(clean(document.body.innerText).match(/[A-Z0-9]{4,}(?:[- ]+[A-Z0-9]{4,}){3,}/)?.[0] ?? '');", Vec::new()).await;
        let last = groups.as_str().unwrap_or_default().split(['-', ' ']).next_back().unwrap_or_default().to_owned();
        window.fill("Type the last group", &last).await;
        window.press("Continue").await;
        window.sees("Your vault is ready").await;
        self.both("start").await;
        window.press("Try it with the sandbox").await;
        window.sees("Practice mail").await;
    }

    async fn checks(&self) {
        let window = &self.window;
        self.open("Practice mail").await;
        window.press("Send test email").await;
        window.fill("To", "ops@credenza.test").await;
        self.both("send-test-email").await;
        window.press("Send").await;
        window.check_result().await;
        self.both("check-passed").await;
        window.press("Authentication").await;
        window.press("Replace").await;
        window.fill("Password", "not the password").await;
        window.press("Test connection").await;
        window.check_result().await;
        self.both("check-failed").await;
        window.press("Discard").await;
        self.open("Practice app registration").await;
        window.press("Fetch Token").await;
        window.check_result().await;
        self.both("fetch-token").await;
        self.open("Practice webhook").await;
        window.press("Test Action").await;
        window.check_result().await;
        self.both("test-action").await;
        for name in ["Practice API with Basic", "Practice API with OAuth 2.0", "Practice API through a SOCKS proxy"] {
            self.open(name).await;
            window.press("Test connection").await;
            window.check_result().await;
        }
        self.both("credentials").await;
    }

    async fn screens(&self) {
        let window = &self.window;
        window.press("Add credential").await;
        self.both("add-type").await;
        window.press("Mail server").await;
        window.sees("Start empty").await;
        self.both("add-provider").await;
        window.press("Cancel").await;
        window.press("Overview").await;
        window.sees("Horizon").await;
        self.both("overview").await;
        window.press("Events").await;
        self.both("events").await;
        window.press("Settings").await;
        self.both("settings").await;
    }

    async fn locked(&self) {
        self.window.press("Lock").await;
        self.window.sees("Unlock").await;
        self.both("locked").await;
    }

    async fn open(&self, name: &str) {
        self.window.press("Credentials").await;
        self.window.press(name).await;
        self.window.sees(name).await;
    }
}
