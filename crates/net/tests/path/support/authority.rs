//! A certificate authority for one test.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;

pub struct Authority {
    pub pem: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key.
#[derive(Clone)]
pub struct Leaf {
    pub pem: String,
    pub key_pem: String,
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Authority { pem, der, issuer: Issuer::new(params, key) }
    }

    /// A good certificate for `name`.
    pub fn issue(&self, name: &str) -> Leaf {
        self.issue_for(name, (2020, 2120))
    }

    /// A certificate for `name` from the first of January of one year to that of another.
    pub fn issue_for(&self, name: &str, (from, to): (i32, i32)) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name, (from, to)).signed_by(&key, &self.issuer).unwrap();
        Leaf {
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
        }
    }
}

/// A certificate that nobody but itself vouches for.
pub fn self_signed(name: &str, years: (i32, i32)) -> Leaf {
    let key = KeyPair::generate().unwrap();
    let certificate = params(name, years).self_signed(&key).unwrap();
    let (pem, chain) = (certificate.pem(), vec![certificate.der().clone()]);
    Leaf { pem, key_pem: key.serialize_pem(), chain, key: key.serialize_der() }
}

fn params(name: &str, (from, to): (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
    params
}

fn builder() -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
}

impl Leaf {
    fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.clone()).unwrap()
    }

    /// A server that shows this certificate.
    pub fn server(&self) -> Arc<ServerConfig> {
        Arc::new(builder().with_no_client_auth().with_single_cert(self.chain.clone(), self.key()).unwrap())
    }

    /// A server that shows this certificate and asks the client for one of `authority`.
    pub fn server_asking(&self, authority: &Authority, optional: bool) -> Arc<ServerConfig> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.der.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let asking = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let asking = if optional { asking.allow_unauthenticated() } else { asking }.build().unwrap();
        Arc::new(builder().with_client_cert_verifier(asking).with_single_cert(self.chain.clone(), self.key()).unwrap())
    }
}
