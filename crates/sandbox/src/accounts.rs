//! The accounts of a sandbox: names are fixed and documented, secrets are made at the first start.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::certificates::CertificatePair;
use crate::{Ports, SandboxError, random};

/// The practice mailbox: its address is its user name.
pub const MAILBOX: &str = "practice@credenza.test";
/// A second user with the same password, who would have to answer a second factor (AADSTS50076).
pub const MFA_USER: &str = "mfa@credenza.test";
/// The user name at the two proxies that ask for one.
pub const PROXY_USER: &str = "proxy-user";
/// The audience that the practice mail server accepts in a token.
pub const MAIL_AUDIENCE: &str = "https://mail.credenza.test";
/// The audience that the practice web server accepts in a token.
pub const API_AUDIENCE: &str = "https://api.credenza.test";

/// The audience of a token for the practice identity provider's list of applications, as Microsoft Graph has it.
pub const GRAPH_AUDIENCE: &str = "https://graph.microsoft.com";

/// Names and secrets that the practice servers know. They protect nothing but practice.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// Password of [`MAILBOX`] and [`MFA_USER`], for mail, Basic and the password grant.
    pub password: String,
    /// The tenant of the identity provider; `practice` stands for it too.
    pub tenant_id: String,
    /// The registered application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// A secret it had before, expired since (AADSTS7000222).
    pub expired_client_secret: String,
    /// A refresh token that is good for its first use, which brings the next one.
    pub refresh_token: String,
    /// A token that the practice web server accepts without an identity provider.
    pub api_token: String,
    /// Password of [`PROXY_USER`].
    pub proxy_password: String,
    /// Path of the webhook, such as `/hooks/…`.
    pub webhook_path: String,
    /// Signing secret of the webhook, `whsec_…` (Standard Webhooks).
    pub signing_secret: String,
    /// The certificate that the application may sign in with, and its key.
    #[serde(default = "CertificatePair::none")]
    pub certificate: CertificatePair,
    pub(crate) token_key: String,
}

impl Accounts {
    pub(crate) fn fresh() -> Result<Self, SandboxError> {
        Ok(Self {
            password: random::password()?,
            tenant_id: Uuid::new_v4().to_string(),
            client_id: Uuid::new_v4().to_string(),
            client_secret: random::token()?,
            expired_client_secret: random::token()?,
            refresh_token: random::token()?,
            api_token: random::token()?,
            proxy_password: random::password()?,
            webhook_path: format!("/hooks/{}", random::token()?),
            signing_secret: random::signing_secret()?,
            certificate: CertificatePair::application()?,
            token_key: random::token()?,
        })
    }

    /// Accounts that were kept by an older version lack the certificate.
    pub(crate) fn completed(mut self) -> Result<Self, SandboxError> {
        if self.certificate == CertificatePair::none() {
            self.certificate = CertificatePair::application()?;
        }
        Ok(self)
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").field("tenant_id", &self.tenant_id).finish_non_exhaustive()
    }
}

/// What makes a sandbox the same one after a restart: accounts, authority and ports. Records made for practice go on
/// working when it is kept (encrypted: it holds the practice secrets) and given to the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Names and secrets.
    pub accounts: Accounts,
    /// The certificate authority.
    pub authority: CertificatePair,
    /// The ports it had; the next start takes them where they are free.
    pub ports: Ports,
}
