//! Types of the crates beneath that cross to the window but do not export themselves. `cargo xtask bindings` runs this.

use credenza_core::{
    net::CertificateSummary,
    vault::{EventCategory, EventVerification, HistoryEntry, VerifyReport},
};
use ts_rs::{Config, TS};

#[test]
fn the_types_beneath_are_written_as_well() {
    let config = Config::from_env();
    CertificateSummary::export_all(&config).unwrap();
    EventCategory::export_all(&config).unwrap();
    EventVerification::export_all(&config).unwrap();
    HistoryEntry::export_all(&config).unwrap();
    VerifyReport::export_all(&config).unwrap();
}
