//! Sign-ins on forms that are not saved yet, against the practice provider.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use credenza_sandbox::{API_AUDIENCE, Sandbox, SandboxOptions};
use jiff::SignedDuration;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CheckRequest, SaveRequest, Workspace};
use crate::check::{CancelFlag, CheckKind, CheckResult, Outcome, SignIn};
use crate::test_vault::{Hands, new_vault, vault_file};
use crate::view::SignInSaved;
use crate::{Code, CredentialType};

struct Office {
    workspace: Workspace,
    sandbox: Arc<Sandbox>,
    hands: Hands,
    asked: Arc<Mutex<usize>>,
    _folder: tempfile::TempDir,
}

async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let file = vault_file(&folder);
    let vault = new_vault(&file);
    let hands = Hands::of_today();
    let workspace = Workspace::new(vault).with_clock(Arc::new(hands.clone()));
    let options = SandboxOptions { device_interval: Some(1), ..SandboxOptions::default() };
    let sandbox = Arc::new(Sandbox::start(options).await.unwrap());
    Office { workspace, sandbox, hands, asked: Arc::default(), _folder: folder }
}

impl Office {
    /// The form of an app registration on which a person signs in with a code.
    fn form(&self) -> Value {
        let base = format!("https://127.0.0.1:{}/practice/oauth2/v2.0", self.sandbox.ports().idp);
        json!({
            "type": "app_registration", "name": "Tickets", "description": "for a test", "host": "127.0.0.1",
            "certificate_check": { "mode": "certificate", "certificate_pem": self.sandbox.ca_pem() },
            "oauth2": {
                "grant": "device_code", "token_url": format!("{base}/token"), "device_url": format!("{base}/devicecode"),
                "client_id": self.sandbox.accounts().client_id, "client_auth": "none",
                "scope": format!("{API_AUDIENCE}/Practice.Read offline_access"),
            },
        })
    }

    /// *Fetch Token* on a form, by somebody who agrees to whatever they are asked.
    async fn fetch(&self, form: &str, id: Option<Uuid>, draft: Option<Value>) -> CheckResult {
        let request = CheckRequest {
            run_id: "run".into(),
            id,
            draft,
            kind: CheckKind::Token,
            email: None,
            confirm_rebind: false,
            despite_expiry: false,
            form: Some(form.into()),
        };
        let (sandbox, asked) = (Arc::clone(&self.sandbox), Arc::clone(&self.asked));
        let person = Arc::new(move |sign_in: &SignIn| {
            *asked.lock().unwrap() += 1;
            assert!(sandbox.answer_device(sign_in.user_code.as_deref().unwrap(), true));
        });
        let check = self.workspace.check(request, Arc::new(|_| {}), CancelFlag::new(), person);
        let ended = tokio::time::timeout(Duration::from_secs(60), check).await.expect("it ends");
        let result = ended.unwrap();
        assert_ne!(result.outcome, Outcome::Failed, "{result:#?}");
        result
    }

    fn save(&self, form: &str, id: Option<Uuid>, draft: Value) -> Result<(Uuid, Option<SignInSaved>), crate::Problem> {
        let request = SaveRequest { id, revision: None, draft, confirm_rebind: false, form: Some(form.into()) };
        self.workspace.save(request).map(|detail| (detail.id, detail.sign_in))
    }

    fn stored(&self, id: Uuid) -> Option<String> {
        let secret = self.workspace.vault.secret(id, "oauth2.refresh_token");
        secret.ok().map(|secret| secret.expose_secret().to_owned())
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    fn later(&self, time: SignedDuration) {
        self.hands.later(time);
    }
}

#[tokio::test]
async fn a_sign_in_on_a_new_form_is_stored_by_its_save_and_nobody_is_asked_again() {
    let office = office().await;
    let result = office.fetch("f1", None, Some(office.form())).await;
    assert_eq!(result.result["sign_in"], "held");
    assert_eq!(result.outcome, Outcome::Passed, "a sign-in that waits for Save is no warning: {:?}", result.warnings);
    let again = office.fetch("f1", None, Some(office.form())).await;
    assert!(again.result.get("sign_in").is_none(), "the second test of the form uses what the first one brought");
    let (id, saved) = office.save("f1", None, office.form()).unwrap();
    assert_eq!(saved, Some(SignInSaved::Stored));
    office.fetch("f2", Some(id), None).await;
    assert_eq!(office.asked(), 1, "the record works without the person");
    assert!(office.stored(id).is_some());
    let events =
        serde_json::to_string(&office.workspace.events(&credenza_vault::EventFilter::default()).unwrap()).unwrap();
    let token = office.stored(id).unwrap();
    let shown = format!("{result:?} {again:?} {events} {:?}", office.workspace.show("Tickets").unwrap());
    assert!(!shown.contains(&token), "nothing that is shown holds the refresh token");
}

#[tokio::test]
async fn a_sign_in_on_an_edited_record_is_stored_by_its_save_and_not_before() {
    let office = office().await;
    let (id, _) = office.save("f0", None, office.form()).unwrap();
    let mut edited = office.form();
    edited["notes"] = json!("asked Ops");
    let result = office.fetch("f1", Some(id), Some(edited.clone())).await;
    assert_eq!((result.result["sign_in"].as_str(), office.stored(id)), (Some("held"), None), "vector 12");
    assert_eq!(office.save("f1", Some(id), edited).unwrap(), (id, Some(SignInSaved::Stored)));
    assert!(office.stored(id).is_some());
}

#[tokio::test]
async fn another_token_endpoint_client_or_way_there_drops_the_sign_in_and_save_says_so() {
    let office = office().await;
    let changes = [
        ("/oauth2/token_url", json!("https://id.example.com/token")),
        ("/oauth2/device_url", json!("https://id.example.com/device")),
        ("/oauth2/client_id", json!("another-client")),
        ("/oauth2/grant", json!("client_credentials")),
        ("/certificate_check", json!({ "mode": "disable" })),
    ];
    for (number, (path, value)) in changes.into_iter().enumerate() {
        office.fetch("f1", None, Some(office.form())).await;
        let mut changed = office.form();
        *changed.pointer_mut(path).unwrap() = value;
        changed["name"] = json!(format!("Tickets {number}"));
        if path.ends_with("grant") {
            changed["oauth2"]["client_auth"] = json!("post");
            changed["oauth2"]["client_secret"] = json!("a-long-enough-secret");
        }
        let (id, saved) = office.save("f1", None, changed).unwrap();
        assert_eq!((saved, office.stored(id)), (Some(SignInSaved::Dropped), None), "{path}");
        let (_, none) = office.save("f1", Some(id), office.form()).map_or((id, None), |done| done);
        assert_eq!(none, None, "{path}: dropped is dropped");
    }
}

#[tokio::test]
async fn a_changed_endpoint_is_not_given_the_sign_in_by_a_test_either() {
    let office = office().await;
    office.fetch("f1", None, Some(office.form())).await;
    let mut changed = office.form();
    changed["oauth2"]["token_url"] =
        json!(format!("https://localhost:{}/practice/oauth2/v2.0/token", office.sandbox.ports().idp));
    office.fetch("f1", None, Some(changed)).await;
    assert_eq!(office.asked(), 2, "it is another address: the person is asked");
}

#[tokio::test]
async fn a_closed_form_half_an_hour_and_another_form_have_no_sign_in() {
    let office = office().await;
    office.fetch("f1", None, Some(office.form())).await;
    let mut other = office.form();
    other["name"] = json!("Other");
    assert_eq!(office.save("f2", None, other).unwrap().1, None, "it belongs to its own form");

    office.workspace.forget_sign_in("f1");
    let (id, saved) = office.save("f1", None, office.form()).unwrap();
    assert_eq!((saved, office.stored(id)), (None, None), "closed");
    office.workspace.remove(&id.to_string()).unwrap();

    office.fetch("f1", None, Some(office.form())).await;
    office.later(SignedDuration::from_mins(30));
    office.workspace.forget_old_sign_ins();
    assert!(office.workspace.held.is_empty(), "the token is gone without anybody asking for it");
    assert!(office.workspace.rotated.lock().unwrap().is_empty(), "and what replaced it");
    assert_eq!(office.save("f1", None, office.form()).unwrap().1, None);
}

#[tokio::test]
async fn a_refused_save_keeps_the_sign_in_and_a_typed_token_counts_more() {
    let office = office().await;
    office.workspace.add(json!({ "type": "secret", "name": "Taken", "description": "x", "value": "v" })).unwrap();
    office.fetch("f1", None, Some(office.form())).await;
    let mut taken = office.form();
    taken["name"] = json!("Taken");
    assert_eq!(office.save("f1", None, taken).unwrap_err().code, Code::Conflict);
    let (id, saved) = office.save("f1", None, office.form()).unwrap();
    assert_eq!(saved, Some(SignInSaved::Stored));
    assert_eq!(office.workspace.show("Tickets").unwrap().row.credential_type, CredentialType::AppRegistration);
    office.workspace.remove(&id.to_string()).unwrap();

    office.fetch("f1", None, Some(office.form())).await;
    let mut typed = office.form();
    typed["oauth2"]["refresh_token"] = json!("typed-by-hand-0001");
    let (id, saved) = office.save("f1", None, typed).unwrap();
    assert_eq!((saved, office.stored(id).as_deref()), (None, Some("typed-by-hand-0001")));
}

#[tokio::test]
async fn a_dead_token_in_the_form_gives_way_to_the_sign_in_that_replaced_it() {
    let office = office().await;
    let mut dead = office.form();
    dead["oauth2"]["refresh_token"] = json!("long-dead-refresh-token");
    assert_eq!(office.fetch("f1", None, Some(dead.clone())).await.result["sign_in"], "held");
    let (id, saved) = office.save("f1", None, dead).unwrap();
    assert_eq!(saved, Some(SignInSaved::Stored));
    assert_ne!(office.stored(id).as_deref(), Some("long-dead-refresh-token"));
}
