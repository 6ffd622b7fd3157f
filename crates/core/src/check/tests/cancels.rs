//! F15: a hundred checks at once, each cancelled at a point of its own.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use credenza_net::{Catalogue, StageStatus};
use credenza_sandbox::{API_AUDIENCE, Fault, MAILBOX, Sandbox, SandboxOptions, Server};
use credenza_vault::SystemClock;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::bench::*;
use crate::check::*;

const CHECKS: usize = 100;

/// The servers drip, so that a check has as many points to be stopped at as its answers have bytes.
const PAUSE: Duration = Duration::from_millis(4);

/// The practice servers on a runtime of their own: the tasks on ours are ours.
struct Elsewhere {
    sandbox: Sandbox,
    _runtime: Runtime,
}

impl Elsewhere {
    fn start() -> Elsewhere {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
        sandbox.set(Fault::Drip(PAUSE));
        Elsewhere { sandbox, _runtime: runtime }
    }

    fn records(&self) -> [(Value, Action); 5] {
        let (ports, accounts) = (self.sandbox.ports(), self.sandbox.accounts());
        let check = json!({ "mode": "certificate", "certificate_pem": self.sandbox.ca_pem() });
        let password = json!({ "method": "password", "username": MAILBOX, "password": accounts.password });
        let oauth2 = json!({
            "grant": "client_credentials", "client_id": accounts.client_id, "client_secret": accounts.client_secret,
            "token_url": format!("https://localhost:{}/practice/oauth2/v2.0/token", ports.idp),
            "scope": format!("{API_AUDIENCE}/.default"),
        });
        let mail = |port: u16, tls: &str| {
            json!({ "type": "mail_server", "host": "localhost", "port": port, "tls": tls, "sender": MAILBOX,
                "certificate_check": check, "auth": password })
        };
        let api = |proxy: Value| {
            json!({ "type": "outbound_server", "host": "localhost", "port": ports.echo, "certificate_check": check,
                "proxy": proxy, "auth": { "method": "oauth2", "oauth2": oauth2 } })
        };
        let through = json!({ "url": format!("http://127.0.0.1:{}", ports.http_proxy) });
        let app =
            json!({ "type": "app_registration", "host": "localhost", "certificate_check": check, "oauth2": oauth2 });
        [
            (mail(ports.smtp, "starttls"), Action::Connection),
            (mail(ports.smtps, "implicit"), Action::Connection),
            (api(Value::Null), Action::Connection),
            (api(through), Action::Connection),
            (app, Action::Token { force: true }),
        ]
    }

    /// Connections that were accepted and whose end was not seen.
    fn open(&self) -> usize {
        let journal = self.sandbox.journal();
        let count = |text: &str| journal.iter().filter(|line| line.text == text).count();
        count("connected") - count("closed")
    }

    fn ports(&self) -> Vec<u16> {
        Server::ALL.iter().map(|server| self.sandbox.ports().of(*server)).collect()
    }
}

/// Runs a check and raises its flag when it has been polled so often; gives the stage it was stopped in.
async fn stopped_after(polls: u32, (record, action): (Value, Action), catalogue: &Catalogue) -> Option<String> {
    let (subject, store, cancel) = (subject(record), MemoryStore::default(), CancelFlag::new());
    let ctx = CheckContext {
        catalogue,
        clock: &SystemClock,
        tokens: &store,
        progress: None,
        timeout: Duration::from_secs(60),
        cancel: cancel.clone(),
        person: None,
        token_use: TokenUse::default(),
        stand_in_key: None,
    };
    let mut check = pin!(run(&subject, &action, &ctx));
    let mut polled = 0;
    let finished = poll_fn(|cx| {
        if polled == polls {
            cancel.cancel();
        }
        polled += 1;
        match check.as_mut().poll(cx) {
            Poll::Ready(finished) => Poll::Ready(finished),
            Poll::Pending => Poll::Pending,
        }
    })
    .await;
    let stopped = finished.result.stages.iter().find(|stage| stage.status == StageStatus::Failed);
    let name = stopped.map(|stage| stage.name.as_str().to_owned());
    finished.cancelled.then(|| name.unwrap_or_default())
}

/// Our own sockets that are connected to one of these ports, by the kernel's book.
#[cfg(target_os = "linux")]
fn sockets_to(ports: &[u16]) -> usize {
    let table =
        ["/proc/self/net/tcp", "/proc/self/net/tcp6"].map(|file| std::fs::read_to_string(file).unwrap_or_default());
    let ours: BTreeSet<String> = std::fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|link| Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let to_them = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let port = fields.get(2).and_then(|remote| u16::from_str_radix(remote.rsplit_once(':')?.1, 16).ok());
        port.is_some_and(|port| ports.contains(&port)) && fields.get(9).is_some_and(|inode| ours.contains(*inode))
    };
    table.iter().flat_map(|table| table.lines()).filter(to_them).count()
}

#[cfg(not(target_os = "linux"))]
fn sockets_to(_ports: &[u16]) -> usize {
    0
}

fn comes_to_an_end(what: &str, count: impl Fn() -> usize) {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while count() > 0 {
        assert!(std::time::Instant::now() < deadline, "{} {what}", count());
        std::thread::yield_now();
    }
}

#[test]
fn f15_a_hundred_checks_at_once_cancelled_at_random_points_leave_no_socket_and_no_task() {
    let servers = Elsewhere::start();
    let ours = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[15; 32]);
    let (records, catalogue) = (servers.records(), Arc::new(Catalogue::builtin()));
    let stopped = ours.block_on(async {
        let mut checks = tokio::task::JoinSet::new();
        for number in 0..CHECKS {
            let (polls, catalogue) = (random.next_u32() % 200, Arc::clone(&catalogue));
            let check = records[number % records.len()].clone();
            checks.spawn(async move { stopped_after(polls, check, &catalogue).await });
        }
        checks.join_all().await
    });
    let stages: BTreeSet<&String> = stopped.iter().flatten().collect();
    let count = stopped.iter().flatten().count();
    assert!(count > CHECKS / 2, "{count} of {CHECKS} were stopped on their way");
    assert!(stages.len() >= 3, "at many points, not only in {stages:?}");

    assert_eq!(sockets_to(&servers.ports()), 0, "a check that has ended holds no socket");
    // A task is told to be over a moment before it is taken off the list.
    comes_to_an_end("tasks are left", || ours.metrics().num_alive_tasks());
    comes_to_an_end("connections are open on the other side", || servers.open());
}
