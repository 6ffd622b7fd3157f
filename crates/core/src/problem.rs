//! The one error that the shells show: what happened, what to do, which field.

use credenza_vault::VaultError;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// The classes of failure that someone branches on; each has one exit code of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The thing tested does not work (exit 1).
    CheckFailed,
    /// Bad arguments (exit 2).
    Usage,
    /// A record, file or value was refused; `field` names it (exit 3).
    Invalid,
    /// No such vault, credential or field (exit 4).
    NotFound,
    /// Wrong passphrase, no usable slot, keyring unavailable (exit 5).
    Locked,
    /// The operator's role or a policy refuses (exit 6).
    Forbidden,
    /// The vault is damaged, tampered with, rolled back or of an unknown version (exit 7).
    Damaged,
    /// Changed elsewhere, busy, or the name is taken (exit 8).
    Conflict,
    /// Disk full, unreadable or unwritable file (exit 9).
    Io,
    /// Something is due (exit 10).
    Expiring,
    /// A bug (exit 70).
    Internal,
}

impl Code {
    /// The exit code of the command line.
    pub fn exit(self) -> u8 {
        match self {
            Code::CheckFailed => 1,
            Code::Usage => 2,
            Code::Invalid => 3,
            Code::NotFound => 4,
            Code::Locked => 5,
            Code::Forbidden => 6,
            Code::Damaged => 7,
            Code::Conflict => 8,
            Code::Io => 9,
            Code::Expiring => 10,
            Code::Internal => 70,
        }
    }

    /// The name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Code::CheckFailed => "check_failed",
            Code::Usage => "usage",
            Code::Invalid => "invalid",
            Code::NotFound => "not_found",
            Code::Locked => "locked",
            Code::Forbidden => "forbidden",
            Code::Damaged => "damaged",
            Code::Conflict => "conflict",
            Code::Io => "io",
            Code::Expiring => "expiring",
            Code::Internal => "internal",
        }
    }

    fn of(word: &str) -> Code {
        match word {
            "invalid" => Code::Invalid,
            "not_found" => Code::NotFound,
            "locked" => Code::Locked,
            "forbidden" => Code::Forbidden,
            "damaged" => Code::Damaged,
            "conflict" => Code::Conflict,
            "io" => Code::Io,
            _ => Code::Internal,
        }
    }
}

/// What went wrong and what to do about it; the `error` object of `--json` and of every refused window command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema, thiserror::Error)]
#[error("{message}")]
#[ts(export)]
pub struct Problem {
    /// The class of failure.
    pub code: Code,
    /// What happened, in plain words, free of secrets.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The field that is at fault, as a path such as `auth.password`.
    pub field: Option<String>,
    /// A finer reason inside the class, for the few that a shell branches on (`endpoint_changed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}

impl Problem {
    /// A problem of the given class.
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { code, message: message.into(), hint: hint.into(), field: None, reason: None }
    }

    /// A refused value, with the field that holds it.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Problem {
        let field = field.into();
        let hint = format!("Correct {field} and try again; nothing was changed.");
        Problem { field: Some(field), ..Problem::new(Code::Invalid, message, hint) }
    }

    /// Something that does not exist.
    pub fn not_found(what: impl std::fmt::Display) -> Problem {
        Problem::new(
            Code::NotFound,
            format!("There is no {what}."),
            "Check the name or id; `credenza list` shows what there is.",
        )
    }

    /// Something that the operator's role or a policy refuses.
    pub fn forbidden(message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem::new(Code::Forbidden, message, hint)
    }

    /// A fault of the program itself.
    pub fn internal(message: impl Into<String>) -> Problem {
        Problem::new(Code::Internal, message, "This is a fault in Credenza. Please report it with the log file.")
    }

    /// The same problem with its field named.
    pub fn at(mut self, field: impl Into<String>) -> Problem {
        self.field = Some(field.into());
        self
    }

    /// The same problem with a finer reason.
    pub fn because(mut self, reason: &str) -> Problem {
        self.reason = Some(reason.to_owned());
        self
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Problem {
        let mut problem = Problem::new(Code::of(error.code()), sentence(&error.to_string()), sentence(&error.hint()));
        problem.field = error.field().map(str::to_owned);
        problem.reason = matches!(error, VaultError::Overtaken).then(|| "overtaken".to_owned());
        problem
    }
}

/// An error's words (lower case, no full stop, as Rust has it) as a sentence for people.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let Some(first) = letters.next() else { return String::new() };
    let stop = if words.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_is_the_error_object_of_the_contract() {
        let json = serde_json::to_value(Problem::invalid("host", "Host address is missing.")).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "message", "hint", "field"], "the contract fixes these four keys");
        assert_eq!(json["code"], "invalid");
    }
}
