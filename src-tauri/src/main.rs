//! The desktop program: what must hold before the first window, then the shell.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::alloc::System;

/// Every freed block of memory is wiped: what a vault showed does not stay behind in the heap.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<System> = zeroizing_alloc::ZeroAlloc(System);

fn main() -> std::process::ExitCode {
    credenza_desktop::run()
}
