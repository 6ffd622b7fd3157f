//! Which rule a certificate broke, each with its own words.

use rustls::{CertificateError, Error};
use serde::Serialize;

use super::certificate::CertificateSummary;

/// The rule that a server's certificate broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Problem {
    Expired,
    NotYetValid,
    WrongName,
    UnknownIssuer,
    SelfSigned,
    NotTheGivenCertificate,
    Revoked,
    BadSignature,
    WeakSignature,
    WrongPurpose,
    Unreadable,
    NoRoots,
    Other,
}

impl Problem {
    /// The rule behind an error of the verification.
    pub(crate) fn of(error: &Error, leaf: Option<&CertificateSummary>) -> Problem {
        use CertificateError as C;
        let self_signed = leaf.is_some_and(|leaf| leaf.self_signed);
        let Error::InvalidCertificate(error) = error else {
            let no_roots = matches!(error, Error::General(text) if text.contains("No CA certificates"));
            return if no_roots { Problem::NoRoots } else { Problem::Other };
        };
        match error {
            C::Expired | C::ExpiredContext { .. } => Problem::Expired,
            C::NotValidYet | C::NotValidYetContext { .. } => Problem::NotYetValid,
            C::NotValidForName | C::NotValidForNameContext { .. } => Problem::WrongName,
            // Another root of the same name makes a bad signature of it; it is still its own and only witness.
            C::UnknownIssuer
            | C::BadSignature
            | C::UnsupportedSignatureAlgorithmContext { .. }
            | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
                if self_signed =>
            {
                Problem::SelfSigned
            }
            C::UnknownIssuer => Problem::UnknownIssuer,
            C::Revoked | C::UnknownRevocationStatus => Problem::Revoked,
            C::BadSignature => Problem::BadSignature,
            C::UnsupportedSignatureAlgorithmContext { .. }
            | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Problem::WeakSignature,
            C::InvalidPurpose | C::InvalidPurposeContext { .. } => Problem::WrongPurpose,
            C::BadEncoding | C::UnhandledCriticalExtension => Problem::Unreadable,
            // webpki's CaUsedAsEndEntity: an authority's own certificate, which nobody but itself vouches for.
            C::Other(_) if self_signed => Problem::SelfSigned,
            _ => Problem::Other,
        }
    }

    /// Plain words; `host` is the name that was asked for.
    pub(crate) fn message(self, host: &str, leaf: Option<&CertificateSummary>) -> String {
        let date = |pick: fn(&CertificateSummary) -> Option<jiff::Timestamp>| {
            leaf.and_then(pick)
                .map_or_else(|| "an unreadable date".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
        };
        let names = || {
            leaf.map(|l| l.names.join(", ")).filter(|n| !n.is_empty()).unwrap_or_else(|| "no name at all".to_owned())
        };
        match self {
            Problem::Expired => format!(
                "The server's certificate, or one it depends on, has expired (its own last day is {}).",
                date(|l| l.not_after)
            ),
            Problem::NotYetValid => format!(
                "The server's certificate is not valid yet (from {}); perhaps a clock is wrong.",
                date(|l| l.not_before)
            ),
            Problem::WrongName => format!("The server's certificate is for {}, not for {host}.", names()),
            Problem::UnknownIssuer => {
                let issuer = leaf.map_or("somebody unknown", |l| l.issuer.as_str());
                format!(
                    "The server's certificate was issued by {issuer}, which is not trusted; or the server does not send the certificates in between."
                )
            }
            Problem::SelfSigned => {
                "The server's certificate is self-signed: nobody but itself vouches for it.".to_owned()
            }
            Problem::NotTheGivenCertificate => {
                "The server's certificate is not the one this record trusts, nor issued by it. Has it been replaced?"
                    .to_owned()
            }
            Problem::Revoked => {
                "The server's certificate was revoked, or its revocation can't be ruled out.".to_owned()
            }
            Problem::BadSignature => "A signature on the server's certificate is wrong.".to_owned(),
            Problem::WeakSignature => {
                "The server's certificate is signed in a way that is no longer safe, or not supported.".to_owned()
            }
            Problem::WrongPurpose => "The server's certificate was not issued for servers.".to_owned(),
            Problem::Unreadable => "The server's certificate can't be read.".to_owned(),
            Problem::NoRoots => "This machine has no list of trusted certificate authorities.".to_owned(),
            Problem::Other => "The server's certificate was not accepted.".to_owned(),
        }
    }

    /// The text for the catalogue of explanations.
    pub(crate) fn lookup(self) -> Option<&'static str> {
        match self {
            Problem::Expired => Some("certificate expired"),
            Problem::NotYetValid => Some("certificate not yet valid"),
            Problem::WrongName => Some("NotValidForName"),
            Problem::UnknownIssuer | Problem::NotTheGivenCertificate | Problem::NoRoots => Some("UnknownIssuer"),
            Problem::SelfSigned => Some("self-signed certificate"),
            Problem::Revoked => Some("certificate revoked"),
            Problem::BadSignature | Problem::WeakSignature => Some("BadSignature"),
            Problem::WrongPurpose | Problem::Unreadable | Problem::Other => None,
        }
    }
}
