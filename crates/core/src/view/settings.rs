//! What a vault's operators have chosen for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;

/// Settings, kept encrypted in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct Settings {
    /// Light, dark or as the system has it.
    pub theme: Theme,
    /// Idle minutes until the vault locks itself; 0 is never.
    pub auto_lock_minutes: u16,
    /// *Verify certificate* of new servers (D1).
    pub default_certificate_check: DefaultCertificateCheck,
    /// Limit of a check, seconds.
    pub check_timeout_seconds: u16,
    /// Whether token scripts may run at all (TUF-27).
    pub token_scripts_allowed: bool,
    /// Whether the practice servers start with the window.
    pub practice_mode: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            theme: Theme::System,
            auto_lock_minutes: 5,
            default_certificate_check: DefaultCertificateCheck::Enable,
            check_timeout_seconds: 20,
            token_scripts_allowed: true,
            practice_mode: false,
        }
    }
}

impl Settings {
    /// Refuses values that make no sense.
    ///
    /// # Errors
    /// `invalid`, naming the field.
    pub fn validate(&self) -> Result<(), Problem> {
        if self.auto_lock_minutes > 24 * 60 {
            return Err(Problem::invalid(
                "auto_lock_minutes",
                "The vault locks after 1 to 1440 idle minutes; 0 is never.",
            ));
        }
        if !(1..=600).contains(&self.check_timeout_seconds) {
            return Err(Problem::invalid("check_timeout_seconds", "A check may take 1 to 600 seconds."));
        }
        Ok(())
    }
}

/// Colour scheme of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// *Verify certificate* of new servers (D1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DefaultCertificateCheck {
    /// Verified.
    #[default]
    Enable,
    /// Not verified.
    Disable,
}
