//! The practice servers seen from outside, over real sockets.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, missing_docs)]

mod assertions;
mod certificates;
mod common;
mod faults;
mod identity;
mod lifecycle;
mod mail;
mod mail_tokens;
mod proxies;
mod web;
mod webhook;
