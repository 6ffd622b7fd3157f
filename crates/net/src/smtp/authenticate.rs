//! Signing in: what the server offers, strongest first, every method tried written down (rule ELI-9).

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::SecretString;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::dialogue::{Step, refused, shown};
use super::reply::Reply;
use super::sasl::{Account, Conversation, Mechanism};
use super::{Mailer, Session, SmtpAuth};
use crate::failure::Failure;
use crate::recorder::Recorder;
use crate::stage::StageName;

/// More challenges than this are not answered.
const MOST_CHALLENGES: usize = 10;

/// The longest command line that carries an opening message; longer ones follow a bare AUTH (RFC 5321 4.5.3.1.4).
const COMMAND_LIMIT: usize = 512;

/// Servers differ in padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Stage `authenticate`.
pub(super) async fn authenticate(session: &mut Session, mailer: &Mailer<'_>, rec: &Recorder) -> Result<(), Failure> {
    let (username, secret) = match &mailer.auth {
        SmtpAuth::None => {
            rec.begin(StageName::Authenticate, "").skip("This record signs in nowhere.");
            return Ok(());
        }
        SmtpAuth::Password { username, password, .. } => (username, password),
        SmtpAuth::Bearer { username, token } => (username, token),
    };
    let stage = rec.begin(StageName::Authenticate, format!("{username} at {}", mailer.route.target()));
    let account = Account { username, secret, host: &mailer.route.host, port: mailer.route.port };
    let mut evidence = json!({ "username": username, "offered": session.offers.auth, "tried": [] });
    match sign_in(session, &account, (mailer, &mut evidence), rec).await {
        Ok(mechanism) => {
            evidence["mechanism"] = json!(mechanism.as_str());
            let summary = format!("Signed in as {username} with {mechanism}.");
            if session.talk.connection().is_encrypted() {
                stage.pass_with(summary, evidence);
            } else {
                let what = if matches!(mailer.auth, SmtpAuth::Bearer { .. }) { "token" } else { "password" };
                let message =
                    format!("The {what} went to {} over a connection that is not encrypted.", mailer.route.host);
                rec.warning("clear_text", message);
                stage.warn(summary, evidence);
            }
            Ok(())
        }
        Err(failure) => {
            stage.fail_with(&failure, evidence);
            Err(failure)
        }
    }
}

async fn sign_in(
    session: &mut Session,
    account: &Account<'_>,
    (mailer, evidence): (&Mailer<'_>, &mut Value),
    rec: &Recorder,
) -> Result<Mechanism, Failure> {
    if !session.talk.connection().is_encrypted() && !mailer.allow_clear {
        return Err(in_clear(session, rec));
    }
    let mechanisms = chosen(&session.offers.auth, &mailer.auth);
    if mechanisms.is_empty() {
        return Err(nothing_fits(session, &mailer.auth, rec));
    }
    let mut refusal: Option<(Reply, Option<String>)> = None;
    for (at, mechanism) in mechanisms.iter().enumerate() {
        let tried = attempt(session, account, *mechanism, rec).await?;
        let entry = json!({ "mechanism": mechanism.as_str(), "reply": tried.shown(), "error": tried.error_json() });
        push(&mut evidence["tried"], entry);
        if tried.reply.code == 235 && tried.cancelled.is_none() {
            return Ok(*mechanism);
        }
        let settled = tried.settles(*mechanism);
        if refusal.as_ref().is_none_or(|(reply, _)| reply.code != 535 || tried.reply.code == 535) {
            refusal = Some((tried.reply, tried.error));
        }
        if settled {
            for left in &mechanisms[at + 1..] {
                let why = "the server has judged the password; asking again could lock the account";
                push(&mut evidence["not_tried"], json!({ "mechanism": left.as_str(), "why": why }));
            }
            break;
        }
    }
    Err(match refusal {
        Some((reply, error)) => turned_down(session, &mailer.auth, (&reply, error), rec),
        None => nothing_fits(session, &mailer.auth, rec),
    })
}

fn push(list: &mut Value, entry: Value) {
    match list {
        Value::Array(items) => items.push(entry),
        other => *other = json!([entry]),
    }
}

/// The mechanisms to try, strongest first.
fn chosen(offered: &[String], auth: &SmtpAuth) -> Vec<Mechanism> {
    let offers = |mechanism: &Mechanism| offered.iter().any(|name| name == mechanism.as_str());
    match auth {
        SmtpAuth::None => Vec::new(),
        SmtpAuth::Password { mechanisms, .. } => {
            let allowed = |mechanism: &Mechanism| mechanisms.is_empty() || mechanisms.contains(mechanism);
            Mechanism::PASSWORD.into_iter().filter(|m| allowed(m) && offers(m)).collect()
        }
        SmtpAuth::Bearer { .. } => {
            [Mechanism::XOauth2, Mechanism::OauthBearer].into_iter().filter(offers).take(1).collect()
        }
    }
}

struct Attempt {
    reply: Reply,
    /// Why Credenza broke the exchange off.
    cancelled: Option<&'static str>,
    /// The server's own account of why a token failed.
    error: Option<String>,
}

impl Attempt {
    fn shown(&self) -> Value {
        match self.cancelled {
            Some(why) => json!(format!("{} (broken off: {why})", self.reply.one_line())),
            None => shown(&self.reply),
        }
    }

    fn error_json(&self) -> Value {
        let text = self.error.as_deref();
        text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap_or_else(|_| json!(text)))
    }

    // 535 to PLAIN or LOGIN is a verdict on the password. 535 to CRAM-MD5 is often none: a server that keeps only
    // hashed passwords can't check it. 421 ends the session.
    fn settles(&self, mechanism: Mechanism) -> bool {
        let judged = matches!(mechanism, Mechanism::Plain | Mechanism::Login) && self.cancelled.is_none();
        self.reply.code == 421 || (self.reply.code == 535 && judged)
    }
}

async fn attempt(
    session: &mut Session,
    account: &Account<'_>,
    mechanism: Mechanism,
    rec: &Recorder,
) -> Result<Attempt, Failure> {
    let place = session.place(StageName::Authenticate);
    let step = Step { place: place.clone(), doing: "signing in", hide_challenges: true };
    let mut conversation = Conversation::new(mechanism, account);
    let opening = conversation.opening().map_err(|why| Failure::new(&place, why, "not sent", rec))?;
    let mut command = Zeroizing::new(format!("AUTH {mechanism}"));
    let mut shown = command.to_string();
    if let Some(encoded) = opening.map(|message| Zeroizing::new(STANDARD.encode(&*message)))
        && command.len() + encoded.len() + 3 <= COMMAND_LIMIT
    {
        command = Zeroizing::new(format!("{} {}", *command, *encoded));
        shown = format!("{shown} {}", stand_in(account, rec));
        conversation.opened();
    }
    let mut reply = session.talk.ask_hidden(&command, &shown, &step, rec).await?;
    let mut cancelled = None;
    let mut challenges = 0;
    while reply.code == 334 {
        challenges += 1;
        if challenges > MOST_CHALLENGES {
            let message = "The server keeps asking while signing in; after 10 answers Credenza stopped.";
            let failure = Failure::new(&place, message, "more than 10 challenges", rec);
            return Err(failure.with_finding("smtp:auth-out-of-order", rec));
        }
        let challenge = LENIENT.decode(reply.lines.concat().trim()).ok();
        let told_before = conversation.error.is_some();
        let answer = conversation.answer(challenge.as_deref());
        if let (false, Some(error)) = (told_before, &conversation.error) {
            rec.note(&format!("the server's reason: {error}"));
        }
        let line = answer.map(|bytes| Zeroizing::new(STANDARD.encode(&*bytes)));
        if line.is_none() {
            cancelled = cancelled.or(Some("no answer fits the server's question"));
        }
        let shown = if conversation.is_complete() { stand_in(account, rec) } else { "[user name]".to_owned() };
        reply = continue_with(session, (line, mechanism, &shown), &step, rec).await?;
    }
    if reply.code == 235 && !conversation.is_complete() {
        let message = "The server says that we are signed in before it was told any password.";
        return Err(Failure::new(&place, message, reply.one_line(), rec).with_finding("smtp:auth-out-of-order", rec));
    }
    Ok(Attempt { reply, cancelled, error: conversation.error })
}

// Sends one answer; `*` takes the exchange back (RFC 4954 4).
async fn continue_with(
    session: &mut Session,
    (line, mechanism, shown): (Option<Zeroizing<String>>, Mechanism, &str),
    step: &Step,
    rec: &Recorder,
) -> Result<Reply, Failure> {
    match line {
        None => session.talk.ask("*", step, rec).await,
        Some(line) if line.is_empty() => session.talk.ask("", step, rec).await,
        Some(line) => {
            if mechanism == Mechanism::CramMd5 {
                // The digest lets a password be guessed offline: a server that echoes it must not show it.
                rec.protect("response", &SecretString::from(line.as_str()));
            }
            session.talk.ask_hidden(&line, shown, step, rec).await
        }
    }
}

/// What stands in the transcript for a line that holds the secret, the user name inside it included.
fn stand_in(account: &Account<'_>, rec: &Recorder) -> String {
    rec.stand_in("sign-in", account.secret)
}

fn in_clear(session: &Session, rec: &Recorder) -> Failure {
    if session.offers.starttls {
        return after_starttls(session, rec);
    }
    let message = "The connection is not encrypted, so nothing was sent to sign in. Turn on TLS; or an administrator allows clear text on this record.";
    Failure::new(&session.place(StageName::Authenticate), message, "refused by Credenza: connection not encrypted", rec)
        .with_lookup("538 5.7.11 Encryption required for requested authentication mechanism", rec)
}

// RFC 4954 4: a server may offer AUTH only once the connection is encrypted; most do.
fn after_starttls(session: &Session, rec: &Recorder) -> Failure {
    let message = "The connection is not encrypted, so nothing was sent to sign in. The server offers STARTTLS: set TLS to STARTTLS in this record.";
    Failure::new(&session.place(StageName::Authenticate), message, session.offers.lines.join(" | "), rec)
        .with_finding("tls:auth-after-starttls", rec)
}

fn nothing_fits(session: &Session, auth: &SmtpAuth, rec: &Recorder) -> Failure {
    if session.offers.auth.is_empty() && session.offers.starttls && !session.talk.connection().is_encrypted() {
        return after_starttls(session, rec);
    }
    let offered = match session.offers.auth.as_slice() {
        [] => "no way of signing in".to_owned(),
        names => names.join(", "),
    };
    let wanted = match auth {
        SmtpAuth::Bearer { .. } => "XOAUTH2 or OAUTHBEARER".to_owned(),
        SmtpAuth::Password { mechanisms, .. } if !mechanisms.is_empty() => {
            mechanisms.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(", ")
        }
        _ => "CRAM-MD5, PLAIN or LOGIN".to_owned(),
    };
    let message = format!("The server offers {offered}; this record can use {wanted}.");
    Failure::new(&session.place(StageName::Authenticate), message, format!("AUTH offered: {offered}"), rec)
        .with_lookup("No compatible authentication mechanism", rec)
}

fn turned_down(
    session: &Session,
    auth: &SmtpAuth,
    (reply, error): (&Reply, Option<String>),
    rec: &Recorder,
) -> Failure {
    let message = match (reply.code, auth) {
        (535, SmtpAuth::Bearer { .. }) => "The server did not accept the access token for this user.",
        (535, _) => "The server did not accept the user name or the password.",
        (421, _) => "The server ended the session while signing in.",
        _ => "The server did not let us sign in.",
    };
    let failure = refused(&session.place(StageName::Authenticate), message, reply, rec);
    match error {
        Some(error) => {
            let raw = rec.redact(&format!("{} (reason given: {error})", reply.one_line()));
            Failure { raw, ..failure }
        }
        None => failure,
    }
}
