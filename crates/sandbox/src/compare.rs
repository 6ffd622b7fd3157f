//! Comparing what a client sent with a secret.

/// Compares without telling by its time how much was right.
pub(crate) fn same(given: &str, expected: &str) -> bool {
    let differ = given.bytes().zip(expected.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    given.len() == expected.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_prefixes_are_not_equal() {
        assert!(same("abc", "abc"));
        assert!(!same("ab", "abc"));
        assert!(!same("abd", "abc"));
    }
}
