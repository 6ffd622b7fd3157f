//! tinyproxy and microsocks in between: mail, requests and token calls all take the record's proxy (TUF-15).

use credenza_tests::peers::{Exim, Microsocks, Nginx, Provider, Tinyproxy};
use credenza_tests::{Desk, failed_at, stage};
use serde_json::{Value, json};

fn with_proxy(record: &Value, proxy: Value) -> Value {
    let mut record = record.clone();
    record["proxy"] = proxy;
    record
}

fn signed(url: String, password: &str) -> Value {
    json!({"url": url, "username": Tinyproxy::USER, "password": password})
}

fn exim_record(exim: &Exim) -> Value {
    json!({
        "type": "mail_server", "name": "Mail", "description": "d", "host": "localhost", "port": exim.submission, "tls": "starttls",
        "sender": "erp@independent.test", "auth": {"method": "password", "username": Exim::USER, "password": Exim::PASSWORD},
        "certificate_check": {"mode": "certificate", "certificate_pem": exim.authority.pem()},
    })
}

fn send(record: &Value) -> (i32, Value) {
    let desk = Desk::new();
    desk.add(record);
    let answer =
        desk.run(&["--json", "send-email", "Mail", "--to", "ops@example.com", "--subject", "s", "--body", "b"]);
    (answer.code, answer.json())
}

#[test]
fn tuf_15_mail_goes_through_an_http_proxy_with_and_without_a_password() {
    let exim = Exim::start(&["PLAIN"]);
    let target = format!("localhost:{}", exim.submission);
    let open = Tinyproxy::start(false);
    let (code, result) =
        send(&with_proxy(&exim_record(&exim), json!({"url": format!("http://127.0.0.1:{}", open.port)})));
    assert_eq!((code, stage(&result, "proxy")["status"].as_str()), (0, Some("passed")), "{result:#}");
    assert!(open.log().contains(&target), "the proxy saw the mail server's name: {}", open.log());

    let closed = Tinyproxy::start(true);
    let url = || format!("http://127.0.0.1:{}", closed.port);
    let (code, result) = send(&with_proxy(&exim_record(&exim), signed(url(), Tinyproxy::PASSWORD)));
    assert_eq!(code, 0, "{result:#}");
    for proxy in [signed(url(), "wrong-Proxy-Pa55"), json!({"url": url()})] {
        let (code, result) = send(&with_proxy(&exim_record(&exim), proxy));
        assert_eq!(code, 1);
        failed_at(&result, "proxy");
        let id = result["explanation"]["id"].as_str().unwrap();
        assert!(id.contains("407"), "the proxy wants a password: {id}");
    }
    assert_eq!(exim.mailbox().len(), 2, "both mails arrived, and only they");
}

#[test]
fn tuf_15_mail_goes_through_socks5_and_socks5h_with_and_without_a_password() {
    let exim = Exim::start(&["PLAIN"]);
    for (with_password, scheme) in [(false, "socks5"), (false, "socks5h"), (true, "socks5"), (true, "socks5h")] {
        let socks = Microsocks::start(with_password);
        let url = format!("{scheme}://127.0.0.1:{}", socks.port);
        let proxy = if with_password { signed(url.clone(), Tinyproxy::PASSWORD) } else { json!({"url": url}) };
        let record = with_proxy(&exim_record(&exim), proxy);
        let (code, result) = send(&record);
        assert_eq!((code, stage(&result, "proxy")["status"].as_str()), (0, Some("passed")), "{scheme}: {result:#}");
        if with_password {
            let (code, result) = send(&with_proxy(&exim_record(&exim), signed(url, "wrong-Proxy-Pa55")));
            assert_eq!(code, 1, "{scheme}");
            failed_at(&result, "proxy");
        }
        drop(socks);
        let (code, result) = send(&record);
        assert_eq!(
            (code, result["outcome"].as_str()),
            (1, Some("failed")),
            "without the proxy there is no way: {result:#}"
        );
        let broken = result["failed_stage"].as_str().unwrap();
        assert!(["connect", "proxy"].contains(&broken), "{result:#}");
    }
    assert_eq!(exim.mailbox().len(), 4);
}

#[test]
fn tuf_15_the_token_request_goes_through_the_records_proxy_too() {
    let provider = Provider::start();
    let nginx = Nginx::start();
    let proxy = Tinyproxy::start(true);
    let desk = Desk::new();
    let record = json!({
        "type": "outbound_server", "name": "API", "description": "d", "host": "localhost", "port": nginx.good,
        "certificate_check": {"mode": "certificate", "certificate_pem": nginx.authority.pem()},
        "auth": {"method": "oauth2", "oauth2": {
            "grant": "client_credentials", "token_url": provider.url("token/"), "scope": "read",
            "client_id": provider.machine.0, "client_secret": provider.machine.1,
        }},
    });
    desk.add(&with_proxy(&record, signed(format!("http://127.0.0.1:{}", proxy.port), Tinyproxy::PASSWORD)));
    let result = desk.run(&["--json", "test", "API"]).expect(0).json();
    assert_eq!(stage(&stage(&result, "token"), "proxy")["status"], "passed", "{result:#}");
    let log = proxy.log();
    assert!(log.contains(&format!("127.0.0.1:{}", provider.port)), "the token request: {log}");
    assert!(log.contains(&format!("localhost:{}", nginx.good)), "and the request itself: {log}");

    let socks = Microsocks::start(false);
    let other = Desk::new();
    other.add(&with_proxy(&record, json!({"url": format!("socks5h://127.0.0.1:{}", socks.port)})));
    other.run(&["token", "API", "--raw"]).expect(0);
    drop(socks);
    let result = other.run(&["--json", "token", "API", "--force"]).expect(1).json();
    failed_at(&result, "connect");
}
