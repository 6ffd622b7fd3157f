//! What the tests share: a certificate authority, scripted servers, small proxies, and ways to look at a record.

pub mod authority;
pub mod proxy;
pub mod script;
pub mod short_rsa;

use credenza_net::smtp::{self, Mailer, Session, SmtpAuth, SmtpTls};
use credenza_net::{Failure, Mechanism, Record, Recorder, Route, Stage, StageName, StageStatus, Verify};
use secrecy::SecretString;

pub fn loopback(port: u16) -> Route {
    Route::direct("127.0.0.1", port)
}

pub fn trusting(port: u16, pem: &str) -> Route {
    Route { verify: Verify::Certificate { pem: pem.to_owned() }, host: "localhost".to_owned(), ..loopback(port) }
}

pub fn password(username: &str, password: &str) -> SmtpAuth {
    SmtpAuth::Password { username: username.into(), password: SecretString::from(password), mechanisms: Vec::new() }
}

pub fn only(mechanism: Mechanism, auth: SmtpAuth) -> SmtpAuth {
    match auth {
        SmtpAuth::Password { username, password, .. } => {
            SmtpAuth::Password { username, password, mechanisms: vec![mechanism] }
        }
        other => other,
    }
}

pub fn bearer(username: &str, token: &str) -> SmtpAuth {
    SmtpAuth::Bearer { username: username.into(), token: SecretString::from(token) }
}

/// A mailer in clear text; most tests of the dialogue need no TLS.
pub fn clear(route: &Route, auth: SmtpAuth) -> Mailer<'_> {
    Mailer { route, tls: SmtpTls::None, allow_clear: true, auth }
}

/// Opens, and closes the record.
pub async fn opened(mailer: &Mailer<'_>) -> (Result<Session, Failure>, Record) {
    let rec = Recorder::new(None);
    let result = smtp::open(mailer, &rec).await;
    (result, rec.close(None))
}

/// Opens, expecting a failure.
pub async fn refusal(mailer: &Mailer<'_>) -> (Failure, Record) {
    let (result, record) = opened(mailer).await;
    (result.expect_err("this must fail"), record)
}

pub fn stage(record: &Record, name: StageName) -> &Stage {
    record.stages.iter().find(|stage| stage.name == name).expect("every stage is in a record")
}

pub fn status(record: &Record, name: StageName) -> StageStatus {
    stage(record, name).status
}

/// Everything a record shows, as one text.
pub fn everything(record: &Record, failure: Option<&Failure>) -> String {
    let stages = serde_json::to_string(&record.stages).unwrap();
    let lines: Vec<&str> = record.transcript.iter().map(|line| line.text.as_str()).collect();
    format!("{stages}\n{}\n{:?}\n{failure:?}", lines.join("\n"), record.warnings)
}

pub fn has_warning(record: &Record, id: &str) -> bool {
    record.warnings.iter().any(|warning| warning.id == id)
}
