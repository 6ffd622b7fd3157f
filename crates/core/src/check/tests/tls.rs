//! TLS servers with certificates of an authority made for one test.

use std::sync::Arc;

use jiff::civil::Date;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::{Value, json};

pub(super) struct Authority {
    pub(super) pem: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key.
pub(super) struct Leaf {
    pub(super) certificate_pem: String,
    pub(super) private_key_pem: String,
    der: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(super) fn new(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Authority { pem, der, issuer: Issuer::new(params, key) }
    }

    /// A certificate that is good from and until these days.
    pub(super) fn leaf(&self, name: &str, (from, until): (Date, Date)) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let day =
            |date: Date| date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs());
        (params.not_before, params.not_after) = (day(from), day(until));
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Leaf {
            certificate_pem: certificate.pem(),
            private_key_pem: key.serialize_pem(),
            der: certificate.der().clone(),
            key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        }
    }

    /// A certificate that is good for as long as any test runs.
    pub(super) fn good(&self, name: &str) -> Leaf {
        self.leaf(name, (jiff::civil::date(2020, 1, 1), jiff::civil::date(2120, 1, 1)))
    }

    /// This authority as a record's certificate check.
    pub(super) fn trusted(&self) -> Value {
        json!({ "mode": "certificate", "certificate_pem": self.pem })
    }
}

impl Leaf {
    /// A server that shows this certificate.
    pub(super) fn server(&self) -> Arc<ServerConfig> {
        let builder = builder(rustls::ALL_VERSIONS).with_no_client_auth();
        Arc::new(builder.with_single_cert(vec![self.der.clone()], self.key.clone_key()).unwrap())
    }

    /// A server of that one version of TLS, which demands a certificate of `authority` from its clients.
    pub(super) fn server_demanding(
        &self,
        authority: &Authority,
        version: &'static rustls::SupportedProtocolVersion,
    ) -> Arc<ServerConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let demanding = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let builder = builder(&[version]).with_client_cert_verifier(demanding);
        Arc::new(builder.with_single_cert(vec![self.der.clone()], self.key.clone_key()).unwrap())
    }
}

fn builder(
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
}
