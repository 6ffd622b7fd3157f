//! Misbehaviour that can be switched on: for demonstrations, and to try a client against a hostile server.

use std::time::Duration;

use crate::certificates::CertificateKind;

/// How a server misbehaves. Faults add up until [`crate::Sandbox::clear_faults`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Accepts connections and never says a word. All servers.
    Silent,
    /// Sends one byte, waits this long, sends the next. All servers; under TLS the handshake drips too.
    Drip(Duration),
    /// Sends bytes without end and without meaning. All servers.
    Flood,
    /// Closes the connection as soon as it was accepted. All servers.
    Hangup,
    /// Shows another certificate. All servers with TLS.
    Certificate(CertificateKind),
    /// Closes after the named point of the mail dialogue, in place of the reply that would follow.
    CloseAt(MailStep),
    /// Answers the named step with these lines instead. CRLF is added; a multi-line reply has `\n` inside.
    Reply(MailStep, String),
    /// Does not offer STARTTLS and refuses it, as someone in the middle would.
    NoStartTls,
    /// Puts bytes behind the `220` of STARTTLS, as someone in the middle would.
    InjectAfterStartTls,
    /// Greets with `421` and closes.
    Unavailable,
    /// Offers these sign-in mechanisms only; empty offers no sign-in at all.
    Mechanisms(Vec<String>),
    /// Answers EHLO with continuation lines that never end.
    EndlessReply,
    /// Says 535 at once to a bad XOAUTH2 token, as Exchange Online does, without the 334 challenge.
    NoTokenChallenge,
    /// The web servers and the identity provider answer everything with this status and JSON body.
    Answer(u16, String),
    /// At the authorization endpoint the person says no.
    DeclineSignIn,
    /// The authorization endpoint signs its answers with another provider's name (RFC 9207).
    WrongIssuer,
    /// The list of applications answers 429 so many times, with this `Retry-After`.
    DirectoryBusy(u32, String),
    /// The list of applications says that the permission is missing (403 `Authorization_RequestDenied`).
    DirectoryDenied,
    /// The page with this number of the list of applications, from 1, is answered with this status and body.
    DirectoryPage(u32, u16, String),
    /// The list has so many applications, on pages as long as the client asks for.
    DirectorySize(usize),
    /// The HTTP proxies answer CONNECT with this status; SOCKS5 with this reply code (RFC 1928 6).
    ProxyAnswer(u16),
}

/// The points of a mail dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailStep {
    /// The greeting.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// The end of a sign-in, in place of 235 or 535.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA, in place of 354.
    Data,
    /// The end of the message.
    EndOfData,
    /// RSET.
    Rset,
    /// QUIT.
    Quit,
}
