//! Alerts of this vault: what is set, what is due, and who is told.

mod deliver;
mod look;
mod run;
mod settings;
mod subscribers;
mod watch;
mod ways;

pub use deliver::{DesktopNotice, DueOptions};
pub use look::{Noted, look};
pub(in crate::workspace) use subscribers::{Fared, fared};

/// The one look at a time that may tell anybody.
const ONE_AT_A_TIME: &str = "alerts";

#[cfg(test)]
mod tests;
