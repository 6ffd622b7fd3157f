//! Reveal and lock on a real vault.

use credenza_core::{
    Code,
    vault::{EventFilter, KdfParams, NewVault, Operator, Passphrase, Role, Unlock, VaultFile},
};
use secrecy::SecretString;
use tempfile::TempDir;
use uuid::Uuid;

use crate::state::Shell;

const PASSPHRASE: &str = "plinth-otter-mauve";
const VALUE: &str = "canary-7f3a-value";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretString::from(text))
}

/// An unlocked shell with one secret in its vault.
struct Office {
    shell: Shell,
    id: Uuid,
    folder: TempDir,
}

fn file(folder: &TempDir) -> VaultFile {
    let within = |name: &str| folder.path().join(name);
    VaultFile::at(within("vault.db")).with_runtime_dir(within("run")).with_state_dir(within("state"))
}

fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let shell = Shell::at(Some(folder.path().join("vault.db")));
    let kdf = KdfParams { memory_kib: 8 * 1024, passes: 1, lanes: 1 };
    let new = NewVault {
        name: "Office".into(),
        operator: "Ada".into(),
        passphrase: passphrase(PASSPHRASE),
        device: false,
        kdf,
    };
    let (vault, _code) = file(&folder).create(new).unwrap();
    let workspace = shell.enter(vault);
    let record = serde_json::json!({"type": "secret", "name": "Licence", "description": "ERP", "value": VALUE});
    let id = workspace.add(record).unwrap()[0];
    Office { shell, id, folder }
}

impl Office {
    fn ask(&self) {
        self.shell.reveals.ask(&self.shell.workspace().unwrap(), self.id, "value").unwrap();
    }

    fn answer(&self, typed: &str) -> Result<String, Code> {
        let workspace = self.shell.workspace().unwrap();
        let shown = self.shell.reveals.value(&workspace, &passphrase(typed));
        shown
            .map(|(once, _turn)| serde_json::to_value(once).unwrap()["value"].as_str().unwrap().to_owned())
            .map_err(|problem| problem.code)
    }

    fn actions(&self) -> Vec<String> {
        let rows = self.shell.workspace().unwrap().events(&EventFilter::default()).unwrap();
        rows.into_iter().map(|row| serde_json::to_value(row).unwrap()["action"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn w11_a_value_is_shown_once_after_the_passphrase_and_after_its_event() {
    let office = office();
    office.ask();
    assert!(!office.actions().contains(&"secret_reveal_intended".to_owned()), "asking is not looking");
    assert_eq!(office.answer(PASSPHRASE).as_deref(), Ok(VALUE));
    assert_eq!(office.actions()[0], "secret_reveal_intended", "the event is there before the value");
    assert_eq!(office.answer(PASSPHRASE), Err(Code::NotFound), "once");
}

#[test]
fn w11_nothing_is_shown_without_the_passphrase() {
    let office = office();
    office.ask();
    assert_eq!(office.answer("guess"), Err(Code::Locked));
    assert!(!office.actions().contains(&"secret_reveal_intended".to_owned()));
    assert_eq!(office.answer(PASSPHRASE).as_deref(), Ok(VALUE), "a typing error is forgiven");
}

#[test]
fn l7_after_three_wrong_passphrases_the_question_is_gone() {
    let office = office();
    office.ask();
    for _guess in 0..3 {
        assert_eq!(office.answer("guess"), Err(Code::Locked));
    }
    assert_eq!(office.answer(PASSPHRASE), Err(Code::Forbidden));
    assert_eq!(office.answer(PASSPHRASE), Err(Code::NotFound));
}

#[test]
fn nothing_is_shown_that_was_not_asked_for() {
    let office = office();
    assert_eq!(office.answer(PASSPHRASE), Err(Code::NotFound));
    assert_eq!(office.shell.reveals.pending().unwrap_err().code, Code::NotFound);
    assert_eq!(office.shell.reveals.shown().unwrap_err().code, Code::NotFound);
}

#[test]
fn locking_forgets_what_was_asked_and_what_was_shown() {
    let office = office();
    office.ask();
    office.answer(PASSPHRASE).unwrap();
    assert!(office.shell.reveals.shown().is_ok());
    office.ask();
    assert!(office.shell.lock());
    assert!(office.shell.reveals.shown().is_err() && office.shell.reveals.pending().is_err());
    assert_eq!(office.shell.workspace().err().unwrap().code, Code::Locked);
    assert!(!office.shell.lock(), "locking twice is no event");
}

#[test]
fn an_old_timer_does_not_close_the_window_of_a_newer_reveal() {
    let office = office();
    office.ask();
    let workspace = office.shell.workspace().unwrap();
    let (_once, first) = office.shell.reveals.value(&workspace, &passphrase(PASSPHRASE)).unwrap();
    office.ask();
    assert!(!office.shell.reveals.expire(first), "the window shows something newer");
    assert!(office.shell.reveals.pending().is_ok());
}

#[test]
fn helpdesk_cannot_even_ask() {
    let office = office();
    let workspace = office.shell.workspace().unwrap();
    let helpdesk = Operator { name: "Bo".into(), role: Role::Helpdesk };
    workspace.vault().add_passphrase_slot(helpdesk, &passphrase("second-pass-phrase")).unwrap();
    drop(workspace);
    office.shell.lock();
    let vault = file(&office.folder).unlock(Unlock::Passphrase(&passphrase("second-pass-phrase"))).unwrap();
    let workspace = office.shell.enter(vault);
    assert_eq!(office.shell.reveals.ask(&workspace, office.id, "value").unwrap_err().code, Code::Forbidden);
}

#[test]
fn the_window_state_tells_a_vault_from_none() {
    let office = office();
    let state = |shell: &Shell| serde_json::to_value(crate::commands::app::AppState::now(shell).unwrap()).unwrap();
    assert_eq!(state(&office.shell)["state"], "unlocked");
    assert_eq!(state(&office.shell)["operator"], "Ada");
    office.shell.lock();
    let locked = state(&office.shell);
    assert_eq!((&locked["state"], &locked["operator"]), (&"locked".into(), &serde_json::Value::Null));
    let nowhere = Shell::at(Some(office.folder.path().join("none.db")));
    assert_eq!(state(&nowhere)["state"], "absent");
    assert!(!office.folder.path().join("none.db").exists(), "asking creates nothing");
}

#[test]
fn c9_next_and_old_values_are_revealed_like_any_field_after_the_passphrase_and_with_an_event_of_their_own() {
    let office = office();
    let workspace = office.shell.workspace().unwrap();
    let id = office.id.to_string();
    let shown = |field: &str| {
        office.shell.reveals.ask(&workspace, office.id, field).unwrap();
        assert_eq!(office.shell.reveals.pending().unwrap().field, field);
        assert_eq!(office.answer("wrong-plinth-otter").unwrap_err(), Code::Locked, "{field}");
        let value = office.answer(PASSPHRASE).unwrap();
        let copied = office.shell.reveals.shown().unwrap();
        // EXPOSE: a canary of this test.
        assert_eq!(secrecy::ExposeSecret::expose_secret(&copied), value, "Copy takes what is shown");
        value
    };
    workspace.rotate_start(&id, "value", SecretString::from("canary-7f3a-next")).unwrap();
    assert_eq!(shown("next:value"), "canary-7f3a-next");
    let how = credenza_core::rotation::SwitchRequest { overrule: true, ..Default::default() };
    workspace.rotate_switch(&id, "value", &how).unwrap();
    assert_eq!((shown("old:value").as_str(), shown("value").as_str()), (VALUE, "canary-7f3a-next"));
    workspace.rotate_return(&id, "value").unwrap();
    assert_eq!((shown("next:value").as_str(), shown("value").as_str()), ("canary-7f3a-next", VALUE));
    let events = workspace.vault().events(&EventFilter::default()).unwrap();
    let fields: Vec<String> = events
        .into_iter()
        .rev()
        .filter_map(|event| match event.action {
            credenza_core::vault::EventAction::SecretRevealIntended { field, .. } => Some(field),
            _ => None,
        })
        .collect();
    assert_eq!(fields, ["next:value", "old:value", "value", "next:value", "value"]);
}
