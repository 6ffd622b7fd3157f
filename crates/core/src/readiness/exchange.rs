//! What Exchange Online needs of a record that sends mail (ELI-11..17).

use super::entra::{common, listed, principal, roles, text};
use super::told::{About, about};
use super::{Known, Verdict, mailbox};
use crate::credential::{Credential, Kind, MailAuth};

/// How long a grant takes to be seen everywhere; said wherever one is asked for.
const SPREADS: &str =
    "A new grant takes 15 to 30 minutes to be seen everywhere, at times some hours: wait, then test again.";

/// The requirements, in the order in which they are met.
pub(super) fn verdicts(credential: &Credential, known: &Known<'_>) -> Vec<Verdict> {
    let by_password =
        matches!(&credential.kind, Kind::MailServer(mail) if matches!(mail.auth, MailAuth::Password { .. }));
    let mut list = Vec::new();
    if by_password {
        list.push(password(known));
    } else {
        list.extend(common(known));
        list.extend([scope(known), audience(known), permission(known), policy(known), principal(known), access(known)]);
    }
    list.extend([smtp_auth(known, by_password), sender(credential, known), licence(known)]);
    list
}

fn password(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "Password sign-in is still allowed";
    let remedy = ("Make an OAuth 2.0 draft of this record and move to it.", "you");
    match about(known, About::Password).or_else(|| about(known, About::Policy)) {
        Some(words) => Verdict::not_met("password", TITLE, words, remedy),
        None if known.passed => Verdict::met("password", TITLE, "The last check signed in; Microsoft ends this way."),
        None => Verdict::not_known("password", TITLE, "", remedy),
    }
}

fn scope(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The scope is https://outlook.office365.com/.default";
    const REMEDY: (&str, &str) = ("Set the scope to https://outlook.office365.com/.default.", "you");
    let scope = known.oauth2.map(|oauth2| oauth2.scope.trim()).unwrap_or_default();
    if let Some(words) = about(known, About::Scope) {
        return Verdict::not_met("scope", TITLE, words, REMEDY);
    }
    let delegated = scope.split_whitespace().any(|part| part.ends_with("/SMTP.Send"));
    let fits = ["https://outlook.office365.com/.default", "https://outlook.office.com/.default"].contains(&scope);
    if fits || delegated {
        Verdict::met("scope", TITLE, scope)
    } else {
        Verdict::not_met("scope", TITLE, if scope.is_empty() { "the scope is blank" } else { scope }, REMEDY)
    }
}

fn audience(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The token is meant for Exchange Online";
    let Some(audience) = text(known.claims, &["aud"]) else {
        return Verdict::not_known("audience", TITLE, "", ("Press Fetch Token.", "you"));
    };
    let fits = ["https://outlook.office365.com", "https://outlook.office.com", "00000002-0000-0ff1-ce00-000000000000"];
    if fits.contains(&audience.trim_end_matches('/')) {
        return Verdict::met("audience", TITLE, format!("aud is {audience}"));
    }
    let remedy = ("Ask for the scope https://outlook.office365.com/.default; Graph's tokens do not open SMTP.", "you");
    Verdict::not_met("audience", TITLE, format!("aud is {audience}"), remedy)
}

/// ELI-16, ELI-17: the role, or a grant inside Exchange (App RBAC), with which the token has none.
fn permission(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The application may send over SMTP (SMTP.SendAsApp, or a role inside Exchange)";
    const ADD: (&str, &str) = (
        "API permissions > Add > APIs my organization uses > Office 365 Exchange Online > Application permissions > SMTP.SendAsApp, then Grant admin consent.",
        "entra_admin",
    );
    if let Some(words) = about(known, About::Listed) {
        return Verdict::not_met("permission", TITLE, words, ADD);
    }
    if let Some(words) = about(known, About::Consent) {
        let remedy = (
            "API permissions > Grant admin consent. The permission is listed; the consent is what is missing.",
            "entra_admin",
        );
        return Verdict::not_met("consent", TITLE, words, remedy);
    }
    let Some(claims) = known.claims else {
        return Verdict::not_known("permission", TITLE, "", ("Press Fetch Token.", "you"));
    };
    if claims.contains_key("scp") {
        let scopes = text(known.claims, &["scp"]).unwrap_or_default();
        return if scopes.split_whitespace().any(|scope| scope == "SMTP.Send") {
            Verdict::met("permission", TITLE, format!("scp: {scopes}"))
        } else {
            Verdict::not_met(
                "permission",
                TITLE,
                format!("scp: {scopes}"),
                ("Sign in again with SMTP.Send among the scopes.", "you"),
            )
        };
    }
    let present = roles(known.claims);
    if present.iter().any(|role| role == "SMTP.SendAsApp") {
        return Verdict::met("permission", TITLE, format!("roles: {}", listed(&present)));
    }
    if present.is_empty() && known.passed {
        return Verdict::met(
            "permission",
            TITLE,
            "the token names no role, and the server let it in: a role inside Exchange (App RBAC)",
        );
    }
    if present.is_empty() {
        let remedy = (
            "Either consent to SMTP.SendAsApp in Entra, or give the application a role inside Exchange (App RBAC: New-ManagementRoleAssignment); with the latter an empty list is right.",
            "entra_admin",
        );
        return Verdict::not_known("permission", TITLE, "the token names no role", remedy);
    }
    let evidence = format!(
        "roles: {}; SMTP.SendAsApp is not among them: not listed, or its consent was not given",
        listed(&present)
    );
    Verdict::not_met("permission", TITLE, evidence, ADD)
}

fn policy(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "No policy of the directory stands in the way";
    let remedy =
        ("Look at Entra > Sign-in logs > Service principal sign-ins for the policy that applied.", "entra_admin");
    match about(known, About::Policy) {
        Some(words) => Verdict::not_met("policy", TITLE, words, remedy),
        None if known.claims.is_some() => Verdict::met("policy", TITLE, "Entra ID gave a token."),
        None => Verdict::not_known("policy", TITLE, "", remedy),
    }
}

/// ELI-15: the token is good, and the mailbox has not let the application in.
fn access(known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The mailbox lets the application in";
    let action = format!("Run the PowerShell below. {SPREADS}");
    match about(known, About::Mailbox) {
        Some(words) => Verdict::not_met("mailbox", TITLE, words, (&action, "exchange_admin")),
        None if known.passed => Verdict::met("mailbox", TITLE, "The server let the token in."),
        None => Verdict::not_known(
            "mailbox",
            TITLE,
            "",
            ("Press Test connection, then Send test email: some refusals come only then.", "you"),
        ),
    }
}

fn smtp_auth(known: &Known<'_>, by_password: bool) -> Verdict {
    const TITLE: &str = "SMTP AUTH is on for the mailbox and not off for the tenant";
    const REMEDY: (&str, &str) = (
        "Set-CASMailbox -SmtpClientAuthenticationDisabled $false for this mailbox; an empty value follows the tenant.",
        "exchange_admin",
    );
    if let Some(words) = about(known, About::SmtpAuth) {
        return Verdict::not_met("smtp_auth", TITLE, words, REMEDY);
    }
    match about(known, About::Mailbox) {
        // The same words come for a wrong password, and where SMTP AUTH is off in older tenants.
        Some(words) if by_password => Verdict::not_known("smtp_auth", TITLE, words, REMEDY),
        _ if known.passed => Verdict::met("smtp_auth", TITLE, "The last check signed in."),
        _ => Verdict::not_known("smtp_auth", TITLE, "", REMEDY),
    }
}

fn sender(credential: &Credential, known: &Known<'_>) -> Verdict {
    const TITLE: &str = "The sender is the mailbox, or the mailbox may send as it";
    const REMEDY: (&str, &str) =
        ("Send from the mailbox's own address, or give Send As with Add-RecipientPermission.", "exchange_admin");
    let sender = match &credential.kind {
        Kind::MailServer(mail) => mail.sender.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let mailbox = mailbox(credential);
    if let Some(words) = about(known, About::Sender) {
        return Verdict::not_met("sender", TITLE, words, REMEDY);
    }
    if !sender.is_empty() && sender.eq_ignore_ascii_case(mailbox) {
        return Verdict::met("sender", TITLE, sender);
    }
    Verdict::not_known(
        "sender",
        TITLE,
        if sender.is_empty() { String::new() } else { format!("{sender} is not {mailbox}") },
        REMEDY,
    )
}

fn licence(known: &Known<'_>) -> Verdict {
    let _ = known;
    let remedy =
        ("Look in the Microsoft 365 admin center whether the mailbox has an Exchange licence.", "exchange_admin");
    Verdict::not_known("licence", "The mailbox has a licence", "neither token nor server tells", remedy)
}
