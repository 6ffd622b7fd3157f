//! Lets a shell stop a running check.

use std::sync::Arc;

use tokio::sync::watch;

/// A flag that a shell raises to stop a check. Clones are the same flag.
#[derive(Debug, Clone)]
pub struct CancelFlag(Arc<watch::Sender<bool>>);

impl CancelFlag {
    /// A flag that is not raised.
    pub fn new() -> CancelFlag {
        CancelFlag(Arc::new(watch::Sender::new(false)))
    }

    /// Raises the flag; a check that watches it stops at once.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is raised.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is raised; for ever if nobody does.
    pub async fn cancelled(&self) {
        let mut raised = self.0.subscribe();
        // It cannot close while `self` holds the sender.
        let _ = raised.wait_for(|raised| *raised).await;
    }
}

impl Default for CancelFlag {
    fn default() -> CancelFlag {
        CancelFlag::new()
    }
}
