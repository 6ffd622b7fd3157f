//! A rotation as the shells show it: masks, never values.

use credenza_net::CertificateSummary;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::check::Outcome;

/// How far the rotation of one secret field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RotationStep {
    /// Nothing is under way.
    Idle,
    /// A next value is there and was not tested, or not with success.
    Entered,
    /// The next value passed its test.
    Tested,
    /// The next value is in force; the old one is not revoked yet.
    Switched,
}

/// The values of one secret field side by side, and what is left to do.
#[derive(Debug, Clone, PartialEq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct RotationView {
    /// The credential's id.
    pub credential_id: Uuid,
    /// The credential's name.
    pub credential_name: String,
    /// Path of the secret field.
    pub field: String,
    /// The field as the window labels it.
    pub label: String,
    /// How far it is.
    pub step: RotationStep,
    /// Mask of the value in force.
    pub current: Option<String>,
    /// Mask of the next value.
    pub next: Option<String>,
    /// Mask of the old value, while it is kept.
    pub old: Option<String>,
    /// The certificates that the values are the keys of; absent for a field that is no private key.
    pub certificates: Option<RotationCertificates>,
    /// When the next value was entered.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub next_since: Option<Timestamp>,
    /// Whether there is a check that can prove a value of this field.
    pub testable: bool,
    /// Whether that check sends a real request that the receiver will act on (a webhook).
    pub test_sends: bool,
    /// The last test of the next value, as long as it still says something.
    pub trial: Option<RotationTrial>,
    /// When the value in force took its place.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub switched_at: Option<Timestamp>,
    /// Who switched.
    pub switched_by: Option<String>,
    /// The last day on which the old value is kept.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub keep_until: Option<Date>,
    /// The date of the value in force, if one is known.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
    /// Everything that uses the secret.
    pub used_by: Vec<RotationUse>,
    /// How many of them are not ticked off.
    pub open: u32,
    /// When an old value was ticked off as revoked last.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub revoked_at: Option<Timestamp>,
}

/// The certificates of a rotation side by side; what cannot be read is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct RotationCertificates {
    /// The one in force.
    pub current: Option<CertificateSummary>,
    /// The one that is to come.
    pub next: Option<CertificateSummary>,
    /// The one before, while its key is kept.
    pub old: Option<CertificateSummary>,
}

/// The next certificate with its key.
#[derive(Debug)]
pub struct NextCertificate {
    /// The certificate, with what it was issued by if that is known, PEM.
    pub certificate_pem: String,
    /// Its private key, PEM, not encrypted.
    pub private_key: SecretString,
}

/// A test of the next value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct RotationTrial {
    /// When.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// What happened, in a few words.
    pub headline: String,
}

/// Something that uses a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct RotationUse {
    /// To tick it off by.
    pub number: u32,
    /// What it is.
    pub text: String,
    /// The record that uses it, if it is one.
    pub credential_id: Option<Uuid>,
    /// Ticked off.
    pub done: bool,
}

/// How to switch.
#[derive(Debug, Clone, Default, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct SwitchRequest {
    /// The last day on which the old value is kept; 14 days from today when left out.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub keep_until: Option<Date>,
    /// The last day on which the new value is good, if it is known; it replaces the date of the old one.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
    /// The administrator's word to switch although the next value has not passed its test, or the old value of the switch
    /// before is not revoked.
    pub overrule: bool,
}

/// A credential whose app password may have ended with the main password of its account (IQX-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct Suspected {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What the app password was made for (IQX-15).
    pub purpose: String,
}
