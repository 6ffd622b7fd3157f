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
        Authority::named(|names| names.push(DnType::CommonName, name))
    }

    /// The same with an organisation in its name.
    pub fn of(organisation: &str, name: &str) -> Authority {
        Authority::named(|names| {
            names.push(DnType::OrganizationName, organisation);
            names.push(DnType::CommonName, name);
        })
    }

    fn named(name: impl FnOnce(&mut rcgen::DistinguishedName)) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        name(&mut params.distinguished_name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Authority { pem, der, issuer: Issuer::new(params, key) }
    }

    /// A good certificate for `name`.
    pub fn issue(&self, name: &str) -> Leaf {
        self.issue_for(name, (2020, 2120))
    }

    /// A certificate for `name` with something special about it.
    pub fn issue_special(&self, name: &str, special: impl FnOnce(&mut CertificateParams)) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let mut params = params(name, (2020, 2120));
        special(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Leaf {
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
        }
    }

    /// An authority below this one.
    pub fn intermediate(&self, name: &str, years: (i32, i32)) -> Authority {
        self.below(params(name, years))
    }

    /// An authority below this one with something special about its certificate.
    pub fn intermediate_special(&self, name: &str, special: impl FnOnce(&mut CertificateParams)) -> Authority {
        let mut params = params(name, (2020, 2120));
        special(&mut params);
        self.below(params)
    }

    fn below(&self, mut params: CertificateParams) -> Authority {
        let key = KeyPair::generate().unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Authority { pem, der, issuer: Issuer::new(params, key) }
    }

    /// A certificate over an RSA key of 1024 bits, which nobody has: the handshake must end before it is used.
    pub fn issue_short_key(&self, name: &str) -> Leaf {
        let own = KeyPair::generate().unwrap();
        let certificate = params(name, (2020, 2120)).signed_by(&ShortKey::new(), &self.issuer).unwrap();
        Leaf {
            pem: certificate.pem(),
            key_pem: own.serialize_pem(),
            chain: vec![certificate.der().clone()],
            key: own.serialize_der(),
        }
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

/// The public half of an RSA key that is too short.
struct ShortKey(Vec<u8>);

impl ShortKey {
    fn new() -> ShortKey {
        // RSAPublicKey ::= SEQUENCE { modulus INTEGER (1024 bits), publicExponent INTEGER }
        let modulus = [&[0x02, 0x81, 0x81, 0x00][..], &[0xc5; 128]].concat();
        let body = [modulus.as_slice(), &[0x02, 0x03, 0x01, 0x00, 0x01]].concat();
        ShortKey([&[0x30, 0x81, u8::try_from(body.len()).unwrap()][..], &body].concat())
    }
}

impl rcgen::PublicKeyData for ShortKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_RSA_SHA256
    }
}

/// One DER element.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..128 => vec![tag, u8::try_from(length).unwrap()],
        128..256 => vec![tag, 0x81, u8::try_from(length).unwrap()],
        _ => [&[tag, 0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [head, content.to_vec()].concat()
}

/// The first element of some DER, and what follows it.
fn split(der: &[u8]) -> (&[u8], &[u8]) {
    let (header, length) = match der[1] {
        short @ ..=0x7f => (2, usize::from(short)),
        0x81 => (3, usize::from(der[2])),
        _ => (4, usize::from(u16::from_be_bytes([der[2], der[3]]))),
    };
    der.split_at(header + length)
}

fn content(element: &[u8]) -> &[u8] {
    match element[1] {
        ..=0x7f => &element[2..],
        0x81 => &element[3..],
        _ => &element[4..],
    }
}

/// The contents of the elements of a DER sequence.
pub fn elements(sequence: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut found) = (content(sequence), Vec::new());
    while !rest.is_empty() {
        let (element, behind) = split(rest);
        found.push(content(element));
        rest = behind;
    }
    found
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = bytes.windows(old.len()).position(|window| window == old).unwrap();
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

/// The same certificate, said to be signed by another algorithm (an AlgorithmIdentifier in DER).
fn signed_by_algorithm(certificate: &[u8], algorithm: &[u8]) -> Vec<u8> {
    const ECDSA_SHA256: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
    let (tbs, rest) = split(content(certificate));
    let (_, signature) = split(rest);
    let tbs = der(0x30, &replaced(content(tbs), ECDSA_SHA256, algorithm));
    der(0x30, &[tbs.as_slice(), algorithm, signature].concat())
}

/// ecdsa-with-SHA1.
pub const SHA1: &[u8] = &[0x30, 0x09, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01];
/// md5WithRSAEncryption.
pub const MD5: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04, 0x05, 0x00];

/// Where an issuer's certificate is offered, as an extension (RFC 5280 4.2.2.1).
pub fn issuer_offered_at(url: &str) -> rcgen::CustomExtension {
    const CA_ISSUERS: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
    let access = der(0x30, &[CA_ISSUERS, &der(0x86, url.as_bytes())].concat());
    rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], der(0x30, &access))
}

/// The policy of certificates that a public authority issues after it has looked at the domain (CA/Browser Forum 7.1.6.1).
pub fn public_policy() -> rcgen::CustomExtension {
    // 2.23.140.1.2.1
    const DOMAIN_VALIDATED: &[u8] = &[0x06, 0x06, 0x67, 0x81, 0x0c, 0x01, 0x02, 0x01];
    rcgen::CustomExtension::from_oid_content(&[2, 5, 29, 32], der(0x30, &der(0x30, DOMAIN_VALIDATED)))
}

/// Ten thousand names, each of three letters and an ending.
pub fn ten_thousand_names(params: &mut CertificateParams, ending: &str) {
    let letter = |n: u32| char::from_u32(u32::from('a') + n % 26).unwrap();
    for n in 0..10_000 {
        let name = format!("{}{}{}{ending}", letter(n / 676), letter(n / 26), letter(n));
        params.subject_alt_names.push(rcgen::SanType::DnsName(name.as_str().try_into().unwrap()));
    }
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

    /// The same, its certificate said to be signed by another algorithm.
    pub fn said_to_be_signed_by(mut self, algorithm: &[u8]) -> Leaf {
        self.chain[0] = signed_by_algorithm(&self.chain[0], algorithm).into();
        self
    }

    /// The same, with the certificate of its issuer behind it.
    pub fn with_issuer(mut self, issuer: &Authority) -> Leaf {
        self.chain.push(issuer.der.clone());
        self
    }

    /// How many bytes the chain has.
    pub fn size(&self) -> usize {
        self.chain.iter().map(|certificate| certificate.len()).sum()
    }

    /// The certificate that is shown, as PEM.
    pub fn shown_pem(&self) -> String {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(&self.chain[0]);
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    }

    /// A server that shows this certificate, whether its key belongs to it or not.
    pub fn careless_server(&self) -> Arc<ServerConfig> {
        let key = rustls::crypto::ring::sign::any_supported_type(&self.key()).unwrap();
        let shown = rustls::sign::CertifiedKey::new(self.chain.clone(), key);
        let resolver = rustls::sign::SingleCertAndKey::from(shown);
        Arc::new(builder().with_no_client_auth().with_cert_resolver(Arc::new(resolver)))
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
