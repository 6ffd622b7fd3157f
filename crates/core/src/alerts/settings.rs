//! What the operators of a vault have chosen for its alerts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;
use crate::check::parse_address;
use crate::due::Thresholds;

/// Thresholds lie between the day itself and ten years before.
const LONGEST_THRESHOLD: u16 = 3650;
/// More of them than this are a mistake.
const MOST_THRESHOLDS: usize = 20;
/// As many addresses as somebody may still mean to tell one by one.
const MOST_ADDRESSES: usize = 50;
/// One way, and one for when it fails.
const MOST_ROUTES: usize = 2;

/// The alerts of a vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct AlertSettings {
    /// Whether anybody is told. The events are written either way (QP-26).
    pub enabled: bool,
    /// Who gets the mail (QP-27); each gets one of their own.
    pub addresses: Vec<String>,
    /// When; an item of the horizon may have days of its own.
    pub thresholds: Thresholds,
    /// By which ways, in order: the second is for what the first cannot tell.
    pub routes: Vec<AlertRoute>,
}

/// A way of telling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
#[ts(export)]
pub enum AlertRoute {
    /// Mail to the addresses.
    Mail {
        /// The mail server that sends it, by id or name; its *Email address* is the sender.
        credential: String,
    },
    /// A request with the facts as JSON, signed as the webhook signs.
    Webhook {
        /// The webhook, by id or name.
        credential: String,
    },
    /// A notification on this desktop, while the program runs.
    Desktop,
    /// Exit code 10 of `credenza check`: whatever started it takes it from there.
    ExitCode,
}

impl Default for AlertSettings {
    fn default() -> AlertSettings {
        AlertSettings {
            enabled: true,
            addresses: Vec::new(),
            thresholds: Thresholds::default(),
            routes: vec![AlertRoute::Desktop],
        }
    }
}

impl AlertRoute {
    /// The name in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            AlertRoute::Mail { .. } => "mail",
            AlertRoute::Webhook { .. } => "webhook",
            AlertRoute::Desktop => "desktop",
            AlertRoute::ExitCode => "exit_code",
        }
    }

    /// The credential it goes by.
    pub fn credential(&self) -> Option<&str> {
        match self {
            AlertRoute::Mail { credential } | AlertRoute::Webhook { credential } => Some(credential),
            AlertRoute::Desktop | AlertRoute::ExitCode => None,
        }
    }

    /// The same by this credential.
    pub(crate) fn by(self, id: String) -> AlertRoute {
        match self {
            AlertRoute::Mail { .. } => AlertRoute::Mail { credential: id },
            AlertRoute::Webhook { .. } => AlertRoute::Webhook { credential: id },
            other => other,
        }
    }
}

impl AlertSettings {
    /// The same in order: addresses trimmed and each once, days falling and each once.
    ///
    /// # Errors
    /// `invalid`, naming the field, for what makes no sense without a look at the vault.
    pub fn checked(mut self) -> Result<AlertSettings, Problem> {
        self.addresses = addresses(&self.addresses, "addresses")?;
        let days = &mut self.thresholds.days;
        days.sort_unstable_by(|a, b| b.cmp(a));
        days.dedup();
        if days.len() > MOST_THRESHOLDS || days.first().is_some_and(|most| *most > LONGEST_THRESHOLD) {
            let words = format!("At most {MOST_THRESHOLDS} thresholds, each of at most {LONGEST_THRESHOLD} days.");
            return Err(Problem::invalid("thresholds.days", words));
        }
        if days.is_empty() && !self.thresholds.daily_after {
            let words = "Without a threshold nobody would ever be told. Enter one, or switch alerts off.";
            return Err(Problem::invalid("thresholds.days", words));
        }
        self.checked_routes()?;
        Ok(self)
    }

    fn checked_routes(&self) -> Result<(), Problem> {
        let refuse = |words: &str| Err(Problem::invalid("routes", words));
        if self.enabled && self.routes.is_empty() {
            return refuse("Choose a way by which alerts go out, or switch alerts off.");
        }
        if self.routes.len() > MOST_ROUTES {
            return refuse("There are two ways: one, and one for when it fails.");
        }
        if matches!(self.routes.as_slice(), [one, two] if one == two) {
            return Err(Problem::invalid("routes.1", "The second way is the first once more: it would fail with it."));
        }
        let by_mail = self.routes.iter().any(|route| matches!(route, AlertRoute::Mail { .. }));
        if self.enabled && by_mail && self.addresses.is_empty() {
            return Err(Problem::invalid("addresses", "Alerts go by mail, and there is no address to send them to."));
        }
        Ok(())
    }
}

/// Mail addresses, trimmed, each once.
///
/// # Errors
/// `invalid` with `field` and its number for what is no address.
pub(crate) fn addresses(given: &[String], field: &str) -> Result<Vec<String>, Problem> {
    let mut kept: Vec<String> = Vec::new();
    for (at, text) in given.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).enumerate() {
        let address = parse_address(&format!("{field}.{at}"), text)?;
        if !kept.iter().any(|known| known.eq_ignore_ascii_case(&address)) {
            kept.push(address);
        }
    }
    if kept.len() > MOST_ADDRESSES {
        return Err(Problem::invalid(field, format!("At most {MOST_ADDRESSES} addresses.")));
    }
    Ok(kept)
}
