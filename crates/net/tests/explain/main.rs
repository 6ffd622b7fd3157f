//! Replies that people pasted into public threads, each with the entry that was chosen for it by reading, before the
//! matcher ever saw it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

mod library_words;
mod public_replies;
