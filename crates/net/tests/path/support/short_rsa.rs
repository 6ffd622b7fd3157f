//! A server with an RSA key of 1024 bits, which no library of today signs with: it signs by itself (RFC 8017 8.2.1).

use std::sync::Arc;

use num_bigint::BigUint;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs1KeyDer};
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{Error, ServerConfig, SignatureAlgorithm, SignatureScheme};
use sha2::{Digest, Sha256};

use super::authority::elements;

/// Of localhost, signed by itself.
pub const CERTIFICATE: &str = include_str!("../../../testdata/rsa1024.pem");
const KEY: &str = include_str!("../../../testdata/rsa1024-key.pem");

/// Bytes of the modulus.
const LENGTH: usize = 128;

#[derive(Debug, Clone)]
struct ShortRsa {
    modulus: BigUint,
    exponent: BigUint,
}

impl ShortRsa {
    fn read() -> ShortRsa {
        let key = PrivatePkcs1KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
        // RSAPrivateKey ::= SEQUENCE { version, modulus, publicExponent, privateExponent, .. }
        let numbers = elements(key.secret_pkcs1_der());
        ShortRsa { modulus: BigUint::from_bytes_be(numbers[1]), exponent: BigUint::from_bytes_be(numbers[3]) }
    }
}

impl SigningKey for ShortRsa {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&self.scheme()).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl Signer for ShortRsa {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        // DigestInfo of SHA-256 (RFC 8017 9.2, note 1).
        const INFO: [u8; 19] = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20,
        ];
        let digest = [&INFO[..], &Sha256::digest(message)].concat();
        let padding = vec![0xff; LENGTH - 3 - digest.len()];
        let encoded = [&[0, 1][..], &padding, &[0], &digest].concat();
        let signature = BigUint::from_bytes_be(&encoded).modpow(&self.exponent, &self.modulus).to_bytes_be();
        Ok([vec![0; LENGTH - signature.len()], signature].concat())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::RSA_PKCS1_SHA256
    }
}

/// A server of TLS 1.2, as such appliances are.
pub fn server() -> Arc<ServerConfig> {
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap()];
    let shown = CertifiedKey::new(chain, Arc::new(ShortRsa::read()));
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_protocol_versions(&[&rustls::version::TLS12]).unwrap();
    Arc::new(builder.with_no_client_auth().with_cert_resolver(Arc::new(SingleCertAndKey::from(shown))))
}
