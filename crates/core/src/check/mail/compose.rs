//! Writes the message: text, HTML or both, attachments, any characters in names and subjects.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Body, Mailbox, Message, MessageBuilder, MultiPart, SinglePart};
use uuid::Uuid;

use super::addresses::{mailbox, mailboxes, single_line};
use super::media::media_type;
use super::{Attachment, EmailRequest};
use crate::Problem;

/// A finished message with its envelope.
pub(in crate::check) struct Composed {
    /// Envelope sender (RFC 5321 3.3).
    pub(in crate::check) from: String,
    /// Envelope recipients: To, Cc and Bcc, each once.
    pub(in crate::check) recipients: Vec<String>,
    /// Its Message-ID with the angle brackets.
    pub(in crate::check) message_id: String,
    /// Headers and body with CRLF line ends, not yet dot-stuffed.
    pub(in crate::check) bytes: Vec<u8>,
}

/// What the record and the moment add to a request.
pub(in crate::check) struct Letterhead<'a> {
    /// *Email address* of the record (IQX-9).
    pub(in crate::check) sender: Option<&'a str>,
    /// Name of the record, for the text of a test mail.
    pub(in crate::check) credential: &'a str,
    /// The moment for the `Date` header.
    pub(in crate::check) at: Timestamp,
}

/// Writes the message of a request.
///
/// # Errors
/// `invalid` with the field: `from` when neither the request nor the record has a sender (IQX-10), `to` when there is no
/// recipient, any field that is no address or holds a line break.
pub(in crate::check) fn compose(request: &EmailRequest, head: &Letterhead<'_>) -> Result<Composed, Problem> {
    let from = sender(request, head)?;
    let (to, cc) = (mailboxes(&request.to, "to")?, mailboxes(&request.cc, "cc")?);
    let bcc = mailboxes(&request.bcc, "bcc")?;
    let recipients = recipients(&[&to, &cc, &bcc])?;
    let message_id = format!("<{}@{}>", Uuid::new_v4(), from.email.domain());
    let mut builder = Message::builder()
        .from(from.clone())
        .subject(subject(request, head)?)
        .date(SystemTime::from(head.at))
        .message_id(Some(message_id.clone()))
        .envelope(envelope(&from, &[&to, &cc, &bcc])?);
    builder = to.into_iter().fold(builder, MessageBuilder::to);
    builder = cc.into_iter().fold(builder, MessageBuilder::cc);
    if let Some(reply_to) = filled(request.reply_to.as_deref()) {
        builder = builder.reply_to(mailbox(reply_to, "reply_to")?);
    }
    if request.test {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Credenza-Test"), "yes".into()));
    }
    if request.test || request.automatic {
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        builder = builder.raw_header(HeaderValue::new(name, "auto-generated".into()));
    }
    let bytes = body(builder, request, head)?.formatted();
    Ok(Composed { from: from.email.to_string(), recipients, message_id, bytes })
}

fn sender(request: &EmailRequest, head: &Letterhead<'_>) -> Result<Mailbox, Problem> {
    if let Some(from) = filled(request.from.as_deref()) {
        return mailbox(from, "from");
    }
    let missing = || {
        // IQX-10: no sender on the record and none in the request.
        let hint = "Enter the Email address on the record, or give the sender with the message (--from).";
        Problem {
            hint: hint.into(),
            ..Problem::invalid("from", "There is no sender: the record has no Email address and none was given.")
        }
    };
    mailbox(filled(head.sender).ok_or_else(missing)?, "sender")
}

fn recipients(groups: &[&[Mailbox]]) -> Result<Vec<String>, Problem> {
    let mut found: Vec<String> = Vec::new();
    for address in groups.iter().flat_map(|group| group.iter()).map(|one| one.email.to_string()) {
        if !found.contains(&address) {
            found.push(address);
        }
    }
    if found.is_empty() {
        return Err(Problem::invalid("to", "There is no recipient."));
    }
    Ok(found)
}

// Given by hand, so that Bcc is in the envelope and never in a header.
fn envelope(from: &Mailbox, groups: &[&[Mailbox]]) -> Result<Envelope, Problem> {
    let to = groups.iter().flat_map(|group| group.iter()).map(|one| one.email.clone()).collect();
    Envelope::new(Some(from.email.clone()), to).map_err(|_| Problem::invalid("to", "There is no recipient."))
}

fn subject(request: &EmailRequest, head: &Letterhead<'_>) -> Result<String, Problem> {
    let subject = match filled(request.subject.as_deref()) {
        Some(subject) => subject.to_owned(),
        None if request.test => format!("Test email from Credenza: {}", head.credential),
        None => String::new(),
    };
    single_line(&subject, "subject")?;
    Ok(subject)
}

fn body(builder: MessageBuilder, request: &EmailRequest, head: &Letterhead<'_>) -> Result<Message, Problem> {
    let html = request.html.as_deref().map(|html| SinglePart::html(lines(html)));
    let text = match (&request.text, &html) {
        (Some(text), _) => Some(lines(text)),
        (None, None) if request.test => Some(lines(&test_text(head))),
        (None, None) => Some(String::new()),
        (None, Some(_)) => None,
    };
    let text = text.map(SinglePart::plain);
    let attachments = request.attachments.iter().map(attachment).collect::<Result<Vec<_>, _>>()?;
    let unwritable = |_| Problem::internal("The message could not be written.");
    if attachments.is_empty() {
        return match (text, html) {
            (Some(text), Some(html)) => builder.multipart(alternative(text, html)),
            (Some(one), None) | (None, Some(one)) => builder.singlepart(one),
            (None, None) => builder.body(String::new()),
        }
        .map_err(unwritable);
    }
    let mixed = MultiPart::mixed();
    let mixed = match (text, html) {
        (Some(text), Some(html)) => mixed.multipart(alternative(text, html)),
        (Some(one), None) | (None, Some(one)) => mixed.singlepart(one),
        (None, None) => mixed.singlepart(SinglePart::plain(String::new())),
    };
    builder.multipart(attachments.into_iter().fold(mixed, MultiPart::singlepart)).map_err(unwritable)
}

fn alternative(text: SinglePart, html: SinglePart) -> MultiPart {
    MultiPart::alternative().singlepart(text).singlepart(html)
}

// Base64 always: any other encoding would let a file's own line ends through, and a bare LF must not be sent (RFC 5321 2.3.8).
fn attachment(file: &Attachment) -> Result<SinglePart, Problem> {
    single_line(&file.name, "attachments")?;
    let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() {
        return Err(Problem::invalid("attachments", "An attachment has no file name."));
    }
    let kind =
        ContentType::parse(media_type(name)).map_err(|_| Problem::internal("An attachment's type is unknown."))?;
    let body = Body::new_with_encoding(file.content.clone(), ContentTransferEncoding::Base64)
        .map_err(|_| Problem::internal("An attachment could not be encoded."))?;
    Ok(Part::new(name.to_owned()).body(body, kind))
}

// One kind of line end, whatever was typed or read from a file.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

fn test_text(head: &Letterhead<'_>) -> String {
    format!(
        "This is a test email from Credenza.\n\n\
         It was sent with the credential \"{}\" at {} to prove that its mail server accepts mail.\n\
         Nobody needs to answer it, and it can be deleted.\n",
        head.credential,
        head.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
    )
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
