//! django-oauth-toolkit's second opinion on sign-ins by people: authorization code with PKCE, and the device grant.

use std::collections::HashMap;

use credenza_tests::peers::Provider;
use credenza_tests::people::{SignIn, location, request};
use credenza_tests::{Desk, stage};
use serde_json::{Value, json};
use url::Url;

fn app(provider: &Provider, own: Value) -> Value {
    let mut oauth2 = json!({ "token_url": provider.url("token/"), "client_auth": "none", "scope": "read" });
    oauth2.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    json!({ "type": "app_registration", "name": "App", "description": "d", "oauth2": oauth2 })
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

    let mut sign_in = SignIn::begin(&desk, &["App"]);
    let page: Url = sign_in.line_with("http://").parse().expect("an address");
    let query: HashMap<String, String> = page.query_pairs().into_owned().collect();
    assert_eq!(query["code_challenge_method"], "S256");
    let back = location(&request("GET", &page, ""), &page);
    assert!(back.as_str().starts_with(&query["redirect_uri"]), "{back}");
    assert!(request("GET", &back, "").contains("You are signed in"));
    let (code, result) = sign_in.end();
    assert_eq!(code, 0, "{result:#}");
    assert_eq!(result["result"]["scope"], "read");

    let first = revealed(&desk);
    assert!(!result.to_string().contains(&first), "the refresh token is stored and not shown");
    let again = desk.run(&["--json", "token", "App", "--force"]).expect(0);
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
        let mut sign_in = SignIn::begin(&desk, &["App"]);
        let address = sign_in.line_with("http://");
        let page: Url = address.rsplit(' ').next().unwrap().parse().expect("an address");
        let said = sign_in.line_with("enter the code");
        let typed = said.rsplit(' ').next().unwrap().to_owned();
        let confirm = location(&request("POST", &page, &format!("user_code={typed}")), &page);
        request("POST", &confirm, &format!("action={action}"));
        let (ended_with, result) = sign_in.end();
        assert_eq!(ended_with, code, "{action}: {result:#}");
        assert!(!result.to_string().contains("device_code=ey"), "the device code is hidden");
    }
}
