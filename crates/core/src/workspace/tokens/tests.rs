use std::sync::Arc;

use credenza_sandbox::{Sandbox, SandboxOptions, Server};
use credenza_vault::{EventFilter, Passphrase, Unlock, VaultFile};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{RunOptions, Workspace};
use super::*;
use crate::check::{Action, CallRequest, Outcome, RefreshState};
use crate::credential::ExpirySource;
use crate::test_vault::{Hands, new_vault, vault_file};
use crate::view::RowFlag;

struct Office {
    workspace: Workspace,
    sandbox: Sandbox,
    file: VaultFile,
    clock: Hands,
    _folder: tempfile::TempDir,
}

const FETCH: Action = Action::Token { force: true };
const RAW: Action = Action::Token { force: false };

impl Office {
    async fn open() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let file = vault_file(&folder);
        let vault = new_vault(&file);
        let clock = Hands::of_today();
        let workspace = Workspace::new(vault).with_clock(Arc::new(clock.clone()));
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        Office { workspace, sandbox, file, clock, _folder: folder }
    }

    /// An app registration that lives on the sandbox's first refresh token, and an API that signs in with it.
    async fn with_app(own: Value) -> Office {
        let office = Office::open().await;
        office.workspace.add(office.app(own)).unwrap();
        let draft =
            office.sandbox.servers().into_iter().find(|s| s.name == "Practice API with OAuth 2.0").unwrap().draft;
        let mut api = draft;
        api["name"] = json!("API");
        api["auth"] = json!({ "method": "oauth2", "oauth2": { "credential": "App" } });
        office.workspace.add(api).unwrap();
        office
    }

    fn app(&self, own: Value) -> Value {
        let accounts = self.sandbox.accounts();
        let mut oauth2 = json!({ "grant": "refresh_token", "refresh_token": accounts.refresh_token,
            "token_url": format!("https://127.0.0.1:{}/practice/oauth2/v2.0/token", self.sandbox.ports().idp),
            "client_id": accounts.client_id, "client_secret": accounts.client_secret });
        for (key, value) in own.as_object().unwrap() {
            oauth2[key] = value.clone();
        }
        json!({ "type": "app_registration", "name": "App", "description": "x", "host": "127.0.0.1", "oauth2": oauth2,
            "certificate_check": { "mode": "certificate", "certificate_pem": self.sandbox.ca_pem() } })
    }

    fn later(&self, time: SignedDuration) {
        self.clock.later(time);
    }

    async fn run(&self, name: &str, action: &Action) -> crate::check::Finished {
        self.workspace.run(name, None, action, RunOptions::default()).await.unwrap()
    }

    /// One call of the API, which signs in with the app registration.
    async fn call(&self) -> crate::check::Finished {
        let request = CallRequest { method: "GET".into(), path: "/".into(), headers: Vec::new(), body: None };
        self.run("API", &Action::Call(request)).await
    }

    fn asked(&self) -> usize {
        self.sandbox.connections(Server::Idp)
    }

    fn id(&self) -> Uuid {
        self.workspace.resolve("App").unwrap()
    }

    fn state(&self) -> TokenState {
        self.workspace.token_state(self.id()).unwrap()
    }

    fn events(&self, action: &str) -> usize {
        let events = self.workspace.vault().events(&EventFilter::default()).unwrap();
        let names = events.iter().map(|event| serde_json::to_value(&event.action).unwrap()["action"].clone());
        names.filter(|name| name == action).count()
    }

    fn flags(&self, name: &str) -> Vec<RowFlag> {
        self.workspace.rows().unwrap().into_iter().find(|row| row.name == name).unwrap().flags
    }
}

fn title(finished: &crate::check::Finished) -> String {
    finished.result.explanation.as_ref().map(|explanation| explanation.title.clone()).unwrap_or_default()
}

fn passed(finished: &crate::check::Finished) {
    assert_ne!(finished.result.outcome, Outcome::Failed, "{}", crate::check::report(&finished.result));
}

fn refused(finished: &crate::check::Finished) {
    assert_eq!(finished.result.outcome, Outcome::Failed);
    assert_eq!(finished.result.failed_stage.map(|stage| stage.as_str()), Some("token"));
}

#[tokio::test]
async fn c8_a_token_is_used_until_nine_tenths_of_its_life_and_then_renewed() {
    let office = Office::with_app(json!({})).await;
    passed(&office.call().await);
    assert_eq!(office.asked(), 1);
    office.later(SignedDuration::from_secs(3230));
    passed(&office.run("App", &RAW).await);
    passed(&office.call().await);
    assert_eq!(office.asked(), 1, "3230 of 3599 seconds: the app and what uses it share one token");
    office.later(SignedDuration::from_secs(20));
    passed(&office.run("App", &RAW).await);
    assert_eq!(office.asked(), 2, "nine tenths are over: renewed before anybody refuses it");
}

#[tokio::test]
async fn tuf_24_a_refused_refresh_token_stops_all_that_uses_it_and_vector_9_only_a_fetch_that_works_ends_that() {
    let office = Office::with_app(json!({ "refresh_token": "dead-refresh-token-0001" })).await;
    refused(&office.call().await);
    assert_eq!((office.asked(), office.state().state), (1, RefreshState::Stopped));
    assert_eq!(office.events("token_stopped"), 1);

    let again = office.call().await;
    refused(&again);
    assert!(title(&again).starts_with("Stopped: needs a new refresh token."), "{}", title(&again));
    refused(&office.run("App", &RAW).await);
    let kept_alive = office.workspace.keep_alive(office.id(), RunOptions::default()).await.unwrap();
    refused(&kept_alive);
    assert_eq!(office.asked(), 1, "nothing is sent while it is stopped");
    assert!(
        office.flags("App").contains(&RowFlag::TokenStopped) && office.flags("API").contains(&RowFlag::TokenStopped)
    );
    let lines = office.workspace.overview().unwrap().attention;
    let lines: Vec<_> = lines.iter().filter(|line| line.text.contains("Stopped: needs a new refresh token")).collect();
    assert_eq!(lines.len(), 1, "one line, for the record that needs it: {lines:?}");
    assert!(!lines[0].text.contains("Trace ID"), "the record tells what only support can use: {lines:?}");

    // Nothing uses it again by itself, so nothing promises to keep it alive.
    office.workspace.edit("App", json!({ "oauth2": { "inactivity_days": 90 } }), false).unwrap();
    let shown = office.workspace.show("App").unwrap().token.expect("it has tokens");
    assert_eq!((shown.inactivity_days, shown.keep_alive_at, shown.kept_alive_by), (Some(90), None, None));

    // A person may try, also in vain.
    refused(&office.run("App", &FETCH).await);
    assert_eq!((office.asked(), office.events("token_stopped")), (2, 1));

    let fresh = office.sandbox.accounts().refresh_token.clone();
    office.workspace.edit("App", json!({ "oauth2": { "refresh_token": fresh } }), false).unwrap();
    assert_eq!(office.state().state, RefreshState::Stopped, "vector 9: replacing it is not enough");
    refused(&office.call().await);
    assert_eq!(office.asked(), 2);
    passed(&office.run("App", &FETCH).await);
    assert_eq!(office.state().state, RefreshState::Active);
    assert_eq!(office.events("token_resumed"), 1);
    passed(&office.call().await);
    assert_eq!(office.asked(), 3, "with the token that was fetched");
    assert!(!office.flags("API").contains(&RowFlag::TokenStopped));
}

#[tokio::test]
async fn vector_9_a_draft_that_fails_or_works_changes_nothing_of_what_is_stored() {
    let office = Office::with_app(json!({})).await;
    let dead = json!({ "oauth2": { "refresh_token": "dead-refresh-token-0001" } });
    let failed = office.workspace.run("App", Some(dead), &FETCH, RunOptions::default()).await.unwrap();
    refused(&failed);
    assert_eq!(office.state().state, RefreshState::Active, "the stored refresh token is another one");
    passed(&office.call().await);
}

#[tokio::test]
async fn c8_a_use_without_an_end_is_in_doubt_and_only_a_person_tries_once_more() {
    let office = Office::with_app(json!({ "inactivity_days": 90 })).await;
    assert_eq!(office.workspace.tokens_due(Timestamp::MAX).unwrap().len(), 1, "some day it has to be used");
    let owner = TokenOwner { id: office.id(), name: "App".into(), prefix: "oauth2", shared: false };
    // What a program that was killed between request and commit leaves behind.
    let sent = SecretString::from(office.sandbox.accounts().refresh_token.clone());
    office.workspace.note_sending(&owner, &sent).unwrap();
    let state = office.state();
    assert_eq!(state.state, RefreshState::InDoubt);
    let row = office.workspace.rows().unwrap().into_iter().find(|row| row.name == "App").unwrap();
    let words = row.token_notice.unwrap().words;
    assert!(words.contains("the refresh token may be lost: "), "{words}");
    assert!(office.workspace.overview().unwrap().attention.iter().any(|line| line.text.contains("may be lost")));

    for _ in 0..3 {
        let tried = office.workspace.keep_alive(office.id(), RunOptions::default()).await.unwrap();
        refused(&tried);
    }
    refused(&office.call().await);
    assert_eq!((office.asked(), office.events("token_in_doubt")), (0, 1), "no loop, and one line in the log");
    assert!(office.workspace.tokens_due(Timestamp::MAX).unwrap().is_empty());

    passed(&office.run("App", &FETCH).await);
    assert_eq!((office.asked(), office.state().state), (1, RefreshState::Active));
    passed(&office.call().await);
}

#[tokio::test]
async fn c8_a_use_whose_successor_was_stored_is_no_doubt() {
    let office = Office::with_app(json!({})).await;
    passed(&office.run("App", &FETCH).await);
    let owner = TokenOwner { id: office.id(), name: "App".into(), prefix: "oauth2", shared: false };
    // Killed after the successor was committed: what was sent is not what is stored.
    let before = SecretString::from(office.sandbox.accounts().refresh_token.clone());
    office.workspace.note_sending(&owner, &before).unwrap();
    assert_eq!(office.state().state, RefreshState::Active);
    passed(&office.workspace.keep_alive(office.id(), RunOptions::default()).await.unwrap());
}

#[tokio::test]
async fn c8_while_a_program_is_at_it_nothing_is_in_doubt() {
    let office = Office::with_app(json!({})).await;
    let owner = TokenOwner { id: office.id(), name: "App".into(), prefix: "oauth2", shared: false };
    let lock = office.workspace.vault().try_exclusive(&format!("token/{}", owner.id)).unwrap().unwrap();
    let sent = SecretString::from(office.sandbox.accounts().refresh_token.clone());
    office.workspace.note_sending(&owner, &sent).unwrap();
    assert_eq!(office.state().state, RefreshState::Active);
    let lost = || office.workspace.overview().unwrap().attention.iter().any(|line| line.text.contains("may be lost"));
    assert!(!lost());
    // Its end writes nothing, and the first page, which is kept until something is written, tells it all the same.
    drop(lock);
    assert_eq!(office.state().state, RefreshState::InDoubt);
    assert!(lost());
}

#[tokio::test]
async fn c8_checks_that_ask_for_a_new_token_at_once_make_one_refresh() {
    let office = Office::with_app(json!({})).await;
    let ten = futures_util::future::join_all((0..10).map(|_| office.run("App", &FETCH))).await;
    let tokens: std::collections::HashSet<String> =
        ten.iter().map(|one| one.token.as_ref().unwrap().expose_secret().to_owned()).collect();
    assert_eq!((office.asked(), tokens.len()), (1, 1));
    assert_eq!(office.events("refresh_token_rotated"), 1);
}

#[tokio::test]
async fn c8_the_window_and_the_command_line_together_make_one_refresh() {
    let office = Office::with_app(json!({})).await;
    // The same file unlocked a second time, as another program does.
    let passphrase = Passphrase::new(SecretString::from("plinth-otter-mauve"));
    let other = office.file.unlock(Unlock::Passphrase(&passphrase)).unwrap();
    let other = Workspace::new(other).with_clock(Arc::new(office.clock.clone()));
    let theirs = || other.run("App", None, &FETCH, RunOptions::default());
    let (one, two, three) = futures_util::future::join3(office.run("App", &FETCH), theirs(), theirs()).await;
    passed(&one);
    let token = |one: &crate::check::Finished| one.token.as_ref().unwrap().expose_secret().to_owned();
    let (two, three) = (two.unwrap(), three.unwrap());
    assert!(token(&one) == token(&two) && token(&two) == token(&three));
    assert_eq!((office.asked(), office.events("refresh_token_rotated")), (1, 1));
}

#[tokio::test]
async fn c8_a_provider_that_takes_a_refresh_token_again_leaves_no_doubt() {
    let office = Office::open().await;
    let url = "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token";
    office.workspace.add(office.app(json!({ "token_url": url }))).unwrap();
    let owner = TokenOwner { id: office.id(), name: "App".into(), prefix: "oauth2", shared: false };
    let sent = SecretString::from(office.sandbox.accounts().refresh_token.clone());
    office.workspace.note_sending(&owner, &sent).unwrap();
    assert_eq!(office.state().state, RefreshState::Active, "an answer that never came loses nothing there");
}

#[tokio::test]
async fn c8_with_a_limit_of_90_days_there_is_one_keep_alive_on_day_80() {
    let office = Office::with_app(json!({ "inactivity_days": 90 })).await;
    passed(&office.run("App", &FETCH).await);
    let day = SignedDuration::from_hours(24);
    let due = |office: &Office| office.workspace.tokens_due(office.workspace.now()).unwrap();
    let mut kept_alive = Vec::new();
    for number in 1..=100 {
        office.later(day);
        for token in due(&office) {
            assert_eq!((token.name.as_str(), token.inactivity_days, token.from.as_str()), ("App", 90, "the record"));
            passed(&office.workspace.keep_alive(token.id, RunOptions::default()).await.unwrap());
            kept_alive.push(number);
        }
    }
    assert_eq!((kept_alive, office.asked()), (vec![80], 2));
    assert_eq!(office.events("token_kept_alive"), 1);
}

#[tokio::test]
async fn c8_the_limit_comes_from_the_provider_by_its_token_url() {
    let office = Office::open().await;
    let urls = [
        ("Entra", "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token"),
        ("Google", "https://oauth2.googleapis.com/token"),
        ("Own", "https://id.example.com/token"),
    ];
    for (name, url) in urls {
        let mut app = office.app(json!({ "token_url": url }));
        app["name"] = json!(name);
        office.workspace.add(app).unwrap();
    }
    let limit = |name: &str| office.workspace.show(name).unwrap().token.unwrap();
    assert_eq!((limit("Entra").inactivity_days, limit("Google").inactivity_days), (Some(90), Some(180)));
    assert_eq!((limit("Own").inactivity_days, limit("Own").keep_alive_at), (None, None));
    office.later(SignedDuration::from_hours(24 * 80));
    let due: Vec<String> =
        office.workspace.tokens_due(office.workspace.now()).unwrap().into_iter().map(|t| t.name).collect();
    assert_eq!(due, ["Entra"]);
    assert!(office.workspace.next_token_due().unwrap().unwrap() <= office.workspace.now());
    let refused = office.workspace.edit("Own", json!({ "oauth2": { "inactivity_days": 0 } }), false).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("oauth2.inactivity_days"));
}

#[tokio::test]
async fn tuf_23_a_refresh_token_at_its_known_end_is_not_sent_unless_a_person_insists() {
    let office = Office::with_app(json!({})).await;
    let yesterday =
        office.workspace.now().checked_sub(SignedDuration::from_hours(48)).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
    let date = json!([{ "item": "oauth2.refresh_token", "on": yesterday.date().to_string(), "source": "entered" }]);
    office.workspace.edit("App", json!({ "expiries": date }), false).unwrap();
    let view = office.workspace.show("App").unwrap().token.unwrap();
    assert_eq!((view.refresh_token_ended, view.until_source), (true, Some(ExpirySource::Estimated)), "d8");
    let stopped = office.run("App", &FETCH).await;
    refused(&stopped);
    assert!(title(&stopped).contains("The refresh token ended on"), "{}", title(&stopped));
    assert_eq!(office.asked(), 0);
    let insisting = RunOptions { despite_expiry: true, ..RunOptions::default() };
    passed(&office.workspace.run("App", None, &FETCH, insisting).await.unwrap());
    office.later(SignedDuration::from_hours(1));
    passed(&office.call().await);
    assert_eq!(office.asked(), 2, "an estimate stops no job that works");
}

#[tokio::test]
async fn d8_an_estimate_ends_with_the_first_use_that_works_and_the_horizon_says_so() {
    let office = Office::with_app(json!({})).await;
    let on_horizon = || {
        let dates = office.workspace.show("App").unwrap().expiries;
        dates.into_iter().find(|date| date.path == "oauth2.refresh_token").unwrap()
    };
    assert!(!on_horizon().muted, "an estimate from the day it was entered");
    passed(&office.run("App", &FETCH).await);
    assert!(on_horizon().renews_itself && on_horizon().muted, "in use: {:?}", on_horizon());
    office.later(SignedDuration::from_hours(24 * 200));
    passed(&office.run("App", &FETCH).await);
}

#[tokio::test]
async fn d8_a_readable_refresh_token_says_its_own_end() {
    let office = Office::open().await;
    // {"alg":"none"}.{"exp":1893456000}: 2030-01-01.
    let jwt = "eyJhbGciOiJub25lIn0.eyJleHAiOjE4OTM0NTYwMDB9.c2ln";
    office.workspace.add(office.app(json!({ "refresh_token": jwt }))).unwrap();
    let view = office.workspace.show("App").unwrap().token.unwrap();
    assert_eq!(view.refresh_token_until.unwrap().to_string(), "2030-01-01T00:00:00Z");
    assert_eq!(view.until_source, Some(ExpirySource::Reported));
    assert!(!serde_json::to_string(&view).unwrap().contains("eyJ"));
}

mod endings;
