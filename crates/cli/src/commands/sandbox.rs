//! `credenza sandbox`: the practice servers in the foreground.

use std::path::Path;

use credenza_core::{Code, Problem};
use credenza_sandbox::{Ports, Sandbox, SandboxOptions};
use serde_json::{Value, json};

use super::block_on;
use crate::args::SandboxArgs;
use crate::output::{Output, private_file, table};

pub(super) fn run(args: &SandboxArgs, output: &Output) -> Result<u8, Problem> {
    block_on(serve(args, output))?
}

async fn serve(args: &SandboxArgs, output: &Output) -> Result<u8, Problem> {
    let failed = |error: credenza_sandbox::SandboxError| {
        Problem::new(Code::Io, format!("The practice servers did not start: {error}."), "Try again.")
    };
    // The usual ports where they are free, so that records made from an earlier start find their servers again.
    let options = SandboxOptions { preferred: Ports::usual(), ..SandboxOptions::default() };
    let sandbox = Sandbox::start(options).await.map_err(failed)?;
    let document = json!({ "ports": sandbox.ports(), "servers": sandbox.servers(), "ca_pem": sandbox.ca_pem() });
    if let Some(path) = &args.ports_file {
        write_whole(path, &document)?;
    }
    output.result(&document, || {
        let row = |server: &credenza_sandbox::PracticeServer| {
            [
                server.name.clone(),
                server.address.clone(),
                server.username.clone(),
                server.password.clone(),
                server.what.clone(),
            ]
        };
        table(["server", "address", "user", "password", "what"], sandbox.servers().iter().map(row))
    })?;
    output.say("Practice servers run on this machine only. Ctrl+C ends them.");
    stop_signal().await;
    sandbox.stop().await;
    Ok(0)
}

/// A reader of the file sees nothing or everything: it is written beside and moved into place.
fn write_whole(path: &Path, document: &Value) -> Result<(), Problem> {
    let failed = |error: std::io::Error| {
        Problem::new(Code::Io, format!("{}: {error}.", path.display()), "Choose another file for --ports-file.")
    };
    let text = serde_json::to_string_pretty(document).map_err(|error| Problem::internal(error.to_string()))?;
    let beside = path.with_extension("part");
    private_file(&beside, &text).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut term), Ok(mut int)) => {
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        }
        _ => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
