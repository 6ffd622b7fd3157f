//! Alerts that cannot fail silently (capability C5, rules QP-24..28): who is told of an end, when, and by which way.
//!
//! The event is written first, whatever happens to the way of telling. Each threshold of an item is told once; after a long
//! absence the newest one stands for all before it. Days are calendar days in UTC, like the dates themselves: neither a time
//! zone nor daylight saving moves one.

mod ledger;
mod letter;
mod report;
mod settings;
mod words;

pub use report::{CouldNotLook, DueAlert, DueReport, KeptAlive, RouteAttempt, SampleReport, Watch};
pub use settings::{AlertRoute, AlertSettings};
pub use words::ends;

pub(crate) use ledger::{LEDGER, RecordLedger, Told};
pub(crate) use letter::{About, Letter, recovery_letter, sample_item};
pub(crate) use words::{failed_look_words, reason_words, since_words};
