//! Edges: pipes that close, names that are long, words that would speak to a terminal, servers in the foreground.

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use credenza_tests::{Desk, Server, clean, finish, program};
use serde_json::{Value, json};

fn secret(name: &str) -> Value {
    json!({"type": "secret", "name": name, "description": "d", "value": "12345678"})
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let desk = Desk::new();
    let many: Vec<Value> =
        (0..2000).map(|number| secret(&format!("Record number {number} with a name of some length"))).collect();
    desk.add(&json!(many));
    for arguments in [&["list"][..], &["--json", "list"], &["events"]] {
        let mut command = desk.command(arguments);
        command
            .env("CREDENZA_SESSION", desk.session())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut first = [0_u8; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn a_name_of_two_hundred_characters_is_taken_and_one_more_is_refused() {
    let desk = Desk::new();
    let long = "ж".repeat(200);
    desk.add(&secret(&long));
    assert!(desk.run(&["list"]).expect(0).out.contains(&long));
    assert_eq!(desk.run(&["--json", "show", &long]).expect(0).json()["name"], long);
    assert_eq!(
        desk.run(&["--json", "show", &"Ж".repeat(200)]).expect(0).json()["name"],
        long,
        "without regard to case"
    );
    let refused = desk.run_with(&["--json", "add", "--from", "-"], &secret(&"ж".repeat(201)).to_string()).expect(3);
    assert_eq!(refused.json()["error"]["field"], "name");
    desk.run(&["--json", "show", &"x".repeat(100_000)]).expect(4);
}

#[test]
fn an_empty_vault_lists_nothing_and_says_how_to_begin() {
    let desk = Desk::new();
    let list = desk.run(&["list"]).expect(0);
    assert_eq!(list.out, "");
    assert!(list.err.contains("credenza add"), "{}", list.err);
    assert_eq!(desk.run(&["list", "--quiet"]).expect(0).err, "");
    assert_eq!(desk.run(&["--json", "list"]).expect(0).json(), json!([]));
}

#[test]
fn i4_nothing_that_was_typed_speaks_to_the_terminal() {
    let desk = Desk::new();
    let name = "a\u{1b}[31mred\u{202e}evil\u{7}";
    let record = json!({"type": "secret", "name": name, "description": "\u{1b}]0;title\u{7}", "notes": "\u{1b}[2J", "value": "12345678"});
    desk.run_with(&["add", "--from", "-"], &record.to_string());
    desk.add(&json!({"type": "secret", "name": "Plain", "description": "\u{1b}]0;title\u{7}\u{202e}", "notes": "\u{1b}[2J", "value": "12345678"}));
    for arguments in [
        &["list"][..],
        &["show", "Plain"],
        &["show", name],
        &["events"],
        &["history", "Plain"],
        &["explain", "\u{1b}[31mred"],
        &["show", "\u{1b}[31mred"],
    ] {
        let answer = desk.run(arguments);
        assert!(!answer.out.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{arguments:?}: {:?}", answer.out);
        assert!(!answer.err.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{arguments:?}: {:?}", answer.err);
    }
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(program("credenza"));
        clean(&mut command, folder.path());
        command.args(arguments);
        finish(command, b"").expect(0).out
    };
    let commands = [
        "vault",
        "slot",
        "add",
        "list",
        "show",
        "edit",
        "remove",
        "history",
        "reveal",
        "test",
        "send-email",
        "token",
        "call",
        "explain",
        "events",
        "schema",
        "completions",
        "sandbox",
    ];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish", "man"] {
        let text = run(&["completions", shell]).replace("\\-", "-");
        for command in commands {
            assert!(text.contains(command), "{shell}: {command}");
        }
    }
    let help = run(&["--help"]);
    for command in commands {
        assert!(help.contains(&format!("  {command} ")), "{command}: {help}");
        assert!(run(&[command, "--help"]).contains("Usage:"), "{command}");
    }
    assert!(run(&["--version"]).starts_with("credenza "));
}

#[cfg(unix)]
#[test]
fn the_sandbox_serves_in_the_foreground_with_records_ready_to_add_until_it_is_told_to_end() {
    let desk = Desk::new();
    let ports = desk.folder.path().join("ports.json");
    let mut command = desk.command(&["--json", "sandbox", "--ports-file", ports.to_str().unwrap()]);
    let mut sandbox = Server::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()));
    let deadline = Instant::now() + Duration::from_secs(30);
    while !ports.exists() {
        assert!(
            Instant::now() < deadline && sandbox.child().try_wait().unwrap().is_none(),
            "the ports file does not come"
        );
        std::thread::yield_now();
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&ports).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "m12: it holds the practice secrets");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&ports).unwrap()).unwrap();
    let records: Vec<Value> =
        document["servers"].as_array().unwrap().iter().map(|server| server["draft"].clone()).collect();
    desk.add(&json!(records));
    assert_eq!(desk.run(&["--json", "test", "Practice mail"]).expect(0).json()["outcome"], "passed");
    let pid = sandbox.child().id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(sandbox.child().wait().unwrap().code(), Some(0), "told to end, it ends well");
}

#[test]
fn i2_search_takes_every_character_literally() {
    let desk = Desk::new();
    desk.add(&json!([secret("100% sure"), secret("a_b"), secret("(a+)+$")]));
    for (query, found) in [("%", 1), ("_", 1), ("(a+)+$", 1), ("a*", 0), ("' OR 1=1", 0), ("\\", 0)] {
        assert_eq!(desk.run(&["--json", "list", query]).expect(0).json().as_array().unwrap().len(), found, "{query}");
    }
}
