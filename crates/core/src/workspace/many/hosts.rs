//! The hosts that a credential's test talks to, so that no two tests knock at one door.

use credenza_vault::RecordHead;
use url::Url;

use super::super::{Workspace, credential_of};
use crate::credential::{Credential, Kind, OAuth2, OAuth2Source};

impl Workspace {
    /// The record's own host and that of its token URL, each spelled in one way. A proxy is not one of them: it is there for
    /// many.
    pub(super) fn hosts_of(&self, head: &RecordHead) -> Vec<String> {
        let Ok(credential) = credential_of(head) else { return Vec::new() };
        let own = credential.connection().map(|connection| spelled(&connection.host));
        let mut hosts: Vec<String> =
            own.into_iter().chain(self.token_host(&credential)).filter(|host| !host.is_empty()).collect();
        hosts.dedup();
        hosts
    }

    fn token_host(&self, credential: &Credential) -> Option<String> {
        if let Kind::AppRegistration(app) = &credential.kind {
            let tenant = app.tenant_id.trim();
            let url = Some(app.oauth2.token_url.trim()).filter(|url| !url.is_empty()).map(str::to_owned);
            return host_of(&url.unwrap_or_else(|| OAuth2::entra_token_url(tenant)));
        }
        match credential.oauth2()?.1 {
            OAuth2Source::Own(block) => host_of(&block.token_url),
            OAuth2Source::Shared(shared) => {
                let app = self.head(&shared.credential).ok()?;
                let app = credential_of(&app).ok().filter(|app| matches!(app.kind, Kind::AppRegistration(_)))?;
                self.token_host(&app)
            }
        }
    }
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url.trim()).ok()?.host_str().map(spelled)
}

fn spelled(host: &str) -> String {
    let bare = host.trim().trim_start_matches('[').trim_end_matches([']', '.']);
    let parsed = bare.parse::<std::net::IpAddr>().map(|address| address.to_canonical().to_string());
    parsed.unwrap_or_else(|_| bare.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_is_one_host_however_it_is_written() {
        for (one, two) in
            [("MX.Example.com.", "mx.example.com"), ("[::1]", "0:0:0:0:0:0:0:1"), ("::ffff:10.0.0.1", "10.0.0.1")]
        {
            assert_eq!(spelled(one), spelled(two));
        }
        assert_eq!(host_of("https://Login.Example.com:8443/token").as_deref(), Some("login.example.com"));
    }
}
