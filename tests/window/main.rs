//! The real window through WebKitWebDriver: one binary, one test after the other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![cfg(target_os = "linux")]

mod closed;
mod hardening;
mod independent;
mod together;
mod tour;
