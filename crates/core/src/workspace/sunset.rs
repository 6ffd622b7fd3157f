//! The password-SMTP sunset list, and the draft of a record's successor.

use serde_json::{Map, Value, json};

use super::{Workspace, credential_of};
use crate::credential::{Credential, Kind, MailAuth, OAuth2};
use crate::sunset::{self, Sunset};
use crate::{Code, Problem};

/// What Exchange Online wants to be asked for (ELI-13).
const EXCHANGE_SCOPE: &str = "https://outlook.office365.com/.default";

impl Workspace {
    /// Announced retirements with the records they will stop; one whose records are all moved has none.
    ///
    /// # Errors
    /// Whatever reading the vault may fail with.
    pub fn sunset(&self) -> Result<Vec<Sunset>, Problem> {
        let Some(data) = self.lifetimes() else { return Ok(Vec::new()) };
        let heads = self.vault.heads()?;
        let mails = heads.iter().filter(|head| head.record_type == "mail_server");
        let records = mails.filter_map(|head| Some((head.id, credential_of(head).ok()?)));
        Ok(vec![sunset::of(&data, records)])
    }

    /// *Make an OAuth 2.0 draft of this record*: a new record's form with the old one's host, sender and way out, port 587
    /// with STARTTLS, and a token of the tenant. Nothing is stored, and the old record is not touched.
    ///
    /// # Errors
    /// `not_found`; `invalid` for anything but a mail server with a password.
    pub fn oauth_draft(&self, reference: &str) -> Result<Value, Problem> {
        let old = credential_of(&self.head(reference)?)?.without_masks();
        let Kind::MailServer(mail) = &old.kind else { return Err(not_a_password(&old)) };
        let MailAuth::Password { username, .. } = &mail.auth else { return Err(not_a_password(&old)) };
        let mailbox = if username.contains('@') { username } else { mail.sender.as_deref().unwrap_or(username) };
        let mut draft = as_map(&old)?;
        draft.insert("name".into(), self.free_name(&old.common.name)?.into());
        draft.insert("port".into(), 587.into());
        draft.insert("tls".into(), "starttls".into());
        draft.insert("allow_clear".into(), false.into());
        // The dates of the password are not those of its successor.
        draft.remove("expiries");
        let token_url = OAuth2::entra_token_url(&self.tenant_of(mailbox)?);
        let oauth2 = json!({
            "grant": "client_credentials", "token_url": token_url, "client_id": "", "scope": EXCHANGE_SCOPE,
        });
        draft.insert("auth".into(), json!({ "method": "oauth2", "username": mailbox, "oauth2": oauth2 }));
        Ok(Value::Object(draft))
    }

    /// The tenant of the vault's app registrations if they agree on one, else the mailbox's domain: Entra ID takes a verified
    /// domain in the place of the tenant's id.
    fn tenant_of(&self, mailbox: &str) -> Result<String, Problem> {
        let heads = self.vault.heads()?;
        let tenant = |head: &credenza_vault::RecordHead| head.meta.get("tenant_id")?.as_str().map(str::to_owned);
        let mut known: Vec<String> = heads.iter().filter_map(tenant).filter(|id| !id.trim().is_empty()).collect();
        known.sort();
        known.dedup();
        if let [one] = known.as_slice() {
            return Ok(one.clone());
        }
        let domain = mailbox.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty());
        Ok(domain.unwrap_or("{tenant}").to_owned())
    }

    fn free_name(&self, name: &str) -> Result<String, Problem> {
        let heads = self.vault.heads()?;
        let taken = |wanted: &str| heads.iter().any(|head| head.name.to_lowercase() == wanted.to_lowercase());
        let base: String = name.chars().take(180).collect();
        let first = format!("{base} (OAuth 2.0)");
        let more = (2..1000).map(|number| format!("{base} (OAuth 2.0) {number}"));
        Ok(std::iter::once(first.clone()).chain(more).find(|wanted| !taken(wanted)).unwrap_or(first))
    }
}

fn not_a_password(old: &Credential) -> Problem {
    let message = format!("\u{201c}{}\u{201d} does not sign in at a mail server with a password.", old.common.name);
    Problem::new(Code::Invalid, message, "Choose a mail server whose authentication is a password.").at("auth.method")
}

fn as_map(credential: &Credential) -> Result<Map<String, Value>, Problem> {
    match serde_json::to_value(credential) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(Problem::internal("a credential did not serialise to an object")),
    }
}
