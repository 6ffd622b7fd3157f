//! The web server that tells what it was sent.

use std::io::Read as _;

use crate::common::{Peer, b64, sandbox};
use crate::identity::{client, token};

#[tokio::test]
async fn it_tells_method_path_headers_and_body() {
    let sandbox = sandbox().await;
    let mut peer = Peer::tls(sandbox.ports().echo, sandbox.ca_pem()).await;
    let seen = peer.http("PUT /some/path?a=1", &["X-One: first", "X-One: second"], "hello").await.json();
    assert_eq!((seen["method"].as_str(), seen["path"].as_str()), (Some("PUT"), Some("/some/path")));
    assert_eq!((seen["query"].as_str(), seen["body"].as_str()), (Some("a=1"), Some("hello")));
    assert_eq!(seen["headers"]["x-one"], "first, second");
    assert_eq!(seen["tls"], "TLSv1_3");
}

#[tokio::test]
async fn basic_wants_the_practice_user_and_password() {
    let sandbox = sandbox().await;
    let port = sandbox.ports().echo_http;
    let refused = Peer::plain(port).await.http("GET /basic/health", &[], "").await;
    assert_eq!(refused.status, 401);
    assert!(refused.head.contains("www-authenticate: basic realm="), "{}", refused.head);
    let wrong = format!("Authorization: Basic {}", b64("practice@credenza.test:wrong"));
    assert_eq!(Peer::plain(port).await.http("GET /basic/health", &[&wrong], "").await.status, 401);
    let right =
        format!("Authorization: Basic {}", b64(format!("practice@credenza.test:{}", sandbox.accounts().password)));
    assert_eq!(Peer::plain(port).await.http("GET /basic/health", &[&right], "").await.status, 200);
    assert_eq!(Peer::plain(port).await.http("GET /basically", &[], "").await.status, 200, "only that folder is closed");
}

#[tokio::test]
async fn bearer_wants_the_fixed_token_or_one_for_the_api() {
    let sandbox = sandbox().await;
    let port = sandbox.ports().echo_http;
    let get = async |token: &str| {
        let header = format!("Authorization: Bearer {token}");
        Peer::plain(port).await.http("GET /bearer", &[&header], "").await
    };
    let issued = async |scope: &str| {
        let form = client(&sandbox, &[("grant_type", "client_credentials"), ("scope", scope)]);
        token(&sandbox, &form).await.json()["access_token"].as_str().unwrap().to_owned()
    };
    assert_eq!(get(&sandbox.accounts().api_token).await.status, 200);
    assert_eq!(get(&issued("https://api.credenza.test/.default").await).await.status, 200);
    let refused = get(&issued("https://mail.credenza.test/.default").await).await;
    assert_eq!(refused.status, 401);
    assert!(refused.head.contains(r#"error="invalid_token""#), "{}", refused.head);
    assert_eq!(get("made-up").await.status, 401);
}

#[tokio::test]
async fn statuses_redirects_and_packed_bodies_come_as_asked() {
    let sandbox = sandbox().await;
    let port = sandbox.ports().echo_http;
    let busy = Peer::plain(port).await.http("GET /status/503", &[], "").await;
    assert_eq!(busy.status, 503);
    assert!(busy.head.contains("retry-after: 30"));
    let moved = Peer::plain(port).await.http("GET /redirect", &[], "").await;
    assert_eq!(moved.status, 302);
    assert!(moved.head.contains("location: /health"));
    let packed = Peer::plain(port).await.http("GET /gzip", &[], "").await;
    assert!(packed.head.contains("content-encoding: gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text.contains(r#""path":"/gzip""#), "{text}");
    assert_eq!(Peer::plain(port).await.http("GET /large", &[], "").await.body.len(), 5 * 1024 * 1024);
}

#[tokio::test]
async fn a_foreign_host_name_is_turned_away() {
    let sandbox = sandbox().await;
    let mut peer = Peer::plain(sandbox.ports().echo_http).await;
    peer.send("GET / HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n").await;
    let reply = String::from_utf8(peer.rest().await).unwrap();
    assert!(reply.starts_with("HTTP/1.1 421 "), "a browser page cannot rebind its own name to us: {reply}");
}
