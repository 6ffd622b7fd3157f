//! What may leave, to the letter.

use super::*;

fn call(url: &str) -> HttpCall {
    HttpCall::new("GET", url.parse().unwrap())
}

fn prepared(call: &HttpCall) -> Result<Prepared, Failure> {
    let host = call.url.host_str().unwrap_or_default();
    let route = Route::direct(host, call.url.port_or_known_default().unwrap_or(443));
    prepare(&route, call, &Recorder::new(None))
}

fn headers(call: &HttpCall) -> Vec<(String, String)> {
    let prepared = prepared(call).unwrap();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut all: Vec<_> =
        prepared.request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    all.sort();
    all
}

fn header(call: &HttpCall, name: &str) -> String {
    headers(call).into_iter().find(|(known, _)| known == name).map(|(_, value)| value).unwrap_or_default()
}

fn refusal(call: &HttpCall) -> String {
    let failure = prepared(call).err().expect("the call is refused");
    assert_eq!(failure.stage, StageName::Input, "nothing has been sent");
    failure.message
}

#[test]
fn g3_a_bare_request_has_exactly_these_headers() {
    let names: Vec<_> = headers(&call("https://api.example.com/health")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["accept", "accept-encoding", "connection", "host", "user-agent"]);
}

#[test]
fn the_request_line_has_path_and_query_and_no_host() {
    let prepared = prepared(&call("https://api.example.com/a%20b/?q=1#part")).unwrap();
    assert_eq!(prepared.request.uri().to_string(), "/a%20b/?q=1");
}

#[test]
fn host_names_the_port_only_when_it_is_not_the_schemes_own() {
    for (url, host) in [
        ("https://api.example.com/", "api.example.com"),
        ("https://api.example.com:443/", "api.example.com"),
        ("https://api.example.com:8443/", "api.example.com:8443"),
        ("http://api.example.com:80/", "api.example.com"),
        ("http://api.example.com:443/", "api.example.com:443"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://b\u{fc}cher.example/", "xn--bcher-kva.example"),
    ] {
        assert_eq!(header(&call(url), "host"), host, "{url}");
    }
}

#[test]
fn the_user_agent_names_the_product_and_nothing_of_the_machine() {
    assert_eq!(header(&call("http://a.example/"), "user-agent"), format!("Credenza/{}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn tuf_16_basic_is_name_and_password_and_marked_sensitive() {
    let mut call = call("https://a.example/");
    call.auth = HttpAuth::Basic { username: "Aladdin".into(), password: "open sesame".to_owned().into() };
    assert_eq!(header(&call, "authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert!(prepared(&call).unwrap().request.headers()[AUTHORIZATION].is_sensitive());
}

#[test]
fn basic_in_utf_8_follows_rfc_7617() {
    let mut call = call("https://a.example/");
    call.auth = HttpAuth::Basic { username: "test".into(), password: "123\u{a3}".to_owned().into() };
    assert_eq!(header(&call, "authorization"), "Basic dGVzdDoxMjPCow==", "the example of RFC 7617 2.1");
}

#[test]
fn a_user_name_with_a_colon_is_refused_for_basic() {
    let mut call = call("https://a.example/");
    call.auth = HttpAuth::Basic { username: "a:b".into(), password: "p".to_owned().into() };
    assert!(refusal(&call).contains("colon"));
}

#[test]
fn a_bearer_token_is_trimmed_and_may_hold_nothing_that_breaks_the_header() {
    let mut call = call("https://a.example/");
    call.auth = HttpAuth::Bearer("tok\n".to_owned().into());
    assert_eq!(header(&call, "authorization"), "Bearer tok");
    for token in ["", " ", "a b", "a\r\nX-Injected: 1", "caf\u{e9}"] {
        call.auth = HttpAuth::Bearer(token.to_owned().into());
        assert!(refusal(&call).starts_with("The token is empty or holds"), "{token:?}");
    }
}

#[test]
fn i8_header_names_and_values_that_could_smuggle_are_refused() {
    for (name, value) in [("X-A", "1\r\nX-B: 2"), ("X-A", "nul\0"), ("X A", "1"), ("X-A:", "1"), ("", "1")] {
        let mut call = call("https://a.example/");
        call.headers.push((name.into(), SecretOrText::Text(value.into())));
        assert!(!refusal(&call).is_empty(), "{name:?}: {value:?}");
    }
}

#[test]
fn headers_that_frame_the_message_are_credenzas_own() {
    for name in ["Host", "content-length", "Transfer-Encoding", "Connection", "TE", "Expect", "Upgrade", "Trailer"] {
        let mut call = call("https://a.example/");
        call.headers.push((name.into(), SecretOrText::Text("x".into())));
        assert!(refusal(&call).contains("set by Credenza"), "{name}");
    }
}

#[test]
fn callers_headers_replace_ours_and_follow_each_other() {
    let mut call = call("https://a.example/");
    for (name, value) in [("Accept", "text/html"), ("accept", "application/json"), ("User-Agent", "curl")] {
        call.headers.push((name.into(), SecretOrText::Text(value.into())));
    }
    let prepared = prepared(&call).unwrap();
    let accepts: Vec<_> = prepared.request.headers().get_all(ACCEPT).iter().collect();
    assert_eq!(accepts, ["text/html", "application/json"]);
    assert_eq!(header(&call, "user-agent"), "curl");
}

#[test]
fn two_sources_of_authorization_are_refused() {
    let mut call = call("https://a.example/");
    call.auth = HttpAuth::Bearer("tok".to_owned().into());
    call.headers.push(("Authorization".into(), SecretOrText::Text("Basic x".into())));
    assert!(refusal(&call).contains("remove one of the two"));
}

#[test]
fn secret_headers_are_marked_sensitive_and_authorization_always_is() {
    let mut call = call("https://a.example/");
    call.headers.push(("X-Api-Key".into(), SecretOrText::Secret("canary-key".to_owned().into())));
    call.headers.push(("Authorization".into(), SecretOrText::Text("Digest x".into())));
    let prepared = prepared(&call).unwrap();
    assert!(prepared.request.headers()["x-api-key"].is_sensitive());
    assert!(prepared.request.headers()[AUTHORIZATION].is_sensitive());
    assert!(!format!("{call:?}").contains("canary"), "{call:?}");
}

#[test]
fn a_body_has_its_length_and_an_empty_post_says_zero() {
    let mut post = call("https://a.example/");
    post.method = "POST".into();
    assert_eq!(header(&post, "content-length"), "0");
    post.body = Some("\u{fc}x".as_bytes().to_vec());
    assert_eq!(header(&post, "content-length"), "3");
    assert_eq!(header(&call("https://a.example/"), "content-length"), "", "a GET has none");
}

#[test]
fn a_secret_never_goes_to_another_host_or_port_than_the_routes() {
    let rec = Recorder::new(None);
    for (host, port, url, fits) in [
        ("api.example.com", 443, "https://api.example.com/x", true),
        ("API.example.com", 443, "https://api.example.com/x", true),
        ("::1", 8080, "http://[::1]:8080/", true),
        ("b\u{fc}cher.example", 80, "http://xn--bcher-kva.example/", true),
        ("api.example.com", 443, "https://evil.example/x", false),
        ("api.example.com", 8443, "https://api.example.com/x", false),
        ("api.example.com", 80, "https://api.example.com/x", false),
        ("api.example.com", 443, "https://api.example.com.evil.example/", false),
        ("api.example.com", 443, "https://api.example.com@evil.example/", false),
        ("api.example.com", 443, "https://user@api.example.com/", false),
        ("api.example.com", 21, "ftp://api.example.com/", false),
    ] {
        let outcome = prepare(&Route::direct(host, port), &call(url), &rec);
        assert_eq!(outcome.is_ok(), fits, "{url} over {host}:{port}");
    }
}

#[test]
fn methods_are_sent_in_capitals_and_connect_is_refused() {
    let mut call = call("https://a.example/");
    call.method = "propfind".into();
    assert_eq!(prepared(&call).unwrap().request.method().as_str(), "PROPFIND");
    for method in ["CONNECT", "", "GE T", "GET\r\n"] {
        call.method = method.into();
        assert!(refusal(&call).contains("not a method"), "{method:?}");
    }
}

#[test]
fn a_secret_over_http_is_noticed_unless_it_stays_on_this_machine() {
    let clear = |url: &str, auth: HttpAuth| {
        let mut call = call(url);
        call.auth = auth;
        prepared(&call).unwrap().clear_secret
    };
    let token = || HttpAuth::Bearer("tok".to_owned().into());
    assert!(clear("http://a.example/", token()));
    assert!(!clear("http://a.example/", HttpAuth::None));
    assert!(!clear("https://a.example/", token()));
    for loopback in ["http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/"] {
        assert!(!clear(loopback, token()), "{loopback}");
    }
}
