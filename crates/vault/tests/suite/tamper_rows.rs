//! Rule A2: every single bit of a record row, of its secrets, of a slot row and of the state row.

use credenza_vault::SessionKey;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use crate::bench::{Bench, record};

/// All values that differ from this one by one bit. Text is written as the bytes it is, valid or not.
fn flips(value: &Value) -> Vec<Value> {
    match value {
        Value::Integer(n) => (0..64).map(|bit| Value::Integer(n ^ (1i64 << bit))).collect(),
        Value::Blob(bytes) => bits(bytes).map(Value::Blob).collect(),
        Value::Text(text) => bits(text.as_bytes()).map(Value::Blob).collect(),
        other => panic!("no column holds {other:?}"),
    }
}

fn bits(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..bytes.len() * 8).map(|bit| {
        let mut bad = bytes.to_vec();
        bad[bit / 8] ^= 1 << (bit % 8);
        bad
    })
}

/// Flips every bit of every column of the row and expects each to be noticed.
fn every_bit_is_noticed(table: &str, filter: &str) {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    // As small as a record can be, so that all of it can be tried.
    let mut small = record("a");
    small.meta.clear();
    small.secrets.remove("proxy.password");
    vault.insert(vec![small]).unwrap();
    let session = vault.start_session(std::time::Duration::from_secs(60)).unwrap();
    drop(vault);
    let raw = bench.raw();
    assert!(clean(&bench, &session));
    let (mut tried, mut missed) = (0, Vec::new());
    for (column, text) in columns(&raw, table) {
        let read = format!("SELECT {column} FROM {table} WHERE {filter}");
        let good: Value = raw.query_row(&read, [], |r| r.get(0)).unwrap();
        let key: i64 = if table == "slots" {
            0
        } else {
            raw.query_row(&format!("SELECT rowid FROM {table} WHERE {filter}"), [], |r| r.get(0)).unwrap()
        };
        let place = if table == "slots" { "wrapped = ?2".to_owned() } else { "rowid = ?2".to_owned() };
        let anchor: Value = if table == "slots" && column != "wrapped" {
            raw.query_row(&format!("SELECT wrapped FROM slots WHERE {filter}"), [], |r| r.get(0)).unwrap()
        } else if table == "slots" {
            raw.query_row(&format!("SELECT salt FROM slots WHERE {filter}"), [], |r| r.get(0)).unwrap()
        } else {
            Value::Integer(key)
        };
        let place = if table == "slots" && column == "wrapped" { "salt = ?2".to_owned() } else { place };
        let cast = if text { "CAST(?1 AS TEXT)" } else { "?1" };
        let write = format!("UPDATE {table} SET {column} = {cast} WHERE {place}");
        for bad in flips(&good) {
            // The one row of the state has to keep its number; the table itself sees to that.
            if raw.execute(&write, params![bad, anchor]).is_err() {
                continue;
            }
            tried += 1;
            if clean(&bench, &session) {
                missed.push(format!("{column}: {bad:?}"));
            }
        }
        let back = format!("UPDATE {table} SET {column} = ?1 WHERE {place}");
        raw.execute(&back, params![good, anchor]).unwrap();
    }
    assert!(
        missed.is_empty(),
        "{} of {tried} flips were not noticed: {:?}",
        missed.len(),
        &missed[..missed.len().min(5)]
    );
    assert!(tried > 1_000, "only {tried} were tried");
    assert!(clean(&bench, &session), "and the row is as it was");
}

fn columns(raw: &Connection, table: &str) -> Vec<(String, bool)> {
    let mut statement = raw.prepare(&format!("SELECT name, type FROM pragma_table_info('{table}')")).unwrap();
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get::<_, String>(1)? == "TEXT"))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn clean(bench: &Bench, session: &SessionKey) -> bool {
    let look = || {
        let vault = bench.resume(session)?;
        let heads = vault.heads()?;
        vault.head_by_name("a")?;
        vault.secrets(heads[0].id)
    };
    look().is_ok_and(|secrets| secrets.len() == 1)
}

#[test]
fn a2_every_bit_of_a_record_row_is_noticed() {
    every_bit_is_noticed("records", "1");
}

#[test]
fn a2_every_bit_of_a_records_secrets_is_noticed() {
    every_bit_is_noticed("secrets", "1");
}

#[test]
fn a2_every_bit_of_the_unlocking_slots_row_is_noticed() {
    every_bit_is_noticed("slots", "kind = 1");
}

#[test]
fn a2_every_bit_of_another_slots_row_is_noticed() {
    every_bit_is_noticed("slots", "kind = 3");
}

#[test]
fn a2_every_bit_of_the_state_row_is_noticed() {
    every_bit_is_noticed("vault", "1");
}
