//! Our own certificate, for servers that ask for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use secrecy::{ExposeSecret, SecretString};

use crate::route::ClientCertificate;

/// Answers a server's request for a certificate and remembers that there was one.
#[derive(Debug)]
pub(crate) struct Identity {
    own: Option<Arc<CertifiedKey>>,
    asked: AtomicBool,
}

impl Identity {
    /// Reads the record's certificate and key.
    pub(crate) fn read(given: Option<&ClientCertificate>, provider: &CryptoProvider) -> Result<Identity, String> {
        let own = given.map(|given| certified((&given.certificate_pem, &given.private_key_pem), provider));
        let own = own.transpose().map_err(|problem| problem.words)?;
        Ok(Identity { own: own.map(Arc::new), asked: AtomicBool::new(false) })
    }

    /// The server asked for a certificate, and there is none.
    pub(crate) fn is_missing(&self) -> bool {
        self.asked.load(Ordering::Acquire) && self.own.is_none()
    }

    /// What happened with it, for the evidence.
    pub(crate) fn outcome(&self) -> &'static str {
        match (self.asked.load(Ordering::Acquire), &self.own) {
            (false, None) => "not asked for",
            (false, Some(_)) => "not asked for, not sent",
            (true, None) => "asked for, none set",
            (true, Some(_)) => "sent",
        }
    }
}

/// Which half of a certificate and key is at fault, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairProblem {
    /// True when it is the key, or when the two do not belong together.
    pub is_key: bool,
    /// Plain words; never a part of the key.
    pub words: String,
}

impl PairProblem {
    pub(crate) fn certificate(words: &str) -> PairProblem {
        PairProblem { is_key: false, words: words.to_owned() }
    }

    pub(crate) fn key(words: &str) -> PairProblem {
        PairProblem { is_key: true, words: words.to_owned() }
    }
}

/// Whether a certificate and a private key, both PEM, can be read and belong together.
///
/// # Errors
/// Which of the two is at fault.
pub fn check_pair(certificate_pem: &str, private_key_pem: &SecretString) -> Result<(), PairProblem> {
    let provider = rustls::crypto::ring::default_provider();
    certified((certificate_pem, private_key_pem), &provider).map(drop)
}

fn certified(
    (certificate_pem, private_key_pem): (&str, &SecretString),
    provider: &CryptoProvider,
) -> Result<CertifiedKey, PairProblem> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(certificate_pem.as_bytes()).filter_map(Result::ok).collect();
    if chain.is_empty() {
        return Err(PairProblem::certificate("There is no certificate in the client certificate's PEM."));
    }
    // EXPOSE: the key signs the handshake or a token request.
    let pem = private_key_pem.expose_secret();
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
        PairProblem::key(if pem.contains("ENCRYPTED") {
            "The client certificate's key is encrypted with a passphrase. Import the file, which asks for it (command line: --private-key-file with --key-passphrase-file); the vault encrypts the key."
        } else {
            "There is no private key in the client certificate's key (PKCS#8, PKCS#1 or SEC1 in PEM)."
        })
    })?;
    CertifiedKey::from_der(chain, key, provider).map_err(|why| match why {
        rustls::Error::InconsistentKeys(_) => {
            PairProblem::key("The client certificate and its private key do not belong together.")
        }
        rustls::Error::InvalidCertificate(_) => PairProblem::certificate("The client certificate cannot be read."),
        _ => PairProblem::key("The client certificate's private key is of a kind that can't be used."),
    })
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Release);
        self.own.clone()
    }

    // True even without a certificate, so that a server's request is noticed.
    fn has_certs(&self) -> bool {
        true
    }
}
