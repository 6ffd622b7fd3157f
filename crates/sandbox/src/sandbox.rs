//! Starting and stopping the practice servers, and looking at what they saw.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::task::JoinHandle;

use crate::accounts::{Accounts, Identity};
use crate::certificates::{CertificateKind, CertificatePair, Certificates};
use crate::clock::{self, Clock};
use crate::delivery::Delivery;
use crate::drafts::{self, PracticeServer};
use crate::fault::Fault;
use crate::idp::DeviceState;
use crate::journal::Line;
use crate::mail::Mail;
use crate::shared::Shared;
use crate::{Ports, SandboxError, Server, listen};

/// Seconds that a token lives, as the larger providers have it.
const TOKEN_LIFETIME: u32 = 3599;

/// Seconds between two questions about a device code (RFC 8628 3.2).
const DEVICE_INTERVAL: u32 = 5;

/// How to start; the default takes free ports and makes everything anew.
#[derive(Clone, Default)]
pub struct SandboxOptions {
    /// Where to listen: 127.0.0.1 or nothing; anything else is refused.
    pub address: Option<IpAddr>,
    /// Fixed ports; starting fails when one is taken. 0 leaves the port open.
    pub ports: Ports,
    /// Ports to take where nothing is fixed and they are free, else any free one; those of the identity come first.
    /// [`Ports::usual`] is what people see in the guide.
    pub preferred: Ports,
    /// Be the sandbox of an earlier start ([`Sandbox::identity`]).
    pub identity: Option<Identity>,
    /// How long an access token lives; 3599 s when absent.
    pub token_lifetime: Option<Duration>,
    /// Seconds between two questions about a device code; 5 when absent.
    pub device_interval: Option<u32>,
    /// Where the time comes from; the system's clock when absent.
    pub clock: Option<Clock>,
}

/// Running practice servers on 127.0.0.1. Dropping it ends them all; [`Sandbox::stop`] also waits for the end.
pub struct Sandbox {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts all servers; when one cannot start, none runs.
    ///
    /// # Errors
    /// [`SandboxError::NotLoopback`] for another address than 127.0.0.1, [`SandboxError::Port`] for a fixed port that
    /// is taken, and the rest when the system gives no randomness or the kept authority cannot be read.
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        if let Some(address) = options.address.filter(|address| *address != IpAddr::from([127, 0, 0, 1])) {
            return Err(SandboxError::NotLoopback(address));
        }
        let kept = options.identity;
        let certificates = Certificates::make(kept.as_ref().map(|identity| &identity.authority))?;
        let preferred = [kept.as_ref().map(|identity| identity.ports.clone()).unwrap_or_default(), options.preferred];
        let accounts = match kept {
            Some(identity) => identity.accounts.completed()?,
            None => Accounts::fresh()?,
        };
        let mut ports = Ports::default();
        let mut listeners = Vec::new();
        for server in Server::ALL {
            let wished = preferred.each_ref().map(|ports| ports.of(*server));
            let listener = listen::bind(*server, options.ports.of(*server), &wished).await?;
            let bound =
                listener.local_addr().map_err(|source| SandboxError::Port { server: *server, port: 0, source })?;
            ports.set(*server, bound.port());
            listeners.push((*server, listener));
        }
        let clock = options.clock.unwrap_or_else(clock::system);
        let lifetime =
            options.token_lifetime.map_or(TOKEN_LIFETIME, |wanted| wanted.as_secs().try_into().unwrap_or(u32::MAX));
        let interval = options.device_interval.unwrap_or(DEVICE_INTERVAL);
        let shared = Arc::new(Shared::new((accounts, certificates), ports, clock, (lifetime, interval)));
        let spawn = |(server, listener)| tokio::spawn(listen::accept(listener, server, Arc::clone(&shared)));
        let tasks = listeners.into_iter().map(spawn).collect();
        Ok(Self { shared, tasks })
    }

    /// Ends all servers and every open connection; when it returns, the ports are free.
    pub async fn stop(mut self) {
        for task in &self.tasks {
            task.abort();
        }
        for task in self.tasks.drain(..) {
            // The only error is that it was aborted.
            let _ = task.await;
        }
    }

    /// The ports on 127.0.0.1.
    pub fn ports(&self) -> &Ports {
        &self.shared.ports
    }

    /// Names and secrets that the servers know.
    pub fn accounts(&self) -> &Accounts {
        &self.shared.accounts
    }

    /// What to give to a later start, so that records made for this sandbox go on working.
    pub fn identity(&self) -> Identity {
        Identity {
            accounts: self.shared.accounts.clone(),
            authority: self.shared.certificates.authority.clone(),
            ports: self.shared.ports.clone(),
        }
    }

    /// The certificate of the sandbox's own authority, PEM.
    pub fn ca_pem(&self) -> &str {
        &self.shared.certificates.authority.certificate_pem
    }

    /// A server certificate with its key, good or bad in the way named.
    pub fn certificate(&self, kind: CertificateKind) -> &CertificatePair {
        self.shared.certificates.pair(kind)
    }

    /// The client certificate that the server `client_certificate` accepts.
    pub fn client_certificate(&self) -> &CertificatePair {
        &self.shared.certificates.client
    }

    /// Registers a further certificate for the application to sign in with.
    ///
    /// # Errors
    /// [`SandboxError::Certificate`] when the text holds none.
    pub fn register_certificate(&self, pem: &str) -> Result<(), SandboxError> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| SandboxError::Certificate(error.to_string()))?;
        self.shared.register(der);
        Ok(())
    }

    /// The codes of device sign-ins that wait for a person, newest last.
    pub fn user_codes(&self) -> Vec<String> {
        self.shared.pending().user_codes()
    }

    /// A person's answer to a device sign-in; false when no such code waits.
    pub fn answer_device(&self, user_code: &str, agrees: bool) -> bool {
        let state = if agrees { DeviceState::Approved } else { DeviceState::Refused };
        self.shared.pending().answer_device(user_code, state)
    }

    /// The messages received, oldest first (the last thousand).
    pub fn mailbox(&self) -> Vec<Mail> {
        self.shared.mailbox()
    }

    /// Waits until at least `count` messages have come since the start; the caller sets the time limit.
    pub async fn wait_for_mail(&self, count: usize) -> Vec<Mail> {
        // The sender lives in `shared`, so waiting can't fail.
        let _ = self.shared.mail_count().wait_for(|received| *received >= count).await;
        self.mailbox()
    }

    /// What the webhook receiver was sent, oldest first (the last thousand).
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.deliveries()
    }

    /// Waits until the webhook receiver got at least `count` requests since the start.
    pub async fn wait_for_delivery(&self, count: usize) -> Vec<Delivery> {
        // The sender lives in `shared`, so waiting can't fail.
        let _ = self.shared.delivery_count().wait_for(|received| *received >= count).await;
        self.deliveries()
    }

    /// The servers for people, each with a record that is ready to add.
    pub fn servers(&self) -> Vec<PracticeServer> {
        drafts::servers(&self.shared)
    }

    /// What the servers saw, oldest first (the last ten thousand lines).
    pub fn journal(&self) -> Vec<Line> {
        self.shared.journal()
    }

    /// How many connections one server has accepted, as far as the journal goes back.
    pub fn connections(&self, server: Server) -> usize {
        self.journal().iter().filter(|line| line.server == server && line.text == "connected").count()
    }

    /// Switches misbehaviour on, at every server that it makes sense for.
    pub fn set(&self, fault: Fault) {
        self.shared.add_fault(None, fault);
    }

    /// Switches misbehaviour on at one server.
    pub fn set_on(&self, server: Server, fault: Fault) {
        self.shared.add_fault(Some(server), fault);
    }

    /// All servers behave again, from the next connection or reply on.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("ports", self.ports()).finish_non_exhaustive()
    }
}
