//! The three grants, sign-in and signatures against the practice servers, which share no code with this crate.

use credenza_net::{
    Catalogue, ClientAuth, Grant, HttpAuth, HttpCall, Recorder, Route, SecretOrText, TokenReply, TokenRequest, Verify,
    claims, exchange, fetch_token, sign_standard_webhook,
};
use credenza_sandbox::{API_AUDIENCE, MAILBOX, MFA_USER, Sandbox, SandboxOptions, Server};
use secrecy::{ExposeSecret, SecretString};

use crate::server::{recorder, shown};

async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).await.unwrap()
}

fn route(sandbox: &Sandbox, port: u16) -> Route {
    let mut route = Route::direct("127.0.0.1", port);
    route.verify = Verify::Certificate { pem: sandbox.ca_pem().to_owned() };
    route
}

fn request(sandbox: &Sandbox, grant: Grant) -> TokenRequest {
    let port = sandbox.ports().idp;
    TokenRequest {
        token_url: format!("https://127.0.0.1:{port}/practice/oauth2/v2.0/token").parse().unwrap(),
        grant,
        client_id: sandbox.accounts().client_id.clone(),
        client_secret: Some(sandbox.accounts().client_secret.clone().into()),
        client_auth: ClientAuth::Post,
        scope: None,
        audience: None,
        extra: Vec::new(),
    }
}

async fn fetch(sandbox: &Sandbox, request: &TokenRequest, rec: &Recorder) -> Result<TokenReply, String> {
    fetch_token(&route(sandbox, sandbox.ports().idp), request, rec)
        .await
        .map_err(|failure| Catalogue::builtin().explain(&failure).id)
}

fn password(sandbox: &Sandbox, username: &str) -> Grant {
    Grant::Password { username: username.to_owned(), password: sandbox.accounts().password.clone().into() }
}

fn refresh(token: &SecretString) -> Grant {
    Grant::RefreshToken(token.clone())
}

#[tokio::test]
async fn eli_10_client_credentials_bring_a_token_whose_claims_can_be_read() {
    let sandbox = sandbox().await;
    let mut request = request(&sandbox, Grant::ClientCredentials);
    request.scope = Some(format!("{API_AUDIENCE}/.default"));
    for auth in [ClientAuth::Post, ClientAuth::Basic] {
        request.client_auth = auth;
        let rec = recorder();
        let reply = fetch(&sandbox, &request, &rec).await.unwrap();
        assert!(reply.warnings.is_empty(), "{:?}", reply.warnings);
        assert!(reply.refresh_token.is_none(), "RFC 6749 4.4.3: none for client credentials");
        let claims = claims(reply.access_token.expose_secret()).unwrap();
        assert_eq!((&claims["aud"], &claims["roles"][0]), (&API_AUDIENCE.into(), &"Practice.Read".into()));
        let record = rec.close(None);
        assert_eq!(record.certificate_verified, Some(true));
        let shown = shown(&record);
        assert!(!shown.contains(reply.access_token.expose_secret()), "the token is masked");
        assert!(!shown.contains(&sandbox.accounts().client_secret), "the secret is masked");
    }
    assert_eq!(sandbox.connections(Server::Idp), 2, "one connection for each token");
}

#[tokio::test]
async fn tuf_19_the_password_grant_brings_a_token_for_the_person() {
    let sandbox = sandbox().await;
    let mut request = request(&sandbox, password(&sandbox, MAILBOX));
    request.scope = Some(format!("{API_AUDIENCE}/Practice.Read offline_access"));
    let reply = fetch(&sandbox, &request, &recorder()).await.unwrap();
    assert_eq!(claims(reply.access_token.expose_secret()).unwrap()["upn"], MAILBOX);
    assert!(reply.refresh_token.is_some());
}

#[tokio::test]
async fn tuf_22_a_refresh_token_is_replaced_at_each_use_and_the_old_one_ends() {
    let sandbox = sandbox().await;
    let first = SecretString::from(sandbox.accounts().refresh_token.clone());
    let mut current = first.clone();
    for _ in 0..3 {
        let reply = fetch(&sandbox, &request(&sandbox, refresh(&current)), &recorder()).await.unwrap();
        let next = reply.refresh_token.expect("this server rotates");
        assert_ne!(next.expose_secret(), current.expose_secret());
        current = next;
    }
    let again = fetch(&sandbox, &request(&sandbox, refresh(&first)), &recorder()).await.unwrap_err();
    assert!(again.starts_with("AADSTS"), "a used token is refused and explained: {again}");
}

#[tokio::test]
async fn refusals_of_the_identity_provider_are_explained() {
    let sandbox = sandbox().await;
    let good = || {
        let mut request = request(&sandbox, Grant::ClientCredentials);
        request.scope = Some(format!("{API_AUDIENCE}/.default"));
        request
    };
    let mut wrong_secret = good();
    wrong_secret.client_secret = Some("wrong-wrong-wrong".to_owned().into());
    let mut expired = good();
    expired.client_secret = Some(sandbox.accounts().expired_client_secret.clone().into());
    let mut tenant = good();
    tenant.token_url.set_path("/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token");
    let mut client = good();
    client.client_id = "11111111-2222-3333-4444-555555555555".into();
    let mut scope = good();
    scope.scope = Some(format!("{API_AUDIENCE}/Practice.Read"));
    let mfa = request(&sandbox, password(&sandbox, MFA_USER));
    let person =
        request(&sandbox, Grant::Password { username: MAILBOX.into(), password: "no-such-pass".to_owned().into() });
    for (what, request, id) in [
        ("a wrong secret", wrong_secret, "AADSTS7000215"),
        ("an expired secret", expired, "AADSTS7000222"),
        ("a wrong tenant", tenant, "AADSTS90002"),
        ("an unknown client", client, "AADSTS700016"),
        ("a scope without .default", scope, "AADSTS1002012"),
        ("d12: a second factor", mfa, "AADSTS50076"),
        ("a wrong password", person, "AADSTS50126"),
    ] {
        let before = sandbox.connections(Server::Idp);
        assert_eq!(fetch(&sandbox, &request, &recorder()).await.unwrap_err(), id, "{what}");
        assert_eq!(sandbox.connections(Server::Idp), before + 1, "{what} is tried once");
    }
}

#[tokio::test]
async fn a_fetched_token_and_a_password_open_the_practice_web_server() {
    let sandbox = sandbox().await;
    let mut token = request(&sandbox, Grant::ClientCredentials);
    token.scope = Some(format!("{API_AUDIENCE}/.default"));
    let token = fetch(&sandbox, &token, &recorder()).await.unwrap();
    let port = sandbox.ports().echo;
    let basic = |password: &str| HttpAuth::Basic { username: MAILBOX.into(), password: password.to_owned().into() };
    for (path, auth, status) in [
        ("/bearer/", HttpAuth::Bearer(token.access_token.clone()), 200),
        ("/bearer/", HttpAuth::Bearer("not-a-token".to_owned().into()), 401),
        ("/basic/", basic(&sandbox.accounts().password), 200),
        ("/basic/", basic("not-the-password"), 401),
        ("/basic/", HttpAuth::None, 401),
    ] {
        let mut call = HttpCall::new("GET", format!("https://127.0.0.1:{port}{path}").parse().unwrap());
        call.auth = auth;
        let rec = recorder();
        let reply = exchange(&route(&sandbox, port), &call, &rec).await.unwrap();
        assert_eq!(reply.status, status, "{path}");
        let shown = shown(&rec.close(None));
        for secret in [token.access_token.expose_secret(), sandbox.accounts().password.as_str()] {
            assert!(!shown.contains(secret), "the server echoes what it was sent; nothing of it is shown");
        }
    }
}

#[tokio::test]
async fn a_signed_webhook_is_accepted_and_a_changed_one_is_not() {
    let sandbox = sandbox().await;
    let port = sandbox.ports().webhook;
    let secret = SecretString::from(sandbox.accounts().signing_secret.clone());
    let body = "{\"name\":\"caf\u{e9}\"}".as_bytes().to_vec();
    let at = jiff::Timestamp::try_from(std::time::UNIX_EPOCH + std::time::UNIX_EPOCH.elapsed().unwrap()).unwrap();
    let signature = sign_standard_webhook(&secret, "msg_1", at, &body).unwrap();
    for (sent, status) in [(body.clone(), 200), ([body.as_slice(), b" "].concat(), 401)] {
        let url = format!("https://127.0.0.1:{port}{}", sandbox.accounts().webhook_path);
        let mut call = HttpCall::new("POST", url.parse().unwrap());
        call.secret_url = true;
        call.body = Some(sent);
        for (name, value) in [
            ("webhook-id", "msg_1".to_owned()),
            ("webhook-timestamp", at.as_second().to_string()),
            ("webhook-signature", signature.clone()),
        ] {
            call.headers.push((name.into(), SecretOrText::Text(value)));
        }
        let rec = recorder();
        let reply = exchange(&route(&sandbox, port), &call, &rec).await.unwrap();
        assert_eq!(reply.status, status);
        assert!(!shown(&rec.close(None)).contains(&sandbox.accounts().webhook_path), "its address is a secret");
    }
}
