//! From the first run to every button, against the practice servers; then locked, and nothing is left.

use credenza_tests::window::{Start, Window};
use serde_json::json;

const PASSPHRASE: &str = "plinth otter mauve 1742";

/// First run: vault, recovery code typed back, practice servers.
async fn set_up(window: &Window) -> String {
    window.fill("Vault name", "Contoso IT").await;
    window.fill("Your name", "Dana Weiss").await;
    window.fill("Passphrase", PASSPHRASE).await;
    window.fill("Repeat the passphrase", PASSPHRASE).await;
    window.press("Create vault").await;
    window.sees("Keep your recovery code").await;
    let groups = window
        .script(
            "done(clean(document.body.innerText).match(/[A-Z0-9]{4,}(?:[- ]+[A-Z0-9]{4,}){3,}/)?.[0] ?? '');",
            Vec::new(),
        )
        .await;
    let code = groups.as_str().unwrap().to_owned();
    let last = last_group(&code);
    window.fill("Type the last group", "WRONG").await;
    window.press("Continue").await;
    window.sees("That is not the last group").await;
    window.fill("Type the last group", &last).await;
    window.press("Continue").await;
    window.press("Try it with the sandbox").await;
    window.sees("Practice mail").await;
    code
}

fn last_group(code: &str) -> String {
    code.split(['-', ' ']).next_back().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_first_run_to_every_button_and_locked_again() {
    let window = Window::open(Start::default()).await;
    let code = set_up(&window).await;
    send_test_email(&window).await;
    wrong_password_is_explained(&window).await;
    fetch_token(&window).await;
    test_action(&window).await;
    lock_leaves_nothing(&window).await;
    b7_the_recovery_code_is_used_up(&window, &code).await;
    window.close().await;
}

async fn send_test_email(window: &Window) {
    window.open_record("Practice mail").await;
    window.press("Send test email").await;
    window.fill("To", "ops@credenza.test").await;
    window.press("Send").await;
    let result = window.check_result().await;
    assert!(result.contains("ccepted by the server"), "{result}");
    assert!(!result.contains("elivered"), "acceptance is never called delivery: {result}");
    let stages = window.stages().await;
    for name in ["Resolve", "Connect", "TLS", "Greeting", "Authenticate", "Permission", "Action"] {
        assert!(stages.iter().any(|stage| stage.contains(name)), "no list item for {name}: {stages:?}");
    }
    let mails = window.invoke("practice_mailbox", json!({})).await;
    assert_eq!(mails["ok"].as_array().map(Vec::len), Some(1), "the practice server has the one mail: {mails}");
}

async fn wrong_password_is_explained(window: &Window) {
    window.press("Authentication").await;
    window.press("Replace").await;
    window.fill("Password", "wrong-password-canary").await;
    window.press("Test connection").await;
    let result = window.check_result().await;
    for part in ["What happened", "What to do", "Who can fix it", "535"] {
        assert!(result.contains(part), "{part} is missing: {result}");
    }
    assert!(!result.contains("wrong-password-canary"), "the typed secret is not repeated");
    let events = window.invoke("event_list", json!({ "category": null, "limit": 1 })).await;
    assert_eq!(events["ok"][0]["action"], "check_finished", "a test saves nothing: {events}");
    window.press("Discard").await;
}

async fn fetch_token(window: &Window) {
    window.open_record("Practice app registration").await;
    window.press("Fetch Token").await;
    let result = window.check_result().await;
    assert!(result.contains("Bearer") && result.contains("****"), "type and mask are shown: {result}");
    assert!(!result.contains("eyJ"), "the token itself is not: {result}");
}

async fn test_action(window: &Window) {
    window.open_record("Practice webhook").await;
    window.press("Test Action").await;
    let result = window.check_result().await;
    assert!(result.contains("200"), "{result}");
}

async fn lock_leaves_nothing(window: &Window) {
    window.open_record("Practice mail").await;
    let there = "wait(() => [...document.querySelectorAll('input')].some((e) => e.value.includes('practice@credenza.test')), 20, done);";
    assert_eq!(window.script(there, Vec::new()).await, true, "the record is on the screen");
    assert!(window.everything().await.contains("practice@credenza.test"), "the search below can find something");
    window.press("Lock").await;
    window.sees("Unlock").await;
    let page = window.everything().await;
    for trace in ["Practice mail", "practice@credenza.test", "Practice webhook", "ops@credenza.test"] {
        assert!(!page.contains(trace), "{trace} is still in the page");
    }
    let refused = window.invoke("credential_list", json!({})).await;
    assert_eq!(refused["error"]["code"], "locked", "{refused}");
    window.fill("Passphrase", "not the passphrase").await;
    window.press("Unlock").await;
    window.sees("does not unlock the vault").await;
    window.fill("Passphrase", PASSPHRASE).await;
    window.press("Unlock").await;
    window.sees("Overview").await;
}

/// Unlocks with the code of the first run: it is taken once, and the next one has to be kept before going on.
async fn b7_the_recovery_code_is_used_up(window: &Window, code: &str) {
    window.press("Lock").await;
    window.press("Use a recovery code").await;
    window.fill("Recovery code", code).await;
    window.press("Unlock").await;
    window.sees("is used up").await;
    let shown = "done(clean(root().innerText).match(/[A-Z0-9]{5}(?:[- ]+[A-Z0-9]{5}){3,}/)?.[0] ?? '');";
    let next = window.script(shown, Vec::new()).await.as_str().unwrap().to_owned();
    assert_ne!(last_group(&next), last_group(code), "another code took its place");
    window.fill("Type the last group", &last_group(&next)).await;
    window.press("Done").await;
    window.press("Lock").await;
    window.press("Use a recovery code").await;
    window.fill("Recovery code", code).await;
    window.press("Unlock").await;
    window.sees("does not unlock the vault").await;
}
