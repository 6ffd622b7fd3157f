//! The sandbox's own certificate authority, and the good and bad certificates its servers show.

use std::collections::BTreeMap;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde::{Deserialize, Serialize};

use crate::SandboxError;

/// What is right or wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateKind {
    /// From the sandbox's authority, for localhost, 127.0.0.1, ::1 and every name in `credenza.test`.
    Good,
    /// Right names and issuer, but it ended on 2021-01-01.
    Expired,
    /// Right names, but it vouches for itself.
    SelfSigned,
    /// From the sandbox's authority, for `elsewhere.test` only.
    WrongName,
}

/// A certificate and its private key, both as PEM text. Made for practice: the key protects nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificatePair {
    /// The certificate (the leaf alone).
    pub certificate_pem: String,
    /// Its private key, PKCS#8.
    pub private_key_pem: String,
}

impl CertificatePair {
    pub(crate) fn none() -> Self {
        Self { certificate_pem: String::new(), private_key_pem: String::new() }
    }

    /// A certificate that vouches for itself, as people register one with an identity provider.
    pub(crate) fn application() -> Result<Self, SandboxError> {
        let mut params = named("Credenza practice app", &[])?;
        params.use_authority_key_identifier_extension = false;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().map_err(unusable)?;
        let certificate = params.self_signed(&key).map_err(unusable)?;
        Ok(Self { certificate_pem: certificate.pem(), private_key_pem: key.serialize_pem() })
    }
}

impl std::fmt::Debug for CertificatePair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificatePair").field("certificate_pem", &self.certificate_pem).finish_non_exhaustive()
    }
}

/// Everything the servers show, made once at start.
pub(crate) struct Certificates {
    pub(crate) authority: CertificatePair,
    pub(crate) client: CertificatePair,
    pairs: BTreeMap<CertificateKind, CertificatePair>,
    configs: BTreeMap<CertificateKind, Arc<ServerConfig>>,
    with_client_certificate: Arc<ServerConfig>,
}

const KINDS: [CertificateKind; 4] =
    [CertificateKind::Good, CertificateKind::Expired, CertificateKind::SelfSigned, CertificateKind::WrongName];

impl Certificates {
    /// Makes all certificates, under the authority of an earlier start when one is given.
    pub(crate) fn make(authority: Option<&CertificatePair>) -> Result<Self, SandboxError> {
        let (authority, issuer) = authority_of(authority)?;
        let mut pairs = BTreeMap::new();
        let mut configs = BTreeMap::new();
        for kind in KINDS {
            let pair = server_pair(kind, &issuer)?;
            configs.insert(kind, Arc::new(server_config(&pair, None)?));
            pairs.insert(kind, pair);
        }
        let client = client_pair(&issuer)?;
        let good = pairs.get(&CertificateKind::Good).ok_or_else(|| unusable("no good certificate"))?;
        let with_client_certificate = Arc::new(server_config(good, Some(&authority.certificate_pem))?);
        Ok(Self { authority, client, pairs, configs, with_client_certificate })
    }

    pub(crate) fn pair(&self, kind: CertificateKind) -> &CertificatePair {
        self.pairs.get(&kind).expect("a pair of each kind is made at start")
    }

    pub(crate) fn config(&self, kind: CertificateKind) -> Arc<ServerConfig> {
        Arc::clone(self.configs.get(&kind).expect("a configuration of each kind is made at start"))
    }

    pub(crate) fn with_client_certificate(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.with_client_certificate)
    }
}

fn unusable(error: impl std::fmt::Display) -> SandboxError {
    SandboxError::Certificate(error.to_string())
}

fn authority_of(kept: Option<&CertificatePair>) -> Result<(CertificatePair, Issuer<'static, KeyPair>), SandboxError> {
    let mut params = named("Credenza practice authority", &[])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = false;
    let (pair, key) = match kept {
        Some(pair) => (pair.clone(), KeyPair::from_pem(&pair.private_key_pem).map_err(unusable)?),
        None => {
            let key = KeyPair::generate().map_err(unusable)?;
            let certificate = params.self_signed(&key).map_err(unusable)?;
            (CertificatePair { certificate_pem: certificate.pem(), private_key_pem: key.serialize_pem() }, key)
        }
    };
    // Key and name are all that matter to an issuer, so the kept certificate need not be read back.
    Ok((pair, Issuer::new(params, key)))
}

fn named(name: &str, hosts: &[&str]) -> Result<CertificateParams, SandboxError> {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).map_err(unusable)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.distinguished_name.push(DnType::OrganizationName, "Credenza practice mode");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2045, 1, 1);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn server_pair(kind: CertificateKind, issuer: &Issuer<'_, KeyPair>) -> Result<CertificatePair, SandboxError> {
    let own: &[&str] = &["localhost", "127.0.0.1", "::1", "*.credenza.test"];
    let mut params = match kind {
        CertificateKind::WrongName => named("elsewhere.test", &["elsewhere.test"])?,
        _ => named("localhost", own)?,
    };
    if kind == CertificateKind::Expired {
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(unusable)?;
    let certificate = match kind {
        CertificateKind::SelfSigned => {
            params.use_authority_key_identifier_extension = false;
            params.self_signed(&key)
        }
        _ => params.signed_by(&key, issuer),
    };
    Ok(CertificatePair { certificate_pem: certificate.map_err(unusable)?.pem(), private_key_pem: key.serialize_pem() })
}

fn client_pair(issuer: &Issuer<'_, KeyPair>) -> Result<CertificatePair, SandboxError> {
    let mut params = named("Practice client", &["client.credenza.test"])?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().map_err(unusable)?;
    let certificate = params.signed_by(&key, issuer).map_err(unusable)?;
    Ok(CertificatePair { certificate_pem: certificate.pem(), private_key_pem: key.serialize_pem() })
}

fn server_config(pair: &CertificatePair, client_authority: Option<&str>) -> Result<ServerConfig, SandboxError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(pair.certificate_pem.as_bytes()).map_err(unusable)?];
    let key = PrivatePkcs8KeyDer::from_pem_slice(pair.private_key_pem.as_bytes()).map_err(unusable)?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let builder = match client_authority {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).map_err(unusable)?).map_err(unusable)?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().map_err(unusable)?)
        }
    };
    builder.with_single_cert(chain, PrivateKeyDer::Pkcs8(key)).map_err(unusable)
}
