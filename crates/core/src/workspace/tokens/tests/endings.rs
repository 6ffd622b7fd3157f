//! What is known of a refresh token after each way in which its use can end.

use super::*;

fn owner(office: &Office) -> TokenOwner {
    TokenOwner { id: office.id(), name: "App".into(), prefix: "oauth2", shared: false }
}

fn day(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[tokio::test]
async fn d8_what_was_replaced_once_is_taken_for_replaced_always_and_only_another_token_forgets_the_end() {
    let office = Office::with_app(json!({})).await;
    let owner = owner(&office);
    let ended = |until, replaced| {
        office.workspace.note_ended(&owner, Ending::Renewed { until, replaced }, true).unwrap();
        let state = office.state();
        (state.refresh_token_until, state.replaced_at_use)
    };
    let end = office.workspace.now().checked_add(day(30)).unwrap();
    assert_eq!(ended(Some(end), true), (Some(end), Some(true)));
    assert_eq!(ended(None, false), (Some(end), Some(true)), "the same token: what is known of it stays");
    assert_eq!(ended(None, true), (None, Some(true)), "another token, of whose end nobody has said anything");
}

#[tokio::test]
async fn tuf_24_vector_9_only_a_run_on_the_record_as_it_is_stored_stops_it_or_puts_it_back_into_use() {
    let office = Office::with_app(json!({})).await;
    let owner = owner(&office);
    let sent = SecretString::from(office.sandbox.accounts().refresh_token.clone());
    let refused = Ending::Refused { sent: &sent, reason: "no" };
    let works = Ending::Renewed { until: None, replaced: true };
    for (ending, stored, state) in [
        (refused, false, RefreshState::Active),
        (refused, true, RefreshState::Stopped),
        (works, false, RefreshState::Stopped),
        (works, true, RefreshState::Active),
    ] {
        office.workspace.note_ended(&owner, ending, stored).unwrap();
        assert_eq!(office.state().state, state, "{ending:?}, stored: {stored}");
    }
    assert_eq!((office.events("token_stopped"), office.events("token_resumed")), (1, 1));
}

#[tokio::test]
async fn c8_an_answer_that_never_came_is_a_doubt_unless_the_provider_is_known_to_replace_nothing() {
    for (replaced, state) in [(true, RefreshState::InDoubt), (false, RefreshState::Active)] {
        let office = Office::with_app(json!({})).await;
        let owner = owner(&office);
        office.workspace.note_ended(&owner, Ending::Renewed { until: None, replaced }, true).unwrap();
        let sent = SecretString::from(office.sandbox.accounts().refresh_token.clone());
        office.workspace.note_sending(&owner, &sent).unwrap();
        office.workspace.note_ended(&owner, Ending::Lost, true).unwrap();
        assert_eq!(office.state().state, state, "replaced at use: {replaced}");
        assert_eq!(office.events("token_in_doubt"), usize::from(replaced));
    }
}

#[tokio::test]
async fn c8_another_refresh_token_takes_the_access_token_of_the_one_before_with_it() {
    let office = Office::with_app(json!({})).await;
    passed(&office.run("App", &FETCH).await);
    let kept = || office.workspace.vault().document(TOKEN, &office.id().to_string()).unwrap().is_some();
    assert!(kept());
    office.workspace.edit("App", json!({ "oauth2": { "refresh_token": "of-another-account-1" } }), false).unwrap();
    assert!(!kept(), "it may have been another account's");
}

#[tokio::test]
async fn d8_a_date_on_the_record_is_good_to_its_last_hour_and_an_estimate_says_nothing_once_the_token_has_worked() {
    let office = Office::with_app(json!({})).await;
    let date = |source: &str| {
        let dates = json!([{ "item": "oauth2.refresh_token", "on": "2031-05-17", "source": source }]);
        office.workspace.edit("App", json!({ "expiries": dates }), false).unwrap();
    };
    let until = || office.workspace.refresh_token_until(&owner(&office), &office.state()).map(|(at, _)| at.to_string());
    let end = Some("2031-05-18T00:00:00Z".to_owned());
    date("estimated");
    assert_eq!(until(), end);
    let works = Ending::Renewed { until: None, replaced: true };
    office.workspace.note_ended(&owner(&office), works, true).unwrap();
    assert_eq!(until(), None, "it worked: the estimate was about the one before");
    date("entered");
    assert_eq!(until(), end, "what a person knows stays");
}

#[tokio::test]
async fn c8_the_panel_shows_an_access_token_while_it_is_good_and_says_when_the_next_keep_alive_is() {
    let office = Office::with_app(json!({ "inactivity_days": 90 })).await;
    passed(&office.run("App", &FETCH).await);
    let shown = || office.workspace.show("App").unwrap().token.unwrap();
    assert!(shown().access_token_until.is_some());
    assert!(!shown().kept_alive_by.unwrap().contains("at the next run"));
    office.later(day(80));
    assert_eq!(shown().access_token_until, None, "it has ended");
    assert!(shown().kept_alive_by.unwrap().contains("at the next run"));
}
