//! Deadline, cancel, progress, report.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use credenza_net::{Catalogue, StageName, StageStatus};
use credenza_sandbox::{Fault, Server};
use credenza_vault::SystemClock;
use serde_json::{Value, json};

use super::bench::*;
use crate::check::*;

fn relay(bench: &Bench) -> Value {
    json!({ "type": "mail_server", "host": "127.0.0.1", "port": bench.sandbox.ports().smtp_relay, "sender": "a@credenza.test" })
}

fn slow(bench: &Bench) -> Value {
    json!({
        "type": "outbound_server", "host": "127.0.0.1", "port": bench.sandbox.ports().echo,
        "certificate_check": bench.trusted(), "test_request": { "path": "/slow" },
    })
}

#[tokio::test]
async fn a_server_that_drips_bytes_hits_the_deadline_of_the_whole_check() {
    let mut bench = Bench::start().await;
    bench.timeout = Duration::from_millis(1200);
    bench.sandbox.set_on(Server::SmtpRelay, Fault::Drip(Duration::from_millis(200)));
    let begun = Instant::now();
    let result = bench.run(&subject(relay(&bench)), Action::Connection).await.result;
    assert!(begun.elapsed() < Duration::from_secs(30), "it took {:?}", begun.elapsed());
    failed(&result, StageName::Greeting);
    assert!(stage(&result, StageName::Greeting).summary.contains("1.2 s"), "{}", report(&result));
    assert_eq!(result.explanation.unwrap().id, "network:timeout");
}

#[tokio::test]
async fn an_answer_that_never_comes_is_the_actions_failure() {
    let mut bench = Bench::start().await;
    bench.timeout = Duration::from_millis(1200);
    let result = bench.run(&subject(slow(&bench)), Action::Connection).await.result;
    failed(&result, StageName::Action);
    assert_eq!(status(&result, StageName::Tls), StageStatus::Passed);
}

#[tokio::test]
async fn cancel_ends_the_check_at_once_and_leaves_no_task() {
    let bench = Bench::start().await;
    let subject = subject(slow(&bench));
    let cancel = CancelFlag::new();
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let tls_done = Arc::new(tokio::sync::Notify::new());
    let notify = Arc::clone(&tls_done);
    let catalogue = Catalogue::builtin();
    let ctx = CheckContext {
        catalogue: &catalogue,
        clock: &SystemClock,
        tokens: &bench.store,
        progress: Some(Arc::new(move |stage: &credenza_net::Stage| {
            if stage.name == StageName::Tls && stage.status == StageStatus::Passed {
                notify.notify_one();
            }
        })),
        timeout: Duration::from_secs(20),
        cancel: cancel.clone(),
        person: None,
        token_use: TokenUse::default(),
        stand_in_key: None,
    };
    let begun = Instant::now();
    let stop = async {
        tls_done.notified().await;
        cancel.cancel();
    };
    let (finished, ()) = tokio::join!(run(&subject, &Action::Connection, &ctx), stop);
    assert!(begun.elapsed() < Duration::from_secs(15), "it took {:?}", begun.elapsed());
    assert_eq!(finished.result.outcome, Outcome::Failed);
    assert!(finished.result.explanation.as_ref().unwrap().raw.contains("cancelled"), "{}", report(&finished.result));
    let after = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let of_the_server = bench.sandbox.connections(Server::Echo);
    assert!(after <= before + of_the_server, "{before} tasks before, {after} after: only the server's own may be new");
}

#[tokio::test]
async fn a_flag_raised_before_the_start_means_no_packet() {
    let bench = Bench::start().await;
    let cancel = CancelFlag::new();
    cancel.cancel();
    let result = bench.run_until(&subject(relay(&bench)), Action::Connection, cancel).await.result;
    assert_eq!(result.outcome, Outcome::Failed);
    assert!(bench.sandbox.journal().is_empty(), "zero packets");
}

#[tokio::test]
async fn progress_tells_each_stage_as_it_begins_and_ends() {
    let bench = Bench::start().await;
    let subject = subject(relay(&bench));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let catalogue = Catalogue::builtin();
    let ctx = CheckContext {
        catalogue: &catalogue,
        clock: &SystemClock,
        tokens: &bench.store,
        progress: Some(Arc::new(move |stage: &credenza_net::Stage| {
            told.lock().unwrap().push((stage.name, stage.status))
        })),
        timeout: Duration::from_secs(20),
        cancel: CancelFlag::new(),
        person: None,
        token_use: TokenUse::default(),
        stand_in_key: None,
    };
    passed(&run(&subject, &Action::Connection, &ctx).await.result);
    let seen = seen.lock().unwrap();
    for step in [
        (StageName::Input, StageStatus::Running),
        (StageName::Input, StageStatus::Passed),
        (StageName::Connect, StageStatus::Passed),
    ] {
        assert!(seen.contains(&step), "{step:?} in {seen:?}");
    }
}

#[tokio::test]
async fn the_result_has_the_contracts_shape_and_comes_back_from_json() {
    let bench = Bench::start().await;
    let result = bench.run(&subject(relay(&bench)), Action::Connection).await.result;
    let value = serde_json::to_value(&result).unwrap();
    let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let fixed = [
        "credential",
        "kind",
        "outcome",
        "failed_stage",
        "started_at",
        "duration_ms",
        "certificate_verified",
        "stages",
        "explanation",
        "warnings",
        "result",
        "changes_since_last_pass",
        "last_pass",
        "transcript",
    ];
    assert_eq!(keys, fixed, "the contract fixes these keys");
    let stages: Vec<_> =
        value["stages"].as_array().unwrap().iter().map(|stage| stage["name"].as_str().unwrap()).collect();
    let order = [
        "input",
        "resolve",
        "connect",
        "proxy",
        "tls",
        "greeting",
        "token",
        "token_content",
        "authenticate",
        "permission",
        "action",
    ];
    assert_eq!(stages, order, "names and order of the contract");
    assert_eq!(value["credential"]["type"], "mail_server");
    let again: CheckResult = serde_json::from_value(value).unwrap();
    assert_eq!(again, result);
}

#[tokio::test]
async fn a_report_says_what_happened_what_to_do_and_who() {
    let bench = Bench::start().await;
    let mut record = relay(&bench);
    record["port"] = json!(1);
    let result = bench.run(&subject(record), Action::Connection).await.result;
    let text = report(&result);
    for part in [
        "Test connection of \"Office mail\"",
        "FAILED at stage connect",
        "What happened",
        "What to do",
        "Who can fix it",
        "Reply as it came",
        "Stages",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}
