//! Token scripts: a local program whose standard output is the token and only the token (TUF-27..29).
//!
//! The program is started by its full path without a shell, with a cleaned environment, in a fresh folder of its own, in
//! its own process group, and is killed with all it started when it takes too long or says too much.

mod output;
mod process;
mod sandbox;

use std::path::{Path, PathBuf};
use std::time::Duration;

use credenza_net::{Failure, Recorder, StageName};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::engine::Run;
use crate::Problem;
use output::Said;
use process::Limits;

/// How long a script may run.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The most that is read of a script's standard output, in bytes.
const STDOUT_LIMIT: usize = 64 * 1024;

/// The most that is kept of a script's standard error, in bytes.
const STDERR_LIMIT: usize = 16 * 1024;

/// The largest script whose content can be compared with the approved one, in bytes.
const SCRIPT_LIMIT: u64 = 256 * 1024 * 1024;

/// A script to be run.
pub(super) struct ScriptPlan {
    path: PathBuf,
    approved: Option<String>,
    input: Value,
}

impl ScriptPlan {
    /// A script by its full path; `approved` is the SHA-256 (hex) that an administrator saved; `input` goes to its
    /// standard input as one JSON object.
    ///
    /// # Errors
    /// `invalid` with `auth.token_script` when the path is not a full path (TUF-28).
    pub(super) fn new(path: &str, approved: Option<&str>, input: Value) -> Result<ScriptPlan, Problem> {
        let path = PathBuf::from(path.trim());
        let plain = path.components().all(|part| !matches!(part, std::path::Component::ParentDir));
        if !path.is_absolute() || !plain {
            return Err(Problem::invalid(
                "auth.token_script",
                "Enter the full path of the token script, such as /var/tmp/token_script.sh, without \"..\".",
            ));
        }
        Ok(ScriptPlan { path, approved: approved.map(str::to_ascii_lowercase), input })
    }

    /// The script's full path, for the stage's target.
    pub(super) fn target(&self) -> String {
        self.path.display().to_string()
    }
}

/// Runs the script as the stage `token`; gives the token.
pub(super) async fn token(run: &Run<'_>, plan: &ScriptPlan) -> Result<SecretString, Failure> {
    let stage = run.rec.begin(StageName::Token, plan.target());
    let limits = Limits { time: TIME_LIMIT.min(run.ctx.timeout), stdout: STDOUT_LIMIT, stderr: STDERR_LIMIT };
    let ended = match approved(plan) {
        Ok(()) => process::run(&plan.path, &plan.input, limits).await.map_err(Said::nothing),
        Err(reason) => Err(Said::nothing(reason)),
    };
    let ended = ended.and_then(output::token);
    match ended {
        Ok((token, said)) => {
            run.rec.protect("token", &token);
            stage.pass_with("The script printed a token.", evidence(run.rec, &said));
            Ok(token)
        }
        Err(said) => {
            let reason = said.reason.clone().unwrap_or_default();
            let raw = if said.stderr.is_empty() { reason.clone() } else { said.stderr.clone() };
            let failure = run.own_failure(StageName::Token, &format!("The token script gave no token: {reason}"), &raw);
            stage.fail_with(&failure, evidence(run.rec, &said));
            Err(failure)
        }
    }
}

fn evidence(rec: &Recorder, said: &Said) -> Value {
    json!({ "exit_code": said.exit_code, "stderr": rec.redact(&said.stderr) })
}

// An administrator approved this very content when the record was saved; another content is another script.
fn approved(plan: &ScriptPlan) -> Result<(), String> {
    let Some(approved) = &plan.approved else {
        return Ok(());
    };
    let found = sha256(&plan.path).map_err(|error| process::start_words(&error))?;
    if &found == approved {
        return Ok(());
    }
    Err("its content changed since an administrator saved this record. \
         Read the script, then save the record again to approve it."
        .into())
}

/// The SHA-256 of a script's content, hex: what an administrator's save pins.
///
/// # Errors
/// When the file cannot be read, is no regular file or is larger than 256 MiB.
pub fn sha256(path: &Path) -> std::io::Result<String> {
    let file = std::fs::File::open(path)?;
    let about = file.metadata()?;
    if !about.is_file() || about.len() > SCRIPT_LIMIT {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a program file"));
    }
    let mut reader = std::io::BufReader::new(file);
    let (mut hash, mut block) = (Sha256::new(), [0_u8; 8192]);
    loop {
        match std::io::Read::read(&mut reader, &mut block)? {
            0 => break,
            read => hash.update(&block[..read]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether a text can be a bearer token: one word of visible ASCII (RFC 6750 2.1 allows no more).
pub(super) fn is_token(text: &SecretString) -> bool {
    // EXPOSE: only its characters' classes are looked at.
    let text = text.expose_secret();
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
