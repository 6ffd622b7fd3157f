use credenza_vault::{Batch, EventFilter, VaultError};

use crate::bench::{Bench, record};

#[test]
fn documents_are_kept_replaced_listed_and_removed() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    assert!(vault.document("settings", "app").unwrap().is_none());
    vault.put_document("settings", "app", b"one").unwrap();
    vault.put_document("settings", "app", b"two").unwrap();
    vault.put_document("check", "b", b"").unwrap();
    vault.put_document("check", "a", &[0, 255]).unwrap();
    drop(vault);
    let vault = bench.unlock().unwrap();
    assert_eq!(&vault.document("settings", "app").unwrap().unwrap()[..], b"two");
    let checks = vault.documents("check").unwrap();
    assert_eq!(
        checks.iter().map(|(k, v)| (k.as_str(), &v[..])).collect::<Vec<_>>(),
        [("a", &[0u8, 255][..]), ("b", &[])]
    );
    vault.remove_document("check", "a").unwrap();
    vault.remove_document("check", "a").expect("twice is no error");
    assert_eq!(vault.documents("check").unwrap().len(), 1);
    assert_eq!(vault.verify().unwrap().documents, 2);
}

#[test]
fn removing_a_record_removes_its_documents_of_every_kind() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let ids = vault.insert(vec![record("a"), record("b")]).unwrap();
    for kind in ["check", "token"] {
        for id in &ids {
            vault.put_document(kind, &id.to_string(), b"x").unwrap();
        }
    }
    vault.put_document("settings", "app", b"x").unwrap();
    vault.remove(ids[0]).unwrap();
    for kind in ["check", "token"] {
        assert!(vault.document(kind, &ids[0].to_string()).unwrap().is_none());
        assert!(vault.document(kind, &ids[1].to_string()).unwrap().is_some());
    }
    assert!(vault.document("settings", "app").unwrap().is_some());
    assert!(vault.verify().unwrap().problems.is_empty());
}

#[test]
fn a_document_put_back_swapped_or_deleted_in_the_file_is_noticed() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.put_document("settings", "app", b"scripts allowed").unwrap();
    let raw = bench.raw();
    raw.execute_batch("CREATE TEMP TABLE old AS SELECT * FROM documents").unwrap();
    vault.put_document("settings", "app", b"scripts forbidden").unwrap();
    vault.put_document("settings", "other", b"x").unwrap();
    let noticed =
        |vault: &credenza_vault::Vault| matches!(vault.document("settings", "app"), Err(VaultError::Damaged(_)));
    raw.execute_batch("CREATE TEMP TABLE new AS SELECT * FROM documents").unwrap();
    let back = "DELETE FROM documents; INSERT INTO documents SELECT * FROM new;";
    for attack in [
        "UPDATE documents SET body = (SELECT body FROM old) WHERE item = (SELECT item FROM old)",
        "UPDATE documents SET body = (SELECT body FROM new WHERE new.item <> documents.item)",
        "DELETE FROM documents",
    ] {
        raw.execute_batch(attack).unwrap();
        assert!(noticed(&vault), "{attack}");
        assert!(!vault.verify().unwrap().problems.is_empty(), "{attack}");
        raw.execute_batch(back).unwrap();
        assert!(!noticed(&vault));
    }
}

#[test]
fn a_record_and_what_is_committed_with_it_are_saved_together_or_not_at_all() {
    use credenza_vault::{Batch, EventAction, EventFilter};
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let id = vault.insert(vec![record("a")]).unwrap()[0];
    vault.put_document("stale", "x", b"x").unwrap();
    let batch = || {
        let mut batch = Batch::new();
        batch.document("note", &id.to_string(), b"kept".to_vec());
        batch.remove("stale", "x");
        batch.event(EventAction::RotationStarted { id, name: "a".into(), field: "value".into() });
        batch
    };
    let change = || crate::bench::keep(&vault.head(id).unwrap());
    vault.update_with((id, 7), change(), &batch()).expect_err("it was not read at that revision");
    assert!(
        vault.document("note", &id.to_string()).unwrap().is_none() && vault.document("stale", "x").unwrap().is_some()
    );
    let saved = vault.update_with((id, 1), change(), &batch()).unwrap();
    assert_eq!(saved.revision, 2);
    assert!(
        vault.document("note", &id.to_string()).unwrap().is_some() && vault.document("stale", "x").unwrap().is_none()
    );
    let events = vault.events(&EventFilter::default()).unwrap();
    assert!(matches!(events[0].action, EventAction::RotationStarted { .. }));
    assert!(vault.verify().unwrap().problems.is_empty());
}

#[test]
fn what_comes_with_new_records_is_committed_with_them_or_not_at_all() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let with = |seen: Option<&'static [u8]>| {
        move |ids: &[uuid::Uuid]| {
            let mut batch = Batch::new();
            batch.unless_changed("note", "last", seen);
            for id in ids {
                batch.document("note", &id.to_string(), b"came with it".to_vec());
            }
            batch.document("note", "last", b"done".to_vec());
            batch
        }
    };
    let ids = vault.insert_with(vec![record("One"), record("Two")], with(None)).unwrap();
    for id in &ids {
        assert_eq!(vault.document("note", &id.to_string()).unwrap().unwrap().as_slice(), b"came with it");
    }
    let events = vault.events(&EventFilter::default()).unwrap().len();
    let refused = vault.insert_with(vec![record("Three")], with(None)).unwrap_err();
    assert!(matches!(refused, VaultError::Overtaken), "{refused:?}");
    assert_eq!((vault.heads().unwrap().len(), vault.events(&EventFilter::default()).unwrap().len()), (2, events));
    assert_eq!(bench.unlock().unwrap().heads().unwrap().len(), 2, "in the file neither");
}
