use credenza_vault::{Class, Operator, Role, SecretChange, SlotKind, Vault, VaultError};

use crate::bench::{Bench, endpoint, keep, passphrase, plain, record, secret};

/// A vault with a usable and a sealed record, unlocked by a helpdesk operator.
fn helpdesk(bench: &Bench) -> (Vault, [uuid::Uuid; 2]) {
    let (vault, _) = bench.create();
    let mut sealed = record("sealed");
    sealed.class = Class::Sealed;
    let ids = vault.insert(vec![record("usable"), sealed]).unwrap();
    vault.put_classed_document(("token", &ids[1].to_string()), Class::Sealed, b"sealed token").unwrap();
    let operator = Operator { name: "hel".into(), role: Role::Helpdesk };
    vault.add_passphrase_slot(operator, &passphrase("helpdesk phrase")).unwrap();
    drop(vault);
    let vault = bench.unlock_with("helpdesk phrase").unwrap();
    assert_eq!(vault.operator().role, Role::Helpdesk);
    (vault, [ids[0], ids[1]])
}

#[test]
fn l4_a_helpdesk_slot_uses_usable_secrets_and_cannot_decrypt_sealed_ones() {
    let bench = Bench::new();
    let (vault, [usable, sealed]) = helpdesk(&bench);
    assert_eq!(plain(&vault.secret(usable, "auth.password").unwrap()), "hunter2-abcd1234");
    assert_eq!(vault.head(sealed).unwrap().masks["auth.password"], "****1234");
    for error in [vault.secret(sealed, "auth.password").unwrap_err(), vault.secrets(sealed).unwrap_err()] {
        assert!(matches!(error, VaultError::Forbidden(_)), "{error}");
        assert_eq!(error.code(), "forbidden");
    }
    assert!(matches!(vault.document("token", &sealed.to_string()), Err(VaultError::Forbidden(_))));
    assert!(vault.documents("token").unwrap().is_empty());
    let report = vault.verify().unwrap();
    assert_eq!((report.secrets, report.sealed), (2, 3), "what it could not check is counted");
    assert!(report.problems.is_empty());
}

#[test]
fn l4_rewriting_the_class_of_a_sealed_record_in_the_file_reveals_nothing() {
    let bench = Bench::new();
    let (vault, [_, sealed]) = helpdesk(&bench);
    bench.raw().execute("UPDATE records SET class = 1 WHERE id = ?1", [sealed.as_bytes()]).unwrap();
    assert_eq!(vault.secret(sealed, "auth.password").unwrap_err().code(), "damaged");
}

#[test]
fn a_helpdesk_slot_does_nothing_that_is_an_administrators() {
    let bench = Bench::new();
    let (vault, [usable, sealed]) = helpdesk(&bench);
    let operator = Operator { name: "x".into(), role: Role::Helpdesk };
    let slot = vault.slots().unwrap().into_iter().find(|s| s.kind == SlotKind::Recovery).unwrap();
    let head = vault.head(usable).unwrap();
    let mut moved = keep(&head);
    moved.endpoint = endpoint(9);
    let mut renamed = keep(&head);
    renamed.name = "other".into();
    let mut upgraded = keep(&head);
    upgraded.class = Class::Sealed;
    let refused: Vec<Result<(), VaultError>> = vec![
        vault.insert(vec![record("new")]).map(drop),
        vault.remove(usable),
        vault.update(usable, 1, moved).map(drop),
        vault.update(usable, 1, renamed).map(drop),
        vault.update(usable, 1, upgraded).map(drop),
        vault.update(sealed, 1, keep(&vault.head(sealed).unwrap())).map(drop),
        vault.add_passphrase_slot(operator.clone(), &passphrase("long enough")).map(drop),
        vault.add_recovery_slot(operator.clone()).map(drop),
        vault.add_device_slot(operator).map(drop),
        vault.remove_slot(slot.id),
        vault.rename("x"),
        vault.put_classed_document(("t", "k"), Class::Sealed, b""),
    ];
    for (i, result) in refused.into_iter().enumerate() {
        assert!(matches!(result, Err(VaultError::Forbidden(_))), "case {i}: {result:?}");
    }
    assert!(bench.keyring.0.lock().unwrap().is_empty());
}

#[test]
fn a_helpdesk_check_may_store_a_rotated_token_and_a_result() {
    let bench = Bench::new();
    let (vault, [usable, _]) = helpdesk(&bench);
    let mut rotated = keep(&vault.head(usable).unwrap());
    rotated.secrets.insert("auth.password".into(), SecretChange::Replace(secret("rotated-by-server")));
    vault.update(usable, 1, rotated).unwrap();
    vault.put_document("check", &usable.to_string(), b"{}").unwrap();
    assert_eq!(plain(&vault.secret(usable, "auth.password").unwrap()), "rotated-by-server");
    assert_eq!(vault.history(usable).unwrap()[0].operator, "hel");
}

#[test]
fn a_helpdesk_session_reaches_no_further_than_its_slot() {
    let bench = Bench::new();
    let (vault, [_, sealed]) = helpdesk(&bench);
    let session = vault.start_session(std::time::Duration::from_secs(60)).unwrap();
    drop(vault);
    let vault = bench.resume(&session).unwrap();
    assert_eq!(vault.operator().role, Role::Helpdesk);
    assert!(matches!(vault.secret(sealed, "auth.password"), Err(VaultError::Forbidden(_))));
}
