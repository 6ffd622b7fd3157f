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
use super::private_key;

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
        return from_pem(bytes, password);
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

fn from_pem(bytes: &[u8], password: Option<&SecretString>) -> Result<ImportedIdentity, ImportProblem> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok).take(MOST_CERTIFICATES).collect();
    let key = match PrivateKeyDer::from_pem_slice(bytes) {
        Ok(key) => Some(key_pem(&key)?),
        Err(_) => private_key::decrypted(bytes, password)?.map(|der| SecretString::from(pem("PRIVATE KEY", &der))),
    };
    let old = bytes.windows(10).any(|window| window == b"ENCRYPTED\n" || window == b"ENCRYPTED\r");
    match (chain.is_empty(), &key, old) {
        (_, None, true) => Err(unusable(
            "The private key in this file is encrypted in the old OpenSSL form (Proc-Type: 4,ENCRYPTED). Write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out new.pem.",
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

fn key_pem(key: &PrivateKeyDer<'_>) -> Result<SecretString, ImportProblem> {
    let text = match key {
        PrivateKeyDer::Pkcs1(_) => pem("RSA PRIVATE KEY", key.secret_der()),
        PrivateKeyDer::Sec1(_) => pem("PRIVATE KEY", &private_key::from_sec1(key.secret_der()).map_err(unusable)?),
        _ => pem("PRIVATE KEY", key.secret_der()),
    };
    Ok(SecretString::from(text))
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
        assert!(unusable(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA\n").contains("damaged"));
        assert!(unusable(b"-----BEGIN NOTHING-----\n").contains("neither"));
        assert!(unusable(b"\x30\x03\x02\x01\x03").contains("neither"));
        let whole = include_bytes!("../../testdata/modern.p12");
        for cut in [0, 1, 10, 100, whole.len() / 2, whole.len() - 1] {
            assert!(read(&whole[..cut], Some(PASSWORD)).is_err(), "cut at {cut}");
        }
    }

    /// Made by OpenSSL 3 from the keys beside them: AES-256 and PBKDF2 with SHA-256, scrypt, and 3DES with SHA-1 as older
    /// versions wrote it.
    const ENCRYPTED: [&[u8]; 3] = [
        include_bytes!("../../testdata/rsa-key-aes.pem"),
        include_bytes!("../../testdata/rsa-key-scrypt.pem"),
        include_bytes!("../../testdata/rsa-key-3des.pem"),
    ];

    #[test]
    fn an_encrypted_pkcs8_key_opens_with_its_passphrase_alone_or_beside_its_certificate() {
        for key in ENCRYPTED {
            let file = [key, RSA.0.as_bytes()].concat();
            is_rsa(&read(&file, Some(PASSWORD)).unwrap());
            assert_eq!(read(&file, None).unwrap_err(), ImportProblem::PasswordNeeded);
            assert_eq!(read(&file, Some("wrong")).unwrap_err(), ImportProblem::WrongPassword);
            let alone = read(key, Some(PASSWORD)).unwrap().private_key_pem.unwrap();
            assert!(check_pair(RSA.0, &alone).is_ok());
            let windows = String::from_utf8_lossy(key).replace('\n', "\r\n");
            assert!(read(windows.as_bytes(), Some(PASSWORD)).is_ok(), "line ends of Windows");
        }
    }

    #[test]
    fn of_a_thousand_wrong_passphrases_none_opens_a_key() {
        let key = include_bytes!("../../testdata/p256-key-aes.pem");
        assert!(read(key, Some(PASSWORD)).is_ok());
        for number in 0..1000 {
            let wrong = read(key, Some(&format!("wrong {number}"))).unwrap_err();
            assert_eq!(wrong, ImportProblem::WrongPassword, "padding that looks right by chance is no key");
        }
    }

    #[test]
    fn a_sec1_key_becomes_pkcs8_and_fits_its_certificate() {
        let file = [include_bytes!("../../testdata/p256-key-sec1.pem"), P256.0.as_bytes()].concat();
        let found = read(&file, None).unwrap();
        let key = found.private_key_pem.unwrap();
        assert!(key.expose_secret().starts_with("-----BEGIN PRIVATE KEY-----"));
        assert!(check_pair(&found.certificate_pem.unwrap(), &key).is_ok());
    }

    #[test]
    fn what_protects_a_key_in_an_old_or_costly_way_is_refused_before_any_work() {
        for (bytes, words) in [
            (include_bytes!("../../testdata/rsa-key-pbes1.pem").as_slice(), "not supported"),
            (include_bytes!("../../testdata/rsa-key-many.pem"), "not supported"),
            (include_bytes!("../../testdata/rsa-key-old.pem"), "Proc-Type"),
        ] {
            match read(bytes, None).unwrap_err() {
                ImportProblem::Unusable(said) => {
                    assert!(said.contains(words) && said.contains("openssl pkcs8"), "{said}")
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_damaged_encrypted_key_is_an_error_wherever_it_is_damaged() {
        let whole = [ENCRYPTED[0], RSA.0.as_bytes()].concat();
        for at in (0..ENCRYPTED[0].len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            if let Ok(found) = read(&bytes, Some(PASSWORD)) {
                // A changed letter of a label, or of what no reader needs, changes nothing.
                assert!(found.private_key_pem.is_none_or(|key| check_pair(RSA.0, &key).is_ok()), "at {at}");
            }
        }
        for cut in (0..ENCRYPTED[0].len() - 30).step_by(13) {
            assert!(read(&whole[..cut], Some(PASSWORD)).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn h10_debug_shows_no_part_of_the_key() {
        let shown = format!("{:?}", read(format!("{}{}", RSA.0, RSA.1).as_bytes(), None).unwrap());
        assert!(!shown.contains(RSA.1.lines().nth(5).unwrap()), "{shown}");
    }
}
