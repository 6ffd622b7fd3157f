//! Checks against the practice servers on loopback.

mod bench;
mod cancels;
mod certificate;
mod client_certificate;
mod clocks;
mod doctor;
mod http;
mod leaks;
mod limits;
mod mail;
mod oauth;
mod script;
mod sign_in;
mod tls;
mod webhook;
