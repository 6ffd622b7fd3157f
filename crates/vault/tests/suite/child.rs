//! Tests that need another process start this test program again, with one test picked and the environment set.

use std::process::{Child, Command, Stdio};

use credenza_vault::{SessionKey, Unlock, Vault, VaultFile};

use crate::bench::{Bench, secret};

/// This program with one test picked.
pub(crate) fn command(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    command
}

/// Gives the child what it needs to unlock the bench's vault.
pub(crate) fn equip(command: &mut Command, bench: &Bench, session: &SessionKey) {
    command
        .env("VAULT", &bench.path)
        .env("RUN", bench.dir.path().join("run"))
        .env("STATE", bench.dir.path().join("state"))
        .env("SESSION", session.expose());
}

pub(crate) fn spawn(test: &str, bench: &Bench, session: &SessionKey, env: &[(&str, &str)]) -> Child {
    let mut command = command(test);
    equip(&mut command, bench, session);
    command.envs(env.iter().copied()).stdout(Stdio::piped()).spawn().unwrap()
}

/// The vault a child was started for; `None` in an ordinary run of the tests. Its clock stands at the bench's start.
pub(crate) fn vault() -> Option<Vault> {
    let path = std::env::var_os("VAULT")?;
    let bench = Bench::new();
    let session = SessionKey::new(secret(&std::env::var("SESSION").unwrap()));
    let file = VaultFile::at(path)
        .with_clock(bench.clock.clone())
        .with_runtime_dir(std::env::var_os("RUN").unwrap().into())
        .with_state_dir(std::env::var_os("STATE").unwrap().into());
    Some(file.unlock(Unlock::Session(&session)).unwrap())
}
