//! The command line as its user types it, against the practice servers and the file system.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::disallowed_methods)]

mod alerts;
mod at_once;
mod canary;
mod cases;
mod certificates;
mod changes;
mod checks;
mod contract;
mod damage;
mod disk;
mod edges;
mod endpoint;
mod expiring;
mod hostile;
mod inventory;
mod keep_alive;
mod kills;
mod looks;
mod many;
mod records;
mod reports;
mod roles;
mod rotation;
mod schemas;
mod sign_ins;
mod stores;
mod subscribers;
mod together;
mod tokens;
mod trust;
mod unlocking;
mod vectors;
mod webhooks;
