//! Rules M1 to M3: a unique secret in every secret field, every command run, and then nothing of them anywhere.
#![cfg(unix)]

mod credentials;
mod search;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use credenza_tests::people::SignIn;
use credenza_tests::{Answer, Authority, Desk, Practice, finish};
use serde_json::{Value, json};

use credentials::{records, script};
use search::{Canaries, canary, odd_canary};

/// One scenario: a vault with its own passphrase, and everything that was said.
struct Scene {
    desk: Desk,
    practice: Practice,
    canaries: Canaries,
    passphrase: String,
    /// Set once there is one: stretching a passphrase for each of some two hundred commands would take minutes.
    session: Option<String>,
    said: Vec<(String, Answer)>,
}

impl Scene {
    fn start() -> Scene {
        let mut canaries = Canaries::default();
        let practice = Practice::start();
        let passphrase = canaries.add("passphrase", format!("{} correct horse", canary()));
        let scene = Scene { desk: Desk::new(), practice, canaries, passphrase, session: None, said: Vec::new() };
        std::fs::create_dir_all(scene.desk.folder.path().join("tmp")).unwrap();
        scene
    }

    /// Runs a command with everything that makes a program talk.
    fn run(&mut self, arguments: &[&str], input: &str) -> Answer {
        let answer = self.quiet(arguments, input);
        self.said.push((arguments.join(" "), answer.clone()));
        answer
    }

    /// The same for commands whose output is the secret itself: only standard error is kept.
    fn secret(&mut self, arguments: &[&str], input: &str) -> Answer {
        let answer = self.quiet(arguments, input);
        self.said.push((arguments.join(" "), Answer { out: String::new(), ..answer.clone() }));
        answer
    }

    fn quiet(&self, arguments: &[&str], input: &str) -> Answer {
        finish(self.command(arguments), input.as_bytes())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.desk.command(arguments);
        match &self.session {
            Some(session) => command.env("CREDENZA_SESSION", session),
            None => command.env("CREDENZA_PASSPHRASE", &self.passphrase),
        };
        command.env("CREDENZA_LOG", "trace").env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        command.env("TMPDIR", self.desk.folder.path().join("tmp"));
        command
    }
}

#[test]
fn m1_no_secret_is_in_any_output_log_or_file_after_everything_was_done() {
    let began = SystemTime::now();
    let mut scene = Scene::start();
    // The desk's own vault has a passphrase that everybody knows; this one has a canary.
    let vault = scene.desk.folder.path().join("data").join("canary.db");
    scene.desk.vault = vault.clone();
    let created = scene.secret(&["--json", "vault", "create"], "").expect(0).json();
    scene.canaries.add("recovery code", created["recovery_code"].as_str().unwrap());
    let session = scene.secret(&["--json", "vault", "unlock", "--for", "1h"], "").expect(0).json();
    let session = scene.canaries.add("session key", session["session"].as_str().unwrap());
    scene.session = Some(session);
    let script = script(&mut scene);
    let records = records(&mut scene, &Authority::new(), &script);
    scene.run(&["--json", "add", "--from", "-"], &Value::from(records.clone()).to_string()).expect(0);

    look_around(&mut scene, &records);
    change(&mut scene);
    sign_people_in(&mut scene, &records);
    press_every_button(&mut scene, &records);
    keep_house(&mut scene);

    let mut hits = Vec::new();
    for (what, answer) in &scene.said {
        for (stream, text) in [("stdout", &answer.out), ("stderr", &answer.err)] {
            hits.extend(
                scene
                    .canaries
                    .found_in(text.as_bytes())
                    .into_iter()
                    .map(|hit| format!("{hit} on {stream} of `{what}`")),
            );
        }
    }
    assert!(scene.said.iter().any(|(_, answer)| answer.err.len() > 500), "the log was on");
    let mut files = files_below(scene.desk.folder.path(), 12);
    assert!(files.len() > 6, "{files:?}");
    files.extend(
        files_below(&std::env::temp_dir(), 2)
            .into_iter()
            .filter(|file| younger(file, began) && !file.starts_with(script.parent().unwrap())),
    );
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        hits.extend(scene.canaries.found_in(&bytes).into_iter().map(|hit| format!("{hit} in {}", file.display())));
    }
    std::fs::remove_dir_all(script.parent().unwrap()).unwrap();
    hits.sort();
    hits.dedup();
    assert!(hits.is_empty(), "{} leaks:\n{}", hits.len(), hits.join("\n"));
}

fn look_around(scene: &mut Scene, records: &[Value]) {
    for arguments in
        [&["list"][..], &["--json", "list"], &["vault", "status"], &["slot", "list"], &["--json", "slot", "list"]]
    {
        scene.run(arguments, "").expect(0);
    }
    for record in records {
        let name = record["name"].as_str().unwrap();
        scene.run(&["show", name], "").expect(0);
        scene.run(&["--json", "show", name], "").expect(0);
    }
}

fn change(scene: &mut Scene) {
    let newer = scene.canaries.add("edited password", odd_canary());
    scene
        .run(
            &["--json", "edit", "Bad mail", "--from", "-"],
            &json!({"auth": {"password": newer}, "notes": "n"}).to_string(),
        )
        .expect(0);
    let refused = scene.canaries.add("refused secret", odd_canary());
    scene.run(&["--json", "edit", "Licence", "--from", "-"], &json!({"value": [refused]}).to_string()).expect(3);
    scene.run(&["--json", "edit", "Licence", "--from", "-"], &json!({"values": refused}).to_string()).expect(3);
    let broken = scene.canaries.add("secret in broken JSON", canary());
    scene
        .run(&["--json", "add", "--from", "-"], &format!("{{\"type\": \"secret\", \"value\": \"{broken}\" nonsense"))
        .expect(3);
    let piped = scene.canaries.add("secret on stdin", odd_canary());
    scene.run(&["add", "secret", "Piped", "--description", "d", "--value-stdin"], &piped).expect(0);
    for name in ["Bad mail", "Licence"] {
        scene.run(&["history", name], "").expect(0);
        scene.run(&["--json", "history", name], "").expect(0);
    }
    assert_eq!(
        scene.secret(&["reveal", "Piped", "value"], "").expect(0).out.trim_end_matches('\n'),
        piped,
        "what is searched for is what is stored"
    );
    scene.run(&["remove", "Piped"], "").expect(0);
    rotate(scene, &newer);
}

/// Next and old values are secrets like any other: entered, tested, switched, returned to, and one left of each.
fn rotate(scene: &mut Scene, current: &str) {
    let next = scene.canaries.add("next value", odd_canary());
    let field = "auth.password";
    scene.run(&["--json", "rotate", "start", "Bad mail", field, "--next-stdin"], &next).expect(0);
    scene.run(&["--json", "rotate", "test", "Bad mail", field], "").expect(1);
    scene.run(&["rotate", "switch", "Bad mail", field], "").expect(6);
    scene.run(&["--json", "rotate", "switch", "Bad mail", field, "--override"], "").expect(0);
    scene.run(&["rotate", "return", "Bad mail", field], "").expect(0);
    scene.run(&["rotate", "switch", "Bad mail", field, "--override"], "").expect(0);
    let second = scene.canaries.add("second next value", odd_canary());
    scene.run(&["rotate", "start", "Bad mail", field, "--next-stdin"], &second).expect(0);
    for arguments in [
        &["rotate", "status"][..],
        &["--json", "rotate", "status", "Bad mail"],
        &["rotate", "used-by", "Bad mail", field, "--add", "the nightly job"],
        &["--json", "show", "Bad mail"],
        &["show", "Bad mail"],
    ] {
        scene.run(arguments, "").expect(0);
    }
    scene.run(&["--json", "rotate", "revoked", "Bad mail", field], "").expect(8);
    let old = scene.secret(&["reveal", "Bad mail", "old:auth.password"], "").expect(0).out;
    assert_eq!(old.trim_end_matches('\n'), current, "what is searched for is what is stored");
}

/// Signs a person in where a record wants one; what it brings is a secret from then on.
fn sign_people_in(scene: &mut Scene, records: &[Value]) {
    for record in records
        .iter()
        .filter(|record| record["oauth2"].get("authorize_url").or(record["oauth2"].get("device_url")).is_some())
    {
        let name = record["name"].as_str().unwrap();
        let mut waiting = SignIn::of(scene.command(&["--json", "token", name, "--no-browser"]));
        waiting.agree();
        let answer = waiting.answer().expect(0);
        scene.said.push((format!("sign-in on {name}"), answer));
        let token = scene.secret(&["reveal", name, "oauth2.refresh_token"], "").expect(0).out;
        scene.canaries.add(&format!("refresh token of {name}"), token.trim_end());
    }
}

fn press_every_button(scene: &mut Scene, records: &[Value]) {
    let transcript = scene.desk.folder.path().join("transcript.txt");
    for record in records.iter().filter(|record| record["type"] != "secret") {
        let name = record["name"].as_str().unwrap();
        let bad = name.starts_with("Bad") || name == "Scripted";
        for arguments in [&["--json", "test", name][..], &["test", name, "--transcript", transcript.to_str().unwrap()]]
        {
            let answer = scene.run(arguments, "");
            assert!(answer.code == 0 || (bad && answer.code == 1), "{arguments:?}: {answer:?}");
            if let Ok(bytes) = std::fs::read(&transcript) {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                scene.said.push((format!("transcript of {name}"), Answer { code: 0, out: text, err: String::new() }));
            }
        }
        match record["type"].as_str().unwrap() {
            "mail_server" => {
                scene.run(&["--json", "send-email", name, "--to", "a@example.com", "--test"], "");
                scene.run(&["send-email", name, "--to", "a@example.com", "--body", "b"], "");
            }
            "outbound_server" => {
                scene.run(&["--json", "call", name, "POST", "/anything", "--data", "{}"], "");
                scene.run(&["call", name, "GET", "/health"], "");
            }
            _ => {}
        }
        if name.contains("OAuth")
            || ["app_registration", "webhook"].contains(&record["type"].as_str().unwrap())
            || ["Bad person", "Scripted"].contains(&name)
        {
            scene.run(&["--json", "token", name], "");
            scene.run(&["token", name], "");
            let raw = scene.secret(&["token", name, "--raw"], "");
            if raw.code == 0 && record["type"] != "webhook" && name != "Scripted" {
                scene.canaries.add(&format!("token of {name}"), raw.out.trim_end());
            }
        }
    }
    let rotated = scene.secret(&["reveal", "Refresh", "oauth2.refresh_token"], "").expect(0).out;
    scene.canaries.add("rotated refresh token", rotated.trim_end());
    let typed = scene.canaries.add("secret of a draft", odd_canary());
    let draft = json!({"auth": {"password": typed}}).to_string();
    scene.run(&["--json", "test", "Practice mail", "--draft", "-"], &draft).expect(1);
    let draft = json!({"oauth2": {"client_secret": scene.practice.accounts().expired_client_secret}}).to_string();
    scene.run(&["--json", "token", "Practice app registration", "--draft", "-"], &draft).expect(1);
    let mut wrong = scene.desk.command(&["--json", "list"]);
    let phrase = scene.canaries.add("wrong passphrase", odd_canary());
    wrong.env("CREDENZA_PASSPHRASE", phrase).env("CREDENZA_LOG", "trace");
    let answer = finish(wrong, b"").expect(5);
    scene.said.push(("a wrong passphrase".into(), answer));
}

fn keep_house(scene: &mut Scene) {
    let copy = scene.desk.folder.path().join("copy.db").display().to_string();
    scene.run(&["explain", "--channel", "oauth", "AADSTS7000215: Invalid client secret provided."], "").expect(0);
    scene.session = None;
    for arguments in [
        &["--json", "events"][..],
        &["events"],
        &["--json", "events", "verify"],
        &["--json", "vault", "verify"],
        &["--json", "vault", "backup", &copy],
        &["--json", "vault", "restore", &copy],
        &["list"],
        &["vault", "status"],
    ] {
        scene.run(arguments, "").expect(0);
    }
    let slot = scene.canaries.add("second passphrase", canary());
    scene
        .run(
            &[
                "--json",
                "slot",
                "add",
                "passphrase",
                "--name",
                "Hanna",
                "--role",
                "helpdesk",
                "--new-passphrase-file",
                "-",
            ],
            &slot,
        )
        .expect(0);
    scene.run(&["remove", "Licence"], "").expect(0);
}

fn files_below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => found.extend(files_below(&entry.path(), depth - 1)),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

/// Made or changed since, and not so large that it is something else's.
fn younger(file: &Path, moment: SystemTime) -> bool {
    std::fs::metadata(file)
        .is_ok_and(|about| about.len() < 4 << 20 && about.modified().is_ok_and(|changed| changed >= moment))
}
