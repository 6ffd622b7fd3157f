//! Connections that break: each way of breaking has its own words.

use std::io;

use rustls::AlertDescription;

use crate::failure::{Channel, Failure, Place};
use crate::recorder::Recorder;

/// The failure for an error while `doing` something ("waiting for the answer to EHLO") on an open connection.
pub fn interrupted(place: &Place, doing: &str, error: &io::Error, rec: &Recorder) -> Failure {
    if let Some(alert) = alert(error) {
        return alerted(place, doing, alert, rec);
    }
    let network = Place { channel: Channel::Network, ..place.clone() };
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            let message = format!("The connection was reset while {doing}.");
            Failure::new(&network, message, error.to_string(), rec)
                .with_lookup(format!("connection reset: {error}"), rec)
        }
        io::ErrorKind::UnexpectedEof => {
            let message = format!("The other side closed the connection while {doing}.");
            Failure::new(&network, message, format!("unexpected end of file while {doing}"), rec)
                .with_finding("network:closed-early", rec)
        }
        io::ErrorKind::TimedOut => {
            let message = format!("No answer in time while {doing}.");
            Failure::new(&network, message, format!("timed out while {doing}: {error}"), rec)
        }
        _ => Failure::new(&network, format!("The connection broke while {doing}."), error.to_string(), rec),
    }
}

/// The TLS alert behind an error, if the peer sent one.
pub(crate) fn alert(error: &io::Error) -> Option<AlertDescription> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(alert) => Some(*alert),
        _ => None,
    }
}

/// The failure for a TLS alert. With TLS 1.3 a refused or missing client certificate shows only here, after the handshake.
pub(crate) fn alerted(place: &Place, doing: &str, alert: AlertDescription, rec: &Recorder) -> Failure {
    use AlertDescription as A;
    let place = Place { channel: Channel::Tls, ..place.clone() };
    let (message, finding) = match alert {
        A::CertificateRequired => ("The server asks for a client certificate, and this record has none.", None),
        A::BadCertificate | A::UnsupportedCertificate | A::CertificateUnknown | A::UnknownCA | A::AccessDenied => {
            ("The server did not accept the client certificate.", None)
        }
        A::CertificateExpired => ("The server says that the client certificate has expired.", None),
        A::CertificateRevoked => ("The server says that the client certificate was revoked.", None),
        A::ProtocolVersion => {
            ("The server speaks no TLS version that is still safe (1.2 or 1.3).", Some("tls:version-too-old"))
        }
        A::HandshakeFailure | A::InsufficientSecurity => {
            ("The server and Credenza have no encryption method in common.", Some("tls:no-common-cipher"))
        }
        A::UnrecognisedName => ("The server does not know the name it was asked for.", Some("tls:refused-by-server")),
        _ => ("", Some("tls:refused-by-server")),
    };
    let other = format!("The server ended TLS with the alert {alert:?} while {doing}.");
    let message = if message.is_empty() { &other } else { message };
    let failure = Failure::new(&place, message, format!("received fatal alert: {alert:?}"), rec);
    match finding {
        Some(id) => failure.with_finding(id, rec),
        None => failure,
    }
}
