//! Servers that nobody here wrote, driven through the command line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod alerts;
mod assertions;
mod calendar;
mod keyring;
mod mail;
mod mail_message;
mod outbound;
mod provider;
mod provider_people;
mod proxies;
mod second_mail;
#[cfg(target_os = "linux")]
mod year;
