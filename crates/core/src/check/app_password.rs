//! Names the app password first where a known provider refuses a password that was sent directly (IQX-14).

use credenza_net::{Explanation, Failure, ProviderKind, StageName, providers};

use crate::credential::{Credential, Kind, MailAuth, PasswordKind};

/// Puts the app password in front of the causes of a refused password, where the provider is known to ask for one.
pub(super) fn explain(explanation: Explanation, credential: &Credential, failure: &Failure) -> Explanation {
    let Kind::MailServer(mail) = &credential.kind else { return explanation };
    let MailAuth::Password { password_kind, .. } = &mail.auth else { return explanation };
    if failure.stage != StageName::Authenticate || !known(&mail.connection.host) || !refuses_password(&failure.raw) {
        return explanation;
    }
    first(explanation, *password_kind)
}

fn first(mut explanation: Explanation, kind: Option<PasswordKind>) -> Explanation {
    let (cause, step) = match kind {
        Some(PasswordKind::AppPassword) => (
            "The app password is wrong or was revoked: changing the account's main password ends it silently",
            "Make a new app password at the provider and enter it with the normal user name.",
        ),
        _ => (
            "The account's own password was sent where an app password is needed",
            "Make an app password at the provider and enter it with the normal user name.",
        ),
    };
    explanation.causes.insert(0, cause.to_owned());
    explanation.steps.insert(0, step.to_owned());
    explanation
}

/// Whether the provider of this host takes app passwords: Microsoft, and whoever's preset says so.
fn known(host: &str) -> bool {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    let microsoft = ["office365.com", "outlook.com"];
    if microsoft.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}"))) {
        return true;
    }
    let says = |notes: &str| {
        let notes = notes.to_ascii_lowercase();
        notes.contains("app password") || notes.contains("app-specific password")
    };
    let mut smtp = providers().iter().filter(|provider| provider.kind == ProviderKind::Smtp);
    smtp.any(|provider| provider.host.as_deref() == Some(host.as_str()) && says(&provider.notes))
}

/// Whether the reply is about the password, and not a setting that refuses every password.
fn refuses_password(raw: &str) -> bool {
    let refused = raw.starts_with("535") || raw.starts_with("534");
    refused && (!raw.contains("5.7.139") || raw.contains("user credentials were incorrect"))
}

#[cfg(test)]
mod tests {
    use credenza_net::{Catalogue, Channel, Place, Recorder};
    use serde_json::json;

    use super::*;

    fn causes(host: &str, auth: serde_json::Value, raw: &str) -> Vec<String> {
        let record = json!({ "type": "mail_server", "name": "n", "description": "d", "host": host, "auth": auth });
        let credential = Credential::parse(record).unwrap().credential;
        let place = Place::new(StageName::Authenticate, Channel::Smtp, host);
        let failure = Failure::new(&place, "refused", raw, &Recorder::new(None));
        explain(Catalogue::builtin().explain(&failure), &credential, &failure).causes
    }

    const REFUSED: [(&str, &str); 6] = [
        ("smtp.gmail.com", "535-5.7.8 Username and Password not accepted."),
        ("smtp.gmail.com", "534-5.7.9 Application-specific password required."),
        ("smtp.office365.com", "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."),
        ("smtp-mail.outlook.com", "535 5.7.3 Authentication unsuccessful"),
        ("smtp.mail.yahoo.com", "535 5.7.0 (#AUTH005) Too many bad auth attempts."),
        ("smtp.mail.me.com", "535 5.7.8 Error: authentication failed"),
    ];

    #[test]
    fn iqx_14_a_refused_direct_sign_in_at_a_known_provider_names_the_app_password_first() {
        for (host, raw) in REFUSED {
            let first = causes(host, json!({ "method": "password", "username": "u" }), raw).remove(0);
            assert!(first.contains("app password is needed"), "{host} {raw}: {first}");
            let auth = json!({ "method": "password", "username": "u", "password_kind": "app_password" });
            let first = causes(host, auth, raw).remove(0);
            assert!(first.contains("main password"), "IQX-17, {host}: {first}");
        }
    }

    #[test]
    fn no_app_password_is_named_to_a_token_at_an_own_server_or_where_every_password_is_refused() {
        let direct = || json!({ "method": "password", "username": "u" });
        let token = json!({ "method": "oauth2", "username": "u", "oauth2": { "token_url": "https://t.example", "client_id": "c" } });
        let off = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.";
        for (host, auth, raw) in [
            ("mail.example.com", direct(), "535 5.7.8 Error: authentication failed"),
            ("smtp.gmail.com.example.org", direct(), "535-5.7.8 Username and Password not accepted."),
            ("smtp.office365.com", token, "535 5.7.3 Authentication unsuccessful"),
            ("smtp.office365.com", direct(), off),
        ] {
            let named = causes(host, auth, raw)
                .iter()
                .any(|cause| cause.contains("where an app password is needed") && cause.starts_with("The account"));
            assert!(!named, "{host} {raw}");
        }
    }
}
