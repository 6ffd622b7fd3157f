//! What the end-to-end tests stand on: the built programs, and servers that nobody here wrote.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::disallowed_methods)]

mod certificates;
mod command;
pub mod peers;
mod ports;
mod process;

pub use certificates::{Authority, Leaf, self_signed};
pub use command::{Answer, Desk, clean, finish};
pub use ports::{free_port, wait_for_port};
pub use process::{Server, program};
