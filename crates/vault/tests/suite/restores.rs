use std::path::PathBuf;

use credenza_vault::{EventAction, EventFilter, Operator, Role, Unlock, VaultError};

use crate::bench::{Bench, PASSPHRASE, keep, passphrase, record};

/// A vault with a backup from before its last change.
fn backed_up(bench: &Bench) -> (uuid::Uuid, PathBuf) {
    let (vault, id, _) = bench.with_record();
    let copy = bench.dir.path().join("copy.db");
    vault.backup(&copy).unwrap();
    let mut change = keep(&vault.head(id).unwrap());
    change.name = "After the backup".into();
    vault.update(id, 1, change).unwrap();
    (id, copy)
}

#[test]
fn a_restore_brings_the_backup_back_keeps_the_replaced_file_and_is_no_rollback() {
    let bench = Bench::new();
    let (id, copy) = backed_up(&bench);
    let phrase = passphrase(PASSPHRASE);
    let report = bench.file().restore(&copy, Unlock::Passphrase(&phrase)).unwrap();
    assert_eq!(report.records, 1);
    let vault = bench.unlock().unwrap();
    assert_eq!(vault.head(id).unwrap().name, "Office mail");
    let newest = &vault.events(&EventFilter { limit: Some(1), ..Default::default() }).unwrap()[0];
    assert_eq!(newest.action, EventAction::VaultRestored);
    assert_eq!(newest.seq, report.events);
    assert!(vault.verify().unwrap().problems.is_empty());
    let replaced = bench.file_at(report.replaced.unwrap());
    let other_machine = Bench::new().dir.path().join("state");
    let old = replaced.with_state_dir(other_machine).unlock(Unlock::Passphrase(&phrase)).unwrap();
    assert_eq!(old.head(id).unwrap().name, "After the backup");
    assert!(copy.exists(), "the backup itself is still there");
    drop(vault);
    let raw = bench.raw();
    let mode: String = raw.query_row("PRAGMA journal_mode", [], |r| r.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn a_restore_where_nothing_was_makes_the_vault() {
    let bench = Bench::new();
    let (id, copy) = backed_up(&bench);
    let elsewhere = Bench::new();
    let report = elsewhere.file().restore(&copy, Unlock::Passphrase(&passphrase(PASSPHRASE))).unwrap();
    assert_eq!(report.replaced, None);
    assert_eq!(elsewhere.unlock().unwrap().head(id).unwrap().name, "Office mail");
}

#[test]
fn e6_tampered_foreign_and_locked_backups_are_refused_and_the_vault_is_as_it_was() {
    let bench = Bench::new();
    let (id, copy) = backed_up(&bench);
    let good = std::fs::read(&copy).unwrap();
    let before = std::fs::read(&bench.path).unwrap();
    let phrase = passphrase(PASSPHRASE);
    let restore = |with: Unlock<'_>| bench.file().restore(&copy, with).map(drop).unwrap_err();
    let attacks = [
        "DELETE FROM events WHERE seq = 1",
        "UPDATE secrets SET envelope = zeroblob(length(envelope))",
        "DELETE FROM records",
        "UPDATE history SET body = zeroblob(40)",
        "CREATE TABLE extra (a)",
        "UPDATE vault SET name = 'x'",
    ];
    for attack in attacks {
        rusqlite::Connection::open(&copy).unwrap().execute_batch(attack).unwrap();
        let error = restore(Unlock::Passphrase(&phrase));
        assert_eq!(error.code(), "damaged", "{attack}: {error}");
        std::fs::write(&copy, &good).unwrap();
    }
    assert!(matches!(restore(Unlock::Passphrase(&passphrase("wrong horse"))), VaultError::WrongKey));
    std::fs::write(&copy, b"not a database, but long enough to look at").unwrap();
    assert!(matches!(restore(Unlock::Passphrase(&phrase)), VaultError::NotAVault { .. }));
    std::fs::remove_file(&copy).unwrap();
    assert!(matches!(restore(Unlock::Passphrase(&phrase)), VaultError::NotFound { .. }));
    drop(Bench::new().file_at(copy.clone()).create(crate::bench::new_vault(false)).unwrap());
    let error = restore(Unlock::Passphrase(&phrase));
    assert_eq!(error.field(), Some("backup"), "another vault's backup: {error}");
    assert_eq!(std::fs::read(&bench.path).unwrap(), before);
    assert_eq!(bench.unlock().unwrap().head(id).unwrap().name, "After the backup");
    let left = std::fs::read_dir(bench.path.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "no drafts are left");
}

#[test]
fn d6_a_restore_is_refused_while_another_has_the_vault_open() {
    let bench = Bench::new();
    let (id, copy) = backed_up(&bench);
    let open = bench.unlock().unwrap();
    let phrase = passphrase(PASSPHRASE);
    assert!(matches!(bench.file().restore(&copy, Unlock::Passphrase(&phrase)), Err(VaultError::Busy)));
    open.update(id, 2, keep(&open.head(id).unwrap())).expect("it is not disturbed");
    drop(open);
    bench.file().restore(&copy, Unlock::Passphrase(&phrase)).unwrap();
}

#[test]
fn a_damaged_vault_can_be_replaced_by_its_backup() {
    let bench = Bench::new();
    let (id, copy) = backed_up(&bench);
    std::fs::write(&bench.path, vec![7; 50_000]).unwrap();
    let phrase = passphrase(PASSPHRASE);
    let report = bench.file().restore(&copy, Unlock::Passphrase(&phrase)).unwrap();
    assert_eq!(std::fs::read(report.replaced.unwrap()).unwrap(), vec![7; 50_000]);
    assert_eq!(bench.unlock().unwrap().head(id).unwrap().name, "Office mail");
}

#[test]
fn a_helpdesk_slot_restores_nothing() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.insert(vec![record("a")]).unwrap();
    let helpdesk = Operator { name: "hel".into(), role: Role::Helpdesk };
    vault.add_passphrase_slot(helpdesk, &passphrase("helpdesk phrase")).unwrap();
    let copy = bench.dir.path().join("copy.db");
    vault.backup(&copy).unwrap();
    drop(vault);
    let error = bench.file().restore(&copy, Unlock::Passphrase(&passphrase("helpdesk phrase"))).unwrap_err();
    assert!(matches!(error, VaultError::Forbidden(_)), "{error}");
}
