//! Mail against the practice servers, which share no code with this crate: every way in, every proxy, every certificate.

use credenza_net::smtp::{self, MailEnvelope, Mailer, SmtpAuth, SmtpTls};
use credenza_net::{
    ClientAuth, Failure, Grant, Mechanism, Proxy, ProxyScheme, Record, Recorder, Route, StageName, StageStatus,
    TokenRequest, Verify, fetch_token,
};
use credenza_sandbox::{CertificateKind, Fault, MAILBOX, MailStep, PROXY_USER, Sandbox, SandboxOptions, Server};
use secrecy::SecretString;

use super::support::{bearer, everything, only, password, stage, status};

const MESSAGE: &[u8] = b"From: practice@credenza.test\r\nSubject: a walk\r\n\r\nfirst\r\n.second\r\n";

async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).await.unwrap()
}

fn route(sandbox: &Sandbox, port: u16) -> Route {
    Route { verify: Verify::Certificate { pem: sandbox.ca_pem().to_owned() }, ..Route::direct("localhost", port) }
}

/// Opens, sends and leaves.
async fn sent(mailer: &Mailer<'_>) -> (Result<(), Failure>, Record) {
    let rec = Recorder::new(None);
    let walk = async {
        let mut session = smtp::open(mailer, &rec).await?;
        let envelope = MailEnvelope { from: MAILBOX.into(), to: vec!["someone@credenza.test".into()] };
        session.send(&envelope, MESSAGE, &rec).await?;
        session.quit().await;
        Ok(())
    };
    let result = walk.await;
    (result, rec.close(None))
}

/// The three servers that want a sign-in, each with its way of encryption.
fn doors(sandbox: &Sandbox) -> [(u16, SmtpTls); 3] {
    let ports = sandbox.ports();
    [(ports.smtp, SmtpTls::StartTls), (ports.smtps, SmtpTls::Implicit), (ports.smtp_clear, SmtpTls::None)]
}

#[tokio::test]
async fn every_password_mechanism_through_every_door_ends_in_the_mailbox() {
    let sandbox = sandbox().await;
    let secret = sandbox.accounts().password.clone();
    let mut mails = 0;
    for (port, tls) in doors(&sandbox) {
        for mechanism in Mechanism::PASSWORD {
            let route = route(&sandbox, port);
            let auth = only(mechanism, password(MAILBOX, &secret));
            let (result, record) = sent(&Mailer { route: &route, tls, allow_clear: tls == SmtpTls::None, auth }).await;
            result.unwrap_or_else(|failure| panic!("{mechanism} over {tls:?}: {failure:?}"));
            mails += 1;
            let mail = sandbox.wait_for_mail(mails).await.pop().unwrap();
            assert_eq!(mail.via.mechanism.as_deref(), Some(mechanism.as_str()));
            assert_eq!(mail.via.tls.is_some(), tls != SmtpTls::None);
            assert!(mail.raw.ends_with(b"first\r\n.second\r\n"), "the point arrives as it was written");
            assert!(!everything(&record, None).contains(&secret));
        }
    }
}

#[tokio::test]
async fn a_fetched_token_signs_in_with_xoauth2_and_with_oauthbearer_where_only_that_is_offered() {
    let sandbox = sandbox().await;
    let idp = route(&sandbox, sandbox.ports().idp);
    let request = TokenRequest {
        token_url: format!("https://localhost:{}/practice/oauth2/v2.0/token", sandbox.ports().idp).parse().unwrap(),
        grant: Grant::ClientCredentials,
        client_id: sandbox.accounts().client_id.clone(),
        client_secret: Some(sandbox.accounts().client_secret.clone().into()),
        client_auth: ClientAuth::Post,
        scope: Some(format!("{}/.default", credenza_sandbox::MAIL_AUDIENCE)),
        audience: None,
        extra: Vec::new(),
    };
    let rec = Recorder::new(None);
    let token = fetch_token(&idp, &request, &rec).await.unwrap().access_token;
    let route = route(&sandbox, sandbox.ports().smtp);
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        sandbox.clear_faults();
        sandbox.set(Fault::Mechanisms(vec!["PLAIN".into(), mechanism.into()]));
        let auth = SmtpAuth::Bearer { username: MAILBOX.into(), token: token.clone() };
        let (result, record) = sent(&Mailer { route: &route, tls: SmtpTls::StartTls, allow_clear: false, auth }).await;
        result.unwrap();
        assert_eq!(stage(&record, StageName::Authenticate).evidence["mechanism"], mechanism);
    }
    assert_eq!(sandbox.wait_for_mail(2).await.len(), 2);
    sandbox.clear_faults();
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        sandbox.set(Fault::Mechanisms(vec![mechanism.into()]));
        let auth = bearer(MAILBOX, "no-such-token-at-all");
        let (result, record) = sent(&Mailer { route: &route, tls: SmtpTls::StartTls, allow_clear: false, auth }).await;
        assert_eq!(result.unwrap_err().reply.unwrap().status, Some(535));
        let error = &stage(&record, StageName::Authenticate).evidence["tried"][0]["error"];
        assert!(error["status"].is_string(), "{mechanism}: the server's reason is decoded, got {error}");
        sandbox.clear_faults();
    }
}

#[tokio::test]
async fn mail_goes_through_every_kind_of_proxy() {
    let sandbox = sandbox().await;
    let ports = sandbox.ports();
    let account = || (Some(PROXY_USER.to_owned()), Some(SecretString::from(sandbox.accounts().proxy_password.clone())));
    let none = || (None, None);
    let proxies = [
        (ProxyScheme::Http, ports.http_proxy, none()),
        (ProxyScheme::Http, ports.http_proxy_auth, account()),
        (ProxyScheme::Https, ports.https_proxy, account()),
        (ProxyScheme::Socks5, ports.socks, none()),
        (ProxyScheme::Socks5h, ports.socks, none()),
        (ProxyScheme::Socks5, ports.socks_auth, account()),
        (ProxyScheme::Socks5h, ports.socks_auth, account()),
    ];
    let count = proxies.len();
    for (scheme, port, (username, secret)) in proxies {
        let proxy = Proxy { scheme, host: "localhost".into(), port, username, password: secret };
        let route = Route { proxy: Some(proxy), ..route(&sandbox, ports.smtps) };
        let auth = password(MAILBOX, &sandbox.accounts().password);
        let (result, record) = sent(&Mailer { route: &route, tls: SmtpTls::Implicit, allow_clear: false, auth }).await;
        result.unwrap_or_else(|failure| panic!("{scheme:?} at {port}: {failure:?}"));
        assert_eq!(status(&record, StageName::Proxy), StageStatus::Passed);
        assert!(!everything(&record, None).contains(&sandbox.accounts().proxy_password));
    }
    assert_eq!(sandbox.wait_for_mail(count).await.len(), count);
}

#[tokio::test]
async fn proxies_that_refuse_are_told_apart_from_ones_that_want_an_account() {
    let sandbox = sandbox().await;
    let ports = sandbox.ports();
    for (scheme, port) in [(ProxyScheme::Http, ports.http_proxy_auth), (ProxyScheme::Socks5h, ports.socks_auth)] {
        let proxy = |username: Option<&str>, secret: Option<&str>| Proxy {
            scheme,
            host: "127.0.0.1".into(),
            port,
            username: username.map(str::to_owned),
            password: secret.map(SecretString::from),
        };
        let walk = async |proxy: Proxy| {
            let route = Route { proxy: Some(proxy), ..route(&sandbox, ports.smtp_relay) };
            let mailer = Mailer { route: &route, tls: SmtpTls::None, allow_clear: false, auth: SmtpAuth::None };
            sent(&mailer).await.0.unwrap_err()
        };
        assert_eq!(walk(proxy(None, None)).await.message, "The proxy wants a user name and password.");
        let wrong = walk(proxy(Some(PROXY_USER), Some("wrong-password"))).await;
        assert_eq!(wrong.message, "The proxy did not accept the user name and password.");
        assert_eq!(wrong.stage, StageName::Proxy);
    }
}

#[tokio::test]
async fn every_certificate_class_has_its_own_reason_over_smtps_and_over_starttls() {
    let sandbox = sandbox().await;
    let ports = sandbox.ports();
    let classes = [
        (CertificateKind::Expired, "certificate expired"),
        (CertificateKind::WrongName, "NotValidForName"),
        (CertificateKind::SelfSigned, "self-signed certificate"),
    ];
    for (kind, lookup) in classes {
        sandbox.clear_faults();
        sandbox.set(Fault::Certificate(kind));
        for (port, tls) in [(ports.smtp, SmtpTls::StartTls), (ports.smtps, SmtpTls::Implicit)] {
            let auth = || password(MAILBOX, &sandbox.accounts().password);
            let strict = route(&sandbox, port);
            let (result, record) = sent(&Mailer { route: &strict, tls, allow_clear: false, auth: auth() }).await;
            let failure = result.unwrap_err();
            assert_eq!((failure.stage, failure.lookup.as_str()), (StageName::Tls, lookup), "{kind:?} over {tls:?}");
            assert_eq!(record.certificate_verified, Some(false));

            let pem = sandbox.certificate(kind).certificate_pem.clone();
            let pinned = Route { verify: Verify::Certificate { pem }, ..strict.clone() };
            let (result, record) = sent(&Mailer { route: &pinned, tls, allow_clear: false, auth: auth() }).await;
            result.unwrap_or_else(|failure| panic!("pinned {kind:?} over {tls:?}: {failure:?}"));
            assert_eq!(record.certificate_verified, Some(true));

            let loose = Route { verify: Verify::Disable, ..strict };
            let (result, record) = sent(&Mailer { route: &loose, tls, allow_clear: false, auth: auth() }).await;
            result.unwrap_or_else(|failure| panic!("unchecked {kind:?} over {tls:?}: {failure:?}"));
            assert_eq!(record.certificate_verified, Some(false));
        }
    }
}

#[tokio::test]
async fn a_server_that_closes_at_any_step_is_told_with_that_step() {
    let sandbox = sandbox().await;
    let steps = [
        (MailStep::Greeting, StageName::Greeting),
        (MailStep::Ehlo, StageName::Greeting),
        (MailStep::StartTls, StageName::Tls),
        (MailStep::Auth, StageName::Authenticate),
        (MailStep::Mail, StageName::Permission),
        (MailStep::Rcpt, StageName::Permission),
        (MailStep::Data, StageName::Action),
        (MailStep::EndOfData, StageName::Action),
    ];
    let mut words = Vec::new();
    for (step, expected) in steps {
        sandbox.clear_faults();
        sandbox.set(Fault::CloseAt(step));
        let route = route(&sandbox, sandbox.ports().smtp);
        let auth = password(MAILBOX, &sandbox.accounts().password);
        let (result, record) = sent(&Mailer { route: &route, tls: SmtpTls::StartTls, allow_clear: false, auth }).await;
        let failure = result.unwrap_err();
        assert_eq!((failure.stage, status(&record, expected)), (expected, StageStatus::Failed), "{step:?}");
        assert!(!words.contains(&failure.message), "{step:?} says nothing of its own: {}", failure.message);
        words.push(failure.message);
    }
    assert!(sandbox.mailbox().is_empty());
}

#[tokio::test]
async fn someone_in_the_middle_gets_no_sign_in() {
    let sandbox = sandbox().await;
    for fault in [Fault::NoStartTls, Fault::InjectAfterStartTls] {
        sandbox.clear_faults();
        sandbox.set(fault.clone());
        let route = route(&sandbox, sandbox.ports().smtp);
        let auth = password(MAILBOX, &sandbox.accounts().password);
        let (result, _) = sent(&Mailer { route: &route, tls: SmtpTls::StartTls, allow_clear: false, auth }).await;
        assert_eq!(result.unwrap_err().stage, StageName::Tls, "{fault:?}");
    }
    let said: Vec<String> = sandbox.journal().iter().map(|line| format!("{line:?}")).collect();
    assert!(!said.iter().any(|line| line.contains("AUTH PLAIN") || line.contains("AUTH CRAM")), "{said:?}");
}

#[tokio::test]
async fn floods_and_endless_replies_end_by_themselves() {
    let sandbox = sandbox().await;
    for fault in [Fault::EndlessReply, Fault::Flood] {
        sandbox.clear_faults();
        sandbox.set_on(Server::SmtpRelay, fault.clone());
        let route = route(&sandbox, sandbox.ports().smtp_relay);
        let mailer = Mailer { route: &route, tls: SmtpTls::None, allow_clear: false, auth: SmtpAuth::None };
        let (result, _) = sent(&mailer).await;
        assert_eq!(result.unwrap_err().stage, StageName::Greeting, "{fault:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_by_each_mechanism_and_an_open_relay_needs_none() {
    let sandbox = sandbox().await;
    let strict = route(&sandbox, sandbox.ports().smtp);
    for mechanism in Mechanism::PASSWORD {
        let auth = only(mechanism, password(MAILBOX, "not-the-password"));
        let (result, _) = sent(&Mailer { route: &strict, tls: SmtpTls::StartTls, allow_clear: false, auth }).await;
        let failure = result.unwrap_err();
        assert_eq!((failure.stage, failure.reply.unwrap().status), (StageName::Authenticate, Some(535)));
    }
    let none = Mailer { route: &strict, tls: SmtpTls::StartTls, allow_clear: false, auth: SmtpAuth::None };
    let failure = sent(&none).await.0.unwrap_err();
    assert_eq!((failure.stage, failure.reply.unwrap().status), (StageName::Permission, Some(530)));
    let relay = route(&sandbox, sandbox.ports().smtp_relay);
    let mailer = Mailer { route: &relay, tls: SmtpTls::None, allow_clear: false, auth: SmtpAuth::None };
    sent(&mailer).await.0.unwrap();
    assert_eq!(sandbox.wait_for_mail(1).await.len(), 1);
}
