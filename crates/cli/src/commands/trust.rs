//! `trust`: the certificate that a server shows now, compared with a fingerprint and pinned.

use clap::Args;
use credenza_core::Problem;
use serde_json::json;

use super::block_on;
use crate::args::Global;
use crate::output::{Output, printable};
use crate::unlock;

/// `credenza trust …`
#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// Name or id
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// What the server's owner says it is, by another way: SHA256: and 64 hexadecimal digits
    #[arg(long, value_name = "SHA256:…")]
    pub(crate) fingerprint: String,
}

pub(super) fn run(global: &Global, args: &TrustArgs, output: &Output) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    let pinned = block_on(workspace.trust(&args.reference, &args.fingerprint))??;
    let shown = json!({
        "certificate_check": "certificate",
        "subject": pinned.subject, "issuer": pinned.issuer,
        "not_before": pinned.not_before, "not_after": pinned.not_after,
        "fingerprint_sha256": pinned.fingerprint_sha256,
    });
    output.result(&shown, || {
        format!(
            "{} now trusts exactly this certificate:\n  {}\n  issued by {}\n  SHA256:{}",
            printable(&args.reference),
            printable(&pinned.subject),
            printable(&pinned.issuer),
            pinned.fingerprint_sha256
        )
    })?;
    Ok(0)
}
