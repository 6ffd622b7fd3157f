//! All heads in one pass, decrypted on all processors while the rows are still being read.
//!
//! Rows go from the reading thread to the others in small batches and are gone when something was made of them, so that
//! ten thousand records never lie in memory as rows.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use rusqlite::Connection;
use uuid::Uuid;

use crate::crypto::Keys;
use crate::error::VaultError;
use crate::record::HeadView;
use crate::store::head::{HeadRow, fold};
use crate::store::manifest::{Entry, Manifest, Sort};

/// Rows handed over at once.
const BATCH: usize = 128;
/// Fewer rows than this are not worth a second thread.
const WORTH_A_THREAD: usize = 1_000;

/// Makes something of every head; the result is sorted by name without regard to case.
pub(super) fn sweep<T: Send>(
    conn: &Connection,
    manifest: &Manifest,
    (vault, keys): (Uuid, &Keys),
    make: impl Fn(&Entry, &HeadView<'_>) -> T + Sync,
) -> Result<Vec<T>, VaultError> {
    let expected = manifest.all(Sort::Record).count();
    let open = |batch: Vec<HeadRow>| {
        let mut made = Vec::with_capacity(batch.len());
        for mut row in batch {
            let foreign = || VaultError::damaged(format!("record {} was added from outside", row.id()));
            let entry = manifest.get(row.id().as_bytes()).filter(|e| e.is(Sort::Record)).ok_or_else(foreign)?;
            let head = row.view(&entry, vault, keys)?;
            let order = (fold(&head.name).into(), head.id);
            made.push(Made { order, of: Some(make(&entry, &head)) });
        }
        Ok(made)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8).min(expected / WORTH_A_THREAD);
    let mut batches = on_threads(threads, conn, open)?;
    // Only references are sorted, and each value is moved once: moving them about would cost more than decrypting them.
    let mut sorted: Vec<&mut Made<T>> = batches.iter_mut().flatten().collect();
    if sorted.len() != expected {
        return Err(VaultError::damaged("records were removed or added from outside"));
    }
    sorted.sort_unstable_by(|a, b| a.order.cmp(&b.order));
    let mut out = Vec::with_capacity(expected);
    out.extend(sorted.into_iter().filter_map(|made| made.of.take()));
    Ok(out)
}

struct Made<T> {
    /// The folded name, then the id.
    order: (Box<str>, Uuid),
    of: Option<T>,
}

/// One entry for each batch that was opened.
type Opened<T> = Result<Vec<Vec<Made<T>>>, VaultError>;

/// Reads on this thread and opens on all; this one takes a batch whenever the others have enough waiting.
fn on_threads<T: Send>(
    threads: usize,
    conn: &Connection,
    open: impl Fn(Vec<HeadRow>) -> Result<Vec<Made<T>>, VaultError> + Sync,
) -> Opened<T> {
    let (send, receive) = sync_channel(2 * threads);
    let receive = Mutex::new(receive);
    let others = || -> Opened<T> {
        let mut made = Vec::new();
        while let Some(batch) = next(&receive) {
            made.push(open(batch)?);
        }
        Ok(made)
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (1..threads).map(|_| scope.spawn(others)).collect();
        let own = read(conn, send, &open);
        let mut all = own.and_then(|mut made| {
            made.extend(others()?);
            Ok(made)
        });
        for thread in running {
            let crashed = |_| Err(VaultError::Internal("a thread that decrypts broke off".into()));
            let part = thread.join().unwrap_or_else(crashed);
            all = all.and_then(|mut made| {
                made.extend(part?);
                Ok(made)
            });
        }
        all
    })
}

fn read<T>(
    conn: &Connection,
    send: SyncSender<Vec<HeadRow>>,
    open: impl Fn(Vec<HeadRow>) -> Result<Vec<Made<T>>, VaultError>,
) -> Opened<T> {
    let mut made = Vec::new();
    HeadRow::read_all(conn, BATCH, |batch| match send.try_send(batch) {
        Ok(()) => Ok(()),
        Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => {
            made.push(open(batch)?);
            Ok(())
        }
    })?;
    Ok(made)
}

fn next(receive: &Mutex<Receiver<Vec<HeadRow>>>) -> Option<Vec<HeadRow>> {
    // A thread that panicked while it waited took nothing.
    receive.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv().ok()
}
