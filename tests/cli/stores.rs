//! H5: an authority in the system's own store vouches for a server, and does no longer once it is out of it.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use credenza_tests::{Answer, Authority, Desk, Practice, clean, failed_at, finish, stage, warned};
use serde_json::{Value, json};

/// A record that trusts what the system trusts, of a server whose authority is a private one.
fn desk(practice: &Practice) -> Desk {
    let desk = Desk::new();
    let mut record = practice.record("Practice mail");
    record["name"] = json!("x");
    record["certificate_check"] = json!({ "mode": "enable" });
    desk.add(&record);
    desk
}

/// A store of authorities, as systems keep it: one file in a folder.
fn store(desk: &Desk, authorities: &[&str]) -> PathBuf {
    let folder = desk.folder.path().join("store");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ca-certificates.crt"), authorities.concat()).unwrap();
    folder
}

fn command(desk: &Desk) -> Command {
    let mut command = desk.command(&["--json", "test", "x"]);
    command.env("CREDENZA_SESSION", desk.session());
    command
}

/// Runs a program that finds `folder` where the system's store is; nobody else sees it there.
fn mounted(desk: &Desk, folder: &Path, program: &Command) -> Answer {
    let mut inside = Command::new("unshare");
    clean(&mut inside, desk.folder.path());
    inside.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
    inside.arg("mount --bind \"$1\" /etc/ssl/certs && shift && exec \"$@\"").arg("sh").arg(folder);
    inside.arg(program.get_program()).args(program.get_args());
    inside.env("CREDENZA_SESSION", desk.session());
    finish(inside, b"")
}

fn vouched_for(result: &Value) {
    assert_eq!((&result["outcome"], &result["certificate_verified"]), (&json!("passed"), &json!(true)), "{result:#}");
    assert_eq!(stage(result, "tls")["evidence"]["verified_by"], "the system's roots");
}

fn unknown(result: &Value) {
    failed_at(result, "tls");
    assert_eq!(result["explanation"]["id"], "tls:unknown-issuer", "{result:#}");
    assert_eq!(result["certificate_verified"], false);
}

#[test]
fn g12_an_authority_that_only_the_environment_names_vouches_for_nobody() {
    let practice = Practice::start();
    let desk = desk(&practice);
    let folder = store(&desk, &[practice.ca_pem()]);
    let mut command = command(&desk);
    command.env("SSL_CERT_FILE", folder.join("ca-certificates.crt")).env("SSL_CERT_DIR", &folder);
    let result = finish(command, b"").expect(1).json();
    failed_at(&result, "tls");
    assert_eq!(result["certificate_verified"], false, "{result:#}");
}

/// Needs a system that lets its users have mounts of their own, and a store at the usual place.
#[test]
fn h5_an_authority_in_the_systems_own_store_vouches_for_a_server_until_it_is_out() {
    let practice = Practice::start();
    let (desk, other) = (desk(&practice), Authority::new());
    let within = store(&desk, &[other.pem(), practice.ca_pem()]);
    if mounted(&desk, &within, &Command::new("true")).code != 0 {
        return;
    }
    let result = mounted(&desk, &within, &command(&desk)).expect(0).json();
    vouched_for(&result);
    assert!(!warned(&result, "roots_from_environment"), "it is the system's own: {result:#}");
    let without = store(&desk, &[other.pem()]);
    unknown(&mounted(&desk, &without, &command(&desk)).expect(1).json());
    let empty = store(&desk, &[]);
    let result = mounted(&desk, &empty, &command(&desk)).expect(1).json();
    failed_at(&result, "tls");
    assert_eq!(result["explanation"]["id"], "tls:no-roots", "{result:#}");
}
