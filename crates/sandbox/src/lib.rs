//! Credenza's practice servers: mail, identity provider, web server, webhook receiver and proxies on 127.0.0.1.
//!
//! A newcomer can try everything without a mail server of their own, and the tests of the other crates run against
//! them. They share no code with the rest of Credenza, so that a misreading of a protocol is not tested against itself.
//! They are never reachable from another machine, and the proxies lead nowhere but back to this one.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod accounts;
mod certificates;
mod clock;
mod compare;
mod delivery;
mod drafts;
mod error;
mod fault;
mod idp;
mod journal;
mod listen;
mod mail;
mod proxy;
mod random;
mod sandbox;
mod servers;
mod shared;
mod smtp;
mod stream;
mod web;
mod wire;

pub use accounts::{API_AUDIENCE, Accounts, GRAPH_AUDIENCE, Identity, MAIL_AUDIENCE, MAILBOX, MFA_USER, PROXY_USER};
pub use certificates::{CertificateKind, CertificatePair};
pub use clock::Clock;
pub use delivery::Delivery;
pub use drafts::PracticeServer;
pub use error::SandboxError;
pub use fault::{Fault, MailStep};
pub use journal::Line;
pub use mail::{Mail, Via};
pub use sandbox::{Sandbox, SandboxOptions};
pub use servers::{Ports, Server};
