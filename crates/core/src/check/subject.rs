//! What is tested, and what is to be done with it.

use uuid::Uuid;

use super::{CallRequest, EmailRequest, WebhookSample};
use crate::inventory::GraphPlace;
use crate::{Credential, Secrets};

/// What is tested: a stored credential or an unsaved draft, with its secret values.
///
/// A shared OAuth 2.0 block is already replaced by that of the app registration.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The record's id; `None` for a draft. A draft never uses or fills the token cache (TUF-25, vector 12).
    pub id: Option<Uuid>,
    /// Everything that is not secret.
    pub credential: Credential,
    /// The secret values by field path.
    pub secrets: Secrets,
}

/// What is to be done with the subject.
#[derive(Debug, Clone)]
pub enum Action {
    /// *Test connection*: no mail is sent and no request that could change something.
    Connection,
    /// *Send test email* and `send-email`: a mail is really sent.
    Email(EmailRequest),
    /// *Fetch Token*.
    Token {
        /// Ask for a new token even when a cached one is still valid.
        force: bool,
    },
    /// *Test Action*: one real request to the webhook.
    Webhook(WebhookSample),
    /// One request through an outbound server.
    Call(CallRequest),
    /// *Read from Entra*: the tenant's app registrations and when their secrets and certificates end, from Microsoft Graph.
    Inventory(GraphPlace),
}
