//! Nine failures are seldom nine faults: the summary of a run by what its failures have in common.

use std::collections::BTreeMap;

use credenza_net::{Stage, StageName, StageStatus};
use credenza_vault::RecordHead;
use uuid::Uuid;

use super::view::Cause;
use crate::Problem;
use crate::check::{Finished, Outcome};

/// A failure, and what it may share with others.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    id: Uuid,
    name: String,
    explanation: String,
    title: String,
    /// The host of the stage that broke.
    host: String,
    certificate: Option<Certificate>,
}

/// The certificate that was turned down.
#[derive(Debug, Clone)]
struct Certificate {
    sha256: String,
    subject: String,
    problem: String,
}

impl Failed {
    /// The failure of a check; `None` when it did not fail.
    pub(super) fn of(head: &RecordHead, finished: &Finished) -> Option<Failed> {
        let result = &finished.result;
        let explanation =
            result.explanation.as_ref().filter(|_| result.outcome == Outcome::Failed && !finished.cancelled)?;
        let broken = broken(&result.stages);
        let title = if explanation.title.is_empty() { &explanation.raw } else { &explanation.title };
        let target = broken.map(|stage| stage.target.as_str()).unwrap_or_default();
        Some(Failed {
            id: head.id,
            name: head.name.clone(),
            explanation: explanation.id.clone(),
            title: title.chars().take(160).collect(),
            host: target.rsplit_once(':').map_or(target, |(host, _)| host).to_owned(),
            certificate: broken.filter(|stage| stage.name == StageName::Tls).and_then(certificate),
        })
    }

    /// A test that was not allowed to begin.
    pub(super) fn refused(head: &RecordHead, problem: &Problem) -> Failed {
        Failed {
            id: head.id,
            name: head.name.clone(),
            explanation: "unknown".into(),
            title: problem.message.clone(),
            host: String::new(),
            certificate: None,
        }
    }

    /// What has to be equal for two failures to be the same fault.
    fn fault(&self) -> Fault {
        match &self.certificate {
            Some(certificate) => Fault::Certificate(certificate.sha256.clone(), certificate.problem.clone()),
            None => Fault::Host(self.host.clone(), self.reason()),
        }
    }

    /// An unknown reply is known by its words.
    fn reason(&self) -> String {
        if self.explanation == "unknown" { self.title.clone() } else { self.explanation.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Certificate(String, String),
    Host(String, String),
    Reason(String),
}

/// The stage that broke, inside another stage if need be.
fn broken(stages: &[Stage]) -> Option<&Stage> {
    let stage = stages.iter().find(|stage| stage.status == StageStatus::Failed)?;
    Some(broken(&stage.steps).unwrap_or(stage))
}

fn certificate(tls: &Stage) -> Option<Certificate> {
    let leaf = tls.evidence.get("chain")?.get(0)?;
    let text = |name: &str| leaf.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let problem = tls.evidence.get("problem")?.as_str()?.to_owned();
    Some(Certificate { sha256: text("fingerprint_sha256"), subject: text("subject"), problem })
}

/// The failures in groups, the largest first.
pub(super) fn causes(failures: Vec<Failed>) -> Vec<Cause> {
    let total = failures.len();
    let mut groups: BTreeMap<Fault, Vec<Failed>> = BTreeMap::new();
    for failure in failures {
        groups.entry(failure.fault()).or_default().push(failure);
    }
    // What is alone at its host may still have its reason in common with others that are.
    let mut by_fault: BTreeMap<Fault, Vec<Failed>> = BTreeMap::new();
    for (fault, group) in groups {
        let fault = match (&fault, group.as_slice()) {
            (Fault::Host(..), [alone]) => Fault::Reason(alone.reason()),
            _ => fault,
        };
        by_fault.entry(fault).or_default().extend(group);
    }
    let mut causes: Vec<Cause> = by_fault.into_iter().map(|(fault, group)| cause(&fault, &group, total)).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    causes
}

fn cause(fault: &Fault, group: &[Failed], total: usize) -> Cause {
    let first = &group[0];
    let (shared, value) = match fault {
        Fault::Certificate(sha256, _) => ("certificate", sha256.clone()),
        Fault::Host(host, _) => ("host", host.clone()),
        Fault::Reason(_) => ("reason", first.title.clone()),
    };
    Cause {
        words: words(fault, group, total),
        explanation: first.explanation.clone(),
        shared: shared.into(),
        value,
        count: u32::try_from(group.len()).unwrap_or(u32::MAX),
        credentials: group.iter().map(|failure| failure.id).collect(),
    }
}

fn words(fault: &Fault, group: &[Failed], total: usize) -> String {
    let (first, count) = (&group[0], group.len());
    let (are, have) = if count == 1 { ("is", "has") } else { ("are", "have") };
    let of = match (count, total) {
        (1, 1) => "The one failure".to_owned(),
        (count, total) if count == total => format!("All {total} failures"),
        (count, total) => format!("{count} of {total} failures"),
    };
    match (fault, &first.certificate) {
        (Fault::Certificate(..), Some(certificate)) => {
            format!("{of} {are} {} ({})", one_certificate(&certificate.problem), certificate.subject)
        }
        _ if count == 1 => format!("{of}: {} ({})", first.title, first.name),
        (Fault::Host(host, _), _) if !host.is_empty() => format!("{of} {are} at one host, {host}: {}", first.title),
        _ => format!("{of} {have} one reason: {}", first.title),
    }
}

fn one_certificate(problem: &str) -> &'static str {
    match problem {
        "expired" => "one expired certificate",
        "not_yet_valid" => "one certificate that is not valid yet",
        "wrong_name" => "one certificate for another name",
        "unknown_issuer" => "one certificate of an unknown issuer",
        "self_signed" => "one self-signed certificate",
        "revoked" => "one revoked certificate",
        _ => "one certificate that is not accepted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(name: &str, explanation: &str, host: &str) -> Failed {
        Failed {
            id: Uuid::now_v7(),
            name: name.into(),
            explanation: explanation.into(),
            title: format!("about {explanation}"),
            host: host.into(),
            certificate: None,
        }
    }

    fn expired(name: &str, sha256: &str) -> Failed {
        let certificate = Certificate { sha256: sha256.into(), subject: "CN=mx".into(), problem: "expired".into() };
        Failed { certificate: Some(certificate), ..failed(name, "tls:expired", name) }
    }

    fn said(failures: Vec<Failed>) -> Vec<String> {
        causes(failures).into_iter().map(|cause| cause.words).collect()
    }

    #[test]
    fn seven_of_nine_failures_are_one_expired_certificate() {
        let mut failures: Vec<Failed> = (0..7).map(|n| expired(&format!("mx{n}"), "AA")).collect();
        failures.push(failed("api", "http:500", "api.example.com"));
        failures.push(expired("other", "BB"));
        assert_eq!(
            said(failures),
            [
                "7 of 9 failures are one expired certificate (CN=mx)",
                "1 of 9 failures is one expired certificate (CN=mx)",
                "1 of 9 failures: about http:500 (api)"
            ]
        );
    }

    #[test]
    fn what_fails_at_one_host_is_told_from_what_fails_everywhere_for_one_reason() {
        let mut failures: Vec<Failed> = (0..3).map(|n| failed(&format!("a{n}"), "network:refused", "mx")).collect();
        failures.extend((0..2).map(|n| failed(&format!("b{n}"), "smtp:535", &format!("host{n}"))));
        assert_eq!(
            said(failures),
            [
                "3 of 5 failures are at one host, mx: about network:refused",
                "2 of 5 failures have one reason: about smtp:535"
            ]
        );
    }

    #[test]
    fn unknown_replies_are_one_cause_only_when_their_words_are_equal() {
        let unknown = |name: &str, title: &str| Failed { title: title.into(), ..failed(name, "unknown", name) };
        assert_eq!(causes(vec![unknown("a", "554 x"), unknown("b", "554 x"), unknown("c", "550 y")]).len(), 2);
        assert_eq!(said(vec![unknown("a", "554 x")]), ["The one failure: 554 x (a)"]);
        assert!(causes(Vec::new()).is_empty());
    }
}
