//! Times the vault at size: `cargo run --release -p credenza-vault --example scale [RECORDS]`.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use credenza_vault::{
    Class, EndpointDigest, EventAction, KdfParams, NewRecord, NewVault, Passphrase, RecordChange, SecretChange,
    SessionKey, Unlock, VaultFile,
};
use secrecy::SecretString;
use serde_json::json;

fn timed<T>(what: &str, f: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let out = f();
    println!("{what:<44} {:>10.2} ms", begin.elapsed().as_secs_f64() * 1e3);
    out
}

fn secret(text: String) -> SecretString {
    SecretString::from(text)
}

fn record(i: usize) -> NewRecord {
    let meta = json!({
        "description": format!("ERP alerts of branch {i}"), "host": format!("smtp{i}.example.com"), "port": 587,
        "owner": "Ops", "location": "Rack 4", "notes": "Renew with the provider's portal, ask Ops first.",
        "tags": ["erp", "mail"], "tls": "starttls", "sender": format!("erp{i}@example.com"), "allow_clear": false,
        "certificate_check": { "mode": "enable" }, "proxy": { "url": "http://proxy:3128", "username": "erp" },
        "expiries": [{ "item": "auth.password", "on": "2027-01-31", "source": "entered", "note": "ask Ops" }],
        "auth": { "method": "password", "username": format!("erp{i}"), "mechanisms": ["CRAM-MD5", "PLAIN", "LOGIN"] }
    });
    NewRecord {
        record_type: "mail_server".into(),
        name: format!("Office mail {i}"),
        class: Class::Usable,
        meta: meta.as_object().unwrap().clone(),
        secrets: BTreeMap::from([
            ("auth.password".into(), secret(format!("password of {i}"))),
            ("proxy.password".into(), secret(format!("proxy password of {i}"))),
        ]),
        endpoint: EndpointDigest([1; 32]),
    }
}

fn main() {
    let records = std::env::args().nth(1).map_or(10_000, |n| n.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let file = VaultFile::at(dir.path().join("vault.db"))
        .with_runtime_dir(dir.path().join("run"))
        .with_state_dir(dir.path().join("state"));
    let passphrase = Passphrase::new(secret("correct horse battery".into()));
    let new = NewVault {
        name: "Scale".into(),
        operator: "ada".into(),
        passphrase: passphrase.clone(),
        device: false,
        kdf: KdfParams::default(),
    };
    let (vault, _) = timed("create (two slots)", || file.create(new).unwrap());
    timed(&format!("insert {records} at once"), || vault.insert((0..records).map(record).collect()).unwrap());
    let session = vault.start_session(Duration::from_secs(3600)).unwrap();
    timed("lock", || drop(vault));
    drop(timed("unlock by passphrase", || file.unlock(Unlock::Passphrase(&passphrase)).unwrap()));
    let name = format!("office MAIL {}", records / 2);
    one(&file, &session, &name);

    let vault = file.unlock(Unlock::Session(&session)).unwrap();
    timed("heads, first time", || vault.heads().unwrap());
    timed("heads, again", || vault.heads().unwrap());
    let head = vault.head_by_name(&name).unwrap();
    let change = RecordChange {
        record_type: head.record_type.clone(),
        name: head.name.clone(),
        class: head.class,
        meta: (*head.meta).clone(),
        endpoint: head.endpoint,
        secrets: BTreeMap::from([("auth.password".into(), SecretChange::Replace(secret("a new password".into())))]),
        changed_fields: vec!["auth.password".into()],
    };
    timed("edit one", || vault.update(head.id, 1, change).unwrap());
    timed("heads, after one edit", || vault.heads().unwrap());
    timed("append an event", || vault.append(EventAction::PracticeStarted).unwrap());
    timed("verify the event chain", || vault.verify_events().unwrap());
    let report = timed("verify everything", || vault.verify().unwrap());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    timed("backup", || vault.backup(&dir.path().join("copy.db")).unwrap());
    println!("file: {} KiB", file.status().unwrap().size_bytes / 1024);
}

/// What one command line call does.
fn one(file: &VaultFile, session: &SessionKey, name: &str) {
    for turn in ["first", "second"] {
        let vault = timed(&format!("unlock by session ({turn})"), || file.unlock(Unlock::Session(session)).unwrap());
        let head = timed("  find by name", || vault.head_by_name(name).unwrap());
        timed("  decrypt one secret", || vault.secret(head.id, "auth.password").unwrap());
        timed("  lock", || drop(vault));
    }
}
