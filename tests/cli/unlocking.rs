//! The ways to unlock, and their order.

use std::time::{Duration, Instant};

use credenza_tests::{Answer, Desk, finish};
use serde_json::json;

fn list(desk: &Desk, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Answer {
    let mut command = desk.command(&["--json", "list"]);
    command.args(arguments).envs(variables.iter().copied());
    finish(command, input.as_bytes())
}

#[test]
fn the_first_way_to_unlock_that_is_given_is_the_one_that_counts() {
    let desk = Desk::new();
    let good = desk.file("good", format!("{}\n", Desk::PASSPHRASE));
    let windows = desk.file("windows", format!("{}\r\n", Desk::PASSPHRASE));
    let wrong = desk.file("wrong", "wrong passphrase\n");
    let (good, windows, wrong) = (good.to_str().unwrap(), windows.to_str().unwrap(), wrong.to_str().unwrap());
    let right = ("CREDENZA_PASSPHRASE", Desk::PASSPHRASE);
    let session = ("CREDENZA_SESSION", desk.session());

    list(&desk, &["--passphrase-stdin"], &[], &format!("{}\n", Desk::PASSPHRASE)).expect(0);
    list(&desk, &["--passphrase-file", windows], &[], "").expect(0);
    list(&desk, &[], &[("CREDENZA_PASSPHRASE_FILE", good)], "").expect(0);
    list(&desk, &[], &[right], "").expect(0);
    list(&desk, &[], &[session], "").expect(0);

    list(&desk, &["--passphrase-stdin"], &[right, session], "wrong\n").expect(5);
    list(&desk, &["--passphrase-file", wrong], &[("CREDENZA_PASSPHRASE_FILE", good), right, session], "").expect(5);
    list(&desk, &[], &[("CREDENZA_PASSPHRASE_FILE", wrong), right, session], "").expect(5);
    list(&desk, &[], &[("CREDENZA_PASSPHRASE", "wrong"), session], "").expect(5);
    list(&desk, &[], &[("CREDENZA_SESSION", "cs1.nonsense")], "").expect(5);
    list(&desk, &["--passphrase-file", "/nonexistent"], &[right], "").expect(4);
    list(&desk, &["--passphrase", Desk::PASSPHRASE], &[], "").expect(2);
}

#[test]
fn m6_a_refused_passphrase_is_not_repeated() {
    let desk = Desk::new();
    let answer = list(&desk, &["--passphrase=on-argv-Pa55"], &[], "").expect(2);
    assert!(!answer.out.contains("on-argv-Pa55") && !answer.err.contains("on-argv-Pa55"), "{answer:?}");
    let answer = list(&desk, &[], &[("CREDENZA_PASSPHRASE", "wrong-Pa55phrase")], "").expect(5);
    assert!(!answer.out.contains("wrong-Pa55phrase") && !answer.err.contains("wrong-Pa55phrase"), "{answer:?}");
}

#[test]
fn lock_ends_all_sessions_and_a_session_ends_by_itself() {
    let desk = Desk::new();
    let short = desk.with_passphrase(&["vault", "unlock", "--for", "1s"], "").expect(0).out;
    let short = short.trim_end().strip_prefix("CREDENZA_SESSION=").expect("a line that a shell can read").to_owned();
    let long = desk.with_passphrase(&["--json", "vault", "unlock"], "").expect(0).json()["session"]
        .as_str()
        .unwrap()
        .to_owned();
    let deadline = Instant::now() + Duration::from_secs(20);
    while list(&desk, &[], &[("CREDENZA_SESSION", &short)], "").code == 0 {
        assert!(Instant::now() < deadline, "the session of one second does not end");
    }
    list(&desk, &[], &[("CREDENZA_SESSION", &short)], "").expect(5);
    list(&desk, &[], &[("CREDENZA_SESSION", &long)], "").expect(0);
    desk.run(&["vault", "lock"]).expect(0);
    for session in [long.as_str(), desk.session()] {
        assert_eq!(list(&desk, &[], &[("CREDENZA_SESSION", session)], "").expect(5).json()["error"]["code"], "locked");
    }
}

#[test]
fn b7_the_recovery_code_opens_a_session_once_and_the_new_one_takes_its_place() {
    let desk = Desk::new();
    let unlock = |code: &str, expected: i32| {
        let mut command = desk.command(&["--json", "vault", "unlock"]);
        command.env("CREDENZA_PASSPHRASE", code);
        finish(command, b"").expect(expected).json()
    };
    let code = desk.created["recovery_code"].as_str().unwrap();
    let refused = list(&desk, &[], &[("CREDENZA_PASSPHRASE", code)], "").expect(5).json();
    assert!(refused["error"]["hint"].as_str().unwrap().contains("vault unlock"), "{refused}");
    let opened = unlock(code, 0);
    list(&desk, &[], &[("CREDENZA_SESSION", opened["session"].as_str().unwrap())], "").expect(0);
    assert_eq!(unlock(code, 5)["error"]["code"], "locked", "used up");
    let code = unlock(opened["recovery_code"].as_str().unwrap(), 0)["recovery_code"].as_str().unwrap().to_owned();
    let mut broken = code.clone();
    let last = broken.pop().unwrap();
    broken.push(if last == 'A' { 'B' } else { 'A' });
    list(&desk, &[], &[("CREDENZA_PASSPHRASE", &broken)], "").expect(5);
}

#[test]
fn a_second_passphrase_opens_the_same_vault_and_a_removed_one_no_longer_does() {
    let desk = Desk::new();
    let other = "a second passphrase of mine";
    let added =
        desk.run_with(&["--json", "slot", "add", "passphrase", "--new-passphrase-file", "-"], other).expect(0).json();
    list(&desk, &[], &[("CREDENZA_PASSPHRASE", other)], "").expect(0);
    desk.run(&["slot", "remove", added["id"].as_str().unwrap()]).expect(0);
    list(&desk, &[], &[("CREDENZA_PASSPHRASE", other)], "").expect(5);
    assert_eq!(list(&desk, &[], &[("CREDENZA_PASSPHRASE", Desk::PASSPHRASE)], "").expect(0).json(), json!([]));
}
