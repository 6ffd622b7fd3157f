//! The one way out of Credenza: every byte that leaves goes through [`dial`] and, where TLS is spoken, [`secure`].
//!
//! A check is recorded stage by stage in a [`Recorder`], which redacts whatever is written to it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod claims;
mod connection;
mod dial;
pub mod explain;
mod failure;
mod guard;
pub mod http;
mod interruption;
mod leak;
pub mod oauth;
mod proxy;
mod recorder;
mod redact;
mod redact_spelling;
mod resolve;
mod route;
mod skew;
pub mod smtp;
mod stage;
mod tls;
mod webhook;

pub use claims::claims;
pub use connection::Connection;
pub use dial::dial;
pub use explain::{
    Catalogue, Explanation, Lifetime, Lifetimes, Provider, ProviderKind, ProviderTls, RetirementStep,
    RetirementTimetable, built_in_text, lifetimes, providers, read_lifetimes,
};
pub use failure::{Channel, Failure, Place, ReplyFacts};
pub use guard::StageGuard;
pub use http::{HttpAuth, HttpCall, HttpReply, KeyPlace, SecretOrText, exchange, exchange_data};
pub use interruption::interrupted;
pub use leak::Leak;
pub use oauth::{
    Asking, AssertionAlgorithm, AssertionKey, BROWSER_LIFETIME, BrowserSignIn, BrowserWay, ClientAuth, DeviceCode,
    DeviceWay, Grant, TokenReply, TokenRequest, ask_device, fetch_token, fetch_token_after, is_entra,
    lint_token_request, poll_device,
};
pub use recorder::{Progress, Record, Recorder};
pub use redact::SHOWN_LIMIT;
pub use route::{ClientCertificate, Proxy, ProxyScheme, Route, Verify};
pub use smtp::{Accepted, Capabilities, MailEnvelope, Mailer, Mechanism, Session, SmtpAuth, SmtpTls, check_address};
pub use stage::{Party, Stage, StageName, StageStatus, TranscriptLine, Warning};
pub use tls::{
    CertificateSummary, ImportProblem, ImportedIdentity, PairProblem, check_pair, import_identity, read_certificate,
    secure,
};
pub use webhook::{check_webhook_secret, sign_standard_webhook};
