//! One request, one answer, whatever the server does.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_net::{
    Catalogue, Channel, HttpAuth, HttpCall, Place, Proxy, Route, SecretOrText, StageName, StageStatus, Verify, exchange,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

use crate::server::{Server, answer, read_request, recorder, shown, stage, warnings};

const MEBIBYTE: usize = 1024 * 1024;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn an_answer_comes_back_with_status_headers_body_and_the_servers_clock() {
    let headers = ["Content-Type: application/json; charset=utf-8", "Date: Sun, 06 Nov 1994 08:49:37 GMT"];
    let server = Server::answering(answer("200 Fine", &headers, "{\"ok\":true}")).await;
    let rec = recorder();
    let reply = exchange(&server.route(), &server.call("GET", "/health?x=1"), &rec).await.unwrap();
    assert_eq!((reply.status, reply.reason.as_str(), reply.is_success()), (200, "Fine", true));
    assert_eq!((reply.text().as_ref(), reply.truncated), ("{\"ok\":true}", false));
    assert_eq!(reply.content_type.as_deref(), Some("application/json"));
    assert_eq!(reply.date.unwrap().as_second(), 784_111_777);
    let record = rec.close(None);
    assert_eq!(stage(&record, StageName::Connect).status, StageStatus::Passed);
    assert_eq!(stage(&record, StageName::Tls).status, StageStatus::Skipped, "http is not encrypted");
    let lines: Vec<_> = record.transcript.iter().map(|line| line.text.as_str()).collect();
    for line in ["GET /health?x=1 HTTP/1.1", "HTTP/1.1 200 Fine", "{\"ok\":true}"] {
        assert!(lines.contains(&line), "{line} is in {lines:?}");
    }
}

#[tokio::test]
async fn g3_every_byte_of_a_post_is_accounted_for() {
    let server = Server::answering(answer("204 No Content", &[], "")).await;
    let mut call = server.call("POST", "/hooks/x");
    call.headers.push(("Content-Type".into(), SecretOrText::Text("application/json".into())));
    call.body = Some(b"{\"a\":1}".to_vec());
    let reply = exchange(&server.route(), &call, &recorder()).await.unwrap();
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    let requests = server.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().collect();
    lines.sort_unstable();
    let expected = [
        "Accept-Encoding: gzip".to_owned(),
        "Accept: */*".to_owned(),
        "Connection: close".to_owned(),
        "Content-Length: 7".to_owned(),
        "Content-Type: application/json".to_owned(),
        format!("Host: {}", server.address),
        "POST /hooks/x HTTP/1.1".to_owned(),
        format!("User-Agent: Credenza/{}", env!("CARGO_PKG_VERSION")),
    ];
    assert_eq!((lines, body), (expected.iter().map(String::as_str).collect(), "{\"a\":1}"));
    assert_eq!(requests.len(), 1, "one request");
}

#[tokio::test]
async fn g16_a_challenge_is_an_answer_and_nothing_is_tried_again() {
    let headers = ["WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM", "WWW-Authenticate: Basic realm=\"x\""];
    let server = Server::answering(answer("401 Unauthorized", &headers, "no")).await;
    let rec = recorder();
    let reply = exchange(&server.route(), &server.call("GET", "/"), &rec).await.unwrap();
    assert_eq!((reply.status, reply.is_success()), (401, false));
    assert_eq!(server.requests().len(), 1, "no second request");
    assert_eq!(reply.headers.iter().filter(|(name, _)| name == "www-authenticate").count(), 3);
    let failure = reply.failure(&Place::new(StageName::Authenticate, Channel::Http, "api"), "refused", &rec);
    assert_eq!(failure.raw, "HTTP/1.1 401 Unauthorized no");
    assert_eq!(Catalogue::builtin().explain(&failure).id, "http:401");
}

#[tokio::test]
async fn g2_redirects_are_found_and_never_followed() {
    let elsewhere = Server::answering(answer("200 OK", &[], "stolen")).await;
    let target = elsewhere.address;
    for (status, location, host) in [
        ("301 Moved Permanently", format!("http://{target}/new"), "http://127.0.0.1"),
        ("302 Found", format!("//{target}/x"), "http://127.0.0.1"),
        ("303 See Other", "/relative".to_owned(), "http://127.0.0.1"),
        ("307 Temporary Redirect", "https://login.example.com/?token=canary".to_owned(), "https://login.example.com"),
        ("308 Permanent Redirect", "https://api.example.com@evil.example/".to_owned(), "https://evil.example"),
        ("302 Found", "http://[".to_owned(), "an address that cannot be read"),
    ] {
        let server = Server::answering(answer(status, &[&format!("Location: {location}")], "")).await;
        let rec = recorder();
        let mut call = server.call("POST", "/");
        call.auth = HttpAuth::Bearer("canary-token".to_owned().into());
        let reply = exchange(&server.route(), &call, &rec).await.unwrap();
        assert_eq!(reply.status, status[..3].parse::<u16>().unwrap(), "the redirect is the answer");
        let record = rec.close(None);
        assert_eq!(warnings(&record), ["redirect"]);
        assert!(record.warnings[0].message.contains(host), "{} names {host}", record.warnings[0].message);
        assert!(!shown(&record).contains("canary"), "{}", shown(&record));
        assert_eq!(server.requests().len(), 1);
    }
    assert!(elsewhere.requests().is_empty(), "nobody went there");
}

#[tokio::test]
async fn a_packed_answer_is_unpacked() {
    let server = Server::answering(answer("200 OK", &["Content-Encoding: gzip"], gzip(b"hello"))).await;
    let reply = exchange(&server.route(), &server.call("GET", "/"), &recorder()).await.unwrap();
    assert_eq!((reply.text().as_ref(), reply.truncated), ("hello", false));
}

#[tokio::test]
async fn a_gzip_bomb_is_one_mebibyte_and_no_more() {
    let bomb = gzip(&vec![b'a'; 256 * MEBIBYTE]);
    assert!(bomb.len() < MEBIBYTE, "the bomb itself is small: {}", bomb.len());
    let server = Server::answering(answer("200 OK", &["Content-Encoding: gzip"], bomb)).await;
    let began = Instant::now();
    let reply = exchange(&server.route(), &server.call("GET", "/"), &recorder()).await.unwrap();
    assert_eq!((reply.body.len(), reply.truncated), (MEBIBYTE, true));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[tokio::test]
async fn broken_packing_and_unknown_packing_are_warned_about() {
    for (encoding, body) in
        [("gzip", b"not gzip".to_vec()), ("gzip", gzip(b"cut off here")[..15].to_vec()), ("br", vec![1, 2, 3])]
    {
        let header = format!("Content-Encoding: {encoding}");
        let server = Server::answering(answer("200 OK", &[&header], body)).await;
        let rec = recorder();
        exchange(&server.route(), &server.call("GET", "/"), &rec).await.unwrap();
        assert_eq!(warnings(&rec.close(None)), ["content_encoding"], "{encoding}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_one_mebibyte() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
        let mut sent = 0usize;
        while stream.write_all(&chunk).await.is_ok() {
            sent += 0x10000;
        }
        sent
    });
    let route = Route::direct("127.0.0.1", address.port());
    let call = HttpCall::new("GET", format!("http://{address}/").parse().unwrap());
    let reply = exchange(&route, &call, &recorder()).await.unwrap();
    assert_eq!((reply.body.len(), reply.truncated), (MEBIBYTE, true));
    let sent = server.await.unwrap();
    assert!(sent < 32 * MEBIBYTE, "the connection was closed: {sent} bytes went out");
}

#[tokio::test]
async fn g8_a_server_that_drips_or_says_nothing_ends_when_the_caller_stops_waiting() {
    for drip in [b"".as_slice(), b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(drip).await.unwrap();
            // Ends when the client closes: that is what is waited for.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.map(|_| ())
        });
        let route = Route::direct("127.0.0.1", address.port());
        let call = HttpCall::new("GET", format!("http://{address}/").parse().unwrap());
        let outcome = tokio::time::timeout(Duration::from_millis(300), exchange(&route, &call, &recorder())).await;
        assert!(outcome.is_err(), "the deadline is the caller's");
        let closed = tokio::time::timeout(Duration::from_secs(5), server).await;
        assert!(closed.is_ok(), "dropping the exchange closes its connection");
    }
}

#[tokio::test]
async fn headers_without_end_and_answers_that_are_no_http_fail_with_their_reason() {
    let huge = format!("HTTP/1.1 200 OK\r\nx-long: {}\r\n\r\n", "y".repeat(100 * 1024));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(20_000));
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nonly this";
    for (bytes, words, channel) in [
        (huge.as_bytes(), "larger than 64 KiB", Channel::Http),
        (many.as_bytes(), "larger than 64 KiB", Channel::Http),
        (b"220 mail.example.com ESMTP\r\n".as_slice(), "not HTTP", Channel::Http),
        (b"\x00\x01\x02\x03\x04".as_slice(), "not HTTP", Channel::Http),
        (b"\x16\x03\x03\x00\x02".as_slice(), "this port speaks https", Channel::Network),
        (b"\x15\x03\x01\x00\x02\x02\x46".as_slice(), "this port speaks https", Channel::Network),
        (b"".as_slice(), "closed the connection", Channel::Network),
        (cut.as_bytes(), "closed the connection", Channel::Network),
    ] {
        let server = Server::answering(bytes).await;
        let failure = exchange(&server.route(), &server.call("GET", "/"), &recorder()).await.unwrap_err();
        assert_eq!((failure.stage, failure.channel), (StageName::Action, channel), "{failure:?}");
        assert!(failure.message.contains(words), "{failure:?} says {words}");
    }
}

#[tokio::test]
async fn g13_an_echoed_secret_is_masked_in_every_spelling() {
    let echo = |request: &str| {
        let secret = "canary/pass+word=1";
        let authorization = request.lines().find_map(|line| line.strip_prefix("Authorization: ")).unwrap().to_owned();
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        let echoed = format!("you sent {authorization}, {secret}, {} and {hex}", STANDARD.encode(secret));
        let header = format!("X-Echo: {echoed}");
        answer("403 Forbidden", &[&header, &format!("X-Auth: {authorization}")], &echoed)
    };
    let server = Server::with(echo).await;
    let rec = recorder();
    let mut call = server.call("GET", "/");
    call.auth = HttpAuth::Basic { username: "erp".into(), password: "canary/pass+word=1".to_owned().into() };
    let reply = exchange(&server.route(), &call, &rec).await.unwrap();
    let failure = reply.failure(&Place::new(StageName::Action, Channel::Http, "api"), "refused", &rec);
    let everything = format!("{:?} {failure:?} {reply:?}", rec.close(None));
    let hex: String = b"canary".iter().map(|byte| format!("{byte:02x}")).collect();
    let pair = STANDARD.encode("erp:canary/pass+word=1");
    for spelling in ["canary", &hex, &pair, &STANDARD.encode("canary/pass+word=1")[..16]] {
        assert!(!everything.contains(spelling), "{spelling} is in {everything}");
    }
    assert!(server.requests()[0].contains(&pair), "though it was really sent");
}

#[tokio::test]
async fn a_webhooks_address_is_never_shown() {
    let server = Server::with(|request| {
        let path = request.split(' ').nth(1).unwrap().to_owned();
        answer("404 Not Found", &[&format!("Location: {path}")], format!("no such hook: {path}"))
    })
    .await;
    let rec = recorder();
    let mut call = server.call("POST", "/services/T00/canary-hook?key=canary-key");
    call.secret_url = true;
    call.headers.push(("X-Api-Key".into(), SecretOrText::Secret("canary-header".to_owned().into())));
    exchange(&server.route(), &call, &rec).await.unwrap();
    let record = rec.close(None);
    assert!(!shown(&record).contains("canary"), "{}", shown(&record));
    assert!(
        record.transcript.iter().any(|line| line.text.starts_with("POST [webhook-path #")),
        "{:?}",
        record.transcript
    );
    assert!(!format!("{call:?}").contains("canary"), "{call:?}");
}

#[tokio::test]
async fn g14_a_cookie_is_neither_kept_nor_shown() {
    let server = Server::answering(answer("200 OK", &["Set-Cookie: sid=canary-cookie; Path=/"], "")).await;
    for _ in 0..2 {
        let rec = recorder();
        let reply = exchange(&server.route(), &server.call("GET", "/"), &rec).await.unwrap();
        assert!(reply.header("set-cookie").unwrap().starts_with("sid=[cookie #"), "{reply:?}");
        assert!(!shown(&rec.close(None)).contains("canary"));
    }
    assert!(server.requests().iter().all(|request| !request.to_ascii_lowercase().contains("cookie")));
}

#[tokio::test]
async fn g14_one_cookie_has_one_mark_in_every_check_of_a_vault_also_where_the_page_repeats_it() {
    let marks = |key: u8, cookie: &'static str| async move {
        let heads = [format!("Set-Cookie: sid=\"{cookie}\"; Path=/"), format!("Location: /next?sid={cookie}")];
        let body = format!("your session is {cookie}, keep it");
        let server = Server::answering(answer("302 Found", &heads.each_ref().map(String::as_str), &body)).await;
        let rec = credenza_net::Recorder::marking_with(&[key; 32], None);
        let reply = exchange(&server.route(), &server.call("GET", "/"), &rec).await.unwrap();
        let record = rec.close(None);
        assert!(!format!("{}{reply:?}", shown(&record)).contains(cookie), "{reply:?}");
        let location = reply.header("location").unwrap();
        assert!(location.starts_with("/next?[query #") && location.ends_with(']'), "{location}");
        let said = record.transcript.iter().find(|line| line.text.starts_with("your session")).unwrap();
        assert!(said.text.starts_with("your session is [cookie #"), "learnt: {}", said.text);
        reply.header("set-cookie").unwrap().to_owned()
    };
    let first = marks(1, "canary-session-9f31a0").await;
    assert!(first.starts_with("sid=[cookie #") && first.ends_with(']'), "{first}");
    assert_eq!(first, marks(1, "canary-session-9f31a0").await, "the same cookie again");
    assert_ne!(first, marks(1, "canary-session-9f31a1").await, "another cookie");
    assert_ne!(first, marks(2, "canary-session-9f31a0").await, "marks of two vaults cannot be compared");
}

#[tokio::test]
async fn tuf_15_http_too_goes_through_the_proxys_tunnel() {
    let server = Server::answering(answer("200 OK", &[], "through")).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy_port = listener.local_addr().unwrap().port();
    let proxy = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        let target = request.split(' ').nth(1).unwrap().to_owned();
        let mut upstream = TcpStream::connect(&target).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        // Either side may close first.
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut upstream).await;
        request
    });
    let mut route = server.route();
    route.proxy = Some(Proxy::parse(&format!("http://127.0.0.1:{proxy_port}"), None, None).unwrap());
    let reply = exchange(&route, &server.call("GET", "/x"), &recorder()).await.unwrap();
    assert_eq!(reply.text(), "through");
    let request = proxy.await.unwrap();
    assert!(request.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", server.address)), "{request}");
    assert!(server.requests()[0].starts_with("GET /x HTTP/1.1\r\n"), "inside is a plain request");
}

/// A TLS server for one connection; `goodbye` says whether it ends TLS before it closes.
async fn sealed(answer: Vec<u8>, goodbye: bool) -> (Route, Url, JoinHandle<String>) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![made.cert.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
        let request = read_request(&mut stream).await;
        stream.write_all(&answer).await.unwrap();
        stream.flush().await.unwrap();
        if goodbye {
            let _ = stream.shutdown().await;
        } else {
            let _ = stream.get_mut().0.shutdown().await;
        }
        request
    });
    let mut route = Route::direct("127.0.0.1", address.port());
    route.verify = Verify::Certificate { pem: made.cert.pem() };
    (route, format!("https://{address}/").parse().unwrap(), server)
}

#[tokio::test]
async fn https_speaks_the_same_http_inside_tls() {
    let (route, url, server) = sealed(answer("200 OK", &[], "sealed"), true).await;
    let rec = recorder();
    let reply = exchange(&route, &HttpCall::new("GET", url), &rec).await.unwrap();
    assert_eq!(reply.text(), "sealed");
    assert!(server.await.unwrap().contains(&format!("Host: {}", route.target())));
    assert_eq!(rec.close(None).certificate_verified, Some(true));
}

#[tokio::test]
async fn an_answer_whose_tls_ends_abruptly_is_shown_with_a_warning_unless_its_length_says_that_it_is_cut() {
    let (route, url, _server) = sealed(b"HTTP/1.1 200 OK\r\n\r\nold appliance".to_vec(), false).await;
    let rec = recorder();
    let reply = exchange(&route, &HttpCall::new("GET", url), &rec).await.unwrap();
    assert_eq!(reply.text(), "old appliance");
    assert_eq!(warnings(&rec.close(None)), ["unclean_end"]);
    let (route, url, _server) = sealed(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\ncut".to_vec(), false).await;
    let failure = exchange(&route, &HttpCall::new("GET", url), &recorder()).await.unwrap_err();
    assert!(failure.message.contains("closed the connection"), "{failure:?}");
}

#[tokio::test]
async fn a_call_that_cannot_be_sent_opens_no_connection() {
    let server = Server::answering(answer("200 OK", &[], "")).await;
    let mut call = server.call("GET", "/");
    call.headers.push(("X-A".into(), SecretOrText::Text("1\r\nX-B: 2".into())));
    let rec = recorder();
    let failure = exchange(&server.route(), &call, &rec).await.unwrap_err();
    assert_eq!(failure.stage, StageName::Input);
    assert!(server.requests().is_empty());
    assert_eq!(stage(&rec.close(None), StageName::Connect).status, StageStatus::Skipped, "not even a lookup");
}
