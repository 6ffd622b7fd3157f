//! The verifier that records what it saw, whatever it decides.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier as PlatformVerifier;

use super::certificate::{CertificateSummary, summarise};
use super::gap::Gap;
use super::problem::Problem;
use crate::route::Verify;

/// More certificates than this are not recorded.
const CHAIN_RECORDED: usize = 16;

/// What vouches for a certificate of a public authority, or of a company's own in the system's store.
pub(super) const SYSTEM: &str = "the system's roots";

/// What vouches for a pinned certificate.
const EXACTLY: &str = "the record's certificate, exactly";

/// What a handshake showed of the server's certificate.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The chain as presented, the server's own certificate first; unreadable ones are left out.
    pub(crate) chain: Vec<CertificateSummary>,
    /// What vouched for it; absent when nothing did.
    pub(crate) verified_by: Option<&'static str>,
    /// The rule it broke, and the verifier's words.
    pub(crate) problem: Option<(Problem, String)>,
    /// The fingerprint of the one certificate that is trusted, where there is only one.
    pub(crate) expected: Option<String>,
    /// What speaks for a gap in the chain, where no root was reached.
    pub(crate) gap: Option<Gap>,
    /// It is the very certificate that the record trusts.
    pub(crate) exactly: bool,
    /// When it was judged, by this computer's clock.
    pub(crate) at: Option<Timestamp>,
}

/// Decides by the record's mode and writes everything down.
#[derive(Debug)]
pub(crate) struct RecordingVerifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug)]
enum Trust {
    /// The operating system's roots.
    Platform(Arc<dyn ServerCertVerifier>),
    /// Anything; the platform's opinion is recorded when there is one.
    Anything(Option<Arc<dyn ServerCertVerifier>>),
    /// The certificates given, as roots or exactly; for a proxy the platform's as well.
    Given(Given),
}

#[derive(Debug)]
struct Given {
    certificates: Vec<CertificateDer<'static>>,
    roots: Option<Arc<dyn ServerCertVerifier>>,
    platform: Option<Arc<dyn ServerCertVerifier>>,
    summaries: Vec<CertificateSummary>,
}

impl RecordingVerifier {
    /// A verifier for `verify`; `or_platform` lets the system's roots vouch too where certificates are given.
    pub(crate) fn new(
        verify: &Verify,
        or_platform: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Result<RecordingVerifier, Error> {
        let platform = || -> Result<Arc<dyn ServerCertVerifier>, Error> {
            Ok(Arc::new(PlatformVerifier::new(Arc::clone(provider))?))
        };
        let trust = match verify {
            Verify::Enable => Trust::Platform(platform()?),
            Verify::Disable => Trust::Anything(platform().ok()),
            Verify::Certificate { pem } => {
                let platform = if or_platform { platform().ok() } else { None };
                Trust::Given(Given::read(pem, platform, provider)?)
            }
        };
        Ok(RecordingVerifier { trust, provider: Arc::clone(provider), seen: Arc::default() })
    }

    // A record that trusts one server's certificate, not an authority: whatever else is shown is not that one.
    fn problem(&self, error: &Error, chain: &[CertificateSummary], seen: &mut Seen) -> Problem {
        let trusted = match &self.trust {
            Trust::Given(given) => given.summaries.as_slice(),
            Trust::Platform(_) | Trust::Anything(_) => &[],
        };
        // Of a longer chain not everything is known here.
        seen.gap = Gap::of(chain, trusted).filter(|_| chain.len() < CHAIN_RECORDED);
        let problem = Problem::of(error, chain, seen.gap.is_some());
        let Trust::Given(given) = &self.trust else { return problem };
        let unvouched =
            matches!(problem, Problem::SelfSigned | Problem::UnknownIssuer | Problem::IncompleteChain | Problem::Weak);
        // Self-signed certificates of appliances often call themselves an authority: the same name gives them away.
        let same_name = |one: &CertificateSummary| chain.first().is_some_and(|leaf| leaf.subject == one.subject);
        if !unvouched || !given.summaries.iter().all(|one| !one.is_ca || same_name(one)) {
            return problem;
        }
        seen.expected = given.summaries.first().map(|one| one.fingerprint_sha256.clone());
        Problem::NotTheGivenCertificate
    }

    /// Where the verifier writes to.
    pub(crate) fn seen(&self) -> Arc<Mutex<Seen>> {
        Arc::clone(&self.seen)
    }

    fn judge(&self, presented: &Presented<'_>) -> Result<&'static str, Error> {
        match &self.trust {
            Trust::Platform(verifier) => presented.ask(verifier).map(|()| SYSTEM),
            Trust::Anything(Some(verifier)) => presented.ask(verifier).map(|()| SYSTEM),
            Trust::Anything(None) => Err(Error::General("No CA certificates were loaded from the system".to_owned())),
            Trust::Given(given) => given.judge(presented),
        }
    }

    fn signature(&self, checked: Result<HandshakeSignatureValid, Error>) -> Result<HandshakeSignatureValid, Error> {
        let Err(error) = checked else { return checked };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let leaf = seen.chain.get(..1).unwrap_or_default();
        let problem = if leaf.iter().any(CertificateSummary::is_weak) { Problem::Weak } else { Problem::BadSignature };
        seen.problem = Some((problem, error.to_string()));
        seen.verified_by = None;
        // Old appliances sign with keys that no safe check accepts; "Disable" is for them, and never says verified.
        if matches!(self.trust, Trust::Anything(_)) { Ok(HandshakeSignatureValid::assertion()) } else { Err(error) }
    }

    // Some platforms still accept what can be forged; a certificate that was compared by its fingerprint is another matter.
    fn refuse_weak(&self, verdict: &mut Result<&'static str, Error>, chain: &[CertificateSummary]) {
        let weak = chain.first().is_some_and(CertificateSummary::is_weak);
        if weak && verdict.as_ref().is_ok_and(|by| *by != EXACTLY) {
            *verdict = Err(Error::InvalidCertificate(CertificateError::BadSignature));
        }
    }
}

struct Presented<'a> {
    leaf: &'a CertificateDer<'a>,
    intermediates: &'a [CertificateDer<'a>],
    name: &'a ServerName<'a>,
    ocsp: &'a [u8],
    now: UnixTime,
}

impl Presented<'_> {
    fn ask(&self, verifier: &Arc<dyn ServerCertVerifier>) -> Result<(), Error> {
        verifier.verify_server_cert(self.leaf, self.intermediates, self.name, self.ocsp, self.now).map(drop)
    }
}

impl Given {
    fn read(
        pem: &str,
        platform: Option<Arc<dyn ServerCertVerifier>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Given, Error> {
        let certificates: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok).collect();
        if certificates.is_empty() {
            return Err(Error::General("there is no certificate in the record's PEM".to_owned()));
        }
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(certificates.iter().cloned());
        let roots = WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(provider)).build().ok();
        let summaries = certificates.iter().filter_map(|der| summarise(der).ok()).collect();
        let roots = roots.map(|verifier| verifier as Arc<dyn ServerCertVerifier>);
        Ok(Given { certificates, roots, platform, summaries })
    }

    fn judge(&self, presented: &Presented<'_>) -> Result<&'static str, Error> {
        if self.certificates.iter().any(|given| given == presented.leaf) {
            return Ok(EXACTLY);
        }
        let unknown = || Err(Error::InvalidCertificate(CertificateError::UnknownIssuer));
        let verdict = self.roots.as_ref().map_or_else(unknown, |roots| presented.ask(roots));
        match (verdict, &self.platform) {
            (Ok(()), _) => Ok("the record's certificate authority"),
            (Err(_), Some(platform)) if presented.ask(platform).is_ok() => Ok(SYSTEM),
            (Err(error), _) => Err(error),
        }
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut verdict = self.judge(&Presented { leaf, intermediates, name, ocsp, now });
        let chain = std::iter::once(leaf).chain(intermediates).take(CHAIN_RECORDED);
        let chain: Vec<CertificateSummary> = chain.filter_map(|der| summarise(der).ok()).collect();
        self.refuse_weak(&mut verdict, &chain);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.at = Timestamp::from_second(seconds(now)).ok();
        let result = match verdict {
            Ok(by) => {
                // An exact match outlives its own date; the date is still worth a warning.
                let late = chain.first().and_then(|own| own.not_after).is_some_and(|end| Some(end) < seen.at);
                seen.problem = late.then(|| (Problem::Expired, "certificate expired".to_owned()));
                seen.verified_by = (!matches!(self.trust, Trust::Anything(_))).then_some(by);
                seen.exactly = by == EXACTLY;
                Ok(ServerCertVerified::assertion())
            }
            Err(error) => {
                let problem = self.problem(&error, &chain, &mut seen);
                seen.problem = Some((problem, error.to_string()));
                if matches!(self.trust, Trust::Anything(_)) { Ok(ServerCertVerified::assertion()) } else { Err(error) }
            }
        };
        seen.chain = chain;
        result
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        self.signature(verify_tls12_signature(message, cert, dss, algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        self.signature(verify_tls13_signature(message, cert, dss, algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
