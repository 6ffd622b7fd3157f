//! Two small proxies that write down what they are told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

#[derive(Clone, Default)]
pub struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn add(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    pub fn all(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

pub struct SmallProxy {
    pub port: u16,
    pub told: Told,
}

/// An HTTP proxy. With `basic` it wants that header value; `answer` replaces its 200; all ways lead to `server`.
pub async fn http(
    server: u16,
    basic: Option<&'static str>,
    answer: Option<&'static str>,
    tls: Option<Arc<rustls::ServerConfig>>,
) -> SmallProxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Told::default();
    let notes = told.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            match &tls {
                None => connect(stream, server, (basic, answer), &notes).await,
                Some(config) => {
                    if let Ok(stream) = TlsAcceptor::from(Arc::clone(config)).accept(stream).await {
                        connect(stream, server, (basic, answer), &notes).await;
                    }
                }
            }
        }
    });
    SmallProxy { port, told }
}

async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    server: u16,
    (basic, answer): (Option<&str>, Option<&str>),
    told: &Told,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    told.add(head.clone());
    let wanted = basic.map(|value| format!("Proxy-Authorization: Basic {value}\r\n"));
    if wanted.is_some_and(|wanted| !head.contains(&wanted)) {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
        let _ = stream.write_all(refusal.as_bytes()).await;
        return;
    }
    if let Some(answer) = answer {
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
        return;
    }
    let mut onward = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
    // The server's greeting follows at once, in the same segment where possible.
    let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n").await;
    let _ = copy_bidirectional(&mut stream, &mut onward).await;
}

/// A SOCKS5 proxy. With `account` it wants `user:password`; `reply` other than 0 refuses; all ways lead to `server`.
pub async fn socks(server: u16, account: Option<&'static str>, reply: u8) -> SmallProxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Told::default();
    let notes = told.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = socks_session(stream, server, (account, reply), &notes).await;
        }
    });
    SmallProxy { port, told }
}

async fn socks_session(
    mut stream: TcpStream,
    server: u16,
    (account, reply): (Option<&str>, u8),
    told: &Told,
) -> std::io::Result<()> {
    assert_eq!(stream.read_u8().await?, 5, "SOCKS version");
    let methods = sized(&mut stream).await?;
    told.add(format!("methods {methods:?}"));
    let wanted = if account.is_some() { 2 } else { 0 };
    if !methods.contains(&wanted) {
        return stream.write_all(&[5, 0xff]).await;
    }
    stream.write_all(&[5, wanted]).await?;
    if let Some(account) = account {
        assert_eq!(stream.read_u8().await?, 1, "version of RFC 1929");
        let (user, password) = (sized(&mut stream).await?, sized(&mut stream).await?);
        let given = format!("{}:{}", String::from_utf8_lossy(&user), String::from_utf8_lossy(&password));
        let verdict = u8::from(given != account);
        told.add(format!("account {given}"));
        stream.write_all(&[1, verdict]).await?;
        if verdict != 0 {
            return Ok(());
        }
    }
    let mut head = [0u8; 4];
    stream.read_exact(&mut head).await?;
    let destination = match head[3] {
        1 => {
            let mut address = [0u8; 4];
            stream.read_exact(&mut address).await?;
            format!("address {}", SocketAddr::from((address, stream.read_u16().await?)))
        }
        4 => {
            let mut address = [0u8; 16];
            stream.read_exact(&mut address).await?;
            format!("address {}", SocketAddr::from((address, stream.read_u16().await?)))
        }
        3 => {
            let name = sized(&mut stream).await?;
            format!("name {}:{}", String::from_utf8_lossy(&name), stream.read_u16().await?)
        }
        other => panic!("address type {other}"),
    };
    told.add(destination);
    // The bound address as a name, which is allowed and seldom seen.
    stream.write_all(&[5, reply, 0, 3, 4, b'h', b'o', b's', b't', 0, 1]).await?;
    if reply == 0 {
        let mut onward = TcpStream::connect(("127.0.0.1", server)).await?;
        copy_bidirectional(&mut stream, &mut onward).await?;
    }
    Ok(())
}

async fn sized(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0u8; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
