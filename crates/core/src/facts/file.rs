//! The replaceable files: which there are, what lies in the folder, putting one there and taking it away.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use credenza_net::{Catalogue, built_in_text, lifetimes, read_lifetimes};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::{Code, Places, Problem};

/// The largest file that is read, in bytes. The built-in ones have about 210 KB.
const LARGEST: u64 = 8 * 1024 * 1024;

/// A file of facts that can be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FactsFile {
    /// What a failure means.
    ErrorCodes,
    /// How long things live, and what is being retired.
    Lifetimes,
}

/// Where facts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Origin {
    /// The factory copy.
    BuiltIn,
    /// A file in the facts folder.
    Replaced,
}

/// What is in use of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct FactsStatus {
    /// Which file.
    pub file: FactsFile,
    /// Its name in the facts folder.
    pub name: String,
    /// Whether the factory copy or a file is in use.
    pub origin: Origin,
    /// How many entries it has.
    #[ts(type = "number")]
    pub entries: usize,
    /// The first twelve digits of its SHA-256: two machines with the same ones have the same facts.
    pub version: String,
    /// When the file was put there; `None` for the factory copy.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub replaced_at: Option<Timestamp>,
    /// Why a file in the folder is not used.
    pub fault: Option<String>,
}

impl FactsFile {
    /// All of them.
    pub const ALL: [FactsFile; 2] = [FactsFile::ErrorCodes, FactsFile::Lifetimes];

    /// Its name in the facts folder.
    pub fn name(self) -> &'static str {
        match self {
            FactsFile::ErrorCodes => "error-codes.json",
            FactsFile::Lifetimes => "lifetimes.json",
        }
    }

    /// The file that a text is meant to be: a list of explanations, or an object with a retirement in it.
    fn of(text: &str) -> FactsFile {
        if text.trim_start().starts_with('{') { FactsFile::Lifetimes } else { FactsFile::ErrorCodes }
    }

    /// Checks a text against what the file must be.
    fn check(self, text: &str) -> Result<(), String> {
        match self {
            FactsFile::ErrorCodes => Catalogue::read(text).map(drop),
            FactsFile::Lifetimes => read_lifetimes(text).map(drop),
        }
    }

    fn built_in(self) -> String {
        match self {
            FactsFile::ErrorCodes => built_in_text().to_owned(),
            FactsFile::Lifetimes => lifetimes().and_then(|data| serde_json::to_string(data).ok()).unwrap_or_default(),
        }
    }

    fn path(self, places: &Places) -> PathBuf {
        places.facts.join(self.name())
    }
}

/// What is in use, file by file.
pub fn status(places: &Places) -> Vec<FactsStatus> {
    FactsFile::ALL.into_iter().map(|file| status_of(places, file)).collect()
}

fn status_of(places: &Places, file: FactsFile) -> FactsStatus {
    let found = read(places, file).and_then(|text| match text {
        None => Ok(None),
        Some(text) => file.check(&text).map(|()| Some(text)),
    });
    let (text, origin, fault) = match found {
        Ok(Some(text)) => (text, Origin::Replaced, None),
        Ok(None) => (file.built_in(), Origin::BuiltIn, None),
        Err(why) => (file.built_in(), Origin::BuiltIn, Some(why)),
    };
    let replaced_at = match origin {
        Origin::BuiltIn => None,
        Origin::Replaced => written_at(&file.path(places)),
    };
    FactsStatus {
        file,
        name: file.name().to_owned(),
        origin,
        entries: entries(&text),
        version: version(&text),
        replaced_at,
        fault,
    }
}

/// Puts a file of facts in the place of the factory copy, after checking it whole. Which file it is, its content tells.
///
/// # Errors
/// `io` when it cannot be read or written, `invalid` naming the entry and what is wrong with it; nothing is changed then.
pub fn replace(places: &Places, from: &Path) -> Result<FactsStatus, Problem> {
    let text = bounded(from).map_err(|why| {
        Problem::new(Code::Io, format!("{} cannot be read: {why}.", from.display()), "Choose another file.")
    })?;
    let file = FactsFile::of(&text);
    file.check(&text).map_err(|fault| {
        let mut problem = Problem::invalid("file", format!("{} is not used: {fault}.", from.display()));
        problem.hint = "Mend that entry; what was in use stays in use.".to_owned();
        problem
    })?;
    put(places, file, &text).map_err(|error| {
        Problem::new(
            Code::Io,
            format!("{} cannot be written: {error}.", file.path(places).display()),
            "Look at the folder's rights and the free space.",
        )
    })?;
    Ok(status_of(places, file))
}

/// Goes back to the factory copies. The files in the folder are removed.
///
/// # Errors
/// `io` when a file cannot be removed.
pub fn restore(places: &Places) -> Result<Vec<FactsStatus>, Problem> {
    for file in FactsFile::ALL {
        match std::fs::remove_file(file.path(places)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let path = file.path(places);
                let message = format!("{} cannot be removed: {error}.", path.display());
                return Err(Problem::new(Code::Io, message, "Look at the folder's rights."));
            }
            _ => {}
        }
    }
    Ok(status(places))
}

/// The text of a file in the folder; `None` when there is none.
pub(super) fn read(places: &Places, file: FactsFile) -> Result<Option<String>, String> {
    let path = file.path(places);
    if !path.exists() {
        return Ok(None);
    }
    bounded(&path).map(Some)
}

fn bounded(path: &Path) -> Result<String, String> {
    let found = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !found.is_file() {
        return Err("it is no ordinary file".to_owned());
    }
    if found.len() > LARGEST {
        return Err(format!("it is larger than {} MiB", LARGEST / 1024 / 1024));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

// Written beside its place and moved there: a reader sees the old file or the new one, never half of it.
fn put(places: &Places, file: FactsFile, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(&places.facts)?;
    let beside = places.facts.join(format!("{}.new", file.name()));
    let written = std::fs::File::create(&beside).and_then(|mut new| {
        new.write_all(text.as_bytes())?;
        new.sync_all()
    });
    let moved = written.and_then(|()| std::fs::rename(&beside, file.path(places)));
    if moved.is_err() {
        // What is left of the attempt is of no use; the error is told.
        let _ = std::fs::remove_file(&beside);
    }
    moved
}

fn written_at(path: &Path) -> Option<Timestamp> {
    Timestamp::try_from(std::fs::metadata(path).ok()?.modified().ok()?).ok()
}

fn entries(text: &str) -> usize {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(entries)) => entries.len(),
        Ok(Value::Object(data)) => data.get("lifetimes").and_then(Value::as_array).map_or(0, Vec::len),
        _ => 0,
    }
}

fn version(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
