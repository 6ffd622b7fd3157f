//! The facts that Credenza shows (explanations, retirements) as files that can be replaced without a new build.
//!
//! The factory copy is compiled in and never touched: a file in the facts folder stands before it, and goes when it is
//! removed.

mod file;

pub use file::{FactsFile, FactsStatus, Origin, replace, restore, status};

use std::sync::Arc;

use credenza_net::{Catalogue, Lifetimes, lifetimes, read_lifetimes};

use crate::Places;

/// The facts in use.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What a failure means.
    pub catalogue: Arc<Catalogue>,
    /// How long things live, and what is being retired; `None` only if the compiled-in file were broken.
    pub lifetimes: Option<Arc<Lifetimes>>,
}

impl Default for Facts {
    fn default() -> Facts {
        Facts { catalogue: Arc::new(Catalogue::builtin()), lifetimes: lifetimes().cloned().map(Arc::new) }
    }
}

impl Facts {
    /// The facts of the folder where there are any and they are sound, else the factory copy; with the reasons why a file
    /// was not used.
    pub fn of(places: &Places) -> (Facts, Option<String>) {
        let mut facts = Facts::default();
        let mut refused = Vec::new();
        match file::read(places, FactsFile::ErrorCodes).map(|text| text.map(|text| Catalogue::read(&text))) {
            Ok(Some(Ok(catalogue))) => facts.catalogue = Arc::new(catalogue),
            Ok(Some(Err(why))) | Err(why) => refused.push(format!("{}: {why}", FactsFile::ErrorCodes.name())),
            Ok(None) => {}
        }
        match file::read(places, FactsFile::Lifetimes).map(|text| text.map(|text| read_lifetimes(&text))) {
            Ok(Some(Ok(data))) => facts.lifetimes = Some(Arc::new(data)),
            Ok(Some(Err(why))) | Err(why) => refused.push(format!("{}: {why}", FactsFile::Lifetimes.name())),
            Ok(None) => {}
        }
        (facts, (!refused.is_empty()).then(|| refused.join("; ")))
    }
}

#[cfg(test)]
mod tests;
