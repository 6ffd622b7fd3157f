//! The sentences of Google's identity service and APIs, and of Gmail's servers.

use super::Meaning;

/// The identity service and the APIs (OAuth 2.0 pages, `error.errors[].reason`, `google.rpc.ErrorInfo`).
pub(super) const SIGN_IN: &[Meaning] = &[
    Meaning {
        words: "access_denied being tested",
        names: &[],
        phrases: &[
            "has not completed the google verification",
            "currently being tested and",
            "can only be accessed by developer-approved testers",
            "developer hasn't given you access to this app",
            "currently being tested, and can only be accessed",
        ],
    },
    Meaning {
        words: "accessNotConfigured",
        names: &["accessNotConfigured", "SERVICE_DISABLED"],
        phrases: &[
            "has not been used in project",
            "it is disabled. enable it by visiting",
            "is not found and cannot be used for api calls",
            "api is not enabled for your project",
        ],
    },
    Meaning {
        words: "access_not_configured",
        names: &["access_not_configured"],
        phrases: &["your institution's admin needs to review"],
    },
    Meaning {
        words: "admin_policy_enforced",
        names: &["admin_policy_enforced"],
        phrases: &[
            "blocked by your organization's admin",
            "your organization's admin has blocked",
            "access to your account data is restricted by policies within your organization",
        ],
    },
    Meaning { words: "deleted_client", names: &["deleted_client"], phrases: &["the oauth client was deleted"] },
    Meaning {
        words: "disallowed_useragent",
        names: &["disallowed_useragent"],
        phrases: &[
            "google's \"use secure browsers\" policy",
            "use secure browsers",
            "not permitted to make an oauth authorization request to google",
        ],
    },
    Meaning {
        words: "The OAuth client was not found",
        names: &[],
        phrases: &["the oauth client was not found", "no support for client id"],
    },
    Meaning {
        words: "Token has been expired or revoked",
        names: &[],
        phrases: &["token has been expired or revoked", "token has been revoked."],
    },
    Meaning {
        words: "invalid_rapt",
        names: &["invalid_rapt", "rapt_required"],
        phrases: &["reauth related error", "reauthentication is needed. please run `gcloud"],
    },
    Meaning {
        words: "org_internal",
        names: &["org_internal"],
        phrases: &[
            "is restricted to users within its organization",
            "available only to users within its organization",
            "client is restricted to users within its organization",
        ],
    },
    Meaning {
        words: "redirect_uri_mismatch",
        names: &["redirect_uri_mismatch"],
        phrases: &[
            "does not match the ones authorized for the oauth client",
            "sent an invalid request because the redirect_uri",
            "register the redirect uri in the google cloud console",
        ],
    },
    Meaning {
        words: "unauthorized_client: Client is unauthorized to retrieve access tokens using this method",
        names: &[],
        phrases: &[
            "client is unauthorized to retrieve access tokens using this method",
            "client not authorized for any of the scopes requested",
        ],
    },
];

/// Gmail's servers and relay.
pub(super) const MAIL: &[Meaning] = &[
    Meaning {
        words: "454 4.7.0 Too many login attempts",
        names: &[],
        phrases: &["too many login attempts, please try again later"],
    },
    Meaning {
        words: "534 5.7.9 Application-specific password required",
        names: &["InvalidSecondFactor"],
        phrases: &["application-specific password required", "application specific password required"],
    },
    Meaning {
        words: "534 5.7.14 Please log in via your web browser",
        names: &[],
        phrases: &["please log in via your web browser and"],
    },
    Meaning {
        words: "534 5.7.9 Please log in with your web browser",
        names: &["WebLoginRequired"],
        phrases: &["please log in with your web browser"],
    },
    Meaning {
        words: "535 5.7.8 Username and Password not accepted",
        names: &["BadCredentials"],
        phrases: &["username and password not accepted. learn more", "username and password not accepted. for more"],
    },
    Meaning {
        words: "530 5.7.0 Authentication Required",
        names: &["WantAuthError"],
        phrases: &["authentication required. learn more at", "authentication required. for more information, go to"],
    },
    Meaning {
        words: "550 5.4.5 Daily user sending limit exceeded",
        names: &[],
        phrases: &[
            "daily user sending limit exceeded",
            "daily user sending quota exceeded",
            "daily sending quota exceeded",
        ],
    },
    Meaning {
        words: "550 5.7.1 Daily SMTP relay limit exceeded",
        names: &[],
        phrases: &["daily smtp relay limit exceeded", "daily smtp relay sending limit exceeded"],
    },
    Meaning {
        words: "450 4.2.1 Peak SMTP relay limit exceeded",
        names: &[],
        phrases: &["peak smtp relay limit exceeded"],
    },
    Meaning {
        words: "550 5.7.26 unauthenticated DMARC",
        names: &[],
        phrases: &[
            "is not accepted due to domain's dmarc policy",
            "blocked because the sender is unauthenticated",
            "gmail requires all senders to authenticate with either spf or dkim",
            "does not have authentication information or fails to pass authentication checks (spf or dkim)",
        ],
    },
    Meaning {
        words: "550 5.7.0 Mail relay denied",
        names: &[],
        phrases: &["mail relay denied", "invalid credentials for relay"],
    },
    Meaning { words: "550 5.7.0 Mail Sending denied", names: &[], phrases: &["mail sending denied"] },
    Meaning {
        words: "552 5.7.0 blocked",
        names: &[],
        phrases: &["this message was blocked because its content presents a potential security issue"],
    },
    Meaning {
        words: "552 5.2.3 too large",
        names: &[],
        phrases: &["your message exceeded google's message size limits"],
    },
    Meaning { words: "421 4.7.0 unusual rate", names: &[], phrases: &["detected an unusual rate of unsolicited mail"] },
    Meaning {
        words: "421 4.7.0 TLS required for RCPT domain, closing connection",
        names: &[],
        phrases: &["tls required for rcpt domain"],
    },
];
