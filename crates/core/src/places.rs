//! Where things lie on this system.

use std::path::PathBuf;

use directories::ProjectDirs;

/// The folders of the platform; nothing is created by asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The vault file.
    pub vault: PathBuf,
    /// Folder of the log files.
    pub logs: PathBuf,
    /// Folder whose files replace the facts that were built in.
    pub facts: PathBuf,
}

impl Places {
    /// The vault at `file`, or where the platform keeps data; the rest beside the platform's data.
    pub fn find(file: Option<PathBuf>) -> Places {
        // A system without a home folder is rare (a bare service account): the current folder is then the plain answer.
        let data = ProjectDirs::from("", "", "credenza")
            .map_or_else(|| PathBuf::from("credenza"), |dirs| dirs.data_dir().to_owned());
        Places {
            vault: file.unwrap_or_else(|| data.join("vault.db")),
            logs: data.join("logs"),
            facts: data.join("facts"),
        }
    }
}
