//! What can go wrong with a vault, in words for people.

use std::path::PathBuf;

use crate::operator::SlotKind;

/// Every failure of a vault. The text says what happened, [`VaultError::hint`] says what to do; neither ever holds a
/// secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no such vault, record, field or slot.
    #[error("there is no {what}")]
    NotFound {
        /// The thing looked for, in words.
        what: String,
    },
    /// A file is already there and is not overwritten.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// The passphrase, recovery code or key opens no slot.
    #[error("this does not unlock the vault")]
    WrongKey,
    /// The vault has no slot of that kind.
    #[error("the vault has no {} slot", .0.words())]
    NoSuchSlot(SlotKind),
    /// The keyring of the operating system is absent, locked or silent, or holds no fitting key.
    #[error("the operating system's keyring cannot be used: {0}")]
    KeyringUnavailable(String),
    /// The session is over, was ended, or never was.
    #[error("the session has ended")]
    SessionEnded,
    /// The operator's role does not reach that far.
    #[error("not permitted: {0}")]
    Forbidden(String),
    /// The file is damaged or was tampered with.
    #[error("the vault is damaged or was tampered with: {0}")]
    Damaged(String),
    /// The file is older than a state this machine has already seen.
    #[error(
        "the vault file is not the newest: it is at change {found}, this machine has seen change {seen}{}",
        if *.found == *.seen { " with other content" } else { "" }
    )]
    RolledBack {
        /// Change counter of the file.
        found: u64,
        /// Change counter remembered outside the vault's folder.
        seen: u64,
    },
    /// Written by a newer program.
    #[error("the vault has format {found}; this program knows formats up to {known}")]
    NewerFormat {
        /// Format of the file.
        found: u32,
        /// Newest format this program reads.
        known: u32,
    },
    /// Not a vault at all: a folder, link, pipe, empty file, or another kind of file.
    #[error("{} is not a Credenza vault: {reason}", .path.display())]
    NotAVault {
        /// The path asked for.
        path: PathBuf,
        /// What it is instead.
        reason: String,
    },
    /// Another program changed the record, or replaced the file, since it was read.
    #[error("changed elsewhere: {0}")]
    ChangedElsewhere(String),
    /// Another program changed the same document at the same moment: read it again and repeat the change.
    #[error("another program changed the same thing at the same moment")]
    Overtaken,
    /// Another program holds the write lock, or has the vault open where it must not.
    #[error("the vault is busy: another program is using it")]
    Busy,
    /// A record of that name (without regard to case) is there.
    #[error("a credential named “{name}” already exists")]
    NameTaken {
        /// The name asked for.
        name: String,
    },
    /// Removing this slot would lock everyone, or every administrator, out.
    #[error("this slot cannot be removed: {0}")]
    LastSlot(String),
    /// No space left.
    #[error("the disk is full")]
    DiskFull,
    /// The file or folder cannot be written.
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// The operating system refused a file operation.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A value was refused.
    #[error("{message}")]
    Invalid {
        /// Name of the field.
        field: String,
        /// Why.
        message: String,
    },
    /// A fault of the program or of the operating system's random numbers.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl VaultError {
    pub(crate) fn damaged(reason: impl Into<String>) -> Self {
        VaultError::Damaged(reason.into())
    }

    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        VaultError::Invalid { field: field.into(), message: message.into() }
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        VaultError::NotFound { what: what.into() }
    }

    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
        let path = path.into();
        match source.kind() {
            StorageFull => VaultError::DiskFull,
            ReadOnlyFilesystem | PermissionDenied => VaultError::ReadOnly(path),
            _ => VaultError::Io { path, source },
        }
    }

    /// The code of the contract's exit table.
    pub fn code(&self) -> &'static str {
        use VaultError as E;
        match self {
            E::NotFound { .. } => "not_found",
            E::WrongKey | E::NoSuchSlot(_) | E::KeyringUnavailable(_) | E::SessionEnded => "locked",
            E::Forbidden(_) | E::LastSlot(_) => "forbidden",
            E::Damaged(_) | E::RolledBack { .. } | E::NewerFormat { .. } | E::NotAVault { .. } => "damaged",
            E::Exists(_) | E::ChangedElsewhere(_) | E::Overtaken | E::Busy | E::NameTaken { .. } => "conflict",
            E::DiskFull | E::ReadOnly(_) | E::Io { .. } => "io",
            E::Invalid { .. } => "invalid",
            E::Internal(_) => "internal",
        }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> String {
        use VaultError as E;
        match self {
            E::NotFound { .. } => "Check the name or path.",
            E::Exists(_) => "Choose another name, or move the existing file away first.",
            E::WrongKey => "Try again; upper and lower case matter. A recovery code that was kept unlocks it as well, once.",
            E::NoSuchSlot(_) => "Unlock in another way; `credenza vault status` lists the slots.",
            E::KeyringUnavailable(_) => {
                "Unlock with the passphrase or the recovery code. If the keyring shows a prompt, answer it and try again."
            }
            E::SessionEnded => "Start a new session with `credenza vault unlock`.",
            E::Forbidden(_) => "Ask an administrator.",
            E::Damaged(_) => "Do not write to the file. Restore the newest backup; keep this file for examination.",
            E::RolledBack { .. } => {
                "A sync program or a copy may have put an old file back. Find the newer file; if this one is meant, restore it as a backup."
            }
            E::NewerFormat { .. } => "Update Credenza; nothing was changed.",
            E::NotAVault { .. } => "Choose the vault's own file.",
            E::ChangedElsewhere(_) | E::Overtaken => "Load it again and repeat the change.",
            E::Busy => "Wait a moment and try again; close other Credenza programs that use this vault.",
            E::NameTaken { .. } => "Choose another name; upper and lower case do not make a difference.",
            E::LastSlot(_) => "Add another way to unlock first.",
            E::DiskFull => "Free some space and try again; nothing was lost.",
            E::ReadOnly(_) => "Allow writing to the file and its folder, or work on a copy.",
            E::Io { .. } => "Check the disk and the permissions.",
            E::Invalid { .. } => "Correct the value.",
            E::Internal(_) => "Please report this.",
        }
        .to_owned()
    }

    /// The field a refused value belongs to.
    pub fn field(&self) -> Option<&str> {
        match self {
            VaultError::Invalid { field, .. } => Some(field),
            VaultError::NameTaken { .. } => Some("name"),
            _ => None,
        }
    }
}
