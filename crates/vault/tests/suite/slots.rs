use credenza_vault::{Operator, Role, SlotKind, Unlock, VaultError};

use crate::bench::{Bench, new_vault, passphrase};

fn ada() -> Operator {
    Operator { name: "ada".into(), role: Role::Administrator }
}

#[test]
fn b13_the_last_slot_and_the_last_that_needs_no_keyring_stay() {
    let bench = Bench::new();
    let (vault, _) = bench.file().create(new_vault(true)).unwrap();
    let of = |kind: SlotKind| vault.slots().unwrap().into_iter().find(|s| s.kind == kind).unwrap().id;
    vault.remove_slot(of(SlotKind::Recovery)).unwrap();
    let error = vault.remove_slot(of(SlotKind::Passphrase)).unwrap_err();
    assert!(matches!(error, VaultError::LastSlot(_)), "only the keyring would be left");
    vault.remove_slot(of(SlotKind::Device)).unwrap();
    assert!(bench.keyring.0.lock().unwrap().is_empty(), "its key is forgotten");
    assert!(matches!(vault.remove_slot(of(SlotKind::Passphrase)), Err(VaultError::LastSlot(_))));
    drop(vault);
    bench.unlock().unwrap();
}

#[test]
fn b13_the_last_administrator_stays() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let helpdesk = Operator { name: "hel".into(), role: Role::Helpdesk };
    vault.add_passphrase_slot(helpdesk, &passphrase("helpdesk phrase")).unwrap();
    let slots = vault.slots().unwrap();
    let recovery = slots.iter().find(|s| s.kind == SlotKind::Recovery).unwrap();
    let own = slots.iter().find(|s| s.kind == SlotKind::Passphrase && s.operator.name == "ada").unwrap();
    vault.remove_slot(recovery.id).unwrap();
    assert!(matches!(vault.remove_slot(own.id), Err(VaultError::LastSlot(_))));
}

#[test]
fn a_second_device_slot_on_the_same_machine_replaces_the_first() {
    let bench = Bench::new();
    let (vault, _) = bench.file().create(new_vault(true)).unwrap();
    let first = vault.slots().unwrap().into_iter().find(|s| s.kind == SlotKind::Device).unwrap();
    let second = vault.add_device_slot(ada()).unwrap();
    let device: Vec<_> = vault.slots().unwrap().into_iter().filter(|s| s.kind == SlotKind::Device).collect();
    assert_eq!(device, std::slice::from_ref(&second));
    assert_ne!(first.id, second.id);
    drop(vault);
    assert_eq!(bench.file().unlock(Unlock::Device).unwrap().unlocked_with().id, second.id);
}

#[test]
fn unknown_slots_and_weak_passphrases_are_named() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    assert!(matches!(vault.remove_slot(uuid::Uuid::nil()), Err(VaultError::NotFound { .. })));
    assert_eq!(vault.add_passphrase_slot(ada(), &passphrase("short")).unwrap_err().field(), Some("passphrase"));
    let nobody = Operator { name: " ".into(), role: Role::Administrator };
    assert_eq!(vault.add_passphrase_slot(nobody, &passphrase("long enough")).unwrap_err().field(), Some("operator"));
    assert_eq!(vault.slots().unwrap().len(), 2);
}

#[test]
fn d4_a_process_whose_slot_was_removed_can_write_no_more() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.add_passphrase_slot(ada(), &passphrase("second passphrase")).unwrap();
    let other = bench.unlock_with("second passphrase").unwrap();
    vault.remove_slot(other.unlocked_with().id).unwrap();
    assert!(matches!(other.heads(), Err(VaultError::NoSuchSlot(_))));
    assert!(matches!(other.rename("x"), Err(VaultError::NoSuchSlot(_))));
}
