//! Token requests over the wire: what is sent, what is shown, what is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_net::{
    Catalogue, Channel, ClientAuth, Grant, Record, StageName, StageStatus, TokenReply, TokenRequest, fetch_token,
};
use secrecy::ExposeSecret;

use crate::server::{Server, answer, recorder, shown, stage, warnings};

const JSON: &str = "Content-Type: application/json";

fn request(server: &Server, grant: Grant) -> TokenRequest {
    TokenRequest {
        token_url: format!("http://{}/token?tenant=a", server.address).parse().unwrap(),
        grant,
        client_id: "my-app".into(),
        client_secret: Some("canary:secret+1".to_owned().into()),
        client_auth: ClientAuth::Post,
        scope: Some("read".into()),
        audience: None,
        extra: Vec::new(),
    }
}

fn password() -> Grant {
    Grant::Password { username: "erp".into(), password: "canary password".to_owned().into() }
}

async fn fetch(server: &Server, request: &TokenRequest) -> (Result<TokenReply, credenza_net::Failure>, Record) {
    let rec = recorder();
    let outcome = fetch_token(&server.route(), request, &rec).await;
    (outcome, rec.close(None))
}

#[tokio::test]
async fn tuf_25_a_fetched_token_is_told_by_type_lifetime_scope_and_mask() {
    let body = r#"{"access_token":"canary-access-wxyz","token_type":"Bearer","expires_in":"3599","scope":"read","refresh_token":"canary-refresh-2"}"#;
    let server = Server::answering(answer("200 OK", &[JSON], body)).await;
    let (outcome, record) =
        fetch(&server, &request(&server, Grant::RefreshToken("canary-refresh-1".to_owned().into()))).await;
    let reply = outcome.unwrap();
    assert_eq!(reply.access_token.expose_secret(), "canary-access-wxyz");
    assert_eq!(reply.refresh_token.unwrap().expose_secret(), "canary-refresh-2");
    let stage = stage(&record, StageName::Token);
    assert_eq!(stage.status, StageStatus::Passed);
    assert_eq!(stage.evidence["masked"], "****wxyz");
    assert_eq!(stage.evidence["expires_in"], 3599);
    assert_eq!(stage.evidence["scope"], "read");
    assert_eq!(stage.evidence["token_type"], "Bearer");
    assert!(!shown(&record).contains("canary"), "{}", shown(&record));
    assert!(record.warnings.is_empty(), "{:?}", record.warnings);
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "one request");
    assert!(requests[0].starts_with("POST /token?tenant=a HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].contains("refresh_token=canary-refresh-1"), "though it was really sent");
}

#[tokio::test]
async fn g3_a_token_request_has_exactly_these_headers() {
    let server = Server::answering(answer("200 OK", &[JSON], r#"{"access_token":"at","token_type":"Bearer"}"#)).await;
    let mut request = request(&server, Grant::ClientCredentials);
    request.client_auth = ClientAuth::Basic;
    fetch(&server, &request).await.0.unwrap();
    let requests = server.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let mut names: Vec<_> = head.lines().skip(1).map(|line| line.split(':').next().unwrap()).collect();
    names.sort_unstable();
    let expected = [
        "Accept",
        "Accept-Encoding",
        "Authorization",
        "Connection",
        "Content-Length",
        "Content-Type",
        "Host",
        "User-Agent",
    ];
    assert_eq!(names, expected);
    assert_eq!(body, "grant_type=client_credentials&scope=read");
    let pair = STANDARD.encode("my-app:canary%3Asecret%2B1");
    assert!(head.contains(&format!("Authorization: Basic {pair}")), "{head}");
}

#[tokio::test]
async fn g13_an_identity_server_that_echoes_the_request_shows_nothing() {
    for auth in [ClientAuth::Post, ClientAuth::Basic] {
        let server = Server::with(|request| {
            let echo = request.replace('"', "'").replace("\r\n", " ");
            let body = format!(
                r#"{{"error":"invalid_client","error_description":"you sent {echo}","access_token":"canary-leak"}}"#
            );
            answer("401 Unauthorized", &[JSON, &format!("X-Echo: {echo}")], body)
        })
        .await;
        let mut request = request(&server, password());
        request.client_auth = auth.clone();
        let (outcome, record) = fetch(&server, &request).await;
        let failure = outcome.unwrap_err();
        let everything = format!("{failure:?} {}", shown(&record));
        let pair = STANDARD.encode("my-app:canary%3Asecret%2B1");
        assert!(!everything.contains("canary") && !everything.contains(&pair), "{auth:?}: {everything}");
        assert_eq!(Catalogue::builtin().explain(&failure).id, "oauth:invalid_client");
    }
}

#[tokio::test]
async fn d12_a_refused_password_is_sent_once_and_never_again() {
    let body = r#"{"error":"invalid_grant","error_description":"AADSTS50126: Error validating credentials due to invalid username or password.","error_codes":[50126],"trace_id":"t-1","correlation_id":"c-1"}"#;
    let server = Server::answering(answer("400 Bad Request", &[JSON], body)).await;
    let (outcome, record) = fetch(&server, &request(&server, password())).await;
    let failure = outcome.unwrap_err();
    assert_eq!(server.requests().len(), 1, "a second try may lock the account");
    assert_eq!((failure.stage, failure.channel), (StageName::Token, Channel::Oauth));
    assert_eq!(Catalogue::builtin().explain(&failure).id, "AADSTS50126");
    let stage = stage(&record, StageName::Token);
    assert_eq!(stage.status, StageStatus::Failed);
    assert_eq!((&stage.evidence["trace_id"], &stage.evidence["correlation_id"]), (&"t-1".into(), &"c-1".into()));
}

#[tokio::test]
async fn an_identity_server_that_breaks_off_fails_in_the_token_stage() {
    let server = Server::answering("").await;
    let (outcome, record) = fetch(&server, &request(&server, Grant::ClientCredentials)).await;
    let failure = outcome.unwrap_err();
    assert_eq!((failure.stage, failure.channel), (StageName::Token, Channel::Network));
    assert_eq!(stage(&record, StageName::Token).status, StageStatus::Failed);
    assert_eq!(server.requests().len(), 1, "and is not asked again");
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_secret() {
    let elsewhere = Server::answering(answer("200 OK", &[JSON], r#"{"access_token":"at"}"#)).await;
    let location = format!("Location: http://{}/token", elsewhere.address);
    let server = Server::answering(answer("307 Temporary Redirect", &[&location], "")).await;
    let (outcome, record) = fetch(&server, &request(&server, password())).await;
    assert_eq!(outcome.unwrap_err().channel, Channel::Http);
    assert_eq!(warnings(&record), ["redirect"]);
    assert!(elsewhere.requests().is_empty(), "the password stays with the host it was entered for");
}

#[tokio::test]
async fn an_answer_of_ten_megabytes_is_refused_within_bounds() {
    let body = format!(r#"{{"access_token":"{}","token_type":"Bearer"}}"#, "a".repeat(10 * 1024 * 1024));
    let server = Server::answering(answer("200 OK", &[JSON], body)).await;
    let failure = fetch(&server, &request(&server, Grant::ClientCredentials)).await.0.unwrap_err();
    assert!(failure.message.contains("1 MiB"), "{failure:?}");
}

#[tokio::test]
async fn a_token_in_an_answer_that_cannot_be_read_is_hidden_all_the_same() {
    for (kind, body) in [
        ("text/html", r#"{"access_token":"canary-1","token_type":"Bearer"}"#),
        ("application/json", r#"{"access_token":"canary-1","refresh_token":"canary-2"#),
        ("application/x-www-form-urlencoded", "access_token=canary-1&token_type=bearer&refresh_token=canary-2"),
    ] {
        let server = Server::answering(answer("200 OK", &[&format!("Content-Type: {kind}")], body)).await;
        let (outcome, record) = fetch(&server, &request(&server, Grant::ClientCredentials)).await;
        let everything = format!("{:?} {}", outcome.unwrap_err(), shown(&record));
        assert!(!everything.contains("canary"), "{kind}: {everything}");
    }
}

#[tokio::test]
async fn warnings_of_an_odd_answer_are_on_the_record_and_in_the_reply() {
    let server = Server::answering(answer("200 OK", &[JSON], r#"{"access_token":"at-at-at","expires_in":-5}"#)).await;
    let (outcome, record) = fetch(&server, &request(&server, Grant::ClientCredentials)).await;
    let ids: Vec<_> = outcome.unwrap().warnings.into_iter().map(|warning| warning.id).collect();
    assert_eq!(ids, ["token_type", "expires_in"]);
    assert_eq!(warnings(&record), ["token_type", "expires_in"]);
}
