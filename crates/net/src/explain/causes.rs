//! The innermost cause of a failure that one program passed on to the next.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::compiled;

/// What parts a wrapper from its cause: Java, .NET, Python, Rust, PowerShell.
static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)\bcaused by:?\s|\bnested exception(?: is)?:?\s|\s-{2,3}>\s|\binner ?exception\W{1,3}|\[cause\]:?\s|\bcause: |",
        r"\bgetcause\(\): |\broot cause(?: is)?:?\s",
    ))
    .ok()
});

/// The text after the last of the marks; `None` when nothing was passed on.
pub(super) fn innermost(text: &str) -> Option<&str> {
    let mark = MARK.as_ref()?.find_iter(text).last()?;
    let cause = text.get(mark.end()..)?.trim();
    (!cause.is_empty()).then_some(cause)
}
