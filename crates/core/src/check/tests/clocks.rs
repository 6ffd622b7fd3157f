//! A clock that is off, told by the Date of a real answer: what it adds to an explanation, and where it adds nothing.

use credenza_net::StageName;
use credenza_vault::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::bench::*;
use super::tls::Authority;
use crate::check::*;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const SET_IT: &str = "Set this computer's clock, then test again.";

fn in_seconds(seconds: i64) -> Timestamp {
    SystemClock.now() + SignedDuration::from_secs(seconds)
}

/// A token endpoint whose clock is `ahead` of ours by so many seconds.
async fn endpoint(ahead: i64, status: &'static str, body: Value) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 8192]).await;
            let date = in_seconds(ahead).strftime("%a, %d %b %Y %H:%M:%S GMT");
            let body = body.to_string();
            let head = format!("HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Type: application/json");
            let answer = format!("{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://127.0.0.1:{port}/token")
}

fn oauth2(token_url: &str) -> Value {
    json!({ "grant": "client_credentials", "token_url": token_url, "client_id": "erp", "client_secret": "s3cret-of-erp" })
}

async fn refused(bench: &Bench, ahead: i64, description: &str) -> CheckResult {
    let body = json!({ "error": "invalid_client", "error_description": description });
    let url = endpoint(ahead, "401 Unauthorized", body).await;
    let app = subject(json!({ "type": "app_registration", "oauth2": oauth2(&url) }));
    let result = bench.run(&app, Action::Token { force: true }).await.result;
    failed(&result, StageName::Token);
    assert_eq!(warned(&result, "clock_skew"), ahead != 0, "{}", report(&result));
    result
}

/// What the clock adds to the explanation, if anything.
fn added(result: &CheckResult) -> Option<&str> {
    let explanation = result.explanation.as_ref().unwrap();
    let cause = explanation.causes.iter().position(|cause| cause.starts_with("This computer's clock"));
    let step = explanation.steps.iter().position(|step| step == SET_IT);
    assert_eq!(cause.is_some(), step.is_some(), "a cause with its step: {explanation:#?}");
    assert!(cause.is_none_or(|at| at == 0) && step.is_none_or(|at| at == 0), "first of all: {explanation:#?}");
    cause.map(|at| explanation.causes[at].as_str())
}

const TIME_RANGE: &str = "AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-11-21T12:00:00Z, assertion valid from 2026-11-21T13:00:00Z, expiry time of assertion 2026-11-21T13:10:00Z.";

#[tokio::test]
async fn a_token_call_refused_for_its_time_is_explained_by_our_clock_when_the_servers_is_another() {
    let bench = Bench::start().await;
    for ahead in [HOUR, -HOUR] {
        let result = refused(&bench, ahead, TIME_RANGE).await;
        let words = added(&result).expect("the clock is the cause");
        assert!(words.contains("tokens are judged by it"), "{words}");
        let explanation = result.explanation.as_ref().unwrap();
        assert_eq!(explanation.id, "AADSTS700024", "what the provider said is explained all the same");
        assert!(explanation.steps.len() > 1, "and its steps stay: {explanation:#?}");
    }
    assert_eq!(added(&refused(&bench, 0, TIME_RANGE).await), None, "where the clocks agree, it is something else");
}

#[tokio::test]
async fn a_clock_that_is_off_is_not_blamed_for_what_has_nothing_to_do_with_it() {
    let bench = Bench::start().await;
    for description in [
        "AADSTS7000215: Invalid client secret provided.",
        // The provider judges this by its own clock.
        "AADSTS7000222: The provided client secret keys for app 'erp' are expired.",
        // "iat" is in here, and is no claim of a token.
        "AADSTS700016: The application is not associated with this tenant.",
    ] {
        assert_eq!(added(&refused(&bench, HOUR, description).await), None, "{description}");
    }
}

/// An API whose certificate is valid from so many days on, signed in to with a token of an endpoint whose clock is ahead.
async fn api(bench: &Bench, ahead: i64, valid_in_days: i64) -> CheckResult {
    let authority = Authority::new("our CA");
    let day = |days: i64| in_seconds(days * DAY).to_zoned(jiff::tz::TimeZone::UTC).date();
    let leaf = authority.leaf("localhost", (day(valid_in_days), day(valid_in_days + 30)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(leaf.server());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // The client turns the certificate down.
            let _ = acceptor.accept(stream).await;
        }
    });
    let token = json!({ "access_token": "token-4711-4711", "token_type": "Bearer", "expires_in": 300 });
    let record = json!({
        "type": "outbound_server", "host": "localhost", "port": port, "certificate_check": authority.trusted(),
        "auth": { "method": "oauth2", "oauth2": oauth2(&endpoint(ahead, "200 OK", token).await) },
    });
    let result = bench.run(&subject(record), Action::Connection).await.result;
    failed(&result, StageName::Tls);
    assert_eq!(stage(&result, StageName::Tls).evidence["problem"], "not_yet_valid", "{}", report(&result));
    assert_eq!(result.explanation.as_ref().unwrap().id, "tls:cert-not-yet-valid");
    result
}

#[tokio::test]
async fn a_certificate_that_is_valid_by_the_servers_clock_and_not_by_ours_is_explained_by_ours() {
    let bench = Bench::start().await;
    let result = api(&bench, 3 * DAY, 1).await;
    let words = added(&result).expect("the clock is the cause");
    let (ours, theirs) =
        (in_seconds(0).strftime("it says %Y-%m-%d"), in_seconds(3 * DAY).strftime("server's says %Y-%m-%d"));
    for part in ["clock is wrong", &ours.to_string(), &theirs.to_string(), "at that time the certificate is valid"] {
        assert!(words.contains(part), "{part:?} is missing: {words}");
    }
    // Not valid by the other clock either: the certificate is at fault, whatever the clocks say.
    assert_eq!(added(&api(&bench, 3 * DAY, 30).await), None);
}

#[tokio::test]
async fn a_certificate_from_tomorrow_makes_our_clock_a_guess_and_one_from_next_month_does_not() {
    let bench = Bench::start().await;
    let result = api(&bench, 0, 1).await;
    let words = added(&result).expect("rarely the server's fault");
    assert!(words.starts_with("This computer's clock may be wrong: it says "), "{words}");
    assert_eq!(added(&api(&bench, 0, 30).await), None);
}
