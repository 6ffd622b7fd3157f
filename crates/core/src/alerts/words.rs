//! Alerts in words.

use jiff::Timestamp;

/// How far away an end is, as the second half of a sentence.
pub fn ends(days: i32) -> String {
    match days {
        ..-1 => format!("ended {} days ago", -days),
        -1 => "ended yesterday".into(),
        0 => "ends today".into(),
        1 => "ends tomorrow".into(),
        _ => format!("ends in {days} days"),
    }
}

/// Why a way of telling was not used, or did not work.
pub(crate) fn reason_words(reason: &str, stage: Option<&str>) -> String {
    match (reason, stage) {
        ("depends_on_item", _) => "it depends on what ends".into(),
        ("own_secret_ended", _) => "a secret or certificate of its own has ended".into(),
        ("credential_missing", _) => "its credential is gone".into(),
        ("no_addresses", _) => "there is no address".into(),
        ("not_here", _) => "no desktop showed it where the check ran".into(),
        ("no_exit_code", _) => "only `credenza check` has an exit code".into(),
        ("refused", _) => "it was refused before anything was sent".into(),
        (_, Some(stage)) => format!("it failed at stage {stage}"),
        _ => "it failed".into(),
    }
}

/// Why a check could not look, by the class of the error.
pub(crate) fn failed_look_words(code: &str) -> &'static str {
    match code {
        "locked" => "the vault could not be unlocked (no usable device slot, session or passphrase)",
        "damaged" => "the vault is damaged, older than it was, or of a newer version of Credenza",
        "io" => "the vault's file could not be read or written",
        "not_found" => "there was no vault",
        "conflict" => "another program held the vault",
        "forbidden" => "the operator's role was not enough",
        _ => "the program failed",
    }
}

/// A length of time, in the unit that a person would use.
pub(crate) fn since_words(from: Timestamp, to: Timestamp) -> String {
    let hours = to.duration_since(from).as_hours();
    match hours {
        ..1 => "less than an hour".into(),
        1 => "1 hour".into(),
        2..48 => format!("{hours} hours"),
        _ => format!("{} days", hours / 24),
    }
}
