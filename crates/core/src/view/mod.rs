//! What the shells show: masked, ready to print or to send to the window.

mod check;
mod credential;
mod event;
mod overview;
mod preset;
mod settings;

pub use check::CheckSummary;
pub use credential::{CredentialDetail, CredentialRow, ExpiryView, RowFlag, RowStatus, SignInSaved, UsedBy};
pub use event::{EventRow, event_row};
pub use overview::{Attention, AttentionWeight, Overview, Totals};
pub use preset::{Preset, presets};
pub use settings::{DefaultCertificateCheck, Settings, Theme};
