//! Every class of bad certificate and handshake, over HTTPS, SMTPS and STARTTLS: the same stage, rule and explanation.

use credenza_net::smtp::{self, Mailer, SmtpTls};
use credenza_net::{Catalogue, Failure, HttpCall, Record, Recorder, Route, StageName, StageStatus, exchange};
use rcgen::ExtendedKeyUsagePurpose;

use super::support::authority::{
    Authority, MD5, SHA1, issuer_offered_at, public_policy, self_signed, ten_thousand_names,
};
use super::support::script::{Act, Heard, hear, say, serve};
use super::support::{password, stage, status, trusting};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Protocol {
    Https,
    Smtps,
    Starttls,
}

const PROTOCOLS: [Protocol; 3] = [Protocol::Https, Protocol::Smtps, Protocol::Starttls];

/// What the server does where TLS belongs, and what the record trusts.
struct Class {
    name: &'static str,
    server: fn(&Authority) -> Act,
    /// The record's certificate, where it is not the test's authority.
    trusts: fn(&Authority) -> String,
    explained: &'static str,
    /// The rule in the evidence, and the place in the chain of the certificate that broke it.
    rule: Option<(&'static str, usize)>,
}

fn ours(authority: &Authority) -> String {
    authority.pem.clone()
}

fn nobodys(_: &Authority) -> String {
    Authority::new("nobody's CA").pem
}

fn another_pin(_: &Authority) -> String {
    self_signed("localhost", (2020, 2120)).pem
}

const fn class(
    name: &'static str,
    server: fn(&Authority) -> Act,
    explained: &'static str,
    rule: Option<(&'static str, usize)>,
) -> Class {
    Class { name, server, trusts: ours, explained, rule }
}

/// A ServerHello that chooses a version and a cipher suite, nothing else.
fn server_hello(version: [u8; 2], suite: [u8; 2]) -> Act {
    let mut body = version.to_vec();
    body.extend([0x5a; 32]);
    body.extend([0, suite[0], suite[1], 0]);
    let length = u8::try_from(body.len()).unwrap();
    say([&[0x16, version[0], version[1], 0, length + 4, 2, 0, 0, length][..], &body].concat())
}

const CLASSES: [Class; 25] = [
    class(
        "expired",
        |a| Act::StartTls(a.issue_for("localhost", (2001, 2002)).server()),
        "tls:cert-expired",
        Some(("expired", 0)),
    ),
    class(
        "expired issuer",
        |a| {
            let old = a.intermediate("old CA", (2001, 2002));
            Act::StartTls(old.issue("localhost").with_issuer(&old).server())
        },
        "tls:cert-expired",
        Some(("expired", 1)),
    ),
    class(
        "not yet valid",
        |a| Act::StartTls(a.issue_for("localhost", (2100, 2120)).server()),
        "tls:cert-not-yet-valid",
        Some(("not_yet_valid", 0)),
    ),
    class(
        "wrong name",
        |a| Act::StartTls(a.issue("other.example").server()),
        "tls:hostname-mismatch",
        Some(("wrong_name", 0)),
    ),
    Class {
        trusts: nobodys,
        ..class(
            "unknown issuer",
            |a| Act::StartTls(a.issue("localhost").server()),
            "tls:unknown-issuer",
            Some(("unknown_issuer", 0)),
        )
    },
    Class {
        trusts: nobodys,
        ..class(
            "unknown root, sent along",
            |a| Act::StartTls(a.issue("localhost").with_issuer(a).server()),
            "tls:unknown-issuer",
            Some(("unknown_issuer", 1)),
        )
    },
    class(
        "self-signed",
        |_| Act::StartTls(self_signed("localhost", (2020, 2120)).server()),
        "tls:self-signed",
        Some(("self_signed", 0)),
    ),
    class(
        "incomplete chain",
        |a| {
            let between = a.intermediate("issuing CA", (2020, 2120));
            let offer = issuer_offered_at("http://pki.example/issuing.crt");
            Act::StartTls(between.issue_special("localhost", |p| p.custom_extensions.push(offer)).server())
        },
        "tls:incomplete-chain",
        Some(("incomplete_chain", 0)),
    ),
    class(
        "incomplete chain of a public authority, its issuer not offered",
        |a| {
            let between = a.intermediate("issuing CA", (2020, 2120));
            Act::StartTls(between.issue_special("localhost", |p| p.custom_extensions.push(public_policy())).server())
        },
        "tls:incomplete-chain",
        Some(("incomplete_chain", 0)),
    ),
    class(
        "incomplete chain, another authority's certificate sent along",
        |a| {
            let between = a.intermediate("issuing CA", (2020, 2120));
            Act::StartTls(between.issue("localhost").with_issuer(a).server())
        },
        "tls:incomplete-chain",
        Some(("incomplete_chain", 0)),
    ),
    class(
        "more than 64 KiB of certificates",
        |a| Act::StartTls(a.issue_special("localhost", |p| ten_thousand_names(p, ".example.com")).careless_server()),
        "tls:handshake-too-large",
        None,
    ),
    class(
        "signed with SHA-1",
        |a| Act::StartTls(a.issue("localhost").said_to_be_signed_by(SHA1).careless_server()),
        "tls:weak-certificate",
        Some(("weak", 0)),
    ),
    class(
        "signed with MD5",
        |a| Act::StartTls(a.issue("localhost").said_to_be_signed_by(MD5).careless_server()),
        "tls:weak-certificate",
        Some(("weak", 0)),
    ),
    class(
        "RSA 1024",
        |a| Act::StartTls(a.issue_short_key("localhost").careless_server()),
        "tls:weak-certificate",
        Some(("weak", 0)),
    ),
    class(
        "for clients only",
        |a| {
            let for_clients = |p: &mut rcgen::CertificateParams| {
                p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            };
            Act::StartTls(a.issue_special("localhost", for_clients).server())
        },
        "tls:wrong-purpose",
        Some(("wrong_purpose", 0)),
    ),
    Class {
        trusts: another_pin,
        ..class(
            "not the pinned one",
            |_| Act::StartTls(self_signed("localhost", (2020, 2120)).server()),
            "tls:certificate-changed",
            Some(("not_the_given_certificate", 0)),
        )
    },
    class(
        "asks for a client certificate",
        |a| Act::StartTls(a.issue("localhost").server_asking(a, false)),
        "tls:client-cert",
        None,
    ),
    class("TLS 1.0", |_| server_hello([3, 1], [0, 0x2f]), "tls:version-too-old", None),
    class("SSL 3.0", |_| server_hello([3, 0], [0, 0x2f]), "tls:version-too-old", None),
    class("alert: version", |_| say([0x15, 3, 1, 0, 2, 2, 70]), "tls:version-too-old", None),
    class("RC4", |_| server_hello([3, 3], [0, 5]), "tls:no-common-cipher", None),
    class("3DES", |_| server_hello([3, 3], [0, 0x0a]), "tls:no-common-cipher", None),
    class("no encryption", |_| server_hello([3, 3], [0, 1]), "tls:no-common-cipher", None),
    class("alert: no cipher", |_| say([0x15, 3, 3, 0, 2, 2, 40]), "tls:no-common-cipher", None),
    class("plain text", |_| say("220 mx.example ESMTP\r\n"), "tls:plaintext-port", None),
];

async fn walk(protocol: Protocol, route: &Route) -> (Failure, Record) {
    let rec = Recorder::new(None);
    let failure = match protocol {
        Protocol::Https => {
            let url = format!("https://localhost:{}/", route.port).parse().unwrap();
            let mut call = HttpCall::new("GET", url);
            call.auth = credenza_net::HttpAuth::Bearer("tanstaaf-secret".into());
            exchange(route, &call, &rec).await.map(drop).unwrap_err()
        }
        Protocol::Smtps | Protocol::Starttls => {
            let tls = if protocol == Protocol::Smtps { SmtpTls::Implicit } else { SmtpTls::StartTls };
            let mailer = Mailer { route, tls, allow_clear: false, auth: password("tim", "tanstaaf-secret") };
            smtp::open(&mailer, &rec).await.map(drop).unwrap_err()
        }
    };
    (failure, rec.close(None))
}

fn script(protocol: Protocol, act: Act) -> Vec<Act> {
    // A server that only says a few bytes waits for our hello first, and leaves; one with TLS goes on to the end.
    let speaks_tls = matches!(act, Act::StartTls(_));
    let mut script = match protocol {
        Protocol::Starttls => vec![
            say("220 mx\r\n"),
            hear("EHLO"),
            say("250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"),
            hear("STARTTLS"),
            say("220 go\r\n"),
        ],
        _ => Vec::new(),
    };
    if !speaks_tls {
        script.push(Act::HearBytes(5));
    }
    script.push(act);
    script
}

fn nothing_secret_in_clear(heard: &Heard) {
    let bytes = String::from_utf8_lossy(&heard.before_tls).to_lowercase();
    assert!(!bytes.contains("auth") && !bytes.contains("tanstaaf"), "0 credential bytes before TLS, got {bytes}");
}

#[tokio::test]
async fn h2_h3_h9_each_class_ends_at_tls_with_its_own_explanation_over_https_smtps_and_starttls() {
    let catalogue = Catalogue::builtin();
    for class in CLASSES {
        for protocol in PROTOCOLS {
            let what = format!("{} over {protocol:?}", class.name);
            let authority = Authority::new("our CA");
            let server = serve(script(protocol, (class.server)(&authority))).await;
            let route = trusting(server.port, &(class.trusts)(&authority));
            let (failure, record) = walk(protocol, &route).await;
            assert_eq!(failure.stage, StageName::Tls, "{what}: {failure:?}");
            assert_eq!(status(&record, StageName::Tls), StageStatus::Failed, "{what}");
            assert_eq!(catalogue.explain(&failure).id, class.explained, "{what}: {failure:?}");
            for later in [StageName::Authenticate, StageName::Permission, StageName::Action] {
                assert_eq!(status(&record, later), StageStatus::NotReached, "{what}: {later:?}");
            }
            let greeting = status(&record, StageName::Greeting);
            let spoken_before = protocol == Protocol::Starttls;
            assert_eq!(greeting == StageStatus::Passed, spoken_before, "{what}: greeting {greeting:?}");
            let evidence = &stage(&record, StageName::Tls).evidence;
            if let Some((rule, at)) = class.rule {
                assert_eq!(evidence["problem"], rule, "{what}: {evidence}");
                assert_eq!(evidence["chain"][at]["problem"], rule, "{what}: the culprit is marked");
                assert_eq!(record.certificate_verified, Some(false), "{what}");
            }
            nothing_secret_in_clear(&server.heard().await);
        }
    }
}

#[tokio::test]
async fn the_words_name_the_missing_issuer_the_weak_algorithm_and_the_culprit_above_the_server() {
    let authority = Authority::new("our CA");
    let said = |name: &'static str| {
        let class = CLASSES.iter().find(|class| class.name == name).unwrap();
        let act = (class.server)(&authority);
        let trusts = (class.trusts)(&authority);
        async move {
            let server = serve(vec![act]).await;
            walk(Protocol::Https, &trusting(server.port, &trusts)).await.0.message
        }
    };
    let incomplete = said("incomplete chain").await;
    assert!(incomplete.contains("issuer CN=issuing CA is missing"), "{incomplete}");
    assert!(incomplete.contains("http://pki.example/issuing.crt"), "{incomplete}");
    assert!(incomplete.contains("Unless CN=issuing CA is a root itself"), "such addresses prove nothing: {incomplete}");
    for (class, words) in [
        ("signed with SHA-1", "signed by ECDSA with SHA-1"),
        ("signed with MD5", "signed by RSA with MD5"),
        ("RSA 1024", "key RSA 1024"),
        ("expired issuer", "The certificate of CN=old CA, on which the server's depends"),
        ("unknown root, sent along", "leads to the authority CN=our CA"),
    ] {
        let said = said(class).await;
        assert!(said.contains(words), "{class}: {said}");
    }
}

#[tokio::test]
async fn h6_a_changed_pin_names_both_fingerprints() {
    let (old, new) = (self_signed("localhost", (2020, 2120)), self_signed("localhost", (2020, 2120)));
    let server = serve(vec![Act::StartTls(new.server())]).await;
    let (failure, record) = walk(Protocol::Https, &trusting(server.port, &old.pem)).await;
    let print = |pem: &str| credenza_net::read_certificate(pem.as_bytes()).unwrap().fingerprint_sha256;
    assert!(failure.message.contains(&format!("Trusted: {}", print(&old.pem))), "{}", failure.message);
    assert!(failure.message.contains(&format!("Shown now: {}", print(&new.pem))), "{}", failure.message);
    let evidence = &stage(&record, StageName::Tls).evidence;
    assert_eq!(evidence["expected_fingerprint_sha256"], print(&old.pem));
    assert_eq!(evidence["chain"][0]["fingerprint_sha256"], print(&new.pem));
}
