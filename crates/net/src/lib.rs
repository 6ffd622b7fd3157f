//! The one way out of Credenza: every byte that leaves goes through [`dial`] and, where TLS is spoken, [`secure`].
//!
//! A check is recorded stage by stage in a [`Recorder`], which redacts whatever is written to it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod connection;
mod dial;
mod failure;
mod guard;
mod interruption;
mod proxy;
mod recorder;
mod redact;
mod redact_spelling;
mod resolve;
mod route;
mod stage;
mod tls;

pub use connection::Connection;
pub use dial::dial;
pub use failure::{Channel, Failure, Place, ReplyFacts};
pub use guard::StageGuard;
pub use interruption::interrupted;
pub use recorder::{Progress, Record, Recorder};
pub use redact::SHOWN_LIMIT;
pub use route::{ClientCertificate, Proxy, ProxyScheme, Route, Verify};
pub use stage::{Party, Stage, StageName, StageStatus, TranscriptLine, Warning};
pub use tls::{CertificateSummary, read_certificate, secure};
