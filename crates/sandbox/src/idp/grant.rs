//! The token endpoint: who asks, for what, and whether they get it (RFC 6749 4.3, 4.4, 6).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::assertion;
use super::consent::DeviceAnswer;
use super::family::{Consent, Spent};
use super::refusal::Refusal;
use crate::accounts::{API_AUDIENCE, Accounts, GRAPH_AUDIENCE, MAIL_AUDIENCE, MAILBOX, MFA_USER};
use crate::compare::same;
use crate::random;
use crate::shared::Shared;
use crate::web::Asked;

/// RFC 8628 3.4.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A token request: its form fields and its client.
pub(super) struct TokenRequest<'a> {
    shared: &'a Shared,
    form: HashMap<String, String>,
    basic: Option<(String, String)>,
}

/// What the request gets.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) audience: &'static str,
    /// Absent when the application itself signed in.
    pub(super) username: Option<String>,
    /// Absent for client credentials, as Entra leaves it out there.
    pub(super) scope: Option<String>,
    pub(super) refresh_token: Option<String>,
}

impl<'a> TokenRequest<'a> {
    pub(super) fn read(shared: &'a Shared, asked: &Asked) -> Self {
        let form = url::form_urlencoded::parse(&asked.body).into_owned().collect();
        // RFC 6749 2.3.1: id and secret are form-encoded before they become Basic.
        let basic = asked.basic().map(|(id, secret)| (form_decoded(&id), form_decoded(&secret)));
        Self { shared, form, basic }
    }

    fn accounts(&self) -> &Accounts {
        &self.shared.accounts
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.form.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.field(name).ok_or(Refusal::MissingField(name))
    }

    /// Clients of Entra may send one to find their request again.
    pub(super) fn correlation(&self) -> Option<Uuid> {
        self.field("client-request-id")?.parse().ok()
    }

    /// Gives a token or refuses; `endpoints` are the addresses that a client's statement may be meant for.
    pub(super) fn decide(&self, endpoints: &[String]) -> Result<Granted, Refusal> {
        let grant = self.required("grant_type")?;
        if !["client_credentials", "password", "refresh_token", "authorization_code", DEVICE_GRANT].contains(&grant) {
            return Err(Refusal::UnknownGrant(grant.to_owned()));
        }
        let public = self.is_public(grant);
        if !public {
            self.client(endpoints)?;
        } else if self.field("client_id") != Some(self.accounts().client_id.as_str()) {
            return Err(Refusal::UnknownClient(self.field("client_id").unwrap_or_default().to_owned()));
        }
        match grant {
            "client_credentials" => self.client_credentials(),
            "password" => self.password(),
            "authorization_code" => self.code(public),
            DEVICE_GRANT => self.device(public),
            _ => self.refresh(),
        }
    }

    /// Where a person signed in, the client need not prove anything (RFC 6749 2.1, RFC 8252 8.4).
    fn is_public(&self, grant: &str) -> bool {
        let silent =
            self.basic.is_none() && self.field("client_secret").is_none() && self.field("client_assertion").is_none();
        let by_person = match grant {
            "authorization_code" | DEVICE_GRANT => true,
            "refresh_token" => self.field("refresh_token").is_some_and(|token| self.shared.families().is_public(token)),
            _ => false,
        };
        silent && by_person
    }

    /// The client signs in: in the header, in the body or by a signed statement, but never in two ways.
    pub(super) fn client(&self, endpoints: &[String]) -> Result<(), Refusal> {
        if let Some(statement) = self.field("client_assertion") {
            if self.basic.is_some() || self.field("client_secret").is_some() {
                return Err(Refusal::TwoWaysToSignIn);
            }
            if self.field("client_assertion_type") != Some(assertion::TYPE) {
                return Err(Refusal::BadAssertion);
            }
            return assertion::check(self.shared, statement, endpoints);
        }
        let (id, secret) = match (&self.basic, self.field("client_secret")) {
            (Some(_), Some(_)) => return Err(Refusal::TwoWaysToSignIn),
            (Some((id, secret)), None) => (id.as_str(), Some(secret.as_str())),
            (None, secret) => (self.required("client_id")?, secret),
        };
        if id != self.accounts().client_id {
            return Err(Refusal::UnknownClient(id.to_owned()));
        }
        match secret {
            None | Some("") => Err(Refusal::MissingSecret),
            Some(secret) if same(secret, &self.accounts().client_secret) => Ok(()),
            Some(secret) if same(secret, &self.accounts().expired_client_secret) => Err(Refusal::ExpiredSecret),
            Some(_) => Err(Refusal::WrongSecret),
        }
    }

    fn client_credentials(&self) -> Result<Granted, Refusal> {
        let asked_for = match (self.field("scope"), self.field("resource")) {
            (Some(scope), _) => scope.to_owned(),
            // The older endpoint of Entra has a resource where the newer has a scope.
            (None, Some(resource)) => format!("{resource}/.default"),
            (None, None) => return Err(Refusal::MissingField("scope")),
        };
        let resource =
            asked_for.strip_suffix("/.default").ok_or_else(|| Refusal::ScopeNotDefault(asked_for.clone()))?;
        let audience = audience(resource).ok_or_else(|| Refusal::UnknownResource(asked_for.clone()))?;
        Ok(Granted { audience, username: None, scope: None, refresh_token: None })
    }

    fn password(&self) -> Result<Granted, Refusal> {
        let username = self.required("username")?;
        let password = self.required("password")?;
        let known = [MAILBOX, MFA_USER].into_iter().find(|known| known.eq_ignore_ascii_case(username));
        let Some(username) = known.filter(|_| same(password, &self.accounts().password)) else {
            return Err(Refusal::WrongPassword);
        };
        if username == MFA_USER {
            return Err(Refusal::SecondFactor);
        }
        let scope = self.field("scope").map(str::to_owned).unwrap_or_else(default_scope);
        let audience = audience_of(&scope)?;
        let lasting = scope.split_whitespace().any(|part| part == "offline_access");
        let refresh_token = if lasting { fresh_token() } else { None };
        if let Some(token) = &refresh_token {
            let consent = Consent { username: username.to_owned(), scope: scope.clone(), public: false };
            self.shared.families().begin(token.clone(), consent);
        }
        Ok(Granted { audience, username: Some(username.to_owned()), scope: Some(scope), refresh_token })
    }

    /// RFC 6749 4.1.3, RFC 7636 4.6.
    fn code(&self, public: bool) -> Result<Granted, Refusal> {
        let code = self.required("code")?;
        let verifier = self.required("code_verifier")?;
        let grant = self.shared.pending().take_code(code, self.shared.now()).ok_or(Refusal::BadCode)?;
        if self.field("redirect_uri") != Some(grant.redirect_uri.as_str()) {
            return Err(Refusal::WrongRedirect);
        }
        if !same(&URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), &grant.challenge) {
            return Err(Refusal::WrongVerifier);
        }
        self.signed_in(Consent { public, ..grant.consent })
    }

    /// RFC 8628 3.4.
    fn device(&self, public: bool) -> Result<Granted, Refusal> {
        let device_code = self.required("device_code")?;
        let interval = self.shared.device_interval;
        let answer = self.shared.pending().poll_device(device_code, interval, self.shared.now());
        match answer {
            DeviceAnswer::Approved(consent) => self.signed_in(Consent { public, ..consent }),
            DeviceAnswer::Waiting => Err(Refusal::DevicePending),
            DeviceAnswer::TooSoon => Err(Refusal::DeviceTooSoon),
            DeviceAnswer::Refused => Err(Refusal::DeviceDeclined),
            DeviceAnswer::Expired => Err(Refusal::DeviceExpired),
            DeviceAnswer::Unknown => Err(Refusal::BadDeviceCode),
        }
    }

    /// A person has signed in: a token, and a refresh token where one was asked for.
    fn signed_in(&self, consent: Consent) -> Result<Granted, Refusal> {
        let audience = audience_of(&consent.scope)?;
        let lasting = consent.scope.split_whitespace().any(|part| part == "offline_access");
        let refresh_token = if lasting { fresh_token() } else { None };
        if let Some(token) = &refresh_token {
            self.shared.families().begin(token.clone(), consent.clone());
        }
        Ok(Granted { audience, username: Some(consent.username), scope: Some(consent.scope), refresh_token })
    }

    fn refresh(&self) -> Result<Granted, Refusal> {
        let token = self.required("refresh_token")?;
        // Looked at before the token is used up: a wrong scope must not cost the token.
        let asked_for = self.field("scope").map(|scope| audience_of(scope).map(|_| scope.to_owned())).transpose()?;
        let successor = fresh_token().ok_or(Refusal::BadRefreshToken)?;
        let consent = self.shared.families().redeem(token, successor.clone()).map_err(|spent| match spent {
            Spent::Unknown => Refusal::BadRefreshToken,
            Spent::UsedBefore => Refusal::ReusedRefreshToken,
        })?;
        let scope = asked_for.unwrap_or(consent.scope);
        let audience = audience_of(&scope)?;
        Ok(Granted { audience, username: Some(consent.username), scope: Some(scope), refresh_token: Some(successor) })
    }
}

/// The scope of the refresh token that a sandbox starts with, and of a request that names none.
pub(crate) fn default_scope() -> String {
    format!("{API_AUDIENCE}/Practice.Read offline_access")
}

fn fresh_token() -> Option<String> {
    random::token().ok()
}

fn form_decoded(text: &str) -> String {
    // Parsed as a form, so that `+` is a blank; an `&` or `=` in it would be a separator, so they are escaped first.
    let pair = format!("x={}", text.replace('&', "%26").replace('=', "%3D"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn audience(resource: &str) -> Option<&'static str> {
    [MAIL_AUDIENCE, API_AUDIENCE, GRAPH_AUDIENCE].into_iter().find(|known| *known == resource)
}

/// The one resource that a delegated scope is about.
pub(super) fn audience_of(scope: &str) -> Result<&'static str, Refusal> {
    let known = ["openid", "profile", "email", "offline_access"];
    let mut found = API_AUDIENCE;
    for part in scope.split_whitespace().filter(|part| !known.contains(part)) {
        let resource = part.rsplit_once('/').and_then(|(resource, _)| audience(resource));
        found = resource.ok_or_else(|| Refusal::UnknownResource(part.to_owned()))?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_decoded() {
        assert_eq!(form_decoded("my+app"), "my app");
        assert_eq!(form_decoded("p%40ss+w%3Ard%2B%25"), "p@ss w:rd+%");
        assert_eq!(form_decoded("a=b&c"), "a=b&c");
    }

    #[test]
    fn a_scope_leads_to_its_audience() {
        assert_eq!(audience_of("https://mail.credenza.test/SMTP.Send offline_access").unwrap(), MAIL_AUDIENCE);
        assert_eq!(audience_of("offline_access").unwrap(), API_AUDIENCE);
        assert_eq!(audience_of("https://example.com/x"), Err(Refusal::UnknownResource("https://example.com/x".into())));
    }
}
