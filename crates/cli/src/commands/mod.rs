//! One file per noun; each command takes its arguments, makes one call and prints.

mod alerts;
mod check;
mod checks;
mod credentials;
mod facts;
mod horizon;
mod inventory;
mod many;
mod office;
mod rotate;
mod sandbox;
mod schema;
mod sign_in;
mod slots;
mod trust;
mod vault;

use std::future::Future;

use credenza_core::{Code, Problem};

pub(crate) use trust::TrustArgs;

use crate::args::{Cli, Command};
use crate::output::Output;

/// Runs the command; the number is the exit code.
pub(crate) fn run(cli: Cli, output: &Output) -> Result<u8, Problem> {
    let global = &cli.global;
    match cli.command {
        Command::Vault(command) => vault::run(global, command, output),
        Command::Slot(command) => slots::run(global, command, output),
        Command::Add(args) => credentials::add(global, &args, output),
        Command::List(args) => credentials::list(global, &args, output),
        Command::Show(args) => credentials::show(global, &args.reference, output),
        Command::Edit(args) => credentials::edit(global, &args, output),
        Command::Remove(args) => credentials::remove(global, &args.reference, output),
        Command::History(args) => credentials::history(global, &args.reference, output),
        Command::Reveal(args) => credentials::reveal(global, &args, output),
        Command::Test(args) => checks::test(global, &args, output),
        Command::Trust(args) => trust::run(global, &args, output),
        Command::Report(args) => checks::report(global, &args, output),
        Command::SendEmail(args) => checks::send_email(global, &args, output),
        Command::Token(args) => checks::token(global, &args, output),
        Command::Call(args) => checks::call(global, &args, output),
        Command::Explain(args) => office::explain(global, &args, output),
        Command::Facts(command) => facts::facts(global, command, output),
        Command::Readiness(args) => facts::readiness(global, &args, output),
        Command::Rotate(command) => rotate::run(global, command, output),
        Command::Inventory(args) => inventory::run(global, &args, output),
        Command::Sunset => facts::sunset(global, output),
        Command::Expiring(args) => horizon::expiring(global, &args, output),
        Command::Check(args) => check::check(global, &args, output),
        Command::Alerts(command) => alerts::run(global, &command, output),
        Command::Events(args) => office::events(global, &args, output),
        Command::Schema(args) => schema::schema(args.what, output),
        Command::Completions(args) => schema::completions(&args.shell, output),
        Command::Sandbox(args) => sandbox::run(&args, output),
    }
}

/// Runs network work on one thread; commands that need none never start a runtime.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Problem::new(Code::Io, format!("No network runtime: {error}."), "Try again."))?;
    let done = runtime.block_on(work);
    // A name lookup that hangs in the system's resolver must not keep the process alive.
    runtime.shutdown_background();
    Ok(done)
}
