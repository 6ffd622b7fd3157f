//! Whose server a pasted text comes from, by what only that server writes.
//!
//! A name that anybody may mention (a recipient at gmail.com, the word Microsoft) is no evidence: it would choose the wrong
//! vendor's explanations.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::compiled;

/// Details of three digits (5.7.139, 5.7.708): the registry of RFC 5248 has none, Exchange Online alone sends them.
static VENDOR_DETAIL: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"\b[45]\.7\.[1-9]\d\d\b").ok());

/// What Exchange Online puts into its replies and log lines: its machines' names, its help links, its own words.
const MICROSOFT: [&str; 21] = [
    ".prod.outlook.com",
    ".prod.exchangelabs.com",
    ".protection.outlook.com",
    ".outlook.office365.com",
    "smtp.office365.com",
    "outlook.office365.com",
    "smtp-mail.outlook.com",
    "aka.ms/smtp_auth_disabled",
    "aka.ms/concurrent_sending",
    "smtpclientauthentication is disabled",
    "storedrv",
    "access denied. as(",
    "go.microsoft.com/fwlink/",
    "client was not authenticated to send anonymous mail",
    "client not authenticated to send mail",
    "5.7.60 client does not have permissions to send as this sender",
    "5.2.252 sendasdenied",
    "resolver.adr.",
    "tenantattribution",
    "bad outbound sender",
    "tls 1.0 and 1.1 are not supported",
];

/// What Gmail's servers write: the name they sign each reply with, and their help links.
const GOOGLE_MAIL: [&str; 9] = [
    "gsmtp",
    "support.google.com/",
    "server smtp.gmail.com",
    "smtp.gmail.com:",
    "smtp-relay.gmail.com",
    "accounts.google.com/signin/continue",
    "application-specific password required",
    "please log in via your web browser",
    "please log in with your web browser",
];

/// What Google's identity server and its libraries write.
const GOOGLE_SIGN_IN: [&str; 18] = [
    "deleted_client",
    "admin_policy_enforced",
    "disallowed_useragent",
    "org_internal",
    "token has been expired or revoked",
    "accounts.google.com",
    "oauth2.googleapis.com",
    "www.googleapis.com",
    "google.auth.",
    "the oauth client was not found",
    "console.developers.google.com",
    ".apps.googleusercontent.com",
    "does not match the ones authorized for the oauth client",
    "google's oauth 2.0 policy",
    "400. that’s an error",
    "400. that's an error",
    "error 400: redirect_uri_mismatch",
    "error 400 redirect_uri_mismatch",
];

/// A host of the vendor whose mail server wrote this; empty when nothing tells, or when two vendors speak.
pub(super) fn mail_host(text: &str) -> &'static str {
    let lower = text.to_ascii_lowercase();
    let numbered = VENDOR_DETAIL.as_ref().is_some_and(|pattern| pattern.is_match(text));
    match (numbered || says(&lower, &MICROSOFT), says(&lower, &GOOGLE_MAIL)) {
        (true, false) => "outlook.com",
        (false, true) => "gmail.com",
        _ => "",
    }
}

/// A host of the vendor whose identity server wrote this; empty when nothing tells.
pub(super) fn sign_in_host(text: &str) -> &'static str {
    if says(&text.to_ascii_lowercase(), &GOOGLE_SIGN_IN) { "oauth2.googleapis.com" } else { "" }
}

/// Whether a web reply is one to a webhook of a service that everybody uses, or a receiver's word on its signature.
pub(super) fn is_webhook(text: &str) -> bool {
    const SLACK: [&str; 5] = [
        "hooks.slack.com/",
        "channel_is_archived",
        "channel_not_found",
        "missing_text_or_fallback_or_attachments",
        "invalid_payload",
    ];
    let lower = text.to_ascii_lowercase();
    says(&lower, &SLACK)
        || (lower.contains("slack") && (lower.contains("no_service") || lower.contains("no_text")))
        || lower.trim().ends_with("no_service")
        || (lower.contains("signature") && (lower.contains("webhook") || lower.contains("payload")))
        || lower.contains("no signatures found matching")
        || lower.contains("timestamp outside the tolerance")
}

fn says(lower: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| lower.contains(mark))
}
