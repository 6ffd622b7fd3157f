//! What libraries call an HTTP status and an error of OAuth 2.0, in place of the number and of the error's own name.

use std::sync::LazyLock;

use regex::Regex;

use super::{Meaning, Number};
use crate::Channel;
use crate::explain::expression::compiled;

type Pattern = LazyLock<Option<Regex>>;

/// The exceptions of OAuth libraries (oauthlib, authlib, League, Spring, openid-client, Doorkeeper) and the sentences of RFC 6749
/// 5.2, 4.1.2.1 and RFC 8628 3.5.
pub(super) const OAUTH: &[Meaning] = &[
    Meaning {
        words: "invalid_grant",
        names: &[
            "InvalidGrantError",
            "InvalidGrantException",
            "InvalidGrant",
            "INVALID_CODE",
            "INVALID_USER_CREDENTIALS",
            "INVALID_REFRESH_TOKEN",
        ],
        phrases: &[
            "provided authorization grant (e.g., authorization code",
            "provided authorization grant is invalid",
            "provided access grant is invalid, expired, or revoked",
            "authorization code has expired",
            "authorization code is invalid",
            "invalid authorization code",
            "refresh token is invalid",
            "refresh token has expired",
            "refresh token expired",
            "invalid refresh token",
            "refresh token is expired",
            "expired access/refresh token",
            "expired authorization code",
            "invalid authentication code",
        ],
    },
    Meaning {
        words: "invalid_client",
        names: &[
            "InvalidClientError",
            "InvalidClientException",
            "InvalidClient",
            "INVALID_CLIENT_CREDENTIALS",
            "CLIENT_NOT_FOUND",
        ],
        phrases: &[
            "client authentication failed (e.g., ",
            "client authentication failed due to unknown client",
            "client authentication failed",
            "invalid client credentials",
            "invalid client secret",
            "client failed to authenticate",
            "client credentials are invalid",
            "client secret is invalid",
            "bad client credentials",
            "client_secret is incorrect",
            "client secret is incorrect",
            "invalid client or invalid client credentials",
            "incorrect client credentials",
        ],
    },
    Meaning {
        words: "unauthorized_client",
        names: &["UnauthorizedClientError", "UnauthorizedClientException", "UnauthorizedClient"],
        phrases: &[
            "client is not authorized to use this authorization grant type",
            "authenticated client is not authorized to use",
        ],
    },
    Meaning {
        words: "unsupported_grant_type",
        names: &["UnsupportedGrantTypeError", "UnsupportedGrantTypeException", "UnsupportedGrantType"],
        phrases: &["authorization grant type is not supported by", "unsupported grant type"],
    },
    Meaning {
        words: "invalid_scope",
        names: &["InvalidScopeError", "InvalidScopeException", "InvalidScope", "INVALID_SCOPES"],
        phrases: &[
            "requested scope is invalid, unknown",
            "invalid scopes",
            "invalid scope:",
            "requested scopes were invalid",
            "requested scope is invalid",
        ],
    },
    Meaning {
        words: "invalid_request",
        names: &[
            "InvalidClientRequestException",
            "InvalidClientIdError",
            "MissingClientIdError",
            "InvalidRequestError",
        ],
        phrases: &["request is missing a required parameter, includes an", "the request does not contain a"],
    },
    Meaning {
        words: "access_denied",
        names: &["AccessDeniedOAuthError"],
        phrases: &[
            "resource owner or authorization server denied the request",
            "end-user denied the authorization request",
        ],
    },
    Meaning {
        words: "invalid_token",
        names: &["InvalidTokenError", "InvalidTokenException", "INVALID_SESSION_ID", "authError"],
        phrases: &[
            "the access token provided is expired, revoked, malformed",
            "the access token expired",
            "access token has expired",
            "access token is expired",
            "access token is invalid",
            "the access token is invalid",
            "invalid access token",
            "invalid oauth token",
            "invalid oauth access token",
            "invalid bearer token",
            "oauth token is invalid",
            "oauth token has expired",
            "request had invalid authentication credentials",
            "expected oauth 2 access token",
        ],
    },
    Meaning {
        words: "insufficient_scope",
        names: &["InsufficientScopeError", "NoPermissionsInAccessToken", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"],
        phrases: &[
            "requires higher privileges than provided by the access token",
            "insufficient authentication scopes",
            "token has insufficient scope",
        ],
    },
    Meaning { words: "temporarily_unavailable", names: &["TemporarilyUnavailableError"], phrases: &[] },
    Meaning {
        words: "server_error",
        names: &[],
        phrases: &["authorization server encountered an unexpected condition"],
    },
    Meaning {
        words: "authorization_pending",
        names: &["AuthorizationPendingError", "AuthorizationPendingException"],
        phrases: &[],
    },
    Meaning { words: "slow_down", names: &["SlowDownError", "SLOW_DOWN"], phrases: &[] },
    Meaning {
        words: "expired_token",
        names: &["ExpiredDeviceCodeError"],
        phrases: &[
            "device code has expired",
            "device_code has expired",
            "`device_code` has expired",
            "device code expired",
            "device code is expired",
        ],
    },
    Meaning {
        words: "interaction_required",
        names: &[
            "InteractionRequiredAuthError",
            "MsalUiRequiredException",
            "STATUS_INTERACTIONREQUIRED",
            "InteractionRequired",
        ],
        phrases: &[],
    },
    Meaning {
        words: "consent_required",
        names: &["ConsentRequired"],
        phrases: &["user hasn't approved this consumer", "user has not approved this consumer"],
    },
    Meaning { words: "login_required", names: &["LoginRequired"], phrases: &[] },
    Meaning {
        words: "state mismatch",
        names: &[
            "MismatchingStateError",
            "MismatchingStateException",
            "STATE_MISMATCH",
            "INVALID_STATE",
            "MISMATCHING_STATE",
            "InvalidStateException",
        ],
        phrases: &[
            "state mismatch",
            "state is not matching",
            "state not matching",
            "invalid state returned",
            "invalid oauth state",
            "oauth state is invalid",
            "invalid state token",
            "state verification failed",
            "state validation failed",
            "state parameter mismatch",
            "state parameter is invalid",
            "mismatching state",
            "no matching state found",
            "state mismatch error",
            "state is not valid",
            "state not found",
            "state doesn't match",
            "states do not match",
            "state value does not match",
            "csrf warning! state not equal",
            "state parameter does not match",
            "state does not match",
            "invalid state parameter",
            "could not verify state",
        ],
    },
];

/// What receivers of webhooks say of a message.
pub(super) const WEBHOOKS: &[Meaning] = &[
    Meaning {
        words: "invalid_payload",
        names: &["INVALID_PAYLOAD", "MISSING_TEXT_OR_FALLBACK_OR_ATTACHMENTS"],
        phrases: &["payload was not valid json"],
    },
    Meaning { words: "no_service", names: &["NO_ACTIVE_HOOKS"], phrases: &["webhook has been disabled or removed"] },
    Meaning { words: "channel_not_found", names: &["CHANNEL_IS_ARCHIVED"], phrases: &["channel has been archived"] },
    Meaning {
        words: "signature mismatch",
        names: &["SignatureVerificationError", "WebhookVerificationError", "WebhookSignatureError"],
        phrases: &[
            "no signatures found matching the expected signature",
            "signatures didn't match",
            "signatures do not match",
            "invalid signature for webhook",
            "webhook signature verification failed",
            "invalid webhook signature",
            "signature verification failed",
        ],
    },
    Meaning {
        words: "timestamp outside the tolerance",
        names: &[],
        phrases: &[
            "timestamp outside the tolerance zone",
            "message timestamp too old",
            "message timestamp too new",
            "timestamp too old",
        ],
    },
];

/// Exceptions named after a status: Spring, werkzeug, Django, aiohttp, NestJS, Ruby (rest-client, faraday, httparty), boto.
pub(super) const STATUSES: &[Meaning] = &[
    Meaning {
        words: "HTTP/1.1 400",
        names: &["HTTPBadRequest"],
        phrases: &[
            "bad payload received by generic incoming webhook",
            "cannot send an empty message",
            "webhook bad request",
        ],
    },
    Meaning {
        words: "HTTP/1.1 401",
        names: &["UnauthorizedException", "UnauthorizedError", "HTTPUnauthorized", "NotAuthorizedException"],
        phrases: &[],
    },
    Meaning {
        words: "HTTP/1.1 403",
        names: &["ForbiddenException", "ForbiddenError", "HTTPForbidden"],
        phrases: &["resource not accessible by "],
    },
    Meaning { words: "HTTP/1.1 404", names: &["HTTPNotFound"], phrases: &["unknown webhook"] },
    Meaning { words: "HTTP/1.1 410", names: &["GoneException", "HTTPGone"], phrases: &[] },
    Meaning {
        words: "HTTP/1.1 413",
        names: &[
            "HTTPRequestEntityTooLarge",
            "PayloadTooLargeException",
            "PayloadTooLargeError",
            "FST_ERR_CTP_BODY_TOO_LARGE",
        ],
        phrases: &["413 request entity too large", "413 payload too large", "request entity too large"],
    },
    Meaning {
        words: "HTTP/1.1 415",
        names: &[
            "UnsupportedMediaTypeException",
            "HttpMediaTypeNotSupportedException",
            "FST_ERR_CTP_INVALID_MEDIA_TYPE",
        ],
        phrases: &["unsupported media type"],
    },
    Meaning {
        words: "HTTP/1.1 429",
        names: &[
            "TooManyRequestsException",
            "TooManyRequestsError",
            "HTTPTooManyRequests",
            "RateLimitError",
            "RateLimitExceeded",
        ],
        phrases: &["too many requests", "you are being rate limited", "rate limit exceeded", "api rate limit"],
    },
    Meaning {
        words: "HTTP/1.1 503",
        names: &[
            "InternalServerErrorException",
            "HTTPInternalServerError",
            "BadGatewayException",
            "HTTPBadGateway",
            "ServiceUnavailableException",
            "HTTPServiceUnavailable",
            "GatewayTimeoutException",
            "HTTPGatewayTimeout",
        ],
        phrases: &[],
    },
];

/// A number that is called a status in a text about HTTP: by the word, by the protocol, by a library's own way to say it.
static STATUS: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)(?:",
        r"\bhttp[ _-]?(?:status|error|code|response|failure|request)?(?:[ _-]?(?:code|status))?(?: (?:was|is|of|returned|received))?\W{0,4}|",
        r"\b(?:status|response|return|result|error)[ _-]?(?:code|status)(?: (?:was|is|of|returned|received))?\W{0,5}|",
        r"\bstatus(?: (?:was|is|of))?\W{1,5}|\bserver (?:returned|responded|replied|answered)(?: with)?(?: an?)?(?: error)?(?: code| status)?\W{1,3}|",
        r"\b(?:request|call|post|get|put|fetch|webhook|delivery|upload) (?:failed|error|returned|rejected)(?: with)?(?: an?)?(?: http)?(?: error)?(?: code| status)?\W{1,4}|",
        r"\brequested url returned error\W{1,3}|\bgoogleapi: error |\bhttperror |\breturn(?:ed|ing|s)? (?:a )?(?:status )?code(?: of)?\W{1,3}|\b(?:failure|httpexception|githubexception|apierror|apiexception)\W{1,3}|\bnon-2(?:00|xx)[ \w]{0,24}\W{1,4}|\bunexpected (?:response|status)[ \w]{0,24}\W{1,4}",
        r")(4[0-3]\d|451|50\d|51[01]|52\d)\b|\b(4[0-3]\d|451|50\d|51[01]|52\d) (?:http )?status code\b|\b(?:exception|error): (4[0-3]\d|451|50\d|51[01]|52\d) \{|\b(4[0-3]\d|451|50\d|51[01]|52\d), message=['\x22]|\x22message\x22[^\n]{1,200}\((40[134]|429)\)\s*$",
    ))
    .ok()
});
/// A status by its name where a status is spoken of: `StatusCode: Unauthorized`, `HttpStatusCode.Forbidden`, `$Unauthorized:`.
static STATUS_NAME: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?:(?i:status ?code|http ?status|status)\W{1,4}|(?i:status code )|HttpClientErrorException[.$]|HttpServerErrorException[.$]|StatusCodes?\.|(?:RestClient|Faraday)::|WebClientResponseException[.$])",
        r"(?i:(bad_?request)|(unauthorized)|(forbidden)|(not_?found|resourcenotfound)|(gone)|(payload_?too_?large|request_?entity_?too_?large)|(unsupported_?media_?type)|(too_?many_?requests)|(internal_?server_?error|bad_?gateway|service_?unavailable|gateway_?time_?out))",
    ))
    .ok()
});
const BY_NAME: [&str; 9] = ["400", "401", "403", "404", "410", "413", "415", "429", "503"];

/// Nothing but a status, or one at the end of a line that begins with the word error.
static BARE: Pattern = LazyLock::new(|| {
    compiled(r#"(?im)(?:\A|\berror\W{1,3}|\bfail(?:ed)?:? (?:\d )?)(40[0134]|41[035]|429|50[0-4])(?:\W*$|,$| - "")"#)
        .ok()
});

/// Whether a number of three figures stands in the text that may be a failing status; the port 443 is none.
fn may_hold_a_status(text: &str) -> bool {
    let status =
        |three: &[u8]| matches!(three[0], b'4' | b'5') && three[1..].iter().all(u8::is_ascii_digit) && three != b"443";
    text.as_bytes().windows(3).any(status)
}

pub(super) fn read(text: &str) -> Vec<Number> {
    let at = |start: usize, end, status: &str| Number {
        start,
        end,
        channel: Channel::Http,
        words: format!("HTTP/1.1 {status}"),
    };
    let may_hold = may_hold_a_status(text);
    let numbers = STATUS.as_ref().filter(|_| may_hold).and_then(|pattern| pattern.captures_iter(text).last());
    let bare = || BARE.as_ref().filter(|_| may_hold).and_then(|pattern| pattern.captures(text));
    let numbers = numbers.or_else(bare).and_then(|found| found.iter().skip(1).flatten().next());
    let numbers = numbers.map(|status| at(status.start(), status.end(), status.as_str()));
    let names = STATUS_NAME.as_ref().and_then(|pattern| pattern.captures(text)).and_then(|found| {
        let group = (1..=BY_NAME.len()).find(|group| found.get(*group).is_some())?;
        let name = found.get(group)?;
        Some(at(name.start(), name.end(), BY_NAME[group - 1]))
    });
    numbers.into_iter().chain(names).collect()
}
