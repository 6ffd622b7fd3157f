//! HTTP and token requests against real servers on loopback.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod browser;
mod environment;
mod http;
mod sandbox;
mod server;
mod token;
