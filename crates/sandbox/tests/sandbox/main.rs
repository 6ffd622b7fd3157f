//! The practice servers seen from outside, over real sockets.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, missing_docs)]

mod common;
mod mail;
