//! Rules M1 and E8: no secret, name or note in any file in readable form.

use std::path::Path;

use base64::Engine;
use credenza_vault::SecretChange;
use serde_json::json;

use crate::bench::{Bench, PASSPHRASE, keep, record, secret};

/// The encodings in which a leaked value might stand in a file.
fn encodings(value: &str) -> Vec<Vec<u8>> {
    let hex: String = value.bytes().map(|b| format!("{b:02x}")).collect();
    vec![
        value.as_bytes().to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(value).into_bytes(),
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value).into_bytes(),
        value.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        value.bytes().rev().collect(),
    ]
}

fn hits(folder: &Path, value: &str) -> Vec<String> {
    let needles = encodings(value);
    let mut out = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap();
            for needle in needles.iter().filter(|n| bytes.windows(n.len()).any(|w| w == &n[..])) {
                out.push(format!("{} in {}", String::from_utf8_lossy(needle), entry.path().display()));
            }
        }
    }
    out
}

#[test]
fn m1_canaries_are_in_no_file_while_open_after_locking_and_after_removal() {
    let bench = Bench::new();
    let (vault, code) = bench.create();
    let canaries =
        ["S3CRET-canary-9f81", "second-CANARY-77aa", "Name-canary-4c1d", "note-canary-e0e0", "document-canary-51"];
    let mut new = record(canaries[2]);
    new.secrets.insert("auth.password".into(), secret(canaries[0]));
    new.meta.insert("notes".into(), json!(canaries[3]));
    let id = vault.insert(vec![new]).unwrap()[0];
    let mut change = keep(&vault.head(id).unwrap());
    change.secrets.insert("other.field-canary".into(), SecretChange::Replace(secret(canaries[1])));
    vault.update(id, 1, change).unwrap();
    vault.put_document("kind-canary-aa", "key-canary-bb", canaries[4].as_bytes()).unwrap();
    vault.start_session(std::time::Duration::from_secs(60)).unwrap();
    vault.backup(&bench.dir.path().join("copy.db")).unwrap();
    let all = canaries.iter().copied().chain([
        PASSPHRASE,
        code.expose(),
        "other.field-canary",
        "auth.password",
        "kind-canary-aa",
        "key-canary-bb",
        "****9f81",
    ]);
    for canary in all.clone() {
        assert_eq!(hits(bench.dir.path(), canary), [""; 0], "while open");
    }
    drop(vault);
    for canary in all {
        assert_eq!(hits(bench.dir.path(), canary), [""; 0], "after locking");
    }
    let needle = hits(bench.dir.path(), "mail_server");
    assert!(!needle.is_empty(), "the search itself finds what is in the clear");
}

#[test]
fn e8_a_removed_records_ciphertext_is_gone_from_the_live_file() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    let raw = bench.raw();
    let head: Vec<u8> = raw.query_row("SELECT head FROM records", [], |r| r.get(0)).unwrap();
    let envelope: Vec<u8> = raw.query_row("SELECT envelope FROM secrets", [], |r| r.get(0)).unwrap();
    drop(raw);
    vault.remove(id).unwrap();
    drop(vault);
    let file = std::fs::read(&bench.path).unwrap();
    for gone in [head, envelope] {
        assert!(!file.windows(32).any(|w| w == &gone[gone.len() - 32..]));
    }
    let left = std::fs::read_dir(bench.path.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "and no log is left beside it");
}

#[test]
fn m4_debug_texts_of_what_holds_secrets_show_none() {
    let new = record("a");
    let texts = [format!("{new:?}"), format!("{:?}", SecretChange::Replace(secret("hunter2-abcd1234")))];
    for text in texts {
        assert!(!text.contains("hunter2"), "{text}");
    }
}
