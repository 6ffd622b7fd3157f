//! Hostile and broken mail servers, one line each: bounded, blamed at the right stage, and told nothing before TLS.

use std::time::Duration;

use credenza_net::smtp::{self, Mailer, SmtpTls};
use credenza_net::{Catalogue, Failure, Mechanism, Record, Recorder, StageName, StageStatus};

use super::support::authority::Authority;
use super::support::script::{Act, hear, say, serve};
use super::support::{everything, only, password, status, trusting};

const SECRET: &str = "tanstaaf-secret";
/// Far above what any of these needs; an end that never came would show here.
const LIMIT: Duration = Duration::from_secs(20);

/// When the script begins.
#[derive(Clone, Copy, PartialEq)]
enum From {
    /// At the first byte; the record wants STARTTLS.
    Start,
    /// Behind STARTTLS and its `220`, before any handshake.
    Offered,
    /// Inside TLS, at the first byte of implicit TLS.
    Inside,
    /// Inside TLS, signed in nowhere yet, with `AUTH PLAIN LOGIN CRAM-MD5` offered.
    SignIn,
}

struct Session {
    name: &'static str,
    from: From,
    script: fn() -> Vec<Act>,
    stage: StageName,
    /// The explanation's id; empty where the server's own words decide it.
    explained: &'static str,
}

const fn session(name: &'static str, from: From, script: fn() -> Vec<Act>, end: (StageName, &'static str)) -> Session {
    Session { name, from, script, stage: end.0, explained: end.1 }
}

const G: StageName = StageName::Greeting;
const T: StageName = StageName::Tls;
const A: StageName = StageName::Authenticate;
const P: StageName = StageName::Permission;

fn ehlo(answer: &str) -> Vec<Act> {
    vec![say("220 mx\r\n"), hear("EHLO"), say(answer)]
}

fn starttls(answer: &str) -> Vec<Act> {
    [ehlo("250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"), vec![hear("STARTTLS"), say(answer)]].concat_acts()
}

trait Concat {
    fn concat_acts(self) -> Vec<Act>;
}

impl<const N: usize> Concat for [Vec<Act>; N] {
    fn concat_acts(self) -> Vec<Act> {
        self.into_iter().flatten().collect()
    }
}

fn sign_in(answer: &str) -> Vec<Act> {
    vec![hear("AUTH"), say(answer)]
}

fn signed_in(then: Vec<Act>) -> Vec<Act> {
    [sign_in("535 5.7.8 no\r\n"), vec![hear("AUTH PLAIN"), say("235 ok\r\n")], then].concat_acts()
}

const SESSIONS: [Session; 60] = [
    // The door.
    session("closes at once", From::Start, || vec![Act::Close], (G, "network:closed-early")),
    session("resets at once", From::Start, || vec![Act::Reset], (G, "network:reset")),
    session("endless banner", From::Start, || vec![Act::Flood(vec![b'A'; 4096])], (G, "network:reply-too-large")),
    session("endless NUL", From::Start, || vec![Act::Flood(vec![0; 4096])], (G, "network:reply-too-large")),
    session("endless lines", From::Start, || vec![Act::Flood(b"220-x\r\n".to_vec())], (G, "network:reply-too-large")),
    session("empty lines", From::Start, || vec![Act::Flood(b"\r\n".to_vec())], (G, "smtp:not-a-mail-server")),
    session("carriage returns", From::Start, || vec![Act::Flood(vec![b'\r'; 512])], (G, "network:reply-too-large")),
    session("latin-1 and colours", From::Start, || vec![say(b"\x1b[31m\xe9\xff\r\n")], (G, "smtp:not-a-mail-server")),
    session("SSH", From::Start, || vec![say("SSH-2.0-OpenSSH_9.2\r\n")], (G, "smtp:not-a-mail-server")),
    session("IMAP", From::Start, || vec![say("* OK IMAP4rev1\r\n")], (G, "smtp:not-a-mail-server")),
    session("POP3", From::Start, || vec![say("+OK POP3\r\n")], (G, "smtp:not-a-mail-server")),
    session("HTTP", From::Start, || vec![say("HTTP/1.1 400 Bad Request\r\n\r\n")], (G, "smtp:not-a-mail-server")),
    session("two digits", From::Start, || vec![say("22\r\n")], (G, "smtp:not-a-mail-server")),
    session("no blank behind the code", From::Start, || vec![say("220mx\r\n")], (G, "smtp:not-a-mail-server")),
    session("turned away", From::Start, || vec![say("554 5.7.1 listed\r\n")], (G, "")),
    session("busy", From::Start, || vec![say("421 4.3.2 too busy\r\n")], (G, "")),
    session("signed in at the door", From::Start, || vec![say("235 2.7.0 welcome\r\n")], (G, "")),
    session("mixed codes", From::Start, || vec![say("220-a\r\n250 b\r\n")], (G, "smtp:broken-reply")),
    session("answers before the question", From::Start, || vec![say("220 a\r\n250 b\r\n")], (G, "smtp:broken-reply")),
    session("half a banner", From::Start, || vec![say("220 mx"), Act::Close], (G, "network:closed-early")),
    // EHLO.
    session(
        "closes at EHLO",
        From::Start,
        || vec![say("220 mx\r\n"), hear("EHLO"), Act::Close],
        (G, "network:closed-early"),
    ),
    session("resets at EHLO", From::Start, || vec![say("220 mx\r\n"), hear("EHLO"), Act::Reset], (G, "network:reset")),
    session(
        "endless EHLO",
        From::Start,
        || [ehlo(""), vec![Act::Flood(b"250-X\r\n".to_vec())]].concat_acts(),
        (G, "network:reply-too-large"),
    ),
    session("EHLO with mixed codes", From::Start, || ehlo("250-mx\r\n350 x\r\n"), (G, "smtp:broken-reply")),
    session(
        "knows neither EHLO nor HELO",
        From::Start,
        || [ehlo("502 no\r\n"), vec![hear("HELO"), say("502 no\r\n")]].concat_acts(),
        (G, ""),
    ),
    session(
        "knows only HELO",
        From::Start,
        || [ehlo("502 no\r\n"), vec![hear("HELO"), say("250 mx\r\n")]].concat_acts(),
        (T, "tls:starttls-missing"),
    ),
    // STARTTLS, or somebody in the middle.
    session("stripped", From::Start, || ehlo("250-mx\r\n250 AUTH PLAIN LOGIN\r\n"), (T, "tls:starttls-missing")),
    session(
        "overwritten",
        From::Start,
        || ehlo("250-mx\r\n250-XXXXXXXA\r\n250 AUTH PLAIN\r\n"),
        (T, "tls:starttls-missing"),
    ),
    session("454", From::Start, || starttls("454 4.7.0 not now\r\n"), (T, "tls:starttls-refused")),
    session("502", From::Start, || starttls("502 5.5.1 unknown\r\n"), (T, "tls:starttls-refused")),
    session("250 in place of 220", From::Start, || starttls("250 fine\r\n"), (T, "tls:starttls-refused")),
    session("235 in place of 220", From::Start, || starttls("235 2.7.0 signed in\r\n"), (T, "tls:starttls-refused")),
    session("mixed codes behind STARTTLS", From::Start, || starttls("220-go\r\n250 go\r\n"), (T, "smtp:broken-reply")),
    session(
        "endless answer to STARTTLS",
        From::Start,
        || [starttls(""), vec![Act::Flood(b"220-x\r\n".to_vec())]].concat_acts(),
        (T, "network:reply-too-large"),
    ),
    session(
        "capabilities injected",
        From::Start,
        || starttls("220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n"),
        (T, "tls:forged-reply"),
    ),
    session("one byte injected", From::Start, || starttls("220 go\r\n2"), (T, "tls:forged-reply")),
    session("success injected", From::Start, || starttls("220 go\r\n235 2.7.0 ok\r\n"), (T, "tls:forged-reply")),
    session(
        "closes at STARTTLS",
        From::Start,
        || [starttls(""), vec![Act::Close]].concat_acts(),
        (T, "network:closed-early"),
    ),
    session("goes on in clear", From::Offered, || vec![say("250 never meant it\r\n")], (T, "tls:plaintext-port")),
    session("resets in the handshake", From::Offered, || vec![Act::Reset], (T, "network:reset")),
    session(
        "noise in the handshake",
        From::Offered,
        || vec![say([0x16, 3, 3, 0, 4, 9, 9, 9, 9])],
        (T, "tls:broken-handshake"),
    ),
    session(
        "alert in the handshake",
        From::Offered,
        || vec![say([0x15, 3, 3, 0, 2, 2, 80])],
        (T, "tls:refused-by-server"),
    ),
    // Inside TLS.
    session(
        "no mail server inside",
        From::Inside,
        || vec![say("HTTP/1.1 400 Bad\r\n\r\n")],
        (G, "smtp:not-a-mail-server"),
    ),
    session("closes inside", From::Inside, || vec![Act::Close], (G, "")),
    session("endless inside", From::Inside, || vec![Act::Flood(vec![b'A'; 4096])], (G, "network:reply-too-large")),
    session("offers nothing inside", From::Inside, || ehlo("250 mx\r\n"), (A, "smtp:no-auth-offered")),
    session(
        "offers only what is not ours",
        From::Inside,
        || ehlo("250-mx\r\n250 AUTH NTLM GSSAPI\r\n"),
        (A, "smtp:no-auth-offered"),
    ),
    // Signing in.
    session(
        "asks without end",
        From::SignIn,
        || (0..11).flat_map(|n| vec![hear(if n == 0 { "AUTH" } else { "" }), say("334 VXNlcm5hbWU6\r\n")]).collect(),
        (A, "smtp:auth-out-of-order"),
    ),
    session("success unasked", From::SignIn, || sign_in("235 2.7.0 ok\r\n"), (A, "smtp:auth-out-of-order")),
    session(
        "a challenge that is none",
        From::SignIn,
        || [sign_in("334 %%%\r\n"), vec![hear("*"), say("501 5.5.2 cancelled\r\n"), Act::Close]].concat_acts(),
        (A, ""),
    ),
    session(
        "a challenge of 5 KiB",
        From::SignIn,
        || vec![hear("AUTH"), say(format!("334 {}\r\n", "A".repeat(5000)))],
        (A, "network:reply-too-large"),
    ),
    session("closes while signing in", From::SignIn, || vec![hear("AUTH"), Act::Close], (A, "")),
    session("busy while signing in", From::SignIn, || sign_in("421 4.7.0 too many\r\n"), (A, "")),
    session(
        "mixed codes while signing in",
        From::SignIn,
        || sign_in("535-no\r\n235 yes\r\n"),
        (A, "smtp:broken-reply"),
    ),
    session(
        "refuses everything",
        From::SignIn,
        || vec![hear("AUTH"), say("535 5.7.8 no\r\n"), hear("AUTH PLAIN"), say("535 5.7.8 no\r\n")],
        (A, ""),
    ),
    session(
        "success and then 530",
        From::SignIn,
        || signed_in(vec![hear("MAIL"), say("530 5.7.0 sign in first\r\n")]),
        (P, ""),
    ),
    session(
        "success and then 550",
        From::SignIn,
        || signed_in(vec![hear("MAIL"), say("550 5.7.1 not you\r\n")]),
        (P, ""),
    ),
    session(
        "two answers to one question",
        From::SignIn,
        || signed_in(vec![hear("MAIL"), say("250 ok\r\n250 ok\r\n")]),
        (P, "smtp:broken-reply"),
    ),
    session("closes at the sender", From::SignIn, || signed_in(vec![hear("MAIL"), Act::Close]), (P, "")),
    session("354 to the sender", From::SignIn, || signed_in(vec![hear("MAIL"), say("354 go ahead\r\n")]), (P, "")),
];

fn whole(session: &Session, authority: &Authority) -> Vec<Act> {
    let tls = || Act::StartTls(authority.issue("localhost").server());
    let before = match session.from {
        From::Start => Vec::new(),
        From::Offered => [starttls("220 go\r\n"), vec![Act::HearBytes(5)]].concat_acts(),
        From::Inside => vec![tls()],
        From::SignIn => [vec![tls()], ehlo("250-mx\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n")].concat_acts(),
    };
    [before, (session.script)()].concat_acts()
}

/// As far as the sender, as *Test connection* goes.
async fn walk(session: &Session, authority: &Authority, port: u16) -> (Failure, Record) {
    let route = trusting(port, &authority.pem);
    let tls = match session.from {
        From::Start | From::Offered => SmtpTls::StartTls,
        From::Inside | From::SignIn => SmtpTls::Implicit,
    };
    let mailer = Mailer { route: &route, tls, allow_clear: false, auth: password("tim", SECRET) };
    let rec = Recorder::new(None);
    let walk = async { smtp::open(&mailer, &rec).await?.probe(Some("a@b.example"), None, &rec).await };
    let ended = tokio::time::timeout(LIMIT, walk).await.unwrap_or_else(|_| panic!("{}: no end", session.name));
    let failure = ended.expect_err("nothing here may pass for a success");
    (failure, rec.close(None))
}

#[tokio::test]
async fn f1_f2_f3_f6_f8_f10_sixty_hostile_sessions_each_end_with_their_own_reason() {
    let catalogue = Catalogue::builtin();
    for session in SESSIONS {
        let what = session.name;
        let authority = Authority::new("our CA");
        let server = serve(whole(&session, &authority)).await;
        let (failure, record) = walk(&session, &authority, server.port).await;
        assert_eq!(failure.stage, session.stage, "{what}: {failure:?}");
        assert_eq!(status(&record, session.stage), StageStatus::Failed, "{what}: {failure:?}");
        let explained = catalogue.explain(&failure).id;
        match session.explained {
            "" => assert_ne!(explained, "tls:plaintext-port", "{what}: no wrong guess"),
            id => assert_eq!(explained, id, "{what}: {failure:?}"),
        }
        assert_eq!(status(&record, StageName::Action), StageStatus::NotReached, "{what}");
        let shown = everything(&record, Some(&failure));
        assert!(shown.len() < 300_000, "{what}: {} bytes are shown", shown.len());
        assert!(!shown.contains(SECRET), "{what}: the password is shown");
        nothing_secret_in_clear(server, what).await;
    }
}

async fn nothing_secret_in_clear(server: super::support::script::Scripted, what: &str) {
    let heard = server.heard().await;
    let bytes = String::from_utf8_lossy(&heard.before_tls).to_uppercase();
    assert!(!bytes.contains("AUTH") && !bytes.contains("TANSTAAF"), "{what}: before TLS it heard {bytes}");
}

#[tokio::test]
async fn f6_a_server_that_offers_only_a_weaker_mechanism_than_the_record_allows_hears_no_sign_in() {
    for offered in ["AUTH LOGIN", "AUTH PLAIN LOGIN", "AUTH PLAIN XOAUTH2"] {
        let authority = Authority::new("our CA");
        let script = [
            vec![Act::StartTls(authority.issue("localhost").server())],
            vec![say("220 mx\r\n"), hear("EHLO"), say(format!("250-mx\r\n250 {offered}\r\n"))],
        ];
        let server = serve(script.concat_acts()).await;
        let route = trusting(server.port, &authority.pem);
        let auth = only(Mechanism::CramMd5, password("tim", SECRET));
        let mailer = Mailer { route: &route, tls: SmtpTls::Implicit, allow_clear: false, auth };
        let failure = smtp::open(&mailer, &Recorder::new(None)).await.unwrap_err();
        assert_eq!(failure.stage, StageName::Authenticate);
        assert_eq!(server.heard().await.count("AUTH"), 0, "{offered}: no downgrade below the record's policy");
    }
}

#[tokio::test]
async fn auth_that_is_offered_only_after_starttls_is_said_to_be_just_that() {
    for answer in ["250-mx\r\n250 STARTTLS\r\n", "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"] {
        let server = serve(ehlo(answer)).await;
        let route = super::support::loopback(server.port);
        let mailer = Mailer { route: &route, tls: SmtpTls::None, allow_clear: false, auth: password("tim", SECRET) };
        let failure = smtp::open(&mailer, &Recorder::new(None)).await.unwrap_err();
        assert_eq!(Catalogue::builtin().explain(&failure).id, "tls:auth-after-starttls", "{failure:?}");
        assert_eq!(server.heard().await.count("AUTH"), 0);
    }
}
