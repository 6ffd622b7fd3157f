//! A person who signs in: reads what the command says, opens pages as a browser does, types codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;
use url::Url;

use crate::{Answer, Desk};

/// `credenza token` under way, waiting for a person.
pub struct SignIn {
    child: Child,
    lines: BufReader<ChildStderr>,
    said: String,
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
        SignIn::of(command)
    }

    /// The same for a command that is made up already.
    ///
    /// # Panics
    /// When the program does not start.
    pub fn of(mut command: Command) -> SignIn {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let lines = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
        SignIn { child, lines, said: String::new() }
    }

    /// The next line for the person with these words in it.
    ///
    /// # Panics
    /// When it never comes.
    pub fn line_with(&mut self, wanted: &str) -> String {
        let mut line = String::new();
        while self.lines.read_line(&mut line).expect("the output can be read") > 0 {
            self.said.push_str(&line);
            if line.contains(wanted) {
                return line.trim().to_owned();
            }
            line.clear();
        }
        panic!("{wanted:?} was never said")
    }

    /// Does what the person is asked to: signs in in the browser, or types the code.
    ///
    /// # Panics
    /// When the practice provider does not take it.
    pub fn agree(&mut self) {
        let page = self.page();
        let signed_in = if page.path().ends_with("/device") {
            let said = self.line_with("enter the code");
            let code = said.rsplit(' ').next().unwrap_or_default().to_owned();
            request("POST", &page, &format!("user_code={code}"))
        } else {
            request("GET", &location(&request("GET", &page, ""), &page), "")
        };
        assert!(signed_in.contains("You are signed in"), "{signed_in}");
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
        let answer = self.answer();
        (answer.code, answer.json())
    }

    /// How it ended, with everything that was said from the beginning.
    ///
    /// # Panics
    /// When its output cannot be read.
    pub fn answer(mut self) -> Answer {
        self.lines.read_to_string(&mut self.said).expect("the output can be read");
        let output = self.child.wait_with_output().expect("the program ends");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        Answer { code: output.status.code().unwrap_or(-1), out, err: self.said }
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
