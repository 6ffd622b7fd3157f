//! A look at the dates of a vault that nobody has unlocked: a slot is opened for it, and closed after it.

use credenza_vault::{Peek, Vault};
use jiff::Timestamp;

use super::super::Workspace;
use super::DueOptions;
use crate::alerts::DueReport;
use crate::{Places, Problem};

/// Whether it was written down that a look was taken; where it was not, the next one is a full one and says so.
pub type Noted = Result<(), Problem>;

/// Looks at the dates of a vault whose slot is open: what the last full look at this very state found, where that still
/// holds, and not one record is read; else all of it, by [`Workspace::run_due`]. The keys are gone when it returns. What
/// `credenza check` does, and the checker in the window while the vault is locked.
///
/// # Errors
/// Those of reading the vault and of [`Workspace::run_due`]: then nobody could look, and the caller must note it.
pub async fn look(
    peek: Peek,
    (places, now): (&Places, Timestamp),
    options: &DueOptions,
) -> Result<(DueReport, Noted), Problem> {
    if peek.nothing_due(now) {
        let noted = peek.note_look(now).map_err(Problem::from);
        peek.forget_failed_look();
        let next_due = peek.last_look().and_then(|look| look.next_due);
        return Ok((DueReport::nothing(now, next_due), noted));
    }
    let report = Workspace::prepared(peek.open()?, places).run_due(options).await?;
    Ok((report, Ok(())))
}

impl Workspace {
    /// An unlocked vault with the rules and the facts of this machine, tidied of what is outdated. What does not work of that
    /// is written to the log: the vault is usable all the same.
    pub fn prepared(vault: Vault, places: &Places) -> Workspace {
        let (workspace, refused) = Workspace::new(vault).with_facts(places);
        if let Some(why) = refused {
            tracing::warn!(why, "the facts in the data folder are not used");
        }
        if let Err(problem) = workspace.remove_outdated() {
            tracing::warn!(problem.message, "old values whose time is over were not removed");
        }
        workspace
    }
}
