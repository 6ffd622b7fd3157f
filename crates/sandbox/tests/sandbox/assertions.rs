//! What the practice provider looks at in a client's statement (RFC 7523 3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_sandbox::{CertificatePair, Sandbox};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::common::{Answer, sandbox};
use crate::identity::token;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn header(pair: &CertificatePair) -> Value {
    let der = CertificateDer::from_pem_slice(pair.certificate_pem.as_bytes()).unwrap();
    json!({ "alg": "ES256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(Sha256::digest(&der)) })
}

fn claims(sandbox: &Sandbox, id: &str) -> Value {
    let client = &sandbox.accounts().client_id;
    let audience = format!("https://127.0.0.1:{}/practice/oauth2/v2.0/token", sandbox.ports().idp);
    let now = jiff::Timestamp::now().as_second();
    json!({ "iss": client, "sub": client, "aud": audience, "jti": id, "nbf": now, "exp": now + 300 })
}

fn signed(header: &Value, claims: &Value, pair: &CertificatePair) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let der = PrivatePkcs8KeyDer::from_pem_slice(pair.private_key_pem.as_bytes()).unwrap();
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der(), &random).unwrap();
    let signature = key.sign(&random, text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

async fn ask(sandbox: &Sandbox, statement: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "https://api.credenza.test/.default"),
        ("client_assertion_type", TYPE),
        ("client_assertion", statement),
    ];
    token(sandbox, &form).await
}

fn refused(answer: &Answer, why: &str) {
    let body = answer.json();
    assert_eq!((answer.status, &body["error"]), (401, &json!("invalid_client")), "{why}: {body}");
}

#[tokio::test]
async fn a_statement_signs_the_application_in_once() {
    let sandbox = sandbox().await;
    let pair = &sandbox.accounts().certificate;
    let statement = signed(&header(pair), &claims(&sandbox, "one"), pair);
    assert_eq!(ask(&sandbox, &statement).await.status, 200);
    refused(&ask(&sandbox, &statement).await, "the same statement again");
    let same_id = signed(&header(pair), &claims(&sandbox, "one"), pair);
    refused(&ask(&sandbox, &same_id).await, "another statement with a used id");
    assert_eq!(ask(&sandbox, &signed(&header(pair), &claims(&sandbox, "two"), pair)).await.status, 200);
}

#[tokio::test]
async fn signature_certificate_audience_client_and_time_are_looked_at() {
    let sandbox = sandbox().await;
    let pair = &sandbox.accounts().certificate;
    let other = sandbox.client_certificate();
    refused(&ask(&sandbox, &signed(&header(pair), &claims(&sandbox, "a"), other)).await, "the key of another");
    refused(
        &ask(&sandbox, &signed(&header(other), &claims(&sandbox, "b"), other)).await,
        "an unregistered certificate",
    );
    let good = signed(&header(pair), &claims(&sandbox, "c"), pair);
    let (head, rest) = good.split_once('.').unwrap();
    let changed = URL_SAFE_NO_PAD.encode(claims(&sandbox, "d").to_string());
    let tampered = format!("{head}.{changed}.{}", rest.split_once('.').unwrap().1);
    refused(&ask(&sandbox, &tampered).await, "claims that were not signed");
    let mut none = header(pair);
    none["alg"] = json!("none");
    refused(&ask(&sandbox, &signed(&none, &claims(&sandbox, "e"), pair)).await, "alg none");

    let now = jiff::Timestamp::now().as_second();
    for (name, value) in [
        ("aud", json!("https://id.example.com/token")),
        ("iss", json!("somebody-else")),
        ("sub", json!("somebody-else")),
        ("exp", json!(now - 600)),
        ("exp", json!(now + 86_400)),
        ("exp", Value::Null),
        ("nbf", json!(now + 3_600)),
        ("jti", json!("")),
    ] {
        let mut wrong = claims(&sandbox, &format!("{name} {value}"));
        wrong[name] = value.clone();
        refused(&ask(&sandbox, &signed(&header(pair), &wrong, pair)).await, &format!("{name} {value}"));
    }
    assert_eq!(ask(&sandbox, &good).await.status, 200, "the good one is still good");
}
