use credenza_vault::{Class, HistoryKind, SecretChange, Unlock, VaultError};
use serde_json::json;

use crate::bench::{Bench, endpoint, keep, new_vault, passphrase, plain, record, secret};

#[test]
fn a_record_comes_back_whole_after_locking_and_unlocking() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let id = vault.insert(vec![record("Office mail")]).unwrap()[0];
    drop(vault);
    let vault = bench.unlock().unwrap();
    let head = vault.head_by_name("OFFICE MAIL").unwrap();
    assert_eq!((head.id, head.revision, head.name.as_str()), (id, 1, "Office mail"));
    assert_eq!(head.meta["host"], json!("smtp.example.com"));
    assert_eq!(head.masks["auth.password"], "****1234");
    assert_eq!(head.masks["proxy.password"], "****");
    assert_eq!(plain(&vault.secret(id, "auth.password").unwrap()), "hunter2-abcd1234");
    assert_eq!(vault.secrets(id).unwrap().len(), 2);
    assert!(vault.verify().unwrap().problems.is_empty());
    assert_eq!(vault.operator().name, "ada");
    assert_eq!(vault.name(), "Main");
}

#[test]
fn an_empty_and_a_large_secret_come_back() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let mut new = record("a");
    let large = "ä€𝄞".repeat(20_000);
    new.secrets.insert("empty".into(), secret(""));
    new.secrets.insert("large".into(), secret(&large));
    let id = vault.insert(vec![new]).unwrap()[0];
    assert_eq!(plain(&vault.secret(id, "empty").unwrap()), "");
    assert_eq!(plain(&vault.secret(id, "large").unwrap()), large);
}

#[test]
fn an_edit_keeps_replaces_and_removes_secrets_and_is_remembered_without_values() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let id = vault.insert(vec![record("Office mail")]).unwrap()[0];
    let head = vault.head(id).unwrap();
    let mut change = keep(&head);
    change.secrets.insert("proxy.password".into(), SecretChange::Remove);
    change.secrets.insert("new".into(), SecretChange::Replace(secret("brand-new-value")));
    change.changed_fields = vec!["proxy.password".into(), "new".into()];
    let saved = vault.update(id, 1, change).unwrap();
    assert_eq!(saved.revision, 2);
    assert_eq!(saved.masks.keys().collect::<Vec<_>>(), ["auth.password", "new"]);
    assert_eq!(plain(&vault.secret(id, "auth.password").unwrap()), "hunter2-abcd1234");
    assert_eq!(plain(&vault.secret(id, "new").unwrap()), "brand-new-value");
    assert!(matches!(vault.secret(id, "proxy.password"), Err(VaultError::NotFound { .. })));
    let history = vault.history(id).unwrap();
    assert_eq!(
        history.iter().map(|h| (h.revision, h.kind)).collect::<Vec<_>>(),
        [(2, HistoryKind::Edited), (1, HistoryKind::Added)]
    );
    assert_eq!(history[0].fields, ["proxy.password", "new"]);
    assert!(vault.verify().unwrap().problems.is_empty());
}

#[test]
fn names_are_unique_without_regard_to_case_or_composition() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let ids = vault.insert(vec![record("Über Mail"), record("other")]).unwrap();
    for twin in ["über mail", "ÜBER MAIL", "U\u{308}ber Mail", " Über Mail "] {
        let error = vault.insert(vec![record(twin)]).unwrap_err();
        assert!(matches!(error, VaultError::NameTaken { .. }), "{twin}: {error}");
        assert_eq!(error.field(), Some("name"));
        let mut change = keep(&vault.head(ids[1]).unwrap());
        change.name = twin.into();
        assert!(matches!(vault.update(ids[1], 1, change), Err(VaultError::NameTaken { .. })));
    }
    let mut own = keep(&vault.head(ids[0]).unwrap());
    own.name = "ÜBER MAIL".into();
    vault.update(ids[0], 1, own).expect("a record may change the case of its own name");
    assert_eq!(vault.heads().unwrap().len(), 2);
}

#[test]
fn an_array_is_added_whole_or_not_at_all() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let before = vault.events(&Default::default()).unwrap().len();
    let mut bad = record("third");
    bad.secrets.insert("auth.password".into(), secret("****1234"));
    for last in [record("FIRST"), record("  "), bad] {
        assert!(vault.insert(vec![record("first"), record("second"), last]).is_err());
        assert!(vault.heads().unwrap().is_empty());
        assert!(matches!(vault.head_by_name("first"), Err(VaultError::NotFound { .. })));
    }
    assert_eq!(vault.events(&Default::default()).unwrap().len(), before, "nothing happened, so no event");
    assert_eq!(vault.insert(vec![record("first"), record("second")]).unwrap().len(), 2);
}

#[test]
fn d2_a_mask_can_never_be_saved_as_a_secret() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let id = vault.insert(vec![record("a")]).unwrap()[0];
    let head = vault.head(id).unwrap();
    for mask in head.masks.values() {
        let mut change = keep(&head);
        change.secrets.insert("auth.password".into(), SecretChange::Replace(secret(mask)));
        assert_eq!(vault.update(id, 1, change).unwrap_err().field(), Some("auth.password"));
    }
    assert_eq!(plain(&vault.secret(id, "auth.password").unwrap()), "hunter2-abcd1234");
}

#[test]
fn lists_are_sorted_by_name_without_case_and_follow_every_change() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let names = |v: &credenza_vault::Vault| v.heads().unwrap().iter().map(|h| h.name.clone()).collect::<Vec<_>>();
    let ids = vault.insert(vec![record("banana"), record("Apple"), record("cherry")]).unwrap();
    assert_eq!(names(&vault), ["Apple", "banana", "cherry"]);
    let mut change = keep(&vault.head(ids[0]).unwrap());
    change.name = "Zucchini".into();
    vault.update(ids[0], 1, change).unwrap();
    assert_eq!(names(&vault), ["Apple", "cherry", "Zucchini"]);
    vault.remove(ids[1]).unwrap();
    assert_eq!(names(&vault), ["cherry", "Zucchini"]);
    assert!(matches!(vault.head(ids[1]), Err(VaultError::NotFound { .. })));
    assert!(matches!(vault.remove(ids[1]), Err(VaultError::NotFound { .. })));
    assert_eq!(vault.history(ids[1]).unwrap()[0].kind, HistoryKind::Removed, "history outlives the record");
    vault.insert((0..200).map(|i| record(&format!("n{i:03}"))).collect()).unwrap();
    assert_eq!(names(&vault).len(), 202, "many at once are read in one sweep");
    assert!(vault.verify().unwrap().problems.is_empty());
}

#[test]
fn vector_14_kept_secrets_move_to_a_new_endpoint_only_with_an_event() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let id = vault.insert(vec![record("a")]).unwrap()[0];
    let rebound = |v: &credenza_vault::Vault| {
        let events = v.events(&Default::default()).unwrap();
        events.iter().filter(|e| matches!(e.action, credenza_vault::EventAction::EndpointRebound { .. })).count()
    };
    let mut change = keep(&vault.head(id).unwrap());
    change.endpoint = endpoint(2);
    let head = vault.update(id, 1, change).unwrap();
    assert_eq!(head.endpoint, endpoint(2));
    assert_eq!(rebound(&vault), 1);
    let mut fresh = keep(&head);
    fresh.endpoint = endpoint(3);
    for field in head.masks.keys() {
        fresh.secrets.insert(field.clone(), SecretChange::Replace(secret("typed again")));
    }
    vault.update(id, 2, fresh).unwrap();
    assert_eq!(rebound(&vault), 1, "typed again, nothing stored went anywhere new");
}

#[test]
fn a_record_without_secrets_and_a_sealed_one_work_for_an_administrator() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let mut bare = record("bare");
    bare.secrets.clear();
    let mut sealed = record("sealed");
    sealed.class = Class::Sealed;
    let ids = vault.insert(vec![bare, sealed]).unwrap();
    assert!(vault.secrets(ids[0]).unwrap().is_empty());
    assert_eq!(plain(&vault.secret(ids[1], "auth.password").unwrap()), "hunter2-abcd1234");
    let mut open = keep(&vault.head(ids[1]).unwrap());
    open.class = Class::Usable;
    vault.update(ids[1], 1, open).unwrap();
    assert_eq!(plain(&vault.secret(ids[1], "auth.password").unwrap()), "hunter2-abcd1234");
    assert!(vault.verify().unwrap().problems.is_empty());
}

#[test]
fn status_tells_of_a_vault_without_unlocking_and_creates_nothing() {
    let bench = Bench::new();
    let status = bench.file().status().unwrap();
    assert!(!status.exists && status.vault_id.is_none());
    assert!(!bench.path.parent().unwrap().exists());
    let (vault, _) = bench.create();
    let open = bench.file().status().unwrap();
    assert_eq!(open.vault_id, Some(vault.id()), "also while it is in use");
    drop(vault);
    let status = bench.file().status().unwrap();
    assert_eq!(status.name.as_deref(), Some("Main"));
    assert_eq!(status.format, Some(1));
    assert_eq!(status.slots.len(), 2);
    assert!(status.size_bytes > 0);
    let left: Vec<_> = std::fs::read_dir(bench.path.parent().unwrap()).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "only the vault itself is left behind");
}

#[test]
fn creating_over_something_is_refused_and_leaves_it_alone() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let id = vault.id();
    drop(vault);
    assert!(matches!(bench.file().create(new_vault(false)), Err(VaultError::Exists(_))));
    assert_eq!(bench.unlock().unwrap().id(), id);
}

#[test]
fn bad_input_for_a_new_vault_is_named_by_field() {
    let bench = Bench::new();
    let refused = |change: &dyn Fn(&mut credenza_vault::NewVault)| {
        let mut new = new_vault(false);
        change(&mut new);
        bench.file().create(new).err().and_then(|e| e.field().map(str::to_owned))
    };
    assert_eq!(refused(&|n| n.passphrase = passphrase("seven77")).as_deref(), Some("passphrase"));
    assert_eq!(refused(&|n| n.name = " ".into()).as_deref(), Some("name"));
    assert_eq!(refused(&|n| n.operator = "a\nb".into()).as_deref(), Some("operator"));
    assert_eq!(refused(&|n| n.kdf.memory_kib = 8 * 1024 - 1).as_deref(), Some("kdf"));
    assert!(!bench.path.exists());
}

#[test]
fn a_renamed_vault_keeps_its_name() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.rename("Branch office").unwrap();
    assert_eq!(vault.rename("").unwrap_err().field(), Some("name"));
    drop(vault);
    let vault = bench.file().unlock(Unlock::Passphrase(&passphrase(crate::bench::PASSPHRASE))).unwrap();
    assert_eq!(vault.name(), "Branch office");
}
