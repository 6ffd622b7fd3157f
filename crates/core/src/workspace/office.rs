//! Settings, events and the like: what belongs to the vault as a whole.

use credenza_vault::{EventAction, EventFilter};
use serde_json::Value;

use super::Workspace;
use crate::Problem;
use crate::view::{EventRow, Settings, event_row};

const SETTINGS: &str = "settings";

impl Workspace {
    /// The settings of this vault; defaults for what was never set.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn settings(&self) -> Result<Settings, Problem> {
        let stored = self.vault.document(SETTINGS, SETTINGS)?;
        // A setting that a later version wrote and this one does not know must not lock anyone out: defaults then.
        Ok(stored.and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default())
    }

    /// Replaces the settings; the event names those that changed.
    ///
    /// # Errors
    /// `invalid`, `forbidden`.
    pub fn save_settings(&self, settings: Settings) -> Result<Settings, Problem> {
        settings.validate()?;
        let before = serde_json::to_value(self.settings()?).unwrap_or_default();
        let after = serde_json::to_value(&settings).unwrap_or_default();
        let keys = changed_keys(&before, &after);
        if keys.is_empty() {
            return Ok(settings);
        }
        // How the window looks is anyone's own choice; everything else is an administrator's.
        if keys.iter().any(|key| key != "theme") {
            self.require_administrator("change settings")?;
        }
        let body = serde_json::to_vec(&settings).map_err(|error| Problem::internal(format!("settings: {error}")))?;
        self.vault.append(EventAction::SettingsChanged { keys })?;
        self.vault.put_document(SETTINGS, SETTINGS, &body)?;
        Ok(settings)
    }

    /// The audit log, newest first.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<EventRow>, Problem> {
        Ok(self.vault.events(filter)?.iter().map(event_row).collect())
    }

    /// Writes down that a person unlocked the vault, and by which way.
    ///
    /// # Errors
    /// Whatever writing the vault may fail with; a read-only vault keeps no log.
    pub fn note_unlocked(&self) -> Result<(), Problem> {
        self.vault.append(EventAction::VaultUnlocked { slot_kind: self.vault.unlocked_with().kind })?;
        Ok(())
    }

    /// Writes down that practice mode was switched.
    ///
    /// # Errors
    /// Whatever writing the vault may fail with.
    pub fn note_practice(&self, on: bool) -> Result<(), Problem> {
        self.vault.append(if on { EventAction::PracticeStarted } else { EventAction::PracticeStopped })?;
        Ok(())
    }
}

pub(super) fn changed_keys(before: &Value, after: &Value) -> Vec<String> {
    let keys = after.as_object().into_iter().flatten();
    keys.filter(|(key, value)| before.get(key.as_str()) != Some(*value)).map(|(key, _)| key.clone()).collect()
}
