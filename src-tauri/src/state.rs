//! What the shell keeps between two commands: the unlocked vault, running checks, the pending reveal, the practice servers.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use credenza_core::{
    Code, Places, Problem, Workspace,
    facts::Facts,
    net::{Channel, Explanation},
    vault::{Clock, RecordHead, SystemClock, Vault, VaultFile, VaultStatus},
    view::{Settings, Theme},
};
use credenza_sandbox::Sandbox;

use crate::{clipboard::Clipboard, idle::Idle, imports::Imports, recovery::Recovery, reveal::Reveals, runs::Runs};

/// Every command gets this; it is the one state of the program.
pub(crate) struct Shell {
    /// Where the vault, the log and the facts lie.
    pub(crate) places: Places,
    /// Checks under way, and the last results for reports.
    pub(crate) runs: Runs,
    /// The one secret that may be shown next.
    pub(crate) reveals: Reveals,
    /// What we copied.
    pub(crate) clipboard: Clipboard,
    /// The last sign of a person.
    pub(crate) idle: Idle,
    /// Private keys from files, until the form that they belong to is saved or the vault is locked.
    pub(crate) imports: Imports,
    /// The recovery code that waits to be typed back.
    pub(crate) recovery: Recovery,
    /// A person asked for a look at the dates.
    pub(crate) look_now: tokio::sync::Notify,
    /// The practice servers, while they run.
    pub(crate) practice: tokio::sync::Mutex<Option<Sandbox>>,
    open: Mutex<Option<Arc<Workspace>>>,
    theme: Mutex<Theme>,
}

impl Shell {
    /// The state at the start: locked. The vault is the one of `CREDENZA_VAULT`, else the platform's.
    pub(crate) fn new() -> Shell {
        Shell::at(std::env::var_os("CREDENZA_VAULT").filter(|path| !path.is_empty()).map(PathBuf::from))
    }

    /// The same for the vault in that file, or the platform's.
    pub(crate) fn at(file: Option<PathBuf>) -> Shell {
        Shell {
            places: Places::find(file),
            runs: Runs::default(),
            reveals: Reveals::default(),
            clipboard: Clipboard::default(),
            idle: Idle::default(),
            imports: Imports::default(),
            recovery: Recovery::default(),
            look_now: tokio::sync::Notify::new(),
            practice: tokio::sync::Mutex::default(),
            open: Mutex::default(),
            theme: Mutex::default(),
        }
    }

    /// The vault's file, locked.
    pub(crate) fn file(&self) -> VaultFile {
        VaultFile::at(&self.places.vault)
    }

    /// What can be told of the vault without unlocking it.
    ///
    /// # Errors
    /// Whatever reading the file may fail with.
    pub(crate) fn status(&self) -> Result<VaultStatus, Problem> {
        Ok(self.file().status()?)
    }

    /// The unlocked vault.
    ///
    /// # Errors
    /// `locked` when it is not.
    pub(crate) fn workspace(&self) -> Result<Arc<Workspace>, Problem> {
        let locked = || Problem::new(Code::Locked, "The vault is locked.", "Unlock it and try again.");
        self.open().clone().ok_or_else(locked)
    }

    /// The unlocked vault for a form: keys from files are put in the place of their handles.
    ///
    /// # Errors
    /// As [`Shell::workspace`].
    pub(crate) fn workspace_for(&self, form: Option<&mut serde_json::Value>) -> Result<Arc<Workspace>, Problem> {
        let workspace = self.workspace()?;
        if let Some(form) = form {
            self.imports.fill(form);
        }
        Ok(workspace)
    }

    /// Takes an unlocked vault in; one that was open before is locked.
    pub(crate) fn enter(&self, vault: Vault) -> Arc<Workspace> {
        let workspace = Arc::new(Workspace::prepared(vault, &self.places));
        // A vault that can only be read keeps no log; it is opened all the same.
        if let Err(problem) = workspace.note_unlocked() {
            tracing::warn!(problem.message, "unlocking was not written to the log");
        }
        if let Ok(settings) = workspace.settings() {
            self.remember_theme(&settings);
        }
        self.idle.touch(now());
        *self.open() = Some(Arc::clone(&workspace));
        workspace
    }

    /// Locks: stops checks, forgets what was about to be shown, clears the clipboard, drops the keys. True when it was open.
    pub(crate) fn lock(&self) -> bool {
        let open = self.open().take();
        self.runs.cancel_all();
        self.reveals.forget();
        self.recovery.forget();
        self.imports.forget();
        self.clipboard.clear();
        let was_open = open.is_some();
        if let Some(Err(problem)) = open.as_ref().map(|workspace| workspace.note_locked()) {
            tracing::warn!(problem.message, "locking was not written to the log");
        }
        // The last holder wipes the keys; a check that was cancelled lets go within moments.
        drop(open);
        was_open
    }

    /// The colours to start with: those of the vault that was open last, as the lock screen cannot ask it.
    pub(crate) fn theme(&self) -> Theme {
        *self.theme.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the colours of the settings for the lock screen.
    pub(crate) fn remember_theme(&self, settings: &Settings) {
        *self.theme.lock().unwrap_or_else(PoisonError::into_inner) = settings.theme;
    }

    /// What a pasted reply means, by the facts in use; no vault is needed.
    pub(crate) fn explain(&self, channel: Option<Channel>, host: Option<&str>, text: &str) -> Explanation {
        let catalogue = match self.workspace() {
            Ok(workspace) => workspace.catalogue(),
            Err(_locked) => Facts::of(&self.places).0.catalogue,
        };
        catalogue.explain_text(channel, host, text)
    }

    /// The records as they are now, to notice what another process wrote.
    pub(crate) fn heads(&self) -> Option<Arc<Vec<RecordHead>>> {
        self.open().clone()?.vault().heads().ok()
    }

    fn open(&self) -> MutexGuard<'_, Option<Arc<Workspace>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time of day, from the one clock that may read it.
pub(crate) fn now() -> jiff::Timestamp {
    SystemClock.now()
}
