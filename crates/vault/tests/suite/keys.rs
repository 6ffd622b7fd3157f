use std::time::{Duration, Instant};

use credenza_vault::{Operator, RecoveryCode, Role, SlotKind, Unlock, VaultError};
use rusqlite::params;

use crate::bench::{Bench, PASSPHRASE, new_vault, passphrase, plain, record, secret};

#[test]
fn b1_wrong_passphrases_of_every_kind_give_the_same_error() {
    let bench = Bench::new();
    drop(bench.create());
    let nul = format!("{PASSPHRASE}\0");
    let huge = "x".repeat(1 << 20);
    for wrong in
        ["", " ", "correct horse batterx", "Correct horse battery", "correct horse battery ", &nul, &huge, "🐎"]
    {
        let error = bench.file().unlock(Unlock::Passphrase(&passphrase(wrong))).err().unwrap();
        assert!(matches!(error, VaultError::WrongKey));
        assert_eq!(error.code(), "locked");
    }
    bench.unlock().expect("the vault opens afterwards");
}

#[test]
fn b1_composed_and_decomposed_letters_open_the_same_vault() {
    let bench = Bench::new();
    let mut new = new_vault(false);
    new.passphrase = passphrase("cafe\u{301} au lait");
    drop(bench.file().create(new).unwrap());
    bench.file().unlock(Unlock::Passphrase(&passphrase("caf\u{e9} au lait"))).unwrap();
}

#[test]
fn b2_an_unknown_operator_gets_the_same_error_as_a_wrong_passphrase() {
    let bench = Bench::new();
    drop(bench.create());
    let good = passphrase(PASSPHRASE);
    let unknown = bench.file().with_operator(Some("eve".into())).unlock(Unlock::Passphrase(&good)).err().unwrap();
    let wrong = bench.unlock_with("wrong horse").err().unwrap();
    assert_eq!(unknown.to_string(), wrong.to_string());
    bench.file().with_operator(Some("ada".into())).unlock(Unlock::Passphrase(&good)).unwrap();
}

#[test]
fn b3_a_changed_passphrase_opens_and_the_old_one_no_longer_does() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let old = vault.slots().unwrap().into_iter().find(|s| s.kind == SlotKind::Passphrase).unwrap();
    vault.add_passphrase_slot(vault.operator(), &passphrase("a whole new phrase")).unwrap();
    vault.check_passphrase(&passphrase(PASSPHRASE)).unwrap();
    vault.remove_slot(old.id).unwrap();
    assert!(matches!(vault.check_passphrase(&passphrase(PASSPHRASE)), Err(VaultError::WrongKey)));
    drop(vault);
    assert!(matches!(bench.unlock(), Err(VaultError::WrongKey)));
    bench.unlock_with("a whole new phrase").unwrap();
}

#[test]
fn b5_hostile_stretching_parameters_are_refused_within_a_second() {
    let bench = Bench::new();
    drop(bench.create());
    for (column, value) in [
        ("memory_kib", i64::from(u32::MAX)),
        ("memory_kib", 1 << 40),
        ("passes", 1_000_000),
        ("lanes", 17),
        ("memory_kib", 0),
    ] {
        let raw = bench.raw();
        let before: i64 =
            raw.query_row(&format!("SELECT {column} FROM slots WHERE kind = 1"), [], |r| r.get(0)).unwrap();
        let set = |v: i64| raw.execute(&format!("UPDATE slots SET {column} = ?1 WHERE kind = 1"), params![v]).unwrap();
        set(value);
        let begin = Instant::now();
        assert_eq!(bench.unlock().err().unwrap().code(), "damaged", "{column} = {value}");
        assert!(begin.elapsed() < Duration::from_secs(30));
        set(before);
    }
    bench.unlock().unwrap();
}

#[test]
fn b6_a_device_slot_opens_with_its_key_and_names_every_way_it_cannot() {
    let bench = Bench::new();
    let (vault, _) = bench.file().create(new_vault(true)).unwrap();
    let (id, kept) = (vault.id(), bench.keyring.0.lock().unwrap()[&vault.id()]);
    drop(vault);
    bench.file().unlock(Unlock::Device).unwrap();
    bench.keyring.0.lock().unwrap().insert(id, [7; 32]);
    assert!(matches!(bench.file().unlock(Unlock::Device), Err(VaultError::KeyringUnavailable(_))));
    bench.keyring.0.lock().unwrap().clear();
    let error = bench.file().unlock(Unlock::Device).err().unwrap();
    assert!(matches!(error, VaultError::KeyringUnavailable(_)));
    assert_eq!(error.code(), "locked");
    bench.unlock().expect("the passphrase still opens it");
    bench.keyring.0.lock().unwrap().insert(id, kept);
    bench.file().unlock(Unlock::Device).unwrap();
}

#[test]
fn a_vault_without_a_device_slot_says_so() {
    let bench = Bench::new();
    drop(bench.create());
    assert!(matches!(bench.file().unlock(Unlock::Device), Err(VaultError::NoSuchSlot(SlotKind::Device))));
    assert!(bench.keyring.0.lock().unwrap().is_empty(), "nothing was put into the keyring unasked");
}

#[test]
fn b7_the_recovery_code_opens_the_vault_a_typo_is_named_and_a_renewed_code_replaces_it() {
    let bench = Bench::new();
    let (vault, code) = bench.create();
    let id = vault.insert(vec![record("a")]).unwrap()[0];
    drop(vault);
    let typed = RecoveryCode::parse(&secret(&code.expose().to_lowercase())).unwrap();
    let (vault, renewed) = bench.file().unlock_with_recovery(&typed).unwrap();
    assert_eq!(plain(&vault.secret(id, "auth.password").unwrap()), "hunter2-abcd1234");

    let mut typo = code.expose().to_owned();
    let other = if typo.starts_with('7') { "8" } else { "7" };
    typo.replace_range(0..1, other);
    let error = RecoveryCode::parse(&secret(&typo)).unwrap_err();
    assert!(error.to_string().contains("group 1"), "{error}");

    bench.unlock().unwrap().rename("another program's change").unwrap();
    vault.rename("mine").expect("what was unlocked with the code stays unlocked");
    drop(vault);
    let renewed = renewed.expect("an administrator's code is renewed");
    assert!(matches!(bench.file().unlock(Unlock::Recovery(&code)), Err(VaultError::WrongKey)), "used up");
    bench.file().unlock(Unlock::Recovery(&renewed)).unwrap();
}

#[test]
fn b9_a_slot_copied_from_another_vault_opens_nothing() {
    let (bench, other) = (Bench::new(), Bench::new());
    drop(bench.create());
    let mut foreign = new_vault(false);
    foreign.passphrase = passphrase("the attacker's own");
    drop(other.file().create(foreign).unwrap());
    let raw = bench.raw();
    raw.execute("ATTACH ?1 AS other", params![other.path.to_str().unwrap()]).unwrap();
    raw.execute_batch("INSERT INTO slots SELECT * FROM other.slots WHERE kind = 1; DETACH other;").unwrap();
    assert!(matches!(bench.unlock_with("the attacker's own"), Err(VaultError::WrongKey)));
    assert_eq!(bench.unlock().err().unwrap().code(), "damaged", "and the added row is noticed");
}

#[test]
fn a12_a_swapped_role_is_noticed() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    let helpdesk = Operator { name: "hel".into(), role: Role::Helpdesk };
    vault.add_passphrase_slot(helpdesk, &passphrase("helpdesk phrase")).unwrap();
    drop(vault);
    for (from, to) in [(2, 1), (1, 2)] {
        let raw = bench.raw();
        let moved = |from: i64, to: i64, who: &str| {
            let sql = "UPDATE slots SET role = ?2 WHERE role = ?1 AND operator = ?3";
            raw.execute(sql, params![from, to, who]).unwrap()
        };
        let (who, phrase) = if from == 2 { ("hel", "helpdesk phrase") } else { ("ada", PASSPHRASE) };
        assert!(moved(from, to, who) > 0);
        assert_eq!(bench.unlock_with(phrase).err().unwrap().code(), "damaged");
        moved(to, from, who);
        bench.unlock_with(phrase).unwrap();
    }
}

#[test]
fn a15_an_edited_commitment_lets_no_second_passphrase_in() {
    let bench = Bench::new();
    let (vault, _) = bench.create();
    vault.add_passphrase_slot(vault.operator(), &passphrase("second passphrase")).unwrap();
    drop(vault);
    let raw = bench.raw();
    raw.execute_batch(
        "UPDATE slots SET commitment = (SELECT commitment FROM slots s WHERE s.kind = 1 AND s.id <> slots.id), \
         salt = (SELECT salt FROM slots s WHERE s.kind = 1 AND s.id <> slots.id) WHERE kind = 1",
    )
    .unwrap();
    for phrase in [PASSPHRASE, "second passphrase"] {
        assert!(bench.unlock_with(phrase).is_err());
    }
}

impl Bench {
    pub(crate) fn unlock_with(&self, phrase: &str) -> Result<credenza_vault::Vault, VaultError> {
        self.file().unlock(Unlock::Passphrase(&passphrase(phrase)))
    }
}
