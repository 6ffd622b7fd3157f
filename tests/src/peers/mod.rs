//! Servers that nobody here wrote, started on loopback by the tests.

mod assertions;
mod exim;
mod keyring;
mod nginx;
mod proxies;
mod python;

pub use assertions::AssertionServer;
pub use exim::Exim;
pub use keyring::under_keyring;
pub use nginx::Nginx;
pub use proxies::{Microsocks, Tinyproxy};
pub use python::{Provider, SecondMail, read_calendar};
