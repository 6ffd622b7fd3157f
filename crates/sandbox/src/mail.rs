//! The practice mailbox: every message that a practice mail server accepted.

use std::collections::VecDeque;

use jiff::Timestamp;
use mail_parser::MessageParser;
use serde::Serialize;
use uuid::Uuid;

use crate::Server;

/// A message that was accepted. It goes nowhere: it lies here until the sandbox stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Its number here.
    pub id: Uuid,
    /// When it was accepted.
    pub at: Timestamp,
    /// The sender of the envelope; empty for `<>`.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Bytes of the message.
    pub size: usize,
    /// The message as it came, without dot-stuffing.
    #[serde(skip)]
    pub raw: Vec<u8>,
    /// The subject, decoded.
    pub subject: String,
    /// The text, decoded; of an HTML-only message its text.
    pub text: String,
    /// How it came.
    pub via: Via,
}

/// How a message came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Via {
    /// The server that took it.
    pub server: Server,
    /// `TLSv1_3`, `TLSv1_2`, or none.
    pub tls: Option<String>,
    /// The sign-in mechanism, such as `XOAUTH2`, or none.
    pub mechanism: Option<String>,
    /// Who signed in.
    pub username: Option<String>,
    /// Parameters of MAIL FROM as they came, such as `BODY=8BITMIME`.
    pub parameters: Vec<String>,
}

/// The envelope and how it came, before the message itself is here.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) via: Via,
}

impl Mail {
    pub(crate) fn accepted(at: Timestamp, envelope: Envelope, raw: Vec<u8>) -> Self {
        let parsed = MessageParser::default().parse(&raw);
        let subject = parsed.as_ref().and_then(|message| message.subject()).unwrap_or_default().to_owned();
        let text = parsed.as_ref().and_then(|message| message.body_text(0)).unwrap_or_default().into_owned();
        let Envelope { from, to, via } = envelope;
        Self { id: Uuid::new_v4(), at, from, to, size: raw.len(), raw, subject, text, via }
    }
}

/// More than a person reads; the oldest go first.
const KEPT: usize = 1_000;

#[derive(Default)]
pub(crate) struct Mailbox {
    mails: VecDeque<Mail>,
}

impl Mailbox {
    pub(crate) fn push(&mut self, mail: Mail) {
        if self.mails.len() == KEPT {
            self.mails.pop_front();
        }
        self.mails.push_back(mail);
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.iter().cloned().collect()
    }
}
