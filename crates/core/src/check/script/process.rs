//! Runs a program under limits, and leaves nothing of it behind.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use zeroize::Zeroizing;

use super::output::Output;
use super::sandbox;

/// What a program may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) time: Duration,
    pub(super) stdout: usize,
    pub(super) stderr: usize,
}

/// What the system says of a file that is no program: ENOEXEC, on Windows ERROR_BAD_EXE_FORMAT.
const NO_PROGRAM: i32 = if cfg!(windows) { 193 } else { 8 };

/// Runs a program with `input` as JSON on its standard input.
///
/// # Errors
/// Plain words: it cannot be started, it ran too long, it printed too much. It is dead then, with all it started.
pub(super) async fn run(path: &Path, input: &Value, limits: Limits) -> Result<Output, String> {
    let folder =
        sandbox::folder().map_err(|error| format!("no private folder could be made for it ({}).", error.kind()))?;
    let mut command = Command::new(path);
    command
        .env_clear()
        .envs(sandbox::environment(folder.path()))
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    sandbox::apart(&mut command);
    let mut child = start(&mut command).await.map_err(|error| start_words(&error))?;
    let _group = sandbox::Group::of(&child);
    match tokio::time::timeout(limits.time, converse(&mut child, input, limits)).await {
        Ok(output) => output,
        Err(_) => {
            Err(format!("it was ended after {} s, the longest that a script may take.", limits.time.as_secs_f32()))
        }
    }
}

// Another thread that forks while a freshly written script is still open for writing makes the start fail with
// "text file busy" for a moment; that is nobody's mistake.
async fn start(command: &mut Command) -> std::io::Result<Child> {
    let mut tries = 0;
    loop {
        match command.spawn() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy && tries < 20 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            started => return started,
        }
    }
}

async fn converse(child: &mut Child, input: &Value, limits: Limits) -> Result<Output, String> {
    let stdin = child.stdin.take();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A script that does not read its input is fine.
            let _ = stdin.write_all(format!("{input}\n").as_bytes()).await;
        }
    };
    let listen = async {
        let out = read(stdout, limits.stdout, true);
        let err = read(stderr, limits.stderr, false);
        tokio::try_join!(out, err)
    };
    let ((), said) = tokio::join!(feed, listen);
    let (stdout, stderr) = said?;
    let status = child.wait().await.map_err(|error| format!("its end could not be seen ({}).", error.kind()))?;
    Ok(Output { exit_code: status.code(), stdout, stderr: stderr.to_vec() })
}

// Reads to the end. Beyond the limit, standard output is a failure; standard error is read on and forgotten.
async fn read<R: AsyncRead + Unpin>(pipe: Option<R>, limit: usize, strict: bool) -> Result<Zeroizing<Vec<u8>>, String> {
    // Reserved at once: a growing buffer would leave copies of the token behind in memory.
    let mut kept = Zeroizing::new(Vec::with_capacity(limit));
    let Some(mut pipe) = pipe else {
        return Ok(kept);
    };
    let mut block = Zeroizing::new([0_u8; 4096]);
    loop {
        let read = match pipe.read(&mut block[..]).await {
            Ok(0) | Err(_) => return Ok(kept),
            Ok(read) => read,
        };
        if strict && kept.len() + read > limit {
            return Err(format!("it printed more than {} KiB.", limit / 1024));
        }
        let room = (limit - kept.len()).min(read);
        kept.extend_from_slice(&block[..room]);
    }
}

/// Why a program cannot be started, in plain words.
pub(super) fn start_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it (or the interpreter in its first line) does not exist.".into(),
        std::io::ErrorKind::PermissionDenied => "this user may not run it. Mark it as executable for this user.".into(),
        std::io::ErrorKind::InvalidInput => "it is not a program file.".into(),
        _ if error.raw_os_error() == Some(NO_PROGRAM) => {
            "it is no program: a script's first line must name its interpreter, such as #!/bin/sh.".into()
        }
        _ => format!("it cannot be started ({error})."),
    }
}
