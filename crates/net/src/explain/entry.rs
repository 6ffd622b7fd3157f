//! One entry of the catalogue as it stands in `error-codes.json`.

use serde::Deserialize;

/// Where a failure comes from; decides which entries are asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Family {
    Aadsts,
    Graph,
    Http,
    Network,
    Oauth,
    OauthGoogle,
    Proxy,
    Smtp,
    SmtpGmail,
    SmtpMicrosoft,
    Tls,
    Webhook,
}

/// Who has to act. Only its name leaves this module: nothing branches on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Who {
    You,
    MailboxOwner,
    EntraAdmin,
    ExchangeAdmin,
    GoogleAdmin,
    MailAdmin,
    ServerOwner,
    NetworkTeam,
    Provider,
}

impl Who {
    /// The name as it stands in the data and in a check result.
    pub(super) fn name(self) -> &'static str {
        match self {
            Who::You => "you",
            Who::MailboxOwner => "mailbox_owner",
            Who::EntraAdmin => "entra_admin",
            Who::ExchangeAdmin => "exchange_admin",
            Who::GoogleAdmin => "google_admin",
            Who::MailAdmin => "mail_admin",
            Who::ServerOwner => "server_owner",
            Who::NetworkTeam => "network_team",
            Who::Provider => "provider",
        }
    }
}

/// All keys are required and no other is allowed, so that a replacement file with a typing error is refused, not half used.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) family: Family,
    #[allow(dead_code, reason = "a name for people who maintain the data; code must not look at it")]
    pub(super) code: String,
    pub(super) title: String,
    pub(super) who: Who,
    #[serde(rename = "match")]
    pub(super) pattern: String,
    pub(super) meaning: String,
    pub(super) likely_causes: Vec<String>,
    pub(super) fix_steps: Vec<String>,
    pub(super) source: String,
    pub(super) retryable: bool,
    pub(super) verified: bool,
}
