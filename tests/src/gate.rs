//! A way to a server that stays shut until the test opens it: whoever asks meanwhile waits in the middle of a request.

use std::io::copy;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// How long a test waits for somebody at the gate.
const PATIENCE: Duration = Duration::from_secs(60);

/// A port on loopback that leads to another one.
pub struct Gate {
    port: u16,
    came: Mutex<Receiver<()>>,
    count: Arc<AtomicUsize>,
    open: Arc<(Mutex<bool>, Condvar)>,
}

impl Gate {
    /// A gate before this port, shut.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn before(target: u16) -> Gate {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has ports");
        let port = listener.local_addr().expect("it is bound").port();
        let (told, came) = channel();
        let open = Arc::new((Mutex::new(false), Condvar::new()));
        let count = Arc::new(AtomicUsize::new(0));
        let (held, counted) = (Arc::clone(&open), Arc::clone(&count));
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::SeqCst);
                let (held, told) = (Arc::clone(&held), told.clone());
                std::thread::spawn(move || pass(stream, target, (&held, &told)));
            }
        });
        Gate { port, came: Mutex::new(came), count, open }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many came, whether they were let through or not.
    pub fn connections(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// Returns once somebody stands before it.
    ///
    /// # Panics
    /// When nobody comes.
    pub fn wait_for_one(&self) {
        let came = self.came.lock().expect("no test panics while holding it");
        came.recv_timeout(PATIENCE).expect("somebody asks");
    }

    /// Lets everybody through from here on.
    ///
    /// # Panics
    /// Never, unless a thread of the test did.
    pub fn open(&self) {
        *self.open.0.lock().expect("no thread panics while holding it") = true;
        self.open.1.notify_all();
    }

    /// Holds whoever comes from here on.
    ///
    /// # Panics
    /// Never, unless a thread of the test did.
    pub fn shut(&self) {
        *self.open.0.lock().expect("no thread panics while holding it") = false;
    }
}

fn pass(stream: TcpStream, target: u16, (open, told): (&(Mutex<bool>, Condvar), &Sender<()>)) {
    // Nobody has to listen.
    let _ = told.send(());
    let shut = open.0.lock().expect("no thread panics while holding it");
    drop(open.1.wait_while(shut, |open| !*open));
    // A client that gave up, or a server that is gone, is what the test looks at from its own side.
    let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { return };
    let (Ok(from_client), Ok(to_server)) = (stream.try_clone(), server.try_clone()) else { return };
    std::thread::spawn(move || relay(from_client, to_server));
    relay(server, stream);
}

fn relay(mut from: TcpStream, mut to: TcpStream) {
    let _ = copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
