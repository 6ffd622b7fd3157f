//! Answers of token endpoints, good, odd and hostile.

use secrecy::ExposeSecret;

use super::super::{ClientAuth, Grant};
use super::*;

const JSON: Option<&str> = Some("application/json");

fn request() -> TokenRequest {
    TokenRequest {
        token_url: "https://id.example.com/token".parse().unwrap(),
        grant: Grant::ClientCredentials,
        client_id: "id".into(),
        client_secret: None,
        client_auth: ClientAuth::Post,
        scope: Some("read write".into()),
        audience: None,
        extra: Vec::new(),
    }
}

fn answered(status: u16, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Result<TokenReply, Box<Refused>> {
    let reply = HttpReply {
        status,
        reason: String::new(),
        headers: Vec::new(),
        body: body.into(),
        truncated: false,
        date: None,
        content_type: content_type.map(str::to_owned),
        requests: 1,
        challenges: Vec::new(),
    };
    let rec = Recorder::new(None);
    read(&request(), &Answered::new(reply, &rec), &rec)
}

fn token(body: &str) -> TokenReply {
    answered(200, JSON, body).map_err(|refused| refused.failure).expect("a token")
}

fn refusal(status: u16, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Failure {
    let failure = answered(status, content_type, body).expect_err("no token").failure;
    assert_eq!(failure.stage, StageName::Token);
    failure
}

fn ids(reply: &TokenReply) -> Vec<&str> {
    reply.warnings.iter().map(|warning| warning.id.as_str()).collect()
}

#[test]
fn a_plain_answer_is_read_whole_and_without_warnings() {
    let reply = token(
        r#"{"access_token":"at","token_type":"Bearer","expires_in":3599,"refresh_token":"rt","refresh_token_expires_in":86400,"scope":"read write"}"#,
    );
    assert_eq!(reply.access_token.expose_secret(), "at");
    assert_eq!((reply.token_type.as_str(), reply.expires_in), ("Bearer", Some(3599)));
    assert_eq!(reply.refresh_token.as_ref().map(|token| token.expose_secret()), Some("rt"));
    assert_eq!(reply.refresh_token_expires_in, Some(86_400));
    assert_eq!(reply.scope.as_deref(), Some("read write"));
    assert!(reply.warnings.is_empty(), "{:?}", reply.warnings);
}

#[test]
fn lifetimes_are_read_as_servers_write_them() {
    for (written, seconds) in
        [("3600", Some(3600)), ("\"3600\"", Some(3600)), ("3600.0", Some(3600)), ("\" 60 \"", Some(60)), ("null", None)]
    {
        let reply = token(&format!(r#"{{"access_token":"at","token_type":"bearer","expires_in":{written}}}"#));
        assert_eq!(reply.expires_in, seconds, "{written}");
        assert!(reply.warnings.is_empty(), "{written}: {:?}", reply.warnings);
    }
}

#[test]
fn g5_unbelievable_lifetimes_count_as_unknown_with_a_warning() {
    for written in ["-1", "\"-5\"", "0", "1e300", "99999999999999999999", "\"soon\"", "true", "[]", "315619200000"] {
        let reply = token(&format!(r#"{{"access_token":"at","token_type":"Bearer","expires_in":{written}}}"#));
        assert_eq!(reply.expires_in, None, "{written}");
        assert_eq!(ids(&reply), ["expires_in"], "{written}");
    }
}

#[test]
fn g5_a_missing_or_odd_token_type_is_warned_about() {
    let missing = token(r#"{"access_token":"at"}"#);
    assert_eq!((missing.token_type.as_str(), ids(&missing)), ("Bearer", vec!["token_type"]));
    let mac = token(r#"{"access_token":"at","token_type":"mac"}"#);
    assert_eq!((mac.token_type.as_str(), ids(&mac)), ("mac", vec!["token_type"]));
    assert!(ids(&token(r#"{"access_token":"at","token_type":"BEARER"}"#)).is_empty(), "letter case means nothing");
}

#[test]
fn g5_an_error_beside_a_token_is_a_refusal() {
    let failure = refusal(200, JSON, r#"{"access_token":"at","token_type":"Bearer","error":"invalid_scope"}"#);
    assert_eq!(failure.reply.unwrap().oauth_error.as_deref(), Some("invalid_scope"));
}

#[test]
fn g5_a_changed_scope_is_warned_about() {
    assert_eq!(ids(&token(r#"{"access_token":"at","token_type":"Bearer","scope":"read"}"#)), ["scope_changed"]);
    for granted in ["\"write read admin\"", "\"read,write\"", "[\"read\",\"write\"]", "\"\"", "null"] {
        let reply = token(&format!(r#"{{"access_token":"at","token_type":"Bearer","scope":{granted}}}"#));
        assert!(reply.warnings.is_empty(), "{granted}: {:?}", reply.warnings);
    }
}

#[test]
fn entra_may_write_a_scope_back_without_its_resource() {
    for (asked, granted, other) in [
        ("https://graph.microsoft.com/Mail.Send offline_access", "openid profile Mail.Send", false),
        ("Mail.Send", "https://graph.microsoft.com/mail.send", false),
        ("https://mail.google.com/", "https://mail.google.com/", false),
        ("https://outlook.office365.com/.default", "anything", false),
        ("https://graph.microsoft.com/Mail.Send", "https://graph.microsoft.com/Mail.Read", true),
    ] {
        assert_eq!(is_other_scope(Some(asked), granted), other, "{asked}: {granted}");
    }
}

#[test]
fn keycloaks_name_for_the_refresh_tokens_life_is_known() {
    let life = |body: &str| token(body).refresh_token_expires_in;
    assert_eq!(life(r#"{"access_token":"at","token_type":"Bearer","refresh_expires_in":1800}"#), Some(1800));
    assert_eq!(life(r#"{"access_token":"at","token_type":"Bearer","refresh_expires_in":0}"#), None, "0 is for ever");
}

#[test]
fn an_error_with_status_200_is_a_refusal() {
    for (body, error) in [
        (r#"{"ok":false,"error":"invalid_auth"}"#, "invalid_auth"),
        (
            r#"{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}"#,
            "bad_verification_code",
        ),
        (r#"{"ok":false}"#, "ok is false"),
    ] {
        let failure = refusal(200, JSON, body);
        assert_eq!(failure.channel, Channel::Oauth);
        assert_eq!(failure.reply.unwrap().oauth_error.as_deref(), Some(error));
    }
}

#[test]
fn entras_numbers_and_ids_are_kept() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Trace ID: 1\r\nCorrelation ID: 2","error_codes":[7000215],"timestamp":"2026-01-10 10:00:00Z","trace_id":"t-1","correlation_id":"c-1","error_uri":"https://login.microsoftonline.com/error?code=7000215"}"#;
    let refused = answered(401, JSON, body).err().unwrap();
    let facts = refused.failure.reply.unwrap();
    assert_eq!((facts.status, facts.error_codes), (Some(401), vec![7_000_215]));
    assert_eq!(refused.evidence["trace_id"], "t-1");
    assert_eq!(refused.evidence["correlation_id"], "c-1");
    assert_eq!(refused.evidence["error_codes"][0], 7_000_215);
    assert!(
        refused.failure.message.contains("AADSTS7000215: Invalid client secret provided."),
        "{}",
        refused.failure.message
    );
}

#[test]
fn d12_a_refusal_for_multi_factor_sign_in_is_explained() {
    let body = r#"{"error":"invalid_grant","error_description":"AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication","error_codes":[50076],"suberror":"basic_action"}"#;
    let explained = crate::Catalogue::builtin().explain(&refusal(400, JSON, body));
    assert_eq!(explained.id, "AADSTS50076");
}

#[test]
fn a_page_that_is_no_token_answer_is_an_http_failure_by_its_status() {
    for (status, body, id) in [
        (404, "<html><body>Not Found</body></html>", "http:404"),
        (502, "", "http:5xx"),
        (405, "{\"message\":\"POST is not allowed\"}", "unknown"),
    ] {
        let failure = refusal(status, Some("text/html"), body);
        assert_eq!(failure.channel, Channel::Http, "{body}");
        assert_eq!(crate::Catalogue::builtin().explain(&failure).id, id, "{body}");
    }
}

#[test]
fn a_page_that_names_entras_error_is_explained_by_it() {
    let page =
        "<html><body>Sorry, but we're having trouble signing you in. AADSTS90002: Tenant 'x' not found.</body></html>";
    let failure = refusal(400, Some("text/html"), page);
    assert_eq!(crate::Catalogue::builtin().explain(&failure).id, "AADSTS90002");
}

#[test]
fn g6_valid_json_sent_as_a_web_page_is_refused() {
    let failure = refusal(200, Some("text/html"), r#"{"access_token":"at","token_type":"Bearer"}"#);
    assert!(failure.message.contains("text/html"), "{}", failure.message);
}

#[test]
fn another_content_type_or_none_is_warned_about() {
    for content_type in [None, Some("text/plain"), Some("application/octet-stream")] {
        let reply = answered(200, content_type, r#"{"access_token":"at","token_type":"Bearer"}"#).ok().unwrap();
        assert_eq!(ids(&reply), ["content_type"], "{content_type:?}");
    }
    assert!(
        answered(200, Some("application/vnd.api+json"), r#"{"access_token":"at","token_type":"Bearer"}"#)
            .ok()
            .unwrap()
            .warnings
            .is_empty()
    );
}

#[test]
fn g4_a_byte_order_mark_is_passed_over_with_a_warning() {
    let body = "\u{feff}{\"access_token\":\"at\",\"token_type\":\"Bearer\"}";
    assert_eq!(ids(&answered(200, JSON, body).ok().unwrap()), ["byte_order_mark"]);
}

#[test]
fn g4_answers_that_are_no_object_with_each_name_once_are_refused() {
    let deep = format!("{{\"access_token\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let utf_16: Vec<u8> = r#"{"access_token":"at"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bodies: [Vec<u8>; 12] = [
        b"".to_vec(),
        b"  \r\n".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"token\"".to_vec(),
        b"{\"access_token\":NaN}".to_vec(),
        b"{\"access_token\":\"a\"".to_vec(),
        b"{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"Bearer\"}".to_vec(),
        b"access_token=a&token_type=bearer".to_vec(),
        b"{\"access_token\":\"a\"} trailing".to_vec(),
        deep.into_bytes(),
        utf_16,
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert!(refusal(200, JSON, body).message.starts_with("No token:"), "{shown}");
    }
}

#[test]
fn g4_a_token_of_the_wrong_type_or_with_odd_characters_is_refused() {
    for token in ["1", "null", "\"\"", "[\"a\"]", "{}", "true", "\"a b\"", "\"a\\r\\nX: 1\"", "\"caf\u{e9}\""] {
        refusal(200, JSON, format!(r#"{{"access_token":{token},"token_type":"Bearer"}}"#));
    }
}

#[test]
fn an_answer_without_content_is_refused() {
    assert!(refusal(204, None, "").message.contains("status 204"));
}

#[test]
fn an_answer_that_was_cut_off_is_refused() {
    let reply = HttpReply {
        status: 200,
        reason: String::new(),
        headers: Vec::new(),
        body: br#"{"access_token":"at","token_type":"Bearer"}"#.to_vec(),
        truncated: true,
        date: None,
        content_type: Some("application/json".into()),
        requests: 1,
        challenges: Vec::new(),
    };
    let rec = Recorder::new(None);
    let refused = read(&request(), &Answered::new(reply, &rec), &rec).err().unwrap();
    assert!(refused.failure.message.contains("1 MiB"));
}

#[test]
fn googles_error_object_is_a_refusal_by_its_status() {
    let body = r#"{"error":{"code":403,"message":"Gmail API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}"#;
    let failure = refusal(403, JSON, body);
    assert_eq!(failure.reply.as_ref().unwrap().oauth_error.as_deref(), Some("PERMISSION_DENIED"));
}
