//! Compiling expressions: what is looked for is ASCII, and Unicode's classes of letters and digits take most of the time to compile.

use regex::{Regex, RegexBuilder};

/// Bytes of one compiled expression. Matching takes linear time whatever the expression is (crate `regex`); this keeps a
/// file from taking memory.
const LARGEST_PATTERN: usize = 1024 * 1024;

/// The expression, with `\b`, `\w`, `\d` and `\s` meaning those of ASCII.
///
/// # Errors
/// What is wrong with the expression.
pub(super) fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&in_ascii(pattern)).size_limit(LARGEST_PATTERN).build()
}

/// The same expression with the classes written out.
fn in_ascii(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len() * 2);
    let mut letters = pattern.chars();
    let mut within_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => written.push_str(&escaped(letters.next(), within_class)),
            '[' if !within_class => {
                within_class = true;
                written.push('[');
            }
            ']' => {
                within_class = false;
                written.push(']');
            }
            other => written.push(other),
        }
    }
    written
}

fn escaped(letter: Option<char>, within_class: bool) -> String {
    match (letter, within_class) {
        (Some('b'), false) => r"(?-u:\b)".to_owned(),
        (Some('w'), false) => "[0-9A-Za-z_]".to_owned(),
        (Some('w'), true) => "0-9A-Za-z_".to_owned(),
        (Some('W'), false) => "[^0-9A-Za-z_]".to_owned(),
        (Some('d'), false) => "[0-9]".to_owned(),
        (Some('d'), true) => "0-9".to_owned(),
        (Some('s'), false) => r"[\t\n\x0B\x0C\r ]".to_owned(),
        (Some('s'), true) => r"\t\n\x0B\x0C\r ".to_owned(),
        (Some(other), _) => format!("\\{other}"),
        (None, _) => "\\".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_mean_those_of_ascii_inside_and_outside_of_brackets() {
        let pattern = compiled(r"(?i)\bcode[\s\w]\d\W\\w\]$").unwrap();
        assert!(pattern.is_match(r"a code 5:\w]"));
        assert!(!pattern.is_match(r"acode 5:\w]"));
        assert!(!compiled(r"^\d$").unwrap().is_match("\u{663}"));
        assert!(compiled(r"^[^\d.]$").unwrap().is_match("\u{663}"));
    }

    #[test]
    fn what_does_not_compile_is_said_to_be_so() {
        assert!(compiled("(").is_err() && compiled("a\\").is_err() && compiled("[a").is_err());
    }
}
