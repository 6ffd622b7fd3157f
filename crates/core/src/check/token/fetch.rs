//! Gets a token from its source, keeps it, and says what it is.

use credenza_net::{Failure, Grant, Recorder, StageName, TokenReply};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::oauth::OAuthPlan;
use super::renewal::{Ready, after, ready, refresh_end, silently};
use super::source::TokenSource;
use super::state::Turn;
use super::store::{SignInPlace, StoredToken};
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
        TokenSource::OAuth(source) => match ready(run, source, plan.force).await? {
            Ready::Cached(kept) => from_cache(run, source, *kept),
            Ready::Turn(turn) => from_provider(run, source, (run.rec, plan.attended, turn)).await?,
        },
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
    Ok(Done { result, token: Some(fetched.token), ..Done::default() })
}

/// The token inside a mail or HTTP check: one stage, with its own connection's stages as steps.
pub(in crate::check) async fn inside(run: &Run<'_>, source: &TokenSource) -> Result<SecretString, Failure> {
    let fetched = match source {
        TokenSource::OAuth(plan) => match ready(run, plan, false).await? {
            Ready::Cached(kept) => from_cache(run, plan, *kept),
            Ready::Turn(turn) => nested(run, plan, turn).await?,
        },
        TokenSource::Fixed(token) => return Ok(token.clone()),
        TokenSource::Script(_) => elsewhere(run, source).await?,
    };
    content(run, &fetched);
    Ok(fetched.token)
}

async fn nested(run: &Run<'_>, plan: &OAuthPlan, turn: Turn) -> Result<Fetched, Failure> {
    let stage = run.rec.begin(StageName::Token, plan.route.target());
    match from_provider(run, plan, (&run.rec.nested(StageName::Token), false, turn)).await {
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
        TokenSource::OAuth(plan) => return from_provider(run, plan, (run.rec, false, Turn::default())).await,
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

fn from_cache(run: &Run<'_>, plan: &OAuthPlan, kept: StoredToken) -> Fetched {
    run.rec.protect("access_token", &kept.access_token);
    let stage = run.rec.begin(StageName::Token, plan.route.target());
    let fetched = kept.fetched_at.map_or_else(|| "earlier".to_owned(), |at| format!("at {at}"));
    stage.pass(format!("A token fetched {fetched} is used; it is valid until {}.", kept.expires_at));
    Fetched {
        token: kept.access_token,
        token_type: kept.token_type,
        expires_at: Some(kept.expires_at),
        refresh_expires_at: run.ctx.tokens.standing(false).until.map(|(until, _)| until),
        scope: kept.scope,
        from_cache: true,
        rotated: false,
        sign_in: None,
    }
}

async fn from_provider(
    run: &Run<'_>,
    plan: &OAuthPlan,
    (rec, attended, turn): (&Recorder, bool, Turn),
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
    // A person takes minutes; what they bring is stored on its own.
    drop(turn);
    sign_in::ask(run, plan, (way, rec)).await
}

/// What came of a reply, put into the cache.
pub(super) fn kept(run: &Run<'_>, plan: &OAuthPlan, (reply, rotated): (TokenReply, bool), rec: &Recorder) -> Fetched {
    let now = run.ctx.clock.now();
    let by_claim = || claims::moment(claims::shown(&reply.access_token, rec).as_ref(), "exp");
    let fetched = Fetched {
        expires_at: reply.expires_in.and_then(|seconds| after(now, seconds)).or_else(by_claim),
        // D8.
        refresh_expires_at: refresh_end(run, &reply, rec),
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

fn keep(run: &Run<'_>, plan: &OAuthPlan, fetched: &Fetched) {
    let (Some(_), Some(expires_at)) = (run.subject.id, fetched.expires_at) else {
        return;
    };
    let stored = StoredToken {
        field: plan.field.to_owned(),
        access_token: fetched.token.clone(),
        token_type: fetched.token_type.clone(),
        expires_at,
        fetched_at: Some(run.ctx.clock.now()),
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
