//! Where a record's token comes from.

use credenza_net::Recorder;
use secrecy::SecretString;
use serde_json::json;

use super::oauth::OAuthPlan;
use crate::Problem;
use crate::check::Subject;
use crate::check::script::{ScriptPlan, is_token};
use crate::credential::{Kind, OutboundAuth, OutboundServer};

/// Where a record's token comes from.
pub(in crate::check) enum TokenSource {
    /// It stands on the record.
    Fixed(SecretString),
    /// A local program prints it.
    Script(Box<ScriptPlan>),
    /// An identity provider issues it.
    OAuth(Box<OAuthPlan>),
}

impl TokenSource {
    /// The source of a subject's token.
    ///
    /// # Errors
    /// `invalid` with the field: no source at all, or something of it missing.
    pub(in crate::check) fn of(subject: &Subject, rec: &Recorder) -> Result<TokenSource, Problem> {
        if let Kind::OutboundServer(server) = &subject.credential.kind
            && let OutboundAuth::Bearer { token_script, token_script_sha256, .. } = &server.auth
        {
            return bearer(subject, server, (token_script.as_deref(), token_script_sha256.as_deref()));
        }
        OAuthPlan::of(subject, rec).map(|plan| TokenSource::OAuth(Box::new(plan)))
    }
}

// TUF-30, D11: a token on the record takes precedence, and then the script is not even looked at.
fn bearer(
    subject: &Subject,
    server: &OutboundServer,
    script: (Option<&str>, Option<&str>),
) -> Result<TokenSource, Problem> {
    if let Some(token) = subject.secrets.text("auth.token") {
        if !is_token(token) {
            return Err(Problem::invalid(
                "auth.token",
                "The token holds blanks, line breaks or characters that no token has.",
            ));
        }
        return Ok(TokenSource::Fixed(token.clone()));
    }
    let Some(path) = script.0.map(str::trim).filter(|path| !path.is_empty()) else {
        return Err(Problem::invalid("auth.token", "Enter a token, or the full path of a token script."));
    };
    let input = json!({
        "version": 1,
        "credential": subject.credential.common.name,
        "protocol": server.protocol,
        "host": server.connection.host,
        "port": subject.credential.effective_port(),
        "base_path": server.base_path,
    });
    Ok(TokenSource::Script(Box::new(ScriptPlan::new(path, script.1, input)?)))
}

/// The full path of the token script that any check of the subject would start; `None` when it starts none (TUF-30).
pub fn script_to_run(subject: &Subject) -> Option<String> {
    let Kind::OutboundServer(OutboundServer { auth: OutboundAuth::Bearer { token_script, .. }, .. }) =
        &subject.credential.kind
    else {
        return None;
    };
    let path = token_script.as_deref().map(str::trim).filter(|path| !path.is_empty())?;
    (!subject.secrets.has("auth.token")).then(|| path.to_owned())
}
