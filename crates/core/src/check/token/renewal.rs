//! One renewal at a time for each credential, across programs: a provider that replaces refresh tokens takes a second use of
//! the old one for theft (RFC 9700 4.14). What another program fetched meanwhile is used.

use std::time::Duration;

use credenza_net::{Failure, Grant, Recorder, StageName, TokenReply, TokenRequest, fetch_token, fetch_token_after};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::fetch::{Fetched, kept};
use super::oauth::OAuthPlan;
use super::state::{AskedBy, Ending, RefreshState, Standing, Turn, refresh_digest};
use super::store::StoredToken;
use super::turn::turn;
use super::{claims, sign_in};
use crate::Problem;
use crate::check::engine::Run;
use crate::credential::ExpirySource;

/// How often a program looks whether the one before it is done.
const LOOK_AGAIN: Duration = Duration::from_millis(15);

/// A token that is there already, or the right to fetch one.
pub(super) enum Ready {
    Cached(Box<StoredToken>),
    Turn(Turn),
}

/// Finds a token that serves, or waits for the right to fetch one. `force` wants a new one.
///
/// # Errors
/// The refresh token is stopped, in doubt or at its known end, and whoever asks may not try it; the stage is written.
pub(super) async fn ready(run: &Run<'_>, plan: &OAuthPlan, force: bool) -> Result<Ready, Failure> {
    let wish = run.ctx.token_use;
    let begun = run.ctx.clock.now();
    let before = run.ctx.tokens.standing(false);
    stopped(run, plan, &before)?;
    let trusted = match before.state {
        RefreshState::Active => true,
        RefreshState::InDoubt => wish.by != AskedBy::Person,
        RefreshState::Stopped => plan.refresh_token().is_none(),
    };
    if trusted && let Some(kept) = cached(run, plan, wish.since.filter(|_| force), force) {
        return Ok(Ready::Cached(Box::new(kept)));
    }
    let (turn, waited) = alone(run, plan).await?;
    let standing = run.ctx.tokens.standing(turn.holds_lock());
    if waited {
        if let Some(kept) = cached(run, plan, wish.since.or(Some(begun)), force) {
            return Ok(Ready::Cached(Box::new(kept)));
        }
        // Whoever was before us has just tried, and nothing became of it.
        if standing.state == RefreshState::Stopped && standing.since.is_some_and(|since| since >= begun) {
            return Err(refusal(run, plan, &standing.words, "Enter a new refresh token, then press Fetch Token."));
        }
    }
    stopped(run, plan, &standing)?;
    in_doubt(run, plan, &standing)?;
    at_its_end(run, plan, &standing)?;
    Ok(Ready::Turn(turn))
}

fn cached(run: &Run<'_>, plan: &OAuthPlan, since: Option<Timestamp>, force: bool) -> Option<StoredToken> {
    run.subject.id?;
    let kept = run.ctx.tokens.cached(plan.field)?;
    let new_enough = !force || since.is_some_and(|since| kept.fetched_at.is_some_and(|at| at >= since));
    (new_enough && kept.serves(&plan.fingerprint, run.ctx.clock.now())).then_some(kept)
}

/// Waits until no other program renews the tokens of this credential; says whether it had to.
async fn alone(run: &Run<'_>, plan: &OAuthPlan) -> Result<(Turn, bool), Failure> {
    // Ends with words of its own before the whole check does.
    let limit = Instant::now() + run.ctx.timeout.mul_f32(0.9);
    let mut waited = false;
    loop {
        if let Some(turn) = run.ctx.tokens.try_turn() {
            return Ok((turn, waited));
        }
        if Instant::now() >= limit {
            let message = "Another program has been renewing this token all the time and is not done.";
            return Err(refusal(run, plan, message, "Try again in a minute."));
        }
        waited = true;
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

// TUF-24: nothing is sent, and a token that is still good in the cache is not used either.
fn stopped(run: &Run<'_>, plan: &OAuthPlan, standing: &Standing) -> Result<(), Failure> {
    if standing.state != RefreshState::Stopped || plan.refresh_token().is_none() {
        return Ok(());
    }
    let entered_anew = || {
        let field = format!("{}.refresh_token", plan.field);
        let now = plan.refresh_token().map(|entered| newest(run, &field, entered));
        now.map(|token| refresh_digest(&token)) != standing.refused
    };
    match run.ctx.token_use.by {
        AskedBy::Person => Ok(()),
        AskedBy::Fetch if entered_anew() => Ok(()),
        _ => {
            let hint = "Enter a new refresh token, then press Fetch Token (command line: credenza token).";
            Err(refusal(run, plan, &standing.words, hint))
        }
    }
}

fn in_doubt(run: &Run<'_>, plan: &OAuthPlan, standing: &Standing) -> Result<(), Failure> {
    let tries = run.ctx.token_use.by == AskedBy::Person;
    if standing.state != RefreshState::InDoubt || tries || plan.refresh_token().is_none() {
        return Ok(());
    }
    let hint = "Press Fetch Token (command line: credenza token): it tries once more.";
    Err(refusal(run, plan, &standing.words, hint))
}

// TUF-23. An estimate may be wrong, and nothing that works must stop for it: only a person is asked.
fn at_its_end(run: &Run<'_>, plan: &OAuthPlan, standing: &Standing) -> Result<(), Failure> {
    let Some((until, source)) = standing.until.filter(|(until, _)| *until <= run.ctx.clock.now()) else {
        return Ok(());
    };
    let certain = source == ExpirySource::Reported;
    let asks = run.ctx.person.is_some() && plan.person.is_some();
    let job = run.ctx.token_use.by == AskedBy::Job;
    if run.ctx.token_use.despite_expiry || plan.refresh_token().is_none() || asks || (job && !certain) {
        return Ok(());
    }
    let known = if certain { "as the provider reported" } else { "by the date on the record" };
    let message = format!("The refresh token ended on {}, {known}; it was not sent.", until.strftime("%Y-%m-%d"));
    let hint =
        "Enter a new refresh token and fetch again, or fetch all the same (command line: credenza token --force).";
    Err(refusal(run, plan, &message, hint))
}

/// A failure of our own at the stage `token`, with what to do.
fn refusal(run: &Run<'_>, plan: &OAuthPlan, message: &str, hint: &str) -> Failure {
    let failure = run.own_failure(StageName::Token, message, hint);
    run.rec.begin(StageName::Token, plan.route.target()).fail(&failure);
    // The first refusal is the one that ended the check.
    let _ = run.advice.set(hint.to_owned());
    failure
}

/// Asks the provider without a person.
pub(super) async fn silently(run: &Run<'_>, plan: &OAuthPlan, rec: &Recorder) -> Result<Fetched, Failure> {
    let request = plan.request_at(run.ctx.clock.now());
    let Some(entered) = plan.refresh_token() else {
        let reply = fetch_token(&plan.route, &request, rec).await?;
        rec.protect("access_token", &reply.access_token);
        return Ok(kept(run, plan, (reply, false), rec));
    };
    // For a form that was never saved there is no lock; its refresh token is one thing all the same.
    let _turn = turn(entered).await;
    let sent = newest(run, &format!("{}.refresh_token", plan.field), entered);
    rec.protect("refresh_token", &sent);
    let request = TokenRequest { grant: Grant::RefreshToken(sent.clone()), ..request };
    let mut begun = false;
    let before = || {
        begun = true;
        run.ctx.tokens.sending(&sent).map_err(|problem| unwritten(run, &problem))
    };
    match fetch_token_after(&plan.route, &request, rec, before).await {
        Ok(reply) => received(run, plan, (reply, &sent), rec),
        Err(failure) => {
            if begun {
                note(run, ending(&failure, &sent));
            }
            Err(failure)
        }
    }
}

fn newest(run: &Run<'_>, field: &str, entered: &SecretString) -> SecretString {
    run.ctx.tokens.successor(field, entered).unwrap_or_else(|| entered.clone())
}

fn unwritten(run: &Run<'_>, problem: &Problem) -> Failure {
    let message = format!("Nothing was sent: that the refresh token is used could not be noted: {}", problem.message);
    run.own_failure(StageName::Token, &message, &problem.hint)
}

// A refusal has used nothing up, nor has a server that says it is not at work (RFC 9110 15.6.4). No answer, or one that
// nobody can read, may hide a new refresh token.
fn ending<'a>(failure: &'a Failure, sent: &'a SecretString) -> Ending<'a> {
    let status = failure.reply.as_ref().and_then(|reply| reply.status);
    if sign_in::is_over(failure) {
        Ending::Refused { sent, reason: &failure.message }
    } else if status.is_some_and(|status| (400..500).contains(&status) || status == 503) {
        Ending::Unused
    } else {
        Ending::Lost
    }
}

/// Has it noted how a refresh token's use ended.
pub(super) fn note(run: &Run<'_>, ending: Ending<'_>) {
    if let Err(problem) = run.ctx.tokens.ended(ending) {
        let message = format!("How it went could not be noted for the next time: {}", problem.message);
        run.rec.warning("token_state_not_kept", message);
    }
}

// No await from here to the end: once the provider has replaced the refresh token, nothing may come between.
fn received(
    run: &Run<'_>,
    plan: &OAuthPlan,
    (reply, sent): (TokenReply, &SecretString),
    rec: &Recorder,
) -> Result<Fetched, Failure> {
    rec.protect("access_token", &reply.access_token);
    let replaced = match &reply.refresh_token {
        Some(new) => rotate(run, plan, (sent, new), rec)?,
        None => false,
    };
    note(run, Ending::Renewed { until: refresh_end(run, &reply, rec), replaced });
    Ok(kept(run, plan, (reply, replaced), rec))
}

/// D8: what the provider reports, else what the refresh token itself says.
pub(super) fn refresh_end(run: &Run<'_>, reply: &TokenReply, rec: &Recorder) -> Option<Timestamp> {
    let reported = reply.refresh_token_expires_in.and_then(|seconds| after(run.ctx.clock.now(), seconds));
    let readable = || claims::moment(claims::shown(reply.refresh_token.as_ref()?, rec).as_ref(), "exp");
    reported.or_else(readable)
}

/// So many seconds after a moment.
pub(super) fn after(moment: Timestamp, seconds: u64) -> Option<Timestamp> {
    moment.checked_add(SignedDuration::from_secs(i64::try_from(seconds).ok()?)).ok()
}

fn rotate(
    run: &Run<'_>,
    plan: &OAuthPlan,
    (sent, new): (&SecretString, &SecretString),
    rec: &Recorder,
) -> Result<bool, Failure> {
    rec.protect("refresh_token", new);
    // EXPOSE: compared with the one that was sent.
    if new.expose_secret() == sent.expose_secret() {
        return Ok(false);
    }
    let field = format!("{}.refresh_token", plan.field);
    let Err(problem) = run.ctx.tokens.rotated(&field, new) else {
        return Ok(true);
    };
    let message =
        format!("The provider replaced the refresh token, and the new one could not be stored: {}", problem.message);
    let failure = run.own_failure(StageName::Token, &message, &problem.hint);
    rec.begin(StageName::Token, plan.route.target()).fail(&failure);
    Err(failure)
}
