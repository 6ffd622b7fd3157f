//! What needs a hand inside the connection.

use std::sync::Arc;

use crate::clock::SystemClock;
use crate::crypto::KdfParams;
use crate::error::VaultError;
use crate::event::EventAction;
use crate::file::{NewVault, VaultFile};
use crate::passphrase::Passphrase;

#[test]
fn c5_a_full_disk_is_named_and_the_vault_goes_on_once_there_is_space() {
    let dir = tempfile::tempdir().unwrap();
    let file = VaultFile::at(dir.path().join("vault.db"))
        .with_clock(Arc::new(SystemClock))
        .with_state_dir(dir.path().join("state"));
    let kdf = KdfParams { memory_kib: 8 * 1024, passes: 1, lanes: 1 };
    let passphrase = Passphrase::new("correct horse".to_owned().into());
    let new = NewVault { name: "Main".into(), operator: "ada".into(), passphrase, device: false, kdf };
    let (vault, _) = file.create(new).unwrap();
    let pages = |n: i64| {
        let inner = vault.lock();
        inner.db.conn.query_row(&format!("PRAGMA max_page_count = {n}"), [], |r| r.get::<_, i64>(0)).unwrap()
    };
    let full = pages(1);
    let mut acknowledged = 1;
    let error = loop {
        match vault.append(EventAction::SettingsChanged { keys: vec!["k".repeat(500)] }) {
            Ok(seq) => acknowledged = seq,
            Err(e) => break e,
        }
    };
    assert!(matches!(error, VaultError::DiskFull), "{error}");
    assert_eq!(error.code(), "io");
    assert!(vault.put_document("k", "v", &[0; 10_000]).is_err());
    assert!(vault.verify().unwrap().problems.is_empty());
    pages(full + 1_000);
    assert_eq!(vault.append(EventAction::VaultLocked).unwrap(), acknowledged + 1);
    assert!(vault.verify().unwrap().problems.is_empty());
}
