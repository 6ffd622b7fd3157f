//! Certificates with their keys as people have them in files: PEM, DER, PKCS#12.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::certificate::{self, CertificateSummary};
use super::identity::check_pair;

/// More certificates than a chain has are not taken.
const MOST_CERTIFICATES: usize = 20;

/// What a file held: certificate, key, or both.
#[derive(Debug, Clone, Default)]
pub struct ImportedIdentity {
    /// The certificate that belongs to the key, then the rest of its chain, PEM.
    pub certificate_pem: Option<String>,
    /// The private key, PEM and not encrypted: the vault encrypts it.
    pub private_key_pem: Option<SecretString>,
    /// What a person needs to know of the certificate.
    pub summary: Option<CertificateSummary>,
}

/// Why a file could not be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportProblem {
    /// It is protected, and no password was given.
    PasswordNeeded,
    /// The password does not open it.
    WrongPassword,
    /// Anything else, in plain words.
    Unusable(String),
}

/// Reads a PEM, DER or PKCS#12 file.
///
/// # Errors
/// That a password is needed or wrong, or what is wrong with the file. Never a part of it.
pub fn import_identity(bytes: &[u8], password: Option<&SecretString>) -> Result<ImportedIdentity, ImportProblem> {
    if bytes.windows(11).any(|window| window == b"-----BEGIN ") {
        return from_pem(bytes);
    }
    if let Ok(summary) = certificate::summarise(bytes) {
        let certificate_pem = Some(summary.pem.clone());
        return Ok(ImportedIdentity { certificate_pem, private_key_pem: None, summary: Some(summary) });
    }
    from_pkcs12(bytes, password)
}

fn unusable(words: &str) -> ImportProblem {
    ImportProblem::Unusable(words.to_owned())
}

fn from_pem(bytes: &[u8]) -> Result<ImportedIdentity, ImportProblem> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok).take(MOST_CERTIFICATES).collect();
    let key = PrivateKeyDer::from_pem_slice(bytes).ok().map(|key| key_pem(&key));
    let encrypted = bytes.windows(22).any(|window| window == b"BEGIN ENCRYPTED PRIVAT")
        || bytes.windows(10).any(|window| window == b"ENCRYPTED\n" || window == b"ENCRYPTED\r");
    match (chain.is_empty(), &key, encrypted) {
        (_, None, true) => Err(unusable(
            "The private key in this file is encrypted with a passphrase. Export it as PKCS#12 (.pfx), or without a passphrase.",
        )),
        (true, None, false) => Err(unusable("There is neither a certificate nor a private key in this file.")),
        _ => together(chain.iter().map(|der| der.as_ref().to_vec()).collect(), key),
    }
}

fn from_pkcs12(bytes: &[u8], password: Option<&SecretString>) -> Result<ImportedIdentity, ImportProblem> {
    // EXPOSE: opens the file.
    let given = password.map(ExposeSecret::expose_secret).unwrap_or_default();
    let archive = Pkcs12Archive::from_pkcs12(bytes, given).map_err(|error| match error {
        Pkcs12Error::MacError(_) | Pkcs12Error::UnpadError if password.is_none() => ImportProblem::PasswordNeeded,
        Pkcs12Error::MacError(_) | Pkcs12Error::UnpadError => ImportProblem::WrongPassword,
        Pkcs12Error::UnsupportedEncryptionScheme | Pkcs12Error::UnsupportedMacAlgorithm => {
            unusable("This PKCS#12 file is protected in a way that is not supported. Export it again with AES-256.")
        }
        _ => unusable("This is neither a certificate (PEM, DER) nor a PKCS#12 file."),
    })?;
    let chain: Vec<Vec<u8>> =
        archive.certs.iter().take(MOST_CERTIFICATES).map(|bag| bag.cert.as_der().to_vec()).collect();
    let keys: Vec<SecretString> =
        archive.keys.iter().map(|bag| pem("PRIVATE KEY", bag.key.as_der())).map(SecretString::from).collect();
    match keys.as_slice() {
        [] => Err(unusable("There is no private key in this PKCS#12 file. Export it with its private key.")),
        [key] => together(chain, Some(key.clone())),
        _ => Err(unusable("There are several private keys in this PKCS#12 file. Export the one that is meant.")),
    }
}

/// The certificate of the key comes first; a key without any certificate of its own is refused.
fn together(chain: Vec<Vec<u8>>, key: Option<SecretString>) -> Result<ImportedIdentity, ImportProblem> {
    let mut pems: Vec<String> = chain.iter().map(|der| pem("CERTIFICATE", der)).collect();
    if let (Some(key), false) = (&key, pems.is_empty()) {
        let own = pems.iter().position(|certificate| check_pair(certificate, key).is_ok());
        let own =
            own.ok_or_else(|| unusable("The certificate and the private key in this file do not belong together."))?;
        let leaf = pems.remove(own);
        pems.insert(0, leaf);
    }
    let summary = match pems.first() {
        Some(first) => Some(certificate::read_certificate(first.as_bytes()).map_err(ImportProblem::Unusable)?),
        None => None,
    };
    let certificate_pem = (!pems.is_empty()).then(|| pems.concat());
    Ok(ImportedIdentity { certificate_pem, private_key_pem: key, summary })
}

fn key_pem(key: &PrivateKeyDer<'_>) -> SecretString {
    let label = match key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    SecretString::from(pem(label, key.secret_der()))
}

fn pem(label: &str, der: &[u8]) -> String {
    let encoded = Zeroizing::new(STANDARD.encode(der));
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in encoded.as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSA: (&str, &str) = (include_str!("../../testdata/rsa.pem"), include_str!("../../testdata/rsa-key.pem"));
    const P256: (&str, &str) = (include_str!("../../testdata/p256.pem"), include_str!("../../testdata/p256-key.pem"));
    const PASSWORD: &str = "Pr\u{fc}f-Kennwort-1";

    fn read(bytes: &[u8], password: Option<&str>) -> Result<ImportedIdentity, ImportProblem> {
        import_identity(bytes, password.map(SecretString::from).as_ref())
    }

    fn is_rsa(found: &ImportedIdentity) {
        let key = found.private_key_pem.as_ref().unwrap();
        assert!(check_pair(found.certificate_pem.as_ref().unwrap(), key).is_ok());
        assert_eq!(found.summary.as_ref().unwrap().key, "RSA 2048");
    }

    #[test]
    fn pkcs12_of_today_and_of_before_give_certificate_and_key() {
        for bytes in
            [include_bytes!("../../testdata/modern.p12").as_slice(), include_bytes!("../../testdata/legacy.p12")]
        {
            is_rsa(&read(bytes, Some(PASSWORD)).unwrap());
            assert_eq!(read(bytes, None).unwrap_err(), ImportProblem::PasswordNeeded);
            assert_eq!(read(bytes, Some("wrong")).unwrap_err(), ImportProblem::WrongPassword);
        }
    }

    #[test]
    fn pem_in_any_order_and_with_a_chain_puts_the_own_certificate_first() {
        is_rsa(&read(format!("{}{}{}", P256.0, RSA.1, RSA.0).as_bytes(), None).unwrap());
        let alone = read(RSA.0.as_bytes(), None).unwrap();
        assert!(alone.private_key_pem.is_none() && alone.certificate_pem.is_some());
        let key = read(P256.1.as_bytes(), None).unwrap();
        assert!(key.private_key_pem.is_some() && key.certificate_pem.is_none());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let unusable = |bytes: &[u8]| match read(bytes, Some("x")).unwrap_err() {
            ImportProblem::Unusable(words) => words,
            other => panic!("{other:?}"),
        };
        assert!(unusable(format!("{}{}", RSA.0, P256.1).as_bytes()).contains("do not belong together"));
        assert!(unusable(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA\n").contains("passphrase"));
        assert!(unusable(b"-----BEGIN NOTHING-----\n").contains("neither"));
        assert!(unusable(b"\x30\x03\x02\x01\x03").contains("neither"));
        let whole = include_bytes!("../../testdata/modern.p12");
        for cut in [0, 1, 10, 100, whole.len() / 2, whole.len() - 1] {
            assert!(read(&whole[..cut], Some(PASSWORD)).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn h10_debug_shows_no_part_of_the_key() {
        let shown = format!("{:?}", read(format!("{}{}", RSA.0, RSA.1).as_bytes(), None).unwrap());
        assert!(!shown.contains(RSA.1.lines().nth(5).unwrap()), "{shown}");
    }
}
