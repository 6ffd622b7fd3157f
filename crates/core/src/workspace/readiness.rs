//! The readiness check of a stored record.

use credenza_net::{StageName, StageStatus, claims};
use credenza_vault::RecordHead;
use jiff::civil::Date;
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use super::{Workspace, credential_of};
use crate::Problem;
use crate::check::{CheckResult, Outcome, StoredToken};
use crate::credential::{AppRegistration, Credential, Kind, OAuth2, OAuth2Source};
use crate::horizon::{INVENTORY, InventoryDate, InventoryDates};
use crate::readiness::{self, Ids, Known, Readiness};

impl Workspace {
    /// Whether everything is in place for a record at Exchange Online, Gmail or Entra ID.
    ///
    /// # Errors
    /// `not_found`; `invalid` for a record that no such rules are known for.
    pub fn readiness(&self, reference: &str) -> Result<Readiness, Problem> {
        let head = self.head(reference)?;
        let credential = credential_of(&head)?;
        let (owner, registration) = self.token_owner(&head, &credential)?;
        let oauth2 = own_block(&credential).or_else(|| registration.as_ref().map(|app| &app.oauth2));
        let last = self.last_result(head.id)?;
        let claims = self.last_claims(&owner, last.as_ref())?;
        let tenant = oauth2.map(|oauth2| readiness_tenant(&oauth2.token_url)).unwrap_or_default();
        let known = Known {
            oauth2,
            ids: ids(registration.as_ref(), oauth2, &tenant),
            claims: claims.as_ref(),
            failure: last.as_ref().and_then(failure),
            passed: last.as_ref().is_some_and(signed_in),
            secret_finding: None,
            secret_ends: None,
        };
        let (ended, secret_ends) = self.secret_end(&owner)?;
        let finding = self.secret_finding(&owner, oauth2).or(ended);
        let known = Known { secret_finding: finding.as_deref(), secret_ends, ..known };
        readiness::judge(&credential, &known).ok_or_else(|| {
            let message = format!("No readiness check is known for \u{201c}{}\u{201d}.", head.name);
            Problem::invalid("type", message)
        })
    }

    /// The record whose token it is, and the app registration that says how to get it.
    fn token_owner(
        &self,
        head: &RecordHead,
        credential: &Credential,
    ) -> Result<(RecordHead, Option<AppRegistration>), Problem> {
        if let Kind::AppRegistration(app) = &credential.kind {
            return Ok((head.clone(), Some(app.clone())));
        }
        if let Some((_, OAuth2Source::Shared(shared))) = credential.oauth2()
            && let Ok(owner) = self.head(&shared.credential)
            && let Kind::AppRegistration(app) = credential_of(&owner)?.kind
        {
            return Ok((owner, Some(app)));
        }
        Ok((head.clone(), None))
    }

    /// What the last token says: as the last check saw it, else the one that is kept.
    fn last_claims(
        &self,
        owner: &RecordHead,
        last: Option<&CheckResult>,
    ) -> Result<Option<Map<String, Value>>, Problem> {
        let fetched = self.last_result(owner.id)?;
        let seen = [last, fetched.as_ref()].into_iter().flatten().find_map(seen_claims);
        if seen.is_some() {
            return Ok(seen);
        }
        let kept = self.vault.document("token", &owner.id.to_string())?;
        // EXPOSE: its payload is decoded, its signature stays behind.
        Ok(kept.and_then(|kept| claims(StoredToken::from_bytes(&kept)?.access_token.expose_secret())))
    }

    /// What the directory said of the client secret that is kept: a finding when it has ended, else its end. A record that was
    /// saved since may hold another.
    fn secret_end(&self, owner: &RecordHead) -> Result<(Option<String>, Option<Date>), Problem> {
        let read = self.vault.document(INVENTORY, &owner.id.to_string())?;
        let read: Option<InventoryDates> = read.and_then(|body| serde_json::from_slice(&body).ok());
        let path = secret_path(owner);
        let Some(read) = read.filter(|read| read.read_at >= owner.updated_at && owner.masks.contains_key(path)) else {
            return Ok((None, None));
        };
        let own = read.dates.iter().find(|date| date.item == path);
        let gone = |date: &&InventoryDate| date.at.is_some_and(|at| at <= self.clock.now());
        Ok(match own {
            Some(date) if gone(&date) => {
                (Some(format!("Entra says that this client secret ended on {}.", date.on)), None)
            }
            Some(date) => (None, Some(date.on)),
            None => (None, None),
        })
    }

    /// A GUID where Entra's secret value belongs is the id of the secret.
    fn secret_finding(&self, owner: &RecordHead, oauth2: Option<&OAuth2>) -> Option<String> {
        let at_entra = oauth2.is_some_and(|oauth2| oauth2.token_url.contains("login.microsoft"));
        let secret = self.vault.secret(owner.id, secret_path(owner)).ok().filter(|_| at_entra)?;
        // EXPOSE: only its form is looked at.
        let is_guid = uuid::Uuid::try_parse(secret.expose_secret().trim()).is_ok();
        is_guid.then(|| {
            "The client secret that is kept has the form of a GUID: that is the Secret ID, not its Value.".to_owned()
        })
    }
}

fn secret_path(owner: &RecordHead) -> &'static str {
    if owner.record_type == "app_registration" { "oauth2.client_secret" } else { "auth.oauth2.client_secret" }
}

fn own_block(credential: &Credential) -> Option<&OAuth2> {
    match (&credential.kind, credential.oauth2()) {
        (Kind::AppRegistration(app), _) => Some(&app.oauth2),
        (_, Some((_, OAuth2Source::Own(own)))) => Some(own),
        _ => None,
    }
}

fn ids<'a>(registration: Option<&'a AppRegistration>, oauth2: Option<&'a OAuth2>, tenant: &'a str) -> Ids<'a> {
    let first = |one: &'a str, two: &'a str| if one.trim().is_empty() { two } else { one };
    let client = oauth2.map(|oauth2| oauth2.client_id.as_str()).unwrap_or_default();
    match registration {
        Some(app) => Ids {
            tenant: first(&app.tenant_id, tenant),
            application: first(&app.application_id, client),
            principal: &app.principal_id,
        },
        None => Ids { tenant, application: client, principal: "" },
    }
}

fn readiness_tenant(token_url: &str) -> String {
    let url = url::Url::parse(token_url).ok();
    url.and_then(|url| url.path_segments()?.next().map(str::to_owned))
        .filter(|tenant| !tenant.contains('{'))
        .unwrap_or_default()
}

fn failure(result: &CheckResult) -> Option<(&str, &str)> {
    let explanation = result.explanation.as_ref().filter(|_| result.outcome == Outcome::Failed)?;
    Some((explanation.id.as_str(), explanation.raw.as_str()))
}

fn signed_in(result: &CheckResult) -> bool {
    let done = |stage: &credenza_net::Stage| {
        stage.name == StageName::Authenticate && matches!(stage.status, StageStatus::Passed | StageStatus::Warning)
    };
    result.outcome != Outcome::Failed && result.stages.iter().any(done)
}

fn seen_claims(result: &CheckResult) -> Option<Map<String, Value>> {
    let content = result.stages.iter().find(|stage| stage.name == StageName::TokenContent)?;
    content.evidence.as_object().filter(|claims| claims.contains_key("aud") || claims.contains_key("iss")).cloned()
}
