//! What a hostile server may cost: memory of the whole program, and time; and what it may make us show or send.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use credenza_tests::{Answer, Desk, failed_at, finish};
use serde_json::{Value, json};

/// A server on loopback that treats each of its callers alike until they leave.
fn server(treat: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            treat(caller);
        }
    });
    port
}

/// Reads what the caller says first, if it speaks first, then writes `head` and `body` again and again.
fn flood(hears_first: bool, head: &'static str, body: &'static [u8]) -> u16 {
    server(move |mut caller| {
        if hears_first {
            let _ = caller.read(&mut [0u8; 4096]);
        }
        let mut going = caller.write_all(head.as_bytes()).is_ok();
        // 256 MiB is four times what a program may take; whoever reads it all is caught by that.
        let mut sent = 0;
        while going && sent < 256 << 20 {
            going = caller.write_all(body).is_ok();
            sent += body.len();
        }
    })
}

fn mail(port: u16) -> Value {
    json!({ "type": "mail_server", "name": "x", "description": "d", "host": "127.0.0.1", "port": port })
}

fn web(port: u16) -> Value {
    json!({
        "type": "outbound_server", "name": "x", "description": "d", "host": "127.0.0.1", "port": port,
        "protocol": "http", "auth": { "method": "none" },
    })
}

static BLOCK: [u8; 1 << 16] = [b'A'; 1 << 16];

/// Tests each record in one vault: making one costs more than all the tests in it.
fn tested_each(records: &[Value]) -> Vec<Value> {
    let desk = Desk::new();
    let named = records.iter().enumerate().map(|(at, record)| {
        let mut record = record.clone();
        record["name"] = json!(format!("x{at}"));
        record
    });
    desk.add(&named.collect());
    let test = |at: usize| {
        let begun = Instant::now();
        let answer = desk.run(&["--json", "test", &format!("x{at}"), "--timeout", "5s"]);
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not wait for ever: {answer:?}");
        answer.json()
    };
    (0..records.len()).map(test).collect()
}

/// The most memory a command ever held, in KiB, as the kernel counts it.
#[cfg(target_os = "linux")]
fn peak(desk: &Desk, arguments: &[&str]) -> (u64, Answer) {
    let mut command = desk.command(arguments);
    command.env("CREDENZA_SESSION", desk.session());
    let folder = desk.folder.path().join("peak");
    // The shell waits for the command, so the command's peak is in the shell's account of its children.
    let mut shell = std::process::Command::new("python3");
    credenza_tests::clean(&mut shell, desk.folder.path());
    let script = "import resource,subprocess,sys\n\
        code=subprocess.run(sys.argv[2:]).returncode\n\
        open(sys.argv[1],'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))\n\
        sys.exit(code)";
    shell.args(["-c", script]).arg(&folder).arg(command.get_program()).args(command.get_args());
    shell.env("CREDENZA_SESSION", desk.session());
    let answer = finish(shell, b"");
    (std::fs::read_to_string(folder).unwrap().trim().parse().unwrap(), answer)
}

#[cfg(target_os = "linux")]
#[test]
fn f2_g4_floods_cost_less_than_64_mib_over_an_idle_run() {
    let cases: [(&str, Value); 6] = [
        ("a banner of one line", mail(flood(false, "220 ", &BLOCK))),
        ("a banner without end", mail(flood(false, "", b"220-hello hello hello\r\n"))),
        ("EHLO without end", mail(flood(false, "220 mx\r\n", b"250-hello hello hello\r\n"))),
        ("headers without end", web(flood(true, "HTTP/1.1 200 OK\r\nX: ", &BLOCK))),
        ("a body without end", web(flood(true, "HTTP/1.1 200 OK\r\n\r\n", &BLOCK))),
        (
            "chunks without end",
            web(flood(true, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10\r\nAAAAAAAAAAAAAAAA\r\n")),
        ),
    ];
    let idle = {
        let desk = Desk::new();
        desk.add(&mail(9));
        let (idle, answer) = peak(&desk, &["--json", "test", "x"]);
        failed_at(&answer.expect(1).json(), "connect");
        idle
    };
    for (what, record) in cases {
        let desk = Desk::new();
        desk.add(&record);
        let (most, _) = peak(&desk, &["--json", "test", "x", "--timeout", "5s"]);
        assert!(most < idle + 64 * 1024, "{what}: {most} KiB, an idle run takes {idle}");
    }
}

/// One answer, byte for byte, to whatever is asked.
fn answering(text: impl AsRef<[u8]>) -> u16 {
    let text = text.as_ref().to_vec();
    server(move |mut caller| {
        let mut heard = Vec::new();
        let mut chunk = [0u8; 4096];
        while !heard.windows(4).any(|end| end == b"\r\n\r\n") {
            match caller.read(&mut chunk) {
                Ok(0) | Err(_) => return,
                Ok(count) => heard.extend_from_slice(&chunk[..count]),
            }
        }
        let _ = caller.write_all(&text);
    })
}

#[test]
fn g2_redirects_of_every_kind_are_reported_and_never_followed() {
    let other = server(|caller| panic!("nobody may be sent here: {caller:?}"));
    let huge = format!("/{}", "x".repeat(40_000));
    let places = [
        format!("http://127.0.0.1:{other}/"),
        format!("//127.0.0.1:{other}/"),
        format!("http://good@127.0.0.1:{other}/"),
        "/again".to_owned(),
        huge,
        "http://[".to_owned(),
    ];
    let redirecting = |(place, status): (&String, u16)| {
        let answer = format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n");
        let mut record = web(answering(answer));
        record["auth"] = json!({ "method": "basic", "username": "u", "password": "canary-password-77" });
        record
    };
    let kinds = places.iter().flat_map(|place| [301, 302, 303, 307, 308].map(|status| (place, status)));
    let records: Vec<Value> = kinds.map(redirecting).collect();
    for result in tested_each(&records) {
        let shown = result.to_string();
        assert!(shown.contains("does not follow redirects"), "{shown}");
        assert!(!shown.contains("canary-password-77") && shown.len() < 200_000);
    }
}

#[test]
fn a_server_that_asks_to_wait_is_quoted_and_not_waited_for() {
    let asked = [(429, "3600", "in 60 minutes"), (503, "Wed, 01 Jan 2031 00:00:00 GMT", "at Wed, 01 Jan 2031")];
    let records = asked.map(|(status, wait, _)| {
        web(answering(format!("HTTP/1.1 {status} Busy\r\nRetry-After: {wait}\r\nContent-Length: 0\r\n\r\n")))
    });
    for (result, (_, _, words)) in tested_each(&records).into_iter().zip(asked) {
        failed_at(&result, "action");
        let warning = result["warnings"].as_array().unwrap().iter().find(|warning| warning["id"] == "retry_after");
        assert!(warning.unwrap()["message"].as_str().unwrap().contains(words), "{result:#}");
    }
}

#[test]
fn g16_no_scheme_that_a_server_asks_for_makes_us_sign_in_by_ourselves() {
    let schemes = ["NTLM", "Negotiate", "Basic realm=\"x\"", "Digest realm=\"x\", nonce=\"y\""];
    let records = schemes.map(|scheme| {
        web(answering(format!("HTTP/1.1 401 No\r\nWWW-Authenticate: {scheme}\r\nContent-Length: 0\r\n\r\n")))
    });
    for result in tested_each(&records) {
        failed_at(&result, "authenticate");
        assert!(!result["transcript"].to_string().contains("Authorization"), "{result:#}");
    }
}

#[test]
fn plain_http_on_a_tls_port_is_told_apart_from_a_bad_request() {
    let nginx = "<html><center>The plain HTTP request was sent to HTTPS port</center></html>";
    let answer = format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{nginx}", nginx.len());
    for result in tested_each(&[web(answering(answer)), web(answering([0x15, 3, 1, 0, 2, 2, 0x46]))]) {
        assert_eq!(result["explanation"]["id"], "network:tls-on-plain-port", "{result:#}");
    }
}

#[test]
fn every_test_that_the_table_of_hostile_servers_names_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let table = std::fs::read_to_string(root.join("docs/hostile.md")).unwrap();
    let mut sources = String::new();
    for folder in ["crates", "tests"] {
        gather(&root.join(folder), &mut sources);
    }
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).filter(|name| name.matches('_').count() > 3).collect();
    assert!(named.len() > 40, "the table is read: {}", named.len());
    for name in named {
        assert!(sources.contains(&format!("fn {name}(")), "docs/hostile.md names {name}, and no test is called so");
    }
}

fn gather(folder: &std::path::Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
