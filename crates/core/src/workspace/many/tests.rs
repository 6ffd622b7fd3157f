//! A run over many that is cancelled, and one during which the vault is locked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use credenza_vault::EventFilter;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;
use crate::Code;
use crate::test_vault::{new_vault, vault_file};

const HOSTS: usize = 20;
/// So many are answered; whoever comes later is held.
const ANSWERED: usize = 6;
/// Where all of 127.0.0.0/8 is this machine, each server is a host of its own and as many are under way as may be.
const HELD: usize = if cfg!(target_os = "linux") { AT_ONCE } else { 1 };

/// Twenty servers, most of which never answer.
struct Doors {
    records: Vec<Value>,
    contacted: Arc<AtomicUsize>,
    /// Connections that are held at the moment.
    held: watch::Sender<usize>,
}

impl Doors {
    async fn open() -> Doors {
        let (contacted, held) = (Arc::new(AtomicUsize::new(0)), watch::Sender::new(0));
        let mut records = Vec::new();
        for number in 1..=HOSTS {
            let host = if HELD > 1 { format!("127.0.0.{number}") } else { "127.0.0.1".to_owned() };
            let listener = TcpListener::bind((host.as_str(), 0)).await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let (contacted, held) = (Arc::clone(&contacted), held.clone());
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let answers = contacted.fetch_add(1, Ordering::SeqCst) < ANSWERED;
                    treat(stream, answers, &held).await;
                }
            });
            records.push(json!({ "type": "outbound_server", "name": format!("server {number}"), "description": "d",
                "host": host, "port": port, "protocol": "http", "auth": { "method": "none" } }));
        }
        Doors { records, contacted, held }
    }

    fn contacted(&self) -> usize {
        self.contacted.load(Ordering::SeqCst)
    }

    async fn holding(&self, count: usize) {
        let mut held = self.held.subscribe();
        let waited = tokio::time::timeout(Duration::from_secs(20), held.wait_for(|now| *now == count)).await;
        waited.unwrap_or_else(|_| panic!("{} connections are held, not {count}", *self.held.borrow())).unwrap();
    }
}

async fn treat(mut stream: TcpStream, answers: bool, held: &watch::Sender<usize>) {
    if answers {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        return;
    }
    held.send_modify(|count| *count += 1);
    while matches!(stream.read(&mut [0; 4096]).await, Ok(1..)) {}
    held.send_modify(|count| *count -= 1);
}

fn workspace(folder: &tempfile::TempDir) -> Workspace {
    let file = vault_file(folder);
    Workspace::new(new_vault(&file))
}

/// The rows that were told, by name.
type Told = Arc<Mutex<Vec<(String, ManyOutcome)>>>;

fn listening() -> (ManyOptions, Told) {
    let told = Told::default();
    let heard = Arc::clone(&told);
    let progress: ManyTold = Arc::new(move |progress: &ManyProgress| {
        heard.lock().unwrap().push((progress.row.name.clone(), progress.row.outcome));
    });
    (ManyOptions { progress: Some(progress), ..ManyOptions::default() }, told)
}

fn actions(workspace: &Workspace) -> Vec<String> {
    let events = workspace.events(&EventFilter { category: None, since: None, limit: None }).unwrap();
    events.into_iter().map(|event| event.action).collect()
}

fn count(actions: &[String], action: &str) -> usize {
    actions.iter().filter(|known| *known == action).count()
}

fn with_a_result(workspace: &Workspace) -> usize {
    workspace.rows().unwrap().iter().filter(|row| row.last_check.is_some()).count()
}

#[tokio::test]
async fn after_a_cancel_no_further_host_is_contacted_what_was_found_is_kept_and_the_rest_is_told_as_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, doors) = (workspace(&folder), Doors::open().await);
    workspace.add(Value::Array(doors.records.clone())).unwrap();
    let (options, told) = listening();
    let cancel = options.cancel.clone();
    let stop = async {
        doors.holding(HELD).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(workspace.check_many(None, options), stop);
    let result = result.unwrap();
    doors.holding(0).await;
    assert_eq!(doors.contacted(), ANSWERED + HELD, "nobody else was called");

    let rows = |headline: &str| result.results.iter().filter(|row| row.headline == headline).count();
    assert_eq!((result.passed, result.failed), (6, 0), "{result:#?}");
    assert_eq!(result.cancelled as usize, HOSTS - ANSWERED);
    assert_eq!((rows("Cancelled"), rows("Not run")), (HELD, HOSTS - ANSWERED - HELD));
    assert!(result.causes.is_empty(), "a run that was stopped is nobody's fault");
    assert_eq!(told.lock().unwrap().len(), HOSTS, "each is told, also what was not run");

    assert_eq!(
        with_a_result(&workspace),
        ANSWERED,
        "what was found before is kept, and nothing is claimed of the rest"
    );
    let actions = actions(&workspace);
    assert_eq!(actions[0], "checks_finished");
    assert_eq!(count(&actions, "check_started"), ANSWERED + HELD, "what was not run was never announced");
    assert_eq!(count(&actions, "check_finished"), ANSWERED + HELD);
}

#[tokio::test]
async fn a_lock_ends_a_run_at_once_and_nothing_is_written_or_told_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, doors) = (workspace(&folder), Doors::open().await);
    workspace.add(Value::Array(doors.records.clone())).unwrap();
    let (options, told) = listening();
    let lock = async {
        doors.holding(HELD).await;
        workspace.note_locked().unwrap();
    };
    let (result, ()) = tokio::join!(workspace.check_many(None, options), lock);
    assert_eq!(result.unwrap_err().code, Code::Locked);
    doors.holding(0).await;
    assert_eq!(doors.contacted(), ANSWERED + HELD, "nobody else was called");
    assert_eq!(told.lock().unwrap().len(), ANSWERED, "a locked window hears no names");
    assert_eq!(with_a_result(&workspace), ANSWERED, "what was found before the lock is kept");
    let noted = actions(&workspace);
    assert_eq!(noted[0], "vault_locked", "nothing stands behind it");
    assert_eq!(count(&noted, "check_finished"), ANSWERED);

    // Nor does anything begin that was still holding on to the vault.
    let name = doors.records[0]["name"].as_str().unwrap();
    let late = workspace.run(name, None, &Action::Connection, RunOptions::default()).await;
    assert_eq!(late.unwrap_err().code, Code::Locked);
    assert_eq!(workspace.check_many(None, ManyOptions::default()).await.unwrap_err().code, Code::Locked);
    assert_eq!(actions(&workspace), noted);
    assert_eq!(doors.contacted(), ANSWERED + HELD);
}

#[tokio::test]
async fn a_single_test_too_is_ended_by_the_lock_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, doors) = (workspace(&folder), Doors::open().await);
    doors.contacted.store(ANSWERED, Ordering::SeqCst);
    workspace.add(doors.records[0].clone()).unwrap();
    let lock = async {
        doors.holding(1).await;
        workspace.note_locked().unwrap();
    };
    let run = workspace.run("server 1", None, &Action::Connection, RunOptions::default());
    let (ended, ()) = tokio::join!(run, lock);
    assert_eq!(ended.unwrap_err().code, Code::Locked);
    doors.holding(0).await;
    assert_eq!(actions(&workspace)[..2], ["vault_locked", "check_started"]);
    assert_eq!(with_a_result(&workspace), 0);
}
