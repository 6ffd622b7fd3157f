//! keepassxc-cli on a database of the same entries.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A database of many entries and an empty one, both opened by the same key file with the least stretching it allows.
pub(crate) struct Keepass {
    folder: TempDir,
}

impl Keepass {
    /// Makes both databases.
    pub(crate) fn with(entries: usize) -> Keepass {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let key = folder.path().join("key");
        std::fs::write(&key, [7u8; 64]).expect("the folder is writable");
        make(folder.path(), "full", entries);
        make(folder.path(), "empty", 1);
        Keepass { folder }
    }

    /// `ls`, `show` or `edit`, on the full or the (nearly) empty database.
    pub(crate) fn command(&self, words: &[&str], empty: bool) -> Command {
        let mut command = Command::new("keepassxc-cli");
        command.args(words).args(["-q", "--no-password", "-k"]).arg(self.folder.path().join("key"));
        if words[0] == "edit" {
            command.args(["-u", "changed"]);
        }
        command.arg(self.file(empty));
        if words[0] != "ls" {
            command.arg(if empty { "Server 00000" } else { "Server 05000" });
        }
        command.env("QT_QPA_PLATFORM", "offscreen");
        command
    }

    fn file(&self, empty: bool) -> PathBuf {
        self.folder.path().join(if empty { "empty.kdbx" } else { "full.kdbx" })
    }
}

fn make(folder: &Path, name: &str, entries: usize) {
    let xml = folder.join(format!("{name}.xml"));
    std::fs::write(&xml, document(entries)).expect("the folder is writable");
    let mut command = Command::new("keepassxc-cli");
    command
        .args(["import", "-q", "-t", "100", "--set-key-file"])
        .arg(folder.join("key"))
        .arg(&xml)
        .arg(folder.join(format!("{name}.kdbx")));
    let status = command.env("QT_QPA_PLATFORM", "offscreen").stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "keepassxc-cli could not make its database; Debian has it in the package keepassxc"
    );
}

fn document(entries: usize) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><KeePassFile><Meta><Generator>bench</Generator></Meta><Root><Group><UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID><Name>Root</Name>",
    );
    for number in 0..entries {
        let id = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, (number as u128 + 2).to_be_bytes());
        let field = |key: &str, value: String| format!("<String><Key>{key}</Key><Value>{value}</Value></String>");
        let _ = write!(
            xml,
            "<Entry><UUID>{id}</UUID>{}{}{}{}{}{}</Entry>",
            field("Title", format!("Server {number:05}")),
            field("UserName", format!("user{number}")),
            field("Password", format!("password-of-{number:05}-x7Q")),
            field("ProxyPassword", format!("proxy-of-{number:05}-x7Q")),
            field("URL", format!("https://api{number}.example.com")),
            field("Notes", format!("Interface of department {}", number % 97)),
        );
    }
    xml.push_str("</Group></Root></KeePassFile>");
    xml
}
