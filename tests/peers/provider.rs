//! django-oauth-toolkit as an independent OAuth 2.0 provider.

use credenza_tests::peers::Provider;
use credenza_tests::{Answer, Desk, failed_at, stage};
use serde_json::{Value, json};

fn app(provider: &Provider, oauth2: Value) -> Value {
    let mut block = json!({"token_url": provider.url("token/"), "scope": "read"});
    block.as_object_mut().unwrap().extend(oauth2.as_object().unwrap().clone());
    json!({"type": "app_registration", "name": "App", "description": "d", "oauth2": block})
}

fn machine(provider: &Provider) -> Value {
    json!({"grant": "client_credentials", "client_id": provider.machine.0, "client_secret": provider.machine.1})
}

fn person(provider: &Provider, more: Value) -> Value {
    let mut block = json!({"client_id": provider.person.0, "client_secret": provider.person.1});
    block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    block
}

/// The provider itself as an outbound server, signed in with Basic as one of its clients.
fn provider_record(provider: &Provider, (id, secret): &(String, String)) -> Value {
    json!({
        "type": "outbound_server", "name": "Provider", "description": "d", "protocol": "http", "host": "127.0.0.1", "port": provider.port,
        "base_path": "/o", "headers": [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
        "auth": {"method": "basic", "username": id, "password": secret},
    })
}

fn post(desk: &Desk, path: &str, form: &str) -> Answer {
    desk.run_with(&["call", "Provider", "POST", path, "--data-file", "-"], form)
}

/// What the provider says of a token.
fn introspect(desk: &Desk, token: &str) -> Value {
    post(desk, "/introspect/", &format!("token={token}")).expect(0).json()
}

fn raw_token(desk: &Desk, name: &str, more: &[&str]) -> String {
    let mut arguments = vec!["token", name, "--raw"];
    arguments.extend(more);
    desk.run(&arguments).expect(0).out.trim_end().to_owned()
}

#[test]
fn eli_10_client_credentials_give_a_token_that_the_provider_calls_active() {
    let provider = Provider::start();
    let desk = Desk::new();
    desk.add(&json!([app(&provider, machine(&provider)), provider_record(&provider, &provider.machine)]));
    let answer = desk.run(&["--json", "token", "App"]).expect(0);
    let result = answer.json();
    assert_eq!(
        (result["kind"].as_str(), result["result"]["token_type"].as_str(), result["result"]["scope"].as_str()),
        (Some("token"), Some("Bearer"), Some("read")),
        "{result:#}"
    );
    assert!(
        result["result"]["expires_at"].is_string() && result["result"]["masked"].as_str().unwrap().starts_with("****"),
        "{result:#}"
    );

    let token = raw_token(&desk, "App", &[]);
    assert!(!answer.out.contains(&token) && !answer.err.contains(&token), "the result shows the mask only");
    assert_eq!(introspect(&desk, &token)["active"], true);
    assert_eq!(raw_token(&desk, "App", &[]), token, "from the cache while it is valid");
    let forced = raw_token(&desk, "App", &["--force"]);
    assert_ne!(forced, token);
    assert_eq!(introspect(&desk, &forced)["scope"], "read");
}

#[test]
fn the_client_signs_in_by_post_or_by_basic() {
    let provider = Provider::start();
    for client_auth in ["post", "basic"] {
        let desk = Desk::new();
        let mut block = machine(&provider);
        block["client_auth"] = json!(client_auth);
        desk.add(&app(&provider, block));
        assert_eq!(desk.run(&["--json", "token", "App"]).expect(0).json()["outcome"], "passed", "{client_auth}");
    }
}

#[test]
fn a_wrong_client_secret_is_explained_as_invalid_client() {
    let provider = Provider::start();
    for client_auth in ["post", "basic"] {
        let desk = Desk::new();
        let mut block = machine(&provider);
        block["client_secret"] = json!("wrong-secret-value-1");
        block["client_auth"] = json!(client_auth);
        desk.add(&app(&provider, block));
        let answer = desk.run(&["--json", "token", "App"]).expect(1);
        let result = answer.json();
        failed_at(&result, "token");
        assert!(
            result["explanation"]["id"].as_str().unwrap().contains("invalid_client"),
            "{client_auth}: {}",
            result["explanation"]
        );
        assert!(!result["explanation"]["steps"].as_array().unwrap().is_empty(), "with what to do");
        assert!(!answer.out.contains("wrong-secret-value-1"));
        let raw = desk.run(&["token", "App", "--raw"]).expect(1);
        assert_eq!(raw.out, "", "--raw prints a token or nothing");
    }
}

#[test]
fn tuf_19_the_password_grant_signs_in_with_user_and_password() {
    let provider = Provider::start();
    let desk = Desk::new();
    let block =
        person(&provider, json!({"grant": "password", "username": Provider::USER, "password": Provider::PASSWORD}));
    desk.add(&json!([app(&provider, block), provider_record(&provider, &provider.person)]));
    let token = raw_token(&desk, "App", &[]);
    let said = introspect(&desk, &token);
    assert_eq!((said["active"].as_bool(), said["username"].as_str()), (Some(true), Some(Provider::USER)), "{said}");

    desk.run_with(&["edit", "App", "--from", "-"], r#"{"oauth2":{"password":"not-her-Pa55word"}}"#).expect(0);
    let result = desk.run(&["--json", "token", "App"]).expect(1).json();
    failed_at(&result, "token");
    assert!(result["explanation"]["id"].as_str().unwrap().contains("invalid_grant"), "{}", result["explanation"]);
    assert_eq!(stage(&result, "token")["status"], "failed");
}

#[test]
fn tuf_20_a_blank_scope_is_not_sent() {
    let provider = Provider::start();
    let desk = Desk::new();
    let mut block = machine(&provider);
    block["scope"] = json!("");
    desk.add(&app(&provider, block));
    let result = desk.run(&["--json", "token", "App"]).expect(0).json();
    let granted = result["result"]["scope"].as_str().unwrap();
    assert!(granted.contains("read") && granted.contains("write"), "the provider gave its default scopes: {granted}");
    desk.run_with(&["edit", "App", "--from", "-"], r#"{"oauth2":{"scope":"no-such-scope"}}"#).expect(0);
    let refused = desk.run(&["--json", "token", "App"]).expect(1).json();
    assert!(refused["explanation"]["id"].as_str().unwrap().contains("invalid_scope"), "{}", refused["explanation"]);
}

#[test]
fn tuf_22_a_rotated_refresh_token_is_stored_and_the_old_one_is_dead() {
    let provider = Provider::start();
    let desk = Desk::new();
    desk.add(&provider_record(&provider, &provider.person));
    let form = format!("grant_type=password&username={}&password={}&scope=read", Provider::USER, Provider::PASSWORD);
    let first = post(&desk, "/token/", &form).expect(0).json()["refresh_token"].as_str().unwrap().to_owned();
    desk.add(&app(&provider, person(&provider, json!({"grant": "refresh_token", "refresh_token": first}))));

    let stored = || desk.run(&["reveal", "App", "oauth2.refresh_token"]).expect(0).out.trim_end().to_owned();
    let one = raw_token(&desk, "App", &["--force"]);
    let second = stored();
    assert_ne!(second, first, "the rotated refresh token replaced the old one");
    let two = raw_token(&desk, "App", &["--force"]);
    assert_ne!(stored(), second);
    assert_ne!(one, two);
    assert_eq!(introspect(&desk, &two)["active"], true);
    let events = desk.run(&["--json", "events"]).expect(0).out;
    assert_eq!(events.matches("refresh_token_rotated").count(), 2, "each replacement is in the log");

    let reused = post(&desk, "/token/", &format!("grant_type=refresh_token&refresh_token={first}"));
    assert_eq!(reused.code, 1, "the provider takes a refresh token once");
    assert!(reused.out.contains("invalid_grant"), "{reused:?}");

    // The provider takes the reuse for a theft and ends the whole family: TUF-24.
    let result = desk.run(&["--json", "token", "App", "--force"]).expect(1).json();
    failed_at(&result, "token");
    assert!(result["explanation"]["id"].as_str().unwrap().contains("invalid_grant"), "{}", result["explanation"]);
    desk.run_with(
        &["edit", "App", "--from", "-"],
        &json!({"oauth2": {"refresh_token": refresh(&desk, &form)}}).to_string(),
    )
    .expect(0);
    assert_eq!(
        desk.run(&["--json", "token", "App"]).expect(0).json()["outcome"],
        "passed",
        "a new refresh token makes it work again"
    );
}

fn refresh(desk: &Desk, form: &str) -> String {
    post(desk, "/token/", form).expect(0).json()["refresh_token"].as_str().unwrap().to_owned()
}

#[test]
fn a_shared_app_registration_gives_an_outbound_server_its_token() {
    let provider = Provider::start();
    let desk = Desk::new();
    desk.add(&app(&provider, machine(&provider)));
    desk.add(&json!({
        "type": "outbound_server", "name": "API", "description": "d", "protocol": "http", "host": "127.0.0.1", "port": provider.port,
        "auth": {"method": "oauth2", "oauth2": {"credential": "App"}},
    }));
    let first = raw_token(&desk, "API", &[]);
    assert_eq!(raw_token(&desk, "App", &[]), first, "one token for all that share the registration");
    let result = desk.run(&["--json", "call", "API", "GET", "/o/.well-known/openid-configuration"]).json();
    assert_eq!(stage(&result, "token")["status"], "passed", "{result:#}");
}
