use std::sync::Arc;
use std::time::{Duration, Instant};

use credenza_vault::{Vault, VaultError};
use rusqlite::params;
use serde_json::json;
use uuid::Uuid;

use crate::bench::{Bench, keep, passphrase, record};

fn count(vault: &Vault, id: Uuid) -> u64 {
    vault.head(id).unwrap().meta.get("count").and_then(serde_json::Value::as_u64).unwrap_or(0)
}

/// Adds one, as often as it takes; gives how often somebody else was first.
fn add_one(vault: &Vault, id: Uuid) -> u32 {
    for turn in 0.. {
        let head = vault.head(id).unwrap();
        let mut change = keep(&head);
        let next = change.meta.get("count").and_then(serde_json::Value::as_u64).unwrap_or(0) + 1;
        change.meta.insert("count".into(), json!(next));
        match vault.update(id, head.revision, change) {
            Ok(_) => return turn,
            Err(VaultError::ChangedElsewhere(_) | VaultError::Busy) => {}
            Err(e) => panic!("{e}"),
        }
    }
    unreachable!()
}

#[test]
fn an_edit_based_on_an_old_revision_is_refused_and_the_other_one_stands() {
    let bench = Bench::new();
    let (first, id, session) = bench.with_record();
    let second = bench.resume(&session).unwrap();
    let stale = second.head(id).unwrap();
    let mut change = keep(&stale);
    change.name = "Renamed".into();
    first.update(id, 1, change).unwrap();
    let error = second.update(id, stale.revision, keep(&stale)).unwrap_err();
    assert!(matches!(error, VaultError::ChangedElsewhere(_)));
    assert_eq!(error.code(), "conflict");
    assert_eq!(second.head(id).unwrap().name, "Renamed", "the other's change is seen at once");
    assert_eq!(second.heads().unwrap()[0].name, "Renamed");
}

#[test]
fn d1_two_handles_and_four_threads_lose_no_update() {
    let bench = Bench::new();
    let (first, id, session) = bench.with_record();
    let handles: Vec<Arc<Vault>> = vec![Arc::new(first), Arc::new(bench.resume(&session).unwrap())];
    const EACH: u64 = 25;
    std::thread::scope(|scope| {
        for i in 0..4 {
            let vault = handles[i % 2].clone();
            scope.spawn(move || {
                for _ in 0..EACH {
                    add_one(&vault, id);
                }
            });
        }
    });
    for vault in &handles {
        assert_eq!(count(vault, id), 4 * EACH);
        assert!(vault.verify().unwrap().problems.is_empty());
    }
    assert_eq!(handles[0].history(id).unwrap().len() as u64, 4 * EACH + 1);
}

#[test]
fn d1_two_processes_lose_no_update() {
    let bench = Bench::new();
    let (vault, id, session) = bench.with_record();
    const EACH: u64 = 100;
    let children: Vec<_> = (0..2)
        .map(|_| {
            crate::child::spawn(
                "concurrency::child_that_counts",
                &bench,
                &session,
                &[("COUNT", &EACH.to_string()), ("ID", &id.to_string())],
            )
        })
        .collect();
    for _ in 0..EACH {
        add_one(&vault, id);
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(count(&vault, id), 3 * EACH);
    assert!(vault.verify().unwrap().problems.is_empty());
}

#[test]
fn child_that_counts() {
    let Some(vault) = crate::child::vault() else { return };
    let id = std::env::var("ID").unwrap().parse().unwrap();
    let times: u32 = std::env::var("COUNT").unwrap().parse().unwrap();
    for _ in 0..times {
        add_one(&vault, id);
    }
}

#[test]
fn a_name_taken_by_another_handle_is_taken() {
    let bench = Bench::new();
    let (first, _, session) = bench.with_record();
    let second = bench.resume(&session).unwrap();
    first.insert(vec![record("Shared")]).unwrap();
    assert!(matches!(second.insert(vec![record("SHARED")]), Err(VaultError::NameTaken { .. })));
    assert_eq!(second.head_by_name("shared").unwrap().name, "Shared");
}

#[test]
fn d2_a_writer_that_hangs_makes_others_busy_after_five_seconds_and_reading_goes_on() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    let raw = bench.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(vault.heads().unwrap().len(), 1);
    let begin = Instant::now();
    let error = vault.rename("x").unwrap_err();
    assert!(matches!(error, VaultError::Busy), "{error}");
    assert_eq!(error.code(), "conflict");
    assert!((Duration::from_secs(4)..Duration::from_secs(7)).contains(&begin.elapsed()));
    assert_eq!(vault.head(id).unwrap().revision, 1);
    raw.execute_batch("COMMIT").unwrap();
    vault.rename("x").unwrap();
}

#[test]
fn a_change_made_by_a_foreign_program_without_the_key_is_noticed_by_an_open_vault() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    vault.heads().unwrap();
    let raw = bench.raw();
    raw.execute("UPDATE vault SET seq = seq + 5", params![]).unwrap();
    assert_eq!(vault.heads().unwrap_err().code(), "damaged");
    assert_eq!(vault.update(id, 1, keep(&record_head())).unwrap_err().code(), "damaged");
    assert!(!vault.verify().unwrap().problems.is_empty());
}

fn record_head() -> credenza_vault::RecordHead {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    vault.head(id).unwrap()
}

#[cfg(unix)]
#[test]
fn a_file_replaced_under_an_open_vault_is_noticed_before_a_change_is_lost_in_it() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    let copy = bench.dir.path().join("copy.db");
    vault.backup(&copy).unwrap();
    std::fs::rename(&copy, &bench.path).unwrap();
    let error = vault.update(id, 1, keep(&vault.head(id).unwrap())).unwrap_err();
    assert!(matches!(error, VaultError::ChangedElsewhere(_)), "{error}");
}

#[test]
fn many_threads_may_unlock_at_once() {
    let bench = Bench::new();
    drop(bench.create());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                bench.file().unlock(credenza_vault::Unlock::Passphrase(&passphrase(crate::bench::PASSPHRASE))).unwrap()
            });
        }
    });
}

#[test]
fn d1_a_document_that_somebody_else_changed_since_it_was_read_is_not_written_over() {
    let bench = Bench::new();
    let (first, id, session) = bench.with_record();
    let second = bench.resume(&session).unwrap();
    let put = |vault: &Vault, seen: Option<&[u8]>, body: &[u8]| {
        let mut batch = credenza_vault::Batch::new();
        batch.unless_changed("k", "v", seen);
        batch.event(credenza_vault::EventAction::VaultLocked);
        batch.document("k", "v", body.to_vec());
        vault.commit(batch)
    };
    put(&first, None, b"one").unwrap();
    let events = first.verify_events().unwrap();
    let late = put(&second, None, b"two").unwrap_err();
    assert!(matches!(late, VaultError::Overtaken), "{late}");
    assert_eq!(late.code(), "conflict");
    assert_eq!(second.verify_events().unwrap().checked, events.checked, "nothing of the batch was written");
    put(&second, Some(b"one"), b"two").unwrap();
    assert!(matches!(put(&first, Some(b"one"), b"three").unwrap_err(), VaultError::Overtaken));
    assert_eq!(first.document("k", "v").unwrap().unwrap().as_slice(), b"two");

    first.remove(id).unwrap();
    let mut batch = credenza_vault::Batch::new();
    batch.while_there(id);
    batch.document("k", &id.to_string(), b"late".to_vec());
    assert!(matches!(second.commit(batch).unwrap_err(), VaultError::NotFound { .. }));
    assert!(second.document("k", &id.to_string()).unwrap().is_none(), "a removed record leaves nothing behind");
}
