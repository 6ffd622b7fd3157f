//! From nothing to a signed-in session.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::authenticate::authenticate;
use super::dialogue::{Dialogue, Step, refused};
use super::reply::Reply;
use super::{Capabilities, Mailer, Session, SmtpAuth, SmtpTls};
use crate::connection::Connection;
use crate::dial;
use crate::failure::{Channel, Failure, Place};
use crate::recorder::Recorder;
use crate::skew;
use crate::stage::{StageName, StageStatus};
use crate::tls::secure;

/// The port of implicit TLS: a server there says nothing before the handshake (RFC 8314 3.3).
const IMPLICIT_TLS_PORT: u16 = 465;

/// How long silence on that port is listened to.
const SILENCE: Duration = Duration::from_secs(5);

/// Opens a session: stages `resolve`, `connect`, `proxy`, `tls`, `greeting` and `authenticate`. With STARTTLS the
/// greeting comes before `tls`, and everything learnt before the handshake is forgotten (RFC 3207 4.2).
///
/// # Errors
/// A [`Failure`] at one of those stages. No AUTH command is sent before TLS, unless the record allows it.
pub async fn open(mailer: &Mailer<'_>, rec: &Recorder) -> Result<Session, Failure> {
    match &mailer.auth {
        SmtpAuth::None => {}
        SmtpAuth::Password { password, .. } => rec.protect("password", password),
        SmtpAuth::Bearer { token, .. } => rec.protect("token", token),
    }
    let conn = dial(mailer.route, rec).await?;
    let mut session = match mailer.tls {
        SmtpTls::Implicit => {
            let greeted = greet(secure(conn, mailer.route, rec).await?, mailer, rec).await;
            greeted.map_err(|failure| late_alert(failure, rec))?
        }
        SmtpTls::StartTls => {
            let begun = start_tls(greet(conn, mailer, rec).await?, mailer, rec).await;
            begun.map_err(|failure| late_alert(failure, rec))?
        }
        SmtpTls::None => {
            rec.begin(StageName::Tls, "").skip("TLS is off in this record: the connection is not encrypted.");
            greet(conn, mailer, rec).await?
        }
    };
    authenticate(&mut session, mailer, rec).await?;
    Ok(session)
}

/// With TLS 1.3 a server refuses our certificate, or its absence, when the handshake is over for us (RFC 8446 4.4.2.4).
fn late_alert(failure: Failure, rec: &Recorder) -> Failure {
    if failure.channel != Channel::Tls || failure.stage != StageName::Greeting || !failure.raw.contains("fatal alert") {
        return failure;
    }
    rec.blame(StageName::Tls, &failure);
    Failure { stage: StageName::Tls, ..failure }
}

/// Stage `greeting`: the banner, then EHLO.
async fn greet(conn: Connection, mailer: &Mailer<'_>, rec: &Recorder) -> Result<Session, Failure> {
    let stage = rec.begin(StageName::Greeting, mailer.route.target());
    let place = Place::new(StageName::Greeting, Channel::Smtp, &mailer.route.host);
    let mut talk = Dialogue::new(conn);
    let mut evidence = json!({});
    let greeted = async {
        let banner = banner(&mut talk, mailer, &place, rec).await?;
        evidence["banner"] = json!(banner.one_line());
        stage.so_far(evidence.clone());
        if let Some(theirs) = skew::stated(&banner.one_line()) {
            skew::compare(&mailer.route.host, theirs, rec);
        }
        introduce(&mut talk, &place, rec).await
    };
    match greeted.await {
        Ok(offers) => {
            evidence["hello"] = json!(hello(&talk));
            evidence["offers"] = json!(offers);
            stage.pass_with(summary(&offers), evidence);
            Ok(Session { talk, offers, host: mailer.route.host.clone(), rec: rec.clone() })
        }
        Err(failure) => {
            stage.fail_with(&failure, evidence);
            Err(failure)
        }
    }
}

async fn banner(talk: &mut Dialogue, mailer: &Mailer<'_>, place: &Place, rec: &Recorder) -> Result<Reply, Failure> {
    let step = match mailer.tls {
        // A port that expects TLS from the first byte is silent too, and then silence says so.
        SmtpTls::None | SmtpTls::StartTls => Step::new(place, "waiting for the mail server's greeting"),
        SmtpTls::Implicit => Step::new(place, "waiting for the mail server's first words"),
    };
    let silent_port = mailer.route.port == IMPLICIT_TLS_PORT && mailer.tls != SmtpTls::Implicit;
    let banner = if silent_port {
        match tokio::time::timeout(SILENCE, talk.reply(&step, rec)).await {
            Ok(banner) => banner?,
            Err(_) => return Err(silent(place, rec)),
        }
    } else {
        talk.reply(&step, rec).await?
    };
    match banner.code {
        220 => Ok(banner),
        code => Err(refused(place, &format!("The mail server turns us away at the door ({code})."), &banner, rec)),
    }
}

fn silent(place: &Place, rec: &Recorder) -> Failure {
    let tls = Place { channel: Channel::Tls, ..place.clone() };
    let message =
        "The server says nothing: on port 465 mail servers speak TLS from the first byte. Choose implicit TLS.";
    Failure::new(&tls, message, "no greeting within 5 seconds on port 465", rec)
}

/// EHLO, or HELO where that is not known (RFC 5321 3.2).
async fn introduce(talk: &mut Dialogue, place: &Place, rec: &Recorder) -> Result<Capabilities, Failure> {
    let name = hello(talk);
    let reply = talk.ask(&format!("EHLO {name}"), &Step::new(place, "waiting for the answer to EHLO"), rec).await?;
    match reply.code {
        250 => return Ok(Capabilities::read(&reply)),
        500..=599 => {}
        _ => return Err(refused(place, "The server did not answer EHLO with its abilities.", &reply, rec)),
    }
    let reply = talk.ask(&format!("HELO {name}"), &Step::new(place, "waiting for the answer to HELO"), rec).await?;
    match reply.code {
        250 => Ok(Capabilities::none()),
        _ => Err(refused(place, "The server accepts neither EHLO nor HELO.", &reply, rec)),
    }
}

/// An address literal of our end (RFC 5321 4.1.3): true, and never the machine's name.
fn hello(talk: &Dialogue) -> String {
    match talk.connection().local().ip().to_canonical() {
        IpAddr::V4(v4) => format!("[{v4}]"),
        IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
    }
}

fn summary(offers: &Capabilities) -> String {
    match (offers.helo_only, offers.auth.is_empty()) {
        (true, _) => "The server knows only HELO: no STARTTLS, no signing in.".to_owned(),
        (false, true) => "The server answers and offers no way of signing in (yet).".to_owned(),
        (false, false) => format!("The server answers and offers {}.", offers.auth.join(", ")),
    }
}

/// STARTTLS, the handshake, and EHLO again.
async fn start_tls(mut session: Session, mailer: &Mailer<'_>, rec: &Recorder) -> Result<Session, Failure> {
    let stage = rec.begin(StageName::Tls, mailer.route.target());
    if let Err(failure) = ask_for_tls(&mut session, rec).await {
        stage.fail(&failure);
        return Err(failure);
    }
    let Session { talk, offers: before, host, .. } = session;
    let conn = match talk.into_connection() {
        Ok(conn) => conn,
        Err(bytes) => {
            let failure = injected(&bytes, &host, rec);
            stage.fail(&failure);
            return Err(failure);
        }
    };
    // `secure` begins the stage anew; this one only showed that it was under way.
    drop(stage);
    let conn = secure(conn, mailer.route, rec).await?;
    let mut talk = Dialogue::new(conn);
    let place = Place::new(StageName::Greeting, Channel::Smtp, &host);
    let introduced = introduce(&mut talk, &place, rec).await;
    let mut evidence = json!({ "hello": hello(&talk), "before_tls": before });
    match introduced {
        Ok(offers) => {
            evidence["offers"] = json!(offers);
            evidence["changed_by_tls"] = changes(&before, &offers);
            rec.amend(StageName::Greeting, StageStatus::Passed, &summary(&offers), evidence);
            Ok(Session { talk, offers, host, rec: rec.clone() })
        }
        Err(failure) => {
            // A TLS alert that comes late is not the greeting's fault: that one was heard before.
            let (status, words) = match failure.channel {
                Channel::Tls => (StageStatus::Passed, summary(&before)),
                _ => (StageStatus::Failed, failure.message.clone()),
            };
            rec.amend(StageName::Greeting, status, &words, evidence);
            Err(failure)
        }
    }
}

async fn ask_for_tls(session: &mut Session, rec: &Recorder) -> Result<(), Failure> {
    let place = session.place(StageName::Tls);
    if !session.offers.starttls {
        let place = Place { channel: Channel::Tls, ..place };
        let message = "The server does not offer STARTTLS, which this record requires; or something on the way removed the offer. Nothing secret was sent.";
        return Err(Failure::new(&place, message, session.offers.lines.join(" | "), rec)
            .with_lookup("STARTTLS is not supported on this server", rec));
    }
    let reply = session.talk.ask("STARTTLS", &Step::new(&place, "waiting for the answer to STARTTLS"), rec).await?;
    match reply.code {
        220 => Ok(()),
        code => {
            let message = format!("The server offers STARTTLS and then refuses it ({code}). Nothing secret was sent.");
            Err(refused(&place, &message, &reply, rec).with_finding("tls:starttls-refused", rec))
        }
    }
}

fn injected(bytes: &[u8], host: &str, rec: &Recorder) -> Failure {
    let place = Place::new(StageName::Tls, Channel::Tls, host);
    let text = String::from_utf8_lossy(bytes);
    rec.server(&text);
    let message = "Something was sent after the answer to STARTTLS and before the encryption began. That is how replies are forged; the connection was given up.";
    Failure::new(&place, message, format!("unencrypted data after STARTTLS: {text}"), rec)
        .with_finding("tls:forged-reply", rec)
}

fn changes(before: &Capabilities, after: &Capabilities) -> Value {
    let missing = |these: &Capabilities, those: &Capabilities| -> Vec<String> {
        these.lines.iter().filter(|line| !those.lines.contains(line)).cloned().collect()
    };
    json!({ "gone": missing(before, after), "new": missing(after, before) })
}
