//! Mail server checks: *Test connection* goes as far as RSET, *Send test email* really sends.

mod addresses;
mod compose;
mod media;
mod plan;
mod send;

pub(super) use plan::{MailPlan, connection_plan, email_plan};
pub(super) use send::run;

use crate::Problem;

/// The address of one mailbox, without its name; the domain in its ASCII form.
///
/// # Errors
/// `invalid` with `field` when the text is no address or holds a line break.
pub fn parse_address(field: &str, text: &str) -> Result<String, Problem> {
    addresses::mailbox(text, field).map(|mailbox| mailbox.email.to_string())
}

/// A mail to be sent. Addresses may carry names; a list entry may hold several, separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmailRequest {
    /// To.
    pub to: Vec<String>,
    /// Cc.
    pub cc: Vec<String>,
    /// Bcc: in the envelope, never in a header.
    pub bcc: Vec<String>,
    /// From; the record's *Email address* when absent (IQX-9).
    pub from: Option<String>,
    /// Reply-To.
    pub reply_to: Option<String>,
    /// Subject; one that says "test" when absent and `test` is set.
    pub subject: Option<String>,
    /// Plain text; one that explains itself when absent and `test` is set.
    pub text: Option<String>,
    /// HTML, alone or beside the text.
    pub html: Option<String>,
    /// Files to attach.
    pub attachments: Vec<Attachment>,
    /// Marks the mail as written by a program (RFC 3834), so that no absence notice answers it.
    pub automatic: bool,
    /// Marks the mail as a test, with a header and, unless given, with subject and text.
    pub test: bool,
}

/// A file to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, shown to the recipient; a folder in front is left out.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}
