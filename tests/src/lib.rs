//! What the end-to-end tests stand on: the built programs, the practice servers, and servers that nobody here wrote.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::disallowed_methods)]

mod certificates;
mod check;
mod command;
mod faked;
mod gate;
pub mod peers;
pub mod people;
mod ports;
mod practice;
mod process;
pub mod window;

pub use certificates::{Authority, Leaf, self_signed};
pub use check::{failed_at, stage, warned};
pub use command::{Answer, Desk, clean, finish};
pub use faked::Clockwork;
pub use gate::Gate;
pub use ports::{free_port, wait_for_port};
pub use practice::Practice;
pub use process::{Server, program};
