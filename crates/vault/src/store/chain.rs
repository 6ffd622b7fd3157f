//! The audit log: each event is chained to the one before by hash, and its body is encrypted.
//!
//! Clear are number and time. The head of the chain stands in the state row, so a cut tail shows as well.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::state::State;
use super::{SqlResult, column, count, exact};
use crate::clock::{millis, timestamp};
use crate::crypto::{Binding, Keys};
use crate::error::VaultError;
use crate::event::{Event, EventAction, EventFilter};
use crate::report::EventVerification;

#[derive(Serialize, Deserialize)]
struct Body<T> {
    o: String,
    a: T,
}

struct Row {
    seq: u64,
    at: i64,
    body: Vec<u8>,
    hash: [u8; 32],
    mac: [u8; 32],
}

/// Adds an event and moves the chain's head in the state, which the caller writes.
pub(crate) fn append(
    conn: &Connection,
    keys: &Keys,
    state: &mut State,
    (at, operator, action): (Timestamp, &str, &EventAction),
) -> Result<(), VaultError> {
    let (seq, at) = (state.event_seq + 1, millis(at));
    let plain = serde_json::to_vec(&Body { o: operator.to_owned(), a: action })
        .map_err(|e| VaultError::Internal(format!("event: {e}")))?;
    let body = keys.audit.seal(&bound(state.vault, seq, at), &plain)?;
    let hash = link(state.vault, &state.event_head, (seq, at, &body));
    conn.prepare_cached("INSERT INTO events (seq, at, body, hash, mac) VALUES (?1, ?2, ?3, ?4, ?5)")
        .sql()?
        .execute(params![column(seq), at, body, hash, keys.audit_mac.sum(&[&hash])])
        .sql()?;
    state.event_seq = seq;
    state.event_head = hash;
    Ok(())
}

/// The events a filter asks for, newest first.
///
/// # Errors
/// [`VaultError::Damaged`] when one of them, or the newest, is not as it was written.
pub(crate) fn list(
    conn: &Connection,
    keys: &Keys,
    state: &State,
    filter: &EventFilter,
) -> Result<Vec<Event>, VaultError> {
    let newest: i64 = conn.query_row("SELECT COALESCE(MAX(seq), 0) FROM events", [], |r| r.get(0)).sql()?;
    if count(newest)? != state.event_seq {
        return Err(VaultError::damaged("the newest events are missing"));
    }
    let since = filter.since.map_or(i64::MIN, millis);
    let limit = filter.limit.map_or(usize::MAX, |l| l as usize);
    let mut statement =
        conn.prepare_cached("SELECT seq, at, body, hash, mac FROM events WHERE at >= ?1 ORDER BY seq DESC").sql()?;
    let mut rows = statement.query(params![since]).sql()?;
    let mut out = Vec::new();
    while out.len() < limit {
        let Some(row) = rows.next().sql()? else { break };
        let event = read(row)?.open(keys, state.vault)?;
        if filter.category.is_none_or(|c| c == event.category) {
            out.push(event);
        }
    }
    Ok(out)
}

/// Walks the whole chain.
pub(crate) fn verify(conn: &Connection, keys: &Keys, state: &State) -> Result<EventVerification, VaultError> {
    let mut statement = conn.prepare("SELECT seq, at, body, hash, mac FROM events ORDER BY seq").sql()?;
    let mut rows = statement.query([]).sql()?;
    let (mut checked, mut head) = (0u64, [0u8; 32]);
    let found = |checked: u64, head: [u8; 32], good: bool| EventVerification {
        checked,
        first_bad: (!good).then_some(checked + 1),
        head: hex(&head),
    };
    while let Some(row) = rows.next().sql()? {
        let Ok(row) = read(row) else { return Ok(found(checked, head, false)) };
        let follows = row.seq == checked + 1 && link(state.vault, &head, (row.seq, row.at, &row.body)) == row.hash;
        if !follows || row.open(keys, state.vault).is_err() {
            return Ok(found(checked, head, false));
        }
        (checked, head) = (row.seq, row.hash);
    }
    Ok(found(checked, head, checked == state.event_seq && head == state.event_head))
}

impl Row {
    fn open(&self, keys: &Keys, vault: Uuid) -> Result<Event, VaultError> {
        let wrong = || VaultError::damaged(format!("event {} was changed from outside", self.seq));
        if !keys.audit_mac.check(&[&self.hash], &self.mac) {
            return Err(wrong());
        }
        let plain = keys.audit.open(&bound(vault, self.seq, self.at), &self.body).ok_or_else(wrong)?;
        let body: Body<EventAction> = serde_json::from_slice(&plain).map_err(|_| wrong())?;
        Ok(Event {
            seq: self.seq,
            at: timestamp(self.at),
            operator: body.o,
            category: body.a.category(),
            action: body.a,
            hash: hex(&self.hash),
        })
    }
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row, VaultError> {
    let blob = |i: usize| row.get_ref(i).sql()?.as_blob().map_err(|_| VaultError::damaged("an event's row"));
    Ok(Row {
        seq: count(row.get(0).sql()?)?,
        at: row.get(1).sql()?,
        body: blob(2)?.to_vec(),
        hash: exact(blob(3)?)?,
        mac: exact(blob(4)?)?,
    })
}

fn bound(vault: Uuid, seq: u64, at: i64) -> Vec<u8> {
    Binding::new("event", vault).number(seq).time(at).done()
}

fn link(vault: Uuid, before: &[u8; 32], (seq, at, body): (u64, i64, &[u8])) -> [u8; 32] {
    let bytes = Binding::new("event-link", vault).bytes(before).number(seq).time(at).bytes(body).done();
    Sha256::digest(bytes).into()
}

/// Bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
