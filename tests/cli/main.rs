//! The command line as its user types it, against the practice servers and the file system.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod contract;
