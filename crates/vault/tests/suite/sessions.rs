use std::time::Duration;

use credenza_vault::{SessionKey, Unlock, VaultError};

use crate::bench::{Bench, passphrase, plain, secret};

#[test]
fn a_session_opens_the_vault_until_its_time_is_over() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    let session = vault.start_session(Duration::from_secs(900)).unwrap();
    drop(vault);
    bench.clock.advance(Duration::from_secs(899));
    let vault = bench.resume(&SessionKey::new(secret(session.expose()))).unwrap();
    assert_eq!(plain(&vault.secret(id, "auth.password").unwrap()), "hunter2-abcd1234");
    bench.clock.advance(Duration::from_secs(1));
    let error = bench.resume(&session).err().unwrap();
    assert!(matches!(error, VaultError::SessionEnded));
    assert_eq!(error.code(), "locked");
    assert_eq!(vault.heads().unwrap().len(), 1, "a vault already unlocked stays so");
}

#[test]
fn an_end_time_moved_in_the_file_ends_the_session() {
    let bench = Bench::new();
    let (_vault, _, session) = bench.with_record();
    let file = std::fs::read_dir(bench.dir.path().join("run")).unwrap().flatten().next().unwrap().path();
    let text = std::fs::read_to_string(&file).unwrap();
    let mut stored: serde_json::Value = serde_json::from_str(&text).unwrap();
    let end = stored["ends_at"].as_i64().unwrap();
    stored["ends_at"] = (end + 1_000_000_000).into();
    std::fs::write(&file, stored.to_string()).unwrap();
    assert!(matches!(bench.resume(&session), Err(VaultError::SessionEnded)));
    std::fs::write(&file, text).unwrap();
    bench.resume(&session).unwrap();
}

#[test]
fn lock_ends_all_sessions_of_this_vault_and_no_other() {
    let (bench, other) = (Bench::new(), Bench::new());
    let (vault, _, first) = bench.with_record();
    let second = vault.start_session(Duration::from_secs(60)).unwrap();
    let foreign_file = || other.file().with_runtime_dir(bench.dir.path().join("run"));
    let (foreign, _) = foreign_file().create(crate::bench::new_vault(false)).unwrap();
    let theirs = foreign.start_session(Duration::from_secs(60)).unwrap();
    assert_eq!(bench.file().end_sessions().unwrap(), 2);
    for session in [first, second] {
        assert!(matches!(bench.resume(&session), Err(VaultError::SessionEnded)));
    }
    foreign_file().unlock(Unlock::Session(&theirs)).unwrap();
    assert_eq!(bench.file().end_sessions().unwrap(), 0);
}

#[test]
fn nonsense_in_the_environment_is_an_ended_session() {
    let bench = Bench::new();
    let (_vault, _, session) = bench.with_record();
    let cut = &session.expose()[..session.expose().len() - 1];
    for text in ["", "x", "cs1.", "cs1.AAAA", "../../etc/passwd", cut, &"cs1.A".repeat(1000)] {
        assert!(matches!(bench.resume(&SessionKey::new(secret(text))), Err(VaultError::SessionEnded)), "{text}");
    }
}

#[test]
fn removing_a_slot_ends_its_sessions() {
    let bench = Bench::new();
    let (vault, _, _) = bench.with_record();
    vault.add_passphrase_slot(vault.operator(), &passphrase("second passphrase")).unwrap();
    let other = bench.unlock_with("second passphrase").unwrap();
    let session = other.start_session(Duration::from_secs(60)).unwrap();
    vault.remove_slot(other.unlocked_with().id).unwrap();
    assert!(matches!(bench.resume(&session), Err(VaultError::SessionEnded)));
}

#[test]
fn lifetimes_have_bounds() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    for bad in [Duration::ZERO, Duration::from_secs(8 * 24 * 3600), Duration::MAX] {
        assert_eq!(vault.start_session(bad).err().and_then(|e| e.field().map(str::to_owned)).as_deref(), Some("for"));
    }
}
