//! A server that answers with prepared bytes and keeps what it was sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use credenza_net::{HttpCall, Record, Recorder, Route, Stage, StageName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What one connection sent.
pub(crate) type Seen = Arc<Mutex<Vec<String>>>;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Seen,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Answers every connection with these bytes and closes it.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Server {
        let answer = answer.into();
        Server::with(move |_| answer.clone()).await
    }

    /// Answers by the request.
    pub(crate) async fn with(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Seen::default();
        let log = Arc::clone(&seen);
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    let bytes = answer(&request);
                    log.lock().unwrap().push(request);
                    // The client may have gone on purpose.
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Server { address, seen, task }
    }

    pub(crate) fn route(&self) -> Route {
        Route::direct("127.0.0.1", self.address.port())
    }

    pub(crate) fn call(&self, method: &str, path: &str) -> HttpCall {
        HttpCall::new(method, format!("http://{}{path}", self.address).parse().unwrap())
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// Headers, and a body by its length.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
                .and_then(|length| length.parse::<usize>().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// A complete answer.
pub(crate) fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

pub(crate) fn stage(record: &Record, name: StageName) -> &Stage {
    record.stages.iter().find(|stage| stage.name == name).unwrap()
}

pub(crate) fn warnings(record: &Record) -> Vec<&str> {
    record.warnings.iter().map(|warning| warning.id.as_str()).collect()
}

/// Everything a record would show.
pub(crate) fn shown(record: &Record) -> String {
    format!("{record:?}")
}

pub(crate) fn recorder() -> Recorder {
    Recorder::new(None)
}
