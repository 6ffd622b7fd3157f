//! Disks that are full and folders that cannot be written (exit 9), on Unix.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use credenza_tests::{Answer, Desk, clean, finish, program};
use serde_json::json;

/// Runs the command with a limit on the size of every file it writes, in blocks of 512 bytes.
fn limited(desk: &Desk, blocks: u64, arguments: &[&str], input: &str) -> Answer {
    let mut command = Command::new("sh");
    clean(&mut command, desk.folder.path());
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]).arg(program("credenza"));
    command.arg("--vault").arg(&desk.vault).args(arguments).env("CREDENZA_SESSION", desk.session());
    finish(command, input.as_bytes())
}

#[test]
fn c6_a_full_disk_is_exit_9_and_every_acknowledged_record_is_there() {
    let desk = Desk::new();
    let blocks = std::fs::metadata(&desk.vault).unwrap().len() / 512 + 300;
    let mut acknowledged = Vec::new();
    let full = loop {
        let name = format!("Record {}", acknowledged.len());
        let record =
            json!({"type": "secret", "name": name, "description": "d".repeat(3000), "value": "v".repeat(4000)});
        let answer = limited(&desk, blocks, &["--json", "add", "--from", "-"], &record.to_string());
        if answer.code != 0 {
            break answer;
        }
        acknowledged.push(name);
        assert!(acknowledged.len() < 200, "the disk never got full");
    };
    assert_eq!(full.code, 9, "{full:?}");
    assert_eq!(full.json()["error"]["code"], "io");
    assert!(!acknowledged.is_empty(), "some fitted before it was full");
    let names = |answer: Answer| -> Vec<String> {
        answer.expect(0).json().as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut there = names(limited(&desk, blocks, &["--json", "list"], ""));
    there.sort();
    acknowledged.sort();
    assert_eq!(there, acknowledged, "reading goes on while the disk is full");
    desk.run(&["vault", "verify"]).expect(0);
    desk.add(&json!({"type": "secret", "name": "Once there is space again", "description": "d", "value": "12345678"}));
    assert_eq!(names(desk.run(&["--json", "list"])).len(), acknowledged.len() + 1);
}

#[test]
fn e5_a_backup_that_does_not_fit_leaves_the_vault_and_no_half_file() {
    let desk = Desk::new();
    desk.add(&json!({"type": "secret", "name": "Large", "description": "d".repeat(900_000), "value": "12345678"}));
    let copy = desk.folder.path().join("copy.db");
    limited(&desk, 64, &["--json", "vault", "backup", copy.to_str().unwrap()], "").expect(9);
    assert!(!copy.exists(), "no half of a backup stands under its name");
    desk.run(&["vault", "verify"]).expect(0);
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The command as somebody who may read and not write; root may everything, so root becomes nobody.
fn as_reader(desk: &Desk, arguments: &[&str], input: &str) -> Answer {
    let folder = desk.folder.path();
    let exe = folder.join("credenza");
    if !exe.exists() {
        std::fs::copy(program("credenza"), &exe).unwrap();
        set_mode(&exe, 0o755);
    }
    set_mode(folder, 0o755);
    let mut command = if std::fs::metadata(folder).unwrap().uid() == 0 {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&exe);
        command
    } else {
        Command::new(&exe)
    };
    clean(&mut command, folder);
    let own = folder.join("reader");
    std::fs::create_dir_all(&own).unwrap();
    set_mode(&own, 0o777);
    for variable in ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"] {
        command.env(variable, &own);
    }
    command
        .arg("--vault")
        .arg(&desk.vault)
        .args(arguments)
        .env("CREDENZA_PASSPHRASE", Desk::PASSPHRASE)
        .current_dir("/");
    finish(command, input.as_bytes())
}

#[test]
fn c7_in_a_read_only_folder_reading_works_and_every_change_is_exit_9() {
    let desk = Desk::new();
    desk.add(&json!({"type": "secret", "name": "Licence", "description": "d", "value": "licence-value-1"}));
    let data = desk.vault.parent().unwrap();
    set_mode(&desk.vault, 0o444);
    set_mode(data, 0o555);
    assert_eq!(as_reader(&desk, &["--json", "list"], "").expect(0).json()[0]["name"], "Licence");
    assert_eq!(as_reader(&desk, &["--json", "show", "Licence"], "").expect(0).json()["value"], "****ue-1");
    let changes: [(&[&str], &str); 4] = [
        (&["edit", "Licence", "--from", "-"], r#"{"notes":"x"}"#),
        (&["add", "secret", "Other", "--description", "d", "--value-stdin"], "12345678"),
        (&["remove", "Licence"], ""),
        (&["reveal", "Licence", "value"], ""),
    ];
    for (arguments, input) in changes {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let answer = as_reader(&desk, &all, input);
        assert_eq!(answer.code, 9, "{arguments:?}: {answer:?}");
        assert!(!answer.out.contains("licence-value-1"), "no event, no reveal");
    }
    assert_eq!(std::fs::read_dir(data).unwrap().count(), 1, "nothing was written beside it");
    set_mode(data, 0o700);
    set_mode(&desk.vault, 0o600);
    desk.run(&["vault", "verify"]).expect(0);
}

#[test]
fn d9_a_check_in_a_read_only_folder_could_not_look_and_says_so_until_one_can() {
    let desk = Desk::new();
    let on = (time::OffsetDateTime::now_utc() + time::Duration::days(20)).date().to_string();
    desk.add(&json!({"type": "secret", "name": "Licence", "description": "d", "value": "licence-value-1",
        "expiries": [{"item": "value", "on": on}]}));
    let data = desk.vault.parent().unwrap();
    set_mode(&desk.vault, 0o444);
    set_mode(data, 0o555);
    let answer = as_reader(&desk, &["--json", "check"], "");
    assert_eq!(answer.code, 9, "{answer:?}");
    assert_eq!(answer.json()["error"]["code"], "io");
    let warning = "The last check could not look: the vault's file could not be read or written";
    let shown = as_reader(&desk, &["alerts", "show"], "").expect(0).out;
    assert!(shown.contains(warning), "{shown}");
    let listed = as_reader(&desk, &["expiring"], "").expect(0);
    assert!(listed.out.contains("Licence") && listed.err.contains(warning), "{listed:?}");
    set_mode(data, 0o700);
    set_mode(&desk.vault, 0o600);
    desk.run(&["check"]).expect(10);
    let shown = desk.run(&["alerts", "show"]).expect(0).out;
    assert!(!shown.contains("could not look"), "{shown}");
}

#[test]
fn a_vault_that_may_not_be_read_or_made_is_exit_9() {
    let desk = Desk::new();
    set_mode(desk.vault.parent().unwrap(), 0o755);
    if std::fs::metadata(&desk.vault).unwrap().uid() == 0 {
        let answer = as_reader(&desk, &["--json", "list"], "");
        assert_eq!(answer.code, 9, "{answer:?}");
    }
    let closed = desk.folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    set_mode(&closed, 0o555);
    let vault = closed.join("vault.db");
    let answer = as_reader(&desk, &["--json", "vault", "create", "--vault", vault.to_str().unwrap()], "");
    assert_eq!(answer.code, 9, "{answer:?}");
    assert!(!vault.exists());
}
