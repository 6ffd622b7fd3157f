//! "Could not look" is never "nothing ends" (decision D9): whatever kept a check from looking, its exit code says so, and
//! whoever asks afterwards is told.

use std::path::Path;
use std::process::Command;

use credenza_sandbox::Server;
use credenza_tests::{Answer, Desk, Practice, finish};
use serde_json::{Value, json};

/// Where SQLite keeps `user_version` in the first page (file format, 1.3).
const USER_VERSION: usize = 60;

fn in_days(days: i64) -> String {
    (time::OffsetDateTime::now_utc() + time::Duration::days(days)).date().to_string()
}

fn licence(days: i64) -> Value {
    json!({ "type": "secret", "name": "Editor", "description": "d", "kind": "licence", "value": "canary-value-1234",
        "expiries": [{ "item": "value", "on": in_days(days) }] })
}

/// A vault with something that is due, and nobody was told yet.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.add(&licence(30));
    desk
}

/// Arguments, variables, and how a check with them ends.
type Way<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], (i32, &'a str));

/// What became of a vault, what its file holds, how a check of it ends, and what is told of that afterwards.
type State = (&'static str, Option<Vec<u8>>, (i32, &'static str), &'static str);

/// A check with these ways to unlock and no other.
fn check(desk: &Desk, arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
    let mut command = desk.command(&[&["--json"], arguments, &["check"]].concat());
    command.envs(variables.iter().copied());
    finish(command, b"")
}

/// It could not look, says why with this exit code and code, and that is what people are told from now on, until a look
/// succeeds.
#[track_caller]
fn could_not(desk: &Desk, answer: &Answer, (exit, code): (i32, &str)) {
    assert_eq!(answer.code, exit, "{answer:?}");
    assert_eq!(answer.json()["error"]["code"], code, "{answer:?}");
    assert!(!answer.out.contains("next_due") && !answer.err.contains("Nothing new"), "{answer:?}");
    assert!(!desk.folder.path().join("state").read_dir().unwrap().flatten().all(|entry| !entry.path().is_dir()));
}

/// What people read afterwards, and that a look which succeeds ends it.
#[track_caller]
fn told_until_a_look_succeeds(desk: &Desk, why: &str) {
    let warning = format!("The last check could not look: {why}");
    let shown = desk.run(&["alerts", "show"]).expect(0).out;
    assert!(shown.contains(&warning), "{shown}");
    let listed = desk.run(&["expiring"]).expect(0);
    assert!(listed.err.contains(&warning) && listed.out.contains("Editor"), "{listed:?}");
    let none = desk.run(&["expiring", "--kind", "api_key"]).expect(0);
    assert!(none.err.contains(&warning), "a list without a line is not \"nothing ends\" either: {none:?}");
    desk.run(&["--json", "check"]).expect(10);
    for arguments in [&["alerts", "show"][..], &["expiring"]] {
        let after = desk.run(arguments).expect(0);
        assert!(!format!("{}{}", after.out, after.err).contains("could not look"), "{after:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_usable_passphrase_session_or_slot() {
    let desk = desk();
    let unlocked = "the vault could not be unlocked (no usable device slot, session or passphrase)";
    let wrong = desk.file("wrong", "wrong passphrase\n");
    let odd = desk.file("odd", [0xff, 0xfe, 0x00]);
    let folder = desk.folder.path().display().to_string();
    let (wrong, odd) = (wrong.to_str().unwrap(), odd.to_str().unwrap());
    let missing = "/nonexistent/passphrase";
    let ways: [Way<'_>; 8] = [
        (&["--passphrase-file", wrong], &[], (5, "locked")),
        (&[], &[("CREDENZA_PASSPHRASE_FILE", wrong)], (5, "locked")),
        (&["--passphrase-file", missing], &[], (4, "not_found")),
        (&[], &[("CREDENZA_PASSPHRASE_FILE", missing)], (4, "not_found")),
        (&["--passphrase-file", &folder], &[], (9, "io")),
        (&["--passphrase-file", odd], &[], (3, "invalid")),
        (&[], &[("CREDENZA_SESSION", "cs1.nonsense")], (5, "locked")),
        (&[], &[], (5, "locked")),
    ];
    for (arguments, variables, told) in ways {
        could_not(&desk, &check(&desk, arguments, variables), told);
        let shown = desk.run(&["alerts", "show"]).expect(0).out;
        assert!(shown.contains(unlocked), "{arguments:?} {variables:?}: {shown}");
        // As if nobody had failed: each of them has to say it by itself.
        std::fs::remove_dir_all(desk.folder.path().join("state").join("credenza").join("looks")).unwrap();
    }
    could_not(&desk, &check(&desk, &[], &[]), (5, "locked"));
    told_until_a_look_succeeds(&desk, unlocked);
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_that_has_ended() {
    let desk = desk();
    let clock = credenza_tests::Clockwork::of(&desk);
    let ended = clock.run("2036-01-01 00:00:00", &["--json", "check"]);
    could_not(&desk, &ended, (5, "locked"));
    let shown = desk.run(&["alerts", "show"]).expect(0).out;
    assert!(shown.contains("The last check could not look: the vault could not be unlocked"), "{shown}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_vault_that_is_gone_damaged_cut_short_or_newer() {
    let desk = desk();
    let good = std::fs::read(&desk.vault).unwrap();
    let mut damaged = good.clone();
    damaged[100..].iter_mut().for_each(|byte| *byte ^= 0x55);
    let mut newer = good.clone();
    newer[USER_VERSION + 3] = 99;
    let broken = "the vault is damaged, older than it was, or of a newer version of Credenza";
    let states: [State; 5] = [
        ("gone", None, (4, "not_found"), "there was no vault"),
        ("damaged", Some(damaged), (7, "damaged"), broken),
        ("cut short", Some(good[..good.len() / 2].to_vec()), (7, "damaged"), broken),
        ("empty", Some(Vec::new()), (7, "damaged"), broken),
        ("newer", Some(newer), (7, "damaged"), broken),
    ];
    for (what, content, told, why) in states {
        for name in ["vault.db-wal", "vault.db-shm"] {
            let _ = std::fs::remove_file(desk.vault.with_file_name(name));
        }
        match content {
            None => std::fs::remove_file(&desk.vault).unwrap(),
            Some(bytes) => std::fs::write(&desk.vault, bytes).unwrap(),
        }
        let answer = desk.run(&["--json", "check"]);
        could_not(&desk, &answer, told);
        std::fs::write(&desk.vault, &good).unwrap();
        let shown = desk.run(&["alerts", "show"]).expect(0).out;
        assert!(shown.contains(&format!("The last check could not look: {why}")), "{what}: {shown}");
    }
    told_until_a_look_succeeds(&desk, broken);
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_look_is_told_although_the_clock_was_ahead_when_the_last_one_succeeded() {
    let desk = desk();
    let clock = credenza_tests::Clockwork::of(&desk);
    clock.run("2027-09-01 00:00:00", &["check"]).expect(10);
    could_not(&desk, &check(&desk, &[], &[]), (5, "locked"));
    let shown = desk.run(&["alerts", "show"]).expect(0).out;
    assert!(shown.contains("The last check could not look"), "{shown}");
}

/// Changes the vault with a program that knows nothing of its keys.
fn sql(desk: &Desk, statement: &str) {
    let script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as db: db.execute(sys.argv[2])\n";
    let ended = Command::new("python3").args(["-c", script]).arg(&desk.vault).arg(statement).status();
    assert!(ended.is_ok_and(|status| status.success()), "python3 with sqlite3");
}

#[cfg(unix)]
#[test]
fn a_route_whose_secret_cannot_be_decrypted_tells_nobody_and_says_so() {
    let practice = Practice::start();
    let desk = desk();
    let relay = json!({ "type": "mail_server", "name": "Relay", "description": "d", "host": "127.0.0.1", "tls": "none",
        "port": practice.ports().of(Server::Smtp), "sender": "credenza@example.com", "allow_clear": true,
        "auth": { "method": "password", "username": "u", "password": "canary-password" } });
    desk.add(&relay);
    let settings = json!({ "addresses": ["a@example.com"], "routes": [{ "by": "mail", "credential": "Relay" }] });
    desk.run_with(&["alerts", "set", "--from", "-"], &settings.to_string()).expect(0);
    sql(&desk, "UPDATE secrets SET envelope = zeroblob(length(envelope))");
    let answer = desk.run(&["--json", "check"]).expect(10);
    let report = answer.json();
    assert_eq!((&report["undelivered"], &report["attempts"][0]["ok"]), (&json!(1), &json!(false)), "{report:#}");
    let said = desk.run(&["check"]).expect(10).err;
    assert!(said.contains("Nobody could be told"), "{said}");
    assert_eq!(report["next_due"], report["at"], "what nobody was told of is due at once");
    let again = desk.run(&["--json", "check"]).expect(10).json();
    assert_eq!((&again["alerts"][0]["again"], &again["undelivered"]), (&json!(true), &json!(1)), "{again:#}");
    let log = desk.run(&["events", "--category", "expiry"]).expect(0).out;
    assert!(log.contains("Nobody") || log.contains("nobody"), "{log}");
    assert!(!format!("{answer:?}{log}").contains("canary"), "no secret is in it");
}

#[cfg(target_os = "linux")]
#[test]
fn where_even_the_note_cannot_be_written_the_exit_code_and_the_words_still_say_it() {
    let desk = desk();
    let looks = desk.folder.path().join("state").join("credenza").join("looks");
    let _ = std::fs::remove_dir_all(&looks);
    // A file in the folder's place: nobody can write into it, not even root.
    std::fs::create_dir_all(looks.parent().unwrap()).unwrap();
    std::fs::write(&looks, b"").unwrap();
    let answer = check(&desk, &[], &[]);
    could_not(&desk, &answer, (5, "locked"));
    assert!(answer.err.contains("That nobody could look is not noted"), "{}", answer.err);
    assert!(Path::new(&looks).is_file());
}
