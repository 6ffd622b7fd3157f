//! The rules of Credenza: credentials, checks, tokens, views.
//!
//! The shells (window and command line) call [`Workspace`]; nothing here formats for a screen and nothing here knows a
//! database or a socket: those are `credenza-vault` and `credenza-net`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

pub mod alerts;
pub mod browser;
pub mod check;
pub mod credential;
pub mod due;
pub mod facts;
pub mod horizon;
pub mod inventory;
mod places;
mod problem;
pub mod readiness;
pub mod rotation;
mod secrets;
pub mod sunset;
#[cfg(test)]
mod test_vault;
pub mod view;
mod workspace;

pub use credential::{Credential, CredentialType};
pub use places::Places;
pub use problem::{Code, Problem};
pub use secrets::Secrets;
pub use workspace::{
    Cause, CheckRequest, DesktopNotice, DueOptions, EmailDraft, Intent, InventoryOptions, ManyOptions, ManyOutcome,
    ManyProgress, ManyResult, ManyRow, ManyTold, Noted, RunOptions, SaveRequest, TokenDue, TokenState, TriedNext,
    Workspace, look,
};

/// What the shells need of the vault beneath: opening it, and the names of its parts.
pub mod vault {
    pub use credenza_vault::*;
}

/// What the shells need of the network beneath: explanations and certificates.
pub mod net {
    pub use credenza_net::*;
}
