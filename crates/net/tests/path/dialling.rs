//! Lookup and TCP.

use credenza_net::{Channel, Recorder, Route, StageName, StageStatus, dial};
use tokio::net::TcpListener;

use super::support::script::{Act, say, serve};
use super::support::{clear, loopback, refusal, stage, status};
use credenza_net::SmtpAuth;

async fn dialled(route: &Route) -> (Result<credenza_net::Connection, credenza_net::Failure>, credenza_net::Record) {
    let rec = Recorder::new(None);
    let result = dial(route, &rec).await;
    (result, rec.close(None))
}

#[tokio::test]
async fn an_address_needs_no_lookup_and_the_proxy_stage_is_skipped() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (result, record) = dialled(&loopback(listener.local_addr().unwrap().port())).await;
    assert!(!result.unwrap().is_encrypted());
    assert_eq!(stage(&record, StageName::Resolve).summary, "an IP address, no lookup needed");
    assert_eq!(status(&record, StageName::Connect), StageStatus::Passed);
    assert_eq!(status(&record, StageName::Proxy), StageStatus::Skipped);
    let attempt = &stage(&record, StageName::Connect).evidence["attempts"][0];
    assert_eq!((&attempt["family"], &attempt["network"]), (&"IPv4".into(), &"loopback".into()));
}

#[tokio::test]
async fn odd_spellings_of_an_address_become_the_one_canonical_form() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for spelling in ["2130706433", "0x7f.1", "127.1"] {
        let (result, record) = dialled(&Route::direct(spelling, port)).await;
        result.unwrap();
        assert_eq!(stage(&record, StageName::Resolve).evidence["name"], "127.0.0.1", "{spelling}");
    }
}

#[tokio::test]
async fn what_is_no_host_name_fails_at_resolve() {
    for bad in ["good@evil", "a b", "a/b", "", "host:25", "a\tb c", "[::1"] {
        let (result, record) = dialled(&Route::direct(bad, 25)).await;
        let failure = result.unwrap_err();
        assert_eq!((failure.stage, failure.channel), (StageName::Resolve, Channel::Network), "{bad:?}");
        assert_eq!(status(&record, StageName::Connect), StageStatus::NotReached, "{bad:?}");
    }
}

#[tokio::test]
async fn an_unknown_name_fails_at_resolve_with_words_that_the_catalogue_knows() {
    let (result, _) = dialled(&Route::direct("nowhere.invalid", 25)).await;
    let failure = result.unwrap_err();
    assert_eq!(failure.stage, StageName::Resolve);
    assert!(failure.lookup.starts_with("could not resolve nowhere.invalid"), "{}", failure.lookup);
}

#[tokio::test]
async fn a_closed_port_is_told_as_refused() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let (result, record) = dialled(&loopback(port)).await;
    let failure = result.unwrap_err();
    assert_eq!(failure.stage, StageName::Connect);
    assert!(failure.lookup.to_lowercase().contains("connection refused"), "{}", failure.lookup);
    assert!(failure.message.contains("refused the connection"), "{}", failure.message);
    assert_eq!(stage(&record, StageName::Connect).evidence["attempts"][0]["result"], "refused");
}

#[tokio::test]
async fn a_name_with_both_families_shows_both_and_each_attempt() {
    // `localhost` usually has both; whatever it has, every address is listed under its family.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (result, record) = dialled(&Route::direct("localhost", listener.local_addr().unwrap().port())).await;
    result.unwrap();
    let evidence = &stage(&record, StageName::Resolve).evidence;
    let count = |key: &str| evidence[key].as_array().unwrap().len();
    assert_eq!(count("addresses"), count("ipv4") + count("ipv6"));
    let attempts = stage(&record, StageName::Connect).evidence["attempts"].as_array().unwrap();
    assert_eq!(attempts.last().unwrap()["result"], "connected");
}

#[tokio::test]
async fn a_reset_in_place_of_a_greeting_and_a_close_have_their_own_words() {
    let server = serve(vec![Act::Reset]).await;
    let route = loopback(server.port);
    let (reset, record) = refusal(&clear(&route, SmtpAuth::None)).await;
    assert_eq!((reset.stage, reset.channel), (StageName::Greeting, Channel::Network));
    assert!(reset.message.contains("was reset while waiting for the mail server's greeting"), "{}", reset.message);
    assert_eq!(status(&record, StageName::Greeting), StageStatus::Failed);

    let server = serve(vec![say("220 incompl"), Act::Close]).await;
    let route = loopback(server.port);
    let (closed, record) = refusal(&clear(&route, SmtpAuth::None)).await;
    assert!(closed.message.contains("closed the connection while waiting"), "{}", closed.message);
    assert!(record.transcript.iter().any(|l| l.text.contains("220 incompl [line unfinished]")), "what came is shown");
}
