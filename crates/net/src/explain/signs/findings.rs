//! What other programs say of the failures that Credenza finds out by itself (`data/findings.json`): nobody has a code for them.

use super::Meaning;

/// A finding, and parts of sentences in lower case.
const fn says(words: &'static str, phrases: &'static [&'static str]) -> Meaning {
    Meaning { words, names: &[], phrases }
}

/// Sentences that say one thing only, whatever else the text holds.
pub(super) const CLEAR: &[Meaning] = &[
    says(
        "finding network:tls-on-plain-port",
        &[
            "client sent an http request to an https server",
            "plain http request was sent to https port",
            "plain http request was sent to an https port",
            "speaking plain http to an ssl-enabled server port",
            "this combination of host and port requires tls",
            "malformed http response \"\\x15\\x03",
        ],
    ),
    says(
        "finding tls:weak-certificate",
        &["certificate key too weak", "ee key too small", "ca key too small", "certificate key is too small"],
    ),
    says(
        "finding tls:wrong-purpose",
        &[
            "unsupported certificate purpose",
            "unsuitable certificate purpose",
            "specifies an incompatible key usage",
            "certificate purpose is not",
            "extended key usage does not permit use for tls server authentication",
        ],
    ),
    says(
        "finding tls:no-roots",
        &[
            "the trustanchors parameter must be non-empty",
            "error setting certificate verify locations",
            "error setting certificate file",
            "no ca certificates were loaded",
            "could not find a suitable tls ca certificate bundle",
        ],
    ),
    says(
        "finding proxy:target-unreachable",
        &[
            "socks5 proxy rejected connection",
            "socks5 host unreachable",
            "0x04: host unreachable",
            "0x05: connection refused",
            "0x03: network unreachable",
            "0x01: general socks server failure",
            "socks server failure",
            "can't complete socks5 connection",
        ],
    ),
    says(
        "finding proxy:not-a-proxy",
        &[
            "invalid socks version",
            "socks5 proxy server sent invalid data",
            "socks4 proxy server sent invalid data",
            "unexpected socks version",
        ],
    ),
    says(
        "finding network:not-http",
        &[
            "malformed http response",
            "badstatusline('\\x",
            "parse error: expected http/",
            "received http/0.9 when not allowed",
            "invalid http version parsed",
            "invalid http status-line",
            "the server committed a protocol violation",
            "remotedisconnected: not http",
        ],
    ),
];

/// Sentences that say what happened at the end of a connection, and not why: asked last.
pub(super) const LAST: &[Meaning] = &[says(
    "finding network:closed-early",
    &[
        "connection unexpectedly closed",
        "connection closed unexpectedly",
        "closed the connection unexpectedly",
        "connection was closed unexpectedly",
        "server unexpectedly closed",
        "unexpectedly closed the connection",
        "unexpectedly disconnected",
        "server disconnected unexpectedly",
        "the server has unexpectedly disconnected",
        "connection closed by remote host",
        "connection closed by foreign host",
        "connection closed by server",
        "connection closed by peer",
        "closed connection without response",
        "remote end closed connection",
        "empty reply from server",
        "\": eof",
        "error=eof",
        "smtp server: eof",
        "empty response from server",
        "premature close",
        "server closed the connection",
        "server has closed the connection",
        "server closed connection",
        "server disconnected without sending a response",
        "but got code \"\", with message \"\"",
        "got eof from",
        "[eof]",
        "got bad greeting from smtp host",
        "lost connection while receiving",
        "lost connection with ",
        "an established connection was closed",
        "connection closed before message completed",
        "unexpected end of stream on",
        "connection prematurely closed",
        "connection closed prematurely",
        "connection ended prematurely",
        "the response ended prematurely",
        "connection closed before receiving",
    ],
)];

/// Alerts of TLS that tell only that the server broke off (RFC 8446 6.2): its own fault, or no site of that name.
pub(super) const ALERTS: &[Meaning] = &[Meaning {
    words: "finding tls:refused-by-server",
    names: &[
        "TLSV1_ALERT_INTERNAL_ERROR",
        "TLSV1_UNRECOGNIZED_NAME",
        "SSL_ERROR_INTERNAL_ERROR_ALERT",
        "SSL_ERROR_UNRECOGNIZED_NAME_ALERT",
        "TLSV1_ALERT_DECODE_ERROR",
        "SSLV3_ALERT_ILLEGAL_PARAMETER",
        "TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
        "SSL_ERROR_DECODE_ERROR_ALERT",
        "SSL_ERROR_ILLEGAL_PARAMETER_ALERT",
        "SSL_ERROR_ACCESS_DENIED_ALERT",
    ],
    phrases: &[
        "tlsv1 unrecognized name",
        "tlsv1 alert internal error",
        "tlsv1 alert decode error",
        "sslv3 alert illegal parameter",
        "tlsv1 alert access denied",
        "tlsv1 alert decrypt error",
        "received fatal alert: internal_error",
        "received fatal alert: unrecognized_name",
        "received fatal alert: decode_error",
        "received fatal alert: illegal_parameter",
        "received fatal alert: unexpected_message",
        "received fatal alert: internalerror",
        "received fatal alert: unrecognizedname",
        "received fatal alert: decodeerror",
        "received fatal alert: illegalparameter",
        "received fatal alert: noapplicationprotocol",
        "remote error: tls: internal error",
        "remote error: tls: unrecognized name",
        "remote error: tls: illegal parameter",
        "remote error: tls: no application protocol",
        "remote error: tls: error decoding message",
        "alert number 80",
        "alert number 112",
        "alert number 50",
        "alert number 47",
        "alert number 120",
    ],
}];

/// Exceptions and codes for the same.
pub(super) const LAST_NAMES: &[Meaning] = &[Meaning {
    words: "finding network:closed-early",
    names: &[
        "SmtpDisconnected",
        "RemoteDisconnected",
        "RemoteProtocolError",
        "ServerDisconnectedError",
        "ERR_EMPTY_RESPONSE",
        "ERR_CONNECTION_CLOSED",
        "ERR_STREAM_PREMATURE_CLOSE",
        "IncompleteMessage",
        "NoHttpResponseException",
        "PrematureCloseException",
        "SMTPServerDisconnectedError",
        "UND_ERR_SOCKET",
        "CURLE_GOT_NOTHING",
    ],
    phrases: &[],
}];

/// What only mail servers and their clients do wrong.
pub(super) const MAIL: &[Meaning] = &[
    says("finding smtp:broken-reply", &["but got code \"2", "but got code \"3", "but got code '2", "but got code '3"]),
    says("finding smtp:not-a-mail-server", &["invalid greeting. response=http", "invalid greeting: http"]),
    says(
        "no greeting",
        &[
            "port: 465, response: -1",
            "greeting never received",
            "timed out waiting for the greeting",
            "did not receive greeting",
            "no greeting from server",
        ],
    ),
];
