//! A wrong clock makes good certificates and tokens look bad: says so where it explains a failure.

use credenza_net::{Explanation, Record, Stage, StageName, StageStatus};
use jiff::{SignedDuration, Timestamp};

/// Adds the clock to the explanation of a certificate or token that is not valid *now* and would be by the server's clock.
///
/// `skew` is how far the server's clock is ahead of ours.
pub(super) fn explain(
    mut explanation: Explanation,
    skew: Option<SignedDuration>,
    record: &Record,
    ours: Timestamp,
) -> Explanation {
    let Some(failed) = record.stages.iter().find(|stage| stage.status == StageStatus::Failed) else {
        return explanation;
    };
    let note = certificate(failed, skew, ours).or_else(|| token(failed, &explanation.raw, skew));
    if let Some(note) = note {
        explanation.causes.insert(0, note);
        explanation.steps.insert(0, "Set this computer's clock, then test again.".into());
    }
    explanation
}

fn certificate(failed: &Stage, skew: Option<SignedDuration>, ours: Timestamp) -> Option<String> {
    let tls = deepest(failed, StageName::Tls)?;
    let dated = matches!(tls.evidence.get("problem")?.as_str()?, "expired" | "not_yet_valid");
    let leaf = tls.evidence.get("chain")?.get(0)?;
    let moment = |key: &str| leaf.get(key)?.as_str()?.parse::<Timestamp>().ok();
    let (from, to) = (moment("not_before")?, moment("not_after")?);
    if !dated || (from..=to).contains(&ours) {
        return None;
    }
    match skew {
        Some(skew) => ours.checked_add(skew).ok().filter(|theirs| (from..=to).contains(theirs)).map(|theirs| {
            format!("This computer's clock is wrong: it says {}, the server's says {}, and at that time the certificate is valid", day(ours), day(theirs))
        }),
        // Without another clock to compare with: a certificate from the near future is rarely the server's fault.
        None if ours < from && from.duration_since(ours) < SignedDuration::from_hours(48) => {
            Some(format!("This computer's clock may be wrong: it says {}", day(ours)))
        }
        None => None,
    }
}

// Our clock goes into what we sign, and into what we think of a token that was kept. That a secret, a password or a refresh token
// has expired is the provider's finding, by the provider's clock.
fn token(failed: &Stage, raw: &str, skew: Option<SignedDuration>) -> Option<String> {
    let about_token = matches!(failed.name, StageName::Token | StageName::TokenContent | StageName::Authenticate);
    skew.filter(|_| about_token)?;
    let text = format!("{} {} {raw}", failed.summary, failed.evidence).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    let word = |wanted: &[&str]| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| wanted.contains(&word));
    let dated = says(&["not yet valid", "not valid yet", "time range", "timeframe"]) || word(&["iat", "nbf"]);
    let ours = match failed.name {
        StageName::Token => word(&["assertion", "jwt"]),
        _ => word(&["token", "jwt"]),
    };
    let expired = ours && says(&["expired", "lifetime"]);
    (dated || expired).then(|| "This computer's clock is wrong, and tokens are judged by it (see the warning)".into())
}

fn deepest(stage: &Stage, name: StageName) -> Option<&Stage> {
    if stage.name == name {
        return Some(stage);
    }
    stage.steps.iter().find_map(|step| deepest(step, name))
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
