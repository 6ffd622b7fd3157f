//! Reading app registrations from the practice directory.

use std::sync::{Arc, Mutex};

use credenza_net::{Stage, StageName, StageStatus};
use credenza_sandbox::{Fault, Sandbox, SandboxOptions, Server};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{InventoryOptions, Workspace};
use crate::Code;
use crate::check::Outcome;
use crate::inventory::{InventoryChoice, InventoryItem, InventoryReport, InventoryView};
use crate::test_vault::{new_vault, vault_file};

pub(super) const READER: &str = "Practice app registration";

pub(super) struct Office {
    pub(super) workspace: Workspace,
    pub(super) sandbox: Sandbox,
    _folder: tempfile::TempDir,
}

impl Office {
    pub(super) async fn open() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let file = vault_file(&folder);
        let vault = new_vault(&file);
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let office = Office { workspace: Workspace::new(vault), sandbox, _folder: folder };
        office.workspace.add(office.draft()).unwrap();
        office
    }

    fn draft(&self) -> Value {
        self.sandbox.servers().into_iter().find(|server| server.name == READER).unwrap().draft
    }

    async fn read(&self) -> InventoryReport {
        self.workspace.read_inventory(READER, InventoryOptions::default()).await.unwrap()
    }

    pub(super) async fn view(&self) -> InventoryView {
        let report = self.read().await;
        report.inventory.unwrap_or_else(|| panic!("{}", crate::check::report(&report.check)))
    }

    /// The dates that were noted for a record.
    fn dates(&self, name: &str) -> Value {
        let id = self.workspace.resolve(name).unwrap().to_string();
        let body = self.workspace.vault().document("inventory-dates", &id).unwrap();
        body.map(|body| serde_json::from_slice(&body).unwrap()).unwrap_or_default()
    }

    fn asked(&self) -> usize {
        let lines = self.sandbox.journal();
        lines.iter().filter(|line| line.text.contains("GET /v1.0/applications")).count()
    }
}

fn failed(report: &InventoryReport, at: StageName) {
    assert_eq!(report.check.outcome, Outcome::Failed, "{}", crate::check::report(&report.check));
    assert_eq!(report.check.failed_stage, Some(at), "{}", crate::check::report(&report.check));
    assert!(report.inventory.is_none(), "a failure is never a short list, and never an empty one");
}

fn named<'a>(view: &'a InventoryView, application: &str) -> &'a InventoryItem {
    view.items.iter().find(|item| item.application == application).unwrap()
}

#[tokio::test]
async fn c4_every_page_is_read_and_what_ends_soon_matters() {
    let office = Office::open().await;
    let view = office.view().await;
    assert_eq!(office.asked(), 3, "three on a page, seven in all");
    assert_eq!((view.applications, view.without_keys, view.items.len()), (7, 1, 7));
    let order: Vec<i32> = view.items.iter().filter_map(|item| item.days).collect();
    assert!(order.is_sorted(), "soonest first: {order:?}");
    let matter: Vec<&str> =
        view.items.iter().filter(|item| item.matters).map(|item| item.application.as_str()).collect();
    let all = ["Credenza practice app", "Time clock", "Invoice export", "Credenza practice app", "Intranet"];
    assert_eq!(matter, all, "ended, or within 60 days");
    assert_eq!(view.matter, 5);
    assert!(named(&view, "Payroll SSO").renews_itself && !named(&view, "Payroll SSO").matters);
    assert!(!named(&view, "Data warehouse").matters, "600 days off");
    assert_eq!(named(&view, "Invoice export").hint, "kQ8");
    assert_eq!(named(&view, "Invoice export").owner, None, "Graph's list does not tell");
    let wide = office.workspace.inventory(READER, Some(700)).unwrap().unwrap();
    assert!(named(&wide, "Data warehouse").matters, "another limit needs no reading");
}

#[tokio::test]
async fn c4_the_record_with_the_client_id_gets_its_date_reported_and_keeps_what_was_entered() {
    let office = Office::open().await;
    let entered = json!({ "expiries": [{ "item": "oauth2.client_secret", "on": "2030-01-01", "note": "ask Ops" }], "owner": "Ops" });
    office.workspace.edit(READER, entered, false).unwrap();
    let before = office.workspace.document(READER).unwrap();
    let view = office.view().await;
    let own: Vec<&InventoryItem> =
        view.items.iter().filter(|item| item.application == "Credenza practice app").collect();
    assert!(
        own.iter().all(|item| item.credential.as_ref().unwrap().name == READER && item.owner.as_deref() == Some("Ops"))
    );
    let used: Vec<bool> = own.iter().map(|item| item.in_use).collect();
    assert_eq!(used, [false, true], "the secret that begins as the stored one does");
    let dates = office.dates(READER);
    assert_eq!(dates["dates"].as_array().unwrap().len(), 1, "the ended one beside a good one is history: {dates}");
    assert_eq!(dates["dates"][0]["item"], "oauth2.client_secret");
    assert_eq!(dates["dates"][0]["on"], own[1].on.unwrap().to_string());
    assert_eq!(office.workspace.document(READER).unwrap(), before, "the record itself is not touched");
    let horizon = office.workspace.horizon(&crate::horizon::HorizonFilter::default()).unwrap();
    let shown = horizon.iter().find(|item| item.path == "oauth2.client_secret").unwrap();
    assert_eq!(
        shown.source,
        crate::credential::ExpirySource::Reported,
        "what Entra says is better than what was entered"
    );
    assert_eq!((Some(shown.on), shown.note.as_str()), (own[1].on, "ask Ops"), "and the note stays");
}

#[tokio::test]
async fn a_record_with_an_oauth_block_of_its_own_is_an_application_too() {
    let office = Office::open().await;
    let accounts = office.sandbox.accounts().clone();
    let record = json!({ "type": "outbound_server", "name": "API", "description": "x", "host": "api.example.org",
        "auth": { "method": "oauth2", "oauth2": { "token_url": "https://id.example.org/token",
            "client_id": accounts.client_id.to_uppercase(), "client_secret": accounts.client_secret } } });
    office.workspace.add(record).unwrap();
    office.view().await;
    assert_eq!(office.dates("API")["dates"][0]["item"], "auth.oauth2.client_secret");
}

#[tokio::test]
async fn a_missing_permission_is_explained_and_what_was_read_before_stays() {
    let office = Office::open().await;
    let first = office.view().await;
    office.sandbox.set(Fault::DirectoryDenied);
    let report = office.read().await;
    failed(&report, StageName::Permission);
    let explanation = report.check.explanation.unwrap();
    assert_eq!(
        (explanation.id.as_str(), explanation.who.as_str()),
        ("graph:Authorization_RequestDenied", "entra_admin")
    );
    assert!(explanation.steps.iter().any(|step| step.contains("Application.Read.All")), "{:?}", explanation.steps);
    let broken: Vec<StageName> = report
        .check
        .stages
        .iter()
        .filter(|stage| stage.status == StageStatus::Failed)
        .map(|stage| stage.name)
        .collect();
    assert_eq!(broken, [StageName::Permission], "one stage fails, those after it were not reached");
    let kept = office.workspace.inventory(READER, None).unwrap().unwrap();
    assert_eq!(kept.items.len(), first.items.len());
    assert_eq!(kept.read_at, first.read_at, "and says when it was read");
}

#[tokio::test]
async fn a_busy_directory_is_waited_for() {
    let office = Office::open().await;
    office.sandbox.set(Fault::DirectoryBusy(2, "0".into()));
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&seen);
    let options = InventoryOptions {
        progress: Some(Arc::new(move |stage: &Stage| told.lock().unwrap().push(stage.target.clone()))),
        ..InventoryOptions::default()
    };
    let report = office.workspace.read_inventory(READER, options).await.unwrap();
    assert_eq!(report.inventory.unwrap().applications, 7);
    assert_eq!(office.asked(), 5);
    let seen = seen.lock().unwrap();
    assert!(seen.iter().any(|target| target.contains("page 2, 3 app registrations so far")), "{seen:?}");
}

#[tokio::test]
async fn a_directory_that_is_busy_for_longer_than_there_is_time_is_a_failure_at_once() {
    let office = Office::open().await;
    office.sandbox.set(Fault::DirectoryBusy(1000, "200".into()));
    let timeout = Some(std::time::Duration::from_secs(100));
    let options = InventoryOptions { timeout, ..InventoryOptions::default() };
    let report = office.workspace.read_inventory(READER, options).await.unwrap();
    failed(&report, StageName::Action);
    assert_eq!(office.asked(), 1);
    let words = crate::check::report(&report.check);
    assert!(words.contains("asks to wait 200 s, longer than there is time"), "{words}");
    office.sandbox.clear_faults();
    office.sandbox.set(Fault::DirectoryBusy(1000, "0".into()));
    failed(&office.read().await, StageName::Action);
    assert_eq!(office.asked(), 7, "six times is often enough");
}

#[tokio::test]
async fn waiting_can_be_cancelled_and_is_shown() {
    let office = Office::open().await;
    office.sandbox.set(Fault::DirectoryBusy(1000, "290".into()));
    let options = InventoryOptions::default();
    let cancel = options.cancel.clone();
    let waits = move |stage: &Stage| {
        if stage.target.contains("waiting 290 s: Microsoft Graph is busy") {
            cancel.cancel();
        }
    };
    let options = InventoryOptions { progress: Some(Arc::new(waits)), ..options };
    let report = office.workspace.read_inventory(READER, options).await.unwrap();
    assert!(report.inventory.is_none() && report.check.outcome == Outcome::Failed);
    assert_eq!(office.asked(), 1);
}

#[tokio::test]
async fn a_page_that_fails_is_a_failure_and_no_short_list() {
    let office = Office::open().await;
    for (status, body) in [(500, "{}"), (200, "{}"), (200, "not json"), (302, "{}"), (404, "{}")] {
        office.sandbox.set(Fault::DirectoryPage(2, status, body.into()));
        failed(&office.read().await, StageName::Action);
        office.sandbox.clear_faults();
    }
    assert!(office.workspace.inventory(READER, None).unwrap().is_none(), "nothing was kept of half a list");
    assert!(office.dates(READER).is_null());
}

#[tokio::test]
async fn the_token_follows_a_next_page_to_no_other_host() {
    let office = Office::open().await;
    let echo = office.sandbox.ports().echo;
    let idp = office.sandbox.ports().idp;
    for next in [
        format!("https://127.0.0.1:{echo}/v1.0/applications?$skiptoken=3"),
        format!("http://127.0.0.1:{idp}/v1.0/applications?$skiptoken=3"),
        format!("https://a:b@127.0.0.1:{idp}/v1.0/applications?$skiptoken=3"),
        "//graph.example.org/v1.0".into(),
        "mailto:x".into(),
        format!(
            "https://127.0.0.1:{idp}/v1.0/applications?$select=id,appId,displayName,passwordCredentials,keyCredentials&$top=999"
        ),
    ] {
        let body = json!({ "value": [], "@odata.nextLink": next }).to_string();
        office.sandbox.set(Fault::DirectoryPage(1, 200, body));
        failed(&office.read().await, StageName::Action);
        office.sandbox.clear_faults();
    }
    assert_eq!(office.sandbox.connections(Server::Echo), 0);
}

#[tokio::test]
async fn a_secret_value_in_the_answer_is_dropped_where_it_is_read() {
    const CANARY: &str = "canary-5b2e-secret-value";
    let office = Office::open().await;
    let secret = json!({ "keyId": "k1", "displayName": "ERP", "hint": CANARY, "secretText": CANARY, "key": CANARY,
        "customKeyIdentifier": CANARY, "endDateTime": "2026-12-01T00:00:00Z" });
    let body = json!({ "value": [{ "id": "o1", "appId": "a1", "displayName": "Careless", "notes": CANARY,
        "passwordCredentials": [secret], "keyCredentials": [secret] }] });
    office.sandbox.set(Fault::DirectoryPage(1, 200, body.to_string()));
    let report = office.read().await;
    let shown = serde_json::to_string(&report).unwrap();
    assert_eq!(report.inventory.unwrap().items[0].hint, "can", "three characters, as Entra shows them");
    assert!(!shown.contains("canary-"), "{shown}");
    let id = office.workspace.resolve(READER).unwrap().to_string();
    for kind in ["inventory", "inventory-dates"] {
        let kept = office.workspace.vault().document(kind, &id).unwrap().unwrap_or_default();
        assert!(!String::from_utf8_lossy(&kept).contains("canary-"), "{kind}");
    }
    office
        .workspace
        .import_inventory(READER, &InventoryChoice { within_days: Some(3000), ..InventoryChoice::default() })
        .unwrap();
    assert!(!office.workspace.document("Careless").unwrap().to_string().contains("canary-"));
}

#[tokio::test]
async fn what_matters_is_imported_once_without_secrets_and_with_its_dates() {
    let office = Office::open().await;
    office.workspace.add(json!({ "type": "secret", "name": "invoice export", "description": "x" })).unwrap();
    office.view().await;
    let ids = office.workspace.import_inventory(READER, &InventoryChoice::default()).unwrap();
    assert_eq!(ids.len(), 3, "the reader itself is here already");
    let record = office.workspace.document("Invoice export (2)").unwrap();
    assert_eq!(record["application_id"], "6b1c0000-0000-4000-8000-000000000001");
    assert_eq!(record["tenant_id"], office.sandbox.accounts().tenant_id);
    assert!(record["oauth2"].get("client_secret").is_none(), "{record}");
    assert!(!record["description"].as_str().unwrap().is_empty());
    let dates = office.dates("Invoice export (2)");
    assert!(dates["dates"][0]["item"].as_str().unwrap().starts_with("inventory/"), "{dates}");
    assert!(office.dates("Time clock")["dates"].as_array().unwrap().len() == 1, "ended, and the last of its kind");
    let again = office.workspace.import_inventory(READER, &InventoryChoice::default()).unwrap();
    assert!(again.is_empty(), "all are here");
    let view = office.workspace.inventory(READER, None).unwrap().unwrap();
    assert_eq!(named(&view, "Invoice export").credential.as_ref().unwrap().name, "Invoice export (2)");
}

#[tokio::test]
async fn an_import_adds_all_that_were_chosen_or_none() {
    let office = Office::open().await;
    let choose = |ids: &[&str]| InventoryChoice {
        app_ids: Some(ids.iter().map(|id| (*id).to_owned()).collect()),
        ..InventoryChoice::default()
    };
    let one = "6b1c0000-0000-4000-8000-000000000005";
    let unread = office.workspace.import_inventory(READER, &choose(&[one])).unwrap_err();
    assert_eq!(unread.code, Code::NotFound);
    office.view().await;
    let before = office.workspace.rows().unwrap().len();
    let unknown = office.workspace.import_inventory(READER, &choose(&[one, "nobody"])).unwrap_err();
    assert_eq!(unknown.code, Code::NotFound);
    let here = office.sandbox.accounts().client_id.clone();
    let taken = office.workspace.import_inventory(READER, &choose(&[one, &here])).unwrap_err();
    assert_eq!(taken.code, Code::Conflict);
    assert_eq!(office.workspace.rows().unwrap().len(), before, "nothing was added");
    let ids = office.workspace.import_inventory(READER, &choose(&[one, one])).unwrap();
    assert_eq!(ids.len(), 1, "named twice, added once; 600 days off, and wished for");
}

#[tokio::test]
async fn a_muted_application_never_matters_until_that_is_taken_back() {
    let office = Office::open().await;
    office.view().await;
    let id = "6b1c0000-0000-4000-8000-000000000002";
    office.workspace.mute_inventory(READER, &id.to_uppercase(), true).unwrap();
    let view = office.view().await;
    assert!(named(&view, "Time clock").muted && !named(&view, "Time clock").matters, "also after another reading");
    office.workspace.mute_inventory(READER, id, false).unwrap();
    assert!(named(&office.workspace.inventory(READER, None).unwrap().unwrap(), "Time clock").matters);
    assert_eq!(office.workspace.mute_inventory(READER, "nobody", true).unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn the_records_proxy_and_trust_hold_for_the_token_and_for_every_page() {
    let office = Office::open().await;
    let port = office.sandbox.ports().http_proxy;
    office.workspace.edit(READER, json!({ "proxy": { "url": format!("http://127.0.0.1:{port}") } }), true).unwrap();
    office.view().await;
    assert_eq!(office.sandbox.connections(Server::HttpProxy), 4, "one for the token, three pages");
    office.workspace.edit(READER, json!({ "certificate_check": { "mode": "enable" } }), true).unwrap();
    let report = office.read().await;
    assert!(report.inventory.is_none(), "the practice authority is not the system's");
}

#[tokio::test]
async fn thousands_of_applications_are_read_on_long_pages() {
    let office = Office::open().await;
    office.sandbox.set(Fault::DirectorySize(2500));
    let view = office.view().await;
    assert_eq!((view.applications, office.asked()), (2500, 3));
}

#[tokio::test]
async fn a_reading_leaves_the_cached_token_and_the_last_check_alone() {
    let office = Office::open().await;
    let fetch = crate::check::Action::Token { force: true };
    office.workspace.run(READER, None, &fetch, super::RunOptions::default()).await.unwrap();
    let before = office.workspace.reveal(READER, "token").unwrap();
    let shown = office.workspace.show(READER).unwrap().last_result;
    office.view().await;
    assert_eq!(office.workspace.reveal(READER, "token").unwrap().expose_secret(), before.expose_secret());
    assert_eq!(office.workspace.show(READER).unwrap().last_result, shown);
}

#[tokio::test]
async fn only_an_app_registration_that_proves_who_it_is_can_read() {
    let office = Office::open().await;
    office.workspace.add(json!({ "type": "secret", "name": "Licence", "description": "x" })).unwrap();
    let refused = office.workspace.read_inventory("Licence", InventoryOptions::default()).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("type"));
    office
        .workspace
        .edit(READER, json!({ "oauth2": { "client_auth": "none", "client_secret": null } }), false)
        .unwrap();
    let refused = office.workspace.read_inventory(READER, InventoryOptions::default()).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("oauth2.client_auth"));
}

#[tokio::test]
async fn readiness_knows_the_end_of_the_secret_in_use() {
    let office = Office::open().await;
    let verdict = || {
        let found = office.workspace.readiness(READER).unwrap();
        found.verdicts.into_iter().find(|verdict| verdict.id == "secret").unwrap()
    };
    let fetch = crate::check::Action::Token { force: true };
    office.workspace.run(READER, None, &fetch, super::RunOptions::default()).await.unwrap();
    office.view().await;
    assert!(verdict().evidence.contains("It ends on 20"), "{:?}", verdict());
    let hint: String = office.sandbox.accounts().client_secret.chars().take(3).collect();
    let secret = json!({ "keyId": "k", "hint": hint, "endDateTime": "2024-05-01T00:00:00Z" });
    let body = json!({ "value": [{ "id": "o", "appId": office.sandbox.accounts().client_id, "displayName": "x",
        "passwordCredentials": [secret], "keyCredentials": [] }] });
    office.sandbox.set(Fault::DirectoryPage(1, 200, body.to_string()));
    office.view().await;
    assert!(verdict().evidence.contains("ended on 2024-05-01"), "{:?}", verdict());
    office.workspace.edit(READER, json!({ "oauth2": { "client_secret": "another-one-entirely" } }), false).unwrap();
    assert!(!verdict().evidence.contains("2024-05-01"), "that was another secret");
}

#[tokio::test]
async fn the_log_tells_of_the_reading() {
    let office = Office::open().await;
    office.view().await;
    let rows = office.workspace.events(&credenza_vault::EventFilter::default()).unwrap();
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    assert!(texts.contains(&"Read from Entra of \u{201c}Practice app registration\u{201d} was started."), "{texts:?}");
    assert!(
        texts.contains(&"Read from Entra of \u{201c}Practice app registration\u{201d} ended: passed."),
        "{texts:?}"
    );
}
