//! What the webhook receiver was sent.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// One request to the webhook receiver, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Its number here; an accepted one is told it in the reply.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// `POST`, `PUT`, …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The headers in the order they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// The body as it came.
    #[serde(skip)]
    pub raw: Vec<u8>,
    /// Whether the Standard Webhooks signature fits; none when the request was not signed.
    pub signature_ok: Option<bool>,
    /// The status that was answered.
    pub status: u16,
}

/// More than a person reads; the oldest go first.
const KEPT: usize = 1_000;

#[derive(Default)]
pub(crate) struct Deliveries {
    all: VecDeque<Delivery>,
}

impl Deliveries {
    pub(crate) fn push(&mut self, delivery: Delivery) {
        if self.all.len() == KEPT {
            self.all.pop_front();
        }
        self.all.push_back(delivery);
    }

    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.all.iter().cloned().collect()
    }
}
