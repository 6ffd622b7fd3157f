//! The token request of a record's OAuth 2.0 block.

use std::sync::Arc;

use credenza_net::{AssertionKey, BrowserWay, ClientAuth, DeviceWay, Grant, Recorder, Route, TokenRequest};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::lint;
use crate::Problem;
use crate::check::Subject;
use crate::check::route::{url_route, web_url};
use crate::credential::{AssertionAlgorithm, ClientAuthentication, Connection, GrantType, Kind, OAuth2, OAuth2Source};

/// Everything a token request needs.
pub(in crate::check) struct OAuthPlan {
    /// The way to the token URL: the record's proxy, verify mode and client certificate.
    pub(super) route: Route,
    pub(super) request: TokenRequest,
    /// How a person signs in, with the grants that need one.
    pub(super) person: Option<PersonWay>,
    /// Where the block stands: `auth.oauth2` or `oauth2`.
    pub(super) field: &'static str,
    /// Digest of everything the token depends on.
    pub(super) fingerprint: String,
}

/// How a person signs in.
pub(super) enum PersonWay {
    Browser(BrowserWay),
    Device(DeviceWay),
}

impl OAuthPlan {
    /// The plan for a subject's OAuth 2.0 block.
    ///
    /// # Errors
    /// `invalid` with the field: no block, a grant that needs a person, something missing.
    pub(super) fn of(subject: &Subject, rec: &Recorder) -> Result<OAuthPlan, Problem> {
        let (field, block) = block(subject)?;
        let connection = subject.credential.connection().cloned().unwrap_or_default();
        let plan = Maker { subject, connection: &connection, field, block: &block }.plan()?;
        lint::request(&plan.request, &subject.credential, rec);
        Ok(plan)
    }

    /// The refresh token that the check was started with; `None` with a grant that uses none.
    pub(super) fn refresh_token(&self) -> Option<&SecretString> {
        match &self.request.grant {
            Grant::RefreshToken(token) => Some(token),
            _ => None,
        }
    }

    /// The request as it is sent at this moment: a signed statement counts from it.
    pub(super) fn request_at(&self, now: Timestamp) -> TokenRequest {
        let mut request = self.request.clone();
        if let ClientAuth::PrivateKeyJwt { at, .. } = &mut request.client_auth {
            *at = now;
        }
        request
    }
}

fn block(subject: &Subject) -> Result<(&'static str, OAuth2), Problem> {
    if let Kind::AppRegistration(app) = &subject.credential.kind {
        return Ok(("oauth2", app.completed()));
    }
    match subject.credential.oauth2() {
        Some((field, OAuth2Source::Own(block))) => Ok((field, (**block).clone())),
        Some((field, OAuth2Source::Shared(shared))) => Err(Problem::invalid(
            format!("{field}.credential"),
            format!("The app registration \"{}\" could not be used.", shared.credential),
        )),
        None => Err(Problem::invalid(
            "auth.method",
            "This record has no OAuth 2.0 and no token script, so there is no token to fetch.",
        )),
    }
}

struct Maker<'a> {
    subject: &'a Subject,
    connection: &'a Connection,
    field: &'static str,
    block: &'a OAuth2,
}

impl Maker<'_> {
    fn plan(&self) -> Result<OAuthPlan, Problem> {
        let url_field = self.path("token_url");
        let token_url = web_url(&self.block.token_url, &url_field)?;
        let route = url_route(self.connection, &token_url, &url_field, &self.subject.secrets)?;
        let client_id = self.block.client_id.trim().to_owned();
        if client_id.is_empty() {
            return Err(Problem::invalid(self.path("client_id"), "Client ID is missing."));
        }
        let (client_auth, client_secret) = self.client_auth()?;
        let request = TokenRequest {
            token_url,
            grant: self.grant()?,
            client_id,
            client_secret,
            client_auth,
            scope: filled(&self.block.scope),
            audience: filled(&self.block.audience),
            extra: self.block.extra.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        };
        let fingerprint = self.fingerprint(&request);
        Ok(OAuthPlan { route, request, person: self.person()?, field: self.field, fingerprint })
    }

    fn person(&self) -> Result<Option<PersonWay>, Problem> {
        match self.block.grant {
            GrantType::AuthorizationCode => {
                let redirect = filled(&self.block.redirect_uri);
                let redirect = redirect.map(|text| web_url(&text, &self.path("redirect_uri"))).transpose()?;
                Ok(Some(PersonWay::Browser(BrowserWay {
                    authorize_url: web_url(&self.block.authorize_url, &self.path("authorize_url"))?,
                    redirect_uri: redirect,
                    issuer: filled(&self.block.issuer),
                })))
            }
            GrantType::DeviceCode => {
                let field = self.path("device_url");
                let device_url = web_url(&self.block.device_url, &field)?;
                let route = url_route(self.connection, &device_url, &field, &self.subject.secrets)?;
                Ok(Some(PersonWay::Device(DeviceWay { device_url, route })))
            }
            _ => Ok(None),
        }
    }

    fn path(&self, leaf: &str) -> String {
        format!("{}.{leaf}", self.field)
    }

    fn secret(&self, leaf: &str) -> Option<SecretString> {
        self.subject.secrets.text(&self.path(leaf)).cloned()
    }

    fn required(&self, leaf: &str, words: &str) -> Result<SecretString, Problem> {
        self.secret(leaf).ok_or_else(|| Problem::invalid(self.path(leaf), format!("{words} is missing.")))
    }

    fn client_auth(&self) -> Result<(ClientAuth, Option<SecretString>), Problem> {
        // A public client may use the other grants without a secret (RFC 6749 2.1); client credentials may not.
        let secret = || match self.block.grant {
            GrantType::ClientCredentials => self.required("client_secret", "Client Secret").map(Some),
            _ => Ok(self.secret("client_secret")),
        };
        match self.block.client_auth {
            ClientAuthentication::Post => Ok((ClientAuth::Post, secret()?)),
            ClientAuthentication::Basic => Ok((ClientAuth::Basic, secret()?)),
            ClientAuthentication::None => Ok((ClientAuth::None, None)),
            ClientAuthentication::PrivateKeyJwt => Ok((self.assertion()?, None)),
        }
    }

    fn assertion(&self) -> Result<ClientAuth, Problem> {
        if self.block.certificate_pem.trim().is_empty() {
            return Err(Problem::invalid(self.path("certificate_pem"), "The certificate to sign in with is missing."));
        }
        let private_key = self.required("private_key_pem", "The private key of the certificate")?;
        let algorithm = match self.block.assertion_algorithm {
            AssertionAlgorithm::Ps256 => credenza_net::AssertionAlgorithm::Ps256,
            AssertionAlgorithm::Rs256 => credenza_net::AssertionAlgorithm::Rs256,
        };
        let key = AssertionKey::read(&self.block.certificate_pem, &private_key, algorithm).map_err(|problem| {
            let leaf = if problem.is_key { "private_key_pem" } else { "certificate_pem" };
            Problem::invalid(self.path(leaf), problem.words)
        })?;
        // `OAuthPlan::request_at` puts the moment in.
        Ok(ClientAuth::PrivateKeyJwt { key: Arc::new(key), at: Timestamp::UNIX_EPOCH })
    }

    fn grant(&self) -> Result<Grant, Problem> {
        match self.block.grant {
            GrantType::ClientCredentials => Ok(Grant::ClientCredentials),
            GrantType::Password => {
                let username = self.block.username.trim().to_owned();
                if username.is_empty() {
                    return Err(Problem::invalid(self.path("username"), "Login user name is missing."));
                }
                Ok(Grant::Password { username, password: self.required("password", "Login password")? })
            }
            GrantType::RefreshToken => Ok(Grant::RefreshToken(self.required("refresh_token", "Refresh Token")?)),
            // Once someone has signed in, the refresh token carries on without them; before that, nothing is sent with this
            // grant: `sign_in` puts what the person brings in its place.
            GrantType::AuthorizationCode | GrantType::DeviceCode => {
                Ok(self.secret("refresh_token").map_or(Grant::ClientCredentials, Grant::RefreshToken))
            }
        }
    }

    // Secrets go in as 16 bits only: enough to notice that one was edited, too few to tell a guessed password.
    fn fingerprint(&self, request: &TokenRequest) -> String {
        let mut hash = Sha256::new();
        let extra = format!("{:?}", request.extra);
        let open = [
            request.token_url.as_str(),
            &request.client_id,
            &format!("{:?}", self.block.grant),
            &format!("{:?}", self.block.client_auth),
            request.scope.as_deref().unwrap_or_default(),
            request.audience.as_deref().unwrap_or_default(),
            &self.block.username,
            &self.block.certificate_pem,
            &self.block.authorize_url,
            &self.block.device_url,
            &extra,
        ];
        for part in open {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        // A refresh token changes by itself at each use and says nothing about who asks.
        for leaf in ["client_secret", "password"] {
            if let Some(secret) = self.secret(leaf) {
                // EXPOSE: for a digest of 16 bits.
                let digest = Sha256::digest(secret.expose_secret());
                hash.update(&digest[..2]);
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
