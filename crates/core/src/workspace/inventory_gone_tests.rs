//! What a directory stops to report, and applications that are only watched.

use credenza_sandbox::Fault;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::inventory_tests::{Office, READER};
use crate::horizon::HorizonFilter;
use crate::inventory::{InventoryChoice, InventoryKindOfRecord};
use crate::view::ExpiryView;

const APP: &str = "6B1C0000-0000-4000-8000-00000000AAAA";

fn in_days(days: i64) -> String {
    let now = credenza_vault::Clock::now(&credenza_vault::SystemClock);
    (now + SignedDuration::from_hours(24 * days)).strftime("%Y-%m-%dT%H:%M:%S.1234567Z").to_string()
}

fn secret(id: &str, hint: &str, days: i64) -> Value {
    json!({ "keyId": id, "displayName": "ERP", "hint": hint, "endDateTime": in_days(days) })
}

impl Office {
    /// The directory holds this alone.
    fn holds(&self, applications: &Value) {
        self.sandbox.clear_faults();
        self.sandbox.set(Fault::DirectoryPage(1, 200, json!({ "value": applications }).to_string()));
    }

    fn app(&self, keys: &[Value]) -> Value {
        json!([{ "id": "o", "appId": APP, "displayName": "Payroll", "passwordCredentials": keys, "keyCredentials": [] }])
    }

    fn import(&self, record: InventoryKindOfRecord) {
        let choice = InventoryChoice { app_ids: Some(vec![APP.into()]), record, ..InventoryChoice::default() };
        assert_eq!(self.workspace.import_inventory(READER, &choice).unwrap().len(), 1);
    }

    fn horizon_of(&self, name: &str) -> Vec<ExpiryView> {
        let all = self.workspace.horizon(&HorizonFilter::default()).unwrap();
        all.into_iter().filter(|item| item.credential_name == name && item.source.word() == "reported").collect()
    }

    fn events(&self, action: &str) -> usize {
        let all = self.workspace.events(&credenza_vault::EventFilter::default()).unwrap();
        all.iter().filter(|event| event.action == action).count()
    }
}

#[tokio::test]
async fn c4_an_application_becomes_a_secret_to_watch_and_its_dates_stay_reported() {
    let office = Office::open().await;
    office.holds(&office.app(&[secret("k1", "abc", 20)]));
    office.view().await;
    office.import(InventoryKindOfRecord::Secret);
    let record = office.workspace.document("Payroll").unwrap();
    assert_eq!(record["type"], "secret");
    assert!(record.get("value").is_none() && !record.to_string().contains("client_secret"), "{record}");
    let dates = office.horizon_of("Payroll");
    assert_eq!(dates.len(), 1);
    assert_eq!((dates[0].source.word(), dates[0].days, dates[0].muted), ("reported", 20, false), "{:?}", dates[0]);
    assert_eq!(dates[0].kind, crate::horizon::HorizonKind::ClientSecret);

    // Renewed in Entra: another reading brings the date, whatever the record is called by then.
    office.workspace.edit("Payroll", json!({ "name": "Payroll of HR" }), false).unwrap();
    office.holds(&office.app(&[secret("k1", "abc", 20), secret("k2", "xyz", 700)]));
    let view = office.view().await;
    assert!(view.items.iter().all(|item| item.credential.as_ref().unwrap().name == "Payroll of HR"), "it is here");
    assert_eq!(office.horizon_of("Payroll of HR").iter().map(|item| item.days).collect::<Vec<_>>(), [20, 700]);
    let again = InventoryChoice { app_ids: Some(vec![APP.into()]), ..InventoryChoice::default() };
    assert_eq!(office.workspace.import_inventory(READER, &again).unwrap_err().code, crate::Code::Conflict);

    // The value, once somebody enters it, has the date of the secret that begins like it.
    office.workspace.edit("Payroll of HR", json!({ "value": "xyz-canary-value" }), false).unwrap();
    office.view().await;
    assert!(office.horizon_of("Payroll of HR").iter().any(|item| item.path == "value" && item.days == 700));
}

#[tokio::test]
async fn c4_an_application_that_is_gone_from_the_directory_is_marked_and_warns_of_no_end() {
    let office = Office::open().await;
    for record in [InventoryKindOfRecord::AppRegistration, InventoryKindOfRecord::Secret] {
        office.holds(&office.app(&[secret("k1", "abc", 20)]));
        office.view().await;
        office.import(record);
        assert!(office.workspace.rows().unwrap().iter().any(|row| row.name == "Payroll" && row.next_expiry.is_some()));
        office.holds(&json!([]));
        let before = office.events("directory_gone");
        let view = office.view().await;
        let gone: Vec<_> = view.gone.iter().map(|gone| (gone.application.as_str(), gone.item.as_deref())).collect();
        assert_eq!(gone, [("Payroll", None)], "{record:?}");
        assert_eq!(office.events("directory_gone"), before + 1);
        let dates = office.horizon_of("Payroll");
        assert_eq!((dates.len(), dates[0].gone_since), (1, Some(office.workspace.today())), "still to be seen");
        assert!(dates[0].muted && dates[0].renewal.contains("Gone from the directory since"), "{:?}", dates[0]);
        let row = office.workspace.rows().unwrap().into_iter().find(|row| row.name == "Payroll").unwrap();
        assert!(row.next_expiry.is_none_or(|next| next.source.word() != "reported"), "nothing reported ends any more");
        let report = office.workspace.run_due(&crate::DueOptions::default()).await.unwrap();
        assert!(report.alerts.iter().all(|alert| alert.item.credential_name != "Payroll"), "{:?}", report.alerts);
        let attention = office.workspace.overview().unwrap().attention;
        assert!(attention.iter().any(|line| line.text.contains("Payroll") && line.text.contains("gone from")));

        office.view().await;
        assert_eq!(office.events("directory_gone"), before + 1, "said once");
        office.holds(&office.app(&[secret("k1", "abc", 20)]));
        assert!(office.view().await.gone.is_empty());
        let back = office.horizon_of("Payroll");
        assert_eq!((back[0].gone_since, back[0].muted, back[0].days), (None, false, 20), "it is back");
        office.workspace.remove("Payroll").unwrap();
    }
}

#[tokio::test]
async fn c4_a_secret_that_is_gone_is_marked_until_another_takes_its_place() {
    let office = Office::open().await;
    office.holds(&office.app(&[secret("k1", "abc", 20), secret("k2", "xyz", 90)]));
    office.view().await;
    office.import(InventoryKindOfRecord::AppRegistration);
    office.workspace.edit("Payroll", json!({ "oauth2": { "client_secret": "abc-canary-secret" } }), false).unwrap();
    office.view().await;
    assert!(office.horizon_of("Payroll").iter().any(|item| item.path == "oauth2.client_secret" && item.days == 20));

    office.holds(&office.app(&[secret("k2", "xyz", 90)]));
    let view = office.view().await;
    assert_eq!(view.gone.len(), 1);
    assert!(view.gone[0].item.as_deref().unwrap().contains("ERP"), "{:?}", view.gone);
    let own = office.horizon_of("Payroll").into_iter().find(|item| item.path == "oauth2.client_secret").unwrap();
    assert!(own.gone_since.is_some() && own.muted, "what the record signs in with is not there any more");

    office.workspace.edit("Payroll", json!({ "oauth2": { "client_secret": "xyz-canary-secret" } }), false).unwrap();
    assert!(office.view().await.gone.is_empty(), "the record signs in with the other one");
    office.holds(&office.app(&[]));
    assert_eq!(office.view().await.gone.len(), 1, "and now with none");
    office.holds(&office.app(&[secret("k3", "new", 300)]));
    office.workspace.edit("Payroll", json!({ "oauth2": { "client_secret": "new-canary-secret" } }), false).unwrap();
    assert!(office.view().await.gone.is_empty());
    let dates: Vec<i32> = office.horizon_of("Payroll").iter().map(|item| item.days).collect();
    assert_eq!(dates, [300], "nothing of the ones before stays for ever");
}

#[tokio::test]
async fn a_record_that_stands_for_another_application_loses_the_dates_of_the_one_before() {
    let office = Office::open().await;
    office.holds(&office.app(&[secret("k1", "abc", 20)]));
    office.view().await;
    office.import(InventoryKindOfRecord::AppRegistration);
    let other = "6b1c0000-0000-4000-8000-00000000bbbb";
    let patch = json!({ "application_id": other, "oauth2": { "client_id": other } });
    office.workspace.edit("Payroll", patch, true).unwrap();
    assert!(office.view().await.gone.is_empty(), "its application is there; it is the record that changed");
    assert!(office.horizon_of("Payroll").is_empty());
    assert_eq!(office.events("directory_gone"), 0);
}

#[tokio::test]
async fn the_published_shape_of_an_answer_is_read() {
    let office = Office::open().await;
    // Field by field what Microsoft publishes of application, passwordCredential and keyCredential: what may be null is null, a
    // second has seven digits after the point, and an annotation stands where one may.
    let body = json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications(id,appId,displayName,passwordCredentials,keyCredentials)",
        "@odata.count": 1,
        "value": [{
            "@odata.id": "https://graph.microsoft.com/v2/t/directoryObjects/o/Microsoft.DirectoryServices.Application",
            "id": "acc848e9-e8ec-4feb-a521-8d58b5482e09", "appId": "6b1c0000-0000-4000-8000-00000000cccc", "displayName": null,
            "passwordCredentials": [
                { "customKeyIdentifier": null, "displayName": "Import", "endDateTime": "2099-09-09T19:50:29.3086381Z", "hint": "[6g",
                  "keyId": "f0b0b335-1d71-4883-8f98-567911bfdca6", "secretText": null, "startDateTime": "2019-09-09T19:50:29.3086381Z" },
                { "@odata.type": "#microsoft.graph.passwordCredential", "customKeyIdentifier": "ZGVtbw==", "displayName": null,
                  "endDateTime": "2098-01-01T00:00:00Z", "hint": null, "keyId": null, "secretText": null, "startDateTime": null },
                { "displayName": "twelve digits", "endDateTime": "2097-01-01T00:00:00.123456789012+00:00", "hint": "a.b", "keyId": "k" },
            ],
            "keyCredentials": [
                { "customKeyIdentifier": "aGVsbG8=", "displayName": "CN=intranet", "endDateTime": "2096-01-01T00:00:00Z", "key": null,
                  "keyId": "dd5e2c1b-0001-4f0f-8a2c-000000000001", "startDateTime": "2024-01-01T00:00:00Z",
                  "type": "AsymmetricX509Cert", "usage": "Verify" },
            ],
        }],
    });
    office.sandbox.set(Fault::DirectoryPage(1, 200, body.to_string()));
    let view = office.view().await;
    let ends: Vec<(String, Option<Timestamp>)> = view.items.iter().map(|item| (item.name.clone(), item.at)).collect();
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    assert_eq!(
        ends,
        [
            ("CN=intranet".to_owned(), at("2096-01-01T00:00:00Z")),
            ("twelve digits".to_owned(), at("2097-01-01T00:00:00.123456789Z")),
            (String::new(), at("2098-01-01T00:00:00Z")),
            ("Import".to_owned(), at("2099-09-09T19:50:29.3086381Z")),
        ]
    );
    assert_eq!(view.items[3].hint, "[6g");
}

#[tokio::test]
async fn a_next_page_may_be_named_relative_to_the_one_that_names_it() {
    let office = Office::open().await;
    let body = json!({ "value": [], "@odata.nextLink": "applications?$skiptoken=3" });
    office.sandbox.set(Fault::DirectoryPage(1, 200, body.to_string()));
    assert_eq!(office.view().await.applications, 4, "the four after the third");
}
