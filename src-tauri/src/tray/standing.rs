//! What stands next, in the one line of the tray's menu.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use credenza_core::{Problem, Workspace, alerts::ends, horizon::HorizonFilter, vault::RecordHead};
use jiff::{Timestamp, tz::TimeZone};

use crate::state::Shell;

/// Dates move with the day, and with what other programs write.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// The line, and what it was made from.
#[derive(Default)]
pub(crate) struct Standing {
    line: String,
    /// Of the unlocked vault: the records as they were, and when.
    read: Option<(Weak<Vec<RecordHead>>, Instant)>,
}

impl Standing {
    /// One sentence without a secret; while the vault is locked also without a name.
    pub(crate) fn line(&self) -> &str {
        &self.line
    }

    /// As it is now. An unlocked vault is read again when its records changed, after a look, and each minute.
    pub(crate) fn refreshed(self, shell: &Shell, looked: bool) -> Standing {
        let Ok(workspace) = shell.workspace() else {
            let exists = shell.status().map_or(true, |status| status.exists);
            let failed = shell.file().failed_look().map(|failed| failed.at);
            return Standing { line: locked(exists, failed), read: None };
        };
        let heads = shell.heads().map_or_else(Weak::new, |heads| Arc::downgrade(&heads));
        let fresh = |(of, at): &(Weak<Vec<RecordHead>>, Instant)| of.ptr_eq(&heads) && at.elapsed() < GOOD_FOR;
        if !looked && self.read.as_ref().is_some_and(fresh) {
            return self;
        }
        let line = unlocked(&workspace).unwrap_or_else(|problem| {
            tracing::warn!(problem.message, "the tray icon cannot say what stands next");
            "Could not look at the dates".to_owned()
        });
        Standing { line, read: Some((heads, Instant::now())) }
    }
}

fn locked(exists: bool, failed: Option<Timestamp>) -> String {
    match (exists, failed) {
        (false, _) => "No vault yet".to_owned(),
        (true, Some(at)) => could_not(at),
        (true, None) => "Vault locked".to_owned(),
    }
}

fn unlocked(workspace: &Workspace) -> Result<String, Problem> {
    let watch = workspace.watch()?;
    if let Some(at) = watch.failed_at {
        return Ok(could_not(at));
    }
    let next = workspace.horizon(&HorizonFilter::default())?.into_iter().next();
    Ok(match next {
        None => "No date is known on which something ends".to_owned(),
        Some(item) if item.days < 0 => format!("{} of {} {}", item.item, item.credential_name, ends(item.days)),
        Some(item) => format!("Next: {} of {} {}", item.item, item.credential_name, ends(item.days)),
    })
}

/// "Could not look" is never "nothing ends".
fn could_not(since: Timestamp) -> String {
    format!("Could not look since {}", since.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d9_a_locked_vault_that_nobody_could_look_into_is_not_called_locked_alone() {
        let at: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        assert_eq!(locked(false, None), "No vault yet");
        assert_eq!(locked(true, None), "Vault locked");
        assert!(locked(true, Some(at)).starts_with("Could not look since 2026-0"), "{}", locked(true, Some(at)));
    }
}
