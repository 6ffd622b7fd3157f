//! A mail server that nobody here wrote, added through the form and tested with the button.

use credenza_tests::Desk;
use credenza_tests::peers::Exim;
use credenza_tests::window::{Start, Window};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_typed_into_the_form_sends_a_test_mail_that_exim_delivers() {
    let exim = Exim::start(&["CRAM-MD5", "PLAIN", "LOGIN"]);
    let desk = Desk::new();
    let window = Window::open(Start {
        vault: Some(desk.vault.clone()),
        folder: Some(desk.folder.path().to_owned()),
        ..Start::default()
    })
    .await;
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.press("Credentials").await;
    window.press("Add credential").await;
    window.press("Mail server").await;
    window.press("Start empty").await;
    window.fill("Name", "Office mail").await;
    window.fill("Description", "ERP alerts").await;
    window.fill("Host address", "localhost").await;
    window.fill("Port", &exim.submission.to_string()).await;
    window.press("STARTTLS").await;
    window.fill("Email address", "erp@independent.test").await;
    window.press("User and password").await;
    window.fill("User name", Exim::USER).await;
    window.fill("Password", Exim::PASSWORD).await;
    window.press("Test connection").await;
    let untrusted = window.check_result().await;
    assert!(untrusted.contains("TLS"), "its authority is not known here: {untrusted}");
    window.press("Save").await;
    window.sees("Office mail").await;
    trust(&desk, &exim);
    window.press("Events").await;
    window.press("Credentials").await;
    window.press("Office mail").await;
    window.press("Send test email").await;
    window.fill("To", "someone@independent.test").await;
    window.press("Send").await;
    let result = window.check_result().await;
    assert!(result.contains("ccepted by the server"), "{result}");
    let mailbox = exim.mailbox();
    assert_eq!(mailbox.len(), 1, "Exim delivered one mail; log:\n{}", exim.log());
    assert!(mailbox[0].contains("someone@independent.test"));
    window.close().await;
}

/// Exim's own authority, put into the record by the command line while the window has the vault open.
fn trust(desk: &Desk, exim: &Exim) {
    let patch = json!({ "certificate_check": { "mode": "certificate", "certificate_pem": exim.authority.pem() } });
    desk.run_with(&["edit", "Office mail", "--from", "-", "--rebind"], &patch.to_string()).expect(0);
}
