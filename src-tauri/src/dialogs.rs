//! Native file dialogs, opened from Rust: the page never names a path and never learns more than it is told (W24).

use std::path::PathBuf;

use credenza_core::{Code, Problem};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt as _;

/// A file to read must be an ordinary one and no larger than this.
const MOST_READ: u64 = 1024 * 1024;

/// Asks where to write; `None` when the person changed their mind.
pub(crate) async fn save(app: &AppHandle, title: &str, name: &str) -> Option<PathBuf> {
    if let Some(path) = test_path() {
        return Some(path);
    }
    let (answer, answered) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title(title).set_file_name(name).save_file(|path| {
        // The receiver is gone only when the window is.
        let _ = answer.send(path);
    });
    answered.await.ok().flatten()?.into_path().ok()
}

/// Asks which file to read; `None` when the person changed their mind.
pub(crate) async fn pick(app: &AppHandle, title: &str, kind: (&str, &[&str])) -> Option<PathBuf> {
    if let Some(path) = test_path() {
        return Some(path);
    }
    let (answer, answered) = tokio::sync::oneshot::channel();
    app.dialog().file().set_title(title).add_filter(kind.0, kind.1).add_filter("All files", &["*"]).pick_file(|path| {
        // The receiver is gone only when the window is.
        let _ = answer.send(path);
    });
    answered.await.ok().flatten()?.into_path().ok()
}

/// Reads a picked file, if it is an ordinary one of a sane size.
///
/// # Errors
/// `io` when it cannot be read, `invalid` when it is too large or no file.
pub(crate) fn read(path: &std::path::Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(Code::Io, format!("{} cannot be read: {error}.", path.display()), "Choose another file.")
    };
    let found = std::fs::symlink_metadata(path).map_err(unreadable)?;
    if !found.is_file() || found.len() > MOST_READ {
        return Err(Problem::invalid("file", format!("{} is not an ordinary file of at most 1 MiB.", path.display())));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Writes a text where the person said, for this user only.
///
/// # Errors
/// `io` when it cannot be written.
pub(crate) fn write(path: &std::path::Path, text: &str) -> Result<(), Problem> {
    let unwritable = |error: std::io::Error| {
        Problem::new(Code::Io, format!("{} cannot be written: {error}.", path.display()), "Choose another place.")
    };
    std::fs::write(path, text).map_err(unwritable)
}

/// Under test no window manager drives a native dialog: a variable stands in, in debug builds alone.
fn test_path() -> Option<PathBuf> {
    if cfg!(debug_assertions) { std::env::var_os("CREDENZA_TEST_PATH").map(PathBuf::from) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn w24_a_symlink_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("certificate.pem");
        std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
        assert_eq!(read(&link).unwrap_err().code, Code::Invalid);
    }

    #[test]
    fn w24_a_file_over_one_mebibyte_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let large = folder.path().join("large.pem");
        std::fs::write(&large, vec![b'x'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(read(&large).unwrap_err().code, Code::Invalid);
        std::fs::write(&large, vec![b'x'; 1024 * 1024]).unwrap();
        assert_eq!(read(&large).unwrap().len(), 1024 * 1024);
    }
}
