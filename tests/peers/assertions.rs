//! Authlib's and jwcrypto's second opinion on `private_key_jwt` (RFC 7523).

use std::path::PathBuf;

use credenza_tests::peers::AssertionServer;
use credenza_tests::{Answer, Desk, failed_at};
use serde_json::json;

/// Of the encrypted keys, which OpenSSL wrote.
const PASSPHRASE: &str = "Pr\u{fc}f-Kennwort-1";

fn testdata(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/net/testdata").join(name)
}

fn add(desk: &Desk, server: &AssertionServer, own: &[(&str, &str)]) -> Answer {
    let mut arguments = vec!["add", "app_registration", "App", "--description", "d", "--token-url", &server.token_url];
    arguments.extend(["--scope", "read", "--key-passphrase-stdin"]);
    let files: Vec<(String, String)> = own
        .iter()
        .map(|(name, value)| {
            let value = if name.ends_with("-file") { testdata(value).display().to_string() } else { (*value).into() };
            ((*name).to_owned(), value)
        })
        .collect();
    for (name, value) in &files {
        arguments.extend([name.as_str(), value.as_str()]);
    }
    desk.run_with(&arguments, PASSPHRASE)
}

const RSA: [(&str, &str); 2] = [("--certificate-file", "rsa.pem"), ("--private-key-file", "rsa-key-aes.pem")];
const ID: (&str, &str) = ("--client-id", AssertionServer::CLIENT);

#[test]
fn a_statement_signed_with_ps256_rs256_or_es256_is_taken_once_and_names_its_certificate() {
    let p256 = [("--certificate-file", "p256.pem"), ("--private-key-file", "p256-key-aes.pem")];
    let cases = [("rsa.pem", RSA, "PS256"), ("rsa.pem", RSA, "RS256"), ("p256.pem", p256, "ES256")];
    for (certificate, files, algorithm) in cases {
        let mut server = AssertionServer::start(&testdata(certificate));
        let desk = Desk::new();
        let chosen = if algorithm == "RS256" { "RS256" } else { "PS256" };
        add(&desk, &server, &[&files[..], &[ID, ("--assertion-algorithm", chosen)]].concat()).expect(0);
        let result = desk.run(&["--json", "token", "App"]).expect(0).json();
        assert_eq!(result["result"]["token_type"], "Bearer", "{algorithm}: {result:#}");
        let seen = server.next_statement();
        assert_eq!((seen["header"]["alg"].as_str(), seen["header"]["typ"].as_str()), (Some(algorithm), Some("JWT")));
        assert!(seen["header"]["x5t#S256"].is_string(), "the thumbprint was compared by the server: {seen}");
        assert_eq!(
            seen["header"].get("x5t").is_some(),
            algorithm == "RS256",
            "SHA-1 for servers that want RS256: {seen}"
        );
        let seconds = |name: &str| seen["claims"][name].as_i64().unwrap();
        assert_eq!((seconds("exp") - seconds("nbf"), seconds("iat")), (300, seconds("nbf")));
        assert_eq!(seen["again"], "JWT ID is used before.", "the server does look: {seen}");
        assert_eq!(
            seen["form"],
            json!(["client_assertion", "client_assertion_type", "client_id", "grant_type", "scope"]),
            "no secret beside the statement"
        );
        desk.run(&["token", "App", "--force"]).expect(0);
        assert_ne!(server.next_statement()["claims"]["jti"], seen["claims"]["jti"], "each statement has its own id");
    }
}

#[test]
fn a_statement_of_another_key_or_another_client_is_refused_by_the_server() {
    let server = AssertionServer::start(&testdata("p256.pem"));
    for (own, said) in [
        ([&RSA[..], &[ID]].concat(), "x5t#S256 names another"),
        ([&RSA[..], &[("--client-id", "other")]].concat(), "does not exist"),
    ] {
        let desk = Desk::new();
        add(&desk, &server, &own).expect(0);
        let answer = desk.run(&["--json", "token", "App"]).expect(1);
        let result = answer.json();
        failed_at(&result, "token");
        assert!(answer.out.contains(said), "{result:#}");
        assert!(result["explanation"]["id"].as_str().unwrap().contains("invalid_client"), "{}", result["explanation"]);
    }
}
