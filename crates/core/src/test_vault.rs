//! The vault and the clock that tests of a whole workspace begin with.

use std::sync::{Arc, Mutex};

use credenza_vault::{Clock, KdfParams, NewVault, Passphrase, SystemClock, Vault, VaultFile};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tempfile::TempDir;

/// A clock that stands still until a test moves its hands; every copy shows the same.
#[derive(Clone)]
pub(crate) struct Hands(Arc<Mutex<Timestamp>>);

impl Hands {
    /// At this moment.
    pub(crate) fn at(moment: Timestamp) -> Hands {
        Hands(Arc::new(Mutex::new(moment)))
    }

    /// At the machine's own time, as the certificates of servers want it.
    pub(crate) fn of_today() -> Hands {
        Hands::at(SystemClock.now())
    }

    /// At noon of a day, in UTC.
    pub(crate) fn noon(day: &str) -> Hands {
        Hands::at(noon(day))
    }

    /// To noon of a day, before or after.
    pub(crate) fn to_noon(&self, day: &str) {
        *self.0.lock().unwrap() = noon(day);
    }

    /// So much later.
    pub(crate) fn later(&self, time: SignedDuration) {
        let mut hands = self.0.lock().unwrap();
        *hands = hands.checked_add(time).unwrap();
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn noon(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}

/// Where it lies: with everything that belongs to it inside this folder.
pub(crate) fn vault_file(folder: &TempDir) -> VaultFile {
    let within = |name: &str| folder.path().join(name);
    VaultFile::at(within("vault.db")).with_runtime_dir(within("run")).with_state_dir(within("state"))
}

/// Makes it, empty and unlocked by Ada, with the least key stretching that the format allows.
pub(crate) fn new_vault(file: &VaultFile) -> Vault {
    let new = NewVault {
        name: "Office".into(),
        operator: "Ada".into(),
        passphrase: Passphrase::new(SecretString::from("plinth-otter-mauve")),
        device: false,
        kdf: KdfParams { memory_kib: 8 * 1024, passes: 1, lanes: 1 },
    };
    file.create(new).unwrap().0
}
