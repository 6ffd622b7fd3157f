//! Random values for a sandbox: fresh ones at every first start, so that nobody can know them from the source.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::SandboxError;

/// `N` random bytes from the operating system.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], SandboxError> {
    let mut buffer = [0; N];
    getrandom::fill(&mut buffer).map_err(|error| SandboxError::Random(error.to_string()))?;
    Ok(buffer)
}

/// 43 characters that need no escaping anywhere: for tokens and client secrets.
pub(crate) fn token() -> Result<String, SandboxError> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// Four groups of five that a person can type: for passwords. 100 bits.
pub(crate) fn password() -> Result<String, SandboxError> {
    // 32 characters without look-alikes (no l, o, 0, 1), so a byte picks one without bias.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let picked: Vec<u8> = bytes::<20>()?.iter().map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()]).collect();
    Ok(picked.chunks(5).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
}

/// Eight letters in two groups, as a person types them from one screen into another (RFC 8628 6.1).
pub(crate) fn user_code() -> Result<String, SandboxError> {
    // Sixteen consonants, so that a byte picks one without bias and no word comes of it.
    const LETTERS: &[u8; 16] = b"BCDFGHJKLMNPQRST";
    let picked: Vec<u8> = bytes::<8>()?.iter().map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()]).collect();
    Ok(picked.chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
}

/// A signing secret in the form of Standard Webhooks: `whsec_` and the base64 of 24 bytes.
pub(crate) fn signing_secret() -> Result<String, SandboxError> {
    Ok(format!("whsec_{}", STANDARD.encode(bytes::<24>()?)))
}
