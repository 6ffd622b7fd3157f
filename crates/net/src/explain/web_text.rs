//! JSON, status lines and OAuth errors inside what a person pasted.

use std::sync::LazyLock;

use regex::Regex;

use super::expression::compiled;
use serde_json::Value;

type Pattern = LazyLock<Option<Regex>>;

static STATUS_LINE: Pattern = LazyLock::new(|| compiled(r"^HTTP/[0-9.]+ [1-5]\d\d\b").ok());
/// A status with words after it, as in `401 Unauthorized` or `(401) Unauthorized`; the words decide whether it is one.
static STATUS_AND_WORDS: Pattern =
    LazyLock::new(|| compiled(r"(?:^|[^\w.])\(?([45]\d\d)\)?(?:[:,]| -)? [(\x22]?([A-Za-z][A-Za-z' -]{2,40})").ok());
/// A status that is called one, in a text about HTTP.
static NAMED_STATUS: Pattern = LazyLock::new(|| {
    compiled(r"(?i)\bhttp[^\n]{0,60}?\b(?:status ?code|status|code|client error|server error)\W{1,4}([45]\d\d)\b").ok()
});
/// A status that is called one, in a text that need not speak of HTTP: mail libraries call theirs otherwise.
static CALLED_STATUS: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r#"(?i)\b(?:status(?: ?code)?|response (?:status|code)|http ?(?:error|code)?)\\?["']?\s{0,2}[:=]?\s{0,2}\(?([45]\d\d)\b|"#,
        r#"\b(?:encountered|received|got|returned|responded with|failed with)(?: an?)?(?: http)?(?: status)?(?: error)?(?: code)?:? ([45]\d\d)\b|http/[\d.]+[\x22\x27]?\s+([45]\d\d)\b|"#,
        r#"\w*HTTPError\W{1,4}([45]\d\d)\b|^([45]\d\d)\s+\{\\?"|\b([45]\d\d) (?:client|server) error\b|\\?["'](?:status|code|error)\\?["']?\s*:\s*([45]\d\d)\b|"#,
        r#"https?://[^\n]*\s[^\n]{0,40}\b(?:code|error):? ([45]\d\d)\b|\berror:? ([45]\d\d)\b[^\n]{0,3}\n(?:.*\n)?.*\b(?:unauthorized|forbidden|not found)"#,
    ))
    .ok()
});
static SPEAKS_OF_MAIL: Pattern = LazyLock::new(|| compiled(r"(?i)smtp|\bmail from\b|rcpt to|\bEAUTH\b").ok());
/// `error: invalid_grant` in any of the ways programs print it.
static NAMED_ERROR: Pattern =
    LazyLock::new(|| compiled(r#"\b[Ee]rror(?: \d{3})?\\?["']?\s*[:=]\s*u?\\?["']?([a-z]+(?:_[a-z]+)+)\b"#).ok());
/// The errors of RFC 6749 5.2, RFC 8628 3.5, OpenID Connect and the two big providers that nothing else is called by.
static UNMISTAKABLE_ERROR: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?:^|[^\w])(invalid_grant|invalid_client|unauthorized_client|unsupported_grant_type|invalid_scope|redirect_uri_mismatch|",
        r"unsupported_response_type|insufficient_scope|interaction_required|consent_required|login_required|invalid_target|invalid_rapt|",
        r"authorization_pending|authorization_declined|admin_policy_enforced|disallowed_useragent|org_internal|deleted_client|",
        r"bad_verification_code|bad_refresh_token|incorrect_client_credentials)\b",
    ))
    .ok()
});
/// An error of RFC 6749 or RFC 6750 by its name in a line about OAuth.
static OAUTH_AND_ERROR: Pattern = LazyLock::new(|| {
    compiled(r"(?i:oauth)[^\n]{0,60}?\b(invalid_[a-z]+|access_denied|server_error|temporarily_unavailable)\b").ok()
});
/// The same errors as the names of exceptions: `InvalidGrantError`.
static ERROR_CLASS: Pattern = LazyLock::new(|| {
    compiled(
        r"\b(InvalidGrant|InvalidClient|UnauthorizedClient|UnsupportedGrantType|InvalidScope)(?:Error|Exception)\b",
    )
    .ok()
});
/// Graph's code for a failure (`ErrorAccessDenied`), in any of the ways programs print it.
static GRAPH_CODE: Pattern = LazyLock::new(|| {
    compiled(r#"\bcode\\?["']?\s*[:=]\s*\\?["']?(Error[A-Z][A-Za-z]+|Authorization_[A-Z]\w+|Request_[A-Z]\w+|InvalidAuthenticationToken|MailboxNot\w+)|\b(Error(AccessDenied|SendAsDenied|ItemNotFound|InvalidUser)|Authorization_(RequestDenied|IdentityNotFound)|Request_ResourceNotFound|MailboxNot(Enabled|Supported)ForRESTAPI)\b"#).ok()
});
/// Sentences of Graph and Exchange, which programs show in place of the code.
static GRAPH_WORDS: Pattern = LazyLock::new(|| {
    compiled("does not have the right to send mail on behalf of|Access is denied. Check credentials and try again|Insufficient privileges to complete the operation")
        .ok()
});

/// Whether the text begins as an HTTP reply does (RFC 9112 4).
pub(super) fn is_status_line(text: &str) -> bool {
    fits(&STATUS_LINE, text)
}

/// Whether the text holds an error of Microsoft Graph.
pub(super) fn is_graph(text: &str) -> bool {
    let coded = |answer: &Value| {
        answer
            .get("error")
            .and_then(Value::as_object)
            .is_some_and(|error| error.get("code").is_some_and(Value::is_string))
    };
    fits(&GRAPH_CODE, text) || fits(&GRAPH_WORDS, text) || json_within(text).as_ref().is_some_and(coded)
}

/// The value of `error` of a token endpoint's answer (RFC 6749 5.2).
pub(super) fn oauth_error(text: &str) -> Option<String> {
    let in_json = json_within(text).and_then(|answer| answer.get("error")?.as_str().map(str::to_owned));
    if let Some(error) = in_json.map(|error| error.replace(' ', "_")).filter(|error| is_single_word(error)) {
        return Some(error);
    }
    let named = |pattern: &Pattern| Some(pattern.as_ref()?.captures(text)?[1].to_owned());
    named(&NAMED_ERROR)
        .or_else(|| named(&UNMISTAKABLE_ERROR))
        .or_else(|| named(&OAUTH_AND_ERROR))
        .or_else(|| named(&ERROR_CLASS).map(|class| in_snake_case(&class)))
}

/// `InvalidGrant` as `invalid_grant`.
fn in_snake_case(class: &str) -> String {
    let spaced = class
        .chars()
        .flat_map(|letter| letter.is_ascii_uppercase().then_some('_').into_iter().chain([letter.to_ascii_lowercase()]));
    spaced.skip(1).collect()
}

/// A status line made of the status that the text speaks of.
pub(super) fn status_spoken_of(text: &str) -> Option<String> {
    let worded = STATUS_AND_WORDS.as_ref()?.captures_iter(text).find_map(|found| {
        let reason = http::StatusCode::from_bytes(found[1].as_bytes()).ok()?.canonical_reason()?;
        let words = letters(&found[2]);
        let former = FORMER_REASONS.iter().any(|(status, former)| *status == &found[1] && words.starts_with(former));
        (former || words.starts_with(&letters(reason))).then(|| format!("HTTP/1.1 {} {reason}", &found[1]))
    });
    worded.or_else(|| Some(format!("HTTP/1.1 {}", &NAMED_STATUS.as_ref()?.captures(text)?[1])))
}

/// Reasons that other versions of HTTP give (RFC 2616 6.1.1, RFC 9110 15), and that servers write.
const FORMER_REASONS: [(&str, &str); 19] = [
    ("400", "invalidrequest"),
    ("401", "authorizationrequired"),
    ("401", "notauthorized"),
    ("401", "invalidcredentials"),
    ("401", "authenticationrequired"),
    ("403", "accessforbidden"),
    ("403", "accessdenied"),
    ("403", "permissiondenied"),
    ("404", "pagenotfound"),
    ("404", "filenotfound"),
    ("404", "resourcenotfound"),
    ("429", "ratelimit"),
    ("502", "proxyerror"),
    ("503", "servicetemporarilyunavailable"),
    ("413", "requestentitytoolarge"),
    ("413", "contenttoolarge"),
    ("422", "unprocessablecontent"),
    ("500", "servererror"),
    ("500", "internalerror"),
];

/// The letters alone, in lower case: `Gateway Time-out` and `Gateway Timeout` are one.
fn letters(words: &str) -> String {
    words.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The status line of a text that has a status by name and nothing about mail, where nothing surer was found.
pub(super) fn status_called_one(text: &str) -> Option<String> {
    if fits(&SPEAKS_OF_MAIL, text) {
        return None;
    }
    let found = CALLED_STATUS.as_ref()?.captures(text)?;
    let status = found.iter().skip(1).flatten().next()?.as_str();
    http::StatusCode::from_bytes(status.as_bytes()).ok()?.canonical_reason()?;
    Some(format!("HTTP/1.1 {status}"))
}

/// The first JSON object in a text that may have other words before and after it, and may be quoted inside a string.
pub(super) fn json_within(text: &str) -> Option<Value> {
    first_object(text).or_else(|| text.contains("\\\"").then(|| first_object(&text.replace("\\\"", "\"")))?)
}

fn first_object(text: &str) -> Option<Value> {
    text.match_indices('{').take(32).find_map(|(from, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[from..]).into_iter::<Value>();
        values.next()?.ok().filter(|value| value.as_object().is_some_and(|fields| !fields.is_empty()))
    })
}

pub(super) fn is_single_word(text: &str) -> bool {
    !text.is_empty() && text.len() < 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn fits(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
