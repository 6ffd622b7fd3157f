//! Checks against the practice servers on loopback.

mod bench;
mod doctor;
mod http;
mod limits;
mod mail;
mod oauth;
mod script;
mod webhook;
