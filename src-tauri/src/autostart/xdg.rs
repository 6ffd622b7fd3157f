//! Desktop Application Autostart Specification: a desktop entry in the user's `autostart` folder.

use std::{
    fs,
    io::{Error, ErrorKind, Result},
    path::{Path, PathBuf},
};

use super::HIDDEN;

const NAME: &str = "credenza.desktop";

pub(super) fn has_us() -> Result<bool> {
    match fs::read_to_string(folder()?.join(NAME)) {
        Ok(entry) => Ok(is_on(&entry)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) fn add(program: &Path) -> Result<()> {
    let program =
        program.to_str().ok_or_else(|| Error::new(ErrorKind::InvalidData, "the program's path is no text"))?;
    let folder = folder()?;
    fs::create_dir_all(&folder)?;
    // Whoever reads the folder meanwhile finds the old entry or the new one.
    let new = folder.join("credenza.desktop.new");
    let written = fs::write(&new, entry(program)).and_then(|()| fs::rename(&new, folder.join(NAME)));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

pub(super) fn remove() -> Result<()> {
    match fs::remove_file(folder()?.join(NAME)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn folder() -> Result<PathBuf> {
    let folders = directories::BaseDirs::new();
    let none = || Error::new(ErrorKind::NotFound, "there is no home folder");
    folders.map(|folders| folders.config_dir().join("autostart")).ok_or_else(none)
}

fn entry(program: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Credenza\nComment=Looks at what expires, from the notification area\n\
         Exec={} {HIDDEN}\nIcon=credenza-desktop\nTerminal=false\nStartupNotify=false\n",
        quoted(program)
    )
}

/// Desktop Entry Specification, "The Exec key": an argument in double quotes, with a backslash before four characters, which
/// is doubled once more because the value is a string; a percent sign is doubled.
fn quoted(program: &str) -> String {
    let mut out = String::from("\"");
    for c in program.chars() {
        match c {
            '"' | '`' | '$' => out.push_str("\\\\"),
            '\\' => out.push_str("\\\\\\"),
            '%' => out.push('%'),
            _ => {}
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// The programs of a desktop that switch entries off leave the file in place and say so in it.
fn is_on(entry: &str) -> bool {
    let says = |key: &str, value: &str| {
        let lines = entry.lines().filter_map(|line| line.split_once('='));
        lines.into_iter().any(|(k, v)| k.trim() == key && v.trim() == value)
    };
    !says("Hidden", "true") && !says("X-GNOME-Autostart-enabled", "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_starts_the_program_hidden_whatever_is_in_its_path() {
        assert!(entry("/usr/bin/credenza-desktop").contains("\nExec=\"/usr/bin/credenza-desktop\" --hidden\n"));
        assert_eq!(quoted("/opt/my apps/100%/$x"), r#""/opt/my apps/100%%/\\$x""#);
        assert_eq!(quoted(r#"/a"b`c\d"#), r#""/a\\"b\\`c\\\\d""#);
    }

    #[test]
    fn an_entry_that_the_desktop_switched_off_is_off() {
        let entry = entry("/usr/bin/credenza-desktop");
        assert!(is_on(&entry));
        assert!(!is_on(&format!("{entry}Hidden=true\n")));
        assert!(!is_on(&format!("{entry}X-GNOME-Autostart-enabled=false\n")));
        assert!(is_on(&format!("{entry}X-GNOME-Autostart-enabled=true\n")));
    }
}
