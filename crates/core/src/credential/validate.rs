//! Field by field: what a record may not be saved with, and what is worth a warning.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::headers::is_token;
use super::{
    Connection, Credential, GrantType, Header, KeyPlace, Kind, MailAuth, MailServer, OAuth2, OAuth2Source,
    OutboundAuth, Protocol, SecretFix, VerifyMode,
};
use crate::Problem;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Severity {
    /// Saving is refused.
    Error,
    /// Saving is allowed.
    Warning,
}

/// One thing that is wrong, or worth knowing, with the field it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Finding {
    /// Field path.
    pub field: String,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// What would put it right; the form does it to its own text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fix: Option<SecretFix>,
}

/// The longest single-line field, in characters.
const LINE_LIMIT: usize = 4096;
/// The longest text field, in characters.
const TEXT_LIMIT: usize = 1_048_576;

impl Credential {
    /// Everything that is wrong or worth knowing; `has_secret` tells whether a secret field has a value.
    pub fn findings(&self, has_secret: &dyn Fn(&str) -> bool) -> Vec<Finding> {
        let mut list = Findings(Vec::new());
        list.common(self);
        if let Some(connection) = self.connection() {
            list.connection(connection);
        }
        match &self.kind {
            Kind::MailServer(mail) => list.mail(mail, has_secret),
            Kind::OutboundServer(server) => {
                list.required_host(&server.connection);
                list.headers(&server.headers);
                list.path("base_path", &server.base_path);
                list.path("test_request.path", &server.test_request.path);
                if !["GET", "HEAD", "OPTIONS"].contains(&server.test_request.method.as_str()) {
                    list.error(
                        "test_request.method",
                        "The test request may be GET, HEAD or OPTIONS: a test changes nothing.",
                    );
                }
                list.outbound_auth(&server.auth, has_secret, server.protocol);
            }
            Kind::AppRegistration(app) => {
                list.oauth2("oauth2", &app.oauth2);
                list.graph_url(&app.graph_url);
            }
            Kind::Webhook(hook) => {
                list.required_host(&hook.connection);
                list.headers(&hook.headers);
                if !["POST", "PUT", "PATCH"].contains(&hook.method.as_str()) {
                    list.error("method", "The method of a webhook is POST, PUT or PATCH.");
                }
                if let Err(problem) =
                    crate::check::render_payload(&hook.payload, &crate::check::WebhookSample::default())
                {
                    list.error(problem.field.as_deref().unwrap_or("payload"), &problem.message);
                }
                list.https(
                    "protocol",
                    hook.protocol == Protocol::Http,
                    "The URL and payload of this webhook travel in clear.",
                );
            }
            Kind::Secret(secret) => {
                if let Some(host) = &secret.host {
                    list.host(host);
                }
            }
        }
        list.0
    }

    /// Refuses the record when anything is wrong with it.
    ///
    /// # Errors
    /// `invalid`, naming the first field that is wrong.
    pub fn validate(&self, has_secret: &dyn Fn(&str) -> bool) -> Result<(), Problem> {
        let wrong = self.findings(has_secret).into_iter().find(|finding| finding.severity == Severity::Error);
        wrong.map_or(Ok(()), |finding| Err(Problem::invalid(finding.field, finding.message)))
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, field: &str, message: &str) {
        self.0.push(Finding { field: field.into(), severity: Severity::Error, message: message.into(), fix: None });
    }

    fn warn(&mut self, field: &str, message: &str) {
        self.0.push(Finding { field: field.into(), severity: Severity::Warning, message: message.into(), fix: None });
    }

    /// CR, LF and NUL would let one field speak for another on the wire.
    fn line(&mut self, field: &str, text: &str) {
        if text.contains(['\r', '\n', '\0']) {
            self.error(field, &format!("{field} holds a line break or a NUL character."));
        } else if text.chars().count() > LINE_LIMIT {
            self.error(field, &format!("{field} is longer than {LINE_LIMIT} characters."));
        }
    }

    fn common(&mut self, credential: &Credential) {
        let common = &credential.common;
        for (field, word, text) in [("name", "Name", &common.name), ("description", "Description", &common.description)]
        {
            if text.trim().is_empty() {
                self.error(
                    field,
                    &format!("{word} is missing. Every record needs a name, a description and a host address."),
                );
            }
        }
        if common.name.chars().count() > 200 {
            self.error("name", "Name is longer than 200 characters.");
        }
        if common.name.trim() != common.name {
            self.error("name", "Name begins or ends with a blank.");
        }
        for (field, text) in [("name", &common.name), ("owner", &common.owner), ("location", &common.location)] {
            self.line(field, text);
        }
        for (field, text) in [("description", &common.description), ("notes", &common.notes)] {
            if text.contains('\0') || text.chars().count() > TEXT_LIMIT {
                self.error(field, &format!("{field} holds a NUL character or is longer than {TEXT_LIMIT} characters."));
            }
        }
        for tag in &common.tags {
            self.line("tags", tag);
            if tag.trim().is_empty() {
                self.error("tags", "A tag is blank.");
            }
        }
        for (at, address) in common.subscribers.iter().enumerate() {
            if let Err(problem) = crate::check::parse_address("subscribers", address) {
                self.error(&format!("subscribers.{at}"), &problem.message);
            }
        }
        for expiry in &common.expiries {
            self.line("expiries", &expiry.item);
        }
    }

    fn connection(&mut self, connection: &Connection) {
        self.host(&connection.host);
        if connection.port == Some(0) {
            self.error("port", "Port must be between 1 and 65535.");
        }
        let check = &connection.certificate_check;
        match (check.mode, &check.certificate_pem) {
            (VerifyMode::Certificate, None) => {
                self.error(
                    "certificate_check.certificate_pem",
                    "Choose the certificate to trust, or set Verify certificate to Enable.",
                );
            }
            (VerifyMode::Certificate, Some(pem)) => {
                if let Err(why) = credenza_net::read_certificate(pem.as_bytes()) {
                    self.error("certificate_check.certificate_pem", &why);
                }
            }
            (VerifyMode::Disable, _) => self.warn(
                "certificate_check",
                "The server's certificate is not verified: anyone on the way can read and change what is sent.",
            ),
            (VerifyMode::Enable, _) => {}
        }
        if let Some(proxy) = &connection.proxy {
            self.line("proxy.username", &proxy.username);
            if let Err(why) = credenza_net::Proxy::parse(&proxy.url, None, None) {
                self.error("proxy.url", &format!("Proxy server: {why}"));
            }
        }
        if let Some(files) = &connection.client_certificate
            && let Err(why) = credenza_net::read_certificate(files.certificate_pem.as_bytes())
        {
            self.error("client_certificate.certificate_pem", &why);
        }
    }

    fn host(&mut self, host: &str) {
        self.line("host", host);
        let odd = |c: char| c.is_whitespace() || c.is_control() || "/\\@?#\"'<>`{}|^".contains(c);
        if host.contains("://") {
            self.error("host", "Host address is a name or an address alone, without http:// or a path.");
        } else if host.contains(odd) {
            self.error("host", "Host address holds a character that no host name has.");
        } else if host.len() > 253 {
            self.error("host", "Host address is longer than 253 characters (RFC 1035 2.3.4).");
        } else if host.matches(':').count() == 1 {
            self.error("host", "Host address holds a port; enter it in Port.");
        }
    }

    fn mail(&mut self, mail: &MailServer, has_secret: &dyn Fn(&str) -> bool) {
        self.required_host(&mail.connection);
        if let Some(sender) = &mail.sender {
            self.line("sender", sender);
            if sender.parse::<lettre::message::Mailbox>().is_err() {
                self.error("sender", "Email address is not of the form name@example.com.");
            }
        }
        match &mail.auth {
            MailAuth::None => {}
            MailAuth::Password { username, mechanisms, .. } => {
                self.line("auth.username", username);
                self.pair_of_user_and_password(username, has_secret("auth.password"));
                for name in mechanisms {
                    if !["CRAM-MD5", "PLAIN", "LOGIN"].contains(&name.to_ascii_uppercase().as_str()) {
                        self.error(
                            "auth.mechanisms",
                            &format!("{name:?} is no mechanism for a password; there are CRAM-MD5, PLAIN and LOGIN."),
                        );
                    }
                }
                self.clear_password(mail);
            }
            MailAuth::Oauth2 { username, oauth2 } => {
                self.line("auth.username", username);
                if username.trim().is_empty() {
                    self.error(
                        "auth.username",
                        "User name is missing: it is the mailbox that the token is used for (ELI-10).",
                    );
                }
                self.source(oauth2);
                self.clear_password(mail);
            }
        }
    }

    fn clear_password(&mut self, mail: &MailServer) {
        if mail.tls == super::TlsMode::None && mail.allow_clear {
            self.warn("allow_clear", "The password or token may travel in clear.");
        } else if mail.tls == super::TlsMode::None {
            self.warn("tls", "Without TLS the password or token is not sent, unless \u{201c}allow in clear\u{201d} is ticked (or the server offers STARTTLS: choose it).");
        }
    }

    /// IQX-12: one without the other is a warning.
    fn pair_of_user_and_password(&mut self, username: &str, has_password: bool) {
        match (username.is_empty(), has_password) {
            (false, false) => self.warn("auth.password", "There is a user name but no password."),
            (true, true) => self.warn("auth.username", "There is a password but no user name."),
            _ => {}
        }
    }

    fn outbound_auth(&mut self, auth: &OutboundAuth, has_secret: &dyn Fn(&str) -> bool, protocol: Protocol) {
        match auth {
            OutboundAuth::None => {}
            OutboundAuth::Basic { username, .. } => {
                self.line("auth.username", username);
                self.pair_of_user_and_password(username, has_secret("auth.password"));
                if username.contains(':') {
                    self.error("auth.username", "A user name for Basic cannot hold a colon (RFC 7617 2).");
                }
            }
            OutboundAuth::Digest { username, .. } => {
                self.line("auth.username", username);
                self.pair_of_user_and_password(username, has_secret("auth.password"));
            }
            OutboundAuth::ApiKey { r#in, name, .. } => self.api_key(*r#in, name, has_secret("auth.value")),
            OutboundAuth::Bearer { token_script, .. } => self.bearer(token_script.as_deref(), has_secret("auth.token")),
            OutboundAuth::Oauth2 { oauth2 } => self.source(oauth2),
        }
        let secret = !matches!(auth, OutboundAuth::None);
        self.https(
            "protocol",
            secret && protocol == Protocol::Http,
            "The password or token of this server travels in clear.",
        );
    }

    fn api_key(&mut self, place: KeyPlace, name: &str, has_value: bool) {
        self.line("auth.name", name);
        if name.trim().is_empty() {
            self.error("auth.name", "Name of the key is missing, such as X-Api-Key.");
        } else if place == KeyPlace::Header && !is_token(name.trim()) {
            self.error("auth.name", "This is no header name (RFC 9110 5.6.2).");
        }
        if !has_value {
            self.error("auth.value", "API key is missing.");
        }
    }

    /// TUF-26..30.
    fn bearer(&mut self, script: Option<&str>, has_token: bool) {
        match script {
            None if !has_token => self.error("auth.token", "Enter a Token or a Token Script."),
            Some(path) => {
                self.line("auth.token_script", path);
                if !std::path::Path::new(path).is_absolute() {
                    self.error(
                        "auth.token_script",
                        "Token Script must be a full path, such as /var/tmp/token_script.sh (TUF-28).",
                    );
                } else if has_token {
                    self.warn("auth.token_script", "The token takes precedence: the script is not started (TUF-30).");
                }
            }
            None => {}
        }
    }

    fn https(&mut self, field: &str, clear: bool, message: &str) {
        if clear {
            self.warn(field, message);
        }
    }

    fn source(&mut self, source: &OAuth2Source) {
        match source {
            OAuth2Source::Own(own) => self.oauth2("auth.oauth2", own),
            OAuth2Source::Shared(shared) if shared.credential.trim().is_empty() => {
                self.error("auth.oauth2.credential", "Choose the app registration to use.");
            }
            OAuth2Source::Shared(_) => {}
        }
    }

    fn oauth2(&mut self, prefix: &str, block: &OAuth2) {
        let url_field = format!("{prefix}.token_url");
        match url::Url::parse(&block.token_url) {
            _ if block.token_url.is_empty() => self.error(&url_field, "Access Token URL is missing."),
            Ok(url) if !["http", "https"].contains(&url.scheme()) || url.host_str().is_none() => {
                self.error(&url_field, "Access Token URL must begin with https:// and name a host.");
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                self.error(&url_field, "Access Token URL must not hold a user name or password.");
            }
            Ok(url) => {
                self.https(&url_field, url.scheme() == "http", "The client secret travels to this token URL in clear.")
            }
            Err(why) => self.error(&url_field, &format!("Access Token URL is not a URL: {why}.")),
        }
        if block.client_id.trim().is_empty() {
            self.error(&format!("{prefix}.client_id"), "Client ID is missing.");
        }
        if block.grant == GrantType::Password && block.username.trim().is_empty() {
            self.error(
                &format!("{prefix}.username"),
                "User name is missing: the password grant signs in as a user (TUF-19).",
            );
        }
        if block.inactivity_days.is_some_and(|days| !(1..=3650).contains(&days)) {
            self.error(&format!("{prefix}.inactivity_days"), "Inactivity limit is a number of days from 1 to 3650.");
        }
        let lines = [
            ("client_id", &block.client_id),
            ("scope", &block.scope),
            ("audience", &block.audience),
            ("username", &block.username),
        ];
        for (leaf, text) in lines {
            self.line(&format!("{prefix}.{leaf}"), text);
        }
    }

    fn graph_url(&mut self, text: &str) {
        if !text.is_empty()
            && let Err(problem) = crate::inventory::address(text)
        {
            self.error("graph_url", &problem.message);
        }
    }

    fn headers(&mut self, headers: &[Header]) {
        let mut seen = BTreeSet::new();
        for header in headers {
            if !is_token(&header.name) {
                self.error("headers", &format!("{:?} is no header name (RFC 9110 5.6.2).", header.name));
            }
            if !seen.insert(header.name.to_ascii_lowercase()) {
                self.error("headers", &format!("The header {} stands there twice.", header.name));
            }
            if header.value.as_deref().is_some_and(|value| value.contains(['\r', '\n', '\0'])) {
                self.error("headers", &format!("The header {} holds a line break or a NUL character.", header.name));
            }
        }
    }

    fn path(&mut self, field: &str, path: &str) {
        self.line(field, path);
        if !path.is_empty() && !path.starts_with('/') {
            self.error(field, &format!("{field} must begin with a slash."));
        }
        if super::control::holds_secret(path) {
            self.warn(
                field,
                &format!(
                    "{field} seems to hold a secret, and paths are shown everywhere. Put it into a secret header."
                ),
            );
        }
    }

    fn required_host(&mut self, connection: &Connection) {
        if connection.host.trim().is_empty() {
            self.error("host", "Host address is missing. Every record needs a name, a description and a host address.");
        }
    }
}
