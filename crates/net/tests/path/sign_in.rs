//! Signing in with a password: order, refusals, the list of what was tried, clear text.

use credenza_net::smtp::{Mailer, SmtpTls};
use credenza_net::{Channel, Mechanism, SmtpAuth, StageName, StageStatus};

use super::support::script::{Act, Scripted, hear, say, serve};
use super::support::{clear, everything, has_warning, loopback, only, opened, password, refusal, stage, status};

async fn offering(mechanisms: &str, then: Vec<Act>) -> Scripted {
    let offer = format!("250-mx\r\n250 AUTH {mechanisms}\r\n");
    let mut script = vec![say("220 mx\r\n"), hear("EHLO"), say(offer)];
    script.extend(then);
    serve(script).await
}

fn tim() -> SmtpAuth {
    password("tim", "tanstaaftanstaaf")
}

#[tokio::test]
async fn eli_9_the_strongest_offered_mechanism_goes_first() {
    let server = offering(
        "LOGIN PLAIN CRAM-MD5",
        vec![
            hear("AUTH CRAM-MD5"),
            say("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"),
            hear("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"),
            say("235 2.7.0 ok\r\n"),
        ],
    )
    .await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, tim())).await;
    result.unwrap();
    let evidence = &stage(&record, StageName::Authenticate).evidence;
    assert_eq!((&evidence["mechanism"], &evidence["tried"][0]["reply"]), (&"CRAM-MD5".into(), &"235 2.7.0 ok".into()));
    let shown = everything(&record, None);
    assert!(!shown.contains("dGltIGI5") && !shown.contains("b913a602") && !shown.contains("PDE4OTYu"), "{shown}");
    assert!(shown.contains("334 [challenge hidden]"));
}

#[tokio::test]
async fn eli_9_every_method_tried_is_listed_with_its_reply() {
    let server = offering(
        "PLAIN LOGIN CRAM-MD5",
        vec![
            hear("AUTH CRAM-MD5"),
            say("334 PGM+\r\n"),
            hear(""),
            say("535 5.7.8 no digest for you\r\n"),
            hear("AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm"),
            say("504 5.5.4 not today\r\n"),
            hear("AUTH LOGIN"),
            say("334 VXNlcm5hbWU6\r\n"),
            hear("dGlt"),
            say("334 UGFzc3dvcmQ6\r\n"),
            hear("dGFuc3RhYWZ0YW5zdGFhZg=="),
            say("235 at last\r\n"),
        ],
    )
    .await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, tim())).await;
    result.unwrap();
    let evidence = &stage(&record, StageName::Authenticate).evidence;
    let tried: Vec<String> =
        evidence["tried"].as_array().unwrap().iter().map(|t| format!("{} {}", t["mechanism"], t["reply"])).collect();
    assert_eq!(
        tried,
        [
            "\"CRAM-MD5\" \"535 5.7.8 no digest for you\"",
            "\"PLAIN\" \"504 5.5.4 not today\"",
            "\"LOGIN\" \"235 at last\""
        ]
    );
}

#[tokio::test]
async fn a_password_judged_by_plain_is_not_offered_again_by_login() {
    let server = offering(
        "PLAIN LOGIN",
        vec![hear("AUTH PLAIN"), say("535-5.7.8 Username and Password\r\n535 5.7.8 not accepted\r\n")],
    )
    .await;
    let route = loopback(server.port);
    let (failure, record) = refusal(&clear(&route, tim())).await;
    assert_eq!((failure.stage, failure.channel), (StageName::Authenticate, Channel::Smtp));
    assert_eq!(
        failure.lookup, "535 5.7.8 Username and Password 5.7.8 not accepted",
        "one line, beginning with the code"
    );
    assert_eq!(failure.reply.unwrap().status, Some(535));
    let evidence = &stage(&record, StageName::Authenticate).evidence;
    assert_eq!(evidence["tried"].as_array().unwrap().len(), 1);
    assert_eq!(evidence["not_tried"][0]["mechanism"], "LOGIN");
    assert_eq!(server.heard().await.count("AUTH"), 1, "a second try could lock the account");
}

#[tokio::test]
async fn only_the_mechanisms_of_the_record_are_used() {
    let server = offering(
        "PLAIN LOGIN CRAM-MD5",
        vec![hear("AUTH LOGIN"), say("334 \r\n"), hear("dGlt"), say("334\r\n"), hear("dGFuc3"), say("235 ok\r\n")],
    )
    .await;
    let route = loopback(server.port);
    opened(&clear(&route, only(Mechanism::Login, tim()))).await.0.unwrap();

    let server = offering("PLAIN LOGIN", vec![]).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, only(Mechanism::CramMd5, tim()))).await;
    assert_eq!(failure.lookup, "No compatible authentication mechanism");
    assert!(failure.message.contains("offers PLAIN, LOGIN; this record can use CRAM-MD5"), "{}", failure.message);
    assert_eq!(server.heard().await.count("AUTH"), 0, "no downgrade below the record's list");
}

#[tokio::test]
async fn a_server_that_offers_nothing_or_only_the_unknown_is_told_so() {
    for offer in ["250 mx\r\n", "250-mx\r\n250 AUTH GSSAPI NTLM\r\n"] {
        let server = serve(vec![say("220 mx\r\n"), hear("EHLO"), say(offer)]).await;
        let route = loopback(server.port);
        let (failure, _) = refusal(&clear(&route, tim())).await;
        assert_eq!(failure.lookup, "No compatible authentication mechanism");
    }
}

#[tokio::test]
async fn d7_a_password_or_token_over_an_unencrypted_connection_is_refused_with_zero_auth_bytes() {
    for auth in [tim(), super::support::bearer("tim", "ya29.token"), only(Mechanism::CramMd5, tim())] {
        let server = offering("PLAIN LOGIN CRAM-MD5 XOAUTH2", vec![]).await;
        let route = loopback(server.port);
        let mailer = Mailer { route: &route, tls: SmtpTls::None, allow_clear: false, auth };
        let (failure, record) = refusal(&mailer).await;
        assert_eq!(failure.stage, StageName::Authenticate);
        assert!(failure.message.contains("not encrypted, so nothing was sent"), "{}", failure.message);
        assert!(failure.lookup.starts_with("538 "), "{}", failure.lookup);
        assert_eq!(status(&record, StageName::Tls), StageStatus::Skipped);
        assert_eq!(server.heard().await.count("AUTH"), 0);
    }
}

#[tokio::test]
async fn d7_allowed_in_clear_works_and_is_flagged() {
    let server = offering("PLAIN", vec![hear("AUTH PLAIN"), say("235 ok\r\n")]).await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, tim())).await;
    result.unwrap();
    assert!(has_warning(&record, "clear_text"));
    assert_eq!(status(&record, StageName::Authenticate), StageStatus::Warning);
}

#[tokio::test]
async fn eli_8_without_an_account_nothing_is_tried() {
    let server = offering("PLAIN", vec![]).await;
    let route = loopback(server.port);
    let (result, record) = opened(&clear(&route, SmtpAuth::None)).await;
    drop(result.unwrap());
    assert_eq!(status(&record, StageName::Authenticate), StageStatus::Skipped);
    assert!(record.warnings.is_empty());
    assert_eq!(server.heard().await.count("AUTH"), 0);
}

#[tokio::test]
async fn a_challenge_loop_stops_after_ten_answers() {
    let server = offering("PLAIN", vec![hear("AUTH PLAIN"), Act::Flood(b"334 bW9yZQ==\r\n".to_vec())]).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, tim())).await;
    assert_eq!(failure.stage, StageName::Authenticate);

    let mut polite = vec![hear("AUTH XOAUTH2")];
    for _ in 0..10 {
        polite.extend([say("334 e30=\r\n"), hear("")]);
    }
    polite.push(say("334 e30=\r\n"));
    let server = offering("XOAUTH2", polite).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, super::support::bearer("u", "token-1234"))).await;
    assert!(failure.message.contains("after 10 answers"), "{}", failure.message);
    let heard = server.heard().await;
    assert_eq!(heard.lines.iter().skip(2).count(), 10, "ten answers and not one more: {:?}", heard.lines);
}

#[tokio::test]
async fn an_extra_question_is_taken_back_with_a_star() {
    let server =
        offering("PLAIN", vec![hear("AUTH PLAIN"), say("334 UElOPw==\r\n"), hear("*"), say("501 5.7.0 cancelled\r\n")])
            .await;
    let route = loopback(server.port);
    let (failure, record) = refusal(&clear(&route, tim())).await;
    assert_eq!(failure.raw, "501 5.7.0 cancelled");
    let reply = stage(&record, StageName::Authenticate).evidence["tried"][0]["reply"].as_str().unwrap().to_owned();
    assert!(reply.contains("broken off"), "{reply}");
}

#[tokio::test]
async fn a_challenge_that_is_not_base64_is_not_answered_with_the_password() {
    let server =
        offering("CRAM-MD5", vec![hear("AUTH CRAM-MD5"), say("334 !!!!\r\n"), hear("*"), say("501 ok\r\n")]).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, tim())).await;
    assert_eq!(failure.raw, "501 ok");
}

#[tokio::test]
async fn a_success_before_the_password_was_sent_is_no_success() {
    for (mechanism, then) in [
        ("LOGIN", vec![say("235 welcome\r\n")]),
        ("LOGIN", vec![say("334 VXNlcm5hbWU6\r\n"), hear("dGlt"), say("235 welcome\r\n")]),
        ("CRAM-MD5", vec![say("235 welcome\r\n")]),
    ] {
        let mut script = vec![hear("AUTH")];
        script.extend(then);
        let server = offering(mechanism, script).await;
        let route = loopback(server.port);
        let (failure, _) = refusal(&clear(&route, tim())).await;
        assert!(failure.message.contains("before it was told any password"), "{}", failure.message);
    }
}

#[tokio::test]
async fn the_session_ending_while_signing_in_stops_the_trying() {
    let server =
        offering("CRAM-MD5 PLAIN", vec![hear("AUTH CRAM-MD5"), say("421 4.7.0 too many errors\r\n"), Act::Close]).await;
    let route = loopback(server.port);
    let (failure, record) = refusal(&clear(&route, tim())).await;
    assert_eq!(failure.raw, "421 4.7.0 too many errors");
    assert_eq!(stage(&record, StageName::Authenticate).evidence["tried"].as_array().unwrap().len(), 1);

    let server = offering("PLAIN", vec![hear("AUTH PLAIN"), Act::Reset]).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, tim())).await;
    assert_eq!(failure.message, "The connection was reset while signing in.");
    assert_eq!(failure.stage, StageName::Authenticate);
}

#[tokio::test]
async fn a_nul_in_the_user_name_never_leaves() {
    let server = offering("PLAIN", vec![]).await;
    let route = loopback(server.port);
    let (failure, _) = refusal(&clear(&route, password("admin\0tim", "secret-password"))).await;
    assert!(failure.message.contains("NUL"), "{}", failure.message);
    assert_eq!(server.heard().await.count("AUTH"), 0);
}
