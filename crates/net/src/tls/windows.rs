//! What the certificate verification of Windows answers beyond the five refusals that its binding has names for: a chain
//! without a way to a root, which is the commonest of all, arrives as a number in a sentence.

use rustls::{CertificateError, Error};

/// The refusal behind a number of `winerror.h`; `None` where the number says no more than that there was a refusal.
pub(super) fn translated(error: &Error) -> Option<Error> {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return None };
    let refusal = match code(&other.to_string())? {
        // CERT_E_CHAINING, CERT_E_UNTRUSTEDTESTROOT, CERT_E_UNTRUSTEDCA
        0x800b_010a | 0x800b_010d | 0x800b_0112 => CertificateError::UnknownIssuer,
        // CERT_E_REVOKED
        0x800b_010c => CertificateError::Revoked,
        // CERT_E_REVOCATION_FAILURE, CRYPT_E_NO_REVOCATION_CHECK, CRYPT_E_REVOCATION_OFFLINE
        0x800b_010e | 0x8009_2012 | 0x8009_2013 => CertificateError::UnknownRevocationStatus,
        // TRUST_E_CERT_SIGNATURE
        0x8009_6004 => CertificateError::BadSignature,
        // CERT_E_ROLE, CERT_E_PURPOSE
        0x800b_0103 | 0x800b_0106 => CertificateError::InvalidPurpose,
        _ => return None,
    };
    Some(Error::InvalidCertificate(refusal))
}

/// The number in the words of an error of the operating system, as Rust writes them: "… (os error -2146762486)".
fn code(words: &str) -> Option<u32> {
    let number = words.rsplit_once("(os error ")?.1.split(')').next()?;
    number.parse::<i32>().ok().map(i32::cast_unsigned)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::OtherError;

    use super::*;
    use crate::tls::problem::Problem;

    fn refused(words: &str) -> Error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(std::io::Error::other(words)))))
    }

    #[test]
    fn a_refusal_of_windows_has_the_words_of_its_rule() {
        let of = |code: i32, gap: bool| {
            Problem::of(&refused(&format!("Kette unvollst\u{e4}ndig. (os error {code})")), &[], gap)
        };
        assert_eq!(of(-2_146_762_486, false), Problem::UnknownIssuer, "CERT_E_CHAINING");
        assert_eq!(of(-2_146_762_486, true), Problem::IncompleteChain, "and what speaks for a gap counts as elsewhere");
        assert_eq!(of(-2_146_762_482, false), Problem::Revoked, "CERT_E_REVOCATION_FAILURE: it can't be ruled out");
        assert_eq!(of(-2_146_869_244, false), Problem::BadSignature, "TRUST_E_CERT_SIGNATURE");
        assert_eq!(of(-2_146_762_490, false), Problem::WrongPurpose, "CERT_E_PURPOSE");
        assert_eq!(of(5, false), Problem::Other);
        for words in ["", "no number", "(os error x)", "(os error 99999999999)"] {
            assert_eq!(Problem::of(&refused(words), &[], false), Problem::Other, "{words}");
        }
    }
}
