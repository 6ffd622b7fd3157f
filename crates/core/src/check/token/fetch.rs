//! Gets a token from its source, keeps it, and says what it is.

use credenza_net::{Failure, Grant, Recorder, StageName, TokenReply, TokenRequest, fetch_token};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::oauth::OAuthPlan;
use super::source::TokenSource;
use super::store::{SignInPlace, StoredToken};
use super::turn::turn;
use super::{claims, lint, sign_in};
use crate::check::engine::{Done, Run, Stop};
use crate::check::script;

/// What *Fetch Token* needs.
pub(in crate::check) struct TokenPlan {
    source: TokenSource,
    force: bool,
    attended: bool,
}

impl TokenPlan {
    /// A plan; `force` leaves the cache alone, `attended` says that a person may be asked to sign in.
    pub(in crate::check) fn new(source: TokenSource, force: bool, attended: bool) -> TokenPlan {
        TokenPlan { source, force, attended }
    }
}

/// A token with what is known about it.
pub(super) struct Fetched {
    token: SecretString,
    token_type: String,
    expires_at: Option<Timestamp>,
    refresh_expires_at: Option<Timestamp>,
    scope: Option<String>,
    from_cache: bool,
    rotated: bool,
    /// Where the refresh token went, when a person signed in for this token.
    pub(super) sign_in: Option<SignInPlace>,
}

/// *Fetch Token*: the token call is the check, so its stages are the check's own.
pub(in crate::check) async fn run(run: &Run<'_>, plan: Box<TokenPlan>) -> Result<Done, Stop> {
    let fetched = match &plan.source {
        TokenSource::OAuth(source) => {
            let cached = if plan.force { None } else { cached(run, source) };
            match cached {
                Some(kept) => from_cache(run, source, kept),
                None => from_provider(run, source, (run.rec, plan.attended)).await?,
            }
        }
        other => elsewhere(run, other).await?,
    };
    let shown = content(run, &fetched);
    let mut result = json!({
        "token_type": fetched.token_type,
        "expires_at": fetched.expires_at,
        "scope": fetched.scope,
        // EXPOSE: for the mask, its last four characters (IQX-5, D2).
        "masked": credenza_vault::mask(fetched.token.expose_secret()),
        "claims": shown,
        "from_cache": fetched.from_cache,
        "refresh_token_rotated": fetched.rotated,
        "refresh_token_expires_at": fetched.refresh_expires_at,
    });
    if let Some(place) = fetched.sign_in {
        result["sign_in"] = json!(place);
    }
    Ok(Done { result, token: Some(fetched.token), body: None })
}

/// The token inside a mail or HTTP check: one stage, with its own connection's stages as steps.
pub(in crate::check) async fn inside(run: &Run<'_>, source: &TokenSource) -> Result<SecretString, Failure> {
    let fetched = match source {
        TokenSource::OAuth(plan) => match cached(run, plan) {
            Some(kept) => from_cache(run, plan, kept),
            None => nested(run, plan).await?,
        },
        TokenSource::Fixed(token) => return Ok(token.clone()),
        TokenSource::Script(_) => elsewhere(run, source).await?,
    };
    content(run, &fetched);
    Ok(fetched.token)
}

async fn nested(run: &Run<'_>, plan: &OAuthPlan) -> Result<Fetched, Failure> {
    let stage = run.rec.begin(StageName::Token, plan.route.target());
    match from_provider(run, plan, (&run.rec.nested(StageName::Token), false)).await {
        Ok(fetched) => {
            stage.pass("The identity provider issued a token.");
            Ok(fetched)
        }
        Err(failure) => {
            let failure = Failure { stage: StageName::Token, ..failure };
            stage.fail(&failure);
            Err(failure)
        }
    }
}

async fn elsewhere(run: &Run<'_>, source: &TokenSource) -> Result<Fetched, Failure> {
    let token = match source {
        TokenSource::Script(plan) => script::token(run, plan).await?,
        TokenSource::Fixed(token) => {
            let stage = run.rec.begin(StageName::Token, "the record");
            stage.pass("The token on the record is used as it is; a token script is not started (TUF-30).");
            token.clone()
        }
        TokenSource::OAuth(plan) => return from_provider(run, plan, (run.rec, false)).await,
    };
    run.rec.protect("token", &token);
    let exp = claims::moment(claims::shown(&token, run.rec).as_ref(), "exp");
    Ok(Fetched {
        token,
        token_type: "Bearer".into(),
        expires_at: exp,
        refresh_expires_at: None,
        scope: None,
        from_cache: false,
        rotated: false,
        sign_in: None,
    })
}

fn cached(run: &Run<'_>, plan: &OAuthPlan) -> Option<StoredToken> {
    run.subject.id?;
    let kept = run.ctx.tokens.cached(plan.field)?;
    kept.serves(&plan.fingerprint, run.ctx.clock.now()).then_some(kept)
}

fn from_cache(run: &Run<'_>, plan: &OAuthPlan, kept: StoredToken) -> Fetched {
    run.rec.protect("access_token", &kept.access_token);
    let stage = run.rec.begin(StageName::Token, plan.route.target());
    stage.pass(format!("A token fetched earlier is used; it is valid until {}.", kept.expires_at));
    Fetched {
        token: kept.access_token,
        token_type: kept.token_type,
        expires_at: Some(kept.expires_at),
        refresh_expires_at: None,
        scope: kept.scope,
        from_cache: true,
        rotated: false,
        sign_in: None,
    }
}

async fn from_provider(
    run: &Run<'_>,
    plan: &OAuthPlan,
    (rec, attended): (&Recorder, bool),
) -> Result<Fetched, Failure> {
    let Some(way) = &plan.person else { return silently(run, plan, rec).await };
    let can_ask = attended && run.ctx.person.is_some();
    if matches!(plan.request.grant, Grant::RefreshToken(_)) {
        match silently(run, plan, rec).await {
            Err(failure) if sign_in::is_over(&failure) && can_ask => {}
            Err(failure) if sign_in::is_over(&failure) => return Err(sign_in::told_to_fetch(run, failure)),
            other => return other,
        }
    } else if !can_ask {
        return Err(sign_in::needs_person(run, plan, rec));
    }
    sign_in::ask(run, plan, (way, rec)).await
}

async fn silently(run: &Run<'_>, plan: &OAuthPlan, rec: &Recorder) -> Result<Fetched, Failure> {
    let request = plan.request_at(run.ctx.clock.now());
    let Grant::RefreshToken(entered) = &plan.request.grant else {
        return received(run, plan, fetch_token(&plan.route, &request, rec).await?, (rec, None));
    };
    let _turn = turn(entered).await;
    let field = format!("{}.refresh_token", plan.field);
    let sent = run.ctx.tokens.successor(&field, entered).unwrap_or_else(|| entered.clone());
    rec.protect("refresh_token", &sent);
    let request = TokenRequest { grant: Grant::RefreshToken(sent.clone()), ..request };
    received(run, plan, fetch_token(&plan.route, &request, rec).await?, (rec, Some(&sent)))
}

// No await from here to the end: once the provider has replaced the refresh token, nothing may come between.
fn received(
    run: &Run<'_>,
    plan: &OAuthPlan,
    reply: TokenReply,
    (rec, sent): (&Recorder, Option<&SecretString>),
) -> Result<Fetched, Failure> {
    rec.protect("access_token", &reply.access_token);
    let rotated = match (sent, &reply.refresh_token) {
        (Some(sent), Some(new)) => rotate(run, plan, (sent, new), rec)?,
        _ => false,
    };
    Ok(kept(run, plan, (reply, rotated), rec))
}

/// What came of a reply, put into the cache.
pub(super) fn kept(run: &Run<'_>, plan: &OAuthPlan, (reply, rotated): (TokenReply, bool), rec: &Recorder) -> Fetched {
    let now = run.ctx.clock.now();
    let after =
        |seconds: u64| now.checked_add(SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))).ok();
    let by_claim = || claims::moment(claims::shown(&reply.access_token, rec).as_ref(), "exp");
    let fetched = Fetched {
        expires_at: reply.expires_in.and_then(after).or_else(by_claim),
        // D8.
        refresh_expires_at: reply.refresh_token_expires_in.and_then(after),
        token: reply.access_token,
        token_type: reply.token_type,
        scope: reply.scope,
        from_cache: false,
        rotated,
        sign_in: None,
    };
    keep(run, plan, &fetched);
    fetched
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

fn keep(run: &Run<'_>, plan: &OAuthPlan, fetched: &Fetched) {
    let (Some(_), Some(expires_at)) = (run.subject.id, fetched.expires_at) else {
        return;
    };
    let stored = StoredToken {
        field: plan.field.to_owned(),
        access_token: fetched.token.clone(),
        token_type: fetched.token_type.clone(),
        expires_at,
        scope: fetched.scope.clone(),
        fingerprint: plan.fingerprint.clone(),
    };
    if let Err(problem) = run.ctx.tokens.keep(&stored) {
        run.rec.warning(
            "token_not_kept",
            format!("The token works and could not be kept for the next time: {}", problem.message),
        );
    }
}

// The stage `token_content`: what the token says, as far as it can be read.
fn content(run: &Run<'_>, fetched: &Fetched) -> Value {
    let stage = run.rec.begin(StageName::TokenContent, "");
    let Some(shown) = claims::shown(&fetched.token, run.rec) else {
        stage.skip("The token is opaque: only the provider can read it.");
        return Value::Null;
    };
    let finding = lint::token(&shown, &run.subject.credential, run.ctx.clock.now(), run.rec);
    let evidence = Value::Object(shown);
    match finding {
        None => stage.pass_with("The token can be read and nothing in it stands against its use.", evidence.clone()),
        Some(finding) => stage.warn(finding, evidence.clone()),
    }
    evidence
}
