//! The hardening that is configuration, held to the letter. A change here is a change of what the page may do: review it.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use crate::command_names::{MAIN, REVEAL};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                   connect-src ipc: http://ipc.localhost; object-src 'none'; base-uri 'none'; form-action 'none'; \
                   frame-src 'none'; frame-ancestors 'none'";

/// What the page needs of Tauri itself: hearing events.
const LISTENING: [&str; 2] = ["core:event:allow-listen", "core:event:allow-unlisten"];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

fn config() -> Value {
    json("tauri.conf.json")
}

fn permissions(capability: &str) -> BTreeSet<String> {
    let capability = json(&format!("capabilities/{capability}.json"));
    capability["permissions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn allowing(commands: &[&str]) -> BTreeSet<String> {
    let allowed = commands.iter().map(|name| format!("allow-{}", name.replace('_', "-")));
    allowed.chain(LISTENING.map(str::to_owned)).collect()
}

#[test]
fn w2_the_content_security_policy_is_the_reviewed_one_in_every_build() {
    let security = &config()["app"]["security"];
    assert_eq!(security["csp"], CSP);
    assert_eq!(security["devCsp"], CSP);
}

#[test]
fn w3_tauri_may_add_hashes_to_the_policy_and_nothing_switches_that_off() {
    assert_eq!(config()["app"]["security"]["dangerousDisableAssetCspModification"], false);
}

#[test]
fn w4_and_w5_no_ready_made_api_in_the_page_and_a_frozen_prototype() {
    assert_eq!(config()["app"]["withGlobalTauri"], false);
    assert_eq!(config()["app"]["security"]["freezePrototype"], true);
}

#[test]
fn w7_each_window_has_exactly_the_reviewed_commands() {
    assert_eq!(config()["app"]["security"]["capabilities"], serde_json::json!(["main", "reveal"]));
    assert_eq!(permissions("main"), allowing(MAIN));
    assert_eq!(permissions("reveal"), allowing(REVEAL));
}

#[test]
fn w7_capabilities_name_one_window_each_and_no_remote_page() {
    for label in ["main", "reveal"] {
        let capability = json(&format!("capabilities/{label}.json"));
        assert_eq!(capability["windows"], serde_json::json!([label]));
        assert_eq!(capability["local"], true);
        assert!(capability.get("remote").is_none() && capability.get("webviews").is_none());
    }
    let folder = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities")).unwrap();
    assert_eq!(folder.count(), 2, "a file in that folder is a permission");
}

#[test]
fn w7_every_handler_is_on_the_reviewed_list_and_the_other_way_round() {
    let source = read("src-tauri/src/lib.rs");
    let (_, rest) = source.split_once("generate_handler![").unwrap();
    let (handlers, _) = rest.split_once(']').unwrap();
    let handlers: BTreeSet<&str> =
        handlers.split(',').filter_map(|path| path.trim().rsplit("::").next()).filter(|n| !n.is_empty()).collect();
    let listed: BTreeSet<&str> = MAIN.iter().chain(REVEAL).copied().collect();
    assert_eq!(handlers, listed);
}

#[test]
fn w8_commands_that_nobody_may_call_are_left_out_and_no_plugin_is_open_to_the_page() {
    assert_eq!(config()["build"]["removeUnusedCommands"], true);
    let manifest = read("Cargo.toml");
    for plugin in
        ["shell", "fs", "http", "process", "opener", "clipboard-manager", "updater", "deep-link", "websocket", "upload"]
    {
        assert!(!manifest.contains(&format!("tauri-plugin-{plugin}")), "W8, W20, W22: {plugin}");
    }
    for label in ["main", "reveal"] {
        let foreign: Vec<_> = permissions(label)
            .into_iter()
            .filter(|name| name.contains(':') && !LISTENING.contains(&name.as_str()))
            .collect();
        assert!(foreign.is_empty(), "{label} may call {foreign:?}");
    }
}

#[test]
fn w9_the_main_window_has_no_command_that_returns_a_secret() {
    let secret = REVEAL.iter().filter(|name| MAIN.contains(name)).count();
    assert_eq!(secret, 0, "reveal_* belongs to the reveal window");
}

#[test]
fn w17_and_w19_windows_keep_nothing_and_the_reveal_window_is_left_out_of_screenshots() {
    let windows = config()["app"]["windows"].as_array().unwrap().clone();
    assert_eq!(windows.len(), 2);
    for window in &windows {
        assert_eq!(window["create"], false, "windows are made in Rust, with navigation denied");
        assert_eq!(window["incognito"], true);
        assert_eq!(window["devtools"], false);
        assert_eq!(window["generalAutofillEnabled"], false);
        assert_eq!(window["browserExtensionsEnabled"], false);
        assert_eq!(window["dragDropEnabled"], false);
        assert!(window.get("proxyUrl").is_none() && window.get("additionalBrowserArgs").is_none());
    }
    assert_eq!(windows[1]["label"], "reveal");
    assert_eq!(windows[1]["contentProtected"], true);
}

#[test]
fn w18_no_developer_tools_and_no_permission_at_run_time() {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once("\ntauri = {").unwrap();
    let (tauri, _) = rest.split_once('}').unwrap();
    assert!(tauri.contains("default-features = false"), "the defaults bring dynamic-acl");
    for feature in ["devtools", "dynamic-acl", "protocol-asset", "isolation-off", "test"] {
        assert!(!tauri.contains(&format!("\"{feature}\"")), "{feature}");
    }
}

#[test]
fn w23_and_w25_no_asset_protocol_and_no_development_server() {
    assert_eq!(config()["app"]["security"]["assetProtocol"], serde_json::json!({"enable": false, "scope": []}));
    let build = config()["build"].clone();
    assert!(build.get("devUrl").is_none() && build.get("beforeDevCommand").is_none());
    assert_eq!(build["frontendDist"], "ui/dist");
}

#[test]
fn commands_hold_no_rule_they_are_short() {
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/src/commands")).unwrap() {
        let path = file.unwrap().path();
        let source = std::fs::read_to_string(&path).unwrap();
        for command in source.split("#[tauri::command").skip(1) {
            let (_, body) = command.split_once("{\n").unwrap();
            let (body, _) = body.split_once("\n}\n").unwrap();
            assert!(
                body.lines().count() <= 8,
                "{}: a command of {} lines\n{body}",
                path.display(),
                body.lines().count()
            );
        }
    }
}
