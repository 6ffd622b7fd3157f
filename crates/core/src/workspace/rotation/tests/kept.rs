//! Where next and old values are, and where they are not; app passwords that are suspect.

use credenza_vault::{EventFilter, Operator, Passphrase, Role, Unlock, VaultFile};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{BEFORE, FIELD, MAIL, Office, last4};
use crate::Code;
use crate::check::{CancelFlag, Extent};
use crate::horizon::HorizonFilter;
use crate::rotation::{RotationStep, SwitchRequest};
use crate::view::RowFlag;
use crate::workspace::rotation::ROTATION;
use crate::workspace::{ManyOptions, RunOptions, Workspace};

#[tokio::test]
async fn next_and_old_values_are_nowhere_to_be_read_and_the_report_knows_them_as_secrets() {
    let office = Office::open().await;
    office.mail();
    office.switched().await;
    office.start("canary-second-next-77aa");
    office.workspace.run(MAIL, None, &crate::check::Action::Connection, RunOptions::default()).await.unwrap();
    let shown = [
        serde_json::to_string(&office.workspace.document(MAIL).unwrap()).unwrap(),
        serde_json::to_string(&office.workspace.show(MAIL).unwrap()).unwrap(),
        serde_json::to_string(&office.workspace.rows().unwrap()).unwrap(),
        serde_json::to_string(&office.workspace.rotations(MAIL).unwrap()).unwrap(),
        serde_json::to_string(&office.workspace.events(&EventFilter::default()).unwrap()).unwrap(),
        serde_json::to_string(&office.workspace.history(MAIL).unwrap()).unwrap(),
    ];
    for secret in [BEFORE, "canary-second-next-77aa", office.good().expose_secret()] {
        assert!(shown.iter().all(|text| !text.contains(secret)), "{secret} is shown");
    }
    let head = office.workspace.head(MAIL).unwrap();
    for secret in [BEFORE, "canary-second-next-77aa"] {
        let mut result = office.workspace.last_result(head.id).unwrap().unwrap();
        result.stages[0].summary = format!("the server said {secret}");
        let refused = office.workspace.report_on(&result, Some(head.id), Extent::Report);
        assert!(refused.is_err() || !refused.unwrap().contains(secret), "{secret} is in the report");
    }
    assert_eq!(
        office.workspace.reveal(MAIL, "old:auth.password").unwrap().expose_secret(),
        BEFORE,
        "like any secret field"
    );
    assert_eq!(office.workspace.reveal(MAIL, "password").unwrap().expose_secret(), office.good().expose_secret());
}

#[tokio::test]
async fn a_backup_keeps_a_rotation_and_removing_the_record_removes_it() {
    let office = Office::open().await;
    office.mail();
    office.switched().await;
    let copy = office.folder.path().join("copy.db");
    office.workspace.vault().backup(&copy).unwrap();
    let passphrase = Passphrase::new(SecretString::from("plinth-otter-mauve"));
    let id = office.workspace.resolve(MAIL).unwrap();
    office.workspace.remove(MAIL).unwrap();
    assert!(office.workspace.vault().document(ROTATION, &id.to_string()).unwrap().is_none());
    assert!(
        office.workspace.horizon(&HorizonFilter::default()).unwrap().is_empty()
            && office.workspace.rotations_under_way().unwrap().is_empty()
    );
    office.workspace.vault().verify().unwrap();

    let within = |name: &str| office.folder.path().join(name);
    let other = VaultFile::at(&copy).with_runtime_dir(within("run2")).with_state_dir(within("state2"));
    let kept = Workspace::new(other.unlock(Unlock::Passphrase(&passphrase)).unwrap());
    let view = kept.rotation(MAIL, FIELD).unwrap();
    assert_eq!((view.step, view.old), (RotationStep::Switched, Some(last4(BEFORE))));
    kept.rotate_return(MAIL, FIELD).unwrap();
}

#[tokio::test]
async fn d10_helpdesk_rotates_nothing_and_a_sealed_records_next_value_is_sealed_too() {
    let office = Office::open().await;
    office.mail();
    office.workspace.edit(MAIL, json!({ "class": "sealed" }), false).unwrap();
    office.start(office.good().expose_secret());
    let hanna = Passphrase::new(SecretString::from("a helpdesk passphrase of her own"));
    let operator = Operator { name: "Hanna".into(), role: Role::Helpdesk };
    office.workspace.vault().add_passphrase_slot(operator, &hanna).unwrap();
    let hers = Workspace::new(office.file.unlock(Unlock::Passphrase(&hanna)).unwrap());
    let value = || SecretString::from("canary-hers-1234");
    assert_eq!(hers.rotate_start(MAIL, FIELD, value()).unwrap_err().code, Code::Forbidden);
    assert_eq!(hers.rotate_switch(MAIL, FIELD, &SwitchRequest::default()).unwrap_err().code, Code::Forbidden);
    assert_eq!(hers.rotate_return(MAIL, FIELD).unwrap_err().code, Code::Forbidden);
    assert_eq!(hers.rotate_revoked(MAIL, FIELD).unwrap_err().code, Code::Forbidden);
    assert_eq!(hers.rotate_cancel(MAIL, FIELD).unwrap_err().code, Code::Forbidden);
    assert_eq!(hers.reveal(MAIL, "next:auth.password").unwrap_err().code, Code::Forbidden);
    assert_eq!(hers.rotate_test(MAIL, FIELD, RunOptions::default()).await.unwrap_err().code, Code::Forbidden);
    assert_eq!(
        hers.rotation(MAIL, FIELD).unwrap().next,
        Some(last4(office.good().expose_secret())),
        "masks she may see"
    );
}

#[tokio::test]
async fn iqx_17_a_changed_main_password_marks_exactly_what_depends_on_it_until_a_check_passes() {
    let office = Office::open().await;
    let practice = office.record("Practice mail");
    let mail = |name: &str, auth: Value| {
        let mut record = practice.clone();
        record["name"] = json!(name);
        record["auth"].as_object_mut().unwrap().extend(auth.as_object().unwrap().clone());
        record
    };
    let app = |more: Value| {
        let mut auth = json!({ "password_kind": "app_password" });
        auth.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        auth
    };
    let user = practice["auth"]["username"].as_str().unwrap().to_owned();
    office
        .workspace
        .add(json!([
            mail("By user name", app(json!({ "purpose": "newsletter" }))),
            mail("By account", app(json!({ "username": "alias@example.com", "account": user.to_uppercase() }))),
            mail("Another account", app(json!({ "account": "other@example.com" }))),
            mail("Main", json!({ "password_kind": "main" })),
        ]))
        .unwrap();
    let found = office.workspace.main_password_changed(&format!(" {user} ")).unwrap();
    let names: Vec<_> = found.iter().map(|suspected| (suspected.name.as_str(), suspected.purpose.as_str())).collect();
    assert_eq!(names, [("By account", ""), ("By user name", "newsletter")]);
    let flagged = || -> Vec<String> {
        let rows = office.workspace.rows_once().unwrap();
        rows.into_iter().filter(|row| row.flags.contains(&RowFlag::Suspect)).map(|row| row.name).collect()
    };
    assert_eq!(flagged(), ["By account", "By user name"]);
    let lines = office.workspace.overview().unwrap().attention;
    assert_eq!(lines.iter().filter(|line| line.text.contains("suspect")).count(), 2);

    let ids: Vec<_> = found.iter().map(|suspected| suspected.id).collect();
    let options = ManyOptions { cancel: CancelFlag::new(), ..Default::default() };
    let many = office.workspace.check_many(Some(&ids), options).await.unwrap();
    assert_eq!((many.passed, many.failed), (1, 1), "the alias does not exist at the practice server");
    assert_eq!(flagged(), ["By account"], "only a check that passed clears it");
    assert_eq!(office.workspace.main_password_changed("nobody@example.com").unwrap_err().code, Code::NotFound);
}
