//! Which secret fields a credential has, by path and by the label people know.

use std::collections::BTreeMap;

use super::{
    AppRegistration, Credential, GrantType, Header, Kind, MailAuth, MailServer, Mask, OAuth2, OAuth2Source,
    OutboundAuth, OutboundServer, Webhook,
};

use crate::rotation::{Part, part_of};

/// Every path at which a record's JSON may hold a secret; secret headers come on top (`headers.NAME`).
pub(super) const SECRET_PATHS: [&str; 15] = [
    "auth.password",
    "auth.token",
    "auth.value",
    "auth.oauth2.client_secret",
    "auth.oauth2.private_key_pem",
    "auth.oauth2.password",
    "auth.oauth2.refresh_token",
    "oauth2.client_secret",
    "oauth2.private_key_pem",
    "oauth2.password",
    "oauth2.refresh_token",
    "proxy.password",
    "client_certificate.private_key_pem",
    "signing_secret",
    "value",
];

/// The path of a secret header's value.
pub(super) fn header_path(name: &str) -> String {
    format!("headers.{name}")
}

/// A label for a field path, as the window shows it.
pub fn label(path: &str) -> String {
    match part_of(path) {
        Some((Part::Next, field)) => return format!("Next {}", label(field)),
        Some((Part::Old, field)) => return format!("Old {}", label(field)),
        None => {}
    }
    let known = match path {
        "auth.password" | "auth.oauth2.password" | "oauth2.password" => "Password",
        "auth.token" => "Token",
        "auth.value" => "API key",
        "auth.oauth2.certificate_pem" | "oauth2.certificate_pem" => "Certificate",
        "auth.oauth2.client_secret" | "oauth2.client_secret" => "Client Secret",
        "auth.oauth2.refresh_token" | "oauth2.refresh_token" => "Refresh Token",
        "auth.oauth2.private_key_pem" | "oauth2.private_key_pem" => "Private key",
        "proxy.password" => "Proxy password",
        "client_certificate.private_key_pem" => "Client certificate key",
        "client_certificate.certificate_pem" => "Client certificate",
        "path" => "Path and query",
        "signing_secret" => "Signing secret",
        "value" => "Value",
        "token" => "Access token",
        mode if mode.starts_with("certificate_check") => "Verify certificate",
        other => {
            return other.strip_prefix("headers.").map_or_else(|| other.to_owned(), |name| format!("Header {name}"));
        }
    };
    known.to_owned()
}

impl Credential {
    /// The paths of the secret fields that apply to this credential as it is set up (IQX-2).
    pub fn secret_fields(&self) -> Vec<String> {
        let mut copy = self.clone();
        let mut paths = Vec::new();
        copy.each_secret(&mut |path, _| paths.push(path.to_owned()));
        paths
    }

    /// Puts the masks of the stored secrets where the secrets belong; fields without a stored secret stay empty.
    pub fn with_masks(mut self, masks: &BTreeMap<String, String>) -> Credential {
        self.each_secret(&mut |path, slot| *slot = masks.get(path).cloned().map(Mask));
        self
    }

    /// The same credential with every mask taken away, as it is stored.
    pub fn without_masks(self) -> Credential {
        self.with_masks(&BTreeMap::new())
    }

    fn each_secret(&mut self, visit: &mut dyn FnMut(&str, &mut Option<Mask>)) {
        match &mut self.kind {
            Kind::MailServer(MailServer { auth, .. }) => match auth {
                MailAuth::None => {}
                MailAuth::Password { password, .. } => visit("auth.password", password),
                MailAuth::Oauth2 { oauth2, .. } => source_secrets(oauth2, visit),
            },
            Kind::OutboundServer(OutboundServer { auth, headers, .. }) => {
                header_secrets(headers, visit);
                match auth {
                    OutboundAuth::None => {}
                    OutboundAuth::Basic { password, .. } => visit("auth.password", password),
                    OutboundAuth::Digest { password, .. } => visit("auth.password", password),
                    OutboundAuth::ApiKey { value, .. } => visit("auth.value", value),
                    OutboundAuth::Bearer { token, .. } => visit("auth.token", token),
                    OutboundAuth::Oauth2 { oauth2 } => source_secrets(oauth2, visit),
                }
            }
            Kind::AppRegistration(AppRegistration { oauth2, .. }) => oauth2_secrets("oauth2", oauth2, visit),
            Kind::Webhook(Webhook { path, headers, signing_secret, .. }) => {
                visit("path", path);
                header_secrets(headers, visit);
                visit("signing_secret", signing_secret);
            }
            Kind::Secret(secret) => visit("value", &mut secret.value),
        }
        if let Some(connection) = self.connection_mut() {
            if let Some(proxy) = &mut connection.proxy {
                visit("proxy.password", &mut proxy.password);
            }
            if let Some(files) = &mut connection.client_certificate {
                visit("client_certificate.private_key_pem", &mut files.private_key_pem);
            }
        }
    }

    fn connection_mut(&mut self) -> Option<&mut super::Connection> {
        match &mut self.kind {
            Kind::MailServer(mail) => Some(&mut mail.connection),
            Kind::OutboundServer(server) => Some(&mut server.connection),
            Kind::AppRegistration(app) => Some(&mut app.connection),
            Kind::Webhook(hook) => Some(&mut hook.connection),
            Kind::Secret(_) => None,
        }
    }
}

fn source_secrets(source: &mut OAuth2Source, visit: &mut dyn FnMut(&str, &mut Option<Mask>)) {
    if let OAuth2Source::Own(own) = source {
        oauth2_secrets("auth.oauth2", own, visit);
    }
}

fn oauth2_secrets(prefix: &str, block: &mut OAuth2, visit: &mut dyn FnMut(&str, &mut Option<Mask>)) {
    use super::ClientAuthentication as Client;
    match block.client_auth {
        Client::None => {}
        Client::PrivateKeyJwt => visit(&format!("{prefix}.private_key_pem"), &mut block.private_key_pem),
        Client::Post | Client::Basic => visit(&format!("{prefix}.client_secret"), &mut block.client_secret),
    }
    match block.grant {
        GrantType::Password => visit(&format!("{prefix}.password"), &mut block.password),
        GrantType::RefreshToken => visit(&format!("{prefix}.refresh_token"), &mut block.refresh_token),
        GrantType::AuthorizationCode | GrantType::DeviceCode => {
            visit(&format!("{prefix}.refresh_token"), &mut block.refresh_token);
        }
        GrantType::ClientCredentials => {}
    }
}

fn header_secrets(headers: &mut [Header], visit: &mut dyn FnMut(&str, &mut Option<Mask>)) {
    for header in headers.iter_mut().filter(|header| header.secret) {
        let mut slot = header.value.take().map(Mask);
        visit(&header_path(&header.name), &mut slot);
        header.value = slot.map(|mask| mask.0);
    }
}

/// Whether a field path of a record's JSON holds a secret, whatever the type.
pub fn is_secret_path(path: &str) -> bool {
    path == "path" || SECRET_PATHS.contains(&path)
}
