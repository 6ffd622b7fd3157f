//! Whether everything is in place for a record to work at Exchange Online, Gmail or Entra ID: judged from the record, the
//! claims of its last token and the server's last answer.
//!
//! Nothing is asked of a server here, and no claim is believed: what neither record, token nor answer shows is *not known*.

mod checklist;
mod entra;
mod exchange;
mod gmail;
mod script;
mod shape;
mod told;

pub use checklist::{Step, Value as StepValue};
pub use shape::{Readiness, ReadinessService, State, Verdict};

use serde_json::{Map, Value};

use crate::credential::{Credential, Kind, MailAuth, OAuth2};

/// The ids of an application, as far as the record names them; empty where it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ids<'a> {
    /// Directory (tenant) id.
    pub tenant: &'a str,
    /// Application (client) id.
    pub application: &'a str,
    /// Object id of the enterprise application (APP-20).
    pub principal: &'a str,
}

/// What is judged.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// The record's own or its app registration's way to a token.
    pub oauth2: Option<&'a OAuth2>,
    /// The ids of the app registration, where the record names one or is one.
    pub ids: Ids<'a>,
    /// Claims of the last token that could be read.
    pub claims: Option<&'a Map<String, Value>>,
    /// Id of the explanation of the last failure, and the peer's words; `None` when the last check passed or never ran.
    pub failure: Option<(&'a str, &'a str)>,
    /// The last check signed in at the server and nothing refused it.
    pub passed: bool,
    /// What the lint of pasted secrets says of the client secret that is kept.
    pub secret_finding: Option<&'a str>,
    /// The day on which the directory says that this client secret ends, where it is known which one it is.
    pub secret_ends: Option<jiff::civil::Date>,
}

/// The service whose rules a record has to meet; `None` when there is no such set of rules for it.
pub fn service(credential: &Credential) -> Option<ReadinessService> {
    match &credential.kind {
        Kind::MailServer(mail) => {
            let host = mail.connection.host.trim_end_matches('.').to_ascii_lowercase();
            let within =
                |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            if ["office365.com", "outlook.com", "office.com"].into_iter().any(within) {
                Some(ReadinessService::ExchangeOnline)
            } else if ["gmail.com", "googlemail.com", "google.com"].into_iter().any(within) {
                Some(ReadinessService::Gmail)
            } else {
                None
            }
        }
        Kind::AppRegistration(app) if is_entra(&app.oauth2.token_url) || !app.tenant_id.is_empty() => {
            let exchange = app.oauth2.scope.contains("outlook.office");
            Some(if exchange { ReadinessService::ExchangeOnline } else { ReadinessService::Entra })
        }
        _ => None,
    }
}

/// The judgement of a record; `None` when there are no rules for it.
pub fn judge(credential: &Credential, known: &Known<'_>) -> Option<Readiness> {
    let service = service(credential)?;
    let verdicts = match service {
        ReadinessService::ExchangeOnline => exchange::verdicts(credential, known),
        ReadinessService::Gmail => gmail::verdicts(credential, known),
        ReadinessService::Entra => entra::verdicts(known),
    };
    let conclusion = verdicts.iter().find(|verdict| verdict.state == State::NotMet).map(|verdict| verdict.id.clone());
    let script = (service == ReadinessService::ExchangeOnline).then(|| script::powershell(credential, known));
    Some(Readiness { service, conclusion, verdicts, checklist: checklist::steps(credential, known, service), script })
}

fn is_entra(token_url: &str) -> bool {
    let host = url::Url::parse(token_url).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase));
    host.is_some_and(|host| host.starts_with("login.") && host.contains("microsoft"))
}

/// The mailbox that a mail server record signs in to.
fn mailbox(credential: &Credential) -> &str {
    let Kind::MailServer(mail) = &credential.kind else { return "" };
    match &mail.auth {
        MailAuth::Password { username, .. } | MailAuth::Oauth2 { username, .. } => username,
        MailAuth::None => mail.sender.as_deref().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
