//! Reading certificates for people: names, dates, key, fingerprint.

use std::fmt::Write as _;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::oid_registry::OID_DOMAIN_COMPONENT;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Name;

/// The most names listed of one certificate; some carry ten thousand.
const NAMES_LISTED: usize = 100;

/// The kind of address that leads to an issuer's certificate (RFC 5280 4.2.2.1).
const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

/// What public authorities write into server certificates: validated by domain, organisation, person, or extended
/// (CA/Browser Forum Baseline Requirements 7.1.6.1).
const PUBLIC_POLICIES: [&str; 4] = ["2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3", "2.23.140.1.1"];

/// What a person needs to know of a certificate. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct CertificateSummary {
    /// Whom it is for, as a distinguished name.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// First moment of validity; absent when the date can't be read.
    #[ts(type = "string | null")]
    pub not_before: Option<Timestamp>,
    /// Last moment of validity.
    #[ts(type = "string | null")]
    pub not_after: Option<Timestamp>,
    /// DNS names and IP addresses it is valid for, at most 100.
    pub names: Vec<String>,
    /// Kind and size of the key, such as `RSA 2048` or `EC P-256`.
    pub key: String,
    /// How it is signed, such as `ECDSA with SHA-256`; an unknown algorithm by its number.
    #[serde(default)]
    pub signature: String,
    /// Where its issuer's certificate is offered (RFC 5280 4.2.2.1). Credenza does not fetch it.
    #[serde(default)]
    pub issuer_url: Option<String>,
    /// SHA-256 over the whole certificate, pairs of hexadecimal digits with colons.
    pub fingerprint_sha256: String,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// It may issue other certificates.
    pub is_ca: bool,
    /// Issuer and subject are the same.
    pub self_signed: bool,
    /// The certificate itself.
    pub pem: String,
    /// What its names and policies tell of where it comes from.
    #[serde(skip)]
    #[ts(skip)]
    #[schemars(skip)]
    pub(crate) origin: Origin,
}

/// Where a certificate comes from, for telling a chain with a gap from an authority that nobody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The organisation in the subject, or its domain.
    pub(crate) family: Option<String>,
    /// The organisation in the issuer's name, or its domain.
    pub(crate) issuer_family: Option<String>,
    /// Issued under the rules of public authorities (CA/Browser Forum Baseline Requirements 7.1.6.1): never by a root itself
    /// (6.1.7).
    pub(crate) public: bool,
}

/// Reads the first certificate of a PEM or DER file.
///
/// # Errors
/// Plain words when there is none, or a private key stands in its place.
pub fn read_certificate(pem_or_der: &[u8]) -> Result<CertificateSummary, String> {
    if pem_or_der.windows(11).any(|w| w == b"-----BEGIN ") {
        let der = CertificateDer::from_pem_slice(pem_or_der).map_err(|_| match holds_key(pem_or_der) {
            true => "This file holds a private key and no certificate. Choose the certificate's file.",
            false => "There is no certificate in this file.",
        })?;
        return summarise(&der);
    }
    summarise(pem_or_der).map_err(|_| "This is neither a PEM nor a DER certificate.".to_owned())
}

fn holds_key(pem: &[u8]) -> bool {
    String::from_utf8_lossy(pem).contains("PRIVATE KEY-----")
}

/// Reads one DER certificate.
pub(crate) fn summarise(der: &[u8]) -> Result<CertificateSummary, String> {
    let (_, certificate) = X509Certificate::from_der(der).map_err(|why| format!("not a certificate ({why})"))?;
    let validity = certificate.validity();
    Ok(CertificateSummary {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        not_before: moment(&validity.not_before),
        not_after: moment(&validity.not_after),
        names: names(&certificate),
        key: key(&certificate),
        signature: signature(&certificate),
        issuer_url: issuer_url(&certificate),
        fingerprint_sha256: fingerprint(der),
        serial: certificate.raw_serial_as_string(),
        is_ca: certificate.is_ca(),
        self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
        pem: pem(der),
        origin: Origin {
            family: family(certificate.subject()),
            issuer_family: family(certificate.issuer()),
            public: is_public(&certificate),
        },
    })
}

/// The organisation in a name, else the domain that it stands under, as names of directories have it (RFC 4519 2.4).
fn family(name: &X509Name<'_>) -> Option<String> {
    let organisation = name.iter_organization().find_map(|part| part.as_str().ok());
    let labels = name.iter_by_oid(&OID_DOMAIN_COMPONENT).filter_map(|part| part.as_str().ok());
    let domain = || labels.collect::<Vec<_>>().join(".");
    let family = organisation.map_or_else(domain, str::to_owned).trim().to_lowercase();
    Some(family).filter(|family| !family.is_empty())
}

fn is_public(certificate: &X509Certificate<'_>) -> bool {
    certificate.extensions().iter().any(|extension| match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies) => {
            policies.iter().any(|policy| PUBLIC_POLICIES.contains(&policy.policy_id.to_id_string().as_str()))
        }
        _ => false,
    })
}

fn moment(time: &ASN1Time) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp()).ok()
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let name = |general: &GeneralName<'_>| match general {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    alternative.value.general_names.iter().filter_map(name).take(NAMES_LISTED).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    let v6 = <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from);
    v4.or(v6).map(|ip| ip.to_string())
}

fn key(certificate: &X509Certificate<'_>) -> String {
    let public = certificate.public_key();
    let curve = public.algorithm.parameters.as_ref().and_then(|p| p.as_oid().ok()).map(|oid| oid.to_id_string());
    match (public.parsed(), curve.as_deref(), public.algorithm.algorithm.to_id_string().as_str()) {
        (Ok(PublicKey::EC(_)), Some("1.2.840.10045.3.1.7"), _) => "EC P-256".to_owned(),
        (Ok(PublicKey::EC(_)), Some("1.3.132.0.34"), _) => "EC P-384".to_owned(),
        (Ok(PublicKey::EC(_)), Some("1.3.132.0.35"), _) => "EC P-521".to_owned(),
        (Ok(PublicKey::EC(point)), _, _) => format!("EC {}", point.key_size()),
        (Ok(PublicKey::RSA(rsa)), _, _) => format!("RSA {}", rsa.key_size()),
        (_, _, "1.3.101.112") => "Ed25519".to_owned(),
        (_, _, "1.3.101.113") => "Ed448".to_owned(),
        (_, _, oid) => oid.to_owned(),
    }
}

impl CertificateSummary {
    /// Signed with MD5 or SHA-1 by somebody else, or an RSA key under 2048 bits: forgeable (NIST SP 800-131A Rev. 2).
    pub(crate) fn is_weak(&self) -> bool {
        let signed = self.signature.ends_with("MD5") || self.signature.ends_with("SHA-1");
        let short = self.key.strip_prefix("RSA ").and_then(|bits| bits.parse::<u32>().ok()).is_some_and(|n| n < 2048);
        // A root's signature over itself proves nothing and harms nothing.
        (signed && !self.self_signed) || short
    }
}

fn signature(certificate: &X509Certificate<'_>) -> String {
    match certificate.signature_algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.4" => "RSA with MD5".to_owned(),
        "1.2.840.113549.1.1.5" => "RSA with SHA-1".to_owned(),
        "1.2.840.113549.1.1.10" => "RSA-PSS".to_owned(),
        "1.2.840.113549.1.1.11" => "RSA with SHA-256".to_owned(),
        "1.2.840.113549.1.1.12" => "RSA with SHA-384".to_owned(),
        "1.2.840.113549.1.1.13" => "RSA with SHA-512".to_owned(),
        "1.2.840.10045.4.1" => "ECDSA with SHA-1".to_owned(),
        "1.2.840.10045.4.3.2" => "ECDSA with SHA-256".to_owned(),
        "1.2.840.10045.4.3.3" => "ECDSA with SHA-384".to_owned(),
        "1.2.840.10045.4.3.4" => "ECDSA with SHA-512".to_owned(),
        "1.3.101.112" => "Ed25519".to_owned(),
        oid => oid.to_owned(),
    }
}

fn issuer_url(certificate: &X509Certificate<'_>) -> Option<String> {
    certificate.extensions().iter().find_map(|extension| {
        let ParsedExtension::AuthorityInfoAccess(access) = extension.parsed_extension() else { return None };
        access.accessdescs.iter().find_map(|offer| match &offer.access_location {
            GeneralName::URI(url) if offer.access_method.to_id_string() == CA_ISSUERS => Some((*url).to_owned()),
            _ => None,
        })
    })
}

fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

fn pem(der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in encoded.as_bytes().chunks(64) {
        let _ = writeln!(text, "{}", String::from_utf8_lossy(line));
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}
