//! What differs between two fingerprints, and what that means for somebody who looks at a failure.

use std::collections::BTreeSet;

use credenza_net::StageName;

use super::{Certificate, Endpoint, Fingerprint, joined};
use crate::check::result::{Change, CheckResult, LastPass, Outcome};

/// The differences between the last check that passed and this one, and a sentence about them.
///
/// `edited` is what was edited in the record since. A result that failed is not compared by its reply: the explanation
/// has it already.
pub fn last_pass(before: &Fingerprint, result: &CheckResult, edited: Option<&str>) -> (Vec<Change>, LastPass) {
    let after = Fingerprint::of(result, before.revision);
    let mut changes = differences(before, &after, result.outcome == Outcome::Failed);
    if let Some(fields) = edited {
        changes.insert(0, change("record", &format!("as of {}", day(before)), fields));
    }
    let words = sentence(before, result, &changes);
    (changes, LastPass { at: before.at, words })
}

fn differences(before: &Fingerprint, after: &Fingerprint, failed: bool) -> Vec<Change> {
    let mut changes = Vec::new();
    endpoint("", &before.server, &after.server, &mut changes);
    endpoint("token_", &before.token_server, &after.token_server, &mut changes);
    value("software", &before.software, &after.software, &mut changes);
    let offer = |offered: &Option<bool>| offered.map(|yes| if yes { "offered" } else { "not offered" }.to_owned());
    value("starttls", &offer(&before.starttls), &offer(&after.starttls), &mut changes);
    capabilities(before, after, &mut changes);
    set("auth", &before.auth, &after.auth, &mut changes);
    let (old, new) = (&before.token, &after.token);
    value("audience", &old.audience, &new.audience, &mut changes);
    value("issuer", &old.issuer, &new.issuer, &mut changes);
    set("roles", &old.roles, &new.roles, &mut changes);
    set("scopes", &old.scopes, &new.scopes, &mut changes);
    lifetime(old.seconds, new.seconds, &mut changes);
    if !failed {
        value("reply", &before.reply, &after.reply, &mut changes);
    }
    changes
}

fn endpoint(prefix: &str, before: &Endpoint, after: &Endpoint, changes: &mut Vec<Change>) {
    let named = |what: &str| format!("{prefix}{what}");
    // A name with several addresses may give some of them, in any order; only one that never worked says something.
    if !before.addresses.is_empty() && !after.addresses.is_subset(&before.addresses) {
        changes.push(change(&named("addresses"), &joined(&before.addresses), &joined(&after.addresses)));
    } else if let (Some(old), Some(new)) = (before.peers.first(), after.peers.first())
        && before.peers.iter().all(|peer| is_v6(peer) != is_v6(new))
    {
        changes.push(change(&named("peer"), old, new));
    }
    value(&named("tls_version"), &before.tls_version, &after.tls_version, changes);
    value(&named("cipher"), &before.cipher, &after.cipher, changes);
    if let (Some(old), Some(new)) = (&before.certificate, &after.certificate)
        && old != new
    {
        changes.push(change(&named("certificate"), &shown(old), &shown(new)));
    }
}

fn is_v6(address: &str) -> bool {
    address.contains(':')
}

fn shown(certificate: &Certificate) -> String {
    let Certificate { subject, issuer, sha256, not_after } = certificate;
    let day = not_after.split('T').next().unwrap_or_default();
    format!("{subject}, issued by {issuer}, until {day}, SHA-256 {sha256}")
}

fn capabilities(before: &Fingerprint, after: &Fingerprint, changes: &mut Vec<Change>) {
    let (Some(old), Some(new)) = (&before.capabilities, &after.capabilities) else { return };
    let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
        let only: BTreeSet<String> = these.difference(those).cloned().collect();
        if only.is_empty() { "nothing else".to_owned() } else { joined(&only) }
    };
    if old != new {
        changes.push(change("capabilities", &only(old, new), &only(new, old)));
    }
}

/// Providers vary the lifetime on purpose (Entra ID: 60 to 90 minutes, at random); twice or half is another policy.
fn lifetime(before: Option<u64>, after: Option<u64>, changes: &mut Vec<Change>) {
    let (Some(old), Some(new)) = (before, after) else { return };
    if new >= old.saturating_mul(2) || old >= new.saturating_mul(2) {
        let words = |seconds: u64| format!("{} min", seconds / 60);
        changes.push(change("lifetime", &words(old), &words(new)));
    }
}

fn set(what: &str, before: &Option<BTreeSet<String>>, after: &Option<BTreeSet<String>>, changes: &mut Vec<Change>) {
    let words = |set: &Option<BTreeSet<String>>| {
        set.as_ref().map(|set| if set.is_empty() { "none".to_owned() } else { joined(set) })
    };
    value(what, &words(before), &words(after), changes);
}

fn value(what: &str, before: &Option<String>, after: &Option<String>, changes: &mut Vec<Change>) {
    if let (Some(old), Some(new)) = (before, after)
        && old != new
    {
        changes.push(change(what, old, new));
    }
}

fn change(what: &str, before: &str, after: &str) -> Change {
    Change { what: what.to_owned(), before: before.to_owned(), after: after.to_owned() }
}

fn day(before: &Fingerprint) -> String {
    before.at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn sentence(before: &Fingerprint, result: &CheckResult, changes: &[Change]) -> String {
    let day = day(before);
    let (count, failed) = (changes.len(), result.outcome == Outcome::Failed);
    match (failed, count) {
        (false, 0) => format!("Nothing has changed since it last passed on {day}."),
        (false, _) => format!("It still works; what is different from the last time it passed, on {day}:"),
        (true, 0) => unchanged(result.failed_stage, &day),
        (true, 1) => format!("One thing is different from when it last worked, on {day}:"),
        (true, _) => format!("{count} things are different from when it last worked, on {day}:"),
    }
}

fn unchanged(stage: Option<StageName>, day: &str) -> String {
    use StageName as S;
    match stage {
        Some(S::Token | S::TokenContent | S::Authenticate | S::Permission) => format!(
            "Nothing that the servers show has changed since it last worked on {day}. Look at the credential itself: a \
             password or secret that expired or was replaced, or a right that was taken away."
        ),
        Some(S::Input) | None => {
            format!("It last worked on {day}. Nothing could be compared: nothing was sent this time.")
        }
        Some(_) => format!(
            "As far as the check came, nothing has changed since it last worked on {day}; what comes after could not be \
             compared."
        ),
    }
}
