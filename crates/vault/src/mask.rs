//! What is shown in place of a secret (rules IQX-5 to IQX-7, decision D2).

/// The mask of a value: `****` and the last four characters, or `****` alone when there are fewer than eight.
pub fn mask(value: &str) -> String {
    let mut tail: Vec<char> = Vec::with_capacity(4);
    let mut length = 0usize;
    for c in value.chars().rev().take(8) {
        length += 1;
        if tail.len() < 4 {
            tail.push(c);
        }
    }
    let mut out = String::from("****");
    if length >= 8 {
        out.extend(tail.iter().rev());
    }
    out
}

/// Whether a text is a mask, and so may never be saved as a secret (decision D2).
pub fn is_mask(value: &str) -> bool {
    value.starts_with("****") && matches!(value.chars().count(), 4 | 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_1_masks() {
        assert_eq!(mask("abcd1234"), "****1234");
        assert_eq!(mask(&format!("{}wxyz", "a".repeat(4092))), "****wxyz");
        assert_eq!(mask("abc"), "****");
        assert_eq!(mask("1234567"), "****", "seven characters show nothing (D2)");
        assert_eq!(mask(""), "****");
        assert_eq!(mask("äöüßéèêë"), "****éèêë", "characters are counted, not bytes");
    }

    #[test]
    fn every_mask_is_recognised_as_one() {
        for value in ["", "abc", "abcd1234", "äöüßéèêë", "********"] {
            assert!(is_mask(&mask(value)), "{value}");
        }
        for value in ["", "***", "*****", "****12", "abcd1234", "****12345"] {
            assert!(!is_mask(value), "{value}");
        }
    }
}
