//! The list of practice servers for people, each with a record that is ready to add.

mod applications;

use serde::Serialize;
use serde_json::{Value, json};

use crate::accounts::{API_AUDIENCE, MAIL_AUDIENCE, MAILBOX, PROXY_USER};
use crate::shared::Shared;
use crate::{Ports, Server};

pub(crate) use applications::page;

/// One practice server as a person sees it.
#[derive(Clone, Serialize)]
pub struct PracticeServer {
    /// Which one.
    pub server: Server,
    /// Its name, which is the name of the record too.
    pub name: String,
    /// Where it is, such as `127.0.0.1:2525` or a URL.
    pub address: String,
    /// What it is for, in a sentence.
    pub what: String,
    /// User name or client ID; empty where none is needed.
    pub username: String,
    /// Password, client secret or token that goes with it. It protects nothing but practice.
    pub password: String,
    /// A credential record in Credenza's JSON, secrets included, ready to add.
    pub draft: Value,
}

impl std::fmt::Debug for PracticeServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PracticeServer")
            .field("name", &self.name)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// All servers that a record can be made for, mail first.
pub(crate) fn servers(shared: &Shared) -> Vec<PracticeServer> {
    let draft = Drafts { shared };
    vec![
        draft.mail_with_password(),
        draft.mail_with_oauth2(),
        draft.api_with_basic(),
        draft.api_with_bearer(),
        draft.api_with_oauth2(),
        draft.api_through_http_proxy(),
        draft.api_through_socks(),
        draft.app_registration(),
        draft.app_with_certificate(),
        draft.browser_sign_in(),
        draft.device_sign_in(),
        draft.webhook(),
    ]
}

struct Drafts<'a> {
    shared: &'a Shared,
}

/// What goes into the list beside the draft.
struct Words {
    server: Server,
    name: &'static str,
    what: &'static str,
}

impl Drafts<'_> {
    fn ports(&self) -> &Ports {
        &self.shared.ports
    }

    /// A record of the given type with what all of them share, `own` laid over it.
    fn record(&self, kind: &str, words: &Words, own: Value) -> Value {
        let mut record = json!({
            "type": kind,
            "name": words.name,
            "description": words.what,
            "host": "127.0.0.1",
            "port": self.ports().of(words.server),
            "tags": ["practice"],
            "certificate_check": {
                "mode": "certificate",
                "certificate_pem": self.shared.certificates.authority.certificate_pem,
            },
        });
        if let (Some(record), Value::Object(own)) = (record.as_object_mut(), own) {
            record.extend(own);
        }
        record
    }

    fn listed(&self, words: Words, signs_in: (&str, &str), draft: Value) -> PracticeServer {
        PracticeServer {
            server: words.server,
            name: words.name.to_owned(),
            address: format!("127.0.0.1:{}", self.ports().of(words.server)),
            what: words.what.to_owned(),
            username: signs_in.0.to_owned(),
            password: signs_in.1.to_owned(),
            draft,
        }
    }

    fn mail_with_password(&self) -> PracticeServer {
        let words = Words {
            server: Server::Smtp,
            name: "Practice mail",
            what: "Takes mail for any address and keeps it here; STARTTLS, user name and password.",
        };
        let password = &self.shared.accounts.password;
        let auth = json!({ "method": "password", "username": MAILBOX, "password": password });
        let own = json!({ "tls": "starttls", "sender": MAILBOX, "auth": auth });
        let draft = self.record("mail_server", &words, own);
        self.listed(words, (MAILBOX, password), draft)
    }

    fn mail_with_oauth2(&self) -> PracticeServer {
        let words = Words {
            server: Server::Smtps,
            name: "Practice mail with OAuth 2.0",
            what: "The same mailbox, signed in with a token (XOAUTH2) from the practice identity provider; TLS at once.",
        };
        let auth = json!({ "method": "oauth2", "username": MAILBOX, "oauth2": self.client_credentials(MAIL_AUDIENCE) });
        let own = json!({ "tls": "implicit", "sender": MAILBOX, "auth": auth });
        let draft = self.record("mail_server", &words, own);
        let accounts = &self.shared.accounts;
        self.listed(words, (&accounts.client_id, &accounts.client_secret), draft)
    }

    fn api(&self, words: &Words, base_path: &str, auth: Value) -> Value {
        let own = json!({
            "port": self.ports().echo,
            "protocol": "https",
            "base_path": base_path,
            "test_request": { "method": "GET", "path": "/health", "expect_status": [200] },
            "auth": auth,
        });
        self.record("outbound_server", words, own)
    }

    fn api_with_basic(&self) -> PracticeServer {
        let words = Words {
            server: Server::Echo,
            name: "Practice API with Basic",
            what: "A web server that tells what it was sent; user name and password.",
        };
        let password = &self.shared.accounts.password;
        let auth = json!({ "method": "basic", "username": MAILBOX, "password": password });
        let draft = self.api(&words, "/basic", auth);
        self.listed(words, (MAILBOX, password), draft)
    }

    fn api_with_bearer(&self) -> PracticeServer {
        let words = Words {
            server: Server::Echo,
            name: "Practice API with a token",
            what: "The same web server with a fixed bearer token.",
        };
        let token = &self.shared.accounts.api_token;
        let draft = self.api(&words, "/bearer", json!({ "method": "bearer", "token": token }));
        self.listed(words, ("", token), draft)
    }

    fn api_with_oauth2(&self) -> PracticeServer {
        let words = Words {
            server: Server::Echo,
            name: "Practice API with OAuth 2.0",
            what: "The same web server with a token that Fetch Token gets for a user name and password.",
        };
        let accounts = &self.shared.accounts;
        let oauth2 = json!({
            "grant": "password",
            "token_url": self.token_url(),
            "client_id": accounts.client_id,
            "client_secret": accounts.client_secret,
            "scope": format!("{API_AUDIENCE}/Practice.Read offline_access"),
            "username": MAILBOX,
            "password": accounts.password,
        });
        let draft = self.api(&words, "/bearer", json!({ "method": "oauth2", "oauth2": oauth2 }));
        self.listed(words, (MAILBOX, &accounts.password), draft)
    }

    fn proxied(&self, words: Words, scheme: &str) -> PracticeServer {
        let accounts = &self.shared.accounts;
        let auth = json!({ "method": "basic", "username": MAILBOX, "password": accounts.password });
        let mut draft = self.api(&words, "/basic", auth);
        draft["proxy"] = json!({
            "url": format!("{scheme}://127.0.0.1:{}", self.ports().of(words.server)),
            "username": PROXY_USER,
            "password": accounts.proxy_password,
        });
        self.listed(words, (PROXY_USER, &accounts.proxy_password), draft)
    }

    fn api_through_http_proxy(&self) -> PracticeServer {
        let words = Words {
            server: Server::HttpProxyAuth,
            name: "Practice API through an HTTP proxy",
            what: "The web server with Basic, reached through a proxy that wants a user name and password.",
        };
        self.proxied(words, "http")
    }

    fn api_through_socks(&self) -> PracticeServer {
        let words = Words {
            server: Server::SocksAuth,
            name: "Practice API through a SOCKS proxy",
            what: "The web server with Basic, reached through a SOCKS5 proxy that wants a user name and password.",
        };
        self.proxied(words, "socks5h")
    }

    fn webhook(&self) -> PracticeServer {
        let words = Words {
            server: Server::Webhook,
            name: "Practice webhook",
            what: "Takes a signed JSON message and checks the signature.",
        };
        let accounts = &self.shared.accounts;
        let own = json!({
            "protocol": "https",
            "method": "POST",
            "path": accounts.webhook_path,
            "payload": [
                { "key": "event", "value": "[event]" },
                { "key": "resource", "value": "[resource_name]" },
                { "key": "link", "value": "[resource_url]" },
            ],
            "signature": "standard_webhooks",
            "signing_secret": accounts.signing_secret,
        });
        let draft = self.record("webhook", &words, own);
        self.listed(words, ("", &accounts.signing_secret), draft)
    }
}
