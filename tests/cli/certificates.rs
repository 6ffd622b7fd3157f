//! Certificates from files: signing in with them, their end as a date, their key beside them.

use std::path::PathBuf;

use credenza_tests::Desk;
use serde_json::json;

fn testdata(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/net/testdata").join(name);
    path.display().to_string()
}

const PASSWORD: &str = "Pr\u{fc}f-Kennwort-1";

fn add(desk: &Desk, more: &[&str], input: &str) -> credenza_tests::Answer {
    let url = "https://login.microsoftonline.com/8f0e/oauth2/v2.0/token";
    let mut arguments = vec!["--json", "add", "app_registration", "App", "--description", "d"];
    arguments.extend(["--token-url", url, "--client-id", "my-app"]);
    arguments.extend(more);
    desk.run_with(&arguments, input)
}

#[test]
fn pkcs12_becomes_certificate_and_key_and_the_end_of_the_certificate_is_a_date() {
    for name in ["modern.p12", "legacy.p12"] {
        let desk = Desk::new();
        add(&desk, &["--pkcs12-file", &testdata(name), "--pkcs12-password-stdin"], PASSWORD).expect(0);
        let record = desk.run(&["--json", "show", "App"]).expect(0).json();
        assert_eq!(record["oauth2"]["client_auth"], "private_key_jwt");
        assert!(record["oauth2"]["certificate_pem"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
        assert!(record["oauth2"]["private_key_pem"].as_str().unwrap().starts_with("****"), "masked: {record:#}");
        let expiry = &record["expiries"][0];
        assert_eq!((&expiry["item"], &expiry["source"]), (&json!("oauth2.certificate_pem"), &json!("certificate")));
        let key = desk.run(&["reveal", "App", "oauth2.private_key_pem"]).expect(0).out;
        assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"), "the key is there in full for an administrator");
    }
}

#[test]
fn a_wrong_or_missing_password_of_a_pkcs12_file_is_refused_and_is_never_an_argument() {
    let desk = Desk::new();
    let file = testdata("modern.p12");
    let wrong = add(&desk, &["--pkcs12-file", &file, "--pkcs12-password-stdin"], "nope").expect(3).json();
    assert_eq!(wrong["error"]["field"], "oauth2.certificate_pem", "{wrong:#}");
    let missing = add(&desk, &["--pkcs12-file", &file], "").expect(3).json();
    assert!(missing["error"]["hint"].as_str().unwrap().contains("--pkcs12-password-file"), "{missing:#}");
    let argument = add(&desk, &["--pkcs12-file", &file, "--pkcs12-password", "hunter2hunter2"], "").expect(2);
    assert!(!argument.out.contains("hunter2") && !argument.err.contains("hunter2"), "{argument:?}");
    assert_eq!(desk.run(&["--json", "list"]).expect(0).json(), json!([]), "nothing was added");
}

#[test]
fn a_certificate_with_another_ones_key_is_refused_by_the_keys_field_at_save() {
    let desk = Desk::new();
    let files = ["--certificate-file", &testdata("rsa.pem"), "--private-key-file", &testdata("p256-key.pem")];
    let refused = add(&desk, &files, "").expect(3).json();
    assert_eq!(refused["error"]["field"], "oauth2.private_key_pem", "{refused:#}");

    let files = ["--certificate-file", &testdata("rsa.pem"), "--private-key-file", &testdata("rsa-key.pem")];
    add(&desk, &files, "").expect(0);
    let other = ["--json", "edit", "App", "--certificate-file", &testdata("p256.pem")];
    let refused = desk.run(&other).expect(3).json();
    assert_eq!(
        refused["error"]["field"], "oauth2.private_key_pem",
        "the stored key is that of the old one: {refused:#}"
    );

    let both = desk.file(
        "both.pem",
        [std::fs::read(testdata("p256.pem")).unwrap(), std::fs::read(testdata("p256-key.pem")).unwrap()].concat(),
    );
    desk.run(&["--json", "edit", "App", "--certificate-file", &both.display().to_string()]).expect(0);
    let record = desk.run(&["--json", "show", "App"]).expect(0).json();
    assert_eq!(record["expiries"].as_array().unwrap().len(), 1, "one date per certificate: {record:#}");

    desk.run_with(
        &["edit", "App", "--from", "-"],
        r#"{"oauth2":{"client_auth":"none","certificate_pem":null,"private_key_pem":null}}"#,
    )
    .expect(0);
    let record = desk.run(&["--json", "show", "App"]).expect(0).json();
    assert_eq!(record["expiries"], json!([]), "a certificate that is gone has no end: {record:#}");
}

#[test]
fn c18_a_secret_that_was_pasted_wrongly_is_flagged_on_add_and_edit_and_saved_all_the_same() {
    let desk = Desk::new();
    let answer = add(&desk, &["--client-secret-stdin"], "0f8fad5b-d9cb-469f-a165-70867728950e").expect(0);
    assert!(answer.err.contains("Secret ID"), "{}", answer.err);
    assert!(!answer.err.contains("0f8fad5b"), "a hint never repeats the secret");
    let answer = desk
        .run_with(&["--json", "edit", "App", "--from", "-"], r#"{"oauth2":{"client_secret":"\"Vq8~h2.Zr6_TnL4\""}}"#);
    assert!(answer.clone().expect(0).err.contains("quotes"), "{}", answer.err);
}

#[test]
fn an_api_key_is_added_by_fields_and_masked() {
    let desk = Desk::new();
    let arguments = [
        "--json",
        "add",
        "outbound_server",
        "API",
        "--description",
        "d",
        "--host",
        "127.0.0.1",
        "--auth.method",
        "api_key",
        "--auth.in",
        "query",
        "--auth.name",
        "api_key",
        "--auth.value-stdin",
    ];
    desk.run_with(&arguments, "k3y-of-the-api-wxyz").expect(0);
    let record = desk.run(&["--json", "show", "API"]).expect(0).json();
    assert_eq!(record["auth"], json!({ "method": "api_key", "in": "query", "name": "api_key", "value": "****wxyz" }));
    let refused =
        desk.run(&["--json", "add", "outbound_server", "B", "--auth.method", "api_key", "--auth.value", "plain"]);
    assert_eq!(refused.code, 2, "a key is never an argument: {refused:?}");
}

#[test]
fn an_encrypted_pem_key_is_opened_by_its_passphrase_and_never_as_an_argument() {
    let files = ["--certificate-file", &testdata("rsa.pem"), "--private-key-file"];
    for name in ["rsa-key-aes.pem", "rsa-key-scrypt.pem", "rsa-key-3des.pem"] {
        let desk = Desk::new();
        let key = testdata(name);
        let with = |more: &[&str], input: &str| add(&desk, &[&files[..], &[&key], more].concat(), input);
        let missing = with(&[], "").expect(3).json();
        assert_eq!(missing["error"]["field"], "oauth2.private_key_pem", "{missing:#}");
        assert!(missing["error"]["hint"].as_str().unwrap().contains("--key-passphrase-file"), "{missing:#}");
        assert!(with(&["--key-passphrase-stdin"], "nope").expect(3).out.contains("does not open"));
        let argument = with(&["--key-passphrase", "hunter2hunter2"], "").expect(2);
        assert!(!argument.out.contains("hunter2") && !argument.err.contains("hunter2"), "{argument:?}");
        let passphrase = desk.file("passphrase", format!("{PASSWORD}\n"));
        with(&["--key-passphrase-file", passphrase.to_str().unwrap()], "").expect(0);
        let stored = desk.run(&["reveal", "App", "oauth2.private_key_pem"]).expect(0).out;
        assert!(stored.starts_with("-----BEGIN PRIVATE KEY-----"), "the vault encrypts it, not the file");
    }
}

#[test]
fn a_certificate_and_its_encrypted_key_in_one_file_and_a_sec1_key_are_taken() {
    let read = |name: &str| std::fs::read_to_string(testdata(name)).unwrap();
    let desk = Desk::new();
    let both = desk.file("both.pem", read("rsa.pem") + &read("rsa-key-aes.pem"));
    add(&desk, &["--certificate-file", both.to_str().unwrap(), "--key-passphrase-stdin"], PASSWORD).expect(0);
    assert_eq!(desk.run(&["--json", "show", "App"]).expect(0).json()["oauth2"]["client_auth"], "private_key_jwt");

    let sec1 = ["--certificate-file", &testdata("p256.pem"), "--private-key-file", &testdata("p256-key-sec1.pem")];
    desk.run(&[&["edit", "App"][..], &sec1].concat()).expect(0);
    let stored = desk.run(&["reveal", "App", "oauth2.private_key_pem"]).expect(0).out;
    assert!(stored.starts_with("-----BEGIN PRIVATE KEY-----"), "SEC1 is kept as PKCS#8");
}
