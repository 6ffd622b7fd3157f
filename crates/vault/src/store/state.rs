//! The one row that speaks for the whole file: counters, manifest, head of the event chain, slots; under one MAC.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{SqlResult, column, count, exact};
use crate::crypto::{Binding, Keys};
use crate::error::VaultError;

/// The state row.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// The vault's id.
    pub(crate) vault: Uuid,
    /// Its name, in the clear.
    pub(crate) name: String,
    /// When it was created, milliseconds.
    pub(crate) created_at: i64,
    /// Counts committed changes.
    pub(crate) seq: u64,
    /// Entries of the manifest.
    pub(crate) items: u64,
    /// MAC over all manifest entries.
    pub(crate) manifest: [u8; 32],
    /// Number of the last event.
    pub(crate) event_seq: u64,
    /// Hash of the last event.
    pub(crate) event_head: [u8; 32],
    /// Digest of all slot rows.
    pub(crate) slots: [u8; 32],
    /// MAC over all of the above.
    pub(crate) mac: [u8; 32],
}

impl State {
    /// The row as it stands, unchecked.
    pub(crate) fn read(conn: &Connection) -> Result<Self, VaultError> {
        let mut statement = conn
            .prepare_cached(
                "SELECT vault_id, name, created_at, seq, items, manifest, event_seq, event_head, slots, mac FROM vault",
            )
            .sql()?;
        let mut rows = statement.query([]).sql()?;
        let row = rows.next().sql()?.ok_or_else(|| VaultError::damaged("the vault's state is missing"))?;
        let blob = |i: usize| row.get_ref(i).sql()?.as_blob().map_err(|_| VaultError::damaged("the vault's state"));
        Ok(State {
            vault: Uuid::from_bytes(exact(blob(0)?)?),
            name: row.get(1).sql()?,
            created_at: row.get(2).sql()?,
            seq: count(row.get(3).sql()?)?,
            items: count(row.get(4).sql()?)?,
            manifest: exact(blob(5)?)?,
            event_seq: count(row.get(6).sql()?)?,
            event_head: exact(blob(7)?)?,
            slots: exact(blob(8)?)?,
            mac: exact(blob(9)?)?,
        })
    }

    /// Writes the row with its MAC made anew.
    pub(crate) fn write(&mut self, conn: &Connection, keys: &Keys) -> Result<(), VaultError> {
        self.mac = keys.manifest.sum(&[&self.bound()]);
        conn.prepare_cached(
            "INSERT OR REPLACE INTO vault (id, vault_id, name, created_at, seq, items, manifest, event_seq, event_head, slots, mac) \
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .sql()?
        .execute(params![
            self.vault.as_bytes(),
            self.name,
            self.created_at,
            column(self.seq),
            column(self.items),
            self.manifest,
            column(self.event_seq),
            self.event_head,
            self.slots,
            self.mac
        ])
        .sql()?;
        Ok(())
    }

    /// Checks the MAC.
    pub(crate) fn check(&self, keys: &Keys) -> Result<(), VaultError> {
        if keys.manifest.check(&[&self.bound()], &self.mac) {
            Ok(())
        } else {
            Err(VaultError::damaged("the vault's state was changed from outside"))
        }
    }

    fn bound(&self) -> Vec<u8> {
        Binding::new("state", self.vault)
            .number(u64::from(crate::FORMAT))
            .text(&self.name)
            .time(self.created_at)
            .number(self.seq)
            .number(self.items)
            .bytes(&self.manifest)
            .number(self.event_seq)
            .bytes(&self.event_head)
            .bytes(&self.slots)
            .done()
    }
}
