//! The vault from outside: real files, real processes, a real keyring.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, clippy::print_stdout, missing_docs)]

mod backups;
mod basics;
mod bench;
mod child;
mod concurrency;
mod crash;
mod documents;
mod events;
mod faults;
mod files;
mod keyring;
mod keys;
mod leaks;
mod looks;
mod restores;
mod roles;
mod sessions;
mod slots;
mod tamper;
mod tamper_rows;
