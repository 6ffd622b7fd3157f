//! What each practice server saw: for the tests, and for a person who wonders what arrived.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

use crate::Server;

/// One thing that one server saw. Sign-in data is never in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// Which server.
    pub server: Server,
    /// Which connection; numbers count up over all servers from 1.
    pub connection: u64,
    /// What happened: `connected`, `C: EHLO me`, `S: 250 …`, `GET /health 200`, `CONNECT 127.0.0.1:2525 200`.
    pub text: String,
}

/// A practice session lasts hours at most; the oldest lines go first.
const KEPT: usize = 10_000;

#[derive(Default)]
pub(crate) struct Journal {
    lines: VecDeque<Line>,
}

impl Journal {
    pub(crate) fn push(&mut self, line: Line) {
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        self.lines.iter().cloned().collect()
    }
}
