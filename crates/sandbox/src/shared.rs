//! What all servers of one sandbox share.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use tokio::sync::watch;

use crate::accounts::{Accounts, MAILBOX};
use crate::certificates::Certificates;
use crate::clock::Clock;
use crate::delivery::{Deliveries, Delivery};
use crate::fault::{Fault, MailStep};
use crate::idp::{Consent, Families, Pending, default_scope};
use crate::journal::{Journal, Line};
use crate::mail::{Mail, Mailbox};
use crate::{Ports, Server};

pub(crate) struct Shared {
    pub(crate) accounts: Accounts,
    pub(crate) certificates: Certificates,
    pub(crate) ports: Ports,
    clock: Clock,
    journal: Mutex<Journal>,
    mailbox: Mutex<Mailbox>,
    mails: watch::Sender<usize>,
    deliveries: Mutex<Deliveries>,
    delivered: watch::Sender<usize>,
    families: Mutex<Families>,
    pending: Mutex<Pending>,
    registered: Mutex<Vec<CertificateDer<'static>>>,
    /// Seconds between two questions about a device code.
    pub(crate) device_interval: u32,
    /// Seconds that an access token lives.
    pub(crate) token_lifetime: u32,
    faults: Mutex<Vec<(Option<Server>, Fault)>>,
    connections: AtomicU64,
    /// How often the list of applications has said that it is busy.
    busy: AtomicU32,
}

/// Nothing here is left half done by a panic, so a poisoned lock is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(
        identity: (Accounts, Certificates),
        ports: Ports,
        clock: Clock,
        (token_lifetime, device_interval): (u32, u32),
    ) -> Self {
        let (accounts, certificates) = identity;
        let mut families = Families::default();
        let consent = Consent { username: MAILBOX.to_owned(), scope: default_scope(), public: false };
        families.begin(accounts.refresh_token.clone(), consent);
        Self {
            accounts,
            certificates,
            ports,
            clock,
            token_lifetime,
            families: Mutex::new(families),
            pending: Mutex::default(),
            registered: Mutex::default(),
            device_interval,
            deliveries: Mutex::default(),
            delivered: watch::Sender::new(0),
            journal: Mutex::default(),
            mailbox: Mutex::default(),
            mails: watch::Sender::new(0),
            faults: Mutex::default(),
            connections: AtomicU64::new(0),
            busy: AtomicU32::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn note(&self, server: Server, connection: u64, text: impl Into<String>) {
        lock(&self.journal).push(Line { at: self.now(), server, connection, text: text.into() });
    }

    pub(crate) fn journal(&self) -> Vec<Line> {
        lock(&self.journal).lines()
    }

    pub(crate) fn accept_mail(&self, mail: Mail) {
        lock(&self.mailbox).push(mail);
        self.mails.send_modify(|count| *count += 1);
    }

    pub(crate) fn mailbox(&self) -> Vec<Mail> {
        lock(&self.mailbox).mails()
    }

    pub(crate) fn mail_count(&self) -> watch::Receiver<usize> {
        self.mails.subscribe()
    }

    pub(crate) fn accept_delivery(&self, delivery: Delivery) {
        lock(&self.deliveries).push(delivery);
        self.delivered.send_modify(|count| *count += 1);
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.deliveries).all()
    }

    pub(crate) fn delivery_count(&self) -> watch::Receiver<usize> {
        self.delivered.subscribe()
    }

    pub(crate) fn families(&self) -> MutexGuard<'_, Families> {
        lock(&self.families)
    }

    pub(crate) fn pending(&self) -> MutexGuard<'_, Pending> {
        lock(&self.pending)
    }

    /// Notes the id of a client's statement; false when it was used before.
    pub(crate) fn use_statement(&self, id: &str) -> bool {
        self.pending().use_statement(id)
    }

    pub(crate) fn register(&self, certificate: CertificateDer<'static>) {
        lock(&self.registered).push(certificate);
    }

    pub(crate) fn registered_certificates(&self) -> Vec<CertificateDer<'static>> {
        lock(&self.registered).clone()
    }

    pub(crate) fn add_fault(&self, server: Option<Server>, fault: Fault) {
        lock(&self.faults).push((server, fault));
    }

    pub(crate) fn clear_faults(&self) {
        lock(&self.faults).clear();
        self.busy.store(0, Ordering::Relaxed);
    }

    /// The latest fault of this server that `pick` wants.
    pub(crate) fn fault<T>(&self, server: Server, pick: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let faults = lock(&self.faults);
        let mut mine = faults.iter().rev().filter(|(of, _)| of.is_none_or(|of| of == server));
        mine.find_map(|(_, fault)| pick(fault))
    }

    pub(crate) fn has_fault(&self, server: Server, wanted: &Fault) -> bool {
        self.fault(server, |fault| (fault == wanted).then_some(())).is_some()
    }

    /// What a fault wants said at this step: `Some(None)` is to close without a word.
    pub(crate) fn fault_at(&self, server: Server, step: MailStep) -> Option<Option<String>> {
        self.fault(server, |fault| match fault {
            Fault::CloseAt(at) if *at == step => Some(None),
            Fault::Reply(at, text) if *at == step => Some(Some(text.clone())),
            _ => None,
        })
    }

    /// The `Retry-After` of a directory that is busy for this request, by [`Fault::DirectoryBusy`].
    pub(crate) fn busy_directory(&self, server: Server) -> Option<String> {
        let (times, retry_after) = self.fault(server, |fault| match fault {
            Fault::DirectoryBusy(times, retry_after) => Some((*times, retry_after.clone())),
            _ => None,
        })?;
        (self.busy.fetch_add(1, Ordering::Relaxed) < times).then_some(retry_after)
    }

    /// The TLS side that this server shows now.
    pub(crate) fn tls(&self, server: Server) -> Arc<ServerConfig> {
        if server == Server::ClientCertificate {
            return self.certificates.with_client_certificate();
        }
        let asked = self.fault(server, |fault| match fault {
            Fault::Certificate(kind) => Some(*kind),
            _ => None,
        });
        self.certificates.config(asked.unwrap_or_else(|| server.certificate()))
    }
}
