//! Rules A11 and A13: what a path may be, and the modes of what is made.

use credenza_vault::{Unlock, VaultError};

use crate::bench::{Bench, PASSPHRASE, passphrase};

fn refused(bench: &Bench) -> String {
    let phrase = passphrase(PASSPHRASE);
    let error = bench.file().unlock(Unlock::Passphrase(&phrase)).err().unwrap();
    assert!(matches!(error, VaultError::NotAVault { .. }), "{error}");
    assert_eq!(error.code(), "damaged");
    assert!(bench.file().status().is_err());
    error.to_string()
}

#[test]
fn a13_folders_empty_files_and_other_kinds_of_files_are_refused_by_name() {
    let bench = Bench::new();
    std::fs::create_dir_all(&bench.path).unwrap();
    assert!(refused(&bench).contains("folder"));
    std::fs::remove_dir(&bench.path).unwrap();
    std::fs::write(&bench.path, b"").unwrap();
    assert!(refused(&bench).contains("empty"));
    std::fs::write(&bench.path, b"#!/bin/sh\necho not a vault\n").unwrap();
    assert!(refused(&bench).contains("another kind of file"));
    std::fs::remove_file(&bench.path).unwrap();
    rusqlite::Connection::open(&bench.path).unwrap().execute_batch("CREATE TABLE notes (a)").unwrap();
    assert!(refused(&bench).contains("another program's database"));
}

#[cfg(unix)]
#[test]
fn a13_links_and_pipes_are_refused_and_nothing_hangs() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    drop(vault);
    let real = bench.dir.path().join("real.db");
    std::fs::rename(&bench.path, &real).unwrap();
    std::os::unix::fs::symlink(&real, &bench.path).unwrap();
    assert!(refused(&bench).contains("symbolic link"));
    assert!(matches!(bench.file().create(crate::bench::new_vault(false)), Err(VaultError::Exists(_))));
    std::fs::remove_file(&bench.path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&bench.path).status().unwrap().success());
    assert!(refused(&bench).contains("pipe"));
    let null = bench.file_at("/dev/null".into());
    assert!(matches!(null.unlock(Unlock::Device), Err(VaultError::NotAVault { .. })));
    let full = bench.file_at("/dev/full".into());
    assert!(matches!(full.status(), Err(VaultError::NotAVault { .. })));
}

#[test]
fn a_path_with_nothing_there_is_not_found() {
    let bench = Bench::new();
    let phrase = passphrase(PASSPHRASE);
    let error = bench.file().unlock(Unlock::Passphrase(&phrase)).err().unwrap();
    assert_eq!(error.code(), "not_found");
    assert!(!bench.path.exists(), "looking creates nothing");
}

#[test]
fn a11_a_stale_log_of_another_vault_is_never_mixed_in() {
    let (bench, other) = (Bench::new(), Bench::new());
    let (vault, id, session) = bench.with_record();
    drop(vault);
    let (theirs, _, _) = other.with_record();
    theirs.insert(vec![crate::bench::record("theirs")]).unwrap();
    let log = |b: &Bench| b.path.with_file_name("vault.db-wal");
    std::fs::copy(log(&other), log(&bench)).unwrap();
    let vault = match bench.resume(&session) {
        Ok(vault) => vault,
        Err(e) => {
            assert!(matches!(e.code(), "damaged" | "locked"), "refused is as good as ignored: {e}");
            return;
        }
    };
    assert_eq!(vault.heads().unwrap().len(), 1);
    assert!(vault.head(id).is_ok());
    assert!(vault.verify().unwrap().problems.is_empty());
}

#[cfg(unix)]
#[test]
fn m12_everything_made_is_for_this_user_only_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    let test = "files::child_that_makes_a_vault";
    let exe = std::env::current_exe().unwrap();
    let status = std::process::Command::new("sh")
        .args(["-c", "umask 000; exec \"$0\" \"$1\" --exact --nocapture"])
        .arg(exe)
        .arg(test)
        .env("MODES", bench.dir.path())
        .status()
        .unwrap();
    assert!(status.success());
    let mut seen = 0;
    let mut folders = vec![bench.dir.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            let is_dir = entry.file_type().unwrap().is_dir();
            assert_eq!(mode, if is_dir { 0o700 } else { 0o600 }, "{}", entry.path().display());
            seen += 1;
            if is_dir {
                folders.push(entry.path());
            }
        }
    }
    assert!(seen >= 9, "vault, log, index, session, anchor, backup and their folders; saw {seen}");
}

#[cfg(unix)]
#[test]
fn child_that_makes_a_vault() {
    let Some(folder) = std::env::var_os("MODES").map(std::path::PathBuf::from) else { return };
    let file = credenza_vault::VaultFile::at(folder.join("deep/vault/vault.db"))
        .with_runtime_dir(folder.join("run"))
        .with_state_dir(folder.join("state"));
    let (vault, _) = file.create(crate::bench::new_vault(false)).unwrap();
    vault.insert(vec![crate::bench::record("a")]).unwrap();
    vault.start_session(std::time::Duration::from_secs(60)).unwrap();
    vault.backup(&folder.join("copy.db")).unwrap();
    // Ends without locking, so that the log and its index stay to be looked at.
    std::process::exit(0);
}
