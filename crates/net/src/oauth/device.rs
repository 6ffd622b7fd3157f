//! The device grant (RFC 8628): a code is shown, a person signs in elsewhere, and the token endpoint is asked until they have.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::answer::Lifetime;
use super::reply::{self, Refused};
use super::{
    ClientAuth, Grant, TokenReply, TokenRequest, evidence, note, post, protect, request, shown_target, summary,
};
use crate::{Channel, Failure, Place, Recorder, ReplyFacts, Route, StageName, http};

/// Seconds between two questions when the server says nothing (RFC 8628 3.2).
const INTERVAL: u64 = 5;
/// `slow_down` adds this many seconds for good (RFC 8628 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// The longest pause after connections that broke.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Nobody is waited for longer, whatever the server says.
const LONGEST_LIFE: u64 = 15 * 60;
/// A code that a person can type is shorter than this.
const LONGEST_CODE: usize = 64;

/// The device endpoint and the way there.
#[derive(Debug, Clone)]
pub struct DeviceWay {
    /// Device authorization endpoint.
    pub device_url: Url,
    /// The way to it; host and port are the address's.
    pub route: Route,
}

/// What the server gave: a code for us, and one for a person.
#[derive(Debug, Clone)]
pub struct DeviceCode {
    device_code: SecretString,
    /// What the person types.
    pub user_code: String,
    /// Where they type it.
    pub verification_uri: Url,
    /// The same with the code in it, if the server has that.
    pub verification_uri_complete: Option<Url>,
    /// How long it is good for, at most 15 minutes.
    pub lifetime: Duration,
    interval: Duration,
}

/// How questions are asked while a person signs in.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The time, for a client's signed statement.
    pub now: &'a (dyn Fn() -> Timestamp + Send + Sync),
    /// The longest that one question may take.
    pub limit: Duration,
}

/// Asks for a device code: stages resolve to tls, then `token`, which stays open for [`poll_device`].
///
/// # Errors
/// As [`super::fetch_token`].
pub async fn ask_device(way: &DeviceWay, request: &TokenRequest, rec: &Recorder) -> Result<DeviceCode, Failure> {
    protect(request, rec);
    let prepared = request::prepare_device(&way.route, &way.device_url, request, rec)?;
    let connection = http::connect(&way.route, way.device_url.scheme() == "https", rec).await?;
    let stage = rec.begin(StageName::Token, shown_target(&way.device_url));
    let refused = match post(connection, prepared, rec).await {
        Ok(answered) => {
            let read = reply::accepted(request, &answered, rec);
            match read.and_then(|answer| code(&answer).map_err(|why| reply::unusable(request, &answered, why, rec))) {
                Ok(code) => return Ok(code),
                Err(refused) => *refused,
            }
        }
        Err(failure) => Refused { failure, evidence: json!({}) },
    };
    stage.fail_with(&refused.failure, refused.evidence);
    Err(refused.failure)
}

fn code(answer: &super::answer::Answer) -> Result<DeviceCode, &'static str> {
    let address = |name: &str| answer.text(name).and_then(|text| Url::parse(text).ok()).filter(is_web);
    // Google's older name for it.
    let verification_uri = address("verification_uri").or_else(|| address("verification_url"));
    let seconds = |name: &str, otherwise: u64| match answer.lifetime(name) {
        Lifetime::Seconds(seconds) => seconds,
        _ => otherwise,
    };
    let typed = |code: &&str| code.len() <= LONGEST_CODE && code.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    Ok(DeviceCode {
        device_code: SecretString::from(answer.text("device_code").ok_or("The answer holds no device_code.")?),
        user_code: answer.text("user_code").filter(typed).ok_or("The answer holds no user_code to type.")?.to_owned(),
        verification_uri: verification_uri.ok_or("The answer does not say where to type the code.")?,
        verification_uri_complete: address("verification_uri_complete"),
        lifetime: Duration::from_secs(seconds("expires_in", LONGEST_LIFE).min(LONGEST_LIFE)),
        interval: Duration::from_secs(seconds("interval", INTERVAL).clamp(1, LONGEST_LIFE)),
    })
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none()
}

/// Asks the token endpoint until the person has signed in, said no, or the code has expired. Each question is one step below `token`.
///
/// # Errors
/// Stage `token`: the server's refusal, or that nobody signed in in time.
pub async fn poll_device(
    route: &Route,
    request: &TokenRequest,
    code: &DeviceCode,
    asking: Asking<'_>,
    rec: &Recorder,
) -> Result<TokenReply, Failure> {
    let stage = rec.begin(StageName::Token, shown_target(&request.token_url));
    let steps = rec.nested(StageName::Token);
    let until = Instant::now() + code.lifetime;
    let mut pace = Pace::new(code.interval);
    loop {
        let pause = pace.pause();
        if Instant::now() + pause >= until {
            tokio::time::sleep_until(until).await;
            let failure = expired(route, rec);
            stage.fail(&failure);
            return Err(failure);
        }
        tokio::time::sleep(pause).await;
        let question = TokenRequest {
            grant: Grant::DeviceCode(code.device_code.clone()),
            client_auth: at_this_moment(&request.client_auth, asking),
            ..request.clone()
        };
        match tokio::time::timeout(asking.limit, ask_once(route, &question, &steps)).await {
            Ok(Ok(token)) => {
                note(&token.warnings, rec);
                stage.pass_with(summary(&token), evidence(&token));
                return Ok(token);
            }
            Ok(Err(refused)) if !pace.goes_on_after(&refused.failure) => {
                let failure = Failure { stage: StageName::Token, ..refused.failure };
                stage.fail_with(&failure, refused.evidence);
                return Err(failure);
            }
            Ok(Err(_)) => {}
            Err(_) => pace.back_off(),
        }
    }
}

async fn ask_once(route: &Route, question: &TokenRequest, steps: &Recorder) -> Result<TokenReply, Box<Refused>> {
    let broke = |failure| Box::new(Refused { failure, evidence: json!({}) });
    protect(question, steps);
    let prepared = request::prepare(route, question, steps).map_err(broke)?;
    let connection = http::connect(route, question.token_url.scheme() == "https", steps).await.map_err(broke)?;
    let answered = post(connection, prepared, steps).await.map_err(broke)?;
    reply::read(question, &answered, steps)
}

fn at_this_moment(auth: &ClientAuth, asking: Asking<'_>) -> ClientAuth {
    match auth {
        ClientAuth::PrivateKeyJwt { key, .. } => ClientAuth::PrivateKeyJwt { key: key.clone(), at: (asking.now)() },
        other => other.clone(),
    }
}

fn expired(route: &Route, rec: &Recorder) -> Failure {
    let place = Place::new(StageName::Token, Channel::Oauth, &route.host);
    let facts = ReplyFacts { oauth_error: Some("expired_token".to_owned()), ..ReplyFacts::default() };
    let words = "Nobody signed in before the code expired. Press Fetch Token for a new one.";
    Failure::new(&place, words, "expired_token", rec).with_reply(facts)
}

/// How long to wait before the next question (RFC 8628 3.5).
#[derive(Debug)]
struct Pace {
    interval: Duration,
    broken: u32,
}

impl Pace {
    fn new(interval: Duration) -> Pace {
        Pace { interval, broken: 0 }
    }

    /// Twice as long for each connection in a row that broke.
    fn pause(&self) -> Duration {
        let factor = 2_u32.saturating_pow(self.broken.min(8));
        self.interval.saturating_mul(factor).min(LONGEST_PAUSE.max(self.interval))
    }

    fn back_off(&mut self) {
        self.broken += 1;
    }

    /// Whether another question may still bring a token; sets how long to wait for it.
    fn goes_on_after(&mut self, failure: &Failure) -> bool {
        let reply = failure.reply.as_ref();
        match reply.and_then(|reply| reply.oauth_error.as_deref()) {
            Some("authorization_pending") => {
                self.broken = 0;
                true
            }
            Some("slow_down") => {
                self.broken = 0;
                self.interval += SLOWER;
                true
            }
            Some(_) => false,
            None => {
                // A server that is busy, or a proxy before one that is away; a plain 500 is a fault that asking does not mend.
                let busy = reply.and_then(|reply| reply.status).is_some_and(|status| matches!(status, 429 | 502..=504));
                let goes_on = busy || (reply.is_none() && failure.channel == Channel::Network);
                if goes_on {
                    self.back_off();
                }
                goes_on
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(channel: Channel, error: Option<&str>, status: Option<u16>) -> Failure {
        let rec = Recorder::new(None);
        let failure = Failure::new(&Place::new(StageName::Token, channel, "h"), "m", "r", &rec);
        if error.is_none() && status.is_none() {
            return failure;
        }
        failure.with_reply(ReplyFacts { status, oauth_error: error.map(str::to_owned), error_codes: Vec::new() })
    }

    #[test]
    fn slow_down_adds_five_seconds_for_this_and_all_later_questions() {
        let mut pace = Pace::new(Duration::from_secs(5));
        assert!(pace.goes_on_after(&failure(Channel::Oauth, Some("authorization_pending"), Some(400))));
        assert_eq!(pace.pause().as_secs(), 5);
        assert!(pace.goes_on_after(&failure(Channel::Oauth, Some("slow_down"), Some(400))));
        assert_eq!(pace.pause().as_secs(), 10);
        assert!(pace.goes_on_after(&failure(Channel::Oauth, Some("authorization_pending"), Some(400))));
        assert_eq!(pace.pause().as_secs(), 10, "and stays there");
    }

    #[test]
    fn broken_connections_double_the_pause_up_to_a_minute_and_an_answer_ends_that() {
        let mut pace = Pace::new(Duration::from_secs(5));
        let seconds: Vec<u64> = (0..5)
            .map(|_| {
                assert!(pace.goes_on_after(&failure(Channel::Network, None, None)));
                pace.pause().as_secs()
            })
            .collect();
        assert_eq!(seconds, [10, 20, 40, 60, 60]);
        assert!(pace.goes_on_after(&failure(Channel::Http, None, Some(503))), "a busy server is asked again");
        assert!(pace.goes_on_after(&failure(Channel::Oauth, Some("authorization_pending"), Some(400))));
        assert_eq!(pace.pause().as_secs(), 5);
    }

    #[test]
    fn every_other_answer_ends_it() {
        let mut pace = Pace::new(Duration::from_secs(5));
        for error in
            ["access_denied", "authorization_declined", "expired_token", "bad_verification_code", "invalid_client"]
        {
            assert!(!pace.goes_on_after(&failure(Channel::Oauth, Some(error), Some(400))), "{error}");
        }
        assert!(!pace.goes_on_after(&failure(Channel::Tls, None, None)), "a bad certificate is no hiccup");
        for status in [404, 500] {
            assert!(!pace.goes_on_after(&failure(Channel::Http, None, Some(status))), "{status}");
        }
    }
}
