//! A server that plays a script: says, hears, starts TLS, closes, resets.

use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// One step of a server.
pub enum Act {
    Say(Vec<u8>),
    /// A line that must begin so.
    Hear(&'static str),
    /// So many bytes of any kind.
    HearBytes(usize),
    /// The body of DATA, to its point.
    Body,
    StartTls(Arc<ServerConfig>),
    Close,
    Reset,
    /// Says the same again and again until the client is gone.
    Flood(Vec<u8>),
    /// Waits without a word until the client is gone.
    Hang,
}

pub fn say(text: impl AsRef<[u8]>) -> Act {
    Act::Say(text.as_ref().to_vec())
}

pub fn hear(prefix: &'static str) -> Act {
    Act::Hear(prefix)
}

/// What a server has heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// Lines of the script and after it, without endings.
    pub lines: Vec<String>,
    /// Every byte before TLS, as it came.
    pub before_tls: Vec<u8>,
    /// The body of DATA, still dot-stuffed.
    pub body: Vec<u8>,
    /// The TLS handshake failed on the server's side with this.
    pub tls_error: Option<String>,
}

impl Heard {
    pub fn count(&self, prefix: &str) -> usize {
        self.lines.iter().filter(|line| line.starts_with(prefix)).count()
    }
}

pub struct Scripted {
    pub port: u16,
    task: JoinHandle<Heard>,
}

impl Scripted {
    /// What the server heard; fails with the server's complaint when the script was not followed.
    pub async fn heard(self) -> Heard {
        self.task.await.expect("the client did not follow the script")
    }

    /// Waits for the server's end, whether the script was followed or not.
    pub async fn ended(self) {
        let _ = self.task.await;
    }
}

/// A server for one connection.
pub async fn serve(script: Vec<Act>) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        play(Peer { stream: Wire::Plain(stream), heard: Heard::default() }, script).await
    });
    Scripted { port, task }
}

enum Wire {
    Plain(TcpStream),
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
    Gone,
}

struct Peer {
    stream: Wire,
    heard: Heard,
}

async fn play(mut peer: Peer, script: Vec<Act>) -> Heard {
    for act in script {
        match act {
            Act::Say(bytes) => drop(peer.write(&bytes).await),
            Act::Hear(prefix) => {
                let line = peer.line().await.unwrap_or_else(|| panic!("waited for {prefix:?}, client is gone"));
                assert!(line.starts_with(prefix), "waited for {prefix:?}, heard {line:?}");
            }
            Act::HearBytes(count) => {
                for _ in 0..count {
                    peer.byte().await;
                }
            }
            Act::Body => peer.body().await,
            Act::StartTls(config) => {
                if !peer.start_tls(config).await {
                    return peer.heard;
                }
            }
            Act::Close => return peer.heard,
            Act::Reset => {
                if let Wire::Plain(stream) = &peer.stream {
                    stream.set_zero_linger().unwrap();
                }
                return peer.heard;
            }
            Act::Flood(bytes) => while peer.write(&bytes).await {},
            Act::Hang => while peer.line().await.is_some() {},
        }
    }
    while peer.line().await.is_some() {}
    peer.heard
}

impl Peer {
    async fn write(&mut self, bytes: &[u8]) -> bool {
        let written = match &mut self.stream {
            Wire::Plain(stream) => stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok(),
            Wire::Tls(stream) => stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok(),
            Wire::Gone => false,
        };
        tokio::task::yield_now().await;
        written
    }

    async fn byte(&mut self) -> Option<u8> {
        let read = match &mut self.stream {
            Wire::Plain(stream) => stream.read_u8().await,
            Wire::Tls(stream) => stream.read_u8().await,
            Wire::Gone => return None,
        };
        let byte = read.ok()?;
        if matches!(self.stream, Wire::Plain(_)) {
            self.heard.before_tls.push(byte);
        }
        Some(byte)
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.byte().await?);
        }
        line.truncate(line.len() - 2);
        let line = String::from_utf8_lossy(&line).into_owned();
        self.heard.lines.push(line.clone());
        Some(line)
    }

    async fn body(&mut self) {
        let mut body = Vec::new();
        while !body.ends_with(b"\r\n.\r\n") && body != b".\r\n" {
            match self.byte().await {
                Some(byte) => body.push(byte),
                None => break,
            }
        }
        self.heard.body = body;
    }

    async fn start_tls(&mut self, config: Arc<ServerConfig>) -> bool {
        let Wire::Plain(stream) = std::mem::replace(&mut self.stream, Wire::Gone) else {
            panic!("TLS is spoken already");
        };
        match TlsAcceptor::from(config).accept(stream).await {
            Ok(stream) => {
                self.stream = Wire::Tls(Box::new(stream));
                true
            }
            Err(error) => {
                self.heard.tls_error = Some(error.to_string());
                false
            }
        }
    }
}
