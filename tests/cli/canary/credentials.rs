//! Records of all five types with a canary in every secret field.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_tests::Authority;
use serde_json::{Value, json};

use super::Scene;
use super::search::{canary, odd_canary};

/// Records with the practice servers' own secrets, which work, and others with canaries, which fail.
pub(super) fn records(scene: &mut Scene, authority: &Authority, script: &Path) -> Vec<Value> {
    let mut good: Vec<Value> = scene.practice.servers().into_iter().map(|server| server.draft).collect();
    let accounts = scene.practice.accounts().clone();
    for (what, value) in [
        ("sandbox password", &accounts.password),
        ("sandbox client secret", &accounts.client_secret),
        ("sandbox api token", &accounts.api_token),
        ("sandbox proxy password", &accounts.proxy_password),
        ("sandbox webhook path", &accounts.webhook_path),
        ("sandbox signing secret", &accounts.signing_secret),
        ("sandbox refresh token", &accounts.refresh_token),
        ("expired client secret", &accounts.expired_client_secret),
    ] {
        scene.canaries.add(what, value.as_str());
    }
    let mut refresh = scene.practice.record("Practice app registration");
    refresh["name"] = json!("Refresh");
    refresh["oauth2"]["grant"] = json!("refresh_token");
    refresh["oauth2"]["refresh_token"] = json!(accounts.refresh_token);
    good.push(refresh);
    good.extend(bad(scene, authority, script));
    good
}

fn bad(scene: &mut Scene, authority: &Authority, script: &Path) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let client = authority.client(folder.path());
    let (certificate, key) =
        (std::fs::read_to_string(client.certificate).unwrap(), std::fs::read_to_string(client.key).unwrap());
    let line = key.lines().nth(1).unwrap().to_owned();
    let c = &mut scene.canaries;
    c.add("client certificate key", line);
    let mut secret = |what: &str| c.add(what, odd_canary());
    let proxy = json!({"url": format!("http://127.0.0.1:{}", scene.practice.ports().http_proxy_auth), "username": "proxy-user", "password": secret("bad proxy password")});
    let pem = json!({"certificate_pem": certificate, "private_key_pem": key});
    let mut mail = scene.practice.record("Practice mail");
    (mail["name"], mail["auth"]["password"]) = (json!("Bad mail"), json!(secret("bad mail password")));
    let mut login = mail.clone();
    (login["name"], login["auth"]["password"], login["auth"]["mechanisms"]) =
        (json!("Bad login"), json!(secret("bad LOGIN password")), json!(["LOGIN"]));
    let mut basic = scene.practice.record("Practice API with Basic");
    (basic["name"], basic["auth"]["password"], basic["client_certificate"]) =
        (json!("Bad basic"), json!(secret("bad Basic password")), pem);
    let mut proxied = scene.practice.record("Practice API with Basic");
    (proxied["name"], proxied["proxy"]) = (json!("Bad proxy"), proxy);
    let mut app = scene.practice.record("Practice app registration");
    (app["name"], app["oauth2"]["client_secret"]) = (json!("Bad app"), json!(secret("bad client secret")));
    let mut person = scene.practice.record("Practice API with OAuth 2.0");
    (person["name"], person["auth"]["oauth2"]["password"], person["auth"]["oauth2"]["client_auth"]) =
        (json!("Bad person"), json!(secret("bad grant password")), json!("basic"));
    let mut renewed = app.clone();
    (renewed["name"], renewed["oauth2"]["grant"], renewed["oauth2"]["refresh_token"]) =
        (json!("Bad refresh"), json!("refresh_token"), json!(secret("bad refresh token")));
    let licence = json!({"type": "secret", "name": "Licence", "description": "d", "class": "sealed", "value": secret("secret value")});
    let mut bearer = scene.practice.record("Practice API with a token");
    (bearer["name"], bearer["auth"]["token"]) = (json!("Bad bearer"), json!(c.add("bad bearer token", canary())));
    bearer["headers"] = json!([{"name": "X-Api-Key", "value": c.add("secret header", canary()), "secret": true}]);
    let mut hook = scene.practice.record("Practice webhook");
    (hook["name"], hook["path"]) =
        (json!("Bad hook"), json!(c.add("bad webhook path", format!("/hooks/{}?key={}", canary(), canary()))));
    hook["signing_secret"] = json!(c.add("bad signing secret", format!("whsec_{}", STANDARD.encode(canary()))));
    let mut scripted = scene.practice.record("Practice API with a token");
    (scripted["name"], scripted["auth"]) = (json!("Scripted"), json!({"method": "bearer", "token_script": script}));
    vec![mail, login, basic, proxied, app, person, renewed, licence, bearer, hook, scripted]
}

pub(super) fn script(scene: &mut Scene) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap().keep();
    let token = scene.canaries.add("token of a script", canary());
    let path = folder.join("token.sh");
    std::fs::write(&path, format!("#!/bin/sh\necho 'for people {token}' >&2\necho '{token}'\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}
