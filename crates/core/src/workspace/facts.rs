//! The explanations of this machine, as an open window changes them.

use std::path::Path;

use credenza_vault::EventAction;

use super::Workspace;
use crate::facts::{self, FactsStatus};
use crate::{Places, Problem};

impl Workspace {
    /// Puts a file of facts in the place of the factory copy, or goes back to it; checks that begin from here on use it.
    ///
    /// # Errors
    /// As [`facts::replace`] and [`facts::restore`]; `forbidden` for anyone but an administrator.
    pub fn change_facts(&self, places: &Places, from: Option<&Path>) -> Result<Vec<FactsStatus>, Problem> {
        self.require_administrator("replace the explanations")?;
        match from {
            Some(file) => drop(facts::replace(places, file)?),
            None => drop(facts::restore(places)?),
        }
        if let Some(reason) = self.reload_facts(places) {
            tracing::warn!(reason, "some facts in the folder were not used");
        }
        self.vault.append(EventAction::SettingsChanged { keys: vec!["explanations".into()] })?;
        Ok(facts::status(places))
    }
}
