//! Signing in with an access token: XOAUTH2 and OAUTHBEARER.

use credenza_net::StageName;

use super::support::script::{Act, Scripted, hear, say, serve};
use super::support::{bearer, clear, everything, loopback, opened, refusal, stage};

const TOKEN: &str = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg";
const VECTOR: &str = "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==";
const ERROR: &str =
    "334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0K\r\n";

async fn offering(mechanisms: &str, then: Vec<Act>) -> Scripted {
    let offer = format!("250-mx\r\n250 AUTH {mechanisms}\r\n");
    let mut script = vec![say("220 mx\r\n"), hear("EHLO"), say(offer)];
    script.extend(then);
    serve(script).await
}

#[tokio::test]
async fn xoauth2_sends_googles_vector_on_the_wire_and_shows_no_part_of_it() {
    let server =
        offering("OAUTHBEARER PLAIN XOAUTH2", vec![hear("AUTH XOAUTH2 dXNlcj1"), say("235 2.7.0 Accepted\r\n")]).await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, bearer("someuser@example.com", TOKEN))).await;
    drop(result.unwrap());
    assert!(server.heard().await.lines.contains(&format!("AUTH XOAUTH2 {VECTOR}")));
    let shown = everything(&record, None);
    assert!(
        shown.contains("AUTH XOAUTH2 [token #") && !shown.contains("dXNlcj1") && !shown.contains("ya29"),
        "{shown}"
    );
}

#[tokio::test]
async fn f14_the_error_of_xoauth2_is_decoded_and_answered_with_an_empty_line() {
    let server = offering(
        "XOAUTH2",
        vec![
            hear("AUTH XOAUTH2"),
            say(ERROR),
            hear(""),
            say("535-5.7.8 Username and Password\r\n535 5.7.8 not accepted\r\n"),
        ],
    )
    .await;
    let route = loopback(server.port);
    let (failure, record) = refusal(&clear(&route, bearer("someuser@example.com", TOKEN))).await;
    assert_eq!(failure.lookup, "535 5.7.8 Username and Password 5.7.8 not accepted");
    assert!(failure.raw.contains("https://mail.google.com/"), "{}", failure.raw);
    let error = &stage(&record, StageName::Authenticate).evidence["tried"][0]["error"];
    assert_eq!((&error["status"], &error["schemes"]), (&"401".into(), &"bearer mac".into()));
    assert_eq!(server.heard().await.lines.last().unwrap(), "", "an empty line and nothing else");
    assert!(
        record.transcript.iter().any(|line| line.text.contains("\"status\":\"401\"")),
        "the reason is in the transcript"
    );
}

#[tokio::test]
async fn microsofts_straight_refusal_is_kept_whole() {
    let server = offering(
        "LOGIN XOAUTH2",
        vec![hear("AUTH XOAUTH2"), say("535 5.7.3 Authentication unsuccessful [AM6P1.EURPRD04]\r\n")],
    )
    .await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, bearer("a@b.example", TOKEN))).await;
    assert_eq!(failure.raw, "535 5.7.3 Authentication unsuccessful [AM6P1.EURPRD04]");
    assert_eq!(server.heard().await.count("AUTH"), 1, "a token is never tried as a password");
}

#[tokio::test]
async fn oauthbearer_is_used_where_only_that_is_offered_and_its_error_answered_with_01() {
    let server = offering(
        "PLAIN OAUTHBEARER",
        vec![
            hear("AUTH OAUTHBEARER bixhPXVzZXJAZXhhbXBsZS5jb20sA"),
            say("334 eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=\r\n"),
            hear("AQ=="),
            say("535 5.7.8 no\r\n"),
        ],
    )
    .await;
    let route = loopback(server.port);
    let (failure, record) = refusal(&clear(&route, bearer("user@example.com", TOKEN))).await;
    assert_eq!(failure.lookup, "535 5.7.8 no");
    let tried = &stage(&record, StageName::Authenticate).evidence["tried"][0];
    assert_eq!((&tried["mechanism"], &tried["error"]["status"]), (&"OAUTHBEARER".into(), &"invalid_token".into()));
}

#[tokio::test]
async fn a_long_token_follows_a_bare_auth_command() {
    let token = "t".repeat(4000);
    let server =
        offering("XOAUTH2", vec![hear("AUTH XOAUTH2"), say("334 \r\n"), hear("dXNlcj1"), say("235 ok\r\n")]).await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, bearer("a@b.example", &token))).await;
    drop(result.unwrap());
    let heard = server.heard().await;
    assert!(heard.lines.contains(&"AUTH XOAUTH2".to_owned()), "no opening in a line over 512 bytes");
    assert!(!everything(&record, None).contains("tttttttt"));
}

#[tokio::test]
async fn a_server_without_token_sign_in_gets_no_token() {
    let server = offering("PLAIN LOGIN", vec![]).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, bearer("a@b.example", TOKEN))).await;
    assert_eq!(failure.lookup, "No compatible authentication mechanism");
    assert_eq!(server.heard().await.count("AUTH"), 0);
}
