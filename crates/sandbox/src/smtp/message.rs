//! DATA: the message itself (RFC 5321 4.1.1.4, 4.5.2).

use std::io;

use crate::fault::MailStep;
use crate::mail::Mail;

use super::dialogue::{Dialogue, Next};
use crate::wire::Incoming;

/// Bytes of a message, announced with SIZE (RFC 1870).
pub(super) const MESSAGE_LIMIT: usize = 26_214_400;
/// RFC 5321 4.5.3.1.6 ends a text line at 1000; more is taken so that the limit of a message is what refuses.
const TEXT_LINE_LIMIT: usize = 1_048_576;

/// What DATA brought.
enum Content {
    Whole(Vec<u8>),
    /// Lines that did not end in CRLF: the way of message smuggling, so strict servers refuse them.
    BareLines,
    TooLarge,
    Cut,
}

impl Dialogue {
    pub(super) async fn data(&mut self, argument: &str) -> io::Result<Next> {
        let recipients = self.envelope.as_ref().map_or(0, |envelope| envelope.to.len());
        if self.envelope.is_none() {
            return self.reply("503 5.5.1 MAIL first").await;
        }
        if recipients == 0 {
            return self.reply("554 5.5.1 No valid recipients").await;
        }
        if !argument.is_empty() {
            return self.reply("501 5.5.4 DATA takes no parameter").await;
        }
        let told = self.about.shared.fault_at(self.about.server, MailStep::Data).is_some();
        let next = self.say(MailStep::Data, "354 End with CRLF.CRLF").await?;
        if told || next == Next::Close {
            return Ok(next);
        }
        let content = self.content().await?;
        let Some(envelope) = self.envelope.take() else { return Ok(Next::Close) };
        match content {
            Content::Cut => Ok(Next::Close),
            Content::TooLarge => self.reply("552 5.3.4 Message size exceeds fixed limit").await,
            Content::BareLines => self.reply("554 5.6.11 Bare line feeds are not accepted").await,
            Content::Whole(raw) => {
                self.about.note(format!("C: {} bytes of message", raw.len()));
                let mail = Mail::accepted(self.about.shared.now(), envelope, raw);
                let reply = format!("250 2.0.0 OK: queued as {}", mail.id.simple());
                // A test told to lose or refuse the message at its end must not find it in the mailbox.
                if self.about.shared.fault_at(self.about.server, MailStep::EndOfData).is_none() {
                    self.about.shared.accept_mail(mail);
                }
                self.say(MailStep::EndOfData, &reply).await
            }
        }
    }

    async fn content(&mut self) -> io::Result<Content> {
        let mut raw = Vec::new();
        let mut too_large = false;
        let mut bare = false;
        let mut line_begins = true;
        loop {
            let line = match self.wire.line(TEXT_LINE_LIMIT).await? {
                Incoming::End => return Ok(Content::Cut),
                Incoming::TooLong => {
                    too_large = true;
                    continue;
                }
                Incoming::Line(line) => line,
            };
            if line_begins && line == b".\r\n" {
                break;
            }
            let stuffed = line_begins && line.starts_with(b".");
            line_begins = line.ends_with(b"\r\n");
            bare |= !line_begins;
            too_large |= raw.len() + line.len() > MESSAGE_LIMIT;
            if !too_large {
                raw.extend_from_slice(&line[usize::from(stuffed)..]);
            }
        }
        Ok(match (too_large, bare) {
            (true, _) => Content::TooLarge,
            (false, true) => Content::BareLines,
            (false, false) => Content::Whole(raw),
        })
    }
}
