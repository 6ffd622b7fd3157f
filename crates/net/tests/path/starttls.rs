//! STARTTLS and implicit TLS: required or nothing, and nothing secret before.

use credenza_net::smtp::{Mailer, SmtpTls};
use credenza_net::{Channel, Route, SmtpAuth, StageName, StageStatus};

use super::support::authority::Authority;
use super::support::script::{Act, Heard, hear, say, serve};
use super::support::{loopback, opened, password, refusal, stage, status, trusting};

const OFFER: &str = "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n";

fn starttls(route: &Route) -> Mailer<'_> {
    Mailer { route, tls: SmtpTls::StartTls, allow_clear: false, auth: password("tim", "tanstaaf-secret") }
}

/// No sign-in, and not a byte of the password in any spelling, before TLS.
fn nothing_secret(heard: &Heard) {
    let bytes = String::from_utf8_lossy(&heard.before_tls).to_uppercase();
    assert!(!bytes.contains("AUTH"), "zero AUTH bytes on the wire, got {bytes}");
    assert!(!bytes.contains("TANSTAAF"), "the password left in clear");
}

#[tokio::test]
async fn starttls_then_a_second_ehlo_and_only_its_offers_count() {
    let authority = Authority::new("our CA");
    let server = serve(vec![
        say("220 mx\r\n"),
        hear("EHLO ["),
        say("250-mx\r\n250-AUTH LOGIN CRAM-MD5\r\n250-SIZE 1\r\n250 STARTTLS\r\n"),
        hear("STARTTLS"),
        say("220 go\r\n"),
        Act::StartTls(authority.issue("localhost").server()),
        hear("EHLO ["),
        say("250-mx\r\n250-AUTH PLAIN\r\n250 SIZE 5000\r\n"),
        hear("AUTH PLAIN AHRpbQB0YW5zdGFhZi1zZWNyZXQ="),
        say("235 ok\r\n"),
    ])
    .await;
    let route = trusting(server.port, &authority.pem);
    let (result, record) = opened(&starttls(&route)).await;
    let session = result.unwrap();
    assert_eq!((session.offers().auth.as_slice(), session.offers().size), (&["PLAIN".to_owned()][..], Some(5000)));
    drop(session);
    let greeting = stage(&record, StageName::Greeting);
    assert_eq!(greeting.evidence["before_tls"]["auth"][0], "LOGIN");
    assert_eq!(greeting.evidence["offers"]["auth"][0], "PLAIN");
    assert_eq!(greeting.evidence["changed_by_tls"]["gone"][0], "AUTH LOGIN CRAM-MD5");
    assert_eq!(status(&record, StageName::Tls), StageStatus::Passed);
    assert_eq!(stage(&record, StageName::Authenticate).evidence["mechanism"], "PLAIN");
    assert!(record.warnings.is_empty(), "{:?}", record.warnings);
    nothing_secret(&server.heard().await);
}

#[tokio::test]
async fn f3_starttls_stripped_sends_zero_auth_bytes() {
    let server = serve(vec![say("220 mx\r\n"), hear("EHLO"), say("250-mx\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n")]).await;
    let route = loopback(server.port);
    let (failure, record) = refusal(&starttls(&route)).await;
    assert_eq!((failure.stage, failure.channel), (StageName::Tls, Channel::Tls));
    assert_eq!(failure.lookup, "STARTTLS is not supported on this server");
    assert_eq!(status(&record, StageName::Authenticate), StageStatus::NotReached);
    nothing_secret(&server.heard().await);
}

#[tokio::test]
async fn f3_starttls_refused_or_followed_by_plain_text_sends_zero_auth_bytes() {
    for (answer, raw) in [("454 4.7.0 TLS not available\r\n", "454 4.7.0 TLS not available"), ("502 no\r\n", "502 no")]
    {
        let server = serve(vec![say("220 mx\r\n"), hear("EHLO"), say(OFFER), hear("STARTTLS"), say(answer)]).await;
        let route = loopback(server.port);
        let (failure, _) = refusal(&starttls(&route)).await;
        assert_eq!((failure.stage, failure.channel, failure.raw.as_str()), (StageName::Tls, Channel::Smtp, raw));
        nothing_secret(&server.heard().await);
    }
    let server = serve(vec![
        say("220 mx\r\n"),
        hear("EHLO"),
        say(OFFER),
        hear("STARTTLS"),
        say("220 go\r\n"),
        Act::HearBytes(5),
        say("250 I never meant it\r\n"),
    ])
    .await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&starttls(&route)).await;
    assert_eq!(failure.stage, StageName::Tls);
    assert!(failure.message.contains("speaks plain text"), "{}", failure.message);
}

#[tokio::test]
async fn bytes_smuggled_in_behind_the_220_end_the_connection() {
    for smuggled in ["250-mx\r\n250 AUTH PLAIN\r\n", "2", "235 2.7.0 signed in\r\n"] {
        let server = serve(vec![
            say("220 mx\r\n"),
            hear("EHLO"),
            say(OFFER),
            hear("STARTTLS"),
            say(format!("220 go\r\n{smuggled}")),
        ])
        .await;
        let route = loopback(server.port);
        let (failure, _) = refusal(&starttls(&route)).await;
        assert_eq!(failure.stage, StageName::Tls, "{smuggled:?}");
        assert!(failure.message.contains("before the encryption began"), "{}", failure.message);
        assert!(server.heard().await.before_tls.ends_with(b"STARTTLS\r\n"), "not even a TLS hello follows");
    }
}

#[tokio::test]
async fn a_bad_certificate_after_starttls_ends_before_signing_in() {
    let authority = Authority::new("our CA");
    let server = serve(vec![
        say("220 mx\r\n"),
        hear("EHLO"),
        say(OFFER),
        hear("STARTTLS"),
        say("220 go\r\n"),
        Act::StartTls(authority.issue("other.example").server()),
    ])
    .await;
    let route = trusting(server.port, &authority.pem);
    let (failure, record) = refusal(&starttls(&route)).await;
    assert_eq!((failure.stage, failure.lookup.as_str()), (StageName::Tls, "NotValidForName"));
    assert_eq!(stage(&record, StageName::Tls).evidence["chain"][0]["names"][0], "other.example");
    let heard = server.heard().await;
    assert!(heard.tls_error.is_some());
    nothing_secret(&heard);
}

#[tokio::test]
async fn a_second_ehlo_that_fails_turns_the_greeting_into_a_failure() {
    let authority = Authority::new("our CA");
    let server = serve(vec![
        say("220 mx\r\n"),
        hear("EHLO"),
        say(OFFER),
        hear("STARTTLS"),
        say("220 go\r\n"),
        Act::StartTls(authority.issue("localhost").server()),
        hear("EHLO"),
        say("421 4.3.2 closing\r\n"),
    ])
    .await;
    let route = trusting(server.port, &authority.pem);
    let (failure, record) = refusal(&starttls(&route)).await;
    assert_eq!((failure.stage, failure.raw.as_str()), (StageName::Greeting, "421 4.3.2 closing"));
    assert_eq!(status(&record, StageName::Greeting), StageStatus::Failed);
    assert_eq!(status(&record, StageName::Tls), StageStatus::Passed);
}

#[tokio::test]
async fn implicit_tls_comes_before_the_greeting_and_the_record_shows_it_encrypted() {
    let authority = Authority::new("our CA");
    let server = serve(vec![
        Act::StartTls(authority.issue("localhost").server()),
        say("220 mx\r\n"),
        hear("EHLO"),
        say("250-mx\r\n250 AUTH PLAIN\r\n"),
        hear("AUTH PLAIN"),
        say("235 ok\r\n"),
    ])
    .await;
    let route = trusting(server.port, &authority.pem);
    let (result, record) = opened(&Mailer { tls: SmtpTls::Implicit, ..starttls(&route) }).await;
    result.unwrap();
    assert_eq!(record.certificate_verified, Some(true));
    assert_eq!(status(&record, StageName::Authenticate), StageStatus::Passed);
    nothing_secret(&server.heard().await);
}

#[tokio::test]
async fn implicit_tls_to_a_starttls_port_says_so() {
    let server = serve(vec![say("220 mx.example.com ESMTP\r\n")]).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&Mailer { tls: SmtpTls::Implicit, ..starttls(&route) }).await;
    assert!(failure.message.contains("choose STARTTLS"), "{}", failure.message);
    assert_eq!(failure.lookup, "InvalidContentType: 220 mx.example.com ESMTP");
}

#[tokio::test]
async fn a_server_that_knows_only_helo_cannot_start_tls() {
    let server =
        serve(vec![say("220 old\r\n"), hear("EHLO"), say("500 5.5.1 what\r\n"), hear("HELO ["), say("250 old\r\n")])
            .await;
    let route = loopback(server.port);
    let (failure, record) = refusal(&starttls(&route)).await;
    assert_eq!(failure.lookup, "STARTTLS is not supported on this server");
    assert_eq!(stage(&record, StageName::Greeting).evidence["offers"]["helo_only"], true);
    assert!(matches!(starttls(&route).auth, SmtpAuth::Password { .. }));
}
