//! Judges what was entered before any packet leaves: the `input` stage.

use credenza_net::{Recorder, Route};

use super::graph::GraphPlan;
use super::http::{RequestPlan, call_plan, test_plan};
use super::mail::{MailPlan, connection_plan, email_plan};
use super::token::{TokenPlan, TokenSource};
use super::webhook::{WebhookPlan, reach_route, webhook_plan};
use super::{Action, CheckContext, Subject};
use crate::credential::{Kind, Protocol, field_label};
use crate::{Credential, CredentialType, Problem};

/// What will be done, with everything it needs in hand.
pub(super) enum Plan {
    Mail(Box<MailPlan>),
    Token(Box<TokenPlan>),
    Request(Box<RequestPlan>),
    WebhookReach(Box<Route>, Protocol),
    Webhook(Box<WebhookPlan>),
    Graph(Box<GraphPlan>),
}

/// Whether an action applies to a type of credential at all.
///
/// # Errors
/// `invalid` with `type`, naming the action that does apply.
pub fn applicable(credential: &Credential, action: &Action) -> Result<(), Problem> {
    let kind = credential.credential_type();
    let reason = match (action, kind) {
        (_, CredentialType::Secret) => "A secret has no test: it is kept for its value and its expiry.",
        (Action::Email(_), kind) if kind != CredentialType::MailServer => "Only a mail server can send an email.",
        (Action::Webhook(_), kind) if kind != CredentialType::Webhook => "Test Action is for webhooks.",
        (Action::Call(_), kind) if kind != CredentialType::OutboundServer => "Only an outbound server takes requests.",
        (Action::Inventory(_), kind) if kind != CredentialType::AppRegistration => {
            "Only an app registration can read the directory."
        }
        (Action::Token { .. }, CredentialType::Webhook) => "A webhook has no token.",
        _ => return Ok(()),
    };
    Err(Problem::invalid("type", reason))
}

/// Capability C18: says what looks wrongly pasted, before anything is sent; never a part of it. What is only perhaps a mistake is
/// said when the sign-in was refused.
pub(super) fn note_pasted(subject: &Subject, sure: bool, rec: &Recorder) {
    for (path, value) in subject.secrets.iter() {
        if let Some(fault) = subject.credential.secret_fault(path, value).filter(|fault| fault.sure == sure) {
            rec.warning(fault.id, format!("{}: {}", field_label(path), fault.message));
        }
    }
}

/// Everything the action needs, or what is missing or contradicts.
///
/// # Errors
/// `invalid`, with the field at fault.
pub(super) fn prepare(
    subject: &Subject,
    action: &Action,
    ctx: &CheckContext<'_>,
    rec: &Recorder,
) -> Result<Plan, Problem> {
    applicable(&subject.credential, action)?;
    note_pasted(subject, true, rec);
    let plan = match (action, &subject.credential.kind) {
        (Action::Connection, Kind::MailServer(mail)) => Plan::Mail(Box::new(connection_plan(subject, mail, rec)?)),
        (Action::Email(request), Kind::MailServer(mail)) => {
            Plan::Mail(Box::new(email_plan(subject, mail, request, (ctx.clock.now(), rec))?))
        }
        (Action::Connection, Kind::OutboundServer(server)) => Plan::Request(Box::new(test_plan(subject, server, rec)?)),
        (Action::Call(request), Kind::OutboundServer(server)) => {
            Plan::Request(Box::new(call_plan(subject, server, request, rec)?))
        }
        (Action::Connection, Kind::Webhook(hook)) => {
            Plan::WebhookReach(Box::new(reach_route(subject, hook)?), hook.protocol)
        }
        (Action::Webhook(sample), Kind::Webhook(hook)) => {
            Plan::Webhook(Box::new(webhook_plan(subject, hook, sample, (ctx.clock.now(), rec))?))
        }
        (Action::Inventory(place), _) => Plan::Graph(Box::new(GraphPlan::of(subject, place, rec)?)),
        (Action::Connection, _) => Plan::Token(Box::new(TokenPlan::new(TokenSource::of(subject, rec)?, true, false))),
        (Action::Token { force }, _) => {
            Plan::Token(Box::new(TokenPlan::new(TokenSource::of(subject, rec)?, *force, true)))
        }
        _ => return Err(Problem::internal("This action has no plan for this type.")),
    };
    Ok(plan)
}
