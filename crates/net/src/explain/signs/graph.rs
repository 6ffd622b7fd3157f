//! The codes and sentences of Microsoft Graph, and of Exchange behind it.

use super::Meaning;

pub(super) const MEANINGS: &[Meaning] = &[
    Meaning {
        words: "ErrorAccessDenied",
        names: &["ErrorAccessDenied"],
        phrases: &["access is denied. check credentials and try again", "access to odata is disabled"],
    },
    Meaning {
        words: "ErrorSendAsDenied",
        names: &["ErrorSendAsDenied"],
        phrases: &["does not have the right to send mail on behalf of the specified sending account"],
    },
    Meaning {
        words: "Authorization_RequestDenied",
        names: &["Authorization_RequestDenied"],
        phrases: &["insufficient privileges to complete the operation"],
    },
    Meaning {
        words: "Authorization_IdentityNotFound",
        names: &["Authorization_IdentityNotFound"],
        phrases: &["the identity of the calling application could not be established"],
    },
    Meaning {
        words: "MailboxNotEnabledForRESTAPI",
        names: &["MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "ErrorMissingEmailAddress"],
        phrases: &[
            "rest api is not yet supported for this mailbox",
            "the mailbox is either inactive, soft-deleted, or is hosted on-premise",
        ],
    },
    Meaning {
        words: "InvalidAuthenticationToken",
        names: &["InvalidAuthenticationToken"],
        phrases: &[
            "access token validation failure",
            "compacttoken parsing failed",
            "access token has expired or is not yet valid",
            "lifetime validation failed, the token is expired. graph",
            "invalidauthenticationtoken",
        ],
    },
    Meaning {
        words: "ErrorItemNotFound",
        names: &["ErrorItemNotFound"],
        phrases: &["the specified object was not found in the store"],
    },
    Meaning { words: "ErrorInvalidUser", names: &["ErrorInvalidUser"], phrases: &["the requested user '"] },
    Meaning {
        words: "ErrorExceededMessageLimit",
        names: &["ErrorExceededMessageLimit", "ErrorMessageSizeExceeded"],
        phrases: &["the message exceeds the maximum supported size"],
    },
    Meaning {
        words: "Request_ResourceNotFound",
        names: &["Request_ResourceNotFound"],
        phrases: &["does not exist or one of its queried reference-property objects are not present"],
    },
    Meaning {
        words: "ApplicationThrottled",
        names: &["ApplicationThrottled", "activityLimitReached"],
        phrases: &["application is over its mailboxconcurrency limit", "the application is over its"],
    },
    Meaning { words: "serviceNotAvailable", names: &["serviceNotAvailable"], phrases: &[] },
];
