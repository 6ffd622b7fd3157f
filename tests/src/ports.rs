//! Ports on loopback.

use std::collections::BTreeSet;
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::time::{Duration, Instant};

static TAKEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// A port on 127.0.0.1 that nothing listens on and that this process did not give out before.
pub fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|listener| listener.local_addr())
            .expect("loopback has ports")
            .port();
        if TAKEN.lock().expect("no test panics while holding it").insert(port) {
            return port;
        }
    }
}

/// Returns as soon as something accepts connections on the port.
///
/// # Panics
/// When nothing does within 30 seconds.
pub fn wait_for_port(port: u16, what: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "{what} does not listen on port {port}");
        // The other program tells nobody when it is ready; asking again is all there is.
        std::thread::yield_now();
        std::thread::sleep(Duration::from_millis(10));
    }
}
