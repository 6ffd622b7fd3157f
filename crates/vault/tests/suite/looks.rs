//! What a look at the vault found is good for that very state, on this machine, and for nobody who has no key.

use std::time::Duration;

use credenza_vault::{Clock, Look, Unlock, VaultError};
use jiff::Timestamp;

use crate::bench::{Bench, PASSPHRASE, passphrase, record};

const NEXT: &str = "2026-03-20T00:00:00Z";

fn next() -> Timestamp {
    NEXT.parse().unwrap()
}

/// A vault whose last look found that nothing is due before [`NEXT`].
fn looked() -> Bench {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.insert(vec![record("Office mail")]).unwrap();
    let mark = vault.mark().unwrap();
    vault.remember_look(&mark, Look { next_due: Some(next()), at: bench.clock.now() }).unwrap();
    bench
}

fn nothing_due(bench: &Bench) -> bool {
    let passphrase = passphrase(PASSPHRASE);
    bench.file().peek(Unlock::Passphrase(&passphrase)).unwrap().nothing_due(bench.clock.now())
}

fn look_file(bench: &Bench) -> std::path::PathBuf {
    let folder = bench.dir.path().join("state").join("looks");
    std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn nothing_is_due_until_the_moment_that_the_look_named() {
    let bench = looked();
    assert!(nothing_due(&bench));
    bench.clock.advance(Duration::from_secs(18 * 24 * 3600));
    assert!(nothing_due(&bench), "the 19th");
    bench.clock.advance(Duration::from_secs(16 * 3600));
    assert!(!nothing_due(&bench), "the 20th has come");
}

#[test]
fn whatever_is_written_makes_the_look_worthless() {
    let bench = looked();
    let vault = bench.unlock().unwrap();
    vault.put_document("kind", "key", b"body").unwrap();
    assert!(vault.last_look().is_some(), "that there was a look stays known");
    drop(vault);
    assert!(!nothing_due(&bench));
}

#[test]
fn a_mark_from_before_a_change_fits_no_later_state() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let mark = vault.mark().unwrap();
    vault.insert(vec![record("Office mail")]).unwrap();
    vault.remember_look(&mark, Look { next_due: None, at: bench.clock.now() }).unwrap();
    drop(vault);
    assert!(!nothing_due(&bench));
}

#[test]
fn a_file_that_was_changed_or_is_another_vaults_counts_for_nothing() {
    let bench = looked();
    let path = look_file(&bench);
    let stored = std::fs::read_to_string(&path).unwrap();
    let later = stored.replace("\"next_due\":", "\"next_due\":9");
    assert_ne!(stored, later);
    std::fs::write(&path, later).unwrap();
    assert!(!nothing_due(&bench), "a later moment was written in");
    assert!(bench.unlock().unwrap().last_look().is_none());
    std::fs::write(&path, "{").unwrap();
    assert!(!nothing_due(&bench));
    let other = looked();
    std::fs::copy(look_file(&other), &path).unwrap();
    assert!(!nothing_due(&bench));
    std::fs::write(&path, stored).unwrap();
    assert!(nothing_due(&bench), "the one it wrote itself is good");
}

#[test]
fn a_look_is_noted_without_reading_and_goes_on_to_the_whole_vault() {
    let bench = looked();
    bench.clock.advance(Duration::from_secs(3600));
    let passphrase = passphrase(PASSPHRASE);
    let peek = bench.file().peek(Unlock::Passphrase(&passphrase)).unwrap();
    peek.note_look(bench.clock.now()).unwrap();
    assert_eq!(peek.operator().name, "ada");
    let vault = peek.open().unwrap();
    assert_eq!(vault.last_look(), Some(Look { next_due: Some(next()), at: bench.clock.now() }));
    assert_eq!(vault.heads().unwrap().len(), 1);
}

#[test]
fn peeking_refuses_what_unlocking_refuses() {
    let bench = looked();
    let wrong = credenza_vault::Passphrase::new("wrong".to_owned().into());
    assert!(matches!(bench.file().peek(Unlock::Passphrase(&wrong)), Err(VaultError::WrongKey)));
    let kept = bench.dir.path().join("older.db");
    std::fs::copy(&bench.path, &kept).unwrap();
    let vault = bench.unlock().unwrap();
    vault.put_document("kind", "key", b"body").unwrap();
    drop(vault);
    std::fs::copy(&kept, &bench.path).unwrap();
    let passphrase = passphrase(PASSPHRASE);
    let peeked = bench.file().peek(Unlock::Passphrase(&passphrase));
    assert!(matches!(peeked, Err(VaultError::RolledBack { .. })), "an older file was put back");
}
