//! What Gmail needs of a record that sends mail.

use super::told::{About, about};
use super::{Known, Verdict};
use crate::credential::{Credential, GrantType, Kind, MailAuth, PasswordKind};

/// The one scope that opens SMTP at Gmail.
pub(super) const SCOPE: &str = "https://mail.google.com/";

/// The requirements, by the way the record signs in.
pub(super) fn verdicts(credential: &Credential, known: &Known<'_>) -> Vec<Verdict> {
    let Kind::MailServer(mail) = &credential.kind else { return Vec::new() };
    match &mail.auth {
        MailAuth::Password { password_kind, username, .. } => vec![app_password(known, *password_kind), user(username)],
        MailAuth::Oauth2 { username, .. } => vec![scope(known), delegation(known), refresh(known), user(username)],
        MailAuth::None => vec![Verdict::not_known(
            "sign_in",
            "The relay knows this network",
            "the record signs in without an account",
            (
                "In the Google admin console: Apps > Gmail > Routing > SMTP relay service, add this network's address.",
                "google_admin",
            ),
        )],
    }
}

fn app_password(known: &Known<'_>, kind: Option<PasswordKind>) -> Verdict {
    const TITLE: &str = "The password is an app password";
    const REMEDY: (&str, &str) = (
        "Turn on 2-Step Verification, make an app password at myaccount.google.com/apppasswords, and enter it with the normal user name. It ends when the main password is changed.",
        "mailbox_owner",
    );
    match (about(known, About::AppPassword), kind) {
        (Some(words), _) => Verdict::not_met("app_password", TITLE, words, REMEDY),
        (None, _) if known.passed => Verdict::met("app_password", TITLE, "The last check signed in."),
        (None, Some(PasswordKind::AppPassword)) => Verdict::not_known(
            "app_password",
            TITLE,
            "the record says so; it was not tested",
            ("Press Test connection.", "you"),
        ),
        (None, _) => Verdict::not_known("app_password", TITLE, "", REMEDY),
    }
}

fn scope(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The scope is https://mail.google.com/";
    let scope = known.oauth2.map(|oauth2| oauth2.scope.trim()).unwrap_or_default();
    if scope.split_whitespace().any(|part| part == SCOPE) {
        return Verdict::met("scope", TITLE, scope);
    }
    // A refresh token carries the scope that was consented to; the request then may leave it out.
    if scope.is_empty() && known.oauth2.is_some_and(|oauth2| oauth2.grant == GrantType::RefreshToken) {
        let remedy = ("Nothing, if the refresh token was made with this scope.", "you");
        return Verdict::not_known("scope", TITLE, "the refresh token decides", remedy);
    }
    let remedy = ("Ask for https://mail.google.com/; gmail.send does not open SMTP.", "you");
    Verdict::not_met("scope", TITLE, if scope.is_empty() { "the scope is blank" } else { scope }, remedy)
}

fn delegation(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The client may act for this mailbox";
    const REMEDY: (&str, &str) = (
        "For a service account: admin console > Security > API controls > Domain-wide delegation, client id with scope https://mail.google.com/. For a person: sign in again and allow it.",
        "google_admin",
    );
    match about(known, About::Delegation) {
        Some(words) => Verdict::not_met("delegation", TITLE, words, REMEDY),
        None => match about(known, About::AppPassword) {
            // 535 5.7.8 to a token: it is of another account, or without the scope.
            Some(words) => Verdict::not_met("delegation", TITLE, words, REMEDY),
            None if known.passed => Verdict::met("delegation", TITLE, "The server let the token in."),
            None => Verdict::not_known("delegation", TITLE, "", REMEDY),
        },
    }
}

fn refresh(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The refresh token lives";
    const REMEDY: (&str, &str) = (
        "Sign in again for a new one. While the consent screen is in status Testing, one lives 7 days: publish the app.",
        "mailbox_owner",
    );
    match about(known, About::Refresh) {
        Some(words) => Verdict::not_met("refresh_token", TITLE, words, REMEDY),
        None if known.passed => Verdict::met("refresh_token", TITLE, "A token was fetched with it."),
        None => Verdict::not_known("refresh_token", TITLE, "", ("Press Fetch Token.", "you")),
    }
}

fn user(username: &str) -> Verdict {
    const TITLE: &str = "The user name is the whole address";
    if username.contains('@') {
        Verdict::met("user", TITLE, username)
    } else {
        Verdict::not_met("user", TITLE, username, ("Enter the whole address of the mailbox.", "you"))
    }
}
