//! One refresh at a time: a provider that replaces refresh tokens takes a second use of the old one for theft and revokes
//! the whole family (RFC 9700 4.14).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;

type Queue = tokio::sync::Mutex<()>;

/// The queues of this process, by the digest of the refresh token; a queue nobody stands in is forgotten at the next turn.
static QUEUES: Mutex<Option<HashMap<[u8; 32], Weak<Queue>>>> = Mutex::new(None);

/// Waits until no other check of this process uses the same refresh token; the turn ends when the value is dropped.
pub(super) async fn turn(refresh_token: &SecretString) -> OwnedMutexGuard<()> {
    queue(refresh_token).lock_owned().await
}

fn queue(refresh_token: &SecretString) -> Arc<Queue> {
    // EXPOSE: for its digest.
    let key: [u8; 32] = Sha256::digest(refresh_token.expose_secret()).into();
    let mut queues = QUEUES.lock().unwrap_or_else(PoisonError::into_inner);
    let queues = queues.get_or_insert_with(HashMap::new);
    queues.retain(|_, queue| queue.strong_count() > 0);
    if let Some(queue) = queues.get(&key).and_then(Weak::upgrade) {
        return queue;
    }
    let queue = Arc::new(Queue::new(()));
    queues.insert(key, Arc::downgrade(&queue));
    queue
}
