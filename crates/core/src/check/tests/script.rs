//! Token scripts, run for real (TUF-26..30).
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use credenza_net::StageName;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::bench::*;
use crate::check::*;

const FETCH: Action = Action::Token { force: true };

fn script(folder: &TempDir, body: &str) -> PathBuf {
    let path = folder.path().join("token_script.sh");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

fn bearer(bench: &Bench, path: &Path, token: Option<&str>) -> Value {
    let mut auth = json!({ "method": "bearer", "token_script": path });
    if let Some(token) = token {
        auth["token"] = json!(token);
    }
    json!({
        "type": "outbound_server", "host": "127.0.0.1", "port": bench.sandbox.ports().echo,
        "certificate_check": bench.trusted(), "auth": auth,
    })
}

async fn reason(bench: &Bench, path: &Path) -> String {
    let finished = bench.run(&subject(bearer(bench, path, None)), FETCH).await;
    failed(&finished.result, StageName::Token);
    assert!(finished.token.is_none());
    stage(&finished.result, StageName::Token).summary.clone()
}

#[tokio::test]
async fn vector_5_tuf_30_a_token_takes_precedence_and_the_script_is_not_started_at_all() {
    let (bench, folder) = (Bench::start().await, TempDir::new().unwrap());
    let marker = folder.path().join("marker");
    let path = script(&folder, &format!("touch {}; echo T2-script-token", marker.display()));
    let subject = subject(bearer(&bench, &path, Some("T1-record-token")));
    assert_eq!(script_to_run(&subject), None);
    let finished = bench
        .run(&subject, Action::Call(CallRequest { method: "GET".into(), path: "/".into(), ..CallRequest::default() }))
        .await;
    passed(&finished.result);
    let seen: Value = serde_json::from_slice(&finished.body.unwrap()).unwrap();
    assert_eq!(seen["headers"]["authorization"], "Bearer T1-record-token");
    let fetched = bench.run(&subject, FETCH).await;
    assert_eq!(fetched.token.unwrap().expose_secret(), "T1-record-token");
    assert!(!marker.exists(), "the script was not started");
}

#[tokio::test]
async fn tuf_27_the_scripts_output_is_the_bearer_token() {
    let (bench, folder) = (Bench::start().await, TempDir::new().unwrap());
    let path = script(&folder, "echo script-token-1234");
    let subject = subject(bearer(&bench, &path, None));
    assert_eq!(script_to_run(&subject).as_deref(), path.to_str());
    let finished = bench
        .run(&subject, Action::Call(CallRequest { method: "GET".into(), path: "/".into(), ..CallRequest::default() }))
        .await;
    passed(&finished.result);
    let seen: Value = serde_json::from_slice(&finished.body.unwrap()).unwrap();
    assert_eq!(seen["headers"]["authorization"], "Bearer script-token-1234");
    let fetched = bench.run(&subject, FETCH).await;
    passed(&fetched.result);
    assert_eq!(fetched.result.result["masked"], "****1234");
}

#[tokio::test]
async fn vector_10_what_is_not_a_token_and_only_a_token_fails_with_the_reason() {
    let (bench, folder) = (Bench::start().await, TempDir::new().unwrap());
    let cases = [
        ("printf 'tok\\nnoise'", "several lines"),
        ("true", "printed nothing"),
        ("echo token-1234; exit 3", "exit code 3"),
        ("printf 'to ken'", "blanks"),
        ("printf 'tok\\000en'", "characters"),
        ("kill -TERM $$", "signal"),
        ("head -c 70000 /dev/zero | tr '\\000' x", "64 KiB"),
    ];
    for (body, words) in cases {
        let said = reason(&bench, &script(&folder, body)).await;
        assert!(said.contains(words), "{body}: {said}");
    }
    for body in ["printf 'token-1234\\n'", "printf 'token-1234\\r\\n'", "printf token-1234"] {
        let finished = bench.run(&subject(bearer(&bench, &script(&folder, body), None)), FETCH).await;
        assert_eq!(finished.token.unwrap().expose_secret(), "token-1234", "{body}");
    }
}

#[tokio::test]
async fn tuf_28_only_a_full_path_is_taken_and_a_missing_program_is_named() {
    let bench = Bench::start().await;
    for path in ["token_script.sh", "./token_script.sh", "/var/tmp/../tmp/token_script.sh"] {
        let mut subject = subject(bearer(&bench, Path::new("/var/tmp/token_script.sh"), None));
        let crate::credential::Kind::OutboundServer(server) = &mut subject.credential.kind else { panic!("outbound") };
        let crate::credential::OutboundAuth::Bearer { token_script, .. } = &mut server.auth else { panic!("bearer") };
        *token_script = Some(path.into());
        let result = bench.run(&subject, FETCH).await.result;
        failed(&result, StageName::Input);
        assert_eq!(stage(&result, StageName::Input).evidence["field"], "auth.token_script");
    }
    let said = reason(&bench, Path::new("/nonexistent/token_script")).await;
    assert!(said.contains("does not exist"), "{said}");
}

#[tokio::test]
async fn the_script_sees_a_clean_environment_a_private_folder_and_its_inputs_on_stdin() {
    let (bench, folder) = (Bench::start().await, TempDir::new().unwrap());
    let saw = folder.path().join("saw");
    let body = format!(
        "{{ env; echo CWD=$(pwd) MODE=$(ls -ld . | cut -c1-10) UMASK=$(umask) ARGS=$#; cat; }} > {}; echo token-1234",
        saw.display()
    );
    let finished = bench.run(&subject(bearer(&bench, &script(&folder, &body), None)), FETCH).await;
    passed(&finished.result);
    let saw = fs::read_to_string(saw).unwrap();
    assert!(!saw.contains("CARGO"), "our environment stays ours: {saw}");
    assert!(saw.contains("MODE=drwx------") && saw.contains("UMASK=0077") && saw.contains("ARGS=0"), "{saw}");
    let input: Value = serde_json::from_str(saw.lines().last().unwrap()).unwrap();
    assert_eq!(input["host"], "127.0.0.1");
    let cwd = saw.lines().find_map(|line| line.strip_prefix("CWD=")).unwrap().split(' ').next().unwrap();
    assert!(!Path::new(cwd).exists(), "its folder is gone: {cwd}");
}

#[tokio::test]
async fn what_the_script_says_on_stderr_is_shown_redacted() {
    let (bench, folder) = (Bench::start().await, TempDir::new().unwrap());
    let path = script(&folder, "echo token-canary-1234; echo 'debug: got token-canary-1234' >&2");
    let mut record = bearer(&bench, &path, None);
    record["proxy"] = json!({ "url": "http://127.0.0.1:9", "username": "u", "password": "proxy-canary-9" });
    let finished = bench.run(&subject(record.clone()), FETCH).await;
    let shown = stage(&finished.result, StageName::Token).evidence["stderr"].as_str().unwrap();
    assert!(shown.starts_with("debug: got [token"), "{shown}");
    let path = script(&folder, "echo 'no proxy with proxy-canary-9' >&2; exit 1");
    record["auth"]["token_script"] = json!(path);
    let finished = bench.run(&subject(record), FETCH).await;
    failed(&finished.result, StageName::Token);
    assert!(finished.result.explanation.unwrap().raw.starts_with("no proxy with [proxy-password"));
}

#[tokio::test]
async fn a_script_that_changed_since_it_was_approved_is_not_started() {
    let (bench, folder) = (Bench::start().await, TempDir::new().unwrap());
    let marker = folder.path().join("marker");
    let path = script(&folder, "echo token-1234");
    let mut subject = subject(bearer(&bench, &path, None));
    let crate::credential::Kind::OutboundServer(server) = &mut subject.credential.kind else { panic!("outbound") };
    let crate::credential::OutboundAuth::Bearer { token_script_sha256, .. } = &mut server.auth else {
        panic!("bearer")
    };
    *token_script_sha256 = Some(script_sha256(&path).unwrap());
    passed(&bench.run(&subject, FETCH).await.result);
    script(&folder, &format!("touch {}; echo token-1234", marker.display()));
    let result = bench.run(&subject, FETCH).await.result;
    failed(&result, StageName::Token);
    assert!(stage(&result, StageName::Token).summary.contains("changed"), "{}", report(&result));
    assert!(!marker.exists(), "not started");
}

#[tokio::test]
async fn a_script_that_never_ends_is_killed_with_all_it_started() {
    let (mut bench, folder) = (Bench::start().await, TempDir::new().unwrap());
    bench.timeout = std::time::Duration::from_millis(1500);
    let pids = folder.path().join("pids");
    let body = format!("trap '' TERM HUP\nsleep 1000 &\necho $$ $! > {}\nwait\nsleep 1000", pids.display());
    let result = bench.run(&subject(bearer(&bench, &script(&folder, &body), None)), FETCH).await.result;
    failed(&result, StageName::Token);
    let pids = fs::read_to_string(pids).unwrap();
    for pid in pids.split_whitespace() {
        assert!(ended(pid).await, "process {pid} is still there");
    }
}

/// Whether a process is gone or only waits to be collected, within five seconds.
async fn ended(pid: &str) -> bool {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    loop {
        let ps = std::process::Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
        let state = String::from_utf8_lossy(&ps.stdout).trim().to_owned();
        if state.is_empty() || state.starts_with('Z') {
            return true;
        }
        if tokio::time::Instant::now() > deadline {
            return false;
        }
        tokio::task::yield_now().await;
    }
}
