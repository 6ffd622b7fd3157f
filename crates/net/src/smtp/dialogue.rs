//! Commands out, replies in: bounded, strict, and written down.

use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::reply::{LINE_LIMIT, REPLY_LIMIT, Reply, ReplyLine};
use crate::connection::Connection;
use crate::failure::{Failure, Place};
use crate::interruption::interrupted;
use crate::recorder::Recorder;

/// How long a farewell is waited for after the server has stopped listening.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A connection to a mail server with what it has said and not yet been asked for.
#[derive(Debug)]
pub(super) struct Dialogue {
    conn: Connection,
    pending: Vec<u8>,
}

/// What is going on, for the words of a failure.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) place: Place,
    /// Continues "The connection was reset while".
    pub(super) doing: &'static str,
    /// Challenges are secrets and not written down.
    pub(super) hide_challenges: bool,
}

impl Step {
    pub(super) fn new(place: &Place, doing: &'static str) -> Step {
        Step { place: place.clone(), doing, hide_challenges: false }
    }
}

/// A failure for a reply that refuses.
pub(super) fn refused(place: &Place, message: &str, reply: &Reply, rec: &Recorder) -> Failure {
    Failure::new(place, message, reply.one_line(), rec).with_status(reply.code)
}

impl Dialogue {
    pub(super) fn new(conn: Connection) -> Dialogue {
        Dialogue { conn, pending: Vec::new() }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.conn
    }

    /// The bare connection, or the bytes that were left unread.
    pub(super) fn into_connection(self) -> Result<Connection, Vec<u8>> {
        if self.pending.is_empty() { Ok(self.conn) } else { Err(self.pending) }
    }

    /// Sends a command and reads its reply.
    pub(super) async fn ask(&mut self, line: &str, step: &Step, rec: &Recorder) -> Result<Reply, Failure> {
        self.ask_hidden(line, line, step, rec).await
    }

    /// Sends a command of which only `shown` is written down, and reads its reply.
    pub(super) async fn ask_hidden(
        &mut self,
        line: &str,
        shown: &str,
        step: &Step,
        rec: &Recorder,
    ) -> Result<Reply, Failure> {
        if !self.pending.is_empty() {
            return self.unasked(step, rec).await;
        }
        rec.client(shown);
        let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(line.len() + 2));
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        match self.write(&bytes).await {
            Ok(()) => self.reply(step, rec).await,
            Err(error) => self.last_words(&error, step, rec).await,
        }
    }

    /// Sends bytes as they are.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.conn.write_all(bytes).await?;
        self.conn.flush().await
    }

    /// A server that stops listening has often said why.
    pub(super) async fn last_words(
        &mut self,
        error: &io::Error,
        step: &Step,
        rec: &Recorder,
    ) -> Result<Reply, Failure> {
        match tokio::time::timeout(LAST_WORDS, self.reply(step, rec)).await {
            Ok(Ok(reply)) => Ok(reply),
            _ => Err(interrupted(&step.place, step.doing, error, rec)),
        }
    }

    // A reply to a question nobody asked: a farewell (421) counts, anything else is out of order.
    async fn unasked(&mut self, step: &Step, rec: &Recorder) -> Result<Reply, Failure> {
        let reply = self.reply(step, rec).await?;
        if reply.code == 421 {
            return Ok(reply);
        }
        let message = "The server answered before it was asked; its replies are out of order.";
        Err(broken_rule(message, &reply.one_line(), step, rec))
    }

    /// Reads one whole reply.
    pub(super) async fn reply(&mut self, step: &Step, rec: &Recorder) -> Result<Reply, Failure> {
        rec.wait(step.doing);
        let mut reply: Option<Reply> = None;
        let mut size = 0;
        loop {
            let line = self.line(step, rec).await?;
            size += line.len() + 2;
            if size > REPLY_LIMIT {
                let message = "The server's reply is longer than 64 KiB and does not end.";
                let failure = Failure::new(&step.place, message, "reply longer than 64 KiB", rec);
                return Err(failure.with_finding("network:reply-too-large", rec));
            }
            let Some(read) = ReplyLine::parse(&line) else {
                return Err(not_smtp(&line, step, rec));
            };
            if step.hide_challenges && read.code == 334 {
                rec.server("334 [challenge hidden]");
            } else {
                rec.server(&String::from_utf8_lossy(&line));
            }
            let reply = reply.get_or_insert_with(|| Reply { code: read.code, lines: Vec::new() });
            if reply.code != read.code {
                let raw = format!("{} then {}: {}", reply.code, read.code, read.text);
                let message = "The lines of one reply carry different codes, against RFC 5321 4.2.1.";
                return Err(broken_rule(message, &raw, step, rec));
            }
            reply.lines.push(read.text);
            if read.last {
                return Ok(reply.clone());
            }
        }
    }

    // One line without its ending.
    async fn line(&mut self, step: &Step, rec: &Recorder) -> Result<Vec<u8>, Failure> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.pending[searched..].iter().position(|b| *b == b'\n') {
                let rest = self.pending.split_off(searched + at + 1);
                let mut line = std::mem::replace(&mut self.pending, rest);
                line.pop();
                if line.pop_if(|b| *b == b'\r').is_none() {
                    rec.warning("bare_line_feed", "The server ends its lines with LF alone instead of CR LF.");
                }
                if line.len() <= LINE_LIMIT {
                    return Ok(line);
                }
                return Err(too_long(&line, step, rec));
            }
            searched = self.pending.len();
            if searched > LINE_LIMIT {
                return Err(too_long(&self.pending, step, rec));
            }
            self.fill(step, rec).await?;
        }
    }

    async fn fill(&mut self, step: &Step, rec: &Recorder) -> Result<(), Failure> {
        let mut chunk = [0u8; 4096];
        let read = match self.conn.read(&mut chunk).await {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            other => other,
        };
        match read {
            Ok(count) => {
                // What is waited for from here on is not a first word but the rest of an answer.
                rec.wait("reading the mail server's answer");
                self.pending.extend_from_slice(&chunk[..count]);
                Ok(())
            }
            Err(error) => Err(self.broken(&error, step, rec)),
        }
    }

    fn broken(&self, error: &io::Error, step: &Step, rec: &Recorder) -> Failure {
        if !self.pending.is_empty() {
            rec.server(&format!("{} [line unfinished]", String::from_utf8_lossy(&self.pending)));
        }
        interrupted(&step.place, step.doing, error, rec)
    }
}

fn too_long(line: &[u8], step: &Step, rec: &Recorder) -> Failure {
    let begin = String::from_utf8_lossy(&line[..line.len().min(200)]).into_owned();
    let message = "The server sends a line longer than 4 KiB, which no mail server does.";
    Failure::new(&step.place, message, begin, rec).with_finding("network:reply-too-large", rec)
}

fn broken_rule(message: &str, raw: &str, step: &Step, rec: &Recorder) -> Failure {
    Failure::new(&step.place, message, raw, rec).with_finding("smtp:broken-reply", rec)
}

fn not_smtp(line: &[u8], step: &Step, rec: &Recorder) -> Failure {
    let line = String::from_utf8_lossy(line);
    rec.server(&line);
    let message = "This is not a mail server's answer: it does not begin with a reply code.";
    Failure::new(&step.place, message, line, rec).with_finding("smtp:not-a-mail-server", rec)
}

/// A reply for the evidence.
pub(super) fn shown(reply: &Reply) -> Value {
    Value::String(reply.one_line())
}
