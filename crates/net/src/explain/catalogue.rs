//! Loading the catalogue and finding the entry that fits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use regex::Regex;

use super::entry::{Entry, Family};
use super::expression::compiled;
use super::families::{Heard, Question, questions};
use super::{Explanation, guess};
use crate::{Channel, Failure};

const BUILT_IN: &str = include_str!("../../data/error-codes.json");

/// Credenza's own findings, which no peer says in words; they stand beside whatever catalogue is in use.
const FINDINGS: &str = include_str!("../../data/findings.json");

/// A replacement file larger than this is not read. The built-in one has about 210 KB.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// Entries of a replacement file; the built-in one has about 340.
const MOST_ENTRIES: usize = 5_000;

/// The known failures. Cheap to make: the built-in data are parsed, and each family's expressions compiled, at first need.
#[derive(Debug, Default)]
pub struct Catalogue {
    families: OnceLock<BTreeMap<Family, Entries>>,
}

#[derive(Debug, Default)]
struct Entries {
    entries: Vec<Entry>,
    compiled: OnceLock<Vec<Option<Regex>>>,
}

impl Catalogue {
    /// The catalogue that came with the program.
    pub fn builtin() -> Catalogue {
        Catalogue::default()
    }

    /// A catalogue from a file that replaces the built-in one.
    ///
    /// # Errors
    /// In plain words, what is wrong with the file: unreadable, not complete, an unknown family or owner, an id used twice, an
    /// expression that does not compile. The caller keeps the built-in one and shows the words as a warning.
    pub fn load(path: &Path) -> Result<Catalogue, String> {
        Catalogue::read(&read_bounded(path)?).map_err(|fault| format!("{}: {fault}", path.display()))
    }

    /// A catalogue from the text of such a file.
    ///
    /// # Errors
    /// As [`Catalogue::load`], without the path.
    pub fn read(text: &str) -> Result<Catalogue, String> {
        let entries = parse(text)?;
        let families = by_family(with_findings(entries));
        for entries in families.values() {
            entries.compiled.get_or_init(|| entries.compile());
        }
        Ok(Catalogue { families: OnceLock::from(families) })
    }

    /// Explains a failure of a check. Unknown stays unknown.
    pub fn explain(&self, failure: &Failure) -> Explanation {
        self.answer(&[Heard::from_failure(failure)], &failure.raw)
    }

    /// Explains a reply that somebody pasted. Without a channel it is guessed from the shape of the text alone, and a text of
    /// no known shape is unknown.
    pub fn explain_text(&self, channel: Option<Channel>, host: Option<&str>, text: &str) -> Explanation {
        let heard = guess::heard(channel, host, text);
        self.answer(&heard, text)
    }

    /// The first entry that fits what was heard, asked in the order given.
    fn answer(&self, heard: &[Heard], raw: &str) -> Explanation {
        heard
            .iter()
            .flat_map(questions)
            .find_map(|question| self.ask(&question))
            .map_or_else(|| Explanation::unknown(raw), |entry| explanation(entry, raw))
    }

    fn ask(&self, question: &Question) -> Option<&Entry> {
        let entries = self.families().get(&question.family)?;
        question.texts.iter().find_map(|text| entries.best(text))
    }

    fn families(&self) -> &BTreeMap<Family, Entries> {
        self.families.get_or_init(|| {
            // A test parses and compiles the built-in data; if they were broken all the same, everything would be "unknown".
            by_family(with_findings(serde_json::from_str(BUILT_IN).unwrap_or_default()))
        })
    }
}

impl Entries {
    fn compile(&self) -> Vec<Option<Regex>> {
        self.entries.iter().map(|entry| compiled(&entry.pattern).ok()).collect()
    }

    /// The longest expression that matches; of equally long ones the one found later in the text.
    fn best(&self, text: &str) -> Option<&Entry> {
        let compiled = self.compiled.get_or_init(|| self.compile());
        let mut best: Option<((usize, usize), &Entry)> = None;
        for (entry, pattern) in self.entries.iter().zip(compiled) {
            let Some(found) = pattern.as_ref().and_then(|pattern| pattern.find(text)) else { continue };
            let rank = (entry.pattern.chars().count(), found.start());
            if best.is_none_or(|(held, _)| rank > held) {
                best = Some((rank, entry));
            }
        }
        best.map(|(_, entry)| entry)
    }
}

fn explanation(entry: &Entry, raw: &str) -> Explanation {
    Explanation {
        id: entry.id.clone(),
        title: entry.title.clone(),
        meaning: entry.meaning.clone(),
        causes: entry.likely_causes.clone(),
        steps: entry.fix_steps.clone(),
        who: entry.who.name().to_owned(),
        raw: raw.to_owned(),
        source: entry.source.clone(),
        retryable: entry.retryable,
        probably: !entry.verified,
    }
}

/// The entries and, where they have no entry of that id themselves, our own findings.
fn with_findings(mut entries: Vec<Entry>) -> Vec<Entry> {
    let findings: Vec<Entry> = serde_json::from_str(FINDINGS).unwrap_or_default();
    let known: BTreeSet<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    entries.extend(findings.into_iter().filter(|finding| !known.contains(&finding.id)));
    entries
}

fn by_family(entries: Vec<Entry>) -> BTreeMap<Family, Entries> {
    let mut families: BTreeMap<Family, Entries> = BTreeMap::new();
    for entry in entries {
        families.entry(entry.family).or_default().entries.push(entry);
    }
    families
}

/// Everything `data/README.md` asks of a file before it is used.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(text).map_err(|error| format!("not a JSON array of entries ({error})"))?;
    if rows.is_empty() {
        return Err("the file has no entries".to_owned());
    }
    if rows.len() > MOST_ENTRIES {
        return Err(format!("{} entries are more than {MOST_ENTRIES}", rows.len()));
    }
    let mut seen = BTreeSet::new();
    let mut entries = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let name = row.get("id").and_then(|id| id.as_str()).unwrap_or("without id").to_owned();
        let place = format!("entry {} ({name})", index + 1);
        let entry: Entry = serde_json::from_value(row).map_err(|error| format!("{place}: {error}"))?;
        let pattern =
            compiled(&entry.pattern).map_err(|error| format!("{place}: `match` does not compile: {error}"))?;
        if pattern.is_match("") {
            return Err(format!("{place}: `match` fits the empty text, so it would claim every failure"));
        }
        if entry.id.is_empty() || !seen.insert(entry.id.clone()) {
            return Err(format!("{place}: the id is empty or used twice"));
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// The text of the built-in catalogue, for whoever wants to start a file of their own from it.
pub fn built_in_text() -> &'static str {
    BUILT_IN
}

/// A facts file's text, if it is of a sensible size.
pub(super) fn read_bounded(path: &Path) -> Result<String, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    let size = std::fs::metadata(path).map_err(fault)?.len();
    if size > LARGEST_FILE {
        return Err(format!("{}: larger than {} MiB", path.display(), LARGEST_FILE / 1024 / 1024));
    }
    std::fs::read_to_string(path).map_err(fault)
}

#[cfg(test)]
pub(super) const fn findings_text() -> &'static str {
    FINDINGS
}
