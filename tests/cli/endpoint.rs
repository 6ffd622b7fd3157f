//! A token endpoint that uses a refresh token up, and then answers as the test wants it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the next request gets.
const HOLD: u8 = 0;
/// A token.
pub(crate) const GRANT: u8 = 1;
/// `invalid_grant`.
pub(crate) const REFUSE: u8 = 2;

/// The endpoint; at first it holds the last byte of what it grants back.
pub(crate) struct Endpoint {
    port: u16,
    asked: Arc<AtomicUsize>,
    mode: Arc<AtomicU8>,
    held: Mutex<Receiver<()>>,
}

impl Endpoint {
    /// Starts it.
    pub(crate) fn start() -> Endpoint {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, mode) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicU8::new(HOLD)));
        let (told, held) = channel();
        let (count, how) = (Arc::clone(&asked), Arc::clone(&mode));
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                answer(stream, (how.load(Ordering::SeqCst), number), &told);
            }
        });
        Endpoint { port, asked, mode, held: Mutex::new(held) }
    }

    /// An app registration that refreshes there.
    pub(crate) fn record(&self) -> Value {
        json!({"type": "app_registration", "name": "App", "description": "d", "oauth2": {
            "grant": "refresh_token", "token_url": format!("http://127.0.0.1:{}/token", self.port),
            "client_id": "erp", "client_secret": "a-client-secret", "refresh_token": "first-refresh-token"}})
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// From here on it answers so.
    pub(crate) fn answers(&self, mode: u8) {
        self.mode.store(mode, Ordering::SeqCst);
    }

    /// Kills the program after the provider has replaced its refresh token, and before it could know.
    pub(crate) fn kill_in_between(&self, mut child: Child) {
        self.held.lock().unwrap().recv_timeout(PATIENCE).expect("the program asks");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

fn answer(mut stream: TcpStream, (mode, number): (u8, usize), told: &Sender<()>) {
    read_request(&mut stream);
    let (status, body) = match mode {
        REFUSE => ("400 Bad Request", json!({"error": "invalid_grant", "error_description": "used before"})),
        _ => (
            "200 OK",
            json!({"access_token": format!("access-{number}-of-the-endpoint"), "token_type": "Bearer",
                "expires_in": 3600, "refresh_token": format!("refresh-{number}-of-the-endpoint")}),
        ),
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let whole = format!("{head}{body}").into_bytes();
    let sent = if mode == HOLD { whole.len() - 1 } else { whole.len() };
    stream.write_all(&whole[..sent]).unwrap();
    if mode == HOLD {
        told.send(()).unwrap();
        // Until the program is gone.
        let _ = stream.read(&mut [0; 16]);
    }
}

fn read_request(stream: &mut TcpStream) {
    let (mut request, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut part).unwrap();
        request.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let length =
            text.split("content-length:").nth(1).and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
        if read == 0 || body.is_some_and(|body| body >= length.unwrap_or_default()) {
            return;
        }
    }
}
