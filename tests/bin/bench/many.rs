//! `test --all` over two hundred mail servers beside as many runs of swaks, one after the other, as far as the same answer.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use credenza_sandbox::{MAILBOX, Sandbox, SandboxOptions};
use credenza_tests::Desk;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use crate::timing::milliseconds;

/// Mail servers, on 127.0.0.1 to 127.0.0.200.
const SERVERS: usize = 200;

/// Implicit TLS, PLAIN, MAIL FROM; nothing is sent. Certificates are not verified by either.
pub(crate) async fn measure() {
    let sandbox = Sandbox::start(SandboxOptions::default()).await.expect("the practice servers start");
    let port = everywhere(sandbox.ports().smtps).await;
    let password = sandbox.accounts().password.clone();
    let desk = Desk::new();
    desk.add(&Value::Array((1..=SERVERS).map(|number| record(number, port, &password)).collect()));
    let mut ours: Vec<Duration> = Vec::new();
    for _ in 0..4 {
        let mut command = desk.command(&["--json", "test", "--all"]);
        command.env("CREDENZA_SESSION", desk.session());
        ours.push(timed(command).await);
    }
    // The first run does not count: it is the one that writes what later ones replace.
    ours.remove(0);
    ours.sort();
    let begun = Instant::now();
    for number in 1..=SERVERS {
        timed(swaks(number, port, &password)).await;
    }
    let (ours, theirs) = (ours[ours.len() / 2], begun.elapsed());
    println!("{SERVERS} mail servers, implicit TLS, PLAIN, MAIL FROM, results stored by us");
    println!("{:28} {:>12}", "credenza test --all", milliseconds(ours));
    println!(
        "{:28} {:>12} {:>8.1}x\n",
        "swaks, one after the other",
        milliseconds(theirs),
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
}

fn record(number: usize, port: u16, password: &str) -> Value {
    json!({ "type": "mail_server", "name": format!("mx{number:03}"), "description": "d", "host": format!("127.0.0.{number}"), "port": port,
        "tls": "implicit", "sender": MAILBOX, "certificate_check": { "mode": "disable" },
        "auth": { "method": "password", "username": MAILBOX, "password": password, "mechanisms": ["PLAIN"] } })
}

fn swaks(number: usize, port: u16, password: &str) -> Command {
    let mut command = Command::new("swaks");
    command.args(["--silent", "3", "--server", &format!("127.0.0.{number}"), "--port", &port.to_string(), "--tlsc"]);
    command.args(["--auth", "PLAIN", "--auth-user", MAILBOX, "--auth-password", password]);
    command.args(["--from", MAILBOX, "--to", MAILBOX, "--quit-after", "MAIL"]);
    command
}

/// Runs a program to its end beside the servers, which live on the other threads.
async fn timed(mut command: Command) -> Duration {
    let run = move || {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let begun = Instant::now();
        let ended = command.output().expect("the program starts");
        let taken = begun.elapsed();
        assert!(ended.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&ended.stderr));
        taken
    };
    tokio::task::spawn_blocking(run).await.expect("the program runs")
}

/// A port on every address of this machine that leads to one on 127.0.0.1.
async fn everywhere(port: u16) -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a port is free");
    let own = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                if let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await {
                    // Either end may leave when it likes.
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                }
            });
        }
    });
    own
}
