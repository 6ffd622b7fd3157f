//! From the command line's options to an unlocked workspace.

use std::io::IsTerminal;
use std::path::Path;

use credenza_core::vault::{
    Passphrase, Peek, RecoveryCode, SessionKey, SlotKind, Unlock, Vault, VaultError, VaultFile,
};
use credenza_core::{Code, Places, Problem, Workspace};
use zeroize::Zeroizing;

use crate::args::Global;
use crate::input;

/// The field of an error about the passphrase that was to be read.
pub(crate) const PASSPHRASE: &str = "passphrase";

/// The vault file that the options name.
pub(crate) fn file(global: &Global) -> VaultFile {
    VaultFile::at(places(global).vault)
}

/// The folders that the options name.
pub(crate) fn places(global: &Global) -> Places {
    Places::find(global.vault.clone())
}

/// Unlocks the vault by the first way that is given.
///
/// # Errors
/// `not_found` without a vault, `locked` when no way works.
pub(crate) fn workspace(global: &Global) -> Result<Workspace, Problem> {
    whole(global, peek(global)?)
}

/// As [`workspace`]. With `renew`, a recovery code is taken too: it is used up, and the one in its place comes back.
///
/// # Errors
/// As [`workspace`].
pub(crate) fn workspace_or_renewed(global: &Global, renew: bool) -> Result<(Workspace, Option<RecoveryCode>), Problem> {
    let (vault, renewed) = match unlock(global, renew)? {
        Unlocked::Peeked(peek) => (peek.open()?, None),
        Unlocked::Renewed(vault, code) => (*vault, code),
    };
    Ok((with_rules(global, vault), renewed))
}

/// A vault that a slot has opened and of which nothing was read yet, by the first way that is given. What a look at its
/// dates found last is asked of it; [`whole`] goes on from there.
///
/// # Errors
/// As [`workspace`].
pub(crate) fn peek(global: &Global) -> Result<Peek, Problem> {
    match unlock(global, false)? {
        Unlocked::Peeked(peek) => Ok(*peek),
        Unlocked::Renewed(..) => Err(Problem::internal("a recovery code was used up unasked")),
    }
}

/// The workspace of a vault that was peeked into.
///
/// # Errors
/// As [`workspace`].
fn whole(global: &Global, peek: Peek) -> Result<Workspace, Problem> {
    Ok(with_rules(global, peek.open()?))
}

fn with_rules(global: &Global, vault: Vault) -> Workspace {
    Workspace::prepared(vault, &places(global))
}

/// What a way to unlock gives.
enum Unlocked {
    /// The slot is open.
    Peeked(Box<Peek>),
    /// A recovery code was used up: the whole vault, and the code in its place.
    Renewed(Box<Vault>, Option<RecoveryCode>),
}

fn unlock(global: &Global, renew: bool) -> Result<Unlocked, Problem> {
    let path = places(global).vault;
    if !path.exists() {
        let message = format!("There is no vault at {}.", path.display());
        let hint = "Create one with `credenza vault create`, or name another with --vault.";
        return Err(Problem::new(Code::NotFound, message, hint));
    }
    let unlocked = by_first_way(&file(global), global, renew)?;
    let operator = match &unlocked {
        Unlocked::Peeked(peek) => peek.operator(),
        Unlocked::Renewed(vault, _) => vault.operator(),
    };
    match &global.operator {
        Some(wanted) if *wanted != operator.name => {
            let message = format!("This passphrase or key belongs to {}, not to {wanted}.", operator.name);
            let hint = "Use that operator's own passphrase, or leave --operator out.";
            Err(Problem::new(Code::Locked, message, hint))
        }
        _ => Ok(unlocked),
    }
}

fn by_first_way(file: &VaultFile, global: &Global, renew: bool) -> Result<Unlocked, Problem> {
    let peeked = |peek: Peek| Unlocked::Peeked(Box::new(peek));
    if let Some(text) = given(global)? {
        return by_text(file, &text, renew);
    }
    if let Some(key) = std::env::var_os("CREDENZA_SESSION").filter(|key| !key.is_empty()) {
        let key = SessionKey::new(key.to_string_lossy().into_owned().into());
        return Ok(peeked(file.peek(Unlock::Session(&key))?));
    }
    let has_device = file.status()?.slots.iter().any(|slot| slot.kind == SlotKind::Device);
    let device = has_device.then(|| file.peek(Unlock::Device));
    match device {
        Some(Ok(peek)) => return Ok(peeked(peek)),
        Some(Err(error)) if !std::io::stdin().is_terminal() => return Err(error.into()),
        _ => {}
    }
    if !std::io::stdin().is_terminal() {
        let hint = "Give it with --passphrase-stdin, --passphrase-file or CREDENZA_PASSPHRASE_FILE, start a session with `credenza vault unlock`, or add a device slot.";
        return Err(Problem::new(Code::Locked, "The vault is locked and no passphrase was given.", hint));
    }
    let question = if renew { "Passphrase or recovery code: " } else { "Passphrase: " };
    by_text(file, &ask(question)?, renew)
}

/// A recovery code is used up by opening the vault, so only the command that can show the next one takes it.
fn by_text(file: &VaultFile, text: &str, renew: bool) -> Result<Unlocked, Problem> {
    let passphrase = Passphrase::new(text.to_owned().into());
    let by_passphrase = || file.peek(Unlock::Passphrase(&passphrase)).map(|peek| Unlocked::Peeked(Box::new(peek)));
    let Ok(code) = RecoveryCode::parse(&text.to_owned().into()) else { return Ok(by_passphrase()?) };
    if renew {
        let (vault, code) = file.unlock_with_recovery(&code)?;
        return Ok(Unlocked::Renewed(Box::new(vault), code));
    }
    // Whoever chose a passphrase that reads as a code may still use it.
    by_passphrase().map_err(|_| {
        let hint = "Start a session with it: `credenza vault unlock` shows the code that takes its place.";
        Problem::new(Code::Locked, "A recovery code is used up when it unlocks; this command does not take one.", hint)
    })
}

/// Opens with a passphrase, or with the recovery code that stands in its place: every group of a code carries a check
/// character, so what reads as a code is one.
///
/// # Errors
/// Those of `with`, for the passphrase.
pub(crate) fn open<T>(text: &str, with: impl Fn(Unlock<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
    if let Ok(code) = RecoveryCode::parse(&text.to_owned().into())
        && let Ok(opened) = with(Unlock::Recovery(&code))
    {
        return Ok(opened);
    }
    with(Unlock::Passphrase(&Passphrase::new(text.to_owned().into())))
}

/// The passphrase or recovery code that an option or the environment gives, in the contract's order.
///
/// # Errors
/// Those of reading a file, with the field `passphrase`.
pub(crate) fn given(global: &Global) -> Result<Option<Zeroizing<String>>, Problem> {
    asked_for(global).map_err(|problem| problem.at(PASSPHRASE))
}

fn asked_for(global: &Global) -> Result<Option<Zeroizing<String>>, Problem> {
    if global.passphrase_stdin {
        return input::secret(Path::new("-")).map(Some);
    }
    if let Some(path) = &global.passphrase_file {
        return input::secret(path).map(Some);
    }
    if let Some(path) = std::env::var_os("CREDENZA_PASSPHRASE_FILE").filter(|path| !path.is_empty()) {
        return input::secret(Path::new(&path)).map(Some);
    }
    match std::env::var("CREDENZA_PASSPHRASE") {
        Ok(text) if !text.is_empty() => Ok(Some(Zeroizing::new(text))),
        _ => Ok(None),
    }
}

/// A passphrase for a new slot: given, or typed twice.
pub(crate) fn new_passphrase(global: &Global) -> Result<Passphrase, Problem> {
    if let Some(given) = given(global)? {
        return Ok(passphrase(given));
    }
    typed_twice()
}

/// A passphrase typed twice on the terminal.
pub(crate) fn typed_twice() -> Result<Passphrase, Problem> {
    if !std::io::stdin().is_terminal() {
        let hint = "Give it with --passphrase-stdin, --passphrase-file or CREDENZA_PASSPHRASE_FILE.";
        return Err(Problem::new(Code::Locked, "A new passphrase is needed and none was given.", hint));
    }
    let first = ask("New passphrase: ")?;
    let second = ask("Once more: ")?;
    if first != second {
        return Err(Problem::invalid("passphrase", "The two passphrases differ."));
    }
    Ok(passphrase(first))
}

fn ask(question: &str) -> Result<Zeroizing<String>, Problem> {
    let failed = |error: std::io::Error| {
        Problem::new(
            Code::Locked,
            format!("The terminal gave no passphrase: {error}."),
            "Try again, or use --passphrase-file.",
        )
    };
    rpassword::prompt_password(question).map(Zeroizing::new).map_err(failed)
}

fn passphrase(text: Zeroizing<String>) -> Passphrase {
    Passphrase::new(text.as_str().to_owned().into())
}
