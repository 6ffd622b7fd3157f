//! *Copy report* and *Save transcript* on the command line.

use credenza_sandbox::{Fault, MailStep, Server};
use credenza_tests::{Desk, Practice};
use serde_json::json;

fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    desk.add(&json!([
        practice.record("Practice mail"),
        practice.record("Practice mail with OAuth 2.0"),
        practice.record("Practice webhook")
    ]));
    desk
}

fn mark(text: &str, kind: &str) -> String {
    let at = text.find(&format!("[{kind} #")).unwrap_or_else(|| panic!("no [{kind} #…] in {text}"));
    text[at..].chars().take_while(|c| *c != ']').collect()
}

#[test]
fn c7_the_last_result_is_reported_later_and_holds_no_secret() {
    let practice = Practice::start();
    let desk = desk(&practice);
    assert_eq!(desk.run(&["--json", "report", "Practice mail"]).expect(4).json()["error"]["code"], "not_found");
    let password = practice.accounts().password.clone();
    let echo = format!("535 5.7.8 no {password} for trace-id 4711-abc");
    practice.set_on(Server::Smtp, Fault::Reply(MailStep::Auth, echo));
    desk.run(&["test", "Practice mail"]).expect(1);
    let short = desk.run(&["report", "Practice mail"]).expect(0).out;
    let long = desk.run(&["report", "Practice mail", "--transcript"]).expect(0).out;
    let json = desk.run(&["--json", "report", "Practice mail", "--transcript"]).expect(0).json();
    assert_eq!(json["report"].as_str().unwrap().trim_end(), long.trim_end());
    for text in [&short, &long] {
        assert!(text.contains("trace-id 4711-abc") && !text.contains(&password), "{text}");
    }
    assert!(!short.contains("Transcript") && long.contains("Transcript"), "{long}");
    assert!(
        long.contains(" ms  client  EHLO ") && long.contains(" ms  server  220 "),
        "the whole exchange with times: {long}"
    );
}

#[test]
fn c7_a_mark_is_the_same_in_every_report_of_one_vault_and_another_in_another() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let file = desk.folder.path().join("transcript.txt");
    let transcript = |desk: &Desk| {
        desk.run(&["test", "Practice mail", "--transcript", file.to_str().unwrap()]).expect(0);
        std::fs::read_to_string(&file).unwrap()
    };
    let first = mark(&transcript(&desk), "password");
    let second = mark(&transcript(&desk), "password");
    assert_eq!(first, second);
    let marks: std::collections::BTreeSet<String> =
        (0..4).map(|_| mark(&transcript(&self::desk(&practice)), "password")).collect();
    assert!(marks.len() > 1, "four other vaults, one mark: {marks:?}");
}

#[test]
fn c7_sign_in_lines_tokens_and_the_path_of_a_webhook_have_marks_of_their_kind() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.run(&["test", "Practice mail with OAuth 2.0"]).expect(0);
    let text = desk.run(&["report", "Practice mail with OAuth 2.0", "--transcript"]).expect(0).out;
    assert!(text.contains("client_secret=[client-secret #"), "{text}");
    assert!(text.contains("client  [access-token #"), "{text}");
    desk.run(&["token", "Practice webhook"]).expect(0);
    let text = desk.run(&["report", "Practice webhook", "--transcript"]).expect(0).out;
    assert!(text.contains("POST [webhook-path #"), "{text}");
}

#[test]
fn c7_a_secret_that_came_into_the_record_later_is_hidden_in_the_old_result_too() {
    let practice = Practice::start();
    let desk = desk(&practice);
    desk.run(&["test", "Practice mail"]).expect(0);
    let text = desk.run(&["report", "Practice mail", "--transcript"]).expect(0).out;
    assert!(text.contains("Credenza practice mail server"), "{text}");
    let patch = desk.file("patch.json", json!({ "auth": { "password": "practice mail server" } }).to_string());
    desk.run(&["edit", "Practice mail", "--from", patch.to_str().unwrap()]).expect(0);
    let text = desk.run(&["report", "Practice mail", "--transcript"]).expect(0).out;
    assert!(!text.contains("practice mail server") && text.contains("Credenza [password #"), "{text}");
}
