//! Checks against the practice servers on loopback.

mod bench;
mod certificate;
mod doctor;
mod http;
mod leaks;
mod limits;
mod mail;
mod oauth;
mod script;
mod sign_in;
mod webhook;
