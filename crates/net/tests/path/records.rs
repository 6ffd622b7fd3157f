//! The recorder itself.

use std::sync::{Arc, Mutex};

use credenza_net::{Channel, Failure, Place, Recorder, Stage, StageName, StageStatus};
use serde_json::json;

use super::support::{stage, status};

fn failure(rec: &Recorder, message: &str) -> Failure {
    Failure::new(&Place::new(StageName::Tls, Channel::Tls, "h"), message, "raw", rec)
}

#[test]
fn a_record_has_every_stage_in_order_and_what_came_after_a_failure_was_not_reached() {
    let rec = Recorder::new(None);
    rec.begin(StageName::Resolve, "h:25").pass("1 address");
    rec.begin(StageName::Proxy, "").skip("none");
    rec.begin(StageName::Tls, "h:25").fail_with(&failure(&rec, "bad"), json!({ "chain": [] }));
    let record = rec.close(None);
    let names: Vec<StageName> = record.stages.iter().map(|s| s.name).collect();
    assert_eq!(names, StageName::ALL);
    assert_eq!(status(&record, StageName::Resolve), StageStatus::Passed);
    assert_eq!(status(&record, StageName::Proxy), StageStatus::Skipped);
    assert_eq!(status(&record, StageName::Tls), StageStatus::Failed);
    assert_eq!(status(&record, StageName::Action), StageStatus::NotReached);
    assert_eq!(stage(&record, StageName::Action).evidence, json!({}));
}

#[test]
fn stages_that_a_passed_check_did_not_need_are_skipped() {
    let rec = Recorder::new(None);
    rec.begin(StageName::Action, "x").pass("done");
    let record = rec.close(None);
    assert_eq!(status(&record, StageName::Token), StageStatus::Skipped);
}

#[test]
fn a_stage_under_way_is_ended_by_the_interruption_and_later_writes_are_ignored() {
    let rec = Recorder::new(None);
    let running = rec.begin(StageName::Greeting, "h");
    let record = rec.close(Some(failure(&rec, "cancelled")));
    assert_eq!(stage(&record, StageName::Greeting).summary, "cancelled");
    running.pass("too late");
    rec.client("too late");
    assert!(rec.close(None).transcript.is_empty());
}

#[test]
fn nested_stages_become_steps_share_the_transcript_and_are_reported_with_their_parent() {
    let seen: Arc<Mutex<Vec<Stage>>> = Arc::default();
    let sink = Arc::clone(&seen);
    let rec = Recorder::new(Some(Arc::new(move |stage: &Stage| sink.lock().unwrap().push(stage.clone()))));
    let token = rec.begin(StageName::Token, "id.example");
    let nested = rec.nested(StageName::Token);
    nested.begin(StageName::Resolve, "id.example:443").pass("1 address");
    nested.begin(StageName::Tls, "id.example:443").pass("fine");
    nested.client("POST /token");
    token.pass("fetched");
    rec.begin(StageName::Resolve, "mx:25").pass("2 addresses");
    let record = rec.close(None);
    let steps: Vec<StageName> = stage(&record, StageName::Token).steps.iter().map(|s| s.name).collect();
    assert_eq!(steps, [StageName::Resolve, StageName::Tls]);
    assert_eq!(
        stage(&record, StageName::Resolve).summary,
        "2 addresses",
        "the outer stage of the same name is another"
    );
    assert_eq!(record.transcript.len(), 1);
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0].status, StageStatus::Running);
    assert!(seen[1..6].iter().all(|s| s.name == StageName::Token), "a step is reported with its parent");
    assert_eq!(seen[5].steps.len(), 2);
}

#[test]
fn a_warning_is_kept_once_and_one_unverified_connection_makes_the_check_unverified() {
    let rec = Recorder::new(None);
    rec.warning("not_verified", "a");
    rec.warning("not_verified", "b");
    rec.certificate_verified(true);
    rec.certificate_verified(false);
    rec.certificate_verified(true);
    let record = rec.close(None);
    assert_eq!((record.warnings.len(), record.certificate_verified), (1, Some(false)));
}

#[test]
fn the_transcript_ends_after_two_thousand_lines_and_says_so() {
    let rec = Recorder::new(None);
    for number in 0..5000 {
        rec.server(&format!("line {number}"));
    }
    let record = rec.close(None);
    assert_eq!(record.transcript.len(), 2001);
    assert_eq!(record.transcript[2000].text, "further lines are left out");
}

#[test]
fn stages_and_statuses_are_written_in_snake_case() {
    assert_eq!(serde_json::to_value(StageName::TokenContent).unwrap(), "token_content");
    assert_eq!(serde_json::to_value(StageStatus::NotReached).unwrap(), "not_reached");
    for name in StageName::ALL {
        assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
    }
}
