//! What a mail check needs, judged before anything leaves.

use credenza_net::{Mechanism, Recorder, Route, SmtpTls};
use jiff::Timestamp;
use secrecy::SecretString;

use super::EmailRequest;
use super::addresses::mailbox;
use super::compose::{Composed, Letterhead, compose};
use crate::Problem;
use crate::check::Subject;
use crate::check::route::record_route;
use crate::check::token::TokenSource;
use crate::credential::{MailAuth, MailServer, TlsMode};

/// Everything a mail check needs.
pub(in crate::check) struct MailPlan {
    pub(super) route: Route,
    pub(super) tls: SmtpTls,
    pub(super) allow_clear: bool,
    pub(super) sign_in: SignIn,
    pub(super) purpose: Purpose,
}

pub(super) enum SignIn {
    None,
    Password { username: String, password: SecretString, mechanisms: Vec<Mechanism> },
    Token { username: String, source: TokenSource },
}

pub(super) enum Purpose {
    /// As far as RSET, with the sender if there is one.
    Probe {
        sender: Option<String>,
    },
    Send(Composed),
}

/// *Test connection*.
///
/// # Errors
/// `invalid`, with the field at fault.
pub(in crate::check) fn connection_plan(
    subject: &Subject,
    mail: &MailServer,
    rec: &Recorder,
) -> Result<MailPlan, Problem> {
    let sender = mail.sender.as_deref().map(str::trim).filter(|sender| !sender.is_empty());
    let sender = sender.map(|sender| mailbox(sender, "sender")).transpose()?;
    let mut plan = plan(subject, mail, Purpose::Probe { sender: sender.map(|one| one.email.to_string()) }, rec)?;
    plan.route.both_families = true;
    Ok(plan)
}

/// *Send test email* and `send-email`.
///
/// # Errors
/// `invalid`, with the field at fault: `from` when there is no sender at all (IQX-10).
pub(in crate::check) fn email_plan(
    subject: &Subject,
    mail: &MailServer,
    request: &EmailRequest,
    (at, rec): (Timestamp, &Recorder),
) -> Result<MailPlan, Problem> {
    let head = Letterhead { sender: mail.sender.as_deref(), credential: &subject.credential.common.name, at };
    plan(subject, mail, Purpose::Send(compose(request, &head)?), rec)
}

fn plan(subject: &Subject, mail: &MailServer, purpose: Purpose, rec: &Recorder) -> Result<MailPlan, Problem> {
    let port = subject.credential.effective_port();
    let route = record_route(&mail.connection, port, &subject.secrets)?;
    let sign_in = sign_in(subject, mail, rec)?;
    refuse_clear(mail, &sign_in)?;
    if mail.tls == TlsMode::None && !matches!(sign_in, SignIn::None) {
        let target = route.target();
        rec.warning(
            "clear_text",
            format!("The sign-in goes to {target} unencrypted: anyone on the way can read or change it."),
        );
    }
    let tls = match mail.tls {
        TlsMode::None => SmtpTls::None,
        TlsMode::Starttls => SmtpTls::StartTls,
        TlsMode::Implicit => SmtpTls::Implicit,
    };
    Ok(MailPlan { route, tls, allow_clear: mail.allow_clear, sign_in, purpose })
}

fn sign_in(subject: &Subject, mail: &MailServer, rec: &Recorder) -> Result<SignIn, Problem> {
    match &mail.auth {
        MailAuth::None => Ok(SignIn::None),
        MailAuth::Password { username, mechanisms, .. } => password(subject, username, mechanisms, rec),
        MailAuth::Oauth2 { username, .. } => {
            let username = username.trim();
            if username.is_empty() {
                return Err(Problem::invalid(
                    "auth.username",
                    "User name is missing: the mailbox that the token signs in to.",
                ));
            }
            Ok(SignIn::Token { username: username.to_owned(), source: TokenSource::of(subject, rec)? })
        }
    }
}

// IQX-12: one without the other is a warning, and the mail is tried without signing in; the server's 530 explains itself.
fn password(subject: &Subject, username: &str, mechanisms: &[String], rec: &Recorder) -> Result<SignIn, Problem> {
    let username = username.trim();
    let password = subject.secrets.text("auth.password").cloned();
    match (username.is_empty(), password) {
        (false, Some(password)) => {
            let mechanisms = mechanisms.iter().map(|name| mechanism(name)).collect::<Result<_, _>>()?;
            Ok(SignIn::Password { username: username.to_owned(), password, mechanisms })
        }
        (false, None) => {
            rec.warning(
                "password_missing",
                "There is a user name and no password: the mail server is tried without signing in.",
            );
            Ok(SignIn::None)
        }
        (true, Some(_)) => {
            rec.warning(
                "username_missing",
                "There is a password and no user name: the mail server is tried without signing in.",
            );
            Ok(SignIn::None)
        }
        (true, None) => {
            rec.warning(
                "sign_in_missing",
                "User name and password are both blank: the mail server is tried without signing in.",
            );
            Ok(SignIn::None)
        }
    }
}

fn mechanism(name: &str) -> Result<Mechanism, Problem> {
    match name.trim().to_ascii_uppercase().as_str() {
        "PLAIN" => Ok(Mechanism::Plain),
        "LOGIN" => Ok(Mechanism::Login),
        "CRAM-MD5" => Ok(Mechanism::CramMd5),
        _ => Err(Problem::invalid("auth.mechanisms", "Mechanisms are PLAIN, LOGIN and CRAM-MD5.")),
    }
}

// D7. CRAM-MD5 sends no password, so a record that may use it is left to what the server offers.
fn refuse_clear(mail: &MailServer, sign_in: &SignIn) -> Result<(), Problem> {
    let exposed = match sign_in {
        SignIn::None => false,
        SignIn::Password { mechanisms, .. } => !mechanisms.is_empty() && !mechanisms.contains(&Mechanism::CramMd5),
        SignIn::Token { .. } => true,
    };
    if mail.tls != TlsMode::None || mail.allow_clear || !exposed {
        return Ok(());
    }
    let hint = "Switch TLS on; or, if the server cannot, an administrator may tick \"allow in clear\" on this record.";
    let refused = Problem::invalid(
        "allow_clear",
        "The password or token would go over an unencrypted connection, which this record does not allow.",
    );
    Err(Problem { hint: hint.into(), ..refused })
}
