//! TLS 1.2 and 1.3 through rustls; the chain that was presented is always recorded.

mod certificate;
mod gap;
mod handshake;
mod identity;
mod import;
mod private_key;
mod problem;
mod sniff;
mod verifier;
mod windows;

pub use certificate::{CertificateSummary, read_certificate};
pub use identity::{PairProblem, check_pair};
pub use import::{ImportProblem, ImportedIdentity, import_identity};
pub(crate) use private_key::from_sec1;
pub(crate) use sniff::{FirstBytes, sniffed};

use serde_json::Value;

use crate::connection::Connection;
use crate::failure::{Channel, Failure, Place};
use crate::recorder::Recorder;
use crate::route::{Proxy, Route, Verify};
use crate::stage::StageName;
use handshake::{Handshake, shake};

/// Stage `tls`: wraps `conn` in TLS to the route's server. With [`Verify::Disable`] the stage and the record carry
/// the warning `not_verified`.
///
/// # Errors
/// A [`Failure`] at stage `tls`, naming the rule that the certificate broke, or how the handshake ended.
pub async fn secure(conn: Connection, route: &Route, rec: &Recorder) -> Result<Connection, Failure> {
    let stage = rec.begin(StageName::Tls, route.target());
    if let Some(own) = &route.client_certificate {
        rec.protect("client key", &own.private_key_pem);
    }
    let handshake = Handshake {
        place: Place::new(StageName::Tls, Channel::Tls, &route.host),
        verify: &route.verify,
        or_platform: false,
        client_certificate: route.client_certificate.as_ref(),
    };
    let shaken = shake(conn, &handshake, rec).await;
    match shaken.outcome {
        Ok(conn) => {
            match shaken.remark {
                Some((id, message)) => {
                    rec.warning(id, message);
                    stage.warn(shaken.summary, shaken.evidence);
                }
                None => stage.pass_with(shaken.summary, shaken.evidence),
            }
            Ok(conn)
        }
        Err(failure) => {
            stage.fail_with(&failure, shaken.evidence);
            Err(failure)
        }
    }
}

/// TLS to a proxy, with the record's verify mode; where certificates are given, the system's roots may vouch as well.
pub(crate) async fn secure_proxy(
    conn: Connection,
    proxy: &Proxy,
    route: &Route,
    rec: &Recorder,
) -> (Result<Connection, Failure>, Value) {
    let handshake = Handshake {
        place: Place::new(StageName::Proxy, Channel::Tls, &proxy.host),
        verify: &route.verify,
        or_platform: matches!(route.verify, Verify::Certificate { .. }),
        client_certificate: None,
    };
    let shaken = shake(conn, &handshake, rec).await;
    if let Some((id, message)) = shaken.remark {
        rec.warning(id, message);
    }
    (shaken.outcome, shaken.evidence)
}
