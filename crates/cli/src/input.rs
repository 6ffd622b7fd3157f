//! Files, standard input and JSON from outside.

use std::io::Read;
use std::path::Path;

use credenza_core::{Code, Problem};
use serde_json::Value;
use zeroize::Zeroizing;

/// The largest file that is read into memory, bytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The bytes of a file; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let failed = |error: std::io::Error| {
        let code = if error.kind() == std::io::ErrorKind::NotFound { Code::NotFound } else { Code::Io };
        Problem::new(code, format!("{}: {error}.", words(path)), "Check the file's name and whether you may read it.")
    };
    let mut bytes = Zeroizing::new(Vec::new());
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(path).map_err(failed)?.take(LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > LIMIT {
        return Err(Problem::new(Code::Invalid, format!("{} is larger than 64 MiB.", words(path)), "Split it."));
    }
    Ok(bytes)
}

/// UTF-8 text of a file; `-` is standard input.
pub(crate) fn text(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let bytes = read(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Problem::new(Code::Invalid, format!("{} is not UTF-8 text.", words(path)), "Convert it to UTF-8.")
    })?;
    Ok(Zeroizing::new(text.trim_start_matches('\u{feff}').to_owned()))
}

/// The first line of a file without its line ending: how a secret or passphrase is handed over.
pub(crate) fn secret(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let whole = text(path)?;
    let trimmed = whole.strip_suffix('\n').map_or(whole.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(trimmed.to_owned()))
}

/// JSON of a file; `-` is standard input. The error gives the place and never the text, which may hold secrets.
pub(crate) fn json(path: &Path) -> Result<Value, Problem> {
    serde_json::from_str(&text(path)?).map_err(|error| {
        let message = format!("{} is not JSON: line {}, column {}.", words(path), error.line(), error.column());
        Problem {
            field: Some("from".into()),
            ..Problem::new(Code::Invalid, message, "Correct the file; nothing was changed.")
        }
    })
}

fn words(path: &Path) -> String {
    if path.as_os_str() == "-" { "Standard input".into() } else { path.display().to_string() }
}
