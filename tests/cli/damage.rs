//! Vault files that are damaged, foreign, newer, rolled back or no files at all (exit 7).

use std::path::Path;

use credenza_tests::{Desk, finish};
use serde_json::{Value, json};

/// Where SQLite keeps `user_version` and `application_id` in the first page (file format, 1.3).
const USER_VERSION: usize = 60;
const APPLICATION_ID: usize = 68;

fn desk() -> Desk {
    let desk = Desk::new();
    let records: Vec<Value> = (0..5).map(|n| json!({"type": "secret", "name": format!("Secret {n}"), "description": "d".repeat(2000), "value": "value-12345678"})).collect();
    desk.add(&json!(records));
    desk
}

fn change(desk: &Desk, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(&desk.vault).unwrap();
    change(&mut bytes);
    std::fs::write(&desk.vault, bytes).unwrap();
}

#[track_caller]
fn refused(desk: &Desk, what: &str) -> Value {
    let answer = desk.with_passphrase(&["--json", "list"], "");
    assert_eq!(answer.code, 7, "{what}: {answer:?}");
    let error = answer.json()["error"].clone();
    assert_eq!(error["code"], "damaged", "{what}");
    assert!(
        !error["message"].as_str().unwrap().is_empty() && !error["hint"].as_str().unwrap().is_empty(),
        "{what}: what happened and what to do"
    );
    error
}

#[test]
fn e4_a_newer_format_is_named_as_newer() {
    let desk = desk();
    change(&desk, |bytes| bytes[USER_VERSION + 3] = 99);
    let error = refused(&desk, "newer");
    assert!(error["message"].as_str().unwrap().contains("99"), "the version is named: {error}");
}

#[test]
fn a_foreign_file_is_named_as_foreign_and_left_alone() {
    let contents: [(&str, Vec<u8>); 3] =
        [("text", b"just a text file\n".repeat(100)), ("zeros", vec![0; 8192]), ("nothing", Vec::new())];
    for (what, content) in contents {
        let desk = Desk::new();
        std::fs::write(&desk.vault, &content).unwrap();
        refused(&desk, what);
        assert_eq!(std::fs::read(&desk.vault).unwrap(), content, "{what}: not a byte was changed");
    }
    let desk = desk();
    change(&desk, |bytes| bytes[APPLICATION_ID..APPLICATION_ID + 4].fill(0));
    refused(&desk, "another program's database");
}

#[test]
fn e2_damage_anywhere_is_found_and_the_list_says_so() {
    let pages = std::fs::metadata(&desk().vault).unwrap().len() / 4096;
    for page in 0..pages {
        let desk = desk();
        let start = usize::try_from(page * 4096).unwrap();
        change(&desk, |bytes| bytes[start + 100..start + 4096].iter_mut().for_each(|byte| *byte ^= 0x55));
        let listed = desk.with_passphrase(&["--json", "vault", "verify"], "");
        // A page that holds nothing can lose nothing.
        let all_there = || listed.json()["secrets"] == 5 && reveal_all(&desk);
        assert!([5, 7].contains(&listed.code) || all_there(), "page {page}: exit {} {}", listed.code, listed.out);
        assert!(!listed.err.contains("stopped at"), "page {page}: {}", listed.err);
    }
}

fn reveal_all(desk: &Desk) -> bool {
    (0..5).all(|n| desk.with_passphrase(&["reveal", &format!("Secret {n}"), "value"], "").out == "value-12345678\n")
}

#[test]
fn e2_a_file_cut_short_is_damaged() {
    let desk = desk();
    let half = std::fs::metadata(&desk.vault).unwrap().len() / 2;
    change(&desk, |bytes| bytes.truncate(usize::try_from(half).unwrap()));
    refused(&desk, "cut short");
}

#[test]
fn a_rolled_back_vault_is_refused_where_its_newer_state_was_seen() {
    let desk = desk();
    let old = std::fs::read(&desk.vault).unwrap();
    desk.run_with(&["edit", "Secret 0", "--from", "-"], r#"{"value":"newer-value-1"}"#).expect(0);
    std::fs::write(&desk.vault, old).unwrap();
    let error = refused(&desk, "rolled back");
    let words = error.to_string().to_lowercase();
    assert!(words.contains("not the newest"), "{error}");
}

#[test]
fn a13_a_folder_or_a_link_in_the_vaults_place_is_a_named_error() {
    let desk = Desk::new();
    std::fs::remove_file(&desk.vault).unwrap();
    std::fs::create_dir(&desk.vault).unwrap();
    let answer = desk.with_passphrase(&["--json", "list"], "");
    assert!([4, 7, 9].contains(&answer.code), "{answer:?}");
    #[cfg(unix)]
    {
        std::fs::remove_dir(&desk.vault).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", &desk.vault).unwrap();
        let answer = desk.with_passphrase(&["--json", "list"], "");
        assert!([7, 9].contains(&answer.code), "{answer:?}");
        std::fs::remove_file(&desk.vault).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&desk.vault).status().unwrap();
        assert!(made.success());
        let answer = desk.with_passphrase(&["--json", "list"], "");
        assert!([7, 9].contains(&answer.code), "a pipe does not hang it: {answer:?}");
    }
}

#[test]
fn e6_a_damaged_backup_is_refused_and_the_vault_is_left_alone() {
    let desk = desk();
    let copy = desk.folder.path().join("copy.db");
    desk.run(&["vault", "backup", copy.to_str().unwrap()]).expect(0);
    let good = std::fs::read(&copy).unwrap();
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle..middle + 2000].iter_mut().for_each(|byte| *byte ^= 0x55);
    std::fs::write(&copy, bad).unwrap();
    let before = list(&desk);
    desk.with_passphrase(&["--json", "vault", "restore", copy.to_str().unwrap()], "").expect(7);
    assert_eq!(list(&desk), before);

    desk.run(&["remove", "Secret 0"]).expect(0);
    std::fs::write(&copy, good).unwrap();
    let mut wrong = desk.command(&["--json", "vault", "restore", copy.to_str().unwrap()]);
    wrong.env("CREDENZA_PASSPHRASE", "wrong");
    finish(wrong, b"").expect(5);
    desk.with_passphrase(&["vault", "restore", copy.to_str().unwrap()], "").expect(0);
    assert_eq!(list(&desk), before, "the removed record is back");
    desk.with_passphrase(&["vault", "verify"], "").expect(0);
}

fn list(desk: &Desk) -> Vec<String> {
    let rows = desk.with_passphrase(&["--json", "list"], "").expect(0).json();
    rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn m12_what_the_program_makes_is_readable_by_its_owner_alone() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let desk = desk();
        let copy = desk.folder.path().join("data").join("copy.db");
        desk.run(&["vault", "backup", copy.to_str().unwrap()]).expect(0);
        let mut seen = 0;
        let mut folders =
            vec![desk.folder.path().join("data"), desk.folder.path().join("run"), desk.folder.path().join("state")];
        while let Some(folder) = folders.pop() {
            assert_eq!(mode(&folder) & 0o077, 0, "{}", folder.display());
            for entry in std::fs::read_dir(&folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    seen += 1;
                    assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
                }
            }
        }
        assert!(seen >= 3, "vault, backup and session at least");

        fn mode(path: &Path) -> u32 {
            std::fs::metadata(path).unwrap().permissions().mode()
        }
    }
}
