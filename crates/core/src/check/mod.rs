//! The check engine: turns a credential and an action into a diagnosed result.
//!
//! [`run`] judges what was entered before anything leaves the machine, then walks the stages of the contract through
//! `credenza_net`, under one deadline, and explains the first stage that did not work. It stores nothing itself: tokens go
//! through a [`TokenStore`].

mod app_password;
mod cancel;
mod clock;
mod engine;
mod fingerprint;
mod graph;
mod http;
mod input;
mod mail;
mod report;
mod result;
mod route;
mod script;
mod shown;
mod subject;
mod token;
mod webhook;
mod withhold;

pub use cancel::CancelFlag;
pub use engine::{CheckContext, Finished, run};
pub use fingerprint::{Fingerprint, last_pass};
pub(crate) use graph::as_graph_client;
pub use http::CallRequest;
pub use input::applicable;
pub use mail::{Attachment, EmailRequest, parse_address};
pub use report::{Extent, checked_report, report};
pub use result::{Change, CheckKind, CheckResult, CheckedCredential, LastPass, Outcome};
pub use script::sha256 as script_sha256;
pub(crate) use shown::shown_certificate;
pub use subject::{Action, Subject};
pub use token::{
    AskPerson, AskedBy, Ending, RefreshState, SignIn, SignInKind, SignInPlace, Standing, StoredToken, TokenStore,
    TokenUse, Turn, refresh_digest, script_to_run,
};
pub use webhook::{PLACEHOLDERS, WebhookSample, render_payload};

#[cfg(test)]
mod tests;
