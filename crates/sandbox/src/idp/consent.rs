//! Sign-ins that wait for a person: authorization codes (RFC 6749 4.1) and device codes (RFC 8628).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::family::Consent;

/// Seconds that an authorization code is good for; RFC 6749 4.1.2 wants ten minutes at most.
const CODE_LIFETIME: i64 = 60;

/// What an authorization code was given for.
#[derive(Debug, Clone)]
pub(crate) struct CodeGrant {
    pub(crate) redirect_uri: String,
    /// S256 of the verifier (RFC 7636 4.2).
    pub(crate) challenge: String,
    pub(crate) consent: Consent,
    pub(crate) until: i64,
}

/// How far a device code has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DeviceState {
    /// Nobody has answered.
    Waiting,
    /// A person agreed.
    Approved,
    /// A person said no.
    Refused,
}

/// A device code with the code that a person types.
#[derive(Debug, Clone)]
pub(crate) struct DeviceGrant {
    pub(crate) user_code: String,
    pub(crate) consent: Consent,
    pub(crate) until: i64,
    pub(crate) state: DeviceState,
    /// When it was last asked about, for `slow_down`.
    pub(crate) polled_at: Option<Timestamp>,
}

/// What asking about a device code gives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DeviceAnswer {
    Unknown,
    Expired,
    Waiting,
    TooSoon,
    Refused,
    Approved(Consent),
}

/// Everything that waits, and the statements that were used.
#[derive(Default)]
pub(crate) struct Pending {
    codes: HashMap<String, CodeGrant>,
    devices: HashMap<String, DeviceGrant>,
    statements: HashSet<String>,
}

impl Pending {
    pub(crate) fn add_code(&mut self, code: String, mut grant: CodeGrant, now: Timestamp) {
        grant.until = now.as_second() + CODE_LIFETIME;
        self.codes.insert(code, grant);
    }

    /// Uses a code up, whatever becomes of the request (RFC 6749 4.1.2).
    pub(crate) fn take_code(&mut self, code: &str, now: Timestamp) -> Option<CodeGrant> {
        self.codes.remove(code).filter(|grant| grant.until > now.as_second())
    }

    pub(crate) fn add_device(&mut self, device_code: String, grant: DeviceGrant) {
        self.devices.insert(device_code, grant);
    }

    /// A person's answer; false when no such code waits.
    pub(crate) fn answer_device(&mut self, user_code: &str, state: DeviceState) -> bool {
        let wanted = plain(user_code);
        let grant = self.devices.values_mut().find(|grant| plain(&grant.user_code) == wanted);
        grant.map(|grant| grant.state = state).is_some()
    }

    /// One poll (RFC 8628 3.5), `interval` seconds after the one before at the earliest.
    pub(crate) fn poll_device(&mut self, device_code: &str, interval: u32, now: Timestamp) -> DeviceAnswer {
        let Some(grant) = self.devices.get_mut(device_code) else { return DeviceAnswer::Unknown };
        let before = grant.polled_at.replace(now);
        // A tenth of a second off is the network's doing.
        let soonest = i64::from(interval) * 1000 - 100;
        match grant.state {
            DeviceState::Refused => DeviceAnswer::Refused,
            _ if grant.until <= now.as_second() => DeviceAnswer::Expired,
            DeviceState::Approved => {
                let consent = grant.consent.clone();
                self.devices.remove(device_code);
                DeviceAnswer::Approved(consent)
            }
            DeviceState::Waiting => match before {
                Some(before) if now.as_millisecond() - before.as_millisecond() < soonest => DeviceAnswer::TooSoon,
                _ => DeviceAnswer::Waiting,
            },
        }
    }

    /// The codes that people would have to type, newest last.
    pub(crate) fn user_codes(&self) -> Vec<String> {
        let mut waiting: Vec<&DeviceGrant> =
            self.devices.values().filter(|grant| grant.state == DeviceState::Waiting).collect();
        waiting.sort_by_key(|grant| grant.until);
        waiting.into_iter().map(|grant| grant.user_code.clone()).collect()
    }

    /// Notes a statement's id; false when it was used before.
    pub(crate) fn use_statement(&mut self, id: &str) -> bool {
        self.statements.insert(id.to_owned())
    }
}

/// People leave the hyphen out and write small letters.
fn plain(user_code: &str) -> String {
    user_code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> DeviceGrant {
        let consent = Consent { username: "u".into(), scope: "s".into(), public: false };
        let until = 1_000;
        DeviceGrant { user_code: "ABCD-EFGH".into(), consent, until, state: DeviceState::Waiting, polled_at: None }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_device_code_waits_slows_down_and_is_given_once() {
        let mut pending = Pending::default();
        pending.add_device("d".into(), grant());
        assert_eq!(pending.poll_device("d", 5, at(0)), DeviceAnswer::Waiting);
        assert_eq!(pending.poll_device("d", 5, at(2)), DeviceAnswer::TooSoon);
        assert!(pending.answer_device("abcdefgh", DeviceState::Approved), "typed without the hyphen");
        assert!(matches!(pending.poll_device("d", 5, at(9)), DeviceAnswer::Approved(_)));
        assert_eq!(pending.poll_device("d", 5, at(20)), DeviceAnswer::Unknown);
    }

    #[test]
    fn a_device_code_expires_and_can_be_refused() {
        let mut pending = Pending::default();
        pending.add_device("d".into(), grant());
        assert_eq!(pending.poll_device("d", 5, at(1_000)), DeviceAnswer::Expired);
        assert!(pending.answer_device("ABCD-EFGH", DeviceState::Refused));
        assert_eq!(pending.poll_device("d", 5, at(1_010)), DeviceAnswer::Refused);
        assert!(!pending.answer_device("XXXX-XXXX", DeviceState::Approved));
    }

    #[test]
    fn a_code_is_good_once_and_for_a_minute() {
        let mut pending = Pending::default();
        let consent = Consent { username: "u".into(), scope: "s".into(), public: false };
        let code = CodeGrant { redirect_uri: "r".into(), challenge: "c".into(), consent, until: 0 };
        pending.add_code("a".into(), code.clone(), at(0));
        pending.add_code("b".into(), code, at(0));
        assert!(pending.take_code("a", at(10)).is_some());
        assert!(pending.take_code("a", at(10)).is_none());
        assert!(pending.take_code("b", at(60)).is_none());
    }
}
