//! An unlocked vault in the hands of an operator: everything that the shells call.

mod again;
mod alerts;
mod certificates;
mod checks;
mod credentials;
mod estimates;
mod facts;
mod gate;
mod handover;
mod held;
mod horizon;
mod inventory;
mod inventory_import;
mod inventory_match;
mod many;
mod office;
mod overview;
mod readiness;
mod results;
mod rotation;
mod rows;
mod saving;
mod subject;
mod sunset;
mod tokens;
mod trust;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use credenza_net::{Catalogue, Lifetimes};
use credenza_vault::{Clock, RecordHead, Role, SystemClock, Vault};
use secrecy::SecretString;
use uuid::Uuid;

pub use alerts::{DesktopNotice, DueOptions, Noted, look};
pub use checks::{CheckRequest, EmailDraft, RunOptions};
pub use credentials::SaveRequest;
pub use inventory::InventoryOptions;
pub use many::{Cause, ManyOptions, ManyOutcome, ManyProgress, ManyResult, ManyRow, ManyTold};
pub use rotation::TriedNext;

pub use tokens::{Intent, TokenDue, TokenState};

use crate::credential::Credential;
use crate::facts::Facts;
use crate::{Places, Problem};

/// An unlocked vault with the rules on top. Dropping it locks the vault.
pub struct Workspace {
    vault: Vault,
    clock: Arc<dyn Clock>,
    facts: RwLock<Facts>,
    gate: gate::Gate,
    /// Refresh tokens that a provider replaced while an unsaved form was tested: digest of the old one, and the new one.
    rotated: Mutex<HashMap<[u8; 32], SecretString>>,
    /// Sign-ins on forms that are not saved yet.
    held: held::HeldSignIns,
    first_page: overview::FirstPage,
}

impl Workspace {
    /// Puts the rules on an unlocked vault.
    pub fn new(vault: Vault) -> Workspace {
        Workspace {
            vault,
            clock: Arc::new(SystemClock),
            facts: RwLock::default(),
            gate: gate::Gate::default(),
            rotated: Mutex::default(),
            held: held::HeldSignIns::default(),
            first_page: overview::FirstPage::default(),
        }
    }

    /// The same with another clock, for tests of dates.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Workspace {
        self.clock = clock;
        self
    }

    /// The same with the facts that lie in the platform's facts folder, as far as there are any and they are sound.
    /// The second value says why some were not used.
    pub fn with_facts(self, places: &Places) -> (Workspace, Option<String>) {
        let refused = self.reload_facts(places);
        (self, refused)
    }

    /// Takes the facts of the folder as they are now; checks that begin from here on use them. Says why some were not used.
    pub fn reload_facts(&self, places: &Places) -> Option<String> {
        let (facts, refused) = Facts::of(places);
        *self.facts.write().unwrap_or_else(PoisonError::into_inner) = facts;
        self.first_page.forget();
        refused
    }

    /// The vault beneath, for slots, sessions and whole-file work.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The explanations in use.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.facts.read().unwrap_or_else(PoisonError::into_inner).catalogue)
    }

    /// The announced lifetimes and retirements in use.
    pub fn lifetimes(&self) -> Option<Arc<Lifetimes>> {
        self.facts.read().unwrap_or_else(PoisonError::into_inner).lifetimes.clone()
    }

    /// The id that a name or id text stands for.
    ///
    /// # Errors
    /// `not_found`.
    pub fn resolve(&self, reference: &str) -> Result<Uuid, Problem> {
        self.head(reference).map(|head| head.id)
    }

    fn head(&self, reference: &str) -> Result<RecordHead, Problem> {
        let missing = || Problem::not_found(format_args!("credential \u{201c}{reference}\u{201d}"));
        if let Ok(id) = reference.parse::<Uuid>()
            && let Ok(head) = self.vault.head(id)
        {
            return Ok(head);
        }
        match self.vault.head_by_name(reference) {
            Err(error) if error.code() == "not_found" => Err(missing()),
            other => Ok(other?),
        }
    }

    /// Refuses anyone but an administrator.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn require_administrator(&self, what: &str) -> Result<(), Problem> {
        let operator = self.vault.operator();
        if operator.role == Role::Administrator {
            return Ok(());
        }
        let message = format!("{} has the role helpdesk and may not {what}.", operator.name);
        Err(Problem::forbidden(message, "Ask an administrator of this vault to do it."))
    }
}

/// The credential of a stored record, with masks.
fn credential_of(head: &RecordHead) -> Result<Credential, Problem> {
    let broken = |problem: Problem| {
        Problem::new(
            crate::Code::Damaged,
            format!("The record {} cannot be read: {}", head.id, problem.message),
            "Restore a backup, or remove the record.",
        )
    };
    Credential::from_map((*head.meta).clone()).map(|credential| credential.with_masks(&head.masks)).map_err(broken)
}

#[cfg(test)]
mod held_tests;
#[cfg(test)]
mod overview_tests;
#[cfg(test)]
mod role_tests;
#[cfg(test)]
mod sunset_tests;

#[cfg(test)]
mod inventory_gone_tests;
#[cfg(test)]
mod inventory_tests;
