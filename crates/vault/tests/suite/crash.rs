//! Rule C1: a writer is killed at random moments; every change it acknowledged is there, and the vault verifies.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::time::Duration;

use credenza_vault::SessionKey;
use serde_json::json;
use uuid::Uuid;

use crate::bench::{Bench, keep, record};

const VAULTS: u32 = 10;
const KILLS_EACH: u32 = 50;

#[test]
fn c1_five_hundred_kills_lose_no_acknowledged_change() {
    let mut acknowledged_in_all = 0;
    for _ in 0..VAULTS {
        let bench = Bench::new();
        let (vault, id, session) = bench.with_record();
        drop(vault);
        for _ in 0..KILLS_EACH {
            acknowledged_in_all += one_kill(&bench, id, &session);
        }
    }
    // Three in four are killed after their first acknowledgement, however slow the machine is.
    assert!(acknowledged_in_all > u64::from(VAULTS * KILLS_EACH / 2), "the writers hardly got to write");
}

/// Lets a child write for a random while, kills it, and checks. Gives the number of acknowledged changes.
fn one_kill(bench: &Bench, id: Uuid, session: &SessionKey) -> u64 {
    let mut child = crate::child::spawn("crash::child_that_writes", bench, session, &[("ID", &id.to_string())]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut moment = [0u8; 2];
    getrandom::fill(&mut moment).unwrap();
    let moment = Duration::from_micros(u64::from(u16::from_le_bytes(moment)) % 16_000);
    // One in four is killed while it starts and unlocks, the others while they write.
    let mut said: Vec<String> = Vec::new();
    if !moment.as_micros().is_multiple_of(4) {
        said.extend(lines.by_ref().map_while(Result::ok).find(|line| number(line, "ack ").is_some()));
    }
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    said.extend(lines.map_while(Result::ok));
    let acks: Vec<u64> = said.iter().filter_map(|line| number(line, "ack ")).collect();

    let vault = bench.resume(session).expect("it opens after the kill");
    let report = vault.verify().unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let head = vault.head(id).unwrap();
    if let Some(last) = acks.last() {
        assert!(head.revision >= *last, "revision {last} was acknowledged, {} is there", head.revision);
        assert_eq!(head.meta["revision"], json!(head.revision), "no half of a change");
    }
    if let Some(last) = said.iter().rev().find_map(|line| number(line, "kept ")) {
        let token = vault.document("token", &id.to_string()).unwrap().unwrap();
        let token: u64 = String::from_utf8(token.to_vec()).unwrap().parse().unwrap();
        assert!(token >= last, "document {last} was acknowledged, {token} is there");
    }
    acks.len() as u64
}

fn number(line: &str, word: &str) -> Option<u64> {
    line.split(word).nth(1)?.split_whitespace().next()?.parse().ok()
}

#[test]
fn child_that_writes() {
    let Some(vault) = crate::child::vault() else { return };
    let id: Uuid = std::env::var("ID").unwrap().parse().unwrap();
    let mut out = std::io::stdout();
    loop {
        let head = vault.head(id).unwrap();
        let mut change = keep(&head);
        change.meta.insert("revision".into(), json!(head.revision + 1));
        let saved = vault.update(id, head.revision, change).unwrap();
        writeln!(out, "ack {}", saved.revision).unwrap();
        out.flush().unwrap();
        vault.put_document("token", &id.to_string(), saved.revision.to_string().as_bytes()).unwrap();
        writeln!(out, "kept {}", saved.revision).unwrap();
        if saved.revision % 7 == 0 {
            let added = vault.insert(vec![record(&format!("extra {}", saved.revision))]).unwrap();
            vault.remove(added[0]).unwrap();
        }
    }
}
