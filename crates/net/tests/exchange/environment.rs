//! The environment of the program decides nothing about where requests go.

use std::process::Command;

use credenza_net::exchange;

use crate::server::{Server, answer, recorder};

const NAMES: [&str; 8] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "SSLKEYLOGFILE"];

#[test]
fn g12_proxies_and_key_logs_named_in_the_environment_are_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let key_log = folder.path().join("keys");
    let mut inner = Command::new(std::env::current_exe().unwrap());
    inner.args(["--ignored", "--exact", "environment::a_request_with_a_dead_proxy_in_the_environment"]);
    for name in NAMES {
        // Nothing listens on port 1: a request that obeyed would fail.
        inner.env(name, "http://127.0.0.1:1");
    }
    inner.env("NO_PROXY", "").env("SSLKEYLOGFILE", &key_log);
    let output = inner.output().unwrap();
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && words.contains("1 passed"), "{words}");
    assert!(!key_log.exists(), "no key log is written");
}

#[tokio::test]
#[ignore = "run by the test above, in an environment of its own"]
async fn a_request_with_a_dead_proxy_in_the_environment() {
    assert!(std::env::var_os("HTTP_PROXY").is_some(), "the outer test sets it");
    let server = Server::answering(answer("200 OK", &[], "direct")).await;
    let reply = exchange(&server.route(), &server.call("GET", "/"), &recorder()).await.unwrap();
    assert_eq!(reply.text(), "direct");
}
