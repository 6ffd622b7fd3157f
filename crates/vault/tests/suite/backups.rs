use credenza_vault::{Unlock, VaultError};

use crate::bench::{Bench, PASSPHRASE, keep, passphrase, record};

#[test]
fn a_backup_taken_while_in_use_is_complete_and_opens_by_itself() {
    let bench = Bench::new();
    let (vault, id, session) = bench.with_record();
    let writer = bench.resume(&session).unwrap();
    let copy = bench.dir.path().join("copy.db");
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            for revision in 1..=30 {
                writer.update(id, revision, keep(&writer.head(id).unwrap())).unwrap();
            }
        });
        vault.backup(&copy).unwrap()
    });
    assert_eq!(report.records, 1);
    assert_eq!(report.size_bytes, std::fs::metadata(&copy).unwrap().len());
    let elsewhere = Bench::new();
    let opened = elsewhere.file_at(copy).unlock(Unlock::Passphrase(&passphrase(PASSPHRASE))).unwrap();
    let checked = opened.verify().unwrap();
    assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    assert_eq!(checked.events, report.events);
    assert_eq!(vault.head(id).unwrap().revision, 31, "and the writer was not disturbed");
}

#[test]
fn e5_a_backup_never_overwrites_and_leaves_nothing_behind_when_it_fails() {
    let bench = Bench::new();
    let (vault, _, _) = bench.with_record();
    let copy = bench.dir.path().join("copy.db");
    vault.backup(&copy).unwrap();
    let before = std::fs::read(&copy).unwrap();
    assert!(matches!(vault.backup(&copy), Err(VaultError::Exists(_))));
    assert_eq!(std::fs::read(&copy).unwrap(), before);
    let nowhere = bench.dir.path().join("missing").join("copy.db");
    assert_eq!(vault.backup(&nowhere).unwrap_err().code(), "io");
    assert!(matches!(vault.backup(&bench.path), Err(VaultError::Exists(_))), "not onto itself");
    let left = std::fs::read_dir(bench.dir.path()).unwrap().flatten();
    assert_eq!(left.filter(|e| e.file_name().to_string_lossy().contains("partial")).count(), 0);
}

#[cfg(unix)]
#[test]
fn e5_a_link_in_the_backups_place_is_not_followed() {
    let bench = Bench::new();
    let (vault, _, _) = bench.with_record();
    let target = bench.dir.path().join("precious");
    std::fs::write(&target, "precious").unwrap();
    let link = bench.dir.path().join("copy.db");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    assert!(matches!(vault.backup(&link), Err(VaultError::Exists(_))));
    assert_eq!(std::fs::read(&target).unwrap(), b"precious");
}

#[test]
fn e7_a_backup_from_before_a_passphrase_change_opens_with_the_old_passphrase() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.insert(vec![record("a")]).unwrap();
    let copy = bench.dir.path().join("copy.db");
    vault.backup(&copy).unwrap();
    let old = vault.unlocked_with().id;
    vault.add_passphrase_slot(vault.operator(), &passphrase("a whole new phrase")).unwrap();
    vault.remove_slot(old).unwrap();
    let elsewhere = Bench::new();
    elsewhere.file_at(copy).unlock(Unlock::Passphrase(&passphrase(PASSPHRASE))).unwrap();
}
