//! A sandbox, a token store in memory, and records made from the contract's JSON.

use std::sync::Mutex;
use std::time::Duration;

use credenza_net::{Catalogue, Stage, StageName, StageStatus};
use credenza_sandbox::{Sandbox, SandboxOptions};
use credenza_vault::{Clock, SystemClock};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::check::*;
use crate::credential::SecretInput;
use crate::{Credential, Problem, Secrets};

pub(super) struct Bench {
    pub(super) sandbox: Sandbox,
    pub(super) store: MemoryStore,
    pub(super) timeout: Duration,
    /// Whoever may be asked to sign in.
    pub(super) person: Option<AskPerson>,
    catalogue: Catalogue,
}

impl Bench {
    pub(super) async fn start() -> Bench {
        Bench {
            sandbox: Sandbox::start(SandboxOptions { device_interval: Some(1), ..SandboxOptions::default() })
                .await
                .unwrap(),
            store: MemoryStore::default(),
            timeout: Duration::from_secs(20),
            person: None,
            catalogue: Catalogue::builtin(),
        }
    }

    pub(super) async fn run(&self, subject: &Subject, action: Action) -> Finished {
        self.run_until(subject, action, CancelFlag::new()).await
    }

    pub(super) async fn run_until(&self, subject: &Subject, action: Action, cancel: CancelFlag) -> Finished {
        self.run_with(subject, action, (cancel, &SystemClock)).await
    }

    /// A run on a machine whose clock is another one.
    pub(super) async fn run_at(&self, subject: &Subject, action: Action, clock: &dyn Clock) -> Finished {
        self.run_with(subject, action, (CancelFlag::new(), clock)).await
    }

    async fn run_with(&self, subject: &Subject, action: Action, (cancel, clock): (CancelFlag, &dyn Clock)) -> Finished {
        let ctx = CheckContext {
            catalogue: &self.catalogue,
            clock,
            tokens: &self.store,
            progress: None,
            timeout: self.timeout,
            cancel,
            person: self.person.clone(),
            token_use: TokenUse { by: AskedBy::Person, ..TokenUse::default() },
            stand_in_key: None,
        };
        let finished = run(subject, &action, &ctx).await;
        free_of_secrets(subject, &finished);
        finished
    }

    /// The CA of the sandbox as the record's certificate check.
    pub(super) fn trusted(&self) -> Value {
        json!({ "mode": "certificate", "certificate_pem": self.sandbox.ca_pem() })
    }

    pub(super) fn token_url(&self) -> String {
        format!("https://127.0.0.1:{}/practice/oauth2/v2.0/token", self.sandbox.ports().idp)
    }

    /// The journal's lines of one server.
    pub(super) fn journal(&self, server: credenza_sandbox::Server) -> Vec<String> {
        self.sandbox.journal().into_iter().filter(|line| line.server == server).map(|line| line.text).collect()
    }
}

/// No result, report, warning or transcript may hold a secret of its subject.
fn free_of_secrets(subject: &Subject, finished: &Finished) {
    let shown = format!("{}{}", serde_json::to_string(&finished.result).unwrap(), report(&finished.result));
    let token = finished.token.iter().map(|token| ("token", token));
    for (field, secret) in subject.secrets.iter().chain(token) {
        let secret = secret.expose_secret();
        if secret.len() > 7 {
            assert!(!shown.contains(secret), "{field} is in what is shown: {shown}");
        }
    }
}

#[derive(Default)]
pub(super) struct MemoryStore {
    pub(super) token: Mutex<Option<StoredToken>>,
    pub(super) rotated: Mutex<Vec<(String, String)>>,
    pub(super) refuse: Mutex<bool>,
}

impl TokenStore for MemoryStore {
    fn cached(&self, field: &str) -> Option<StoredToken> {
        self.token.lock().unwrap().clone().filter(|token| token.field == field)
    }

    fn keep(&self, token: &StoredToken) -> Result<(), Problem> {
        *self.token.lock().unwrap() = Some(token.clone());
        Ok(())
    }

    fn rotated(&self, field: &str, new: &SecretString) -> Result<(), Problem> {
        if *self.refuse.lock().unwrap() {
            return Err(Problem::new(crate::Code::Io, "The disk is full.", "Free some space."));
        }
        self.rotated.lock().unwrap().push((field.to_owned(), new.expose_secret().to_owned()));
        Ok(())
    }

    fn signed_in(&self, field: &str, new: &SecretString) -> Result<SignInPlace, Problem> {
        self.rotated(field, new).map(|()| SignInPlace::Stored)
    }

    fn successor(&self, _field: &str, _sent: &SecretString) -> Option<SecretString> {
        self.rotated.lock().unwrap().last().map(|(_, newest)| newest.clone().into())
    }
}

/// A stored record from the contract's JSON; name and description are added.
pub(super) fn subject(mut record: Value) -> Subject {
    record["name"] = json!("Office mail");
    record["description"] = json!("for a test");
    let parsed = Credential::parse(record).unwrap();
    let mut secrets = Secrets::new();
    for (path, input) in parsed.secrets {
        if let SecretInput::Set(value) = input {
            secrets.set(path, value);
        }
    }
    Subject { id: Some(Uuid::now_v7()), credential: parsed.credential, secrets }
}

pub(super) fn stage(result: &CheckResult, name: StageName) -> &Stage {
    result.stages.iter().find(|stage| stage.name == name).unwrap()
}

pub(super) fn status(result: &CheckResult, name: StageName) -> StageStatus {
    stage(result, name).status
}

pub(super) fn warned(result: &CheckResult, id: &str) -> bool {
    result.warnings.iter().any(|warning| warning.id == id)
}

#[track_caller]
pub(super) fn passed(result: &CheckResult) {
    assert_ne!(result.outcome, Outcome::Failed, "{}", report(result));
    assert!(result.failed_stage.is_none() && result.explanation.is_none(), "{}", report(result));
    let words = serde_json::to_string(&result.stages).unwrap();
    assert!(!words.contains("\"running\"") && !words.contains("not_reached"), "every stage has its end: {words}");
}

#[track_caller]
pub(super) fn failed(result: &CheckResult, at: StageName) {
    assert_eq!(result.outcome, Outcome::Failed, "{}", report(result));
    assert_eq!(result.failed_stage, Some(at), "{}", report(result));
    assert!(result.explanation.is_some(), "a failure is explained, or said to be unknown");
}
