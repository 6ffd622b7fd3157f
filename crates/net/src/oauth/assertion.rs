//! `private_key_jwt` (RFC 7523 2.2): the client signs a short statement with the key of its certificate.
//!
//! Signed with `ring`, which TLS uses already. The crate `jsonwebtoken` would bring a second RSA (`rsa` 0.9, whose private-key
//! operations leak time: RUSTSEC-2023-0071) or a second TLS backend, for a header, ten claims and one signature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::tls::{PairProblem, check_pair, from_sec1};

/// Seconds that a statement is good for; Entra wants five to ten minutes.
const LIFETIME: i64 = 300;

/// How the statement is signed with an RSA key (RFC 7518 3.1); an elliptic-curve key signs with ES256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AssertionAlgorithm {
    /// RSASSA-PSS with SHA-256, as Entra documents it.
    #[default]
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, the older form.
    Rs256,
}

/// A certificate with its key, ready to sign.
pub struct AssertionKey {
    signer: Signer,
    x5t: String,
    x5t_s256: String,
}

enum Signer {
    Rsa(RsaKeyPair, AssertionAlgorithm),
    P256(EcdsaKeyPair),
}

impl AssertionKey {
    /// Reads certificate and key and holds them against each other.
    ///
    /// # Errors
    /// Which of the two is at fault, in plain words: unreadable, a kind that cannot sign, not a pair.
    pub fn read(
        certificate_pem: &str,
        private_key_pem: &SecretString,
        algorithm: AssertionAlgorithm,
    ) -> Result<AssertionKey, PairProblem> {
        check_pair(certificate_pem, private_key_pem)?;
        let certificate = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
            .map_err(|_| PairProblem::certificate("There is no certificate in this PEM text."))?;
        Ok(AssertionKey {
            signer: Signer::read(private_key_pem, algorithm)?,
            x5t: URL_SAFE_NO_PAD.encode(Sha1::digest(&certificate)),
            x5t_s256: URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)),
        })
    }

    /// The algorithm's name in the header of the statement.
    pub fn algorithm(&self) -> &'static str {
        match &self.signer {
            Signer::Rsa(_, AssertionAlgorithm::Ps256) => "PS256",
            Signer::Rsa(_, AssertionAlgorithm::Rs256) => "RS256",
            Signer::P256(_) => "ES256",
        }
    }

    /// The signed statement that `client_id` asks the endpoint `audience`, good from `at` for five minutes.
    ///
    /// # Errors
    /// Plain words when the system gives no randomness.
    pub(super) fn sign(&self, client_id: &str, audience: &str, at: Timestamp) -> Result<SecretString, String> {
        let now = at.as_second();
        let claims = json!({
            "aud": audience, "iss": client_id, "sub": client_id, "jti": Uuid::new_v4(),
            "nbf": now, "iat": now, "exp": now + LIFETIME,
        });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let text = format!("{}.{}", encode(&self.header()), encode(&claims));
        let signature = self.signer.sign(text.as_bytes()).ok_or("The client assertion could not be signed.")?;
        Ok(SecretString::from(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    /// Base64url of the raw hashes, not of their hexadecimal text. Servers that still want RS256 look for the SHA-1 as well.
    fn header(&self) -> Value {
        let mut header = json!({ "alg": self.algorithm(), "typ": "JWT", "x5t#S256": self.x5t_s256 });
        if matches!(self.signer, Signer::Rsa(_, AssertionAlgorithm::Rs256)) {
            header["x5t"] = json!(self.x5t);
        }
        header
    }
}

impl Signer {
    fn read(private_key_pem: &SecretString, algorithm: AssertionAlgorithm) -> Result<Signer, PairProblem> {
        // EXPOSE: the key signs the statement.
        let key = PrivateKeyDer::from_pem_slice(private_key_pem.expose_secret().as_bytes());
        let rsa = |pair| Signer::Rsa(pair, algorithm);
        let p256 = |der: &[u8]| {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &SystemRandom::new());
            pair.ok().map(Signer::P256)
        };
        let signer = match &key {
            Ok(PrivateKeyDer::Pkcs8(der)) => {
                let der = der.secret_pkcs8_der();
                RsaKeyPair::from_pkcs8(der).ok().map(rsa).or_else(|| p256(der))
            }
            Ok(PrivateKeyDer::Sec1(der)) => from_sec1(der.secret_sec1_der()).ok().and_then(|der| p256(&der)),
            Ok(PrivateKeyDer::Pkcs1(der)) => RsaKeyPair::from_der(der.secret_pkcs1_der()).ok().map(rsa),
            _ => None,
        };
        let words = "This key cannot sign for private_key_jwt: take an RSA key of 2048 to 4096 bits, or a P-256 key.";
        signer.ok_or_else(|| PairProblem::key(words))
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Signer::Rsa(pair, algorithm) => {
                let encoding: &'static dyn RsaEncoding = match algorithm {
                    AssertionAlgorithm::Ps256 => &RSA_PSS_SHA256,
                    AssertionAlgorithm::Rs256 => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(encoding, &random, text, &mut signature).ok()?;
                Some(signature)
            }
            Signer::P256(pair) => Some(pair.sign(&random, text).ok()?.as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionKey")
            .field("algorithm", &self.algorithm())
            .field("x5t_s256", &self.x5t_s256)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
