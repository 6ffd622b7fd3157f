//! Our own certificate, for servers that ask for one.

use credenza_net::smtp::{self, Mailer, SmtpTls};
use credenza_net::{Channel, ClientCertificate, Failure, Record, Recorder, Route, SmtpAuth, StageName};
use secrecy::SecretString;

use super::support::authority::{Authority, Leaf};
use super::support::script::{Act, hear, say, serve};
use super::support::{everything, stage, trusting};

async fn walk(authority: &Authority, own: Option<ClientCertificate>, optional: bool) -> (Result<(), Failure>, Record) {
    let config = authority.issue("localhost").server_asking(authority, optional);
    let server = serve(vec![Act::StartTls(config), say("220 mx\r\n"), hear("EHLO"), say("250 mx\r\n")]).await;
    let route = Route { client_certificate: own, ..trusting(server.port, &authority.pem) };
    let mailer = Mailer { route: &route, tls: SmtpTls::Implicit, allow_clear: false, auth: SmtpAuth::None };
    let rec = Recorder::new(None);
    let result = smtp::open(&mailer, &rec).await.map(drop);
    (result, rec.close(None))
}

fn own(leaf: &Leaf) -> ClientCertificate {
    ClientCertificate { certificate_pem: leaf.pem.clone(), private_key_pem: SecretString::from(leaf.key_pem.as_str()) }
}

#[tokio::test]
async fn a_client_certificate_is_sent_when_asked_for_and_its_key_never_shown() {
    let authority = Authority::new("our CA");
    let leaf = authority.issue("robot");
    let (result, record) = walk(&authority, Some(own(&leaf)), false).await;
    result.unwrap();
    assert_eq!(stage(&record, StageName::Tls).evidence["client_certificate"], "sent");
    assert!(!everything(&record, None).contains(leaf.key_pem.lines().nth(1).unwrap()));
}

#[tokio::test]
async fn f13_a_missing_client_certificate_is_named_even_though_tls_1_3_tells_it_after_the_handshake() {
    let authority = Authority::new("our CA");
    let (result, record) = walk(&authority, None, false).await;
    let failure = result.unwrap_err();
    assert_eq!(failure.channel, Channel::Tls);
    assert!(failure.message.contains("asks for a client certificate"), "{}", failure.message);
    assert_eq!(failure.lookup, "received fatal alert: CertificateRequired");
    assert_eq!(stage(&record, StageName::Tls).evidence["client_certificate"], "asked for, none set");
}

#[tokio::test]
async fn a_server_that_only_offers_to_look_at_one_is_content_without() {
    let authority = Authority::new("our CA");
    let (result, record) = walk(&authority, None, true).await;
    result.unwrap();
    assert_eq!(stage(&record, StageName::Tls).evidence["client_certificate"], "asked for, none set");
}

#[tokio::test]
async fn a_certificate_of_a_stranger_is_refused_by_the_server_and_that_is_said() {
    let authority = Authority::new("our CA");
    let (result, _) = walk(&authority, Some(own(&Authority::new("stranger").issue("robot"))), false).await;
    let failure = result.unwrap_err();
    assert_eq!(failure.message, "The server did not accept the client certificate.");
}

#[tokio::test]
async fn certificates_and_keys_that_cannot_be_used_are_refused_before_the_handshake() {
    let authority = Authority::new("our CA");
    let (leaf, other) = (authority.issue("robot"), authority.issue("robot"));
    let key = |text: &str| ClientCertificate { private_key_pem: SecretString::from(text), ..own(&leaf) };
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let cases = [
        (key(&other.key_pem), "do not belong together"),
        (key("nothing"), "There is no private key"),
        (key(encrypted), "encrypted with a passphrase"),
        (ClientCertificate { certificate_pem: "x".into(), ..own(&leaf) }, "There is no certificate"),
    ];
    for (own, words) in cases {
        let (result, _) = walk(&authority, Some(own), false).await;
        let failure = result.unwrap_err();
        assert_eq!(failure.stage, StageName::Tls);
        assert!(failure.message.contains(words), "{}", failure.message);
    }
}
