//! Rule C1 with the program itself: `edit` is killed at random moments, and every change it acknowledged is there.
//! (The vault's own tests kill a writer five hundred times.)
#![cfg(unix)]

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use credenza_tests::Desk;
use serde_json::{Value, json};

const KILLS: u32 = 50;

#[test]
fn c1_fifty_kills_of_edit_lose_no_acknowledged_change() {
    let desk = Desk::new();
    desk.add(&json!({"type": "secret", "name": "Key", "description": "d", "value": "value-00000000"}));
    let began = Instant::now();
    edit(&desk, 0, None);
    // Up to a little more than a whole run takes, so that some are killed early, some late and some not at all.
    let whole = began.elapsed().mul_f64(1.2);
    let (mut acknowledged, mut killed) = (0, 0);
    for number in 1..=KILLS {
        let random = u32::from_le_bytes(uuid::Uuid::new_v4().as_bytes()[..4].try_into().unwrap());
        let said = edit(&desk, number, Some(whole.mul_f64(f64::from(random) / f64::from(u32::MAX))));
        if said.is_some() {
            acknowledged = number;
        } else {
            killed += 1;
        }
        let shown = desk.run(&["--json", "show", "Key"]).expect(0).json();
        let stored: u32 = shown["notes"].as_str().unwrap().strip_prefix("change ").unwrap().parse().unwrap();
        assert!(
            stored >= acknowledged && stored <= number,
            "change {acknowledged} was acknowledged, {stored} is there"
        );
        let mask = format!("****{:04}", stored % 10_000);
        assert_eq!(shown["value"], mask, "no half of a change: the secret belongs to the note");
        assert_eq!(
            said.map(|saved| saved["revision"].clone()).unwrap_or_else(|| shown["revision"].clone()),
            shown["revision"]
        );
    }
    assert!(killed > 5, "only {killed} of {KILLS} were killed before they could acknowledge");
    desk.run(&["vault", "verify"]).expect(0);
    desk.run(&["events", "verify"]).expect(0);
}

/// Runs an edit and kills it after a while; gives what it said if it acknowledged the change.
fn edit(desk: &Desk, number: u32, kill_after: Option<Duration>) -> Option<Value> {
    let patch = desk.file(
        "patch.json",
        json!({"notes": format!("change {number}"), "value": format!("value-{number:08}")}).to_string(),
    );
    let mut command = desk.command(&["--json", "edit", "Key", "--from", patch.to_str().unwrap()]);
    command.env("CREDENZA_SESSION", desk.session()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    if let Some(moment) = kill_after {
        // The random moment of the kill is what is tested, not a wait for anything.
        std::thread::sleep(moment);
        child.kill().unwrap();
    }
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    serde_json::from_str(&said).ok()
}
