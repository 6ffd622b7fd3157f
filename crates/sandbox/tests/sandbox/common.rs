//! A small client side, written for these tests alone: raw lines, and TLS that trusts only what it is told to.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, unreachable_pub, missing_docs)]

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_sandbox::{CertificatePair, Sandbox, SandboxOptions};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).await.unwrap()
}

pub fn b64(text: impl AsRef<[u8]>) -> String {
    STANDARD.encode(text)
}

pub fn unb64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

pub fn trusting(ca_pem: &str, client: Option<&CertificatePair>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    Arc::new(match client {
        None => builder.with_no_client_auth(),
        Some(pair) => {
            let chain = vec![CertificateDer::from_pem_slice(pair.certificate_pem.as_bytes()).unwrap()];
            let key = PrivateKeyDer::from_pem_slice(pair.private_key_pem.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    })
}

/// One connection.
pub struct Peer(pub Box<dyn Stream>);

impl Peer {
    pub async fn plain(port: u16) -> Self {
        Self(Box::new(TcpStream::connect(("127.0.0.1", port)).await.unwrap()))
    }

    pub async fn tls(port: u16, ca_pem: &str) -> Self {
        Self::plain(port).await.start_tls(ca_pem, "127.0.0.1").await.unwrap()
    }

    pub async fn start_tls(self, ca_pem: &str, name: &str) -> std::io::Result<Self> {
        self.start_tls_with(trusting(ca_pem, None), name).await
    }

    pub async fn start_tls_with(self, config: Arc<ClientConfig>, name: &str) -> std::io::Result<Self> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        Ok(Self(Box::new(TlsConnector::from(config).connect(name, self.0).await?)))
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// One line without its CRLF; empty at the end of the stream.
    pub async fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            match self.0.read_u8().await {
                Ok(byte) => line.push(byte),
                Err(_) => break,
            }
        }
        String::from_utf8_lossy(&line).trim_end_matches("\r\n").to_owned()
    }

    /// A whole SMTP reply, its lines joined by `\n`; empty when the server closed.
    pub async fn reply(&mut self) -> String {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await;
            let last = line.as_bytes().get(3) != Some(&b'-');
            lines.push(line);
            if last {
                return lines.join("\n");
            }
        }
    }

    /// A command and its reply.
    pub async fn ask(&mut self, command: &str) -> String {
        self.send(format!("{command}\r\n")).await;
        self.reply().await
    }

    /// Everything until the other side closes.
    pub async fn rest(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        // A connection cut hard ends the reading as well.
        let _ = self.0.read_to_end(&mut all).await;
        all
    }

    /// One HTTP/1.1 request with `Connection: close`; status, head and body of the reply.
    pub async fn http(&mut self, request: &str, headers: &[&str], body: &str) -> Answer {
        let mut head = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for header in headers {
            head += &format!("{header}\r\n");
        }
        if !body.is_empty() {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        self.send(format!("{head}\r\n{body}")).await;
        Answer::read(&self.rest().await)
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a reply has a head");
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(!head.contains("transfer-encoding"), "small replies come with their length: {head}");
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// A mail connection past STARTTLS and the second EHLO.
pub async fn submission(sandbox: &Sandbox) -> Peer {
    let mut peer = Peer::plain(sandbox.ports().smtp).await;
    assert!(peer.reply().await.starts_with("220 "));
    assert!(peer.ask("EHLO me").await.starts_with("250"));
    assert!(peer.ask("STARTTLS").await.starts_with("220 "));
    let mut peer = peer.start_tls(sandbox.ca_pem(), "localhost").await.unwrap();
    assert!(peer.ask("EHLO me").await.contains("AUTH PLAIN"), "sign-in is offered inside TLS");
    peer
}

pub fn plain(user: &str, password: &str) -> String {
    format!("AUTH PLAIN {}", b64(format!("\0{user}\0{password}")))
}

/// A submission connection that is signed in.
pub async fn signed_in(sandbox: &Sandbox) -> Peer {
    let mut peer = submission(sandbox).await;
    let reply = peer.ask(&plain("practice@credenza.test", &sandbox.accounts().password)).await;
    assert!(reply.starts_with("235 "), "{reply}");
    peer
}
