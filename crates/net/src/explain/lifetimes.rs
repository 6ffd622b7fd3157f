//! How long secrets, tokens and certificates live at the well-known providers. Words for people; only the
//! limits of inactivity are there to compute with.

use std::path::Path;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::catalogue::read_bounded;

const BUILT_IN: &str = include_str!("../../data/lifetimes.json");

/// One thing that expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifetime {
    /// Unique name.
    pub id: String,
    /// Whose it is.
    pub provider: String,
    /// What expires.
    pub item: String,
    /// How long it usually lives.
    pub typical: String,
    /// How long it lives at most.
    pub maximum: String,
    /// What ends it.
    pub expiry_rule: String,
    /// What Credenza can read or should warn about.
    pub app_hint: String,
    /// Where it was read.
    pub source: String,
    /// Whether it was checked.
    pub verified: bool,
    /// Days without use after which the provider drops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactivity_days: Option<u32>,
    /// Whether a refresh token still works after it was used: then an answer that never arrived loses nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub works_after_use: bool,
    /// Hosts of the token URLs that these two hold for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_hosts: Vec<String>,
}

/// One date of a retirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetirementStep {
    /// When, in words.
    pub when: String,
    /// What happens then.
    pub what: String,
}

/// When a provider ends a way to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetirementTimetable {
    /// Unique name.
    pub id: String,
    /// What is retired.
    pub subject: String,
    /// Day of the last announcement.
    pub last_announced: String,
    /// Number of the announcement.
    pub message_center_id: String,
    /// How fresh this is.
    pub as_of: String,
    /// The dates.
    pub timeline: Vec<RetirementStep>,
    /// Dates that no longer hold.
    pub superseded: Vec<String>,
    /// How a refusal reads.
    pub error_when_blocked: String,
    /// Hosts it is about.
    pub endpoints: Vec<String>,
    /// How to see who still uses it.
    pub how_to_see_use: String,
    /// What people get wrong.
    pub trap: String,
    /// What to use in its place.
    pub alternatives: Vec<String>,
    /// Where it was read.
    pub source: String,
    /// Whether it was checked.
    pub verified: bool,
}

/// The whole of `lifetimes.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// What expires when.
    pub lifetimes: Vec<Lifetime>,
    /// The end of password sign-in over SMTP at Exchange Online.
    pub basic_auth_retirement: RetirementTimetable,
}

/// The built-in data; `None` only if the compiled-in file were broken, which a test excludes.
pub fn lifetimes() -> Option<&'static Lifetimes> {
    static LIFETIMES: OnceLock<Option<Lifetimes>> = OnceLock::new();
    LIFETIMES.get_or_init(|| serde_json::from_str(BUILT_IN).ok()).as_ref()
}

/// Data from a file that replaces the built-in one.
///
/// # Errors
/// In plain words, what is wrong with the file.
pub fn load_lifetimes(path: &Path) -> Result<Lifetimes, String> {
    read_lifetimes(&read_bounded(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// Data from the text of such a file.
///
/// # Errors
/// As [`load_lifetimes`], without the path.
pub fn read_lifetimes(text: &str) -> Result<Lifetimes, String> {
    let data: Lifetimes = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match data.lifetimes.iter().find(|entry| entry.id.trim().is_empty()) {
        Some(entry) => Err(format!("an entry of {} has no id", entry.provider)),
        None => Ok(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_lifetimes_are_complete() {
        let data = lifetimes().expect("the file parses");
        assert_eq!(data.lifetimes.len(), 35, "every entry of the file is typed");
        assert_eq!(data.basic_auth_retirement.timeline.len(), 4);
        let limit =
            |id: &str| data.lifetimes.iter().find(|entry| entry.id == id).and_then(|entry| entry.inactivity_days);
        assert_eq!((limit("entra-refresh-token"), limit("google-refresh-unused")), (Some(90), Some(180)));
        let hosts =
            data.lifetimes.iter().filter(|entry| entry.inactivity_days.is_some()).all(|e| !e.token_hosts.is_empty());
        assert!(hosts, "a limit says whose it is");
    }
}
