//! The certificate that a record's server shows now: looked at, judged by nobody, and told no secret.

use credenza_net::smtp::{self, Mailer};
use credenza_net::{CertificateSummary, Failure, Recorder, Route, SmtpAuth, SmtpTls, StageName, Verify, dial, secure};

use super::Subject;
use super::route::record_route;
use crate::Problem;
use crate::credential::{Kind, Protocol, TlsMode};

/// Connects as the record does, through its proxy, as far as TLS, and leaves. No sign-in, no client certificate, no request.
///
/// # Errors
/// `invalid` when the record speaks no TLS; otherwise the failed stage as [`Code::CheckFailed`](crate::Code::CheckFailed).
pub(crate) async fn shown_certificate(subject: &Subject) -> Result<CertificateSummary, Problem> {
    let rec = Recorder::new(None);
    subject.secrets.protect_on(&rec);
    let connection = subject
        .credential
        .connection()
        .ok_or_else(|| Problem::invalid("type", "Only a record with a server of its own shows a certificate."))?;
    let route = record_route(connection, subject.credential.effective_port(), &subject.secrets)?;
    // Nothing is trusted here: what is seen is compared with the fingerprint that a person was given.
    let route = Route { verify: Verify::Disable, client_certificate: None, ..route };
    match starts_tls(subject)? {
        false => look(&route, &rec).await,
        true => look_behind_starttls(&route, &rec).await,
    }
    .map_err(|failure| unreachable_server(&failure))?;
    let record = rec.close(None);
    let tls = record.stages.into_iter().find(|stage| stage.name == StageName::Tls);
    let leaf = tls.and_then(|mut tls| Some(tls.evidence.get_mut("chain")?.get_mut(0)?.take()));
    leaf.and_then(|leaf| serde_json::from_value(leaf).ok())
        .ok_or_else(|| Problem::invalid("certificate_check", "The server showed no certificate that can be read."))
}

async fn look(route: &Route, rec: &Recorder) -> Result<(), Failure> {
    secure(dial(route, rec).await?, route, rec).await.map(drop)
}

async fn look_behind_starttls(route: &Route, rec: &Recorder) -> Result<(), Failure> {
    let mailer = Mailer { route, tls: SmtpTls::StartTls, allow_clear: false, auth: SmtpAuth::None };
    smtp::open(&mailer, rec).await?.quit().await;
    Ok(())
}

/// Whether TLS begins with STARTTLS.
fn starts_tls(subject: &Subject) -> Result<bool, Problem> {
    let clear = |field: &str| Err(Problem::invalid(field, "This record does not use TLS: no certificate is shown."));
    match &subject.credential.kind {
        Kind::MailServer(mail) => match mail.tls {
            TlsMode::None => clear("tls"),
            TlsMode::Starttls => Ok(true),
            TlsMode::Implicit => Ok(false),
        },
        Kind::OutboundServer(server) if server.protocol == Protocol::Http => clear("protocol"),
        Kind::Webhook(hook) if hook.protocol == Protocol::Http => clear("protocol"),
        _ => Ok(false),
    }
}

fn unreachable_server(failure: &Failure) -> Problem {
    let stage = failure.stage.as_str();
    let hint = format!("It stopped at {stage}. `credenza test` shows every stage; nothing was changed.");
    Problem::new(crate::Code::CheckFailed, &failure.message, hint)
}
