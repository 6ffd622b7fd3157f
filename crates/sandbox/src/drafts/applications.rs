//! Records for the practice identity provider: its application, signed in by a secret, a certificate or a person.

use serde_json::{Value, json};

use super::{Drafts, PracticeServer, Words};
use crate::Server;
use crate::accounts::API_AUDIENCE;
use crate::shared::Shared;

/// A page of the identity provider for a person's browser, which does not know the practice authority and would warn.
pub(crate) fn page(shared: &Shared, name: &str) -> String {
    format!("http://127.0.0.1:{}/{}/oauth2/v2.0/{name}", shared.ports.idp_http, shared.accounts.tenant_id)
}

impl Drafts<'_> {
    pub(super) fn app_registration(&self) -> PracticeServer {
        let words = Words {
            server: Server::Idp,
            name: "Practice app registration",
            what: "An application at the practice identity provider; Fetch Token gets a token for the practice API.",
        };
        let accounts = &self.shared.accounts;
        let own = json!({
            "oauth2": self.client_credentials(API_AUDIENCE),
            "tenant_id": accounts.tenant_id,
            "application_id": accounts.client_id,
            "graph_url": format!("https://127.0.0.1:{}", self.ports().idp),
        });
        let draft = self.record("app_registration", &words, own);
        self.listed(words, (&accounts.client_id, &accounts.client_secret), draft)
    }

    pub(super) fn app_with_certificate(&self) -> PracticeServer {
        let words = Words {
            server: Server::Idp,
            name: "Practice app with a certificate",
            what: "The same application, which proves itself by a statement signed with its certificate (private_key_jwt).",
        };
        let accounts = &self.shared.accounts;
        let oauth2 = json!({
            "grant": "client_credentials",
            "token_url": self.token_url(),
            "client_id": accounts.client_id,
            "client_auth": "private_key_jwt",
            "certificate_pem": accounts.certificate.certificate_pem,
            "private_key_pem": accounts.certificate.private_key_pem,
            "scope": format!("{API_AUDIENCE}/.default"),
        });
        self.application(words, oauth2)
    }

    pub(super) fn browser_sign_in(&self) -> PracticeServer {
        let words = Words {
            server: Server::Idp,
            name: "Practice sign-in in the browser",
            what: "Fetch Token opens your browser; the practice page agrees at once. The refresh token carries on without you.",
        };
        // A browser does not know the practice authority: its page comes over HTTP, everything else over TLS.
        let oauth2 = json!({
            "grant": "authorization_code",
            "authorize_url": page(self.shared, "authorize"),
        });
        self.signed_in_by_a_person(words, oauth2)
    }

    pub(super) fn device_sign_in(&self) -> PracticeServer {
        let words = Words {
            server: Server::Idp,
            name: "Practice sign-in with a code",
            what: "Fetch Token shows a code to type on the practice page, as on another device.",
        };
        let oauth2 = json!({ "grant": "device_code", "device_url": self.identity_provider("devicecode") });
        self.signed_in_by_a_person(words, oauth2)
    }

    pub(super) fn client_credentials(&self, audience: &str) -> Value {
        json!({
            "grant": "client_credentials",
            "token_url": self.token_url(),
            "client_id": self.shared.accounts.client_id,
            "client_secret": self.shared.accounts.client_secret,
            "scope": format!("{audience}/.default"),
        })
    }

    pub(super) fn token_url(&self) -> String {
        self.identity_provider("token")
    }

    fn identity_provider(&self, endpoint: &str) -> String {
        let tenant = &self.shared.accounts.tenant_id;
        format!("https://127.0.0.1:{}/{tenant}/oauth2/v2.0/{endpoint}", self.ports().idp)
    }

    fn signed_in_by_a_person(&self, words: Words, mut oauth2: Value) -> PracticeServer {
        oauth2["token_url"] = json!(self.token_url());
        oauth2["client_id"] = json!(self.shared.accounts.client_id);
        oauth2["client_auth"] = json!("none");
        oauth2["scope"] = json!(format!("{API_AUDIENCE}/Practice.Read offline_access"));
        self.application(words, oauth2)
    }

    fn application(&self, words: Words, oauth2: Value) -> PracticeServer {
        let accounts = &self.shared.accounts;
        let own = json!({
            "oauth2": oauth2, "tenant_id": accounts.tenant_id, "application_id": accounts.client_id,
        });
        let draft = self.record("app_registration", &words, own);
        self.listed(words, (&accounts.client_id, ""), draft)
    }
}
