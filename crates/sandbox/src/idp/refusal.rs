//! Refusals in the shape of Microsoft Entra ID: RFC 6749 5.2 and six fields more.

use serde_json::json;
use uuid::Uuid;

use super::grant::TokenRequest;
use crate::web::Reply;

/// Why no token was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The tenant in the path is not the sandbox's.
    UnknownTenant(String),
    /// Not a form, or a field is missing.
    MissingField(&'static str),
    UnknownGrant(String),
    UnknownClient(String),
    MissingSecret,
    TwoWaysToSignIn,
    WrongSecret,
    ExpiredSecret,
    ScopeNotDefault(String),
    UnknownResource(String),
    WrongPassword,
    SecondFactor,
    BadRefreshToken,
    ReusedRefreshToken,
    BadAssertion,
    UnknownCertificate,
    WrongSignature,
    AssertionOfAnother,
    AssertionForAnother(String),
    AssertionOutOfTime,
    BadCode,
    WrongVerifier,
    WrongRedirect,
    DevicePending,
    DeviceTooSoon,
    DeviceDeclined,
    DeviceExpired,
    BadDeviceCode,
}

impl Refusal {
    /// Status, OAuth error, AADSTS number and what is said.
    fn parts(&self) -> (u16, &'static str, u64, String) {
        match self {
            Self::BadAssertion
            | Self::UnknownCertificate
            | Self::WrongSignature
            | Self::AssertionOfAnother
            | Self::AssertionForAnother(_)
            | Self::AssertionOutOfTime => self.of_assertion(),
            Self::BadCode
            | Self::WrongVerifier
            | Self::WrongRedirect
            | Self::DevicePending
            | Self::DeviceTooSoon
            | Self::DeviceDeclined
            | Self::DeviceExpired
            | Self::BadDeviceCode => self.of_sign_in(),
            Self::UnknownTenant(tenant) => (
                400,
                "invalid_request",
                90_002,
                format!("Tenant '{tenant}' is not known to the practice identity provider."),
            ),
            Self::MissingField(name) => {
                (400, "invalid_request", 900_144, format!("The request body must contain the field '{name}'."))
            }
            Self::UnknownGrant(grant) => {
                (400, "unsupported_grant_type", 70_003, format!("The grant type '{grant}' is not supported here."))
            }
            Self::UnknownClient(client) => (
                400,
                "unauthorized_client",
                700_016,
                format!("No application with identifier '{client}' is in this directory."),
            ),
            Self::MissingSecret => (
                401,
                "invalid_client",
                7_000_218,
                "The request must contain 'client_secret' or 'client_assertion'.".to_owned(),
            ),
            Self::TwoWaysToSignIn => {
                (400, "invalid_request", 900_144, "The client signed in twice, by header and in the body.".to_owned())
            }
            Self::WrongSecret => (
                401,
                "invalid_client",
                7_000_215,
                "Invalid client secret provided: send its value, not its ID.".to_owned(),
            ),
            Self::ExpiredSecret => (
                401,
                "invalid_client",
                7_000_222,
                "The client secret is expired; make a new one for the app.".to_owned(),
            ),
            Self::ScopeNotDefault(scope) => (
                400,
                "invalid_scope",
                1_002_012,
                format!("Scope '{scope}' is not valid: client credentials need one resource with /.default behind it."),
            ),
            Self::UnknownResource(scope) => {
                (400, "invalid_resource", 500_011, format!("No resource for '{scope}' is in this directory."))
            }
            Self::WrongPassword => (400, "invalid_grant", 50_126, "Invalid user name or password.".to_owned()),
            Self::SecondFactor => {
                (400, "invalid_grant", 50_076, "The user must use a second factor to sign in.".to_owned())
            }
            Self::BadRefreshToken => {
                (400, "invalid_grant", 70_000, "The refresh token is not valid for this application.".to_owned())
            }
            Self::ReusedRefreshToken => (
                400,
                "invalid_grant",
                70_000,
                "The refresh token was used before; every token that came of it is revoked.".to_owned(),
            ),
        }
    }

    /// A client's signed statement that is no good (RFC 7523 3.2).
    fn of_assertion(&self) -> (u16, &'static str, u64, String) {
        let (number, words) = match self {
            Self::UnknownCertificate => {
                (700_027, "The certificate of the client assertion is not registered for the application.".to_owned())
            }
            Self::WrongSignature => (700_027, "The signature of the client assertion is not valid.".to_owned()),
            Self::AssertionOfAnother => {
                (700_021, "The client assertion's issuer and subject are not the client identifier.".to_owned())
            }
            Self::AssertionForAnother(audience) => {
                (700_023, format!("The client assertion's audience '{audience}' is not this token endpoint."))
            }
            Self::AssertionOutOfTime => {
                (700_024, "The client assertion is not within its valid time range; compare the clocks.".to_owned())
            }
            _ => (50_027, "The client assertion is not a valid token, or was used before.".to_owned()),
        };
        (401, "invalid_client", number, words)
    }

    /// A sign-in of a person that is not done, or not to be done (RFC 6749 5.2, RFC 8628 3.5).
    fn of_sign_in(&self) -> (u16, &'static str, u64, String) {
        let (error, number, words) = match self {
            Self::WrongVerifier => {
                ("invalid_grant", 501_481, "The code_verifier does not match the code_challenge of the sign-in.")
            }
            Self::WrongRedirect => ("invalid_grant", 50_011, "The redirect address is not the one of the sign-in."),
            Self::DevicePending => ("authorization_pending", 70_016, "The user has not finished signing in yet."),
            Self::DeviceTooSoon => ("slow_down", 50_196, "Asked too often; wait longer between two questions."),
            // Microsoft's word for access_denied.
            Self::DeviceDeclined => ("authorization_declined", 70_018, "The user declined the sign-in."),
            Self::DeviceExpired => ("expired_token", 70_019, "The device code has expired; begin again."),
            Self::BadDeviceCode => ("bad_verification_code", 70_018, "The device code is not known."),
            _ => ("invalid_grant", 54_005, "The authorization code was used before or has expired."),
        };
        (400, error, number, words.to_owned())
    }

    pub(super) fn reply(&self, request: Option<&TokenRequest<'_>>, at: jiff::Timestamp) -> Reply {
        let (status, error, number, words) = self.parts();
        let trace = Uuid::new_v4();
        let correlation = request.and_then(TokenRequest::correlation).unwrap_or_else(Uuid::new_v4);
        let stamp = at.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let description =
            format!("AADSTS{number}: {words} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}");
        let mut body = json!({
            "error": error,
            "error_description": description,
            "error_codes": [number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
        });
        if *self == Self::SecondFactor {
            body["suberror"] = json!("basic_action");
        }
        Reply::json(status, &body)
    }
}
