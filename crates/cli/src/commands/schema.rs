//! `schema` and `completions`.

use clap::CommandFactory;
use clap_complete::Shell;
use credenza_core::check::CheckResult;
use credenza_core::vault::Event;
use credenza_core::{Code, Credential, Problem};
use schemars::schema_for;

use crate::args::{Cli, SchemaArg};
use crate::output::Output;

pub(super) fn schema(what: SchemaArg, output: &Output) -> Result<u8, Problem> {
    let schema = match what {
        SchemaArg::Record => schema_for!(Credential),
        SchemaArg::Check => schema_for!(CheckResult),
        SchemaArg::Event => schema_for!(Event),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Problem::internal(error.to_string()))?;
    output.line(&text)?;
    Ok(0)
}

pub(super) fn completions(shell: &str, output: &Output) -> Result<u8, Problem> {
    let mut command = Cli::command();
    let mut text = Vec::new();
    if shell == "man" {
        clap_mangen::Man::new(command).render(&mut text).map_err(|error| Problem::internal(error.to_string()))?;
    } else {
        let shell: Shell = shell.parse().map_err(|_| {
            Problem::new(
                Code::Usage,
                format!("{shell:?} is no shell known here."),
                "Choose bash, zsh, fish, powershell, elvish, or man for the manual page.",
            )
        })?;
        clap_complete::generate(shell, &mut command, "credenza", &mut text);
    }
    output.bytes(&[&text])?;
    Ok(0)
}
