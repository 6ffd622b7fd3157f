//! How to set it up at the provider, step by step, with the record's values to copy (IQX-18..25, ELI-11..17).

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::gmail::SCOPE;
use super::{Known, ReadinessService, mailbox};
use crate::credential::{Credential, OAuth2};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export, rename = "ReadinessStep")]
pub struct Step {
    /// What to do.
    pub text: String,
    /// Where to click.
    pub path: String,
    /// What to enter there.
    pub values: Vec<Value>,
    /// Who does it, as in an explanation.
    pub who: String,
}

/// A value to copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export, rename = "ReadinessValue")]
pub struct Value {
    /// Stable name, to copy it by.
    pub id: String,
    /// What it is.
    pub label: String,
    /// The value; empty when the record does not have it.
    pub value: String,
}

/// The steps for a service.
pub(super) fn steps(credential: &Credential, known: &Known<'_>, service: ReadinessService) -> Vec<Step> {
    match service {
        ReadinessService::ExchangeOnline => {
            let mut list = registration(credential, known);
            list.extend(exchange(credential, known));
            list
        }
        ReadinessService::Entra => {
            let mut list = registration(credential, known);
            list.extend(graph());
            list
        }
        ReadinessService::Gmail => google(credential),
    }
}

fn registration(credential: &Credential, known: &Known<'_>) -> Vec<Step> {
    let tenant = known.ids.tenant;
    let url = known.oauth2.map(|oauth2| oauth2.token_url.clone()).filter(|url| !url.is_empty());
    let url = url.unwrap_or_else(|| OAuth2::entra_token_url(if tenant.is_empty() { "{tenant}" } else { tenant }));
    vec![
        step(
            "Register an application as an administrator.",
            "Entra admin center > App registrations > New registration",
            "entra_admin",
            vec![
                value("name", "Name", &credential.common.name),
                value("accounts", "Supported account types", "Accounts in this organizational directory only"),
                value("redirect", "Redirect URI (type Web)", "http://localhost"),
            ],
        ),
        step(
            "Copy its ids into this record.",
            "App registrations > the application > Overview",
            "entra_admin",
            vec![
                value("tenant", "Directory (tenant) ID", tenant),
                value("client", "Application (client) ID", known.ids.application),
                value("token_url", "Access Token URL", &url),
            ],
        ),
        step(
            "Make a client secret and copy the column Value at once; it is shown only then.",
            "Certificates & secrets > New client secret",
            "entra_admin",
            Vec::new(),
        ),
    ]
}

fn exchange(credential: &Credential, known: &Known<'_>) -> Vec<Step> {
    vec![
        step(
            "Add the permission to send over SMTP.",
            "API permissions > Add a permission > APIs my organization uses > Office 365 Exchange Online > Application permissions",
            "entra_admin",
            vec![
                value("api", "API", "Office 365 Exchange Online"),
                value("permission", "Permission", "SMTP.SendAsApp"),
            ],
        ),
        consent(),
        step(
            "Copy the object id of the enterprise application: another one than under App registrations.",
            "Enterprise applications > the application > Overview > Object ID",
            "entra_admin",
            vec![value("principal", "Principal ID", known.ids.principal)],
        ),
        step(
            "Let the application into the mailbox with the PowerShell below. The mailbox needs a licence.",
            "Exchange Online PowerShell",
            "exchange_admin",
            vec![value("mailbox", "Mailbox", mailbox(credential))],
        ),
        step(
            "Enter the scope, wait 15 to 30 minutes, press Fetch Token and then Test connection.",
            "This record",
            "you",
            vec![value("scope", "Scope", "https://outlook.office365.com/.default")],
        ),
    ]
}

fn graph() -> Vec<Step> {
    vec![
        step(
            "Add the permissions.",
            "API permissions > Add a permission > Microsoft Graph > Application permissions",
            "entra_admin",
            vec![
                value("mail_read", "Permission", "Mail.Read"),
                value("mail_readwrite", "Permission", "Mail.ReadWrite"),
                value("scope", "Scope", "https://graph.microsoft.com/.default"),
            ],
        ),
        consent(),
        step(
            "Press Fetch Token: what is needed and what the token has stand side by side above.",
            "This record",
            "you",
            Vec::new(),
        ),
    ]
}

fn google(credential: &Credential) -> Vec<Step> {
    vec![
        step(
            "With a password: turn on 2-Step Verification and make an app password; the user name stays the whole address.",
            "myaccount.google.com > Security > App passwords",
            "mailbox_owner",
            vec![value("mailbox", "User name", mailbox(credential))],
        ),
        step(
            "With OAuth 2.0: make a client, and ask for the one scope that opens SMTP.",
            "Google Cloud console > APIs & Services > Credentials",
            "google_admin",
            vec![
                value("scope", "Scope", SCOPE),
                value("token_url", "Access Token URL", "https://oauth2.googleapis.com/token"),
            ],
        ),
        step(
            "For a service account: allow its client id to act for the mailboxes with that scope.",
            "Google admin console > Security > API controls > Domain-wide delegation",
            "google_admin",
            Vec::new(),
        ),
    ]
}

fn consent() -> Step {
    step(
        "Grant admin consent.",
        "API permissions > Grant admin consent for your organisation",
        "entra_admin",
        Vec::new(),
    )
}

fn step(text: &str, path: &str, who: &str, values: Vec<Value>) -> Step {
    Step { text: text.to_owned(), path: path.to_owned(), values, who: who.to_owned() }
}

fn value(id: &str, label: &str, value: &str) -> Value {
    Value { id: id.to_owned(), label: label.to_owned(), value: value.trim().to_owned() }
}
