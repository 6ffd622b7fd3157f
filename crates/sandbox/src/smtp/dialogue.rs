//! One mail dialogue: what was said so far, and what may come next.

use std::io;

use crate::Server;
use crate::fault::{Fault, MailStep};
use crate::mail::{Envelope, Via};
use crate::stream::{About, Connection};

use super::address::path;
use super::message::MESSAGE_LIMIT;
use super::refusal::{has_parameter, refused_recipient, refused_sender};
use crate::wire::{Incoming, Wire};

/// RFC 4954 4.3 lets an AUTH line be this long; everything else is shorter.
const LINE_LIMIT: usize = 12_288;
/// After this many failed sign-ins the connection ends.
const FAILURES: u32 = 3;

/// What happens after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Continue,
    StartTls,
    Close,
}

/// Who signed in, and how.
pub(super) struct SignedIn {
    pub(super) username: String,
    pub(super) mechanism: String,
}

pub(super) struct Dialogue {
    pub(super) wire: Wire,
    pub(super) about: About,
    greeted: bool,
    pub(super) signed_in: Option<SignedIn>,
    failures: u32,
    pub(super) envelope: Option<Envelope>,
}

impl Dialogue {
    pub(super) fn new(connection: Connection) -> Self {
        let Connection { stream, about } = connection;
        Self { wire: Wire::new(stream), about, greeted: false, signed_in: None, failures: 0, envelope: None }
    }

    pub(super) fn into_connection(self) -> Connection {
        Connection { stream: self.wire.into_inner(), about: self.about }
    }

    pub(super) fn has_fault(&self, fault: &Fault) -> bool {
        self.about.shared.has_fault(self.about.server, fault)
    }

    /// One command and its reply.
    pub(super) async fn step(&mut self) -> io::Result<Next> {
        let line = match self.wire.line(LINE_LIMIT).await? {
            Incoming::End => return Ok(Next::Close),
            Incoming::TooLong => return self.reply("500 5.5.6 Line too long").await,
            Incoming::Line(line) => line,
        };
        let Ok(line) = String::from_utf8(line) else {
            return self.reply("500 5.5.2 Command is not UTF-8").await;
        };
        let line = line.trim_end_matches(['\r', '\n']);
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let verb = verb.to_ascii_uppercase();
        self.note_command(&verb, argument);
        match verb.as_str() {
            "EHLO" => self.ehlo(argument).await,
            "HELO" => self.helo(argument).await,
            "STARTTLS" => self.starttls(argument).await,
            "AUTH" => self.auth_command(argument).await,
            "MAIL" => self.mail(argument).await,
            "RCPT" => self.rcpt(argument).await,
            "DATA" => self.data(argument).await,
            "RSET" => {
                self.envelope = None;
                self.say(MailStep::Rset, "250 2.0.0 Reset").await
            }
            "NOOP" => self.reply("250 2.0.0 OK").await,
            "VRFY" => self.reply("252 2.5.2 Send the message to find out").await,
            "QUIT" => {
                self.say(MailStep::Quit, "221 2.0.0 Bye").await?;
                Ok(Next::Close)
            }
            _ => self.reply("500 5.5.1 Command not known").await,
        }
    }

    /// The journal never holds what a client signs in with.
    fn note_command(&self, verb: &str, argument: &str) {
        let shown = match (verb, argument.split_once(' ')) {
            ("AUTH", Some((mechanism, _))) => format!("{mechanism} [hidden]"),
            _ => argument.chars().take(500).collect(),
        };
        self.about.note(format!("C: {verb} {shown}").trim_end().to_owned());
    }

    /// Says the reply of a step, or what a fault wants said in its place. A reply beginning with `421` ends it all.
    pub(super) async fn say(&mut self, step: MailStep, reply: &str) -> io::Result<Next> {
        match self.about.shared.fault_at(self.about.server, step) {
            None => self.reply(reply).await,
            Some(None) => {
                self.about.note("closes, as told");
                Ok(Next::Close)
            }
            Some(Some(instead)) => self.reply(&instead).await,
        }
    }

    pub(super) async fn reply(&mut self, reply: &str) -> io::Result<Next> {
        for line in reply.lines() {
            self.about.note(format!("S: {line}"));
        }
        let wire: String = reply.lines().map(|line| format!("{line}\r\n")).collect();
        self.wire.send(wire.as_bytes()).await?;
        Ok(if reply.starts_with("421") { Next::Close } else { Next::Continue })
    }

    async fn ehlo(&mut self, argument: &str) -> io::Result<Next> {
        if argument.trim().is_empty() {
            return self.reply("501 5.5.4 EHLO needs a name").await;
        }
        self.begin_again();
        if self.has_fault(&Fault::EndlessReply) {
            loop {
                self.wire.send(b"250-X-ENDLESS\r\n").await?;
            }
        }
        let mut lines = vec!["localhost greets you".to_owned(), format!("SIZE {MESSAGE_LIMIT}")];
        lines.extend(["8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES"].map(str::to_owned));
        if self.offers_starttls() {
            lines.push("STARTTLS".to_owned());
        }
        let mechanisms = self.mechanisms();
        if !mechanisms.is_empty() {
            lines.push(format!("AUTH {}", mechanisms.join(" ")));
        }
        let last = lines.len() - 1;
        let mark = |at: usize| if at == last { ' ' } else { '-' };
        let reply: Vec<String> = lines.iter().enumerate().map(|(at, line)| format!("250{}{line}", mark(at))).collect();
        self.say(MailStep::Ehlo, &reply.join("\n")).await
    }

    async fn helo(&mut self, argument: &str) -> io::Result<Next> {
        if argument.trim().is_empty() {
            return self.reply("501 5.5.4 HELO needs a name").await;
        }
        self.begin_again();
        self.say(MailStep::Ehlo, "250 localhost").await
    }

    fn begin_again(&mut self) {
        self.greeted = true;
        self.envelope = None;
    }

    pub(super) fn offers_starttls(&self) -> bool {
        self.about.server == Server::Smtp && self.about.tls.is_none() && !self.has_fault(&Fault::NoStartTls)
    }

    async fn starttls(&mut self, argument: &str) -> io::Result<Next> {
        if !argument.is_empty() {
            return self.reply("501 5.5.4 STARTTLS takes no parameter").await;
        }
        if self.about.tls.is_some() {
            return self.reply("503 5.5.1 TLS is active already").await;
        }
        if !self.offers_starttls() {
            return self.reply("502 5.5.1 STARTTLS is not available").await;
        }
        let ready = "220 2.0.0 Ready to start TLS";
        if self.has_fault(&Fault::InjectAfterStartTls) {
            // One write, so that both arrive together.
            self.wire.send(format!("{ready}\r\n250-localhost\r\n250 AUTH PLAIN\r\n").as_bytes()).await?;
            return Ok(Next::StartTls);
        }
        let told = self.about.shared.fault_at(self.about.server, MailStep::StartTls).is_some();
        match self.say(MailStep::StartTls, ready).await? {
            Next::Continue if !told => Ok(Next::StartTls),
            next => Ok(next),
        }
    }

    /// What stands between the client and MAIL, if anything does.
    fn obstacle(&self) -> Option<&'static str> {
        if !self.greeted {
            return Some("503 5.5.1 EHLO first");
        }
        match self.about.server {
            Server::SmtpRelay => None,
            Server::Smtp if self.about.tls.is_none() => Some("530 5.7.0 Must issue a STARTTLS command first"),
            _ if self.signed_in.is_none() => Some("530 5.7.0 Authentication required"),
            _ => None,
        }
    }

    async fn mail(&mut self, argument: &str) -> io::Result<Next> {
        if let Some(obstacle) = self.obstacle() {
            return self.say(MailStep::Mail, obstacle).await;
        }
        if self.envelope.is_some() {
            return self.reply("503 5.5.1 A sender was given already").await;
        }
        let Some(path) = path(argument, "FROM:") else {
            return self.reply("501 5.5.4 Syntax: MAIL FROM:<address>").await;
        };
        if let Some(refusal) = refused_sender(&path) {
            return self.reply(refusal).await;
        }
        let via = Via {
            server: self.about.server,
            tls: self.about.tls.clone(),
            mechanism: self.signed_in.as_ref().map(|by| by.mechanism.clone()),
            username: self.signed_in.as_ref().map(|by| by.username.clone()),
            parameters: path.parameters,
        };
        let next = self.say(MailStep::Mail, "250 2.1.0 Sender OK").await?;
        if self.about.shared.fault_at(self.about.server, MailStep::Mail).is_none() {
            self.envelope = Some(Envelope { from: path.address, to: Vec::new(), via });
        }
        Ok(next)
    }

    async fn rcpt(&mut self, argument: &str) -> io::Result<Next> {
        let Some(envelope) = &self.envelope else {
            return self.reply("503 5.5.1 MAIL first").await;
        };
        let utf8 = has_parameter(&envelope.via.parameters, "SMTPUTF8");
        let Some(path) = path(argument, "TO:") else {
            return self.reply("501 5.5.4 Syntax: RCPT TO:<address>").await;
        };
        if let Some(refusal) = refused_recipient(&path, utf8) {
            return self.say(MailStep::Rcpt, refusal).await;
        }
        let next = self.say(MailStep::Rcpt, "250 2.1.5 Recipient OK").await?;
        if self.about.shared.fault_at(self.about.server, MailStep::Rcpt).is_none()
            && let Some(envelope) = &mut self.envelope
        {
            envelope.to.push(path.address);
        }
        Ok(next)
    }

    /// Counts a failed sign-in; too many end the connection.
    pub(super) async fn failed(&mut self, reply: &str) -> io::Result<Next> {
        self.failures += 1;
        let next = self.say(MailStep::Auth, reply).await?;
        if self.failures < FAILURES || next == Next::Close {
            return Ok(next);
        }
        self.reply("421 4.7.0 Too many failed sign-ins, closing").await
    }
}
