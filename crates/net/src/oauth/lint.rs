//! What looks wrong in a token request before it is sent. Warnings only: nothing is rewritten (decision D5, rule ELI-12).

use url::Url;

use super::{ClientAuth, Grant, TokenRequest};
use crate::Warning;

const ENTRA_HOSTS: [&str; 5] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.windows.net",
    "sts.windows.net",
];

/// Everything worth a second look: `scope_default`, `v1_token_url`, `common_tenant`, `secret_missing`,
/// `assertion_key`.
pub fn lint_token_request(request: &TokenRequest) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |id: &str, message: &str| warnings.push(Warning { id: id.to_owned(), message: message.to_owned() });
    let client_credentials = matches!(request.grant, Grant::ClientCredentials);
    let by_secret = matches!(request.client_auth, ClientAuth::Post | ClientAuth::Basic);
    if client_credentials && request.client_secret.is_none() && by_secret {
        warn("secret_missing", "There is no client secret; the client credentials grant nearly always needs one.");
    }
    if !is_entra(&request.token_url) {
        return warnings;
    }
    if matches!(&request.client_auth, ClientAuth::PrivateKeyJwt { key, .. } if key.algorithm() == "ES256") {
        warn("assertion_key", "Entra takes certificates with RSA keys only; this one has an elliptic-curve key.");
    }
    let version_1 = is_version_1(&request.token_url);
    if version_1 {
        warn("v1_token_url", "This is Entra's old token URL; use …/oauth2/v2.0/token, which takes a scope.");
    }
    if client_credentials && !version_1 && !ends_in_default(request.scope.as_deref()) {
        warn("scope_default", "For client credentials Entra wants one scope that ends in /.default.");
    }
    if client_credentials && is_shared_tenant(&request.token_url) {
        warn(
            "common_tenant",
            "Client credentials need your own tenant in the token URL, not common, organizations or consumers.",
        );
    }
    warnings
}

/// Whether an address is one of Entra ID's.
pub fn is_entra(url: &Url) -> bool {
    url.host_str().is_some_and(|host| ENTRA_HOSTS.contains(&host.trim_end_matches('.')))
}

fn is_version_1(url: &Url) -> bool {
    url.path().trim_end_matches('/').to_ascii_lowercase().ends_with("/oauth2/token")
}

fn is_shared_tenant(url: &Url) -> bool {
    let tenant = url.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default().to_ascii_lowercase();
    ["common", "organizations", "consumers"].contains(&tenant.as_str())
}

fn ends_in_default(scope: Option<&str>) -> bool {
    let mut scopes = scope.unwrap_or_default().split_whitespace();
    matches!((scopes.next(), scopes.next()), (Some(scope), None) if scope.ends_with("/.default"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(url: &str, grant: Grant, scope: Option<&str>) -> Vec<String> {
        let request = TokenRequest {
            token_url: url.parse().unwrap(),
            grant,
            client_id: "id".into(),
            client_secret: Some("secret".to_owned().into()),
            client_auth: ClientAuth::Post,
            scope: scope.map(str::to_owned),
            audience: None,
            extra: Vec::new(),
        };
        lint_token_request(&request).into_iter().map(|warning| warning.id).collect()
    }

    const V2: &str = "https://login.microsoftonline.com/8f0e/oauth2/v2.0/token";

    #[test]
    fn eli_12_and_eli_13_a_request_by_the_book_has_no_warnings() {
        assert!(ids(V2, Grant::ClientCredentials, Some("https://outlook.office365.com/.default")).is_empty());
    }

    #[test]
    fn d5_a_scope_without_default_is_warned_about_for_client_credentials_alone() {
        for scope in [None, Some(""), Some("https://graph.microsoft.com/Mail.Send"), Some("a/.default b/.default")] {
            assert_eq!(ids(V2, Grant::ClientCredentials, scope), ["scope_default"], "{scope:?}");
        }
        let password = Grant::Password { username: "u".into(), password: "p".to_owned().into() };
        assert!(ids(V2, password, Some("offline_access https://outlook.office.com/SMTP.Send")).is_empty());
    }

    #[test]
    fn eli_12_the_old_token_url_and_shared_tenants_are_warned_about() {
        let old = "https://login.microsoftonline.com/8f0e/oauth2/token";
        assert_eq!(ids(old, Grant::ClientCredentials, None), ["v1_token_url"]);
        let common = "https://login.microsoftonline.com/common/oauth2/v2.0/token";
        assert_eq!(ids(common, Grant::ClientCredentials, Some("x/.default")), ["common_tenant"]);
        let token = Grant::RefreshToken("r".to_owned().into());
        assert!(ids(common, token, None).is_empty(), "a refresh token may be redeemed there");
    }

    #[test]
    fn other_identity_providers_are_left_alone() {
        assert!(ids("https://id.example.com/common/oauth2/token", Grant::ClientCredentials, None).is_empty());
        assert!(
            ids("https://login.microsoftonline.com.evil.example/oauth2/token", Grant::ClientCredentials, None)
                .is_empty()
        );
    }
}
