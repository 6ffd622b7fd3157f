//! The practice records that a person or a certificate signs in with, end to end.

use credenza_tests::people::{SignIn, request};
use credenza_tests::{Desk, Practice, failed_at};
use serde_json::{Value, json};

const BROWSER: &str = "Practice sign-in in the browser";
const DEVICE: &str = "Practice sign-in with a code";
const CERTIFICATE: &str = "Practice app with a certificate";

fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    desk.add(&json!([practice.record(BROWSER), practice.record(DEVICE), practice.record(CERTIFICATE)]));
    desk
}

fn passed((code, result): (i32, Value)) -> Value {
    assert_eq!((code, result["outcome"].as_str()), (0, Some("passed")), "{result:#}");
    result
}

#[test]
fn the_browser_record_is_signed_in_once_and_then_works_alone() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let mut waiting = SignIn::begin(&desk, &[BROWSER]);
    waiting.agree();
    let result = passed(waiting.end());
    assert_eq!(result["result"]["sign_in"], "stored");
    assert_eq!(result["result"]["claims"]["upn"], credenza_sandbox::MAILBOX);
    let alone = desk.run(&["--json", "token", BROWSER]).expect(0);
    assert!(!alone.err.contains("http://") && alone.json()["result"].get("sign_in").is_none(), "nobody was asked");
    desk.run(&["--json", "test", BROWSER]).expect(0);
}

#[test]
fn the_device_record_waits_until_the_code_is_typed_on_the_practice_page() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let mut waiting = SignIn::begin(&desk, &[DEVICE]);
    let page = waiting.page();
    assert_eq!(page.scheme(), "http", "a browser does not know the practice authority");
    let said = waiting.line_with("enter the code");
    let code = said.rsplit(' ').next().unwrap();
    assert!(request("GET", &page, "").contains("<form"));
    assert!(request("POST", &page, "user_code=XXXX-XXXX").contains("not known"));
    assert!(request("POST", &page, &format!("user_code={code}")).contains("You are signed in"));
    assert_eq!(passed(waiting.end())["result"]["sign_in"], "stored");
    desk.run(&["--json", "test", DEVICE]).expect(0);
}

#[test]
fn the_certificate_record_signs_in_and_a_strange_certificate_does_not() {
    let practice = Practice::start();
    let desk = desk(&practice);
    passed((0, desk.run(&["--json", "token", CERTIFICATE]).expect(0).json()));
    let strange = credenza_tests::self_signed(desk.folder.path());
    let text = |file: &std::path::Path| std::fs::read_to_string(file).unwrap();
    let own = json!({ "certificate_pem": text(&strange.certificate), "private_key_pem": text(&strange.key) });
    let draft = json!({ "oauth2": own }).to_string();
    let answer = desk.run_with(&["--json", "token", CERTIFICATE, "--draft", "-"], &draft).expect(1);
    failed_at(&answer.json(), "token");
    assert!(answer.out.contains("AADSTS700027"), "the provider knows the certificates it was given: {}", answer.out);
}

#[test]
fn a_sign_in_for_a_draft_is_not_stored_and_is_said_not_to_be() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let draft = desk.file("draft.json", json!({ "notes": "tried" }).to_string());
    let mut waiting = SignIn::begin(&desk, &[BROWSER, "--draft", draft.to_str().unwrap()]);
    waiting.line_with("nothing of it is stored");
    waiting.agree();
    let (code, result) = waiting.end();
    assert_eq!((code, result["result"]["sign_in"].as_str()), (0, Some("not_stored")), "{result:#}");
    assert!(credenza_tests::warned(&result, "sign_in_not_kept"), "{result:#}");
    desk.run(&["reveal", BROWSER, "oauth2.refresh_token"]).expect(4);
    assert_eq!(desk.run(&["--json", "show", BROWSER]).expect(0).json()["notes"], "");
}
