//! The vault that tests of a whole workspace begin with.

use credenza_vault::{KdfParams, NewVault, Passphrase, Vault, VaultFile};
use secrecy::SecretString;
use tempfile::TempDir;

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
