//! The horizon: every date on which something stops working, in one place (capability C4, decision D8).
//!
//! What people enter, and the ends of certificates that are part of a record, stand in the record's `expiries`. What
//! programs learn (ends of tokens, server certificates seen in checks, a directory's inventory) lies in documents beside
//! the record and is joined in here; so editing a note never moves a date (vector 13).

mod export;
mod filter;
mod gather;
mod kind;
mod known;
mod refresh;
mod timeline;

pub use export::{ExportFormat, csv, ics};
pub use filter::{HorizonFilter, MutedFilter};
pub use kind::HorizonKind;
pub use known::{INVENTORY, INVENTORY_ITEM, InventoryDate, InventoryDates, ItemSettings};

pub(crate) use gather::{Meta, Record, gather};
pub(crate) use known::{IdleLimits, Joined, Known, REFRESH, RecordItems, SETTINGS};
pub(crate) use timeline::timeline;

#[cfg(test)]
mod tests;
