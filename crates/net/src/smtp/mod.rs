//! SMTP submission (RFC 5321, RFC 6409): our own dialogue, small and strict, one reply per step so that it reads well.

mod authenticate;
mod capabilities;
mod deliver;
mod dialogue;
mod envelope;
mod message;
mod open;
mod reply;
mod sasl;

pub use capabilities::Capabilities;
pub use deliver::Accepted;
pub use envelope::{MailEnvelope, check_address};
pub use open::open;
pub use sasl::Mechanism;

use std::fmt;

use secrecy::SecretString;

use crate::failure::Place;
use crate::recorder::Recorder;
use crate::route::Route;
use crate::{Channel, StageName};
use dialogue::Dialogue;

/// How a mail server's connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all.
    None,
    /// Plain greeting, then TLS (RFC 3207); required, never merely tried.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// How a mail server is signed in to.
#[derive(Clone)]
pub enum SmtpAuth {
    /// Not at all (rule ELI-8).
    None,
    /// User name and password (rule ELI-9).
    Password {
        /// User name.
        username: String,
        /// Password or app password.
        password: SecretString,
        /// The mechanisms allowed; empty for all.
        mechanisms: Vec<Mechanism>,
    },
    /// An access token (rule ELI-10): XOAUTH2, or OAUTHBEARER where only that is offered.
    Bearer {
        /// The mailbox.
        username: String,
        /// The access token.
        token: SecretString,
    },
}

impl fmt::Debug for SmtpAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SmtpAuth::None => f.write_str("None"),
            SmtpAuth::Password { username, .. } => {
                f.debug_struct("Password").field("username", username).finish_non_exhaustive()
            }
            SmtpAuth::Bearer { username, .. } => {
                f.debug_struct("Bearer").field("username", username).finish_non_exhaustive()
            }
        }
    }
}

/// A mail server and how to sign in to it.
#[derive(Debug, Clone)]
pub struct Mailer<'a> {
    /// The way there.
    pub route: &'a Route,
    /// Encryption.
    pub tls: SmtpTls,
    /// A password or token may go over an unencrypted connection (decision D7).
    pub allow_clear: bool,
    /// Signing in.
    pub auth: SmtpAuth,
}

/// An open, signed-in session.
#[derive(Debug)]
pub struct Session {
    talk: Dialogue,
    offers: Capabilities,
    host: String,
    rec: Recorder,
}

impl Session {
    /// What the server offers now: after TLS, where TLS was started.
    pub fn offers(&self) -> &Capabilities {
        &self.offers
    }

    fn place(&self, stage: StageName) -> Place {
        Place::new(stage, Channel::Smtp, &self.host)
    }
}
