//! Group C: disks that are full and folders that cannot be written.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

use credenza_vault::{SessionKey, Unlock, VaultError, VaultFile};

use crate::bench::{Bench, plain, record, secret};

#[test]
fn c6_a_full_disk_is_named_and_loses_nothing() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    drop(vault);
    let blocks = std::fs::metadata(&bench.path).unwrap().len() / 512 + 200;
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$1\" --exact --nocapture")])
        .arg(std::env::current_exe().unwrap())
        .arg("faults::child_that_fills_the_disk");
    crate::child::equip(&mut command, &bench, &session);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let added: usize = said.split("added ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    assert!(added > 0, "some fitted before it was full");
    let vault = bench.resume(&session).unwrap();
    assert_eq!(vault.heads().unwrap().len(), added + 1, "every acknowledged record, and no other");
    assert!(vault.verify().unwrap().problems.is_empty());
    vault.insert(vec![record("once there is space again")]).unwrap();
}

#[test]
fn child_that_fills_the_disk() {
    let Some(vault) = crate::child::vault() else { return };
    for added in 0.. {
        let mut large = record(&format!("large {added}"));
        large.secrets.insert("auth.password".into(), secret(&"x".repeat(10_000)));
        if let Err(e) = vault.insert(vec![large]) {
            assert_eq!(e.code(), "io", "{e}");
            assert_eq!(vault.heads().unwrap().len(), added + 1, "reading goes on");
            println!("added {added}");
            return;
        }
    }
}

#[test]
fn c7_a_read_only_folder_opens_for_reading_and_every_change_says_why_it_cannot() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    drop(vault);
    let mode = |path: &std::path::Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = bench.path.parent().unwrap();
    let run = bench.dir.path().join("run");
    let exe = bench.dir.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &exe).unwrap();
    for (path, bits) in [(bench.dir.path(), 0o755), (&run, 0o755), (folder, 0o555), (&bench.path, 0o444), (&exe, 0o755)]
    {
        mode(path, bits);
    }
    for entry in std::fs::read_dir(&run).unwrap().flatten() {
        mode(&entry.path(), 0o644);
    }
    let mut command = Command::new(&exe);
    command
        .args(["faults::child_in_a_read_only_folder", "--exact", "--nocapture"])
        .env("READ_ONLY", "1")
        .current_dir("/");
    crate::child::equip(&mut command, &bench, &session);
    if std::fs::metadata(&bench.path).unwrap().uid() == 0 {
        // Modes mean nothing to root, so the child is somebody else.
        command.uid(65534).gid(65534);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    mode(folder, 0o755);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("read only it was"), "{said}");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "nothing was written");
}

#[test]
fn child_in_a_read_only_folder() {
    if std::env::var_os("READ_ONLY").is_none() {
        return;
    }
    let vault = crate::child::vault().unwrap();
    assert!(vault.is_read_only());
    let id = vault.heads().unwrap()[0].id;
    assert_eq!(plain(&vault.secret(id, "auth.password").unwrap()), "hunter2-abcd1234");
    assert!(vault.verify().unwrap().problems.is_empty());
    let path = std::path::PathBuf::from(std::env::var_os("VAULT").unwrap());
    let error = vault.rename("x").unwrap_err();
    assert!(matches!(&error, VaultError::ReadOnly(p) if *p == path), "{error}");
    assert_eq!(error.code(), "io");
    assert!(matches!(vault.insert(vec![record("x")]), Err(VaultError::ReadOnly(_))));
    let beside = VaultFile::at(path.with_file_name("new.db")).create(crate::bench::new_vault(false)).err().unwrap();
    assert!(matches!(beside, VaultError::ReadOnly(_)), "{beside}");
    println!("read only it was");
}

#[test]
fn c8_too_few_file_descriptors_are_an_error_and_no_crash() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    drop(vault);
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -n 5; exec \"$0\" \"$1\" --exact --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .arg("faults::child_without_descriptors")
        .env("FEW", "1");
    crate::child::equip(&mut command, &bench, &session);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(bench.resume(&session).unwrap().verify().unwrap().problems.is_empty());
}

#[test]
fn child_without_descriptors() {
    if std::env::var_os("FEW").is_none() {
        return;
    }
    let session = SessionKey::new(secret(&std::env::var("SESSION").unwrap()));
    let file = VaultFile::at(std::env::var_os("VAULT").unwrap())
        .with_runtime_dir(std::env::var_os("RUN").unwrap().into())
        .with_state_dir(std::env::var_os("STATE").unwrap().into());
    let held: Vec<_> = std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).take(100).collect();
    let error = file.unlock(Unlock::Session(&session)).err().expect("no descriptor is left");
    assert!(matches!(error.code(), "io" | "locked"), "{error}");
    drop(held);
}
