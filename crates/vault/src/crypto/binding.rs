//! The one way to spell what a ciphertext or MAC is bound to: every part is prefixed by its length, so that no two
//! different lists of parts read the same, and the first part names format and purpose, so that no value made for one
//! purpose passes for another.

use uuid::Uuid;

const FORMAT_LABEL: &str = "credenza/1/";

/// Bytes for AAD and MAC input under construction.
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    /// Begins with the purpose and the vault.
    pub(crate) fn new(purpose: &str, vault: Uuid) -> Self {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(&((FORMAT_LABEL.len() + purpose.len()) as u32).to_le_bytes());
        out.extend_from_slice(FORMAT_LABEL.as_bytes());
        out.extend_from_slice(purpose.as_bytes());
        Binding(out).bytes(vault.as_bytes())
    }

    /// Appends bytes.
    pub(crate) fn bytes(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(&(part.len() as u32).to_le_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Appends text.
    pub(crate) fn text(self, part: &str) -> Self {
        self.bytes(part.as_bytes())
    }

    /// Appends a number.
    pub(crate) fn number(self, part: u64) -> Self {
        self.bytes(&part.to_le_bytes())
    }

    /// Appends a time in milliseconds.
    pub(crate) fn time(self, part: i64) -> Self {
        self.bytes(&part.to_le_bytes())
    }

    /// The finished bytes.
    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_flow_into_each_other() {
        let of = |parts: &[&str]| parts.iter().fold(Binding::new("t", Uuid::nil()), |b, p| b.text(p)).done();
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab"]), of(&["ab", ""]));
        assert_ne!(Binding::new("a", Uuid::nil()).done(), Binding::new("b", Uuid::nil()).done());
        assert_ne!(Binding::new("a", Uuid::nil()).done(), Binding::new("a", Uuid::max()).done());
    }
}
