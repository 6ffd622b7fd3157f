//! An event of the audit log as one plain sentence.

use credenza_vault::{Event, EventAction};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::credential::field_label;

/// One line of the Events page.
#[derive(Debug, Clone, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct EventRow {
    /// Position in the log, from 1.
    #[ts(type = "number")]
    pub seq: u64,
    /// When.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Who.
    pub operator: String,
    /// Category, such as `credential`.
    pub category: String,
    /// Action, such as `credential_added`.
    pub action: String,
    /// One plain sentence.
    pub text: String,
    /// The credential it is about.
    pub credential_id: Option<Uuid>,
}

/// The line of an event.
pub fn event_row(event: &Event) -> EventRow {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let action = serde_json::to_value(&event.action).unwrap_or_default();
    EventRow {
        seq: event.seq,
        at: event.at,
        operator: event.operator.clone(),
        category: word(serde_json::to_value(event.category).unwrap_or_default()),
        credential_id: action.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok()),
        action: word(action.get("action").cloned().unwrap_or_default()),
        text: sentence(&event.action),
    }
}

fn sentence(action: &EventAction) -> String {
    use EventAction as A;
    match action {
        A::VaultCreated => "The vault was created.".into(),
        A::VaultUnlocked { slot_kind } => format!("The vault was unlocked with {}.", slot_words(slot_kind)),
        A::VaultUnlockFailed {} => "Unlocking the vault failed.".into(),
        A::VaultLocked => "The vault was locked.".into(),
        A::VaultBackedUp => "A backup was written.".into(),
        A::VaultRestored => "The vault was restored from a backup.".into(),
        A::SessionStarted { minutes } => format!("A session for scripts was started for {minutes} minutes."),
        A::SessionsEnded => "All sessions for scripts were ended.".into(),
        A::CredentialAdded { name, .. } => format!("\u{201c}{name}\u{201d} was added."),
        A::CredentialEdited { name, fields, .. } => {
            format!("\u{201c}{name}\u{201d} was edited: {}.", fields.join(", "))
        }
        A::CredentialRemoved { name, .. } => format!("\u{201c}{name}\u{201d} was removed."),
        A::EndpointRebound { name, .. } => {
            format!("The stored secrets of \u{201c}{name}\u{201d} were allowed to go to a new address.")
        }
        A::RotationStarted { .. }
        | A::RotationCancelled { .. }
        | A::RotationTested { .. }
        | A::RotationSwitched { .. }
        | A::RotationReturned { .. }
        | A::RotationRevoked { .. }
        | A::RotationOldRemoved { .. }
        | A::RotationUseNoted { .. }
        | A::MainPasswordChanged { .. }
        | A::CredentialSuspected { .. } => rotation_sentence(action),
        A::CheckStarted { name, kind, draft, .. } => {
            format!(
                "{} of \u{201c}{name}\u{201d}{} was started.",
                check_words(kind),
                if *draft { " (unsaved form)" } else { "" }
            )
        }
        A::CheckFinished { name, kind, outcome, failed_stage, .. } => match failed_stage {
            Some(stage) => format!("{} of \u{201c}{name}\u{201d} failed at stage {stage}.", check_words(kind)),
            None => format!("{} of \u{201c}{name}\u{201d} ended: {outcome}.", check_words(kind)),
        },
        A::ChecksFinished { passed, warning, failed, cancelled } => {
            many_words((*passed, *warning, *failed, *cancelled))
        }
        A::SecretRevealIntended { name, field, .. } => {
            format!("{field} of \u{201c}{name}\u{201d} was about to be revealed.")
        }
        A::TokenRevealIntended { name, .. } => {
            format!("The access token of \u{201c}{name}\u{201d} was about to be revealed.")
        }
        A::ScriptStarted { name, .. } => format!("The token script of \u{201c}{name}\u{201d} was started."),
        A::TokenStored { name, .. } => format!("An access token for \u{201c}{name}\u{201d} was fetched and kept."),
        A::RefreshTokenRotated { name, .. } => {
            format!("The provider replaced the refresh token of \u{201c}{name}\u{201d}; the new one is stored.")
        }
        A::TokenKeptAlive { name, .. } => {
            format!("The refresh token of \u{201c}{name}\u{201d} was used to keep it alive.")
        }
        A::TokenStopped { name, .. } => format!(
            "\u{201c}{name}\u{201d} stopped: it needs a new refresh token. Whatever uses it waits for a fetch that works."
        ),
        A::TokenInDoubt { name, .. } => format!(
            "The refresh token of \u{201c}{name}\u{201d} may be lost: it was sent, and its answer was never stored."
        ),
        A::TokenResumed { name, .. } => {
            format!("A token of \u{201c}{name}\u{201d} was fetched again; whatever uses it goes on.")
        }
        A::MailSent { name, recipients, .. } => {
            format!("Mail for {recipients} recipient(s) was accepted by \u{201c}{name}\u{201d}.")
        }
        A::RequestSent { name, method, status, .. } => match status {
            Some(status) => format!("{method} over \u{201c}{name}\u{201d} was answered with {status}."),
            None => format!("{method} over \u{201c}{name}\u{201d} got no answer."),
        },
        A::ApplicationMuted { name, app_id, muted, .. } => {
            let what = if *muted { "muted" } else { "no longer muted" };
            format!("The application {app_id}, read from Entra with \u{201c}{name}\u{201d}, was {what}.")
        }
        A::DirectoryGone { name, item, .. } => {
            format!("{item} of \u{201c}{name}\u{201d} is gone from the directory that reported it.")
        }
        A::SlotAdded { slot_kind, .. } => format!("A way to unlock was added: {}.", slot_words(slot_kind)),
        A::SlotRemoved { slot_kind, .. } => format!("A way to unlock was removed: {}.", slot_words(slot_kind)),
        A::ExpiryItemChanged { name, item, fields, .. } => {
            format!("{item} of \u{201c}{name}\u{201d} on the horizon: {}.", fields.join(", "))
        }
        A::ExpiryAlert { name, item, on, days, .. } => {
            format!("{item} of \u{201c}{name}\u{201d} {} ({on}).", crate::alerts::ends(*days))
        }
        A::AlertSent { route, name, items, recipients } => sent_words((route, name), *items, *recipients),
        A::AlertRouteFailed { route, name, reason, stage, items } => format!(
            "{} did not tell of {}: {}.",
            route_words(route, name),
            dates(*items),
            crate::alerts::reason_words(reason, stage.as_deref())
        ),
        A::AlertUndelivered { items } => {
            format!("Nobody could be told of {}; the next check tries again.", dates(*items))
        }
        A::SubscribersAlerted { name, recovered, recipients, .. } => format!(
            "{recipients} subscriber(s) were told that \u{201c}{name}\u{201d} {}.",
            if *recovered { "works again" } else { "fails" }
        ),
        A::SettingsChanged { keys } => format!("Settings were changed: {}.", keys.join(", ")),
        A::PracticeStarted => "Practice mode was switched on.".into(),
        A::PracticeStopped => "Practice mode was switched off.".into(),
    }
}

fn rotation_sentence(action: &EventAction) -> String {
    use EventAction as A;
    match action {
        A::RotationStarted { name, field, .. } => {
            format!("The next {} of \u{201c}{name}\u{201d} was entered.", field_label(field))
        }
        A::RotationCancelled { name, field, .. } => {
            format!("The next {} of \u{201c}{name}\u{201d} was discarded.", field_label(field))
        }
        A::RotationTested { name, field, outcome, .. } => {
            format!("The next {} of \u{201c}{name}\u{201d} was tested: {outcome}.", field_label(field))
        }
        A::RotationSwitched { name, field, keep_until, overruled, .. } => {
            let word = if *overruled { " against the advice of the rotation assistant" } else { "" };
            let label = field_label(field);
            format!(
                "\u{201c}{name}\u{201d} was switched to its next {label}{word}; the old one is kept until {keep_until}."
            )
        }
        A::RotationReturned { name, field, .. } => {
            format!("\u{201c}{name}\u{201d} was returned to its old {}.", field_label(field))
        }
        A::RotationRevoked { name, field, .. } => {
            format!("The old {} of \u{201c}{name}\u{201d} was ticked off as revoked.", field_label(field))
        }
        A::RotationOldRemoved { name, field, .. } => {
            format!("The old {} of \u{201c}{name}\u{201d} was removed: its time was over.", field_label(field))
        }
        A::RotationUseNoted { name, field, number, done, .. } => {
            let what = if *done { "ticked off" } else { "noted as open" };
            format!("Use {number} of the {} of \u{201c}{name}\u{201d} was {what}.", field_label(field))
        }
        A::MainPasswordChanged { credentials } => {
            format!(
                "The main password of an account was changed; {credentials} credential(s) with an app password are suspect."
            )
        }
        A::CredentialSuspected { name, .. } => {
            format!("\u{201c}{name}\u{201d} is suspect: the main password of its account was changed.")
        }
        _ => String::new(),
    }
}

fn many_words((passed, warning, failed, cancelled): (u32, u32, u32, u32)) -> String {
    let total = passed + warning + failed + cancelled;
    let stopped = if cancelled == 0 { String::new() } else { format!(", {cancelled} stopped before their end") };
    format!(
        "{total} credentials were tested in one go: {passed} passed, {warning} with a warning, {failed} failed{stopped}."
    )
}

fn sent_words((route, name): (&str, &str), items: u32, recipients: u32) -> String {
    let told = format!("{} told of {}", route_words(route, name), dates(items));
    match recipients {
        0 => format!("{told}."),
        1 => format!("{told}: 1 address."),
        many => format!("{told}: {many} addresses."),
    }
}

fn dates(items: u32) -> String {
    if items == 1 { "1 date".into() } else { format!("{items} dates") }
}

fn route_words(route: &str, name: &str) -> String {
    match route {
        "mail" => format!("Mail by \u{201c}{name}\u{201d}"),
        "webhook" => format!("The webhook \u{201c}{name}\u{201d}"),
        "desktop" => "The desktop notification".into(),
        _ => "The exit code".into(),
    }
}

fn slot_words(kind: &credenza_vault::SlotKind) -> &'static str {
    match kind {
        credenza_vault::SlotKind::Passphrase => "a passphrase",
        credenza_vault::SlotKind::Device => "this device",
        credenza_vault::SlotKind::Recovery => "a recovery code",
    }
}

fn check_words(kind: &str) -> &'static str {
    match kind {
        "email" => "Send test email",
        "token" => "Fetch Token",
        "action" => "Test Action",
        "inventory" => "Read from Entra",
        _ => "Test connection",
    }
}
