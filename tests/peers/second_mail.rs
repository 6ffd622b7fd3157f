//! aiosmtpd as a second opinion on the mail dialogue.

use credenza_tests::peers::SecondMail;
use credenza_tests::{Desk, failed_at, stage};
use serde_json::{Value, json};

fn desk(server: &SecondMail, auth: Value) -> Desk {
    let desk = Desk::new();
    desk.add(&json!({
        "type": "mail_server", "name": "Second", "description": "d", "host": "localhost", "port": server.port, "tls": "starttls",
        "sender": "erp@second.test", "auth": auth,
        "certificate_check": {"mode": "certificate", "certificate_pem": server.authority.pem()},
    }));
    desk
}

fn auth(password: &str, mechanisms: &[&str]) -> Value {
    json!({"method": "password", "username": SecondMail::USER, "password": password, "mechanisms": mechanisms})
}

#[test]
fn eli_9_plain_and_login_send_a_mail_that_a_second_server_takes_whole() {
    let mut server = SecondMail::start();
    for mechanism in ["PLAIN", "LOGIN"] {
        let desk = desk(&server, auth(SecondMail::PASSWORD, &[mechanism]));
        let result = desk
            .run(&[
                "--json",
                "send-email",
                "Second",
                "--to",
                "ops@example.com",
                "--bcc",
                "hidden@example.com",
                "--subject",
                "Üben",
                "--body",
                ".\ndot\n",
            ])
            .expect(0)
            .json();
        assert_eq!(stage(&result, "authenticate")["evidence"]["mechanism"], mechanism);
        assert_eq!(result["result"]["reply"], "250 2.0.0 Ok: queued as INDEPENDENT");
        let mail = server.next_mail();
        assert_eq!(mail["from"], "erp@second.test");
        assert_eq!(mail["to"], json!(["ops@example.com", "hidden@example.com"]));
        let content = mail["content"].as_str().unwrap();
        assert!(content.contains("\r\n.\r\ndot") && !content.contains("hidden@"), "{content}");
    }
}

#[test]
fn a_wrong_password_is_refused_by_a_second_server_too() {
    let server = SecondMail::start();
    let desk = desk(&server, auth("wrong-Pa55word-here", &[]));
    let result = desk.run(&["--json", "test", "Second"]).expect(1).json();
    failed_at(&result, "authenticate");
    assert!(result["explanation"]["id"].as_str().unwrap().starts_with("smtp"), "{}", result["explanation"]);
}

#[test]
fn iqx_12_without_a_sign_in_the_servers_530_explains_itself() {
    let server = SecondMail::start();
    let desk = desk(&server, json!({"method": "none"}));
    let result = desk.run(&["--json", "send-email", "Second", "--to", "ops@example.com"]).expect(1).json();
    failed_at(&result, "permission");
    assert!(result["explanation"]["raw"].as_str().unwrap().starts_with("530"), "{}", result["explanation"]);
}

#[test]
fn smtputf8_reaches_a_second_server_as_an_option() {
    let mut server = SecondMail::start();
    let desk = desk(&server, auth(SecondMail::PASSWORD, &[]));
    desk.run(&["send-email", "Second", "--to", "zoë@example.com", "--subject", "x", "--body", "y"]).expect(0);
    let mail = server.next_mail();
    assert_eq!(mail["to"], json!(["zoë@example.com"]));
    assert!(mail["options"].to_string().contains("SMTPUTF8"), "{mail:#}");
}
