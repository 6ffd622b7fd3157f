//! Walks a mail check: token if there is one, the session, then the probe or the mail.

use credenza_net::{MailEnvelope, Mailer, Session, SmtpAuth, smtp};
use serde_json::json;

use super::compose::Composed;
use super::plan::{MailPlan, Purpose, SignIn};
use crate::check::engine::{Done, Run, Stop};
use crate::check::token;

/// Runs a mail check.
pub(in crate::check) async fn run(run: &Run<'_>, plan: Box<MailPlan>) -> Result<Done, Stop> {
    let MailPlan { route, tls, allow_clear, sign_in, purpose } = *plan;
    let auth = match sign_in {
        SignIn::None => SmtpAuth::None,
        SignIn::Password { username, password, mechanisms } => SmtpAuth::Password { username, password, mechanisms },
        SignIn::Token { username, source } => {
            let token = token::inside(run, &source).await?;
            SmtpAuth::Bearer { username, token }
        }
    };
    let mailer = Mailer { route: &route, tls, allow_clear, auth };
    let mut session = smtp::open(&mailer, run.rec).await?;
    match purpose {
        Purpose::Probe { sender } => {
            session.probe(sender.as_deref(), None, run.rec).await?;
            session.quit().await;
            Ok(Done::default())
        }
        Purpose::Send(composed) => send(run, session, composed).await,
    }
}

async fn send(run: &Run<'_>, mut session: Session, composed: Composed) -> Result<Done, Stop> {
    let Composed { from, recipients, message_id, bytes } = composed;
    let envelope = MailEnvelope { from, to: recipients };
    let accepted = session.send(&envelope, &bytes, run.rec).await?;
    // "Accepted" is all that a mail server can say; whether it is delivered shows later.
    let result = json!({ "accepted": true, "reply": run.rec.redact(&accepted.reply), "message_id": message_id });
    // From here on the mail is on its way: a server that is slow to say goodbye must not turn this into a failure.
    let _ = run.settled.set(result.clone());
    session.quit().await;
    Ok(Done { result, ..Done::default() })
}
