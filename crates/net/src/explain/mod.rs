//! What a failure means and who must mend it: the catalogue of known failures, kept as data.
//!
//! Nothing in the program decides anything by an entry's code, title or owner (`data/README.md`).

mod catalogue;
mod causes;
mod entry;
mod evidence;
mod expression;
mod families;
mod guess;
mod lifetimes;
mod mail_text;
mod providers;
mod signs;
mod web_text;

pub use catalogue::{Catalogue, built_in_text};
pub use lifetimes::{
    Lifetime, Lifetimes, RetirementStep, RetirementTimetable, lifetimes, load_lifetimes, read_lifetimes,
};
pub use providers::{AltPort, Provider, ProviderKind, ProviderTls, load_providers, providers};

use serde::{Deserialize, Serialize};

/// What happened, in plain words, with what to do and who has to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
pub struct Explanation {
    /// The id of the entry in `error-codes.json`, or `unknown`.
    pub id: String,
    /// Headline.
    pub title: String,
    /// What happened; empty when unknown.
    pub meaning: String,
    /// Likely causes, most likely first.
    pub causes: Vec<String>,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Who has to act (`you`, `entra_admin`, …); empty when unknown.
    pub who: String,
    /// The peer's own words, redacted, as they came.
    pub raw: String,
    /// Where the explanation was read; empty when unknown.
    pub source: String,
    /// The same request may work later without a change.
    pub retryable: bool,
    /// The entry stands on general knowledge: show it with "probably".
    pub probably: bool,
}

impl Explanation {
    /// An explanation that explains nothing: no guess, only the raw text.
    pub(crate) fn unknown(raw: &str) -> Explanation {
        Explanation {
            id: "unknown".to_owned(),
            title: "This answer is not in the catalogue".to_owned(),
            meaning: String::new(),
            causes: Vec::new(),
            steps: Vec::new(),
            who: String::new(),
            raw: raw.to_owned(),
            source: String::new(),
            retryable: false,
            probably: false,
        }
    }

    /// Whether nothing is known about the failure.
    pub fn is_unknown(&self) -> bool {
        self.id == "unknown"
    }
}

#[cfg(test)]
mod findings_tests;
#[cfg(test)]
mod tests;
