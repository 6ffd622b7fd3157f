//! The first and the last day of a filter, what renews itself and what does not, and dates of one place.

use super::*;

fn licence(name: &str, expiries: Value) -> Value {
    json!({ "type": "secret", "name": name, "description": "x", "value": "canary-1f2e-value", "expiries": expiries })
}

#[test]
fn the_first_and_the_last_day_of_a_filter_are_in_it() {
    let office = office("2026-01-15");
    office.add(licence("Licence", json!([{ "item": "value", "on": "2026-02-04" }])));
    let count = |from: Option<i32>, within: Option<i32>| {
        office.asked(HorizonFilter { from, within, ..HorizonFilter::default() }).len()
    };
    assert_eq!([count(Some(19), None), count(Some(20), None), count(Some(21), None)], [1, 1, 0]);
    assert_eq!([count(None, Some(19)), count(None, Some(20)), count(None, Some(21))], [0, 1, 1]);
}

#[test]
fn c4_a_refresh_token_renews_itself_once_it_has_worked_and_was_replaced_and_as_long_as_it_works() {
    let office = office("2026-01-15");
    let app = json!({ "type": "app_registration", "name": "App", "description": "x", "oauth2": { "grant": "refresh_token",
        "client_id": "c", "client_auth": "none", "refresh_token": "canary-1f2e-refresh",
        "token_url": "https://login.example.com/token" } });
    let id = office.add(app);
    let shown = |state: &str, refreshed: Value, replaced: Value| {
        let body = json!({ "state": state, "last_used": "2026-01-10T12:00:00Z", "last_refreshed": refreshed,
            "replaced_at_use": replaced });
        office.document("token-state", id, &body);
        let item = office.all().into_iter().find(|item| item.path == "oauth2.refresh_token").unwrap();
        assert_eq!(item.on, date(2026, 4, 10), "90 days after its last use: nothing is known that keeps it alive");
        assert_eq!(item.muted, item.renews_itself, "what renews itself is muted, and nothing else");
        item.renews_itself
    };
    let used = || json!("2026-01-10T12:00:00Z");
    assert!(shown("active", used(), json!(true)));
    assert!(!shown("active", json!(null), json!(true)), "nobody has seen it work");
    assert!(!shown("active", used(), json!(false)), "the same one again: it ends when it ends");
    assert!(!shown("active", used(), json!(null)));
    assert!(!shown("stopped", used(), json!(true)) && !shown("in_doubt", used(), json!(true)));
}

#[test]
fn an_access_token_is_muted_whatever_it_is_called_and_unmuted_when_somebody_says_so() {
    let office = office("2026-01-15");
    let id = office.add(app("Tokens", json!([])));
    office.document("token", id, &token("2026-01-15T13:00:00Z"));
    let item = || office.all().into_iter().find(|item| item.kind == HorizonKind::AccessToken).unwrap();
    assert!(item().muted, "nobody renews one by hand");
    office.workspace.change_item(&item().id, ItemSettings { muted: Some(false), ..ItemSettings::default() }).unwrap();
    assert!(!item().muted);
}

#[test]
fn two_dates_of_one_place_are_two_items_and_an_exact_end_stands_before_a_day() {
    let office = office("2026-01-15");
    office.add(licence("A", json!([{ "item": "value", "on": "2026-03-01" }, { "item": "value", "on": "2026-04-01" }])));
    let ids: Vec<String> = office.all().into_iter().map(|item| item.id).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
    let id = office.add(app("B", json!([])));
    let dates = json!([{ "item": "oauth2.client_secret", "on": "2026-03-01", "at": "2026-03-01T06:00:00Z" }]);
    office.document(INVENTORY, id, &json!({ "read_at": "2026-01-15T08:00:00Z", "dates": dates }));
    let names: Vec<String> = office.all().into_iter().map(|item| item.credential_name).collect();
    assert_eq!(names, ["B", "A", "A"], "six in the morning comes before the end of the day");
}
