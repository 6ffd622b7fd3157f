//! Ways of signing in that a provider has announced to end, and which records still use them.
//!
//! Hosts, dates and sources come from `lifetimes.json`; nothing of an announcement stands in code.

use credenza_net::{Lifetimes, RetirementStep};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::credential::{Credential, Kind, MailAuth};

/// An announced retirement, with the records that it will stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Sunset {
    /// Id of the announcement in the data.
    pub id: String,
    /// What is retired.
    pub subject: String,
    /// The dates, in the provider's words.
    #[ts(type = "{ when: string; what: string }[]")]
    pub timeline: Vec<RetirementStep>,
    /// Day of the last announcement.
    pub last_announced: String,
    /// Number of the announcement.
    pub message_center_id: String,
    /// How fresh this is.
    pub as_of: String,
    /// How a refusal will read.
    pub error_when_blocked: String,
    /// How to see at the provider who still uses it.
    pub how_to_see_use: String,
    /// What people get wrong.
    pub trap: String,
    /// What to use in its place.
    pub alternatives: Vec<String>,
    /// Where it was read.
    pub source: String,
    /// Whether it was read in a document.
    pub verified: bool,
    /// The records that use it.
    pub records: Vec<SunsetRecord>,
}

/// A record that a retirement will stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct SunsetRecord {
    /// Stable id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// The host it signs in at.
    pub host: String,
    /// The user name it signs in with.
    pub username: String,
    /// Who answers for it.
    pub owner: String,
}

/// The retirement of the data, with those of the records that it concerns.
pub fn of(data: &Lifetimes, records: impl Iterator<Item = (Uuid, Credential)>) -> Sunset {
    let announced = data.basic_auth_retirement.clone();
    let mut concerned: Vec<SunsetRecord> =
        records.filter_map(|(id, credential)| concerned(id, &credential, &announced.endpoints)).collect();
    concerned.sort_by_key(|record| record.name.to_lowercase());
    Sunset {
        id: announced.id,
        subject: announced.subject,
        timeline: announced.timeline,
        last_announced: announced.last_announced,
        message_center_id: announced.message_center_id,
        as_of: announced.as_of,
        error_when_blocked: announced.error_when_blocked,
        how_to_see_use: announced.how_to_see_use,
        trap: announced.trap,
        alternatives: announced.alternatives,
        source: announced.source,
        verified: announced.verified,
        records: concerned,
    }
}

fn concerned(id: Uuid, credential: &Credential, endpoints: &[String]) -> Option<SunsetRecord> {
    let Kind::MailServer(mail) = &credential.kind else { return None };
    let MailAuth::Password { username, .. } = &mail.auth else { return None };
    let host = plain(&mail.connection.host);
    endpoints.iter().any(|endpoint| plain(endpoint) == host).then(|| SunsetRecord {
        id,
        name: credential.common.name.clone(),
        host: mail.connection.host.clone(),
        username: username.clone(),
        owner: credential.common.owner.clone(),
    })
}

fn plain(host: &str) -> String {
    host.trim().trim_end_matches('.').to_ascii_lowercase()
}
