//! The sentences of Exchange Online's mail servers.

use super::Meaning;

/// A reply, and parts of its sentence in lower case.
const fn says(words: &'static str, phrases: &'static [&'static str]) -> Meaning {
    Meaning { words, names: &[], phrases }
}

pub(super) const MEANINGS: &[Meaning] = &[
    says(
        "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant",
        &["smtpclientauthentication is disabled for the tenant"],
    ),
    says(
        "535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox",
        &["smtpclientauthentication is disabled for the mailbox"],
    ),
    says("535 5.7.139 SmtpClientAuthentication is disabled", &["smtpclientauthentication is disabled."]),
    says(
        "535 5.7.139 basic authentication is disabled",
        &["authentication unsuccessful, basic authentication is disabled"],
    ),
    says(
        "535 5.7.139 the user credentials were incorrect",
        &["authentication unsuccessful, the user credentials were incorrect"],
    ),
    says(
        "535 5.7.139 the request did not meet the criteria to be authenticated",
        &["did not meet the criteria to be authenticated successfully"],
    ),
    says(
        "535 5.7.139 user is locked by your organization's security defaults policy",
        &["locked by your organization's security defaults policy"],
    ),
    Meaning {
        words: "554 5.2.252 SendAsDenied",
        names: &["SendAsDenied", "SendAsDeniedException", "MapiExceptionSendAsDenied"],
        phrases: &[],
    },
    says(
        "550 5.7.60 Client does not have permissions to send as this sender",
        &["client does not have permissions to send as this sender"],
    ),
    says(
        "530 5.7.57 Client not authenticated to send mail",
        &[
            "client was not authenticated",
            "client not authenticated to send mail",
            "client not authenticated to send anonymous mail",
        ],
    ),
    says(
        "550 5.7.30 Basic authentication is not supported for Client Submission",
        &["basic authentication is not supported for client submission"],
    ),
    says(
        "432 4.3.2 Concurrent connections limit exceeded",
        &["concurrent connections limit exceeded", "aka.ms/concurrent_sending"],
    ),
    says("432 4.3.2 STOREDRV thread limit exceeded", &["thread limit exceeded"]),
    says("430 4.2.0 STOREDRV mailbox logon failure", &["storedrv; mailbox logon failure"]),
    says("451 5.7.3 STARTTLS is required to send mail", &["starttls is required to send mail"]),
    says("550 5.4.1 Recipient address rejected: Access denied", &["recipient address rejected: access denied"]),
    says(
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
        &[
            "resolver.adr.recipientnotfound",
            "recipientnotfound; recipient not found",
            "recipient not found by smtp address lookup",
        ],
    ),
    says("550 5.1.8 Access denied, bad outbound sender", &["bad outbound sender"]),
    says("550 5.7.708 Access denied, traffic not accepted from this IP", &["traffic not accepted from this ip"]),
    says("550 5.7.705 Access denied, tenant has exceeded threshold", &["tenant has exceeded threshold"]),
    says(
        "550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains",
        &["blocked from sending from unregistered domain"],
    ),
    says("550 5.7.501 Access denied, spam abuse detected", &["spam abuse detected from"]),
    says("550 5.7.511 Access denied, banned sender", &["access denied, banned sender"]),
    says(
        "550 5.7.606 Access denied, banned sending IP",
        &["access denied, banned sending ip", "part of their network is on our block list"],
    ),
    says("550 5.7.64 TenantAttribution; Relay Access Denied", &["tenantattribution"]),
    says("550 5.7.1 Unable to relay", &["smtp; unable to relay recipient in non-accepted domain", "5.7.54 smtp"]),
    says("550 5.7.124 Sender not in allowed-senders list", &["not in allowed-senders list"]),
    says(
        "550 5.7.509 Access denied, sending domain does not pass DMARC verification",
        &["does not pass dmarc verification"],
    ),
    says(
        "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
        &["because of sender policy framework violation", "due to sender policy framework violation"],
    ),
    says("550 5.2.2 Submission quota exceeded", &["submission quota exceeded", "submissionquotaexceededexception"]),
    says("421 4.7.66 TLS 1.0 and 1.1 are not supported", &["tls 1.0 and 1.1 are not supported"]),
    says(
        "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
        &["reached your daily limit for message recipients", "reached your daily limit for sending messages"],
    ),
    says("452 4.5.3 Too many recipients", &["4.5.3 too many recipients"]),
    says("550 5.6.11 Invalid characters, bare linefeeds", &["bare linefeeds"]),
    says(
        "451 4.7.500 Server busy",
        &["server busy. please try again later from [", "access denied, please try again later"],
    ),
    says("554 5.4.14 Hop count exceeded", &["hop count exceeded - possible mail loop"]),
];
