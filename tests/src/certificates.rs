//! Certificates for the servers under test, of a private authority.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use time::{Duration, OffsetDateTime};

/// A certificate authority of its own.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate with its key, as files.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Certificate, PEM.
    pub certificate: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

impl Authority {
    /// A new authority.
    pub fn new() -> Authority {
        let key = KeyPair::generate().expect("the key generator works");
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Independent Test Authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("self-signing works").pem();
        Authority { issuer: Issuer::new(params, key), pem }
    }

    /// Its certificate, PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A good server certificate for localhost and 127.0.0.1.
    pub fn server(&self, folder: &Path) -> Leaf {
        self.leaf(folder, "server", server_params())
    }

    /// A server certificate that ended yesterday.
    pub fn expired(&self, folder: &Path) -> Leaf {
        let mut params = server_params();
        params.not_before = OffsetDateTime::now_utc() - Duration::days(30);
        params.not_after = OffsetDateTime::now_utc() - Duration::days(1);
        self.leaf(folder, "expired", params)
    }

    /// A certificate for a client.
    pub fn client(&self, folder: &Path) -> Leaf {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "erp client");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.leaf(folder, "client", params)
    }

    fn leaf(&self, folder: &Path, name: &str, params: CertificateParams) -> Leaf {
        let key = KeyPair::generate().expect("the key generator works");
        let certificate = params.signed_by(&key, &self.issuer).expect("signing works");
        write(folder, name, &certificate.pem(), &key)
    }
}

impl Default for Authority {
    fn default() -> Authority {
        Authority::new()
    }
}

/// A certificate that vouches for itself.
pub fn self_signed(folder: &Path) -> Leaf {
    let key = KeyPair::generate().expect("the key generator works");
    let certificate = server_params().self_signed(&key).expect("self-signing works");
    write(folder, "self-signed", &certificate.pem(), &key)
}

fn server_params() -> CertificateParams {
    let mut params =
        CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("the names are sound");
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn write(folder: &Path, name: &str, certificate: &str, key: &KeyPair) -> Leaf {
    let leaf = Leaf { certificate: folder.join(format!("{name}.pem")), key: folder.join(format!("{name}.key")) };
    std::fs::write(&leaf.certificate, certificate).expect("the folder is writable");
    std::fs::write(&leaf.key, key.serialize_pem()).expect("the folder is writable");
    leaf
}
