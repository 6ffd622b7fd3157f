//! Sign-ins that need a person: in the browser, or with a code on another device.
//!
//! Only *Fetch Token* asks; every other check uses what a sign-in left behind, or says what to press.

use std::sync::Arc;
use std::time::Duration;

use credenza_net::{
    Asking, BROWSER_LIFETIME, BrowserSignIn, BrowserWay, DeviceCode, DeviceWay, Failure, Recorder, StageName,
    TokenReply, TokenRequest, ask_device, fetch_token, poll_device,
};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Serialize;
use ts_rs::TS;

use super::fetch::{Fetched, kept};
use super::oauth::{OAuthPlan, PersonWay};
use super::renewal::{note, refresh_end};
use super::state::Ending;
use super::store::SignInPlace;
use crate::check::engine::Run;

/// Told what a person has to do for the check to go on. The caller shows it and opens the browser; it must not block.
pub type AskPerson = Arc<dyn Fn(&SignIn) + Send + Sync>;

/// What a person has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(export)]
pub struct SignIn {
    /// In the browser on this machine, or with a code anywhere.
    pub kind: SignInKind,
    /// The page to open; `https`, or `http` on this machine.
    pub address: String,
    /// The same page with the code filled in, if the provider has that.
    pub address_with_code: Option<String>,
    /// The code to type there.
    pub user_code: Option<String>,
    /// When it is too late.
    #[ts(type = "string")]
    pub until: Timestamp,
}

impl SignIn {
    /// What is worth copying: the code, or the address where there is none.
    pub fn words(&self) -> &str {
        self.user_code.as_deref().unwrap_or(&self.address)
    }
}

/// Where a person signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignInKind {
    /// The system's browser, which comes back by itself (RFC 8252).
    Browser,
    /// Any device; a code is typed (RFC 8628).
    Device,
}

/// The refresh token is no good any more: only a person helps (TUF-24).
pub(super) fn is_over(failure: &Failure) -> bool {
    failure.reply.as_ref().and_then(|reply| reply.oauth_error.as_deref()) == Some("invalid_grant")
}

/// The same failure with what to press.
pub(super) fn told_to_fetch(run: &Run<'_>, mut failure: Failure) -> Failure {
    run.rec.warning("sign_in_over", "The sign-in has ended. Press Fetch Token to sign in again.");
    failure.message = format!("{} Press Fetch Token to sign in again.", failure.message.trim_end());
    failure
}

/// The failure of a check that may not ask anybody.
pub(super) fn needs_person(run: &Run<'_>, plan: &OAuthPlan, rec: &Recorder) -> Failure {
    let message = "Somebody has to sign in once: press Fetch Token (command line: credenza token).";
    let failure = run.own_failure(StageName::Token, message, "no refresh token is stored yet");
    rec.begin(StageName::Token, plan.route.target()).fail(&failure);
    failure
}

/// Has a person sign in, and keeps what comes of it.
pub(super) async fn ask(
    run: &Run<'_>,
    plan: &OAuthPlan,
    (way, rec): (&PersonWay, &Recorder),
) -> Result<Fetched, Failure> {
    let reply = match way {
        PersonWay::Browser(way) => browser(run, plan, (way, rec)).await?,
        PersonWay::Device(way) => device(run, plan, (way, rec)).await?,
    };
    // No await from here to the end: nothing may come between the provider's word and the vault.
    rec.protect("access_token", &reply.access_token);
    let place = match &reply.refresh_token {
        Some(token) => {
            let place = store(run, plan, token, rec)?;
            if place == SignInPlace::Stored {
                note(run, Ending::SignedIn { until: refresh_end(run, &reply, rec) });
            }
            Some(place)
        }
        None => {
            run.rec.warning(
                "no_refresh_token",
                "The provider gave no refresh token, so that somebody must sign in again when this token expires. Ask for the scope offline_access (Google: the extra parameters access_type=offline and prompt=consent).",
            );
            None
        }
    };
    let mut fetched = kept(run, plan, (reply, place == Some(SignInPlace::Stored)), rec);
    fetched.sign_in = place;
    Ok(fetched)
}

async fn browser(run: &Run<'_>, plan: &OAuthPlan, (way, rec): (&BrowserWay, &Recorder)) -> Result<TokenReply, Failure> {
    let sign_in = BrowserSignIn::begin(way, &plan.request, rec).await?;
    let address = sign_in.address().to_string();
    tell(
        run,
        SignIn {
            kind: SignInKind::Browser,
            address,
            address_with_code: None,
            user_code: None,
            until: after(run, BROWSER_LIFETIME),
        },
    );
    let grant = run.with_person(BROWSER_LIFETIME, sign_in.code(rec)).await?;
    let request = TokenRequest { grant, ..plan.request_at(run.ctx.clock.now()) };
    fetch_token(&plan.route, &request, rec).await
}

async fn device(run: &Run<'_>, plan: &OAuthPlan, (way, rec): (&DeviceWay, &Recorder)) -> Result<TokenReply, Failure> {
    let code = ask_device(way, &plan.request_at(run.ctx.clock.now()), rec).await?;
    tell(run, shown(run, &code));
    let now = || run.ctx.clock.now();
    let asking = Asking { now: &now, limit: run.ctx.timeout };
    run.with_person(code.lifetime, poll_device(&plan.route, &plan.request, &code, asking, rec)).await
}

fn shown(run: &Run<'_>, code: &DeviceCode) -> SignIn {
    SignIn {
        kind: SignInKind::Device,
        address: code.verification_uri.to_string(),
        address_with_code: code.verification_uri_complete.as_ref().map(ToString::to_string),
        user_code: Some(code.user_code.clone()),
        until: after(run, code.lifetime),
    }
}

fn tell(run: &Run<'_>, sign_in: SignIn) {
    if let Some(person) = &run.ctx.person {
        person(&sign_in);
    }
}

fn after(run: &Run<'_>, time: Duration) -> Timestamp {
    let now = run.ctx.clock.now();
    SignedDuration::try_from(time).ok().and_then(|time| now.checked_add(time).ok()).unwrap_or(now)
}

fn store(run: &Run<'_>, plan: &OAuthPlan, token: &SecretString, rec: &Recorder) -> Result<SignInPlace, Failure> {
    rec.protect("refresh_token", token);
    match run.ctx.tokens.signed_in(&format!("{}.refresh_token", plan.field), token) {
        Ok(place) => {
            if place == SignInPlace::NotStored {
                run.rec.warning(
                    "sign_in_not_kept",
                    "The sign-in works and nothing of it is stored: a draft is never saved. Save the change (credenza edit), then fetch the token and sign in once more.",
                );
            }
            Ok(place)
        }
        Err(problem) => {
            let message = format!("The sign-in worked, and its refresh token could not be stored: {}", problem.message);
            let failure = run.own_failure(StageName::Token, &message, &problem.hint);
            rec.begin(StageName::Token, plan.route.target()).fail(&failure);
            Err(failure)
        }
    }
}
