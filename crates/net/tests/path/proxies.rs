//! Proxies: HTTP CONNECT and SOCKS5, with and without an account.

use credenza_net::smtp;
use credenza_net::{
    Channel, Failure, Proxy, ProxyScheme, Record, Recorder, Route, SmtpAuth, StageName, StageStatus, Verify,
};
use secrecy::SecretString;

use super::support::authority::Authority;
use super::support::proxy::{SmallProxy, http, socks};
use super::support::script::{Scripted, hear, say, serve};
use super::support::{clear, everything, stage, status};

const PASSWORD: &str = "pr0xy-Pa55/word+";

async fn mail_server() -> Scripted {
    serve(vec![say("220 mx\r\n"), hear("EHLO"), say("250 mx\r\n")]).await
}

fn through(proxy: &SmallProxy, scheme: ProxyScheme, account: bool) -> Route {
    let proxy = Proxy {
        scheme,
        host: "localhost".into(),
        port: proxy.port,
        username: account.then(|| "me".into()),
        password: account.then(|| SecretString::from(PASSWORD)),
    };
    Route { host: "mail.internal.invalid".into(), proxy: Some(proxy), ..Route::direct("", 25) }
}

async fn walk(route: &Route) -> (Result<(), Failure>, Record) {
    let rec = Recorder::new(None);
    let result = smtp::open(&clear(route, SmtpAuth::None), &rec).await.map(drop);
    (result, rec.close(None))
}

#[tokio::test]
async fn http_connect_tells_the_proxy_the_name_and_reaches_the_server() {
    let server = mail_server().await;
    let proxy = http(server.port, None, None, None).await;
    let (result, record) = walk(&through(&proxy, ProxyScheme::Http, false)).await;
    result.unwrap();
    let told = proxy.told.all();
    assert!(
        told.starts_with("CONNECT mail.internal.invalid:25 HTTP/1.1\r\nHost: mail.internal.invalid:25\r\n"),
        "{told}"
    );
    assert!(!told.contains("Proxy-Authorization"), "no account, no header");
    assert!(stage(&record, StageName::Resolve).summary.contains("looks up mail.internal.invalid itself"));
    assert_eq!(status(&record, StageName::Proxy), StageStatus::Passed);
    assert_eq!(status(&record, StageName::Greeting), StageStatus::Passed);
    assert_eq!(stage(&record, StageName::Connect).target, format!("localhost:{}", proxy.port));
}

#[tokio::test]
async fn http_connect_with_basic_signs_in_and_shows_neither_password_nor_header() {
    let server = mail_server().await;
    let proxy = http(server.port, Some("bWU6cHIweHktUGE1NS93b3JkKw=="), None, None).await;
    let (result, record) = walk(&through(&proxy, ProxyScheme::Http, true)).await;
    result.unwrap();
    let shown = everything(&record, None);
    assert!(!shown.contains(PASSWORD) && !shown.contains("bWU6cHIweHk"), "{shown}");
}

#[tokio::test]
async fn a_407_without_an_account_and_with_a_wrong_one_have_different_words() {
    let server = mail_server().await;
    let proxy = http(server.port, Some("b3RoZXI6b25l"), None, None).await;
    let (none, record) = walk(&through(&proxy, ProxyScheme::Http, false)).await;
    let none = none.unwrap_err();
    assert_eq!((none.stage, none.channel), (StageName::Proxy, Channel::Proxy));
    assert_eq!(none.message, "The proxy wants a user name and password.");
    assert_eq!(none.lookup, "HTTP/1.1 407 Proxy Authentication Required");
    assert_eq!(stage(&record, StageName::Proxy).evidence["offered"][0], "Basic realm=\"x\"");
    let (wrong, _) = walk(&through(&proxy, ProxyScheme::Http, true)).await;
    assert_eq!(wrong.unwrap_err().message, "The proxy did not accept the user name and password.");
}

#[tokio::test]
async fn other_refusals_closing_and_answers_that_are_not_http_are_told_apart() {
    let cases = [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "tunnel error: unsuccessful: HTTP/1.1 403 Forbidden"),
        ("HTTP/1.0 502 Bad Gateway\r\n\r\n", "finding proxy:target-unreachable"),
        ("HTTP/1.1 200 OK\r\nX", "tunnel error: unexpected end of file"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "finding proxy:not-a-proxy"),
        ("HTTP/1.1 abc nonsense\r\n\r\n", "finding proxy:not-a-proxy"),
    ];
    for (answer, lookup) in cases {
        let server = mail_server().await;
        let proxy = http(server.port, None, Some(answer), None).await;
        let (result, _) = walk(&through(&proxy, ProxyScheme::Http, false)).await;
        let failure = result.unwrap_err();
        assert_eq!((failure.stage, failure.lookup.as_str()), (StageName::Proxy, lookup), "{answer:?}");
        assert_eq!(failure.channel, Channel::Proxy, "{answer:?}");
    }
}

#[tokio::test]
async fn an_endless_head_is_cut_off() {
    let head: &'static str = Box::leak(format!("HTTP/1.1 200 OK\r\nX: {}", "a".repeat(40_000)).into_boxed_str());
    let server = mail_server().await;
    let proxy = http(server.port, None, Some(head), None).await;
    let (result, _) = walk(&through(&proxy, ProxyScheme::Http, false)).await;
    assert!(result.unwrap_err().message.contains("longer than 16 KiB"));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_the_proxys_fault() {
    let gone = SmallProxy { port: 1, told: Default::default() };
    let (result, _) = walk(&through(&gone, ProxyScheme::Http, false)).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.stage, failure.channel), (StageName::Connect, Channel::Proxy));
    assert!(failure.lookup.starts_with("tunnel error: failed to create underlying connection"), "{}", failure.lookup);
}

#[tokio::test]
async fn an_https_proxy_is_spoken_to_inside_tls_and_judged_by_the_records_authority() {
    let authority = Authority::new("proxy CA");
    let server = mail_server().await;
    let proxy = http(server.port, None, None, Some(authority.issue("localhost").server())).await;
    let mut route = through(&proxy, ProxyScheme::Https, false);
    route.verify = Verify::Certificate { pem: authority.pem.clone() };
    let (result, record) = walk(&route).await;
    result.unwrap();
    assert_eq!(stage(&record, StageName::Proxy).evidence["tls"]["verified"], true);

    route.verify = Verify::Certificate { pem: Authority::new("another").pem };
    let (result, record) = walk(&route).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.stage, failure.channel), (StageName::Proxy, Channel::Tls));
    assert_eq!(stage(&record, StageName::Proxy).evidence["tls"]["problem"], "unknown_issuer");
}

#[tokio::test]
async fn tls_to_the_proxy_does_not_count_as_an_encrypted_connection_to_the_server() {
    let authority = Authority::new("proxy CA");
    let server = serve(vec![say("220 mx\r\n"), hear("EHLO"), say("250-mx\r\n250 AUTH PLAIN\r\n")]).await;
    let proxy = http(server.port, None, None, Some(authority.issue("localhost").server())).await;
    let mut route = through(&proxy, ProxyScheme::Https, false);
    route.verify = Verify::Certificate { pem: authority.pem.clone() };
    let mut mailer = clear(&route, super::support::password("u", "secret-password"));
    mailer.allow_clear = false;
    let failure = smtp::open(&mailer, &Recorder::new(None)).await.unwrap_err();
    assert_eq!(failure.stage, StageName::Authenticate);
    assert_eq!(server.heard().await.count("AUTH"), 0, "nothing to sign in with may leave");
}

#[tokio::test]
async fn socks5h_sends_the_name_and_socks5_the_address_it_looked_up_itself() {
    let server = mail_server().await;
    let proxy = socks(server.port, None, 0).await;
    let (result, _) = walk(&through(&proxy, ProxyScheme::Socks5h, false)).await;
    result.unwrap();
    assert_eq!(proxy.told.all(), "methods [0]\nname mail.internal.invalid:25");

    let server = mail_server().await;
    let proxy = socks(server.port, None, 0).await;
    let mut route = through(&proxy, ProxyScheme::Socks5, false);
    route.host = "localhost".into();
    let (result, record) = walk(&route).await;
    result.unwrap();
    assert!(
        proxy.told.all().contains("address 127.0.0.1:25") || proxy.told.all().contains("address [::1]:25"),
        "{}",
        proxy.told.all()
    );
    assert!(stage(&record, StageName::Resolve).evidence["server"]["addresses"].is_array());
    let (unknown, _) = walk(&through(&proxy, ProxyScheme::Socks5, false)).await;
    assert_eq!(unknown.unwrap_err().stage, StageName::Resolve, "the name is looked up here, and unknown");
}

#[tokio::test]
async fn socks5_with_an_account_signs_in_and_a_wrong_one_is_refused() {
    let server = mail_server().await;
    let proxy = socks(server.port, Some("me:pr0xy-Pa55/word+"), 0).await;
    let (result, record) = walk(&through(&proxy, ProxyScheme::Socks5h, true)).await;
    result.unwrap();
    assert!(!everything(&record, None).contains(PASSWORD));

    let proxy = socks(server.port, Some("me:other"), 0).await;
    let (wrong, _) = walk(&through(&proxy, ProxyScheme::Socks5h, true)).await;
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.message, "The proxy did not accept the user name and password.");
    assert!(wrong.lookup.contains("proxy authentication required"), "{}", wrong.lookup);
    let (none, _) = walk(&through(&proxy, ProxyScheme::Socks5h, false)).await;
    assert_eq!(none.unwrap_err().message, "The proxy wants a user name and password.");
}

#[tokio::test]
async fn each_socks5_refusal_has_its_own_words() {
    let mut seen = Vec::new();
    for reply in 1..=9 {
        let proxy = socks(1, None, reply).await;
        let (result, _) = walk(&through(&proxy, ProxyScheme::Socks5h, false)).await;
        let failure = result.unwrap_err();
        assert_eq!((failure.stage, failure.channel), (StageName::Proxy, Channel::Proxy));
        let lookup = match reply {
            1 | 3..=6 => "finding proxy:target-unreachable".to_owned(),
            _ => format!("tunnel error: unsuccessful: SOCKS5 reply {reply}: "),
        };
        assert!(failure.lookup.starts_with(&lookup), "{}", failure.lookup);
        assert!(failure.raw.starts_with(&format!("SOCKS5 reply {reply}: ")));
        assert!(!seen.contains(&failure.message), "reply {reply} says nothing new");
        seen.push(failure.message);
    }
}

#[test]
fn a_proxys_address_is_read_and_what_does_not_belong_in_it_refused() {
    let proxy = Proxy::parse("socks5h://proxy.example", Some(String::new()), None).unwrap();
    assert_eq!((proxy.scheme, proxy.host.as_str(), proxy.port), (ProxyScheme::Socks5h, "proxy.example", 1080));
    assert!(proxy.username.is_none(), "an empty user name is none");
    assert_eq!(Proxy::parse("http://[::1]:3128", None, None).unwrap().host, "::1");
    for bad in ["proxy:3128", "ftp://x", "http://u:p@proxy", "http://proxy/path", "http://proxy?x", "", "http://"] {
        assert!(Proxy::parse(bad, None, None).is_err(), "{bad:?}");
    }
}
