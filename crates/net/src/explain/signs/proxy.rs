//! What programs say when a proxy stands in the way.

use super::Meaning;

pub(super) const WANTS_PASSWORD: &str = "407 Proxy Authentication Required";
pub(super) const REFUSES: &str = "tunnel error: unsuccessful";
pub(super) const UNREACHABLE: &str = "cannot connect to proxy";

/// A proxy that wants a password says so by refusing: whatever else a text tells, this is the reason.
pub(super) const PASSWORD: &[Meaning] = &[Meaning {
    words: WANTS_PASSWORD,
    names: &[
        "ERR_PROXY_AUTH_REQUESTED",
        "ERR_PROXY_AUTH_UNSUPPORTED",
        "ProxyAuthenticationRequired",
        "ProxyAuthenticationRequiredException",
    ],
    phrases: &[
        "proxy authentication required",
        "proxy authentication is required",
        "proxy authorization required",
        "proxy requires authentication",
        "407 authenticationrequired",
        "proxy auth required",
        "authentication with proxy failed",
        "proxy authentication failed",
        "407 authentication required",
        "407 unauthorized",
        "connect tunnel failed, response 407",
        "failed to authenticate with proxy",
        "407 (proxy",
        "407 proxy",
    ],
}];

pub(super) const MEANINGS: &[Meaning] = &[
    Meaning {
        words: REFUSES,
        names: &["ERR_TUNNEL_CONNECTION_FAILED", "NS_ERROR_PROXY_FORBIDDEN"],
        phrases: &[
            "proxy refused the connection",
            "tunnel connection failed: 403",
            "tunnel connection failed: 5",
            "tunnel connection failed: 400",
            "tunnel connection failed: 404",
            "tunnel connection failed: 405",
            "blocked by proxy",
            "proxy connect aborted",
            "connect tunnel failed, response 403",
            "connect tunnel failed, response 5",
            "connect tunnel failed, response 400",
            "connect tunnel failed, response 404",
            "connect tunnel failed, response 405",
        ],
    },
    Meaning {
        words: UNREACHABLE,
        names: &[
            "ERR_PROXY_CONNECTION_FAILED",
            "NS_ERROR_PROXY_CONNECTION_REFUSED",
            "NS_ERROR_UNKNOWN_PROXY_HOST",
            "CURLE_COULDNT_RESOLVE_PROXY",
        ],
        phrases: &[
            "unable to connect to proxy",
            "could not connect to proxy",
            "couldn't connect to proxy",
            "failed to connect to proxy",
            "cannot connect to proxy",
            "can't connect to proxy",
            "could not resolve proxy",
            "couldn't resolve proxy",
            "proxy server is refusing connections",
            "connection to proxy failed",
            "error connecting to proxy",
            "proxyconnect tcp: dial",
            "unable to connect to the proxy",
            "failed to connect to the proxy",
        ],
    },
];
