//! Replies as servers really send them, and texts that must stay unexplained.

use std::time::Instant;

use super::catalogue::{built_in_text, parse};
use super::*;
use crate::{Channel, Failure, Recorder, ReplyFacts, StageName};

fn failure(channel: Channel, host: &str, lookup: &str) -> Failure {
    Failure {
        stage: StageName::Action,
        channel,
        host: host.to_owned(),
        message: "it failed".to_owned(),
        raw: format!("raw: {lookup}"),
        lookup: lookup.to_owned(),
        reply: None,
    }
}

fn mail(host: &str, reply: &str) -> String {
    Catalogue::builtin().explain(&failure(Channel::Smtp, host, reply)).id
}

fn before_reply(channel: Channel, error: &str) -> String {
    Catalogue::builtin().explain(&failure(channel, "host.example.com", error)).id
}

fn token(host: &str, error: Option<&str>, codes: &[u64], body: &str) -> String {
    let mut failure = failure(Channel::Oauth, host, body);
    failure.reply =
        Some(ReplyFacts { status: Some(400), oauth_error: error.map(str::to_owned), error_codes: codes.to_vec() });
    Catalogue::builtin().explain(&failure).id
}

fn web(channel: Channel, status_line: &str, body: &str) -> String {
    let lookup = format!("{status_line}\n{body}");
    Catalogue::builtin().explain(&failure(channel, "api.example.com", &lookup).with_status(400)).id
}

fn pasted(text: &str) -> String {
    Catalogue::builtin().explain_text(None, None, text).id
}

#[test]
fn the_built_in_catalogue_passes_the_checks_for_a_file() {
    assert_eq!(parse(built_in_text()).unwrap().len(), 341);
}

#[test]
fn replies_of_exchange_online_are_explained_by_their_words() {
    const O365: &str = "smtp.office365.com";
    for (reply, id) in [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [FR0P281CA0101.DEUP281.PROD.OUTLOOK.COM 2026-01-10T10:00:00.000Z 08DD]",
            "smtp-microsoft:535-5.7.139-tenant-disabled",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.",
            "smtp-microsoft:535-5.7.139-mailbox-disabled",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
            "smtp-microsoft:535-5.7.139-security-defaults",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [AM0PR04CA0001.eurprd04.prod.outlook.com]",
            "smtp-microsoft:535-5.7.139-credentials",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            "smtp-microsoft:535-5.7.139-basic-disabled",
        ),
        ("535 5.7.3 Authentication unsuccessful [AM0PR04CA0001.eurprd04.prod.outlook.com]", "smtp-microsoft:535-5.7.3"),
        ("530 5.7.57 Client not authenticated to send mail. [AM0PR04CA0001]", "smtp-microsoft:530-5.7.57"),
        ("550 5.7.30 Basic authentication is not supported for Client Submission.", "smtp-microsoft:550-5.7.30"),
        (
            "554 5.2.252 SendAsDenied; erp@contoso.com not allowed to send as boss@contoso.com; STOREDRV.Submission.Exception:SendAsDeniedException",
            "smtp-microsoft:554-5.2.252-SendAsDenied",
        ),
        (
            "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending",
            "smtp-microsoft:432-4.3.2-concurrent",
        ),
        ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "smtp-microsoft:550-5.7.60"),
    ] {
        assert_eq!(mail(O365, reply), id, "{reply}");
    }
}

#[test]
fn replies_of_gmail_are_explained_by_their_words() {
    for (reply, id) in [
        (
            "535-5.7.8 Username and Password not accepted. For more information, go to  https://support.google.com/mail/?p=BadCredentials a1-20020a5d - gsmtp",
            "smtp-gmail:535-5.7.8",
        ),
        (
            "534-5.7.9 Application-specific password required. For more information, go to  https://support.google.com/mail/?p=InvalidSecondFactor x - gsmtp",
            "smtp-gmail:534-5.7.9-app-password",
        ),
        ("530 5.7.0 Must issue a STARTTLS command first. b5sm1 - gsmtp", "smtp-gmail:530-5.7.0-STARTTLS"),
        (
            "530-5.7.0 Authentication Required. For more information, go to  https://support.google.com/mail/?p=WantAuthError - gsmtp",
            "smtp-gmail:530-5.7.0-auth",
        ),
        ("550 5.4.5 Daily user sending limit exceeded. For more information - gsmtp", "smtp-gmail:550-5.4.5"),
        (
            "550-5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
            "smtp-gmail:550-5.7.26",
        ),
    ] {
        assert_eq!(mail("smtp.gmail.com", reply), id, "{reply}");
    }
}

#[test]
fn replies_of_any_other_mail_server_fall_back_to_what_smtp_means() {
    for (reply, id) in [
        ("535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "smtp:535-5.7.8"),
        ("530 Authentication required", "smtp:530-generic"),
        ("454 4.7.0 TLS not available due to local problem", "smtp:454-4.7.0-generic"),
        ("550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown", "smtp:550-5.1.1"),
        ("552 5.3.4 Message size exceeds fixed limit", "smtp:523/552-5.3.4"),
        ("421 too many connections", "smtp:220/421-greeting"),
        ("538 5.7.11 Encryption required for requested authentication mechanism", "smtp:538-5.7.11"),
        ("550 Requested action not taken", "unknown"),
    ] {
        assert_eq!(mail("mail.example.com", reply), id, "{reply}");
    }
}

#[test]
fn a_vendors_entries_are_asked_only_for_that_vendors_hosts() {
    let reply = "535 5.7.3 Authentication unsuccessful";
    for host in ["smtp.office365.com", "SMTP.Office365.COM.", "contoso-com.mail.protection.outlook.com"] {
        assert_eq!(mail(host, reply), "smtp-microsoft:535-5.7.3", "{host} is Microsoft's");
    }
    for host in ["mail.example.com", "notoutlook.com", "outlook.com.example.org", ""] {
        assert_eq!(mail(host, reply), "smtp:535-5.7.8", "{host} is not");
    }
}

#[test]
fn a_mail_server_that_breaks_off_is_explained_as_a_network_failure() {
    let id = |words| Catalogue::builtin().explain(&failure(Channel::Smtp, "mail.example.com", words)).id;
    assert_eq!(id("Connection reset by peer (os error 104)"), "network:reset");
    assert_eq!(id("timed out while waiting for the greeting"), "tls:starttls-on-implicit");
    assert_eq!(id("No compatible authentication mechanism was offered"), "smtp:no-auth-offered");
}

#[test]
fn errors_before_any_reply_ask_proxy_tls_and_network() {
    for (channel, error, id) in [
        (Channel::Network, "Connection refused (os error 111)", "network:refused"),
        (Channel::Network, "failed to lookup address information: Name or service not known", "network:dns"),
        (Channel::Network, "No route to host (os error 113)", "network:unreachable"),
        (Channel::Network, "connection timed out", "network:timeout"),
        (Channel::Proxy, "HTTP/1.1 407 Proxy Authentication Required", "proxy:407"),
        (Channel::Tls, "invalid peer certificate: UnknownIssuer", "tls:unknown-issuer"),
        (
            Channel::Tls,
            "invalid peer certificate: certificate expired: verification time 1700000000",
            "tls:cert-expired",
        ),
        (
            Channel::Tls,
            "invalid peer certificate: certificate not valid for name \"a.example\"",
            "tls:hostname-mismatch",
        ),
        (Channel::Tls, "received corrupt message of type InvalidContentType", "tls:plaintext-port"),
        (Channel::Tls, "received fatal alert: CertificateRequired", "tls:client-cert"),
        (Channel::Tls, "received fatal alert: HandshakeFailure", "tls:protocol-version"),
        (Channel::Http, "connection error: Connection reset by peer (os error 104)", "network:reset"),
        (Channel::Network, "something nobody has seen", "unknown"),
    ] {
        assert_eq!(before_reply(channel, error), id, "{error}");
    }
}

#[test]
fn entra_is_read_by_its_numbers_since_its_texts_change() {
    let host = "login.microsoftonline.com";
    for (codes, id) in [
        (vec![7_000_215], "AADSTS7000215"),
        (vec![7_000_222], "AADSTS7000222"),
        (vec![90_002], "AADSTS90002"),
        (vec![50_076], "AADSTS50076"),
        (vec![700_016], "AADSTS700016"),
        (vec![70_002, 50_126], "AADSTS50126"),
        (vec![1_002_012], "AADSTS1002012"),
    ] {
        let id_found = token(host, Some("invalid_client"), &codes, "a text in some other language");
        assert_eq!(id_found, id, "{codes:?}");
    }
}

#[test]
fn entra_without_numbers_is_read_by_its_text() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID. Trace ID: 6f2d"}"#;
    assert_eq!(token("login.microsoftonline.com", Some("invalid_client"), &[], body), "AADSTS7000215");
}

#[test]
fn a_number_is_not_taken_for_another_one_that_it_begins_with() {
    let only = |text: &str| token("login.microsoftonline.com", None, &[], text);
    assert_eq!(only("AADSTS70002: Error validating credentials."), "AADSTS70002");
    assert_eq!(only("AADSTS7000215: Invalid client secret."), "AADSTS7000215");
    assert_eq!(only("AADSTS70002159: a number that does not exist."), "unknown");
    assert_eq!(token("login.microsoftonline.com", None, &[70_002_159], "x"), "unknown");
}

#[test]
fn of_two_equally_long_matches_the_later_one_wins() {
    let text = "AADSTS70002: Error validating credentials. AADSTS50126: Error validating credentials due to invalid username or password.";
    assert_eq!(token("login.microsoftonline.com", None, &[], text), "AADSTS50126");
    let turned = "AADSTS50126: Wrong password. AADSTS70002: Error validating credentials.";
    assert_eq!(token("login.microsoftonline.com", None, &[], turned), "AADSTS70002");
}

#[test]
fn an_unknown_number_of_entra_is_explained_by_its_oauth_error() {
    assert_eq!(
        token("login.microsoftonline.com", Some("invalid_client"), &[7_999_999], "AADSTS7999999: new"),
        "oauth:invalid_client"
    );
}

#[test]
fn other_identity_providers_are_read_by_their_error() {
    for (error, body, id) in [
        ("invalid_client", r#"{"error":"invalid_client"}"#, "oauth:invalid_client"),
        (
            "invalid_grant",
            r#"{"error":"invalid_grant","error_description":"Invalid credentials given."}"#,
            "oauth:invalid_grant",
        ),
        ("unauthorized_client", r#"{"error":"unauthorized_client"}"#, "oauth:unauthorized_client"),
        ("unsupported_grant_type", r#"{"error":"unsupported_grant_type"}"#, "oauth:unsupported_grant_type"),
        ("invalid_scope", r#"{"error":"invalid_scope"}"#, "oauth:invalid_scope"),
        ("some_error", r#"{"error":"some_error","hint":"invalid_scope"}"#, "oauth:invalid_scope"),
        ("invalid_auth", r#"{"ok":false,"error":"invalid_auth"}"#, "oauth:200-with-error"),
        ("quota", r#"{"error":"quota"}"#, "unknown"),
    ] {
        assert_eq!(token("id.example.com", Some(error), &[], body), id, "{body}");
    }
}

#[test]
fn googles_words_are_asked_only_at_google() {
    let body = r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#;
    assert_eq!(
        token("oauth2.googleapis.com", Some("invalid_grant"), &[], body),
        "oauth-google:invalid_grant-expired-or-revoked"
    );
    assert_eq!(token("id.example.com", Some("invalid_grant"), &[], body), "oauth:invalid_grant");
}

#[test]
fn graph_is_read_by_entras_number_then_its_code_then_its_status() {
    let denied =
        r#"{"error":{"code":"ErrorAccessDenied","message":"Access is denied. Check credentials and try again."}}"#;
    assert_eq!(web(Channel::Graph, "HTTP/1.1 403 Forbidden", denied), "graph:ErrorAccessDenied");
    let audience = r#"{"error":{"code":"InvalidAuthenticationToken","message":"Access token validation failure. Invalid audience."}}"#;
    assert_eq!(web(Channel::Graph, "HTTP/1.1 401 Unauthorized", audience), "graph:InvalidAuthenticationToken");
    assert_eq!(web(Channel::Graph, "HTTP/1.1 429 Too Many Requests", "{}"), "graph:TooManyRequests");
    let consent = r#"{"error":{"message":"AADSTS65001: The user or administrator has not consented"}}"#;
    assert_eq!(web(Channel::Graph, "HTTP/1.1 400 Bad Request", consent), "AADSTS65001");
    assert_eq!(web(Channel::Graph, "HTTP/1.1 404 Not Found", "{}"), "http:404");
}

#[test]
fn other_http_replies_are_read_by_their_status_line_alone() {
    for (line, id) in [
        ("HTTP/1.1 401 Unauthorized", "http:401"),
        ("HTTP/1.1 403 Forbidden", "http:403"),
        ("HTTP/1.1 415 Unsupported Media Type", "http:415"),
        ("HTTP/1.1 502 Bad Gateway", "http:5xx"),
        ("HTTP/1.1 302 Found", "unknown"),
        ("HTTP/1.1 418 I'm a teapot", "unknown"),
    ] {
        assert_eq!(web(Channel::Http, line, "HTTP 500 is only mentioned here, and 404"), id, "{line}");
    }
}

#[test]
fn webhook_words_are_asked_for_webhooks_alone() {
    let line = "HTTP/1.1 404 Not Found";
    assert_eq!(web(Channel::Webhook, line, "no_service"), "webhook:slack-no_service");
    assert_eq!(web(Channel::Http, line, "no_service"), "http:404");
    assert_eq!(
        web(Channel::Webhook, "HTTP/1.1 400 Bad Request", "Invalid webhook signature"),
        "webhook:signature-invalid"
    );
    assert_eq!(web(Channel::Webhook, "HTTP/1.1 410 Gone", ""), "http:410");
}

#[test]
fn unknown_stays_unknown_and_shows_the_raw_text_as_it_came() {
    let explained = Catalogue::builtin().explain(&failure(Channel::Smtp, "mail.example.com", "599 5.9.9 new"));
    assert!(explained.is_unknown());
    assert_eq!(explained.raw, "raw: 599 5.9.9 new");
    assert_eq!((explained.meaning.as_str(), explained.who.as_str()), ("", ""), "nothing is guessed");
    assert!(explained.causes.is_empty() && explained.steps.is_empty());
}

#[test]
fn an_explanation_carries_what_a_person_needs() {
    let found = Catalogue::builtin().explain(&failure(
        Channel::Smtp,
        "smtp.office365.com",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
    ));
    assert_eq!(found.who, "exchange_admin");
    assert!(!found.meaning.is_empty() && !found.steps.is_empty() && !found.source.is_empty());
    assert!(!found.probably, "this entry was read in a document");
    assert!(Catalogue::builtin().explain(&failure(Channel::Smtp, "x", "535 no")).probably, "this one was not");
}

#[test]
fn pasted_texts_without_a_channel_are_judged_by_their_shape() {
    for (text, id) in [
        ("AADSTS50034: The user account does not exist in the directory.", "AADSTS50034"),
        ("Sign-in failed. Error AADSTS7000222 - The provided client secret keys are expired.", "AADSTS7000222"),
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled",
            "smtp-microsoft:535-5.7.139-tenant-disabled",
        ),
        (
            "535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1 - gsmtp\r\n",
            "smtp-gmail:535-5.7.8",
        ),
        (
            "SMTP error (535, b'5.7.3 x'): 535 5.7.3 Authentication unsuccessful [X.prod.outlook.com]",
            "smtp-microsoft:535-5.7.3",
        ),
        ("  530 Authentication required\n", "smtp:530-generic"),
        ("HTTP/1.1 403 Forbidden", "http:403"),
        ("HTTP/2 502\nserver: nginx\n\n<html>502</html>", "http:5xx"),
        ("503 Service Unavailable", "http:5xx"),
        ("404 Not Found", "http:404"),
        (r#"{"error":"invalid_grant","error_description":"Bad password"}"#, "oauth:invalid_grant"),
        (
            "HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{\"error\":\"invalid_scope\"}",
            "oauth:invalid_scope",
        ),
        (r#"{"error":"invalid_client","error_codes":[7000215]}"#, "AADSTS7000215"),
        (
            r#"{"error":{"code":"ErrorSendAsDenied","message":"The user account which was used to submit this request does not have the right"}}"#,
            "graph:ErrorSendAsDenied",
        ),
    ] {
        assert_eq!(pasted(text), id, "{text}");
    }
}

#[test]
fn unrelated_texts_are_not_guessed_at() {
    for text in [
        "",
        "   \n",
        "hello",
        "The printer is on fire",
        "I called 535 people about 5.7.139 things",
        "Ticket 550 was closed on 5.1.2026",
        "220 mx.example.com ESMTP ready",
        "250 2.0.0 OK",
        "2026-01-10 10:00:00 started",
        "{\"message\":\"401\"}",
        "5351 5.7.3",
        "AADSTS",
        "AADSTS12",
        "error 404 in chapter 3",
    ] {
        assert_eq!(pasted(text), "unknown", "{text:?}");
    }
}

#[test]
fn a_channel_given_by_the_person_is_believed() {
    let explain = |channel, text| Catalogue::builtin().explain_text(Some(channel), None, text).id;
    assert_eq!(explain(Channel::Oauth, "invalid_grant"), "oauth:invalid_grant");
    assert_eq!(explain(Channel::Tls, "invalid peer certificate: UnknownIssuer"), "tls:unknown-issuer");
    assert_eq!(explain(Channel::Network, "connection refused"), "network:refused");
    assert_eq!(explain(Channel::Http, "Request failed with status code 401"), "http:401");
    assert_eq!(explain(Channel::Webhook, "no_service"), "webhook:slack-no_service");
    assert_eq!(explain(Channel::Smtp, "AADSTS50034"), "unknown", "no other channel is asked");
    let microsoft =
        Catalogue::builtin().explain_text(Some(Channel::Smtp), Some("smtp.office365.com:587"), "535 5.7.3 no");
    assert_eq!(microsoft.id, "smtp-microsoft:535-5.7.3", "a port after the host does no harm");
}

#[test]
fn a_redacted_failure_is_still_explained() {
    let rec = Recorder::new(None);
    rec.protect("password", &"hunter2-hunter2".to_owned().into());
    let place = crate::Place::new(StageName::Authenticate, Channel::Smtp, "mail.example.com");
    let failure = Failure::new(&place, "refused", "535 5.7.8 hunter2-hunter2 is wrong", &rec);
    let found = Catalogue::builtin().explain(&failure);
    assert_eq!(found.id, "smtp:535-5.7.8");
    assert!(!found.raw.contains("hunter2"), "{}", found.raw);
}

mod files {
    use super::*;

    fn load(change: impl FnOnce(&mut Vec<serde_json::Value>)) -> Result<Catalogue, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("error-codes.json");
        let mut rows: Vec<serde_json::Value> = serde_json::from_str(built_in_text()).unwrap();
        change(&mut rows);
        std::fs::write(&path, serde_json::to_string(&rows).unwrap()).unwrap();
        Catalogue::load(&path)
    }

    #[test]
    fn a_complete_file_replaces_the_built_in_data() {
        let catalogue = load(|rows| {
            for row in rows.iter_mut().filter(|row| row["id"] == "smtp:530-generic") {
                row["title"] = "A newer title".into();
            }
        });
        let found = catalogue.unwrap().explain(&failure(Channel::Smtp, "x", "530 no"));
        assert_eq!(found.title, "A newer title");
    }

    #[test]
    fn a_faulty_file_is_refused_with_the_entry_and_the_fault_named() {
        type Fault = fn(&mut Vec<serde_json::Value>);
        let faults: [(&str, Fault); 7] = [
            ("`match` does not compile", |rows| rows[4]["match"] = "(unclosed".into()),
            ("fits the empty text", |rows| rows[4]["match"] = "x*".into()),
            ("somebody", |rows| rows[4]["who"] = "somebody".into()),
            ("telex", |rows| rows[4]["family"] = "telex".into()),
            ("missing field `fix_steps`", |rows| drop(rows[4].as_object_mut().unwrap().remove("fix_steps"))),
            ("unknown field `colour`", |rows| rows[4]["colour"] = "red".into()),
            ("used twice", |rows| rows[4]["id"] = rows[3]["id"].clone()),
        ];
        for (words, fault) in faults {
            let refusal = load(fault).unwrap_err();
            assert!(refusal.contains(words) && refusal.contains("entry 5"), "{refusal:?} should name {words:?}");
        }
        assert!(load(Vec::clear).unwrap_err().contains("no entries"));
    }

    #[test]
    fn a_file_that_is_missing_or_no_json_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("error-codes.json");
        assert!(Catalogue::load(&path).is_err());
        std::fs::write(&path, "[{\"id\":").unwrap();
        assert!(Catalogue::load(&path).unwrap_err().contains("not a JSON array"));
    }
}

#[test]
fn making_a_catalogue_reads_and_compiles_nothing() {
    let began = Instant::now();
    for _ in 0..1000 {
        std::hint::black_box(Catalogue::builtin());
    }
    assert!(
        began.elapsed().as_millis() < 500,
        "a program's start must not pay for explanations: {:?}",
        began.elapsed()
    );
}

#[test]
fn whose_server_wrote_a_pasted_text_is_told_by_what_only_that_server_writes() {
    for (text, id) in [
        // The fault this was made for: nothing names the host, and the words are Exchange Online's alone.
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled",
            "smtp-microsoft:535-5.7.139-smtp-auth-disabled",
        ),
        ("535 5.7.139 Authentication unsuccessful, for a reason of next year.", "smtp-microsoft:535-5.7.139-other"),
        (
            "server smtp.office365.com[192.0.2.1] said: 535 5.7.3 Authentication unsuccessful",
            "smtp-microsoft:535-5.7.3",
        ),
        // A mailbox at Gmail, or the word Microsoft, says nothing about whose server answered.
        ("535 5.7.8 Error: authentication failed for erp@gmail.com", "smtp:535-5.7.8"),
        ("550 5.7.1 Relaying denied by Microsoft Outlook users' wishes", "smtp:550-5.7.1"),
        ("535 5.7.3 Authentication unsuccessful", "smtp:535-5.7.8"),
        // Two vendors speak: neither is believed.
        ("535 5.7.8 no - gsmtp, relayed by X.prod.outlook.com", "smtp:535-5.7.8"),
        // A reply code and an enhanced code of different classes are no pair (RFC 3463 2).
        ("451 5.7.3 STARTTLS is required to send mail [X.prod.outlook.com]", "smtp-microsoft:451-5.7.3-STARTTLS"),
        (
            "Failed: 451 5.7.3 STARTTLS is required to send mail [X.prod.outlook.com]",
            "smtp-microsoft:451-5.7.3-STARTTLS",
        ),
    ] {
        assert_eq!(pasted(text), id, "{text}");
    }
    let here = Catalogue::builtin().explain_text(None, Some("mail.example.com"), "535-5.7.8 not accepted - gsmtp");
    assert_eq!(here.id, "smtp:535-5.7.8", "a host that the person gave is believed before the words");
}
