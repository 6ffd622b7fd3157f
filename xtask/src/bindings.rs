//! TypeScript types generated from Rust: `ui/src/backend/bindings/`.
//!
//! The shell's tests know which types cross to the window; told by a variable they write, otherwise they compare.

use crate::{
    Outcome,
    sh::{self, cargo},
};

const TEST: [&str; 6] = ["test", "--quiet", "--package", "credenza-desktop", "--lib", "bindings"];

/// Writes the types.
pub(crate) fn write() -> Outcome {
    sh::run(cargo(&TEST).env("CREDENZA_WRITE_BINDINGS", "1"))
}

/// Fails when the types in the repository are not what the Rust code says.
pub(crate) fn are_fresh() -> Outcome {
    let compared = sh::quiet(cargo(&TEST).env_remove("CREDENZA_WRITE_BINDINGS"));
    compared.map(drop).map_err(|reason| format!("{reason}\nrun `cargo xtask bindings` and commit ui/src/backend/bindings"))
}
