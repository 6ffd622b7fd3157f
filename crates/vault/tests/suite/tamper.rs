use credenza_vault::{Vault, VaultError};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::bench::{Bench, keep, record};

/// Whether unlocking, or the first look at everything, notices.
fn noticed(bench: &Bench, session: &credenza_vault::SessionKey) -> Result<(), VaultError> {
    let vault = bench.resume(session)?;
    vault.heads()?;
    for head in vault.heads()?.iter() {
        vault.secrets(head.id)?;
    }
    Ok(())
}

fn sql(conn: &Connection, text: &str) {
    conn.execute_batch(text).unwrap();
}

/// Runs each attack alone, expects it to be noticed as damage, and undoes it.
fn all_noticed(bench: &Bench, session: &credenza_vault::SessionKey, attacks: &[&str]) {
    noticed(bench, session).expect("clean before");
    for attack in attacks {
        let raw = bench.raw();
        let copy = std::fs::read(&bench.path).unwrap();
        sql(&raw, attack);
        sql(&raw, "PRAGMA wal_checkpoint(TRUNCATE)");
        drop(raw);
        let error = noticed(bench, session).expect_err(attack);
        assert_eq!(error.code(), "damaged", "{attack}: {error}");
        std::fs::write(&bench.path, copy).unwrap();
        noticed(bench, session).expect("clean again");
    }
}

#[test]
fn a5_a6_a14_swapped_deleted_and_added_rows_are_noticed() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    let mut other = record("Other");
    other.secrets.insert("auth.password".into(), crate::bench::secret("the-other-secret"));
    vault.insert(vec![other]).unwrap();
    drop(vault);
    let swap = |column: &str, table: &str, key: &str| {
        format!("UPDATE {table} SET {column} = (SELECT o.{column} FROM {table} o WHERE o.{key} <> {table}.{key})")
    };
    let one = "(SELECT id FROM records LIMIT 1)";
    all_noticed(
        &bench,
        &session,
        &[
            &swap("head", "records", "id"),
            "CREATE TEMP TABLE t AS SELECT * FROM secrets; UPDATE secrets SET envelope = (SELECT envelope FROM t WHERE t.record <> secrets.record)",
            "CREATE TEMP TABLE t AS SELECT * FROM records; UPDATE records SET head = (SELECT head FROM t WHERE t.id <> records.id), secrets = (SELECT secrets FROM t WHERE t.id <> records.id)",
            "CREATE TEMP TABLE t AS SELECT * FROM manifest; UPDATE manifest SET entry = (SELECT entry FROM t WHERE t.item <> manifest.item)",
            &format!("DELETE FROM records WHERE id = {one}"),
            &format!("DELETE FROM manifest WHERE item = {one}; DELETE FROM records WHERE id = {one};"),
            &format!("DELETE FROM secrets WHERE record = {one}"),
            "INSERT INTO records SELECT randomblob(16), type, class, revision, created_at, updated_at, secrets, head FROM records LIMIT 1",
            "INSERT INTO manifest SELECT randomblob(16), entry FROM manifest LIMIT 1",
            "UPDATE records SET revision = revision + 1",
            "UPDATE records SET type = 'webhook'",
            "UPDATE records SET class = 2",
            "UPDATE records SET updated_at = updated_at - 1",
            "UPDATE records SET head = zeroblob(0)",
            "UPDATE records SET head = substr(head, 1, length(head) - 1)",
            "DELETE FROM vault",
            "UPDATE vault SET name = 'Evil'",
            "UPDATE vault SET seq = seq + 1",
            "UPDATE slots SET label = 'x'",
            "DELETE FROM slots WHERE kind = 3",
        ],
    );
}

#[test]
fn a7_a_record_put_back_to_its_own_older_revision_is_noticed() {
    let bench = Bench::new();
    let (vault, id, session) = bench.with_record();
    let raw = bench.raw();
    for table in ["records", "secrets", "manifest", "history"] {
        sql(&raw, &format!("CREATE TEMP TABLE old_{table} AS SELECT * FROM {table}"));
    }
    vault.update(id, 1, keep(&vault.head(id).unwrap())).unwrap();
    drop(vault);
    let back = |tables: &[&str]| {
        for table in tables {
            sql(&raw, &format!("INSERT OR REPLACE INTO {table} SELECT * FROM old_{table}"));
        }
    };
    back(&["records", "secrets"]);
    assert_eq!(noticed(&bench, &session).unwrap_err().code(), "damaged", "the row is older than its manifest entry");
    back(&["manifest"]);
    assert_eq!(noticed(&bench, &session).unwrap_err().code(), "damaged", "the manifest is older than the state");
}

#[test]
fn a9_an_older_file_and_a_forked_file_are_noticed_where_the_newer_was_seen() {
    let bench = Bench::new();
    let (vault, id, session) = bench.with_record();
    drop(vault);
    let old = std::fs::read(&bench.path).unwrap();
    let vault = bench.resume(&session).unwrap();
    vault.update(id, 1, keep(&vault.head(id).unwrap())).unwrap();
    drop(vault);
    let new = std::fs::read(&bench.path).unwrap();

    std::fs::write(&bench.path, &old).unwrap();
    let error = bench.resume(&session).err().unwrap();
    assert!(matches!(error, VaultError::RolledBack { found, seen } if found < seen), "{error}");
    assert_eq!(error.code(), "damaged");

    // The same copy, changed by somebody who has the key on a machine that never saw the newer state.
    let away = bench.file().with_state_dir(bench.dir.path().join("elsewhere"));
    let fork = away.unlock(credenza_vault::Unlock::Session(&session)).expect("that machine cannot know");
    fork.update(id, 1, keep(&fork.head(id).unwrap())).unwrap();
    drop(fork);
    let error = bench.resume(&session).err().unwrap();
    assert!(matches!(error, VaultError::RolledBack { found, seen } if found == seen), "{error}");
    assert!(error.to_string().contains("other content"));

    std::fs::write(&bench.path, &new).unwrap();
    bench.resume(&session).expect("the true file is still welcome");
}

#[test]
fn a9_an_older_file_put_under_an_open_vault_is_noticed() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    let raw = bench.raw();
    sql(&raw, "CREATE TEMP TABLE old AS SELECT * FROM vault");
    vault.update(id, 1, keep(&vault.head(id).unwrap())).unwrap();
    sql(&raw, "INSERT OR REPLACE INTO vault SELECT * FROM old");
    assert!(matches!(vault.heads(), Err(VaultError::RolledBack { .. })));
}

#[test]
fn a10_planted_triggers_views_tables_and_columns_are_refused() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    drop(vault);
    let trigger = "CREATE TRIGGER t AFTER UPDATE ON records BEGIN DELETE FROM events; END";
    let view = "CREATE VIEW v AS SELECT * FROM records";
    all_noticed(
        &bench,
        &session,
        &[
            trigger,
            view,
            "CREATE TABLE extra (a)",
            "CREATE INDEX i ON records (type)",
            "ALTER TABLE records ADD COLUMN x TEXT",
            "ALTER TABLE events RENAME COLUMN body TO corpse",
            "DROP INDEX documents_kind",
            "DROP TABLE history",
            "ALTER TABLE events RENAME TO others; CREATE VIEW events AS SELECT * FROM others",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', 'NOT NULL DEFAULT 1') WHERE name = 'records'",
            "PRAGMA user_version = 0",
            "PRAGMA application_id = 0",
        ],
    );
}

#[test]
fn a4_a_newer_format_is_refused_with_its_number_and_nothing_is_changed() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    drop(vault);
    let raw = bench.raw();
    sql(&raw, "PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE);");
    drop(raw);
    let before = std::fs::read(&bench.path).unwrap();
    let errors = [bench.resume(&session).err().unwrap(), bench.file().status().unwrap_err()];
    for error in errors {
        assert!(matches!(error, VaultError::NewerFormat { found: 2, known: 1 }), "{error}");
        assert_eq!(error.code(), "damaged");
    }
    assert_eq!(std::fs::read(&bench.path).unwrap(), before);
}

#[test]
fn the_full_check_names_what_is_wrong_and_an_intact_vault_has_nothing_wrong() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    let report = vault.verify().unwrap();
    assert_eq!((report.records, report.secrets, report.slots), (1, 2, 2));
    assert!(report.problems.is_empty());
    let raw = bench.raw();
    let damage = |text: &str| raw.execute(text, params![id.as_bytes()]).unwrap();
    damage("DELETE FROM history WHERE record = ?1");
    assert!(names(&vault, &id), "a missing history");
    assert_eq!(vault.history(id).unwrap_err().code(), "damaged");
}

fn names(vault: &Vault, id: &Uuid) -> bool {
    vault.verify().unwrap().problems.iter().any(|p| p.contains(&id.to_string()))
}

#[test]
fn e2_each_zeroed_or_flipped_page_is_noticed() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    drop(vault);
    let good = std::fs::read(&bench.path).unwrap();
    let pages = good.len() / 4096;
    assert!(pages > 8);
    for page in 0..pages {
        for flip in [false, true] {
            let mut bad = good.clone();
            let part = &mut bad[page * 4096..(page + 1) * 4096];
            if flip {
                part.iter_mut().for_each(|b| *b = !*b)
            } else {
                part.fill(0)
            }
            std::fs::write(&bench.path, &bad).unwrap();
            let clean = bench.resume(&session).and_then(|v| v.verify()).is_ok_and(|r| r.problems.is_empty());
            assert!(!clean, "page {page}, flip {flip}");
        }
    }
    for length in [good.len() / 2, good.len() - 4096, 4096, 100, 1] {
        std::fs::write(&bench.path, &good[..length]).unwrap();
        let clean = bench.resume(&session).and_then(|v| v.verify()).is_ok_and(|r| r.problems.is_empty());
        assert!(!clean, "cut to {length}");
    }
    std::fs::write(&bench.path, &good).unwrap();
    assert!(bench.resume(&session).unwrap().verify().unwrap().problems.is_empty());
}

#[test]
fn a_foreign_change_to_one_of_many_records_opened_on_all_processors_is_noticed() {
    let bench = Bench::new();
    let (vault, _, session) = bench.with_record();
    vault
        .insert((0..3_000).map(|i| record(&format!("{} {i:04}", if i % 2 == 0 { "Mail" } else { "mail" }))).collect())
        .unwrap();
    let names = vault.map_heads(|head| (head.name.to_string(), head.meta.to_owned())).unwrap();
    let kept: Vec<_> = vault.heads().unwrap().iter().map(|h| (h.name.clone(), h.view().meta.to_owned())).collect();
    assert_eq!(names, kept);
    assert!(names.len() == 3_001 && names[1..].is_sorted_by_key(|(name, _)| name.to_lowercase()));
    drop(vault);
    for (attack, undo) in [
        (
            "UPDATE records SET revision = revision + 1 WHERE rowid = 2900",
            "UPDATE records SET revision = revision - 1 WHERE rowid = 2900",
        ),
        (
            "UPDATE records SET type = type || 'x' WHERE rowid = 17",
            "UPDATE records SET type = substr(type, 1, length(type) - 1) WHERE rowid = 17",
        ),
    ] {
        sql(&bench.raw(), attack);
        let error = bench.resume(&session).and_then(|vault| vault.map_heads(|_| ())).expect_err(attack);
        assert_eq!(error.code(), "damaged", "{attack}: {error}");
        sql(&bench.raw(), undo);
        assert_eq!(bench.resume(&session).unwrap().map_heads(|_| ()).unwrap().len(), 3_001);
    }
}
