//! Checks against the practice servers on loopback.

mod bench;
mod doctor;
mod http;
mod limits;
mod mail;
mod certificate;
mod oauth;
mod script;
mod webhook;
