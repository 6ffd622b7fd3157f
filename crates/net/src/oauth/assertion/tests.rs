//! The statement to the letter, its signature checked with the certificate's public key.

use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256};
use ring::signature::{UnparsedPublicKey, VerificationAlgorithm};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::*;

const RSA: (&str, &str) = (include_str!("../../../testdata/rsa.pem"), include_str!("../../../testdata/rsa-key.pem"));
const P256: (&str, &str) = (include_str!("../../../testdata/p256.pem"), include_str!("../../../testdata/p256-key.pem"));
const AUDIENCE: &str = "https://login.microsoftonline.com/8f0e/oauth2/v2.0/token";

fn key(pair: (&str, &str), algorithm: AssertionAlgorithm) -> Result<AssertionKey, PairProblem> {
    AssertionKey::read(pair.0, &SecretString::from(pair.1), algorithm)
}

/// Header and claims of a statement whose signature the certificate confirms.
fn verified(certificate: &str, statement: &str, algorithm: &'static dyn VerificationAlgorithm) -> (Value, Value) {
    let (text, signature) = statement.rsplit_once('.').unwrap();
    let der = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let (_, certificate) = X509Certificate::from_der(&der).unwrap();
    let public = UnparsedPublicKey::new(algorithm, &certificate.public_key().subject_public_key.data);
    public.verify(text.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).expect("the signature is good");
    let part = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let (header, claims) = text.split_once('.').unwrap();
    (part(header), part(claims))
}

fn signed(key: &AssertionKey) -> String {
    let at = "2026-11-21T12:00:00Z".parse().unwrap();
    key.sign("my-app", AUDIENCE, at).unwrap().expose_secret().to_owned()
}

#[test]
fn ps256_is_signed_as_entra_documents_it() {
    let statement = signed(&key(RSA, AssertionAlgorithm::Ps256).unwrap());
    let (header, claims) = verified(RSA.0, &statement, &RSA_PSS_2048_8192_SHA256);
    let der = CertificateDer::from_pem_slice(RSA.0.as_bytes()).unwrap();
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&der));
    assert_eq!(header, json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint }));
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["aud"]),
        (&json!("my-app"), &json!("my-app"), &json!(AUDIENCE))
    );
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("iat"), 1_795_262_400);
    assert_eq!((seconds("nbf"), seconds("exp")), (seconds("iat"), seconds("iat") + 300), "five minutes from now on");
    assert!(claims["jti"].as_str().unwrap().parse::<Uuid>().is_ok());
}

#[test]
fn rs256_names_the_sha_1_of_the_certificate_as_well() {
    let statement = signed(&key(RSA, AssertionAlgorithm::Rs256).unwrap());
    let (header, _) = verified(RSA.0, &statement, &RSA_PKCS1_2048_8192_SHA256);
    let der = CertificateDer::from_pem_slice(RSA.0.as_bytes()).unwrap();
    assert_eq!((&header["alg"], &header["x5t"]), (&json!("RS256"), &json!(URL_SAFE_NO_PAD.encode(Sha1::digest(&der)))));
    assert!(header["x5t#S256"].is_string());
}

#[test]
fn an_elliptic_curve_key_signs_with_es256() {
    let key = key(P256, AssertionAlgorithm::Ps256).unwrap();
    assert_eq!(key.algorithm(), "ES256");
    let (header, _) = verified(P256.0, &signed(&key), &ECDSA_P256_SHA256_FIXED);
    assert_eq!(header["alg"], "ES256");
}

#[test]
fn every_statement_is_another_one() {
    let key = key(RSA, AssertionAlgorithm::Rs256).unwrap();
    assert_ne!(signed(&key), signed(&key), "a statement that repeats its jti is taken for a replay");
}

#[test]
fn thumbprints_are_the_raw_hash_in_base64url() {
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha1::digest(b"example-der-bytes")), "1MrLOb-yDTAASwKBVnG5H8MFN5k");
    let sha256 = URL_SAFE_NO_PAD.encode(Sha256::digest(b"example-der-bytes"));
    assert_eq!(sha256, "mIHFdLe9L8NW_dfkbm3B7skSIrjndcYJJ3KFSrhPgOM");
}

#[test]
fn a_certificate_and_another_ones_key_are_refused_by_the_key() {
    let problem = key((RSA.0, P256.1), AssertionAlgorithm::Ps256).unwrap_err();
    assert!(problem.is_key && problem.words.contains("do not belong together"), "{problem:?}");
    let swapped = key((RSA.1, RSA.1), AssertionAlgorithm::Ps256).unwrap_err();
    assert!(!swapped.is_key, "a key stands where the certificate belongs: {swapped:?}");
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let problem = key((RSA.0, encrypted), AssertionAlgorithm::Ps256).unwrap_err();
    assert!(problem.is_key && problem.words.contains("passphrase"), "{problem:?}");
}

#[test]
fn h10_debug_shows_no_part_of_the_key() {
    let shown = format!("{:?}", key(RSA, AssertionAlgorithm::Ps256).unwrap());
    let line = RSA.1.lines().nth(5).unwrap();
    assert!(shown.contains("PS256") && !shown.contains(line), "{shown}");
}
