//! The way out, walked against servers on loopback that play a script: proper ones and hostile ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, unreachable_pub)]

mod certificates;
mod classes;
mod client_certificates;
mod delivery;
mod dialling;
mod gaps;
mod hostile;
mod large;
mod practice;
mod proxies;
mod records;
mod redaction;
mod sessions;
mod sign_in;
mod starttls;
mod support;
mod tokens;
mod weak;
