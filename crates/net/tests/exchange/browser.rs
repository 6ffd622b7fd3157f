//! The receiver that a browser comes back to: only the one right request works (G17), and only from the right provider (G18).

use std::collections::HashMap;

use credenza_net::{BrowserSignIn, BrowserWay, ClientAuth, Failure, Grant, Recorder, StageName, TokenRequest};
use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use url::Url;

const AUTHORIZE: &str = "https://id.example.com/tenant/authorize?prompt=consent";

fn request() -> TokenRequest {
    TokenRequest {
        token_url: "https://id.example.com/tenant/token".parse().unwrap(),
        grant: Grant::ClientCredentials,
        client_id: "my-app".into(),
        client_secret: None,
        client_auth: ClientAuth::None,
        scope: Some("mail.send offline_access".into()),
        audience: Some("api://x".into()),
        extra: vec![("resource".into(), "https://api.example.com".into())],
    }
}

/// A sign-in under way, and what it waits for.
struct Waiting {
    query: HashMap<String, String>,
    redirect: Url,
    outcome: JoinHandle<Result<Grant, Failure>>,
}

async fn waiting(redirect_uri: Option<&str>, issuer: Option<&str>) -> Waiting {
    let way = BrowserWay {
        authorize_url: AUTHORIZE.parse().unwrap(),
        redirect_uri: redirect_uri.map(|text| text.parse().unwrap()),
        issuer: issuer.map(str::to_owned),
    };
    let rec = Recorder::new(None);
    let sign_in = BrowserSignIn::begin(&way, &request(), &rec).await.unwrap();
    let query: HashMap<String, String> = sign_in.address().query_pairs().into_owned().collect();
    let redirect = query["redirect_uri"].parse().unwrap();
    let outcome = tokio::spawn(async move { sign_in.code(&rec).await });
    Waiting { query, redirect, outcome }
}

impl Waiting {
    fn target(&self, more: &str) -> String {
        format!("{}?state={}{more}", self.redirect.path(), self.query["state"])
    }

    fn host(&self) -> String {
        format!("{}:{}", self.redirect.host_str().unwrap(), self.redirect.port().unwrap())
    }

    /// The status of a request's answer.
    async fn status(&self, head: &str) -> u16 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.redirect.port().unwrap())).await.unwrap();
        stream.write_all(format!("{head}\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap_or_default().parse().unwrap_or_default()
    }

    async fn right(&self) -> u16 {
        let target = self.target("&code=canary-code");
        self.status(&format!("GET {target} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Mode: navigate", self.host())).await
    }
}

#[tokio::test]
async fn the_browser_takes_challenge_state_scope_and_extras_to_the_provider() {
    let waiting = waiting(None, None).await;
    let query = &waiting.query;
    let expected = [
        ("prompt", "consent"),
        ("response_type", "code"),
        ("client_id", "my-app"),
        ("scope", "mail.send offline_access"),
        ("audience", "api://x"),
        ("resource", "https://api.example.com"),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in expected {
        assert_eq!(query[name], value, "{name}");
    }
    assert_eq!(query["code_challenge"].len(), 43, "SHA-256 in base64url (RFC 7636 4.2)");
    assert!(query["state"].len() >= 43, "256 bits that nobody guesses");
    assert_eq!(query["redirect_uri"], format!("http://{}", waiting.host()));
    waiting.outcome.abort();
}

#[tokio::test]
async fn g17_everything_but_the_one_right_request_is_turned_away_and_changes_nothing() {
    let waiting = waiting(Some("http://127.0.0.1/back"), None).await;
    let (host, port) = (waiting.host(), waiting.redirect.port().unwrap());
    let good = waiting.target("&code=canary-code");
    let cases = [
        ("wrong state", format!("GET /back?state=wrong&code=x HTTP/1.1\r\nHost: {host}"), 400),
        ("missing state", format!("GET /back?code=x HTTP/1.1\r\nHost: {host}"), 400),
        ("two states", format!("GET {good}&state=x HTTP/1.1\r\nHost: {host}"), 400),
        ("neither code nor error", format!("GET {} HTTP/1.1\r\nHost: {host}", waiting.target("")), 400),
        ("wrong host", format!("GET {good} HTTP/1.1\r\nHost: evil.example:{port}"), 421),
        ("another name for this machine", format!("GET {good} HTTP/1.1\r\nHost: localhost:{port}"), 421),
        ("no host", format!("GET {good} HTTP/1.0"), 421),
        ("post", format!("POST {good} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0"), 405),
        ("head", format!("HEAD {good} HTTP/1.1\r\nHost: {host}"), 405),
        ("other path", format!("GET {} HTTP/1.1\r\nHost: {host}", good.replace("/back", "/")), 404),
        ("favicon", format!("GET /favicon.ico HTTP/1.1\r\nHost: {host}"), 404),
        ("cross-origin fetch", format!("GET {good} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example"), 403),
        ("a script's fetch", format!("GET {good} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Mode: no-cors"), 403),
    ];
    for (what, head, status) in cases {
        assert_eq!(waiting.status(&head).await, status, "{what}");
    }
    assert!(!waiting.outcome.is_finished(), "it still waits");
    assert_eq!(waiting.right().await, 200);
    let grant = waiting.outcome.await.unwrap().unwrap();
    let Grant::AuthorizationCode { code, verifier, redirect_uri } = grant else { panic!("not a code") };
    assert_eq!(code.expose_secret(), "canary-code");
    assert!(verifier.expose_secret().len() >= 43);
    assert_eq!(redirect_uri, format!("http://{host}/back"));
}

#[tokio::test]
async fn g17_the_door_is_shut_after_the_right_request() {
    let waiting = waiting(None, None).await;
    assert_eq!(waiting.right().await, 200);
    let port = waiting.redirect.port().unwrap();
    waiting.outcome.await.unwrap().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "a second request finds nobody");
}

#[tokio::test]
async fn g17_visitors_who_say_nothing_do_not_keep_the_right_one_out() {
    let waiting = waiting(None, None).await;
    let port = waiting.redirect.port().unwrap();
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(b"GET /").await.unwrap();
        silent.push(stream);
    }
    assert_eq!(waiting.right().await, 200);
    waiting.outcome.await.unwrap().unwrap();
}

#[tokio::test]
async fn g18_an_answer_signed_with_another_providers_name_is_refused() {
    for (issuer, iss, fits) in [
        (None, "https%3A%2F%2Fid.example.com%2Ftenant", true),
        (None, "https%3A%2F%2Fother.example.com%2Ftenant", false),
        (None, "id.example.com", false),
        (Some("https://id.example.com/tenant"), "https%3A%2F%2Fid.example.com%2Ftenant", true),
        (Some("https://id.example.com/tenant"), "https%3A%2F%2Fid.example.com%2Fother", false),
    ] {
        let waiting = waiting(None, issuer).await;
        let target = waiting.target(&format!("&code=canary-code&iss={iss}"));
        let status = waiting.status(&format!("GET {target} HTTP/1.1\r\nHost: {}", waiting.host())).await;
        assert_eq!(status, 200);
        let outcome = waiting.outcome.await.unwrap();
        assert_eq!(outcome.is_ok(), fits, "{issuer:?} {iss}");
        if let Err(failure) = outcome {
            assert_eq!(failure.stage, StageName::Token);
            assert!(failure.message.contains("another identity provider"), "{}", failure.message);
        }
    }
}

#[tokio::test]
async fn the_providers_refusal_ends_the_sign_in_with_its_own_words() {
    let waiting = waiting(None, None).await;
    let target = waiting.target("&error=access_denied&error_description=AADSTS65004%3A+declined");
    waiting.status(&format!("GET {target} HTTP/1.1\r\nHost: {}", waiting.host())).await;
    let failure = waiting.outcome.await.unwrap().unwrap_err();
    assert_eq!(failure.reply.unwrap().oauth_error.as_deref(), Some("access_denied"));
    assert!(failure.raw.contains("AADSTS65004"), "{}", failure.raw);
}

#[tokio::test]
async fn entra_is_come_back_to_at_localhost_by_ipv4_and_ipv6() {
    let way = BrowserWay {
        authorize_url: "https://login.microsoftonline.com/t/oauth2/v2.0/authorize".parse().unwrap(),
        redirect_uri: None,
        issuer: None,
    };
    let rec = Recorder::new(None);
    let sign_in = BrowserSignIn::begin(&way, &request(), &rec).await.unwrap();
    let query: HashMap<String, String> = sign_in.address().query_pairs().into_owned().collect();
    assert!(query["redirect_uri"].starts_with("http://localhost:"), "{}", query["redirect_uri"]);
    assert!(!query["redirect_uri"].ends_with('/'), "as it is registered, without a slash");
    let port = query["redirect_uri"].rsplit(':').next().unwrap().parse::<u16>().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        assert!(TcpStream::connect(("::1", port)).await.is_ok(), "a browser may prefer IPv6");
    }
    drop(sign_in);
}
