//! What the last failure says about a requirement, by the id of its explanation. Ids are the one stable name of an
//! explanation; its code, title and owner are words.

use super::Known;

/// Requirements that a failure speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The value of the client secret.
    Secret,
    /// The tenant in the token URL.
    Tenant,
    /// The application in that tenant.
    Application,
    /// The scope that was asked for.
    Scope,
    /// The administrator's consent to a listed permission.
    Consent,
    /// A permission that is not listed at all.
    Listed,
    /// A policy of the directory.
    Policy,
    /// SMTP AUTH, in the tenant or for the mailbox.
    SmtpAuth,
    /// Signing in with a password at all.
    Password,
    /// The application's right to the mailbox.
    Mailbox,
    /// The right to send from the address.
    Sender,
    /// An app password in the place of the account's own.
    AppPassword,
    /// Google's grants.
    Delegation,
    /// A refresh token that ended.
    Refresh,
}

const TABLE: [(&str, About); 37] = [
    ("AADSTS7000215", About::Secret),
    ("AADSTS7000222", About::Secret),
    ("AADSTS50012", About::Secret),
    ("AADSTS90002", About::Tenant),
    ("AADSTS900023", About::Tenant),
    ("AADSTS50059", About::Tenant),
    ("AADSTS50128", About::Tenant),
    ("AADSTS700016", About::Application),
    ("AADSTS70001", About::Application),
    ("AADSTS7000112", About::Application),
    ("AADSTS1002012", About::Scope),
    ("AADSTS70011", About::Scope),
    ("AADSTS500011", About::Scope),
    ("AADSTS50001", About::Scope),
    ("AADSTS65001", About::Consent),
    ("AADSTS90094", About::Consent),
    ("AADSTS650056", About::Listed),
    ("AADSTS650057", About::Listed),
    ("AADSTS65005", About::Listed),
    ("AADSTS53003", About::Policy),
    ("AADSTS50076", About::Policy),
    ("AADSTS50079", About::Policy),
    ("smtp-microsoft:535-5.7.139-criteria", About::Policy),
    ("smtp-microsoft:535-5.7.139-security-defaults", About::Policy),
    ("smtp-microsoft:535-5.7.139-tenant-disabled", About::SmtpAuth),
    ("smtp-microsoft:535-5.7.139-mailbox-disabled", About::SmtpAuth),
    ("smtp-microsoft:535-5.7.139-smtp-auth-disabled", About::SmtpAuth),
    ("smtp-microsoft:535-5.7.139-basic-disabled", About::Password),
    ("smtp-microsoft:550-5.7.30", About::Password),
    ("smtp-microsoft:430-4.2.0-STOREDRV", About::Mailbox),
    ("smtp-microsoft:535-5.7.3", About::Mailbox),
    ("smtp-microsoft:550-5.7.60", About::Sender),
    ("smtp-microsoft:554-5.2.252-SendAsDenied", About::Sender),
    ("smtp-gmail:534-5.7.9-app-password", About::AppPassword),
    ("smtp-gmail:535-5.7.8", About::AppPassword),
    ("oauth-google:unauthorized_client-dwd", About::Delegation),
    ("oauth-google:invalid_grant-expired-or-revoked", About::Refresh),
];

/// The peer's words, if the last failure is about this.
pub(super) fn about<'a>(known: &Known<'a>, what: About) -> Option<&'a str> {
    let (id, words) = known.failure?;
    TABLE.iter().any(|(entry, about)| *entry == id && *about == what).then_some(words)
}

#[cfg(test)]
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(id, _)| *id)
}
