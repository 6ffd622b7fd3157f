//! AES-256-GCM with a random 96-bit nonce: nonce ‖ ciphertext ‖ tag.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, Tag};
use zeroize::Zeroizing;

use super::{Key, random};
use crate::error::VaultError;

const NONCE: usize = 12;
const TAG: usize = 16;
/// Bytes a sealed text is longer than its plain text.
pub(crate) const OVERHEAD: usize = NONCE + TAG;

/// One AEAD key, ready to use; the expanded key is wiped when dropped.
pub(crate) struct Cipher(Aes256Gcm);

impl Cipher {
    pub(crate) fn new(key: &Key) -> Self {
        let key: &[u8; 32] = key;
        Cipher(Aes256Gcm::new(key.into()))
    }

    /// Encrypts; `bound` is authenticated with it and has to be the same when opening.
    pub(crate) fn seal(&self, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut out = Vec::with_capacity(plain.len() + OVERHEAD);
        out.extend_from_slice(&random::<NONCE>()?);
        out.extend_from_slice(plain);
        let (nonce, body) = out.split_at_mut(NONCE);
        let nonce: &Nonce<_> = (&*nonce).try_into().expect("the nonce was written above with its length");
        let tag = self
            .0
            .encrypt_inout_detached(nonce, bound, InOutBuf::from(body))
            .map_err(|_| VaultError::Internal("a value is too long to encrypt".into()))?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    /// Decrypts, or `None` when anything at all is not as it was sealed.
    pub(crate) fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if sealed.len() < OVERHEAD {
            return None;
        }
        let (nonce, rest) = sealed.split_at(NONCE);
        let (body, tag) = rest.split_at(rest.len() - TAG);
        let nonce: &Nonce<_> = nonce.try_into().ok()?;
        let tag: &Tag = tag.try_into().ok()?;
        let mut plain = Zeroizing::new(body.to_vec());
        self.0.decrypt_inout_detached(nonce, bound, InOutBuf::from(&mut plain[..]), tag).ok()?;
        Some(plain)
    }

    /// Decrypts where the text lies and gives the part of it that is plain now. For what is not secret by itself:
    /// nothing is wiped here.
    pub(crate) fn open_in_place<'t>(&self, bound: &[u8], sealed: &'t mut [u8]) -> Option<&'t [u8]> {
        let (nonce, rest) = sealed.split_first_chunk_mut::<NONCE>()?;
        let (body, tag) = rest.split_last_chunk_mut::<TAG>()?;
        let nonce: &Nonce<_> = (&*nonce).into();
        let tag: &Tag = (&*tag).into();
        self.0.decrypt_inout_detached(nonce, bound, InOutBuf::from(&mut *body), tag).ok()?;
        Some(body)
    }

    /// The tag of a sealed text: what the manifest remembers of it.
    pub(crate) fn tag(sealed: &[u8]) -> Option<[u8; TAG]> {
        sealed.last_chunk().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::crypto::random_key;

    #[test]
    fn a3_cut_tags_and_nonces_are_refused() {
        let cipher = Cipher::new(&random_key().unwrap());
        let sealed = cipher.seal(b"bound", b"plain").unwrap();
        assert_eq!(&cipher.open(b"bound", &sealed).unwrap()[..], b"plain");
        for length in 0..sealed.len() {
            assert!(cipher.open(b"bound", &sealed[..length]).is_none(), "cut to {length}");
            assert!(cipher.open_in_place(b"bound", &mut sealed.clone()[..length]).is_none(), "cut to {length}");
        }
        for nonce in 1..=NONCE {
            assert!(cipher.open(b"bound", &sealed[nonce..]).is_none(), "nonce short by {nonce}");
        }
    }

    #[test]
    fn a2_every_flipped_bit_is_refused_in_the_text_and_in_what_it_is_bound_to() {
        let cipher = Cipher::new(&random_key().unwrap());
        let sealed = cipher.seal(b"bound", b"plain").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(cipher.open(b"bound", &bad).is_none(), "bit {bit}");
            assert!(cipher.open_in_place(b"bound", &mut bad).is_none(), "bit {bit}");
        }
        assert_eq!(cipher.open_in_place(b"bound", &mut sealed.clone()).unwrap(), b"plain");
        assert!(cipher.open(b"Bound", &sealed).is_none());
    }

    #[test]
    fn b11_nonces_never_repeat() {
        let cipher = Cipher::new(&random_key().unwrap());
        let nonces: HashSet<Vec<u8>> = (0..100_000).map(|_| cipher.seal(b"", b"").unwrap()[..NONCE].to_vec()).collect();
        assert_eq!(nonces.len(), 100_000);
    }

    /// Test case 16 of the GCM specification (McGrew and Viega, appendix B).
    #[test]
    fn opens_the_published_vector() {
        let hex = |s: &str| -> Vec<u8> {
            (0..s.len()).step_by(2).map(|i| u8::from_str_radix(&s[i..i + 2], 16).unwrap()).collect()
        };
        let mut key = Key::default();
        key.copy_from_slice(&hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
        let mut sealed = hex("cafebabefacedbaddecaf888");
        sealed.extend(hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"));
        sealed.extend(hex("76fc6ece0f4e1768cddf8853bb2d551b"));
        let plain = Cipher::new(&key).open(&hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"), &sealed).unwrap();
        assert_eq!(plain[..4], hex("d9313225"));
        assert_eq!(plain.len(), 60);
    }
}
