//! The authorization code grant with PKCE (RFC 6749 4.1, RFC 7636) in the person's own browser (RFC 8252).

use std::fmt;
use std::time::Duration;

use oauth2::PkceCodeChallenge;
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::receiver::{Expected, Receiver, Redirect};
use super::{Grant, TokenRequest, lint, shown_target};
use crate::{Channel, Failure, Place, Recorder, ReplyFacts, StageName};

/// How long a person has to sign in.
pub const BROWSER_LIFETIME: Duration = Duration::from_secs(120);

/// Where the browser goes and where it comes back.
#[derive(Debug, Clone)]
pub struct BrowserWay {
    /// Authorization endpoint.
    pub authorize_url: Url,
    /// A loopback address to come back to; `None` chooses: `http://localhost:{port}` for Entra, else `http://127.0.0.1:{port}`.
    pub redirect_uri: Option<Url>,
    /// The provider's own name (RFC 9207); `None` compares the origin of the authorization endpoint.
    pub issuer: Option<String>,
}

/// A sign-in under way: the receiver listens, the browser may be opened.
pub struct BrowserSignIn {
    address: Url,
    verifier: SecretString,
    redirect_uri: String,
    expected: Expected,
    receiver: Receiver,
}

/// Why the browser brought no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoCode {
    /// The provider's refusal: its error and its words.
    Refused(String, String),
    /// The answer carries another provider's name (RFC 9207 2.4).
    WrongIssuer(String),
}

impl BrowserSignIn {
    /// Opens the receiver on loopback and works out the address for the browser; stage `token` begins.
    ///
    /// # Errors
    /// Stage `token` when no port can be had, or the address to come back to is not on this machine.
    pub async fn begin(way: &BrowserWay, request: &TokenRequest, rec: &Recorder) -> Result<BrowserSignIn, Failure> {
        let stage = rec.begin(StageName::Token, shown_target(&way.authorize_url));
        match prepare(way, request).await {
            Ok(sign_in) => {
                rec.protect("code_verifier", &sign_in.verifier);
                rec.protect("state", &sign_in.expected.state);
                rec.note(&format!(
                    "The browser is sent to {}; Credenza waits at {}.",
                    shown_target(&way.authorize_url),
                    sign_in.redirect_uri
                ));
                Ok(sign_in)
            }
            Err(words) => {
                let failure = failed(way.authorize_url.host_str(), (&words, &words), rec);
                stage.fail(&failure);
                Err(failure)
            }
        }
    }

    /// The address to open in the browser. It holds the state of this sign-in and no secret that is of use without the verifier.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Waits for the one right request, at most two minutes. The receiver is closed when this returns.
    ///
    /// # Errors
    /// Stage `token`: the provider's refusal, another provider's answer, or that nobody signed in.
    pub async fn code(self, rec: &Recorder) -> Result<Grant, Failure> {
        let BrowserSignIn { address, verifier, redirect_uri, expected, receiver } = self;
        let stage = rec.begin(StageName::Token, shown_target(&address));
        let answer = tokio::time::timeout(BROWSER_LIFETIME, receiver.wait(expected)).await;
        let host = address.host_str();
        let (failure, evidence) = match answer {
            Ok(Ok(code)) => return Ok(Grant::AuthorizationCode { code, verifier, redirect_uri }),
            Ok(Err(NoCode::Refused(error, words))) => (refused(host, (&error, &words), rec), json!({ "error": error })),
            Ok(Err(NoCode::WrongIssuer(issuer))) => {
                let words = format!(
                    "The browser came back from another identity provider ({issuer}). Its answer is not used (RFC 9207)."
                );
                (failed(host, (&words, "iss"), rec), json!({ "iss": issuer }))
            }
            Err(_) => {
                let words = "Nobody signed in within 120 seconds. Press Fetch Token to begin again.";
                (failed(host, (words, "timed out"), rec), json!({}))
            }
        };
        stage.fail_with(&failure, evidence);
        Err(failure)
    }
}

async fn prepare(way: &BrowserWay, request: &TokenRequest) -> Result<BrowserSignIn, String> {
    let redirect = match &way.redirect_uri {
        Some(given) => Redirect::read(given)?,
        None if lint::is_entra(&way.authorize_url) => Redirect::localhost(),
        None => Redirect::ipv4(),
    };
    let receiver = Receiver::open(&redirect).await?;
    let redirect_uri = receiver.redirect_uri();
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    // EXPOSE: the verifier stays in memory until the code is redeemed with it.
    let verifier = SecretString::from(verifier.secret().clone());
    let state = oauth2::CsrfToken::new_random_len(32).secret().clone();
    let mut address = way.authorize_url.clone();
    {
        let mut query = address.query_pairs_mut();
        query.append_pair("response_type", "code").append_pair("client_id", &request.client_id);
        query.append_pair("redirect_uri", &redirect_uri).append_pair("state", &state);
        query.append_pair("code_challenge", challenge.as_str()).append_pair("code_challenge_method", "S256");
        for (name, value) in [("scope", &request.scope), ("audience", &request.audience)] {
            if let Some(value) = value.as_deref().map(str::trim).filter(|value| !value.is_empty()) {
                query.append_pair(name, value);
            }
        }
        query.extend_pairs(&request.extra);
    }
    let expected =
        Expected { state: SecretString::from(state), issuer: way.issuer.clone(), origin: way.authorize_url.origin() };
    Ok(BrowserSignIn { address, verifier, redirect_uri, expected, receiver })
}

fn failed(host: Option<&str>, (words, raw): (&str, &str), rec: &Recorder) -> Failure {
    let place = Place::new(StageName::Token, Channel::Network, host.unwrap_or_default());
    Failure::new(&place, words, raw, rec).with_lookup("", rec)
}

/// The provider's words came through the browser's address line: anybody could have written them, so they are shown as such.
fn refused(host: Option<&str>, (error, words): (&str, &str), rec: &Recorder) -> Failure {
    let place = Place::new(StageName::Token, Channel::Oauth, host.unwrap_or_default());
    let message = format!("The identity provider refused the sign-in: {error}. {words}");
    let facts = ReplyFacts { oauth_error: Some(rec.redact(error)), ..ReplyFacts::default() };
    Failure::new(&place, message.trim_end(), format!("{error} {words}").trim_end(), rec).with_reply(facts)
}

impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}
