//! What the shells show: masked, ready to print or to send to the window.

mod check;
mod credential;
mod event;
mod overview;
mod preset;
mod settings;
mod token;

pub use check::CheckSummary;
pub use credential::{
    CredentialDetail, CredentialRow, ExpiryView, RowFlag, RowStatus, SignInSaved, TokenNotice, UsedBy,
};
pub use event::{EventRow, event_row};
pub use overview::{Attention, AttentionWeight, Overview, Timeline, TimelineDot, Totals};
pub use preset::{Preset, presets};
pub use settings::{DefaultCertificateCheck, Settings, Theme};
pub use token::TokenView;
