//! Where the time of the practice servers comes from.

use std::sync::Arc;

use jiff::Timestamp;

/// Where the time comes from; a test passes its own to let tokens expire without waiting.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The system's clock.
#[allow(clippy::disallowed_methods)] // This is the one place of the crate that asks the system.
pub(crate) fn system() -> Clock {
    Arc::new(Timestamp::now)
}
