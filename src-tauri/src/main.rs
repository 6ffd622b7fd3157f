//! The desktop program: what must hold before the first window, then the shell.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::alloc::System;

/// Every freed block of memory is wiped: what a vault showed does not stay behind in the heap.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<System> = zeroizing_alloc::ZeroAlloc(System);

fn main() -> std::process::ExitCode {
    forget_trust_variables();
    credenza_desktop::run()
}

/// What is trusted comes from the system and the record, never from the environment of whoever starts the program.
#[allow(unsafe_code)]
fn forget_trust_variables() {
    for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"] {
        // SAFETY: the first thing `main` does; no other thread exists that could read the environment.
        unsafe { std::env::remove_var(variable) };
    }
}
