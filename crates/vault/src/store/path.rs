//! Paths before anything is opened: a vault is a regular file. Nothing here opens an existing file, because closing it
//! again would drop the locks this process holds on it through the database (POSIX locks belong to the process).

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::crypto::random;
use crate::error::VaultError;

/// Which file a path names, as far as the system tells; another file under the same path is a replaced vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

impl FileId {
    #[cfg(unix)]
    fn of(meta: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        FileId(meta.dev(), meta.ino())
    }

    /// An open file cannot be replaced there.
    #[cfg(not(unix))]
    fn of(_meta: &Metadata) -> Self {
        FileId(0, 0)
    }
}

/// Checks that the path names a regular, non-empty file and says which, or `None` when there is nothing (rule A13).
///
/// # Errors
/// [`VaultError::NotAVault`] for a link, folder, pipe, device or empty file.
pub(crate) fn regular(path: &Path) -> Result<Option<(FileId, u64)>, VaultError> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(e) => return Err(VaultError::io(path, e)),
    };
    let kind = meta.file_type();
    let reason = if kind.is_symlink() {
        "it is a symbolic link; name the file itself"
    } else if kind.is_dir() {
        "it is a folder"
    } else if !kind.is_file() {
        "it is a pipe, socket or device"
    } else if meta.len() == 0 {
        "it is empty"
    } else {
        return Ok(Some((FileId::of(&meta), meta.len())));
    };
    Err(VaultError::NotAVault { path: path.to_path_buf(), reason: reason.into() })
}

/// Creates the folder and its missing parents, for this user only; folders that are there keep their mode.
pub(crate) fn private_folder(folder: &Path) -> Result<(), VaultError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| VaultError::io(folder, e))
}

/// Creates an empty file for this user only; it must not exist.
pub(crate) fn private_file(path: &Path) -> Result<fs::File, VaultError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => VaultError::Exists(path.to_path_buf()),
        _ => VaultError::io(path, e),
    })?;
    // The mode given at creation is cut by the umask, never widened; nothing more to do.
    Ok(file)
}

/// A name beside `path` that nothing has, for a file under construction.
pub(crate) fn beside(path: &Path, purpose: &str) -> Result<PathBuf, VaultError> {
    let token: String = random::<6>()?.iter().map(|b| format!("{b:02x}")).collect();
    Ok(with_suffix(path, &format!(".{purpose}-{token}")))
}

/// The path with text appended to its file name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Gives the file its final name; a file that is already there wins.
///
/// # Errors
/// [`VaultError::Exists`].
pub(crate) fn publish(from: &Path, to: &Path) -> Result<(), VaultError> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from).map_err(|e| VaultError::io(from, e))?,
        Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(VaultError::Exists(to.to_path_buf())),
        // File systems without hard links: check, then rename.
        Err(_) if fs::symlink_metadata(to).is_ok() => return Err(VaultError::Exists(to.to_path_buf())),
        Err(_) => fs::rename(from, to).map_err(|e| VaultError::io(to, e))?,
    }
    sync_folder(to)
}

/// Makes a rename in the folder of this file durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), VaultError> {
    #[cfg(unix)]
    {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let open = fs::File::open(folder).map_err(|e| VaultError::io(folder, e))?;
        open.sync_all().map_err(|e| VaultError::io(folder, e))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Removes a database that was under construction, with what the database engine may have left beside it.
pub(crate) fn discard(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(with_suffix(path, suffix));
    }
}
