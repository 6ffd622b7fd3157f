//! The practice servers, running beside a test that waits for programs.

use std::ops::Deref;
use std::time::Duration;

use credenza_sandbox::{Delivery, Mail, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Running practice servers.
pub struct Practice {
    sandbox: Sandbox,
    runtime: Runtime,
}

impl Practice {
    /// Starts them on free ports.
    ///
    /// # Panics
    /// When they do not start.
    pub fn start() -> Practice {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime starts");
        let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::default())).expect("the practice servers start");
        Practice { sandbox, runtime }
    }

    /// The ready-made record with this name.
    ///
    /// # Panics
    /// When there is none.
    pub fn record(&self, name: &str) -> Value {
        let server = self.sandbox.servers().into_iter().find(|server| server.name == name);
        server.unwrap_or_else(|| panic!("there is no practice record {name:?}")).draft
    }

    /// Trust in the authority of the practice servers, as a record has it.
    pub fn trusted(&self) -> Value {
        json!({ "mode": "certificate", "certificate_pem": self.sandbox.ca_pem() })
    }

    /// The mailbox, once it has so many mails.
    ///
    /// # Panics
    /// When they do not come.
    pub fn mails(&self, count: usize) -> Vec<Mail> {
        self.wait(self.sandbox.wait_for_mail(count))
    }

    /// What the webhook receiver got, once it is so many.
    ///
    /// # Panics
    /// When they do not come.
    pub fn hooks(&self, count: usize) -> Vec<Delivery> {
        self.wait(self.sandbox.wait_for_delivery(count))
    }

    fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, what).await.expect("it came in time") })
    }
}

impl Deref for Practice {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}
