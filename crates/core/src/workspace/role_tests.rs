//! What a helpdesk operator may not change of dates, alerts, rotations and the inventory (D10).

use credenza_vault::{Operator, Passphrase, Role, Unlock};
use secrecy::SecretString;
use serde_json::json;

use super::Workspace;
use crate::horizon::{HorizonFilter, ItemSettings};
use crate::inventory::InventoryChoice;
use crate::test_vault::{new_vault, vault_file};
use crate::view::Settings;
use crate::{Code, Places};

#[test]
fn d10_helpdesk_reads_the_dates_and_alerts_and_changes_none_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let within = |name: &str| folder.path().join(name);
    let file = vault_file(&folder);
    let office = Workspace::new(new_vault(&file));
    let expiries = json!([{ "item": "value", "on": "2030-01-31" }]);
    let licence = json!({ "type": "secret", "name": "Licence", "description": "x", "value": "canary-9c1f-value", "expiries": expiries });
    office.add(licence).unwrap();
    let hanna = Passphrase::new(SecretString::from("a helpdesk passphrase of her own"));
    let operator = Operator { name: "Hanna".into(), role: Role::Helpdesk };
    office.vault().add_passphrase_slot(operator, &hanna).unwrap();
    let events = office.events(&credenza_vault::EventFilter::default()).unwrap().len();

    let hers = Workspace::new(file.unlock(Unlock::Passphrase(&hanna)).unwrap());
    let item = hers.horizon(&HorizonFilter::default()).unwrap().remove(0);
    let alerts = hers.alert_settings().unwrap();
    let places = Places { vault: within("vault.db"), logs: within("logs"), facts: within("facts") };
    let mute = ItemSettings { muted: Some(true), ..ItemSettings::default() };
    let dark: Settings = serde_json::from_value(json!({ "check_timeout_seconds": 33 })).unwrap();
    let refused = [
        hers.change_item(&item.id, mute).map(drop),
        hers.patch_alert_settings(&json!({ "addresses": [] })).map(drop),
        hers.save_settings(dark).map(drop),
        hers.change_facts(&places, None).map(drop),
        hers.mute_inventory("Licence", "app", true),
        hers.import_inventory("Licence", &InventoryChoice::default()).map(drop),
        hers.main_password_changed("licence@example.com").map(drop),
        hers.rotate_start("Licence", "value", SecretString::from("canary-next-1234")).map(drop),
        hers.rotate_add_use("Licence", "value", "the nightly job").map(drop),
        hers.rotate_tick("Licence", "value", (1, true)).map(drop),
    ];
    for (number, answer) in refused.into_iter().enumerate() {
        assert_eq!(answer.unwrap_err().code, Code::Forbidden, "number {number}");
    }
    assert_eq!(hers.horizon(&HorizonFilter::default()).unwrap(), [item]);
    assert_eq!(hers.alert_settings().unwrap(), alerts);
    assert_eq!(office.events(&credenza_vault::EventFilter::default()).unwrap().len(), events, "nothing was written");
}
