//! The settings of alerts, kept encrypted in the vault.

use credenza_vault::{Batch, EventAction};
use serde_json::Value;

use super::super::Workspace;
use super::super::again::until_alone;
use super::super::office::changed_keys;
use crate::alerts::{AlertRoute, AlertSettings, ends};
use crate::credential::{CredentialType, merge_patch};
use crate::horizon::HorizonFilter;
use crate::{Code, Problem};

/// Document kind and key of the settings.
const SETTINGS: &str = "alerts";

impl Workspace {
    /// The alerts of this vault; defaults for what was never set. Routes name their credentials by id.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with; `damaged` for settings that cannot be read: alerts never fall silent by
    /// falling back to defaults.
    pub fn alert_settings(&self) -> Result<AlertSettings, Problem> {
        read(self.vault.document(SETTINGS, SETTINGS)?.as_deref())
    }

    /// Applies a JSON merge patch (RFC 7396) to the settings of alerts: two that change different things at once both count.
    ///
    /// # Errors
    /// As [`Workspace::alert_settings`]; `invalid`, naming the field: what makes no settings, what [`AlertSettings::checked`]
    /// refuses, a route by a credential that is not there or of another type, one that depends on something that ends, two
    /// that depend on the same. `forbidden` for anyone but an administrator.
    pub fn patch_alert_settings(&self, patch: &Value) -> Result<AlertSettings, Problem> {
        self.require_administrator("change alerts")?;
        until_alone(|| {
            let seen = self.vault.document(SETTINGS, SETTINGS)?;
            let mut settings = value(&read(seen.as_deref())?);
            merge_patch(&mut settings, patch);
            let settings: AlertSettings = serde_json::from_value(settings).map_err(|error| {
                let message = format!("These are no settings of alerts: {error}.");
                let hint = "`credenza alerts show --json` shows what they look like; nothing was changed.";
                Problem::new(Code::Invalid, message, hint).at("from")
            })?;
            self.put_alert_settings(settings, seen.as_deref())
        })
    }

    fn put_alert_settings(&self, settings: AlertSettings, seen: Option<&Vec<u8>>) -> Result<AlertSettings, Problem> {
        let mut settings = settings.checked()?;
        // What cannot be read is replaced.
        let before = read(seen).unwrap_or_default();
        for (at, route) in settings.routes.iter_mut().enumerate() {
            let known = before.routes.contains(route);
            *route = self.checked_route(route.clone(), known).map_err(|problem| problem.at(format!("routes.{at}")))?;
        }
        self.refuse_twins(&settings.routes)?;
        let keys: Vec<String> =
            changed_keys(&value(&before), &value(&settings)).iter().map(|key| format!("alerts.{key}")).collect();
        let body = serde_json::to_vec(&settings).map_err(|error| Problem::internal(format!("{SETTINGS}: {error}")))?;
        let mut batch = Batch::new();
        batch.unless_changed(SETTINGS, SETTINGS, seen.map(Vec::as_slice));
        if !keys.is_empty() {
            batch.event(EventAction::SettingsChanged { keys });
        }
        batch.document(SETTINGS, SETTINGS, body);
        self.vault.commit(batch)?;
        Ok(settings)
    }

    /// The route with its credential by id.
    fn checked_route(&self, route: AlertRoute, known: bool) -> Result<AlertRoute, Problem> {
        let Some(reference) = route.credential() else { return Ok(route) };
        let head = self.head(reference)?;
        let wanted = if route.word() == "mail" { CredentialType::MailServer } else { CredentialType::Webhook };
        if CredentialType::of(&head.record_type) != Some(wanted) {
            let words = format!("\u{201c}{}\u{201d} is no {}.", head.name, wanted.word().replace('_', " "));
            return Err(Problem::invalid("routes", words));
        }
        let sender = head.meta.get("sender").and_then(Value::as_str).unwrap_or_default();
        if wanted == CredentialType::MailServer && sender.trim().is_empty() {
            let words = format!("\u{201c}{}\u{201d} has no Email address: alerts would have no sender.", head.name);
            return Err(Problem::invalid("routes", words));
        }
        // A route that is in use already may stay: whoever adds an address is not to be stopped by it, and a run passes over it.
        if !known {
            self.refuse_ending(&route.clone().by(head.id.to_string()))?;
        }
        Ok(route.by(head.id.to_string()))
    }

    /// A route that something ending carries would fail just when it is needed.
    fn refuse_ending(&self, route: &AlertRoute) -> Result<(), Problem> {
        let way = self.way(route.clone());
        let (thresholds, today) = (self.alert_settings().unwrap_or_default().thresholds, self.today());
        let items = self.horizon(&HorizonFilter::default())?;
        let ending = items.iter().find(|item| {
            !item.muted
                && way.depends.contains(&item.credential_id)
                && thresholds.of(item).passed(item.on, today).is_some()
        });
        let Some(item) = ending else { return Ok(()) };
        let message = format!(
            "Alerts would depend on what they warn of: {} of \u{201c}{}\u{201d} {} ({}).",
            item.item,
            item.credential_name,
            ends(item.days),
            item.on
        );
        let hint = "Renew it first, or choose a way that does not need it.";
        Err(Problem { hint: hint.into(), ..Problem::invalid("routes", message) })
    }

    /// Two ways that need the same thing fail together.
    fn refuse_twins(&self, routes: &[AlertRoute]) -> Result<(), Problem> {
        let [one, two] = routes else { return Ok(()) };
        let (one, two) = (self.way(one.clone()), self.way(two.clone()));
        let shared = one.depends.iter().find(|id| two.depends.contains(id));
        let Some(head) = shared.and_then(|id| self.vault.head(*id).ok()) else { return Ok(()) };
        let message = format!("Both ways need \u{201c}{}\u{201d}: the second would fail with the first.", head.name);
        Err(Problem::invalid("routes.1", message))
    }
}

fn read(body: Option<&Vec<u8>>) -> Result<AlertSettings, Problem> {
    let Some(body) = body else { return Ok(AlertSettings::default()) };
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("The settings of alerts cannot be read: {error}.");
        Problem::new(Code::Damaged, message, "Use the version of Credenza that wrote them, or save them anew.")
    })
}

fn value(settings: &AlertSettings) -> Value {
    serde_json::to_value(settings).unwrap_or(Value::Null)
}
