use std::time::Duration;

use credenza_vault::{EventAction, EventCategory, EventFilter, SecretChange, Vault};

use crate::bench::{Bench, endpoint, keep, new_vault, passphrase, record, secret};

fn actions(vault: &Vault) -> Vec<String> {
    let events = vault.events(&EventFilter::default()).unwrap();
    let name = |e: &credenza_vault::Event| serde_json::to_value(e).unwrap()["action"].as_str().unwrap().to_owned();
    events.iter().rev().map(name).collect()
}

#[test]
fn n4_each_operation_writes_exactly_its_events() {
    let bench = Bench::new();
    let (vault, _) = bench.file().create(new_vault(false)).unwrap();
    let id = vault.insert(vec![record("a"), record("b")]).unwrap()[0];
    let mut change = keep(&vault.head(id).unwrap());
    change.endpoint = endpoint(2);
    change.secrets.insert("auth.password".into(), SecretChange::Replace(secret("another-secret")));
    vault.update(id, 1, change).unwrap();
    vault.remove(id).unwrap();
    let slot = vault.add_passphrase_slot(vault.operator(), &passphrase("second passphrase")).unwrap();
    vault.remove_slot(slot.id).unwrap();
    vault.start_session(Duration::from_secs(90)).unwrap();
    vault.backup(&bench.dir.path().join("copy.db")).unwrap();
    let seq = vault.append(EventAction::VaultLocked).unwrap();
    let expected = [
        "vault_created",
        "credential_added",
        "credential_added",
        "credential_edited",
        "endpoint_rebound",
        "credential_removed",
        "slot_added",
        "slot_removed",
        "session_started",
        "vault_backed_up",
        "vault_locked",
    ];
    assert_eq!(actions(&vault), expected);
    assert_eq!(seq, expected.len() as u64);
}

#[test]
fn failed_operations_leave_no_event() {
    let bench = Bench::new();
    let (vault, id, _) = bench.with_record();
    let before = actions(&vault).len();
    assert!(vault.insert(vec![record("office MAIL")]).is_err());
    assert!(vault.update(id, 7, keep(&vault.head(id).unwrap())).is_err());
    assert!(vault.remove(uuid::Uuid::nil()).is_err());
    assert_eq!(actions(&vault).len(), before);
}

#[test]
fn events_are_filtered_by_category_time_and_number() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.append(EventAction::PracticeStarted).unwrap();
    bench.clock.advance(Duration::from_secs(60));
    let later = credenza_vault::Clock::now(&*bench.clock);
    vault.append(EventAction::PracticeStopped).unwrap();
    vault.append(EventAction::VaultLocked).unwrap();
    let list = |filter| vault.events(&filter).unwrap().iter().map(|e| e.seq).collect::<Vec<_>>();
    assert_eq!(list(EventFilter::default()), [4, 3, 2, 1]);
    assert_eq!(list(EventFilter { limit: Some(2), ..Default::default() }), [4, 3]);
    assert_eq!(list(EventFilter { category: Some(EventCategory::Settings), ..Default::default() }), [3, 2]);
    assert_eq!(list(EventFilter { since: Some(later), ..Default::default() }), [4, 3]);
    let both = EventFilter { category: Some(EventCategory::Vault), limit: Some(1), since: None };
    assert_eq!(list(both), [4]);
}

#[test]
fn n2_every_edit_of_the_log_is_found_at_its_first_bad_line() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    for _ in 0..9 {
        vault.append(EventAction::PracticeStarted).unwrap();
    }
    let good = vault.verify_events().unwrap();
    assert_eq!((good.checked, good.first_bad), (10, None));
    let raw = bench.raw();
    raw.execute_batch("CREATE TEMP TABLE good AS SELECT * FROM events").unwrap();
    let swap = "UPDATE events SET at = g.at, body = g.body, hash = g.hash, mac = g.mac FROM good g \
                WHERE (events.seq = 4 AND g.seq = 6) OR (events.seq = 6 AND g.seq = 4)";
    let cases = [
        ("UPDATE events SET at = at + 1 WHERE seq = 5", 5),
        ("UPDATE events SET body = zeroblob(length(body)) WHERE seq = 3", 3),
        ("UPDATE events SET hash = zeroblob(32) WHERE seq = 7", 7),
        ("UPDATE events SET mac = zeroblob(32) WHERE seq = 7", 7),
        ("DELETE FROM events WHERE seq = 1", 1),
        ("DELETE FROM events WHERE seq = 6", 6),
        ("DELETE FROM events WHERE seq = 10", 10),
        ("DELETE FROM events", 1),
        ("INSERT INTO events SELECT 11, at, body, hash, mac FROM good WHERE seq = 10", 11),
        ("DELETE FROM events WHERE seq = 5; UPDATE events SET seq = seq - 1 WHERE seq > 5", 5),
        (swap, 4),
    ];
    for (attack, first_bad) in cases {
        raw.execute_batch(attack).unwrap();
        assert_eq!(vault.verify_events().unwrap().first_bad, Some(first_bad), "{attack}");
        let problems = vault.verify().unwrap().problems;
        assert!(problems.iter().any(|p| p.contains(&format!("event {first_bad}"))), "{attack}: {problems:?}");
        raw.execute_batch("DELETE FROM events; INSERT INTO events SELECT * FROM good").unwrap();
        assert_eq!(vault.verify_events().unwrap(), good);
    }
}

#[test]
fn n2_a_cut_tail_is_noticed_when_listing() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.append(EventAction::PracticeStarted).unwrap();
    bench.raw().execute_batch("DELETE FROM events WHERE seq = 2").unwrap();
    assert_eq!(vault.events(&EventFilter::default()).unwrap_err().code(), "damaged");
}

#[test]
fn n8_a_clock_set_back_does_not_change_the_order() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    bench.clock.advance(Duration::from_secs(3600));
    vault.append(EventAction::PracticeStarted).unwrap();
    drop(vault);
    // Another machine with a slow clock.
    let slow = Bench::new();
    let vault = slow.file_at(bench.path.clone());
    let vault = vault.unlock(credenza_vault::Unlock::Passphrase(&passphrase(crate::bench::PASSPHRASE))).unwrap();
    vault.append(EventAction::PracticeStopped).unwrap();
    let events = vault.events(&EventFilter::default()).unwrap();
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(events[0].at < events[1].at);
    assert_eq!(vault.verify_events().unwrap().first_bad, None);
}

#[test]
fn an_event_reads_as_one_flat_object() {
    let bench = Bench::new();
    let (vault, _, _) = bench.with_record();
    let event = vault.events(&EventFilter { category: Some(EventCategory::Credential), ..Default::default() }).unwrap();
    let value = serde_json::to_value(&event[0]).unwrap();
    assert_eq!(value["action"], "credential_added");
    assert_eq!(value["name"], "Office mail");
    assert_eq!(value["category"], "credential");
    assert_eq!(serde_json::from_value::<credenza_vault::Event>(value).unwrap(), event[0]);
}
