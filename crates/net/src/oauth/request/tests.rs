//! Token requests to the letter.

use super::*;

fn request(grant: Grant) -> TokenRequest {
    TokenRequest {
        token_url: "https://id.example.com/oauth2/token".parse().unwrap(),
        grant,
        client_id: "my-app".into(),
        client_secret: Some("s3cret".to_owned().into()),
        client_auth: ClientAuth::Post,
        scope: None,
        audience: None,
        extra: Vec::new(),
    }
}

fn form(request: &TokenRequest) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = form_urlencoded::parse(build(request).unwrap().body()).into_owned().collect();
    pairs.sort();
    pairs
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn authorization(request: &TokenRequest) -> Option<String> {
    build(request).unwrap().headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned())
}

#[test]
fn d5_a_token_request_is_a_post_of_a_form_that_accepts_json() {
    let built = build(&request(Grant::ClientCredentials)).unwrap();
    assert_eq!(built.method(), "POST");
    assert_eq!(built.headers()[CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert_eq!(built.headers()[ACCEPT], "application/json");
}

#[test]
fn eli_10_client_credentials_send_id_and_secret_in_the_form() {
    let request = request(Grant::ClientCredentials);
    let expected = [("client_id", "my-app"), ("client_secret", "s3cret"), ("grant_type", "client_credentials")];
    assert_eq!(form(&request), pairs(&expected));
    assert_eq!(authorization(&request), None);
}

#[test]
fn tuf_19_the_password_grant_sends_exactly_its_fields() {
    let mut request =
        request(Grant::Password { username: "erp@example.com".into(), password: "p&ss=w\u{f6}rd".to_owned().into() });
    request.scope = Some("read write".into());
    let expected = [
        ("client_id", "my-app"),
        ("client_secret", "s3cret"),
        ("grant_type", "password"),
        ("password", "p&ss=w\u{f6}rd"),
        ("scope", "read write"),
        ("username", "erp@example.com"),
    ];
    assert_eq!(form(&request), pairs(&expected));
}

#[test]
fn tuf_21_and_tuf_22_the_refresh_grant_sends_no_user_name_and_no_password() {
    let request = request(Grant::RefreshToken("1/refresh".to_owned().into()));
    let expected = [
        ("client_id", "my-app"),
        ("client_secret", "s3cret"),
        ("grant_type", "refresh_token"),
        ("refresh_token", "1/refresh"),
    ];
    assert_eq!(form(&request), pairs(&expected));
}

#[test]
fn tuf_20_a_blank_scope_is_not_sent() {
    for scope in [None, Some(""), Some("  \t")] {
        let mut request = request(Grant::ClientCredentials);
        request.scope = scope.map(str::to_owned);
        assert!(form(&request).iter().all(|(name, _)| name != "scope"), "{scope:?}");
    }
}

#[test]
fn audience_and_extra_parameters_are_sent() {
    let mut request = request(Grant::ClientCredentials);
    request.audience = Some("api://x".into());
    request.extra = vec![("resource".into(), "https://outlook.office365.com".into())];
    let form = form(&request);
    assert!(form.contains(&("audience".into(), "api://x".into())));
    assert!(form.contains(&("resource".into(), "https://outlook.office365.com".into())));
    request.audience = Some(" ".into());
    assert!(self::form(&request).iter().all(|(name, _)| name != "audience"), "a blank one is not");
}

#[test]
fn basic_client_authentication_encodes_before_base64_as_rfc_6749_2_3_1_wants() {
    for (id, secret, expected) in [
        ("my app", "p@ss w:rd+%", "Basic bXkrYXBwOnAlNDBzcyt3JTNBcmQlMkIlMjU="),
        ("s6BhdRkqt3", "gX1fBat3bV", "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"),
    ] {
        let mut request = request(Grant::ClientCredentials);
        request.client_id = id.into();
        request.client_secret = Some(secret.to_owned().into());
        request.client_auth = ClientAuth::Basic;
        assert_eq!(authorization(&request).as_deref(), Some(expected));
        assert_eq!(form(&request), pairs(&[("grant_type", "client_credentials")]), "and nothing of it in the form");
    }
}

#[test]
fn without_client_authentication_the_id_alone_is_sent() {
    let mut request = request(Grant::RefreshToken("r".to_owned().into()));
    request.client_auth = ClientAuth::None;
    let expected = [("client_id", "my-app"), ("grant_type", "refresh_token"), ("refresh_token", "r")];
    assert_eq!(form(&request), pairs(&expected));
    assert_eq!(authorization(&request), None);
}

#[test]
fn the_shown_form_has_no_secret_in_it() {
    let grant = Grant::Password { username: "erp".into(), password: "canary-1".to_owned().into() };
    let shown = shown_form(build(&request(grant)).unwrap().body(), &Recorder::new(None));
    assert!(shown.contains("grant_type=password") && shown.contains("username=erp"), "{shown}");
    assert!(shown.contains("password=[password #") && shown.contains("client_secret=[client-secret #"), "{shown}");
    assert!(!shown.contains("canary") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn audience_and_extra_parameters_go_with_every_grant_and_every_way_to_prove_the_client() {
    let grants = [
        Grant::ClientCredentials,
        Grant::Password { username: "erp".into(), password: "p".to_owned().into() },
        Grant::RefreshToken("r".to_owned().into()),
        Grant::AuthorizationCode {
            code: "c".to_owned().into(),
            verifier: "v".repeat(43).into(),
            redirect_uri: "http://127.0.0.1:8400".into(),
        },
        Grant::DeviceCode("d".to_owned().into()),
    ];
    for grant in grants {
        for client_auth in [ClientAuth::Post, ClientAuth::Basic, ClientAuth::None] {
            let mut request = request(grant.clone());
            request.client_auth = client_auth;
            request.audience = Some("api://x".into());
            request.extra = vec![("resource".into(), "https://api.example.com".into())];
            let form = form(&request);
            let sent = |name: &str| form.iter().filter(|(known, _)| known == name).count();
            assert_eq!((sent("audience"), sent("resource"), sent("grant_type")), (1, 1, 1), "{request:?}: {form:?}");
            let by_form = matches!(request.client_auth, ClientAuth::Post);
            assert_eq!(sent("client_secret"), usize::from(by_form), "{request:?}");
            assert_eq!(
                authorization(&request).is_some(),
                matches!(request.client_auth, ClientAuth::Basic),
                "{request:?}"
            );
        }
    }
}

#[test]
fn a_device_code_is_asked_for_with_scope_audience_and_extras() {
    let mut request = request(Grant::ClientCredentials);
    request.scope = Some("mail offline_access".into());
    request.audience = Some("api://x".into());
    request.extra = vec![("resource".into(), "r".into())];
    let url: Url = "https://id.example.com/device".parse().unwrap();
    let built = form_request(&url, &request, Vec::new()).unwrap();
    let form: Vec<_> = form_urlencoded::parse(built.body()).into_owned().collect();
    let expected = [
        ("client_id", "my-app"),
        ("client_secret", "s3cret"),
        ("scope", "mail offline_access"),
        ("resource", "r"),
        ("audience", "api://x"),
    ];
    assert_eq!(form, pairs(&expected));
}
