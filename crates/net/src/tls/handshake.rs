//! One handshake, and what it showed.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{AlertDescription, ClientConfig, Error, InvalidMessage, PeerIncompatible, PeerMisbehaved};
use serde_json::{Value, json};
use tokio_rustls::TlsConnector;

use super::identity::Identity;
use super::problem::Problem;
use super::sniff::{FirstBytes, Sniffing};
use super::verifier::{RecordingVerifier, SYSTEM, Seen};
use crate::connection::Connection;
use crate::failure::{Channel, Failure, Place};
use crate::interruption::{alerted, interrupted};
use crate::recorder::Recorder;
use crate::route::{ClientCertificate, Verify};

/// What a handshake needs.
pub(super) struct Handshake<'a> {
    pub(super) place: Place,
    pub(super) verify: &'a Verify,
    pub(super) or_platform: bool,
    pub(super) client_certificate: Option<&'a ClientCertificate>,
}

/// What came of it.
pub(super) struct Shaken {
    pub(super) outcome: Result<Connection, Failure>,
    pub(super) summary: String,
    pub(super) evidence: Value,
    /// Id and text of a warning.
    pub(super) remark: Option<(&'static str, String)>,
}

struct Prepared {
    config: ClientConfig,
    seen: Arc<Mutex<Seen>>,
    identity: Arc<Identity>,
    name: ServerName<'static>,
}

pub(super) async fn shake(conn: Connection, handshake: &Handshake<'_>, rec: &Recorder) -> Shaken {
    let prepared = match prepare(handshake, rec) {
        Ok(prepared) => prepared,
        Err(failure) => {
            return Shaken { outcome: Err(failure), summary: String::new(), evidence: json!({}), remark: None };
        }
    };
    let (ends, stream) = conn.into_parts();
    let (stream, first) = Sniffing::new(stream);
    let connector = TlsConnector::from(Arc::new(prepared.config));
    rec.wait("shaking hands for TLS");
    let shaken = connector.connect(prepared.name, stream).await;
    let seen = std::mem::take(&mut *prepared.seen.lock().unwrap_or_else(PoisonError::into_inner));
    let mut evidence = described(&seen, &prepared.identity);
    if !seen.chain.is_empty() {
        rec.certificate_verified(seen.verified_by.is_some());
    }
    match shaken {
        Ok(stream) => {
            let (_, session) = stream.get_ref();
            let version = session
                .protocol_version()
                .and_then(|v| v.as_str())
                .unwrap_or("TLS")
                .replace("TLSv1", "TLS 1")
                .replace('_', ".");
            let cipher = session.negotiated_cipher_suite().and_then(|c| c.suite().as_str()).unwrap_or("unknown cipher");
            evidence["version"] = json!(version);
            evidence["cipher"] = json!(cipher);
            rec.note(&format!("{version}, {cipher}"));
            let summary = summary(&version, &seen);
            let remark = remark(&seen, &handshake.place.host);
            note_foreign_roots(&seen, rec);
            Shaken { outcome: Ok(Connection::wrapped(ends, Box::new(stream), true)), summary, evidence, remark }
        }
        Err(error) => {
            let failure = refused(&error, (&seen, &prepared.identity, &first), &handshake.place, rec);
            rec.note(&format!("TLS failed: {}", failure.raw));
            Shaken { outcome: Err(failure), summary: String::new(), evidence, remark: None }
        }
    }
}

fn prepare(handshake: &Handshake<'_>, rec: &Recorder) -> Result<Prepared, Failure> {
    let place = &handshake.place;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let name = server_name(&place.host).ok_or_else(|| {
        Failure::new(place, "This host's name can't stand in a certificate.", "invalid server name", rec)
    })?;
    let identity = Identity::read(handshake.client_certificate, &provider).map_err(|why| {
        let failure = Failure::new(place, &why, "client certificate can't be used", rec);
        failure.with_finding("tls:client-certificate-unusable", rec)
    })?;
    let identity = Arc::new(identity);
    let verifier = RecordingVerifier::new(handshake.verify, handshake.or_platform, &provider)
        .map_err(|why| unprepared(&why, place, rec))?;
    let seen = verifier.seen();
    let config = configure(provider, verifier, &identity).map_err(|why| unprepared(&why, place, rec))?;
    Ok(Prepared { config, seen, identity, name })
}

fn configure(
    provider: Arc<CryptoProvider>,
    verifier: RecordingVerifier,
    identity: &Arc<Identity>,
) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::clone(identity) as Arc<dyn rustls::client::ResolvesClientCert>);
    // One check, one full handshake: a resumed session shows no certificate.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

fn unprepared(why: &Error, place: &Place, rec: &Recorder) -> Failure {
    let failure = Failure::new(place, format!("TLS could not be prepared: {why}."), why.to_string(), rec);
    match Problem::of(why, &[], false) {
        Problem::NoRoots => {
            let message = Problem::NoRoots.message(&place.host, &Seen::default());
            Failure { message, ..failure }.with_finding("tls:no-roots", rec)
        }
        _ => failure,
    }
}

fn server_name(host: &str) -> Option<ServerName<'static>> {
    let host = host.trim().trim_start_matches('[').trim_end_matches(']');
    let canonical = match host.parse::<std::net::IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => url::Host::parse(host).ok()?.to_string(),
    };
    ServerName::try_from(canonical.trim_end_matches('.').to_owned()).ok()
}

fn described(seen: &Seen, identity: &Identity) -> Value {
    json!({
        "version": null,
        "cipher": null,
        "verified": seen.verified_by.is_some(),
        "verified_by": seen.verified_by,
        "client_certificate": identity.outcome(),
        "chain": chain(seen),
        "expected_fingerprint_sha256": seen.expected,
        "problem": seen.problem.as_ref().map(|(problem, _)| problem),
        "problem_text": seen.problem.as_ref().map(|(_, text)| text),
    })
}

// Each certificate with the rule it broke.
fn chain(seen: &Seen) -> Vec<Value> {
    let culprits = seen.problem.as_ref().map(|(problem, _)| (problem, problem.culprits(seen)));
    let shown = seen.chain.iter().enumerate().map(|(at, certificate)| {
        let mut shown = json!(certificate);
        let broke = culprits.as_ref().filter(|(_, places)| places.contains(&at));
        shown["problem"] = json!(broke.map(|(problem, _)| problem));
        shown
    });
    shown.collect()
}

fn summary(version: &str, seen: &Seen) -> String {
    match (seen.verified_by, &seen.problem) {
        (Some(by), _) => format!("{version}, certificate verified by {by}."),
        (None, Some((problem, _))) => {
            let why = serde_json::to_value(problem).ok().and_then(|v| v.as_str().map(|s| s.replace('_', " ")));
            format!("{version}, certificate not verified ({}).", why.unwrap_or_default())
        }
        (None, None) => format!("{version}, certificate not verified."),
    }
}

// Some systems keep their authorities there on purpose; on others somebody has pointed it elsewhere. It is obeyed, and said.
fn note_foreign_roots(seen: &Seen, rec: &Recorder) {
    let foreign = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().find(|name| std::env::var_os(name).is_some());
    if let Some(name) =
        foreign.filter(|_| cfg!(all(unix, not(target_vendor = "apple"))) && seen.verified_by == Some(SYSTEM))
    {
        let message = format!(
            "The authorities that vouched are those that the environment variable {name} names, not the system's own."
        );
        rec.warning("roots_from_environment", message);
    }
}

fn remark(seen: &Seen, host: &str) -> Option<(&'static str, String)> {
    match (seen.verified_by, &seen.problem) {
        (None, Some((problem, _))) => {
            let why = problem.message(host, seen);
            Some(("not_verified", format!("The certificate of {host} is not verified in this record. {why}")))
        }
        (None, None) => Some(("not_verified", format!("The certificate of {host} is not verified in this record."))),
        (Some(_), Some((problem, _))) => Some(("certificate_expired", problem.message(host, seen))),
        (Some(_), None) => None,
    }
}

type Shown<'a> = (&'a Seen, &'a Identity, &'a FirstBytes);

fn refused(error: &io::Error, (seen, identity, first): Shown<'_>, place: &Place, rec: &Recorder) -> Failure {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match (tls, &seen.problem) {
        (Some(Error::InvalidCertificate(_)), Some((problem, text))) => {
            let failure = Failure::new(place, problem.message(&place.host, seen), text, rec);
            match problem.lookup() {
                Some(lookup) => failure.with_lookup(lookup, rec),
                None => failure,
            }
        }
        // TLS 1.2 has no alert of its own for a missing client certificate (RFC 5246 7.4.6).
        (Some(Error::AlertReceived(AlertDescription::HandshakeFailure)), _) if identity.is_missing() => {
            let failure = alerted(place, "shaking hands", AlertDescription::CertificateRequired, rec);
            Failure {
                raw: "received fatal alert: HandshakeFailure, after asking for a certificate".to_owned(),
                ..failure
            }
        }
        (Some(Error::AlertReceived(alert)), _) => alerted(place, "shaking hands", *alert, rec),
        (Some(Error::PeerIncompatible(why)), _) => incompatible(why, error, place, rec),
        // A server that takes RC4 or 3DES although neither was offered knows nothing better.
        (Some(Error::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedCipherSuite)), _) => {
            incompatible(&PeerIncompatible::NoCipherSuitesInCommon, error, place, rec)
        }
        (Some(Error::InvalidCertificate(_)), None) => {
            let failure = Failure::new(place, Problem::Unreadable.message(&place.host, seen), error.to_string(), rec);
            failure.with_finding("tls:unreadable-certificate", rec)
        }
        (
            Some(Error::InvalidMessage(
                why @ (InvalidMessage::HandshakePayloadTooLarge | InvalidMessage::CertificatePayloadTooLarge),
            )),
            _,
        ) if first.is_server_hello() => too_large(*why, place, rec),
        (Some(error), _) => garbled(error, first, place, rec),
        (None, _) => broken(error, first, place, rec),
    }
}

fn incompatible(why: &PeerIncompatible, error: &io::Error, place: &Place, rec: &Recorder) -> Failure {
    use PeerIncompatible as P;
    let (message, finding) = match why {
        P::ServerDoesNotSupportTls12Or13 | P::ServerTlsVersionIsDisabledByOurConfig => {
            ("The server speaks no TLS version that is still safe (1.2 or 1.3).", "tls:version-too-old")
        }
        _ => ("The server and Credenza have no encryption method in common.", "tls:no-common-cipher"),
    };
    Failure::new(place, message, error.to_string(), rec).with_finding(finding, rec)
}

// Certificates are all of a handshake that can grow so large, and 64 KiB of one message are all that is ever kept of it.
fn too_large(why: InvalidMessage, place: &Place, rec: &Recorder) -> Failure {
    let message = "A message of the server's handshake is larger than 64 KiB, and Credenza reads no more. Only certificates grow so large: thousands of names in one, or far too many of them.";
    Failure::new(place, message, Error::InvalidMessage(why).to_string(), rec)
        .with_finding("tls:handshake-too-large", rec)
}

fn garbled(error: &Error, first: &FirstBytes, place: &Place, rec: &Recorder) -> Failure {
    if let Some(line) = first.plain_text() {
        return spoke_text(&line, place, rec);
    }
    // A record of TLS 1.0 or SSL 3.0 with something odd in it is still TLS, and no plain text.
    let message = "The server's answer is not TLS as Credenza knows it.";
    Failure::new(place, message, error.to_string(), rec).with_finding("tls:broken-handshake", rec)
}

fn spoke_text(line: &str, place: &Place, rec: &Recorder) -> Failure {
    let message = "The server speaks plain text on this port, not TLS. For a mail server choose STARTTLS (or the port of implicit TLS, 465); for HTTP choose http or another port.";
    Failure::new(place, message, line, rec).with_lookup(format!("InvalidContentType: {line}"), rec)
}

fn broken(error: &io::Error, first: &FirstBytes, place: &Place, rec: &Recorder) -> Failure {
    if let Some(line) = first.plain_text() {
        return spoke_text(&line, place, rec);
    }
    let failure = interrupted(place, "shaking hands for TLS", error, rec);
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return Failure { channel: Channel::Tls, ..failure }.with_lookup("handshake eof: UnexpectedEof", rec);
    }
    failure
}
