//! The window and the command line at the same moment, on the same vault (capability C8).

use std::process::{Child, Stdio};

use credenza_sandbox::{Sandbox, SandboxOptions, Server};
use credenza_tests::window::{Start, Window};
use credenza_tests::{Answer, Desk, Gate};
use serde_json::json;

/// The practice provider takes each refresh token once and revokes the whole family when one comes back; it stands behind a
/// gate, so that a test decides when it answers.
struct Office {
    practice: Sandbox,
    gate: Gate,
    desk: Desk,
    window: Window,
}

impl Office {
    async fn open() -> Office {
        let practice = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let gate = Gate::before(practice.ports().of(Server::Idp));
        let desk = Desk::new();
        let server = practice.servers().into_iter().find(|server| server.name == "Practice app registration");
        let mut app = server.unwrap().draft;
        app["name"] = json!("App");
        app["oauth2"]["grant"] = json!("refresh_token");
        app["oauth2"]["refresh_token"] = json!(practice.accounts().refresh_token);
        app["oauth2"]["scope"] = json!("");
        let port = practice.ports().of(Server::Idp).to_string();
        let url = app["oauth2"]["token_url"].as_str().unwrap().replace(&port, &gate.port().to_string());
        app["oauth2"]["token_url"] = json!(url);
        desk.add(&app);
        let start =
            Start { vault: Some(desk.vault.clone()), folder: Some(desk.folder.path().to_owned()), ..Start::default() };
        let window = Window::open(start).await;
        window.fill("Passphrase", Desk::PASSPHRASE).await;
        window.press("Unlock").await;
        window.open_record("App").await;
        Office { practice, gate, desk, window }
    }

    fn command(&self, more: &[&str]) -> Child {
        let mut command = self.desk.command(&[&["--json", "token", "App"], more].concat());
        command.env("CREDENZA_SESSION", self.desk.session());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn events(&self, action: &str) -> usize {
        let events = self.desk.run(&["--json", "events"]).expect(0).json();
        events.as_array().unwrap().iter().filter(|event| event["action"] == action).count()
    }

    /// Both have written that they begin: the first stands at the gate, the second behind the first.
    fn wait_until_both_are_at_it(&self, begun_before: usize) {
        while self.events("check_started") < begun_before + 2 {}
        // Whoever wrote it last asks for its turn in the next instant; a whole program starts and ends in between.
        self.events("check_started");
    }

    /// One request, one new refresh token, the same access token on both sides, and nobody was refused.
    async fn shared(&self, child: Child, (refreshes, gone_through): (usize, usize)) {
        let answer = ended(child).expect(0).json();
        let shown = self.window.check_result().await;
        let mask = answer["result"]["masked"].as_str().unwrap();
        assert!(shown.contains(mask), "the window shows the token {mask} that the command got: {shown}");
        assert!(!shown.contains("invalid_grant") && shown.contains("Bearer"), "{shown}");
        assert_eq!(self.gate.connections(), gone_through, "one request was made");
        assert_eq!(self.practice.connections(Server::Idp), gone_through, "and the provider saw it");
        assert_eq!(self.events("refresh_token_rotated"), refreshes);
        let state = self.desk.run(&["--json", "show", "App"]).expect(0).json()["token_state"].clone();
        assert_eq!(state["state"], "active", "{state}");
    }
}

fn ended(child: Child) -> Answer {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Answer { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c8_fetch_token_in_the_window_and_on_the_command_line_at_once_make_one_refresh() {
    let office = Office::open().await;

    // The window is first, and the command comes while it waits for the provider.
    office.window.press("Fetch Token").await;
    office.gate.wait_for_one();
    let child = office.command(&[]);
    office.wait_until_both_are_at_it(0);
    office.gate.open();
    office.shared(child, (1, 1)).await;

    // The other way round: the command is first.
    office.gate.shut();
    let child = office.command(&["--force"]);
    office.gate.wait_for_one();
    office.window.press("Fetch Token").await;
    office.wait_until_both_are_at_it(2);
    office.gate.open();
    office.shared(child, (2, 2)).await;
    office.window.close().await;
}

/// Capability C5: who saves addresses in the window takes nothing back that the command line set while the form was open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c5_what_the_window_and_the_command_set_of_the_alerts_both_counts() {
    let desk = Desk::new();
    let start =
        Start { vault: Some(desk.vault.clone()), folder: Some(desk.folder.path().to_owned()), ..Start::default() };
    let window = Window::open(start).await;
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.press("Settings").await;
    window.press("Alerts").await;
    window.sees("Email addresses").await;
    let days = json!({ "thresholds": { "days": [45, 9] } });
    desk.run_with(&["alerts", "set", "--from", "-"], &days.to_string()).expect(0);
    window.fill("Email addresses", "it@example.com").await;
    window.press("Save alerts").await;
    window.sees("Alerts saved").await;
    let kept = desk.run(&["--json", "alerts", "show"]).expect(0).json();
    let of = |key: &str| kept[key].clone();
    let (addresses, days) = (of("addresses"), of("thresholds"));
    assert_eq!((&addresses, &days["days"]), (&json!(["it@example.com"]), &json!([45, 9])), "{kept:#}");
    window.close().await;
}
