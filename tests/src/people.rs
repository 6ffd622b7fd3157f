//! A person who signs in: reads what the command says, opens pages as a browser does, types codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Stdio};

use serde_json::Value;
use url::Url;

use crate::Desk;

/// `credenza token` under way, waiting for a person.
pub struct SignIn {
    child: Child,
    lines: BufReader<ChildStderr>,
}

impl SignIn {
    /// Starts `credenza token` with these arguments; no browser is opened.
    ///
    /// # Panics
    /// When the program does not start.
    pub fn begin(desk: &Desk, arguments: &[&str]) -> SignIn {
        let mut all = vec!["--json", "token", "--no-browser"];
        all.extend(arguments);
        let mut command = desk.command(&all);
        command.env("CREDENZA_SESSION", desk.session());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let lines = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
        SignIn { child, lines }
    }

    /// The next line for the person with these words in it.
    ///
    /// # Panics
    /// When it never comes.
    pub fn line_with(&mut self, wanted: &str) -> String {
        let mut line = String::new();
        while self.lines.read_line(&mut line).expect("the output can be read") > 0 {
            if line.contains(wanted) {
                return line.trim().to_owned();
            }
            line.clear();
        }
        panic!("{wanted:?} was never said")
    }

    /// The address that the person is sent to.
    ///
    /// # Panics
    /// When none is said.
    pub fn page(&mut self) -> Url {
        self.line_with("http").split_whitespace().find_map(|word| word.parse().ok()).expect("an address")
    }

    /// How it ended: exit code and result.
    ///
    /// # Panics
    /// When the result is no JSON.
    pub fn end(self) -> (i32, Value) {
        let output = self.child.wait_with_output().expect("the program ends");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap_or(-1), serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
    }
}

/// One request over plain HTTP, as a browser makes it: the whole answer.
///
/// # Panics
/// When the server does not listen.
pub fn request(method: &str, url: &Url, body: &str) -> String {
    let port = url.port().expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("the request is sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

/// Where the answer sends the browser.
///
/// # Panics
/// When it is no redirect.
pub fn location(answer: &str, base: &Url) -> Url {
    let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location:"));
    let line = line.unwrap_or_else(|| panic!("no redirect: {answer}"));
    base.join(line.split_once(':').unwrap().1.trim()).expect("an address")
}
