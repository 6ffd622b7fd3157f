//! The encrypted vault of Credenza: slots, keys, records, masks, documents, events, backup.
//!
//! A [`VaultFile`] is a path and is locked; [`VaultFile::unlock`] turns it into a [`Vault`]. The vault keeps records
//! without knowing what they mean: a name, a block of metadata, and secret fields that are encrypted one by one and
//! bound to the endpoint they may be sent to. The format, and what is checked when, is in
//! `docs/adr/0001-vault-format.md`.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods))]

mod anchor;
mod clock;
mod crypto;
mod device;
mod error;
mod event;
mod failed_look;
mod file;
mod look;
mod mask;
mod operator;
mod passphrase;
mod record;
mod recovery;
mod report;
mod session;
mod slot;
mod store;
mod vault;
mod written;

pub use clock::{Clock, SystemClock};
pub use crypto::KdfParams;
pub use device::{DeviceKey, DeviceKeyring, OsKeyring};
pub use error::VaultError;
pub use event::{Event, EventAction, EventCategory, EventFilter};
pub use failed_look::FailedLook;
pub use file::{NewVault, Unlock, VaultFile};
pub use look::{Look, Mark};
pub use mask::{is_mask, mask};
pub use operator::{Operator, Role, SlotInfo, SlotKind};
pub use passphrase::{Passphrase, SessionKey};
pub use record::{
    Class, EndpointDigest, HeadView, HistoryEntry, HistoryKind, NewRecord, RecordChange, RecordHead, SecretChange,
};
pub use recovery::RecoveryCode;
pub use report::{BackupReport, EventVerification, RestoreReport, VaultStatus, VerifyReport};
pub use vault::{Batch, Exclusive, Peek, Vault};
pub use written::Written;

/// The version of the file format this crate writes, and the newest it reads.
pub const FORMAT: u32 = 1;
