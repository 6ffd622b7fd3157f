//! `private_key_jwt` (RFC 7523 3): a statement signed with the key of a registered certificate.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::refusal::Refusal;
use crate::shared::Shared;

/// The only kind of assertion that signs a client in.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Seconds that a statement may be good for: Entra takes ten minutes, and a little for clocks that differ.
const LONGEST: i64 = 900;
/// Seconds by which two clocks may differ.
const SKEW: i64 = 300;

/// Whether the statement signs the application in, at one of the given addresses of the token endpoint.
pub(super) fn check(shared: &Shared, statement: &str, endpoints: &[String]) -> Result<(), Refusal> {
    let broken = || Refusal::BadAssertion;
    let (text, signature) = statement.rsplit_once('.').ok_or_else(broken)?;
    let (header, claims) = text.split_once('.').ok_or_else(broken)?;
    let (header, claims) = (part(header).ok_or_else(broken)?, part(claims).ok_or_else(broken)?);
    let certificate = registered(shared, &header).ok_or(Refusal::UnknownCertificate)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| broken())?;
    confirmed(&header, &certificate, (text, &signature)).ok_or(Refusal::WrongSignature)?;
    judge(shared, &claims, endpoints)
}

fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// The certificate that the header names by its thumbprint: SHA-256, or SHA-1 in the older form.
fn registered(shared: &Shared, header: &Value) -> Option<CertificateDer<'static>> {
    let named = |name: &str| header.get(name).and_then(Value::as_str);
    let own = CertificateDer::from_pem_slice(shared.accounts.certificate.certificate_pem.as_bytes()).ok();
    let mut known = shared.registered_certificates().into_iter().chain(own);
    known.find(|der| match (named("x5t#S256"), named("x5t")) {
        (Some(thumbprint), _) => URL_SAFE_NO_PAD.encode(Sha256::digest(der)) == thumbprint,
        (None, Some(thumbprint)) => URL_SAFE_NO_PAD.encode(Sha1::digest(der)) == thumbprint,
        (None, None) => false,
    })
}

fn confirmed(header: &Value, certificate: &CertificateDer<'_>, (text, signature): (&str, &[u8])) -> Option<()> {
    let algorithm: &'static dyn VerificationAlgorithm = match header.get("alg").and_then(Value::as_str)? {
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        _ => return None,
    };
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let public = UnparsedPublicKey::new(algorithm, &certificate.public_key().subject_public_key.data);
    public.verify(text.as_bytes(), signature).ok()
}

fn judge(shared: &Shared, claims: &Value, endpoints: &[String]) -> Result<(), Refusal> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
    let client = shared.accounts.client_id.as_str();
    if text("iss") != client || text("sub") != client {
        return Err(Refusal::AssertionOfAnother);
    }
    if !endpoints.iter().any(|endpoint| endpoint == text("aud")) {
        return Err(Refusal::AssertionForAnother(text("aud").to_owned()));
    }
    let now = shared.now().as_second();
    let in_time = seconds("exp").is_some_and(|end| end > now - SKEW && end <= now + LONGEST)
        && seconds("nbf").is_none_or(|start| start <= now + SKEW);
    if !in_time {
        return Err(Refusal::AssertionOutOfTime);
    }
    // RFC 7523 3, item 7: one use.
    if text("jti").is_empty() || !shared.use_statement(text("jti")) {
        return Err(Refusal::BadAssertion);
    }
    Ok(())
}
