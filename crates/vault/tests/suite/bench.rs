//! A vault in a folder of its own, with a clock that stands still and a keyring in memory.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use credenza_vault::{
    Class, Clock, DeviceKey, DeviceKeyring, EndpointDigest, KdfParams, NewRecord, NewVault, Passphrase, RecordChange,
    RecordHead, RecoveryCode, SessionKey, Unlock, Vault, VaultError, VaultFile,
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const PASSPHRASE: &str = "correct horse battery";
/// The cheapest stretching there is; its cost is not what these tests are about.
pub(crate) const CHEAP: KdfParams = KdfParams { memory_kib: 8 * 1024, passes: 1, lanes: 1 };

pub(crate) struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    pub(crate) fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[derive(Default)]
pub(crate) struct MemoryKeyring(pub(crate) Mutex<HashMap<Uuid, [u8; 32]>>);

impl DeviceKeyring for MemoryKeyring {
    fn store(&self, vault: Uuid, key: &[u8; 32]) -> Result<(), VaultError> {
        self.0.lock().unwrap().insert(vault, *key);
        Ok(())
    }
    fn load(&self, vault: Uuid) -> Result<DeviceKey, VaultError> {
        let kept = self.0.lock().unwrap().get(&vault).copied();
        kept.map(DeviceKey::new).ok_or_else(|| VaultError::KeyringUnavailable("it keeps no key for this vault".into()))
    }
    fn remove(&self, vault: Uuid) -> Result<(), VaultError> {
        self.0.lock().unwrap().remove(&vault);
        Ok(())
    }
}

pub(crate) struct Bench {
    pub(crate) dir: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) keyring: Arc<MemoryKeyring>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault").join("vault.db");
        let clock = Arc::new(FixedClock(Mutex::new("2026-03-01T08:00:00Z".parse().unwrap())));
        Bench { dir, path, clock, keyring: Arc::default() }
    }

    pub(crate) fn file(&self) -> VaultFile {
        self.file_at(self.path.clone())
    }

    pub(crate) fn file_at(&self, path: PathBuf) -> VaultFile {
        VaultFile::at(path)
            .with_clock(self.clock.clone())
            .with_runtime_dir(self.dir.path().join("run"))
            .with_state_dir(self.dir.path().join("state"))
            .with_keyring(self.keyring.clone())
    }

    pub(crate) fn create(&self) -> (Vault, RecoveryCode) {
        self.file().create(new_vault(false)).unwrap()
    }

    /// A vault with one record and a session that opens it without stretching a passphrase.
    pub(crate) fn with_record(&self) -> (Vault, Uuid, SessionKey) {
        let (vault, _) = self.create();
        let id = vault.insert(vec![record("Office mail")]).unwrap()[0];
        let session = vault.start_session(Duration::from_secs(3600)).unwrap();
        (vault, id, session)
    }

    pub(crate) fn unlock(&self) -> Result<Vault, VaultError> {
        self.file().unlock(Unlock::Passphrase(&passphrase(PASSPHRASE)))
    }

    pub(crate) fn resume(&self, session: &SessionKey) -> Result<Vault, VaultError> {
        self.file().unlock(Unlock::Session(session))
    }

    /// The file as an attacker without a key sees it.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        let conn = rusqlite::Connection::open(&self.path).unwrap();
        conn.execute_batch("PRAGMA synchronous = OFF").unwrap();
        conn
    }
}

pub(crate) fn new_vault(device: bool) -> NewVault {
    NewVault { name: "Main".into(), operator: "ada".into(), passphrase: passphrase(PASSPHRASE), device, kdf: CHEAP }
}

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(secret(text))
}

pub(crate) fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

pub(crate) fn meta() -> Map<String, Value> {
    json!({ "host": "smtp.example.com", "port": 587, "notes": "rack 4" }).as_object().unwrap().clone()
}

pub(crate) fn endpoint(n: u8) -> EndpointDigest {
    EndpointDigest([n; 32])
}

pub(crate) fn record(name: &str) -> NewRecord {
    NewRecord {
        record_type: "mail_server".into(),
        name: name.into(),
        class: Class::Usable,
        meta: meta(),
        secrets: BTreeMap::from([
            ("auth.password".to_owned(), secret("hunter2-abcd1234")),
            ("proxy.password".to_owned(), secret("short")),
        ]),
        endpoint: endpoint(1),
    }
}

/// A change that keeps everything.
pub(crate) fn keep(head: &RecordHead) -> RecordChange {
    RecordChange {
        record_type: head.record_type.clone(),
        name: head.name.clone(),
        class: head.class,
        meta: (*head.meta).clone(),
        endpoint: head.endpoint,
        secrets: BTreeMap::new(),
        changed_fields: vec!["notes".into()],
    }
}

pub(crate) fn plain(secret: &SecretString) -> &str {
    secret.expose_secret()
}
