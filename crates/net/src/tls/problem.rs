//! Which rule a certificate broke, each with its own words.

use rustls::{CertificateError, Error};
use serde::Serialize;

use super::certificate::CertificateSummary;
use super::gap::{missing_issuer, unknown};
use super::verifier::Seen;

/// The rule that a server's certificate broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Problem {
    Expired,
    NotYetValid,
    WrongName,
    UnknownIssuer,
    IncompleteChain,
    SelfSigned,
    NotTheGivenCertificate,
    Revoked,
    BadSignature,
    Weak,
    WrongPurpose,
    Unreadable,
    NoRoots,
    Other,
}

impl Problem {
    /// The rule behind an error of the verification; `chain` is what the server showed, its own certificate first, and
    /// `has_gap` says that something speaks for a gap in it.
    pub(crate) fn of(error: &Error, chain: &[CertificateSummary], has_gap: bool) -> Problem {
        use CertificateError as C;
        let self_signed = chain.first().is_some_and(|leaf| leaf.self_signed);
        let weak = chain.iter().any(CertificateSummary::is_weak);
        if let Some(translated) = super::windows::translated(error) {
            return Problem::of(&translated, chain, has_gap);
        }
        let Error::InvalidCertificate(error) = error else {
            let no_roots = matches!(error, Error::General(text) if text.contains("No CA certificates"));
            return if no_roots { Problem::NoRoots } else { Problem::Other };
        };
        match error {
            C::Expired | C::ExpiredContext { .. } => Problem::Expired,
            C::NotValidYet | C::NotValidYetContext { .. } => Problem::NotYetValid,
            C::NotValidForName | C::NotValidForNameContext { .. } => Problem::WrongName,
            C::Revoked | C::UnknownRevocationStatus => Problem::Revoked,
            C::InvalidPurpose | C::InvalidPurposeContext { .. } => Problem::WrongPurpose,
            C::BadEncoding | C::UnhandledCriticalExtension => Problem::Unreadable,
            // The verifier gives up on a weak signature as it does on a wrong one, and on a weak issuer as on a missing one.
            C::UnknownIssuer | C::BadSignature | C::UnsupportedSignatureAlgorithmContext { .. } if weak => {
                Problem::Weak
            }
            C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } if weak => Problem::Weak,
            // Another root of the same name makes a bad signature of it; it is still its own and only witness. And webpki's
            // CaUsedAsEndEntity: an authority's own certificate, which nobody but itself vouches for.
            C::UnknownIssuer | C::BadSignature | C::Other(_) if self_signed => Problem::SelfSigned,
            C::UnsupportedSignatureAlgorithmContext { .. }
            | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
                if self_signed =>
            {
                Problem::SelfSigned
            }
            C::UnknownIssuer if has_gap => Problem::IncompleteChain,
            C::UnknownIssuer => Problem::UnknownIssuer,
            C::BadSignature => Problem::BadSignature,
            C::UnsupportedSignatureAlgorithmContext { .. }
            | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Problem::Weak,
            _ => Problem::Other,
        }
    }

    /// Plain words; `host` is the name that was asked for.
    pub(crate) fn message(self, host: &str, seen: &Seen) -> String {
        let leaf = seen.chain.first();
        match self {
            Problem::Expired => dated("has expired", "last", seen),
            Problem::NotYetValid => format!("{} Perhaps a clock is wrong.", dated("is not valid yet", "first", seen)),
            Problem::WrongName => {
                let names = leaf.map(|leaf| leaf.names.join(", ")).filter(|names| !names.is_empty());
                let names = names.unwrap_or_else(|| "no name at all".to_owned());
                format!("The server's certificate is for {names}, not for {host}.")
            }
            Problem::UnknownIssuer => unknown(&seen.chain),
            Problem::IncompleteChain => {
                seen.gap.as_ref().map_or_else(|| unknown(&seen.chain), |gap| gap.words(&seen.chain))
            }
            Problem::SelfSigned => {
                "The server's certificate is self-signed: nobody but itself vouches for it.".to_owned()
            }
            Problem::NotTheGivenCertificate => replaced(seen),
            Problem::Weak if seen.exactly => weak_but_trusted(&seen.chain),
            Problem::Weak => weak(&seen.chain),
            Problem::Revoked => {
                "The server's certificate was revoked, or its revocation can't be ruled out.".to_owned()
            }
            Problem::BadSignature => "A signature on the server's certificate is wrong.".to_owned(),
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
            Problem::UnknownIssuer => Some("UnknownIssuer"),
            Problem::IncompleteChain => Some("finding tls:incomplete-chain"),
            Problem::SelfSigned => Some("self-signed certificate"),
            Problem::NotTheGivenCertificate => Some("finding tls:certificate-changed"),
            Problem::NoRoots => Some("finding tls:no-roots"),
            Problem::Revoked => Some("certificate revoked"),
            Problem::BadSignature => Some("BadSignature"),
            Problem::Weak => Some("finding tls:weak-certificate"),
            Problem::WrongPurpose => Some("finding tls:wrong-purpose"),
            Problem::Unreadable => Some("finding tls:unreadable-certificate"),
            Problem::Other => None,
        }
    }

    /// The certificates of the chain that broke this rule, by their place in it.
    pub(crate) fn culprits(self, seen: &Seen) -> Vec<usize> {
        let places = |guilty: &dyn Fn(&CertificateSummary) -> bool| -> Vec<usize> {
            seen.chain.iter().enumerate().filter(|(_, one)| guilty(one)).map(|(at, _)| at).collect()
        };
        let found = match self {
            Problem::Expired => places(&|one| one.not_after.is_some_and(|end| Some(end) < seen.at)),
            Problem::NotYetValid => places(&|one| one.not_before.is_some_and(|start| Some(start) > seen.at)),
            Problem::Weak => places(&CertificateSummary::is_weak),
            Problem::UnknownIssuer | Problem::IncompleteChain => {
                let top = missing_issuer(&seen.chain).or_else(|| seen.chain.last());
                places(&|one| top.is_some_and(|top| top.fingerprint_sha256 == one.fingerprint_sha256))
            }
            _ => Vec::new(),
        };
        if found.is_empty() && !seen.chain.is_empty() { vec![0] } else { found }
    }
}

fn dated(what: &str, which: &str, seen: &Seen) -> String {
    let problem = if which == "last" { Problem::Expired } else { Problem::NotYetValid };
    let at = problem.culprits(seen).first().copied().unwrap_or_default();
    let Some(one) = seen.chain.get(at) else {
        return format!("The server's certificate, or one it depends on, {what}.");
    };
    let moment = if which == "last" { one.not_after } else { one.not_before };
    let day = moment.map_or_else(|| "an unreadable date".to_owned(), |at| at.strftime("%Y-%m-%d").to_string());
    match at {
        0 => format!("The server's certificate {what} (its {which} day is {day})."),
        _ => format!(
            "The certificate of {}, on which the server's depends, {what} (its {which} day is {day}).",
            one.subject
        ),
    }
}

fn replaced(seen: &Seen) -> String {
    let shown = seen.chain.first().map_or("unreadable", |leaf| leaf.fingerprint_sha256.as_str());
    let trusted = seen.expected.as_deref().unwrap_or("unreadable");
    format!(
        "The server's certificate is not the one this record trusts, nor issued by it. Has it been replaced? Trusted: {trusted}. Shown now: {shown}."
    )
}

// The certificate is the right one; that whoever shows it also owns it is what nobody can tell any more.
fn weak_but_trusted(chain: &[CertificateSummary]) -> String {
    let key = chain.first().map_or("of an unknown kind", |leaf| leaf.key.as_str());
    format!(
        "The server shows exactly the certificate that this record trusts, but its key ({key}) is too short to prove that the server owns it: such keys can be computed from the certificate. Credenza does not take its signature."
    )
}

fn weak(chain: &[CertificateSummary]) -> String {
    match chain.iter().enumerate().find(|(_, one)| one.is_weak()) {
        Some((at, one)) => {
            let whose =
                if at == 0 { "The server's certificate".into() } else { format!("The certificate of {}", one.subject) };
            format!("{whose} is too weak to be trusted: key {}, signed by {}.", one.key, one.signature)
        }
        None => "The server's certificate is signed in a way that is no longer safe, or not supported.".to_owned(),
    }
}
