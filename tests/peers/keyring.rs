//! gnome-keyring as the Secret Service: the device slot.

use std::time::{Duration, Instant};

use credenza_tests::peers::under_keyring;
use credenza_tests::{Desk, clean, finish, program};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_device_slot_unlocks_without_a_passphrase_and_only_where_its_keyring_is() {
    let folder = folder();
    let credenza = program("credenza").display().to_string();
    let vault = folder.path().join("vault.db").display().to_string();
    let script = format!(
        "CREDENZA_PASSPHRASE='{passphrase}' '{credenza}' --vault '{vault}' vault create --device --json >/dev/null
         echo '{record}' | '{credenza}' --vault '{vault}' add --from - >/dev/null
         '{credenza}' --vault '{vault}' list --json </dev/null",
        passphrase = Desk::PASSPHRASE,
        record = r#"{"type":"secret","name":"Licence","description":"d","value":"licence-value-1234"}"#,
    );
    let answer = under_keyring(folder.path(), &script).expect(0);
    assert_eq!(answer.json()[0]["name"], "Licence", "no passphrase was given: the keyring unlocked it");

    // The same vault in a session whose keyring never saw the key.
    let list = format!("'{credenza}' --vault '{vault}' list --json </dev/null || echo \"exit $?\"");
    let elsewhere = tempfile::tempdir().unwrap();
    let other = under_keyring(elsewhere.path(), &list).expect(0);
    assert!(other.out.contains("exit 5") && other.out.contains("\"locked\""), "{other:?}");
}

#[test]
fn b6_without_a_keyring_it_is_locked_within_seconds_and_other_slots_still_open_it() {
    let folder = folder();
    let credenza = program("credenza").display().to_string();
    let vault = folder.path().join("vault.db");
    let script = format!(
        "CREDENZA_PASSPHRASE='{}' '{credenza}' --vault '{}' vault create --device --json",
        Desk::PASSPHRASE,
        vault.display()
    );
    under_keyring(folder.path(), &script).expect(0);

    let list = |passphrase: Option<&str>| {
        let mut command = std::process::Command::new(&credenza);
        clean(&mut command, folder.path());
        command.env_remove("DISPLAY").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        command.args(["--json", "--vault"]).arg(&vault).arg("list");
        if let Some(passphrase) = passphrase {
            command.env("CREDENZA_PASSPHRASE", passphrase);
        }
        finish(command, b"")
    };
    let began = Instant::now();
    let answer = list(None).expect(5);
    assert!(began.elapsed() < Duration::from_secs(30), "it took {:?}", began.elapsed());
    let error = answer.json()["error"].clone();
    assert_eq!(error["code"], "locked");
    let words = error.to_string().to_lowercase();
    assert!(
        words.contains("keyring") && words.contains("passphrase"),
        "it names the cause and the other way: {error:#}"
    );
    assert_eq!(list(Some(Desk::PASSPHRASE)).expect(0).json(), serde_json::json!([]));

    // D9: whoever is asked by a scheduler, without a keyring, could not look.
    let run = |arguments: &[&str], passphrase: Option<&str>| {
        let mut command = std::process::Command::new(&credenza);
        clean(&mut command, folder.path());
        command.env_remove("DISPLAY").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        command.arg("--vault").arg(&vault).args(arguments);
        command.envs(passphrase.map(|text| ("CREDENZA_PASSPHRASE", text)));
        finish(command, b"")
    };
    assert_eq!(run(&["--json", "check"], None).expect(5).json()["error"]["code"], "locked");
    let shown = run(&["alerts", "show"], Some(Desk::PASSPHRASE)).expect(0).out;
    assert!(shown.contains("The last check could not look: the vault could not be unlocked"), "{shown}");
}

#[test]
fn b6_a_vault_with_a_device_slot_is_not_created_where_there_is_no_keyring() {
    let folder = folder();
    let vault = folder.path().join("vault.db");
    let mut command = std::process::Command::new(program("credenza"));
    clean(&mut command, folder.path());
    command
        .env_remove("DISPLAY")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("CREDENZA_PASSPHRASE", Desk::PASSPHRASE);
    command.args(["--json", "--vault"]).arg(&vault).args(["vault", "create", "--device"]);
    let answer = finish(command, b"").expect(5);
    assert_eq!(answer.json()["error"]["code"], "locked", "{answer:?}");
    assert!(!vault.exists(), "no half of a vault is left behind, and no silent file in place of the keyring");
}
