//! Text for people or one JSON document for programs.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use credenza_core::{Code, Problem};
use serde::Serialize;
use serde_json::{Value, json};

/// How results are printed.
pub(crate) struct Output {
    /// One JSON document on standard output.
    pub(crate) json: bool,
    /// No words beside results.
    pub(crate) quiet: bool,
}

impl Output {
    /// Prints the JSON document, or the text that `words` makes.
    pub(crate) fn result(&self, document: &impl Serialize, words: impl FnOnce() -> String) -> Result<(), Problem> {
        if self.json {
            let text = serde_json::to_string_pretty(document).map_err(|error| Problem::internal(error.to_string()))?;
            return self.line(&text);
        }
        let words = words();
        if words.is_empty() { Ok(()) } else { self.line(&words) }
    }

    /// One line, or several, on standard output.
    pub(crate) fn line(&self, text: &str) -> Result<(), Problem> {
        self.bytes(&[text.as_bytes(), b"\n"])
    }

    /// Bytes on standard output, as they are.
    pub(crate) fn bytes(&self, parts: &[&[u8]]) -> Result<(), Problem> {
        let mut out = std::io::stdout().lock();
        match parts.iter().try_for_each(|part| out.write_all(part)).and_then(|()| out.flush()) {
            // A reader that has seen enough (`credenza list | head`) is no failure.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|error| {
                Problem::new(Code::Io, format!("Standard output: {error}."), "Check where the output goes.")
            }),
        }
    }

    /// A word to the person at the terminal, on standard error.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// A word that must be seen, on standard error; `--json` has it in the document.
    pub(crate) fn insist(&self, text: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// A word that must be seen and that no document has: whatever the options are, it goes to standard error.
    pub(crate) fn warn(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// The error: words on standard error, and with `--json` the error object on standard output.
    pub(crate) fn problem(&self, problem: &Problem) -> ExitCode {
        if self.json {
            let text = serde_json::to_string_pretty(&json!({ "error": problem })).unwrap_or_default();
            let _ = self.line(&text);
        }
        let mut words = format!("error: {}", printable(&problem.message));
        if !problem.hint.is_empty() {
            words.push_str(&format!("\n  {}", printable(&problem.hint)));
        }
        let _ = writeln!(std::io::stderr(), "{words}");
        ExitCode::from(problem.code.exit())
    }
}

/// Writes a file that only its owner can read (rule M12).
pub(crate) fn private_file(path: &Path, content: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content.as_bytes())
}

/// Aligned columns without lines, the header in capitals. Ten thousand rows cost two texts, not sixty thousand.
pub(crate) fn table<C: AsRef<str>, const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [C; N]>,
) -> String {
    let rows = rows.into_iter();
    let mut cells = Cells {
        text: String::with_capacity(64 * rows.size_hint().0),
        ends: Vec::with_capacity(N * (rows.size_hint().0 + 1)),
        widths: vec![0; N],
    };
    header.iter().for_each(|word| cells.push(&word.to_uppercase()));
    rows.for_each(|row| row.iter().for_each(|cell| cells.push(&printable(cell.as_ref()))));
    cells.aligned()
}

/// The cells of a table, row by row, in one text.
struct Cells {
    text: String,
    /// Where each cell ends, and its width in characters.
    ends: Vec<(usize, usize)>,
    widths: Vec<usize>,
}

impl Cells {
    fn push(&mut self, cell: &str) {
        let width = cell.chars().count();
        let column = self.ends.len() % self.widths.len();
        self.widths[column] = self.widths[column].max(width);
        self.text.push_str(cell);
        self.ends.push((self.text.len(), width));
    }

    fn aligned(&self) -> String {
        let line: usize = self.widths.iter().map(|width| width + 2).sum();
        let mut out = String::with_capacity(line * self.ends.len() / self.widths.len());
        let mut begin = 0;
        for row in self.ends.chunks(self.widths.len()) {
            let start = out.len();
            for (&(end, width), column) in row.iter().zip(&self.widths) {
                out.push_str(&self.text[begin..end]);
                begin = end;
                // Not `{:width$}`: this is the inner loop.
                (width..column + 2).for_each(|_| out.push(' '));
            }
            out.truncate(start + out[start..].trim_end().len());
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// Control characters made visible: no server's text may speak to the terminal.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let bidi = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let odd = |c: char| (c.is_control() && c != '\n') || bidi(c);
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) || !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().fold(String::new(), |mut shown, c| {
        if odd(c) {
            shown.push_str(&format!("\\u{{{:x}}}", u32::from(c)))
        } else {
            shown.push(c)
        }
        shown
    });
    Cow::Owned(shown)
}

/// Colour for a word, where people look and did not ask for none.
pub(crate) fn coloured(word: &str, code: &str) -> String {
    let wanted = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted { format!("\x1b[{code}m{word}\x1b[0m") } else { word.to_owned() }
}

/// A JSON value as a person would write it.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_of_a_name_do_not_reach_the_terminal() {
        assert_eq!(printable("a\x1b[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
    }
}
