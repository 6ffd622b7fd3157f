//! The recovery code: 160 random bits in eight groups, each with its own check character.
//!
//! A group is four characters of Crockford's base 32 and a check character, so that a typing error is found and named
//! before any slot is tried. The check is a weighted sum over GF(32) that also counts the group's place: one wrong
//! character, two neighbours swapped, and two groups swapped are always found.

use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use crate::crypto::random;
use crate::error::VaultError;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 8;
const DATA: usize = 4;
/// Bytes of key material in a code.
pub(crate) const CODE_BYTES: usize = 20;

/// A recovery code, shown once when it is made.
#[derive(Clone)]
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    /// Reads a typed code. Case, spaces and dashes do not matter; `O` reads as 0, `I` and `L` as 1.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] on field `code`, naming the group with the typing error.
    pub fn parse(text: &SecretString) -> Result<Self, VaultError> {
        // EXPOSE: the characters are read and checked.
        let digits = digits(text.expose_secret())?;
        let wanted = GROUPS * (DATA + 1);
        if digits.len() != wanted {
            let message =
                format!("a recovery code has {wanted} characters in {GROUPS} groups, this has {}", digits.len());
            return Err(VaultError::invalid("code", message));
        }
        for (place, group) in digits.chunks(DATA + 1).enumerate() {
            if check(place, &group[..DATA]) != group[DATA] {
                let message = format!("group {} of the recovery code has a typing error", place + 1);
                return Err(VaultError::invalid("code", message));
            }
        }
        Ok(from_digits(&digits))
    }

    pub(crate) fn generate() -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(random::<CODE_BYTES>()?);
        let mut digits = Zeroizing::new(Vec::with_capacity(GROUPS * (DATA + 1)));
        // Five bytes are eight characters, so twenty bytes fill the eight groups exactly.
        for (pair, five) in bytes.chunks(5).enumerate() {
            let mut word = five.iter().fold(0u64, |w, b| w << 8 | u64::from(*b));
            let mut eight: Vec<u8> = (0..8).rev().map(|i| (word >> (5 * i) & 31) as u8).collect();
            word.zeroize();
            for (half, data) in eight.chunks(DATA).enumerate() {
                digits.extend_from_slice(data);
                digits.push(check(pair * 2 + half, data));
            }
            eight.zeroize();
        }
        Ok(from_digits(&digits))
    }

    /// The groups in order, to show them once.
    pub fn groups(&self) -> Vec<&str> {
        self.expose().split('-').collect()
    }

    /// The whole code, groups joined by dashes, to print it once.
    pub fn expose(&self) -> &str {
        // EXPOSE: shown once to the person who keeps it.
        self.0.expose_secret()
    }

    /// The key material.
    pub(crate) fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(CODE_BYTES));
        let digits = Zeroizing::new(self.expose().bytes().filter_map(value).collect::<Vec<u8>>());
        let data: Zeroizing<Vec<u8>> =
            Zeroizing::new(digits.chunks(DATA + 1).flat_map(|g| &g[..g.len().min(DATA)]).copied().collect());
        for eight in data.chunks(8) {
            let word = eight.iter().fold(0u64, |w, d| w << 5 | u64::from(*d));
            out.extend((0..5).rev().map(|i| (word >> (8 * i)) as u8));
        }
        out
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

fn from_digits(digits: &[u8]) -> RecoveryCode {
    let mut text = String::with_capacity(digits.len() + GROUPS);
    for (place, group) in digits.chunks(DATA + 1).enumerate() {
        if place > 0 {
            text.push('-');
        }
        text.extend(group.iter().map(|d| char::from(ALPHABET[usize::from(*d) % 32])));
    }
    RecoveryCode(SecretString::from(text))
}

fn digits(text: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len().min(64)));
    for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—')) {
        let place = out.len() / (DATA + 1) + 1;
        match u8::try_from(c).ok().and_then(value) {
            Some(digit) if place <= GROUPS => out.push(digit),
            Some(_) => return Err(VaultError::invalid("code", format!("a recovery code ends after group {GROUPS}"))),
            None => {
                let message = format!("group {place} of the recovery code holds a character that no code has");
                return Err(VaultError::invalid("code", message));
            }
        }
    }
    Ok(out)
}

fn value(c: u8) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.iter().position(|a| *a == c).map(|i| i as u8)
}

/// Σ αⁱ·dᵢ over GF(32) with the group's place as one more digit; all weights differ and none is zero.
fn check(place: usize, data: &[u8]) -> u8 {
    let with_place = data.iter().copied().chain([place as u8 & 31]);
    with_place.fold((0u8, 2u8), |(sum, weight), d| (sum ^ times(weight, d), times(weight, 2))).0
}

/// Product in GF(32) modulo x⁵ + x² + 1.
fn times(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b > 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        a <<= 1;
        if a & 32 != 0 {
            a ^= 0b10_0101;
        }
        b >>= 1;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RecoveryCode, VaultError> {
        RecoveryCode::parse(&SecretString::from(text.to_owned()))
    }

    #[test]
    fn a_code_reads_back_as_its_own_key_however_it_is_typed() {
        for _ in 0..50 {
            let code = RecoveryCode::generate().unwrap();
            assert_eq!(code.groups().len(), GROUPS);
            assert_eq!(code.bytes().len(), CODE_BYTES);
            let typed = code.expose().to_lowercase().replace('-', "  ").replace('0', "o").replace('1', "l");
            assert_eq!(parse(&typed).unwrap().bytes(), code.bytes());
        }
    }

    #[test]
    fn b7_every_single_wrong_character_is_found_and_its_group_named() {
        let code = RecoveryCode::generate().unwrap();
        let plain: Vec<u8> = code.expose().bytes().filter(|c| *c != b'-').collect();
        for place in 0..plain.len() {
            for other in ALPHABET.iter().filter(|c| **c != plain[place]) {
                let mut typo = plain.clone();
                typo[place] = *other;
                let error = parse(&String::from_utf8(typo).unwrap()).unwrap_err();
                assert!(error.to_string().contains(&format!("group {}", place / 5 + 1)), "{error}");
                assert_eq!(error.field(), Some("code"));
            }
        }
    }

    #[test]
    fn swapped_neighbours_and_swapped_groups_are_found() {
        let code = RecoveryCode::generate().unwrap();
        let plain: Vec<u8> = code.expose().bytes().filter(|c| *c != b'-').collect();
        for place in (0..plain.len() - 1).filter(|p| p % 5 != 4 && plain[*p] != plain[p + 1]) {
            let mut typo = plain.clone();
            typo.swap(place, place + 1);
            assert!(parse(&String::from_utf8(typo).unwrap()).is_err());
        }
        let mut groups = code.groups();
        groups.swap(2, 5);
        assert_eq!(parse(&groups.join("-")).is_err(), code.groups()[2] != code.groups()[5]);
    }

    #[test]
    fn wrong_lengths_and_foreign_characters_are_named() {
        assert!(parse("").unwrap_err().to_string().contains("40 characters"));
        assert!(parse("ABC?").unwrap_err().to_string().contains("group 1"));
        assert!(parse(&"0".repeat(500)).unwrap_err().to_string().contains("ends after group 8"));
    }
}
