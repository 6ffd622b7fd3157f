//! Where a credential's secrets may go: the endpoint that they are bound to (product vector 14).

use sha2::{Digest, Sha256};

use super::{Credential, GrantType, Kind, MailAuth, OAuth2, OAuth2Source, OutboundAuth};

/// The parts of the endpoint, each with the field that sets it, in a fixed order.
///
/// The digest over them goes into the additional data of every secret: change one and the secret no longer decrypts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointWords(Vec<(&'static str, String)>);

impl EndpointWords {
    /// SHA-256 over the parts, each with its length so that no two sets of parts read alike.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"credenza endpoint 1");
        for (field, value) in &self.0 {
            for text in [*field, value.as_str()] {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
        }
        hash.finalize().into()
    }

    /// The first field in which the two differ; `None` when they are the same endpoint.
    pub fn first_difference(&self, other: &EndpointWords) -> Option<&'static str> {
        let differs = |one: &[(&'static str, String)], two: &[(&'static str, String)]| {
            one.iter().find(|part| !two.contains(part)).map(|(field, _)| *field)
        };
        differs(&other.0, &self.0).or_else(|| differs(&self.0, &other.0))
    }
}

impl Credential {
    /// The endpoint that this credential's secrets are bound to.
    pub fn endpoint(&self) -> EndpointWords {
        let mut words = vec![("type", self.credential_type().word().to_owned())];
        if let Some(connection) = self.connection() {
            words.push(("host", connection.host.trim_end_matches('.').to_ascii_lowercase()));
            words.push(("port", self.effective_port().to_string()));
            words.push(("certificate_check", format!("{:?}", connection.certificate_check)));
            if let Some(proxy) = &connection.proxy {
                words.push(("proxy", format!("{}\n{}", proxy.url, proxy.username)));
            }
        }
        match &self.kind {
            Kind::MailServer(mail) => {
                words.push(("tls", format!("{:?}", mail.tls)));
                words.push(("allow_clear", mail.allow_clear.to_string()));
                match &mail.auth {
                    MailAuth::None => words.push(("auth.method", "none".into())),
                    MailAuth::Password { .. } => words.push(("auth.method", "password".into())),
                    MailAuth::Oauth2 { oauth2, .. } => source_words(oauth2, &mut words),
                }
            }
            Kind::OutboundServer(server) => {
                words.push(("protocol", server.protocol.scheme().into()));
                match &server.auth {
                    OutboundAuth::None => words.push(("auth.method", "none".into())),
                    OutboundAuth::Basic { .. } => words.push(("auth.method", "basic".into())),
                    OutboundAuth::Digest { .. } => words.push(("auth.method", "digest".into())),
                    OutboundAuth::ApiKey { r#in, name, .. } => {
                        words.push(("auth.method", "api_key".into()));
                        words.push(("auth.in", format!("{:?}", r#in)));
                        words.push(("auth.name", name.clone()));
                    }
                    OutboundAuth::Bearer { token_script, token_script_sha256, .. } => {
                        words.push(("auth.method", "bearer".into()));
                        words.push(("auth.token_script", token_script.clone().unwrap_or_default()));
                        words.push(("auth.token_script_sha256", token_script_sha256.clone().unwrap_or_default()));
                    }
                    OutboundAuth::Oauth2 { oauth2 } => source_words(oauth2, &mut words),
                }
            }
            Kind::AppRegistration(app) => {
                block_words("oauth2.token_url", &app.oauth2, &mut words);
                // A token that reads the directory goes there. Records without it keep the digest that they have.
                if !app.graph_url.is_empty() {
                    words.push(("graph_url", app.graph_url.clone()));
                }
            }
            Kind::Webhook(hook) => words.push(("protocol", hook.protocol.scheme().into())),
            Kind::Secret(_) => {}
        }
        EndpointWords(words)
    }
}

impl Credential {
    /// Where a person's sign-in on this credential goes, and where its OAuth 2.0 block stands (`oauth2` or `auth.oauth2`): a digest
    /// over token endpoint, sign-in page, client and the way there. `None` when nobody signs in on it.
    pub fn sign_in_endpoint(&self) -> Option<(&'static str, [u8; 32])> {
        let (prefix, block) = match &self.kind {
            Kind::AppRegistration(app) => ("oauth2", &app.oauth2),
            _ => match self.oauth2()? {
                (prefix, OAuth2Source::Own(block)) => (prefix, &**block),
                (_, OAuth2Source::Shared(_)) => return None,
            },
        };
        if !matches!(block.grant, GrantType::AuthorizationCode | GrantType::DeviceCode) {
            return None;
        }
        let mut words = vec![("place", prefix.to_owned()), ("client_id", block.client_id.trim().to_owned())];
        block_words("token_url", block, &mut words);
        if let Some(connection) = self.connection() {
            words.push(("certificate_check", format!("{:?}", connection.certificate_check)));
            if let Some(proxy) = &connection.proxy {
                words.push(("proxy", format!("{}\n{}", proxy.url, proxy.username)));
            }
        }
        Some((prefix, EndpointWords(words).digest()))
    }
}

fn source_words(source: &OAuth2Source, words: &mut Vec<(&'static str, String)>) {
    words.push(("auth.method", "oauth2".into()));
    match source {
        OAuth2Source::Shared(shared) => words.push(("auth.oauth2.credential", shared.credential.clone())),
        OAuth2Source::Own(own) => block_words("auth.oauth2.token_url", own, words),
    }
}

fn block_words(field: &'static str, block: &OAuth2, words: &mut Vec<(&'static str, String)>) {
    words.push((field, block.token_url.clone()));
    // The client's secret goes to the device endpoint too; and who chooses the page chooses who sees the person sign in.
    match block.grant {
        GrantType::DeviceCode => words.push(("device_url", block.device_url.clone())),
        GrantType::AuthorizationCode => words.push(("authorize_url", block.authorize_url.clone())),
        _ => {}
    }
}
