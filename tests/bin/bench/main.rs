//! `cargo xtask bench`: figures and ratios of one run.
//!
//! Each program is timed as a whole process; compared programs take turns, so that whatever else the machine does hits both.
//! The medians and ratios are printed; nothing here passes or fails.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods)]

mod check;
mod keepass;
mod mail;
mod many;
mod timing;
mod window;

use credenza_tests::{Desk, program};
use serde_json::{Value, json};
use timing::{Figure, milliseconds, row};

/// Records, each with two secrets.
const RECORDS: usize = 10_000;

#[tokio::main]
async fn main() {
    let only: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|word| word == name);
    let desk = Desk::new();
    if wanted("store") || wanted("window") {
        let file = desk.file("records.json", Value::Array((0..RECORDS).map(record).collect()).to_string());
        let begun = std::time::Instant::now();
        desk.run(&["--quiet", "add", "--from", file.to_str().unwrap()]).expect(0);
        println!("add {RECORDS} records at once: {}\n", milliseconds(begun.elapsed()));
    }
    if wanted("store") {
        store(&desk);
    }
    if wanted("check") {
        check::measure();
    }
    if wanted("mail") {
        mail::compare();
    }
    if wanted("many") {
        many::measure().await;
    }
    if wanted("window") {
        window::measure(&desk).await;
    }
    if wanted("horizon") {
        window::horizon(&dated()).await;
    }
    sizes();
}

/// A vault in which every record has a date, some of them in the past.
fn dated() -> Desk {
    let desk = Desk::new();
    let today = time::OffsetDateTime::now_utc().date();
    let records = (0..RECORDS).map(|number| {
        let mut record = record(number);
        let days = i64::try_from(number * 37 % 430).unwrap_or_default() - 30;
        record["expiries"] =
            json!([{ "item": "auth.password", "on": (today + time::Duration::days(days)).to_string() }]);
        record["owner"] = json!(format!("Owner {}", number % 11));
        record
    });
    let file = desk.file("dated.json", Value::Array(records.collect()).to_string());
    desk.run(&["--quiet", "add", "--from", file.to_str().unwrap()]).expect(0);
    desk
}

/// `list`, `show` and `edit` beside `keepassxc-cli` on the same entries.
fn store(desk: &Desk) {
    let peer = keepass::Keepass::with(RECORDS);
    let patch = desk.file("patch.json", r#"{"auth":{"username":"changed"}}"#);
    let patch = patch.to_str().unwrap();
    let ours = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env("CREDENZA_SESSION", desk.session());
        command
    };
    println!("{RECORDS} records, whole process, no passphrase stretching (session; key file)");
    println!("{:28} {:>12} {:>12} {:>12} {:>9} {:>9}", "", "credenza", "keepassxc", "its floor", "ratio", "net");
    for (name, own, theirs, runs) in [
        ("list", vec!["list"], vec!["ls", "-R"], 15),
        ("show", vec!["show", "Server 05000"], vec!["show"], 15),
        ("edit", vec!["--quiet", "edit", "Server 05000", "--from", patch], vec!["edit"], 9),
    ] {
        let [credenza, keepass, floor] = timing::alternate(
            runs,
            [&|| ours(&own), &|| peer.command(&theirs, false), &|| peer.command(&theirs, true)],
        );
        row(name, &credenza, &keepass, &floor);
    }
    println!("net: the time keepassxc-cli needs for an empty database with the same key is taken off its time first\n");
}

fn record(number: usize) -> Value {
    json!({ "type": "outbound_server", "name": format!("Server {number:05}"), "description": format!("Interface of department {}", number % 97),
        "host": format!("api{number}.example.com"), "owner": "Infrastructure", "tags": ["bench"],
        "auth": { "method": "basic", "username": format!("user{number}"), "password": format!("password-of-{number:05}-x7Q") },
        "proxy": { "url": "http://proxy.example.com:3128", "username": "p", "password": format!("proxy-of-{number:05}-x7Q") } })
}

fn sizes() {
    let command = program("credenza");
    for file in [command.with_file_name("credenza-desktop"), command] {
        let bytes = std::fs::metadata(&file).map(|file| file.len()).unwrap_or_default();
        println!("{}: {:.2} MB", file.display(), Figure::megabytes(bytes));
    }
}
