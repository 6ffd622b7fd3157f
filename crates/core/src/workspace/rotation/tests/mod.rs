//! The way from the next value to the revoked old one (C9), at the practice servers.

mod certificates;
mod kept;

use std::sync::Arc;

use credenza_sandbox::{Sandbox, SandboxOptions};
use credenza_vault::{EventFilter, VaultFile};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::Code;
use crate::check::Outcome;
use crate::horizon::HorizonFilter;
use crate::rotation::{RotationStep, RotationView, SwitchRequest};
use crate::test_vault::{Hands, new_vault, vault_file};
use crate::view::AttentionWeight;
use crate::workspace::{RunOptions, Workspace};

struct Office {
    workspace: Workspace,
    clock: Hands,
    sandbox: Sandbox,
    file: VaultFile,
    folder: tempfile::TempDir,
}

/// What stood in the field before: the practice server does not know it any more.
const BEFORE: &str = "canary-before-7d21";
const MAIL: &str = "Office mail";
const FIELD: &str = "auth.password";

impl Office {
    async fn open() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let file = vault_file(&folder);
        let vault = new_vault(&file);
        let clock = Hands::of_today();
        let workspace = Workspace::new(vault).with_clock(Arc::new(clock.clone()));
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        Office { workspace, clock, sandbox, file, folder }
    }

    fn record(&self, name: &str) -> Value {
        self.sandbox.servers().into_iter().find(|server| server.name == name).unwrap().draft
    }

    /// A mail server whose current password has a date.
    fn mail(&self) {
        let mut record = self.record("Practice mail");
        record["name"] = json!(MAIL);
        record["auth"]["password"] = json!(BEFORE);
        record["expiries"] = json!([{ "item": FIELD, "on": self.day(5).to_string(), "note": "ask Ops" }]);
        self.workspace.add(record).unwrap();
    }

    fn day(&self, days: i64) -> Date {
        self.workspace.today().checked_add(days.days()).unwrap()
    }

    fn pass(&self, days: i64) {
        self.clock.later(SignedDuration::from_hours(days * 24));
    }

    fn good(&self) -> SecretString {
        SecretString::from(self.sandbox.accounts().password.clone())
    }

    fn start(&self, next: &str) -> RotationView {
        self.workspace.rotate_start(MAIL, FIELD, SecretString::from(next)).unwrap()
    }

    async fn test(&self) -> super::TriedNext {
        self.workspace.rotate_test(MAIL, FIELD, RunOptions::default()).await.unwrap()
    }

    fn current(&self) -> String {
        let id = self.workspace.resolve(MAIL).unwrap();
        self.workspace.vault().secret(id, FIELD).unwrap().expose_secret().to_owned()
    }

    fn date(&self) -> Option<Date> {
        self.workspace.rotation(MAIL, FIELD).unwrap().expires
    }

    fn events(&self) -> Vec<String> {
        let mut all: Vec<String> =
            self.workspace.events(&EventFilter::default()).unwrap().into_iter().map(|e| e.action).collect();
        all.reverse();
        all
    }

    async fn switched(&self) -> RotationView {
        self.start(self.good().expose_secret());
        self.test().await;
        self.workspace.rotate_switch(MAIL, FIELD, &SwitchRequest::default()).unwrap()
    }
}

fn last4(text: &str) -> String {
    format!("****{}", &text[text.len() - 4..])
}

#[tokio::test]
async fn c9_a_next_value_that_fails_its_test_is_not_switched_to_and_nothing_that_works_is_touched() {
    let office = Office::open().await;
    office.mail();
    let entered = office.start("canary-wrong-next-1f0c");
    assert_eq!(
        (entered.step, entered.current, entered.next),
        (RotationStep::Entered, Some(last4(BEFORE)), Some(last4("1f0c")))
    );
    let untested = office.workspace.rotate_switch(MAIL, FIELD, &SwitchRequest::default()).unwrap_err();
    assert_eq!((untested.code, untested.reason.as_deref()), (Code::Forbidden, Some("untested")));

    let tried = office.test().await;
    assert_eq!((tried.result.outcome, tried.rotation.step), (Outcome::Failed, RotationStep::Entered));
    assert_eq!(tried.result.explanation.unwrap().raw.split(' ').next(), Some("535"), "the server itself refused it");
    assert_eq!(tried.rotation.trial.unwrap().outcome, Outcome::Failed);
    let refused = office.workspace.rotate_switch(MAIL, FIELD, &SwitchRequest::default()).unwrap_err();
    assert_eq!((refused.code, refused.reason.as_deref()), (Code::Forbidden, Some("untested")));
    assert!(refused.message.contains("failed its test"), "{}", refused.message);
    assert_eq!((office.current(), office.date()), (BEFORE.to_owned(), Some(office.day(5))));
    let row = office.workspace.rows().unwrap().remove(0);
    assert!(row.last_check.is_none(), "the test of the next value is not the record's own");

    let forced = SwitchRequest { overrule: true, ..SwitchRequest::default() };
    assert_eq!(office.workspace.rotate_switch(MAIL, FIELD, &forced).unwrap().step, RotationStep::Switched);
    let event = office.workspace.vault().events(&EventFilter::default()).unwrap();
    let overruled = event
        .iter()
        .any(|event| matches!(event.action, credenza_vault::EventAction::RotationSwitched { overruled: true, .. }));
    assert!(overruled, "an administrator's word is in the log");
}

#[tokio::test]
async fn c9_after_the_switch_one_click_returns_with_expiry_history_and_masks_right_at_each_step() {
    let office = Office::open().await;
    office.mail();
    let good = office.good().expose_secret().to_owned();
    office.start(&good);
    let tried = office.test().await;
    assert_eq!((tried.result.outcome, tried.rotation.step), (Outcome::Passed, RotationStep::Tested));
    assert_eq!(office.current(), BEFORE, "a test switches nothing");

    let how = SwitchRequest { expires: Some(office.day(90)), ..SwitchRequest::default() };
    let switched = office.workspace.rotate_switch(MAIL, FIELD, &how).unwrap();
    assert_eq!((switched.step, switched.keep_until), (RotationStep::Switched, Some(office.day(14))));
    assert_eq!((switched.current, switched.next, switched.old), (Some(last4(&good)), None, Some(last4(BEFORE))));
    assert_eq!(
        (office.current(), office.date()),
        (good.clone(), Some(office.day(90))),
        "the new date replaces the old one"
    );
    let detail = office.workspace.show(MAIL).unwrap();
    assert!(detail.credential.common.expiries.iter().any(|expiry| expiry.note == "ask Ops"), "how to renew it stays");
    let connects =
        office.workspace.run(MAIL, None, &crate::check::Action::Connection, RunOptions::default()).await.unwrap();
    assert_eq!(connects.result.outcome, Outcome::Passed, "what uses the record uses the new value");

    let back = office.workspace.rotate_return(MAIL, FIELD).unwrap();
    assert_eq!((back.step, back.old, back.keep_until), (RotationStep::Entered, None, None));
    assert_eq!((back.current, back.next), (Some(last4(BEFORE)), Some(last4(&good))), "nothing is lost on the way back");
    assert_eq!((office.current(), office.date()), (BEFORE.to_owned(), Some(office.day(5))), "the old date is back");
    assert_eq!(back.trial, None, "it has to be proved again");

    let history: Vec<Vec<String>> =
        office.workspace.history(MAIL).unwrap().into_iter().map(|entry| entry.fields).collect();
    let (next, old) = ("next:auth.password".to_owned(), "old:auth.password".to_owned());
    let moved =
        |beside: [&String; 2]| vec![FIELD.to_owned(), "expiries".to_owned(), beside[0].clone(), beside[1].clone()];
    assert_eq!(history[0], moved([&next, &old]));
    assert_eq!(history[1], moved([&next, &old]));
    assert_eq!(history[2], [next]);
    let told: Vec<String> = office.events().into_iter().filter(|action| action.starts_with("rotation")).collect();
    assert_eq!(told, ["rotation_started", "rotation_tested", "rotation_switched", "rotation_returned"]);
}

#[tokio::test]
async fn c9_revoked_cannot_be_ticked_while_something_that_uses_it_is_open() {
    let office = Office::open().await;
    let mut app = office.record("Practice app registration");
    app["name"] = json!("App");
    app["oauth2"]["client_secret"] = json!(office.sandbox.accounts().expired_client_secret);
    let mut mail = office.record("Practice mail with OAuth 2.0");
    mail["name"] = json!("ERP");
    mail["auth"]["oauth2"] = json!({ "credential": "App" });
    office.workspace.add(json!([app])).unwrap();
    office.workspace.add(json!([mail])).unwrap();
    let (app, field) = ("App", "oauth2.client_secret");
    let secret = SecretString::from(office.sandbox.accounts().client_secret.clone());
    office.workspace.rotate_start(app, "client_secret", secret).unwrap();
    let tried = office.workspace.rotate_test(app, field, RunOptions::default()).await.unwrap();
    assert_eq!(tried.rotation.step, RotationStep::Tested, "{:?}", tried.result.explanation);
    office.workspace.rotate_add_use(app, field, "the nightly job on host7").unwrap();
    let switched = office.workspace.rotate_switch(app, field, &SwitchRequest::default()).unwrap();
    let uses: Vec<_> = switched.used_by.iter().map(|used| (used.number, used.text.as_str(), used.done)).collect();
    assert_eq!(uses, [(1, "ERP", false), (2, "the nightly job on host7", false)], "records and what a person added");

    let refused = office.workspace.rotate_revoked(app, field).unwrap_err();
    assert_eq!((refused.code, refused.reason.as_deref()), (Code::Conflict, Some("in_use")));
    assert!(refused.message.contains("ERP") && refused.message.contains("host7"), "{}", refused.message);
    office.workspace.rotate_tick(app, field, (1, true)).unwrap();
    assert!(office.workspace.rotate_revoked(app, field).is_err(), "one is still open");
    assert_eq!(office.workspace.rotate_tick(app, field, (9, true)).unwrap_err().code, Code::NotFound);
    office.workspace.rotate_tick(app, field, (2, true)).unwrap();
    let done = office.workspace.rotate_revoked(app, field).unwrap();
    assert_eq!(
        (done.step, done.old, done.open),
        (RotationStep::Idle, None, 0),
        "a revoked value is of no use any more"
    );
    assert!(office.workspace.rotate_return(app, field).is_err());
    assert!(office.workspace.rotations_under_way().unwrap().is_empty());
}

#[tokio::test]
async fn the_old_value_is_removed_after_its_date_and_the_reminder_stays_until_it_is_revoked() {
    let office = Office::open().await;
    office.mail();
    office.switched().await;
    let reminder = || {
        office
            .workspace
            .horizon(&HorizonFilter::default())
            .unwrap()
            .into_iter()
            .find(|item| item.item == "Old Password, still valid")
    };
    assert_eq!(reminder().unwrap().on, office.day(14));
    let line = || {
        office
            .workspace
            .overview()
            .unwrap()
            .attention
            .into_iter()
            .find(|line| line.topic.as_deref() == Some("rotation"))
    };
    assert_eq!(line().unwrap().severity, AttentionWeight::Warn);
    assert!(line().unwrap().text.contains("old value of Password still valid: revoke it at its provider"));

    office.pass(14);
    assert_eq!(office.workspace.remove_outdated().unwrap(), 0, "the date itself is its last day");
    office.pass(1);
    assert_eq!(office.workspace.remove_outdated().unwrap(), 1);
    assert_eq!(office.workspace.remove_outdated().unwrap(), 0);
    let view = office.workspace.rotation(MAIL, FIELD).unwrap();
    assert_eq!((view.step, view.old), (RotationStep::Switched, None));
    assert_eq!(office.workspace.rotate_return(MAIL, FIELD).unwrap_err().code, Code::NotFound);
    assert!(line().is_some(), "it is still valid at its provider");
    assert_eq!(office.workspace.rotate_revoked(MAIL, FIELD).unwrap().step, RotationStep::Idle);
    assert!(line().is_none() && reminder().is_none());
}

#[tokio::test]
async fn a_passed_test_counts_for_that_value_and_that_way_of_connecting_alone() {
    let office = Office::open().await;
    office.mail();
    let good = office.good().expose_secret().to_owned();
    office.start(&good);
    office.test().await;
    office.workspace.edit(MAIL, json!({ "notes": "a note" }), false).unwrap();
    assert_eq!(office.workspace.rotation(MAIL, FIELD).unwrap().step, RotationStep::Tested, "a note changes nothing");
    office.workspace.edit(MAIL, json!({ "auth": { "username": "somebody@else.example" } }), false).unwrap();
    assert_eq!(office.workspace.rotation(MAIL, FIELD).unwrap().step, RotationStep::Entered);
    let refused = office.workspace.rotate_switch(MAIL, FIELD, &SwitchRequest::default()).unwrap_err();
    assert!(refused.message.contains("was changed since its test"), "{}", refused.message);
    let again = office.start("canary-another-next");
    assert_eq!((again.step, again.trial), (RotationStep::Entered, None));
    let refused = office
        .workspace
        .edit(MAIL, json!({ "host": "localhost", "auth": { "password": "x1234567" } }), false)
        .unwrap_err();
    assert_eq!(refused.reason.as_deref(), Some("endpoint_changed"), "the next value is bound to its endpoint too");
    assert!(refused.message.contains("Next Password"), "{}", refused.message);
}

#[tokio::test]
async fn d2_what_is_no_next_value_is_refused_by_its_field() {
    let office = Office::open().await;
    office.mail();
    for odd in ["", "  ", "****abcd", "two\nlines", BEFORE] {
        let refused = office.workspace.rotate_start(MAIL, FIELD, SecretString::from(odd)).unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some(FIELD)), "{odd:?}");
    }
    for field in ["host", "next:auth.password", "proxy.password"] {
        let refused = office.workspace.rotate_start(MAIL, field, SecretString::from("canary-1234")).unwrap_err();
        assert_eq!(refused.code, Code::Invalid, "{field}");
    }
    assert_eq!(
        office.workspace.rotate_test(MAIL, FIELD, RunOptions::default()).await.unwrap_err().code,
        Code::NotFound
    );
    let past = SwitchRequest { keep_until: Some(office.day(-1)), overrule: true, ..SwitchRequest::default() };
    office.start("canary-1234");
    assert_eq!(office.workspace.rotate_switch(MAIL, FIELD, &past).unwrap_err().field.as_deref(), Some("keep_until"));
    assert_eq!(office.workspace.rotate_cancel(MAIL, FIELD).unwrap().step, RotationStep::Idle);
}

#[tokio::test]
async fn c8_a_next_refresh_token_that_its_test_used_up_is_followed_by_its_successor() {
    let office = Office::open().await;
    let mut app = office.record("Practice app registration");
    let good = office.sandbox.accounts().refresh_token.clone();
    app["name"] = json!("App");
    app["oauth2"]["grant"] = json!("refresh_token");
    app["oauth2"]["refresh_token"] = json!("canary-dead-refresh-token");
    office.workspace.add(app).unwrap();
    let field = "oauth2.refresh_token";
    office.workspace.rotate_start("App", field, SecretString::from(good.clone())).unwrap();
    let tried = office.workspace.rotate_test("App", field, RunOptions::default()).await.unwrap();
    assert_eq!(tried.result.outcome, Outcome::Passed, "{:?}", tried.result.explanation);
    let id = office.workspace.resolve("App").unwrap();
    let next = office.workspace.vault().secret(id, "next:oauth2.refresh_token").unwrap();
    assert_ne!(next.expose_secret(), good, "the provider replaced it in the test");
    let current = office.workspace.vault().secret(id, field).unwrap();
    assert_eq!(current.expose_secret(), "canary-dead-refresh-token");
    office.workspace.rotate_switch("App", field, &SwitchRequest::default()).unwrap();
    let works = office.workspace.run("App", None, &crate::check::Action::Token { force: true }, RunOptions::default());
    assert_eq!(works.await.unwrap().result.outcome, Outcome::Passed, "what came into force is alive");
}
