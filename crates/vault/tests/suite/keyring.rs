//! Rule B6 against the keyring of the operating system itself.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use credenza_vault::{DeviceKeyring, OsKeyring, SlotKind, Unlock, VaultError, VaultFile};

use crate::bench::{Bench, PASSPHRASE, new_vault, passphrase, plain, record};

/// Environment of a desktop session of its own, so that nobody's real keyring is touched.
fn desk(command: &mut Command, home: &Path) {
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("GNOME_KEYRING_CONTROL").env_remove("DISPLAY");
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
        command.env(name, home);
    }
}

fn said(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn b6_a_device_slot_lives_in_a_real_secret_service() {
    let home = tempfile::tempdir().unwrap();
    let start = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$0\" \"$1\" --exact --nocapture";
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", start]).arg(std::env::current_exe().unwrap()).arg("keyring::child_with_a_keyring");
    desk(&mut command, home.path());
    let output = command.env("KEYRING", home.path()).output().expect("dbus-run-session is needed for this test");
    let said = said(&output);
    assert!(output.status.success() && said.contains("device slot worked"), "{said}");
}

#[test]
fn child_with_a_keyring() {
    let Some(home) = std::env::var_os("KEYRING").map(std::path::PathBuf::from) else { return };
    let file = VaultFile::at(home.join("vault.db")).with_state_dir(home.join("state"));
    let (vault, _) = file.create(new_vault(true)).unwrap();
    let id = vault.insert(vec![record("a")]).unwrap()[0];
    drop(vault);
    let vault = file.unlock(Unlock::Device).unwrap();
    assert_eq!(plain(&vault.secret(id, "auth.password").unwrap()), "hunter2-abcd1234");
    let slot = vault.add_device_slot(vault.operator()).unwrap();
    drop(vault);
    let vault = file.unlock(Unlock::Device).unwrap();
    assert_eq!(vault.unlocked_with().id, slot.id);

    // Something else under the same name is named, not taken for a key.
    let entry = keyring::v1::Entry::new("credenza", &vault.id().to_string()).unwrap();
    entry.set_secret(b"short").unwrap();
    assert!(matches!(file.unlock(Unlock::Device), Err(VaultError::KeyringUnavailable(_))));
    entry.set_secret(&[7; 32]).unwrap();
    assert!(matches!(file.unlock(Unlock::Device), Err(VaultError::KeyringUnavailable(_))));

    OsKeyring.store(vault.id(), &[1; 32]).unwrap();
    assert_eq!(*OsKeyring.load(vault.id()).unwrap(), [1; 32]);
    OsKeyring.remove(vault.id()).unwrap();
    OsKeyring.remove(vault.id()).expect("twice is no error");
    assert!(matches!(OsKeyring.load(vault.id()), Err(VaultError::KeyringUnavailable(_))));
    vault.remove_slot(slot.id).unwrap();
    assert!(vault.slots().unwrap().iter().all(|s| s.kind != SlotKind::Device));
    drop(vault);
    file.unlock(Unlock::Passphrase(&passphrase(PASSPHRASE))).unwrap();
    println!("device slot worked");
}

fn without_keyring(address: &str) {
    let home = tempfile::tempdir().unwrap();
    let mut command = crate::child::command("keyring::child_without_a_keyring");
    desk(&mut command, home.path());
    let output = command.env("DBUS_SESSION_BUS_ADDRESS", address).env("NO_KEYRING", home.path()).output().unwrap();
    let said = said(&output);
    assert!(output.status.success() && said.contains("named in time"), "{said}");
}

#[test]
fn b6_an_absent_keyring_is_named_and_no_file_stands_in() {
    without_keyring("unix:path=/nonexistent/bus");
}

#[test]
fn b6_a_keyring_that_hangs_is_named_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("bus");
    // Takes connections and never says a word.
    let _silent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    without_keyring(&format!("unix:path={}", socket.display()));
}

#[test]
fn child_without_a_keyring() {
    let Some(home) = std::env::var_os("NO_KEYRING").map(std::path::PathBuf::from) else { return };
    let file = VaultFile::at(home.join("vault.db")).with_state_dir(home.join("state"));
    let timed = |f: &dyn Fn() -> Option<VaultError>| {
        let begin = Instant::now();
        let error = f().expect("there is no keyring");
        assert!(matches!(error, VaultError::KeyringUnavailable(_)), "{error}");
        assert_eq!(error.code(), "locked");
        // Five seconds are promised; a busy machine adds its own.
        assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    };
    timed(&|| file.create(new_vault(true)).err());
    assert_eq!(std::fs::read_dir(&home).unwrap().count(), 0, "nothing was created in its stead");
    let (vault, _) = file.create(new_vault(false)).unwrap();
    timed(&|| vault.add_device_slot(vault.operator()).err());
    assert_eq!(vault.slots().unwrap().len(), 2);
    println!("named in time");
}

#[test]
fn the_bench_keyring_stands_for_the_real_one() {
    let bench = Bench::new();
    bench.keyring.store(uuid::Uuid::nil(), &[3; 32]).unwrap();
    assert_eq!(*bench.keyring.load(uuid::Uuid::nil()).unwrap(), [3; 32]);
}
