//! django-oauth-toolkit's second opinion on sign-ins by people: authorization code with PKCE, and the device grant.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use credenza_tests::peers::Provider;
use credenza_tests::{Desk, stage};
use serde_json::{Value, json};
use url::Url;

fn app(provider: &Provider, own: Value) -> Value {
    let mut oauth2 = json!({ "token_url": provider.url("token/"), "client_auth": "none", "scope": "read" });
    oauth2.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    json!({ "type": "app_registration", "name": "App", "description": "d", "oauth2": oauth2 })
}

/// `credenza token App` under way, and the lines that it prints for the person.
fn fetch(desk: &Desk) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut command = desk.command(&["--json", "token", "App", "--no-browser"]);
    command.env("CREDENZA_SESSION", desk.session()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let lines = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
    (child, lines)
}

fn line_with(lines: &mut impl BufRead, wanted: &str) -> String {
    let mut line = String::new();
    while lines.read_line(&mut line).expect("the output can be read") > 0 {
        if line.contains(wanted) {
            return line.trim().to_owned();
        }
        line.clear();
    }
    panic!("{wanted:?} was never said")
}

fn ended(child: Child) -> (i32, Value) {
    let output = child.wait_with_output().expect("the program ends");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap_or(-1), serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
}

/// One request over plain HTTP, as a browser makes it: the whole answer.
fn request(method: &str, url: &Url, body: &str) -> String {
    let port = url.port().expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("the request is sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

fn location(answer: &str, base: &Url) -> Url {
    let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location:"));
    let line = line.unwrap_or_else(|| panic!("no redirect: {answer}"));
    base.join(line.split_once(':').unwrap().1.trim()).expect("an address")
}

fn revealed(desk: &Desk) -> String {
    desk.run(&["reveal", "App", "oauth2.refresh_token"]).expect(0).out.trim_end().to_owned()
}

#[test]
fn a_browser_sign_in_with_pkce_is_taken_and_its_refresh_token_carries_on_alone() {
    let provider = Provider::start();
    let desk = Desk::new();
    let grant = json!({ "grant": "authorization_code", "authorize_url": provider.url("authorize/"), "client_id": provider.browser });
    desk.add(&app(&provider, grant));

    let refused = desk.run(&["--json", "test", "App"]).expect(1).json();
    assert_eq!(refused["failed_stage"], "token", "a test never asks a person: {refused:#}");
    assert!(stage(&refused, "token")["summary"].as_str().unwrap().contains("press Fetch Token"), "{refused:#}");

    let (child, mut lines) = fetch(&desk);
    let page: Url = line_with(&mut lines, "http://").parse().expect("an address");
    let query: HashMap<String, String> = page.query_pairs().into_owned().collect();
    assert_eq!(query["code_challenge_method"], "S256");
    let back = location(&request("GET", &page, ""), &page);
    assert!(back.as_str().starts_with(&query["redirect_uri"]), "{back}");
    assert!(request("GET", &back, "").contains("You are signed in"));
    let (code, result) = ended(child);
    assert_eq!(code, 0, "{result:#}");
    assert_eq!(result["result"]["scope"], "read");

    let first = revealed(&desk);
    assert!(!result.to_string().contains(&first), "the refresh token is stored and not shown");
    let again = desk.run(&["--json", "token", "App"]).expect(0);
    assert!(!again.err.contains("http://"), "nobody was asked: {}", again.err);
    assert_ne!(revealed(&desk), first, "the provider rotates it, the vault follows");
    assert_eq!(desk.run(&["--json", "test", "App"]).expect(0).json()["outcome"], "passed");
}

#[test]
fn a_code_with_another_verifier_is_refused_by_the_provider() {
    let provider = Provider::start();
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let page = Url::parse_with_params(
        &provider.url("authorize/"),
        [
            ("response_type", "code"),
            ("client_id", &provider.browser),
            ("redirect_uri", "http://127.0.0.1:5"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ],
    )
    .unwrap();
    let back = location(&request("GET", &page, ""), &page);
    let code = back.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let form = format!(
        "grant_type=authorization_code&client_id={}&code={code}&redirect_uri=http%3A%2F%2F127.0.0.1%3A5&code_verifier={}",
        provider.browser,
        "x".repeat(43)
    );
    let answer = request("POST", &provider.url("token/").parse().unwrap(), &form);
    assert!(answer.contains("invalid_grant"), "the provider does check PKCE: {answer}");
}

#[test]
fn a_device_sign_in_is_approved_on_the_providers_own_page() {
    let provider = Provider::start();
    let desk = Desk::new();
    let grant = json!({ "grant": "device_code", "device_url": provider.url("device-authorization/"), "client_id": provider.device });
    desk.add(&app(&provider, grant));
    for (action, code) in [("deny", 1), ("accept", 0)] {
        let (child, mut lines) = fetch(&desk);
        let address = line_with(&mut lines, "http://");
        let page: Url = address.rsplit(' ').next().unwrap().parse().expect("an address");
        let said = line_with(&mut lines, "enter the code");
        let typed = said.rsplit(' ').next().unwrap().to_owned();
        let confirm = location(&request("POST", &page, &format!("user_code={typed}")), &page);
        request("POST", &confirm, &format!("action={action}"));
        let (ended_with, result) = ended(child);
        assert_eq!(ended_with, code, "{action}: {result:#}");
        assert!(!result.to_string().contains("device_code=ey"), "the device code is hidden");
    }
}
