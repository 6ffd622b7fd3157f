//! Private keys as people have them in PEM files: PKCS#8 under a passphrase (RFC 5958 3, RFC 8018 6.2), and SEC1 (RFC 5915).
//!
//! What leaves here is PKCS#8 that is not encrypted: the vault encrypts it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{AnyRef, Decode, Encode};
use pkcs8::pkcs5::{self, pbes2};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef};
use sec1::EcPrivateKey;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::import::ImportProblem;

/// A key of its own file is a few KiB.
const LONGEST: usize = 64 * 1024;
/// PBKDF2 rounds; programs write thousands, careful people a million. The file chooses them, so they are bounded.
const MOST_ROUNDS: u32 = 10_000_000;
/// Bytes that scrypt may take.
const MOST_MEMORY: u64 = 256 << 20;
/// Block operations of scrypt (N·r·p); OpenSSL writes 2^17.
const MOST_WORK: u64 = 1 << 21;
/// `id-ecPublicKey` (RFC 5480 2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// Opens the first encrypted PKCS#8 key of a PEM text; `None` when there is none. The key comes as DER.
///
/// # Errors
/// That a passphrase is needed or wrong, or that the key is protected in a way that is not supported.
pub(super) fn decrypted(
    text: &[u8],
    passphrase: Option<&SecretString>,
) -> Result<Option<Zeroizing<Vec<u8>>>, ImportProblem> {
    let Some(der) = encrypted_der(text) else { return Ok(None) };
    let der = der.filter(|der| der.len() <= LONGEST).ok_or_else(unsupported)?;
    let key = EncryptedPrivateKeyInfoRef::try_from(der.as_slice()).map_err(|_| unsupported())?;
    let supported = key.encryption_algorithm.pbes2().is_some_and(|parameters| is_bearable(&parameters.kdf));
    if !supported {
        return Err(unsupported());
    }
    let passphrase = passphrase.ok_or(ImportProblem::PasswordNeeded)?;
    // EXPOSE: opens the key.
    let opened = key.decrypt(passphrase.expose_secret().as_bytes()).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(
            pkcs5::Error::UnsupportedAlgorithm { .. } | pkcs5::Error::AlgorithmParametersInvalid { .. },
        ) => unsupported(),
        _ => ImportProblem::WrongPassword,
    })?;
    // One wrong passphrase in 256 leaves padding that looks right.
    PrivateKeyInfoRef::try_from(opened.as_bytes()).map_err(|_| ImportProblem::WrongPassword)?;
    Ok(Some(Zeroizing::new(opened.as_bytes().to_vec())))
}

/// SEC1 as PKCS#8.
///
/// # Errors
/// Plain words: damaged, no named curve, no public half.
pub(crate) fn from_sec1(der: &[u8]) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let damaged = "The EC private key is damaged.";
    let key = EcPrivateKey::from_der(der).map_err(|_| damaged)?;
    let curve = key.parameters.as_ref().and_then(|parameters| parameters.named_curve());
    let curve =
        curve.ok_or("The EC private key does not name its curve. Convert it: openssl pkcs8 -topk8 -nocrypt.")?;
    if key.public_key.is_none() {
        return Err("The EC private key lacks its public half. Write it anew: openssl ec -in key.pem -out new.pem.");
    }
    // The curve stands in the outer structure (RFC 5915 3, RFC 5958 2).
    let inner = EcPrivateKey { parameters: None, ..key }.to_der().map(Zeroizing::new).map_err(|_| damaged)?;
    let algorithm = AlgorithmIdentifierRef { oid: EC, parameters: Some(AnyRef::from(&curve)) };
    let inner = OctetStringRef::new(&inner).map_err(|_| damaged)?;
    PrivateKeyInfoRef::new(algorithm, inner).to_der().map(Zeroizing::new).map_err(|_| damaged)
}

fn unsupported() -> ImportProblem {
    ImportProblem::Unusable(
        "The private key in this file is damaged, or encrypted in a way that is not supported. Write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc."
            .to_owned(),
    )
}

/// The bytes between the marks of the first encrypted key; the inner `None` when they are no base64.
fn encrypted_der(text: &[u8]) -> Option<Option<Vec<u8>>> {
    const BEGIN: &[u8] = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
    let start = memchr::memmem::find(text, BEGIN)? + BEGIN.len();
    let rest = text.get(start..).unwrap_or_default();
    let body = memchr::memmem::find(rest, b"-----END").and_then(|end| rest.get(..end)).unwrap_or_default();
    let body: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    Some(STANDARD.decode(body).ok())
}

fn is_bearable(kdf: &pbes2::Kdf) -> bool {
    match kdf {
        pbes2::Kdf::Pbkdf2(parameters) => (1..=MOST_ROUNDS).contains(&parameters.iteration_count),
        pbes2::Kdf::Scrypt(parameters) => {
            let (n, r) = (parameters.cost_parameter, u64::from(parameters.block_size));
            let memory = n.checked_mul(r).and_then(|blocks| blocks.checked_mul(128));
            let work = n.checked_mul(r).and_then(|blocks| blocks.checked_mul(u64::from(parameters.parallelization)));
            n >= 2
                && n.is_power_of_two()
                && memory.is_some_and(|memory| memory > 0 && memory <= MOST_MEMORY)
                && work.is_some_and(|work| work > 0 && work <= MOST_WORK)
        }
        _ => false,
    }
}
