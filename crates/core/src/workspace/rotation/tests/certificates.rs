//! A certificate and its private key are rotated as one (C9), against an identity provider that takes the one it knows.

use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::Office;
use crate::Code;
use crate::check::Outcome;
use crate::horizon::HorizonFilter;
use crate::rotation::{NextCertificate, RotationStep, RotationView, SwitchRequest};
use crate::workspace::RunOptions;

const APP: &str = "App";
const KEY: &str = "oauth2.private_key_pem";
const CERTIFICATE: &str = "oauth2.certificate_pem";

/// A certificate that nobody knows, and its key.
fn stranger(name: &str, year: i32) -> NextCertificate {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2024, 1, 1), date_time_ymd(year, 6, 1));
    let certificate_pem = params.self_signed(&key).unwrap().pem();
    NextCertificate { certificate_pem, private_key: SecretString::from(key.serialize_pem()) }
}

impl Office {
    /// An app registration that signs in with a certificate that the provider does not know.
    fn app(&self) {
        let mut app = self.record("Practice app with a certificate");
        let own = stranger("before.example", 2031);
        app["name"] = json!(APP);
        app["oauth2"]["certificate_pem"] = json!(own.certificate_pem);
        app["oauth2"]["private_key_pem"] = json!(own.private_key.expose_secret());
        self.workspace.add(app).unwrap();
    }

    /// The certificate that the provider knows.
    fn known(&self) -> NextCertificate {
        let record = self.record("Practice app with a certificate");
        let text = |leaf: &str| record["oauth2"][leaf].as_str().unwrap().to_owned();
        NextCertificate {
            certificate_pem: text("certificate_pem"),
            private_key: SecretString::from(text("private_key_pem")),
        }
    }

    fn enter(&self, next: &NextCertificate) -> RotationView {
        self.workspace.rotate_start_certificate(APP, "certificate_pem", next).unwrap()
    }

    /// The day on which the certificate in use ends, as the horizon has it.
    fn ends(&self) -> Vec<(String, i16)> {
        let items = self.workspace.horizon(&HorizonFilter::default()).unwrap();
        let own = items.into_iter().filter(|item| item.path == CERTIFICATE);
        own.map(|item| (item.source.word().to_owned(), item.on.year())).collect()
    }

    async fn signs_in(&self) -> Outcome {
        let fetch = crate::check::Action::Token { force: true };
        self.workspace.run(APP, None, &fetch, RunOptions::default()).await.unwrap().result.outcome
    }
}

fn subjects(view: &RotationView) -> [Option<String>; 3] {
    let all = view.certificates.clone().unwrap();
    [all.current, all.next, all.old].map(|certificate| certificate.map(|found| found.subject))
}

#[tokio::test]
async fn c9_a_certificate_with_its_key_is_tested_switched_and_returned_as_one() {
    let office = Office::open().await;
    office.app();
    assert_eq!(office.signs_in().await, Outcome::Failed, "the provider does not know this one");
    assert_eq!(office.ends(), [("certificate".into(), 2031)]);

    let wrong = office.enter(&stranger("wrong.example", 2032));
    assert_eq!(wrong.field, KEY, "the certificate names its key");
    let tried = office.workspace.rotate_test(APP, KEY, RunOptions::default()).await.unwrap();
    assert_eq!((tried.result.outcome, tried.rotation.step), (Outcome::Failed, RotationStep::Entered));

    let known = office.known();
    let entered = office.enter(&known);
    let [current, next, old] = subjects(&entered);
    assert!(current.unwrap().contains("before.example") && next.is_some() && old.is_none());
    let facts = entered.certificates.clone().unwrap().next.unwrap();
    assert!(!facts.serial.is_empty() && facts.fingerprint_sha256.len() == 95 && facts.not_after.is_some(), "{facts:?}");
    assert!(entered.next.as_deref().unwrap().starts_with("****"), "the key is a mask: {entered:?}");
    let tried = office.workspace.rotate_test(APP, KEY, RunOptions::default()).await.unwrap();
    assert_eq!(tried.rotation.step, RotationStep::Tested, "{:?}", tried.result.explanation);
    assert_eq!(office.signs_in().await, Outcome::Failed, "a test switches nothing");

    let switched = office.workspace.rotate_switch(APP, KEY, &SwitchRequest::default()).unwrap();
    assert_eq!(switched.step, RotationStep::Switched);
    let [current, next, old] = subjects(&switched);
    assert!(old.unwrap().contains("before.example") && next.is_none() && current.is_some());
    assert_eq!(office.signs_in().await, Outcome::Passed);
    let end = credenza_net::read_certificate(known.certificate_pem.as_bytes()).unwrap().not_after.unwrap();
    let year = end.to_zoned(jiff::tz::TimeZone::UTC).year();
    assert_eq!(office.ends(), [("certificate".into(), year)], "the horizon follows the certificate in use");
    assert_eq!(switched.expires.map(|on| on.year()), Some(year));

    let back = office.workspace.rotate_return(APP, KEY).unwrap();
    let [current, next, old] = subjects(&back);
    assert!(current.unwrap().contains("before.example") && next.is_some() && old.is_none(), "nothing is lost");
    assert_eq!((office.signs_in().await, office.ends()), (Outcome::Failed, vec![("certificate".into(), 2031)]));
    let again = office.workspace.rotate_test(APP, KEY, RunOptions::default()).await.unwrap();
    assert_eq!(again.rotation.step, RotationStep::Tested, "and what came back is a pair that works");
    office.workspace.rotate_switch(APP, KEY, &SwitchRequest::default()).unwrap();
    assert_eq!(office.workspace.rotate_revoked(APP, KEY).unwrap().step, RotationStep::Idle);
    assert_eq!(office.signs_in().await, Outcome::Passed);
}

#[tokio::test]
async fn what_is_no_certificate_with_its_key_is_refused_by_the_field_at_fault() {
    let office = Office::open().await;
    office.app();
    let field = |next: &NextCertificate| {
        let refused = office.workspace.rotate_start_certificate(APP, KEY, next).unwrap_err();
        assert_eq!(refused.code, Code::Invalid, "{refused:?}");
        refused.field.unwrap()
    };
    let (one, two) = (stranger("one.example", 2032), stranger("two.example", 2033));
    let pair = |certificate: &str, key: &SecretString| NextCertificate {
        certificate_pem: certificate.into(),
        private_key: key.clone(),
    };
    assert_eq!(field(&pair(&one.certificate_pem, &two.private_key)), KEY, "another certificate's key");
    assert_eq!(field(&pair("not a certificate", &one.private_key)), CERTIFICATE);
    assert_eq!(field(&pair(&one.certificate_pem, &SecretString::from("not a key"))), KEY);
    let alone = office.workspace.rotate_start(APP, KEY, one.private_key.clone()).unwrap_err();
    assert!(alone.hint.contains("--certificate-file"), "{alone:?}");
    let no_key = office.workspace.rotate_start_certificate(APP, "client_secret", &one).unwrap_err();
    assert_eq!(no_key.code, Code::Invalid);

    let same = office.workspace.show(APP).unwrap().credential;
    let current = serde_json::to_value(&same).unwrap()["oauth2"]["certificate_pem"].as_str().unwrap().to_owned();
    let id = office.workspace.resolve(APP).unwrap();
    let key = office.workspace.vault().secret(id, KEY).unwrap();
    assert_eq!(field(&pair(&current, &key)), CERTIFICATE, "the one that is in force already");
    office.enter(&one);
    let dated = SwitchRequest { expires: Some(office.day(9)), overrule: true, ..SwitchRequest::default() };
    assert_eq!(office.workspace.rotate_switch(APP, KEY, &dated).unwrap_err().field.as_deref(), Some("expires"));
}

#[tokio::test]
async fn a_certificate_that_is_renewed_for_the_same_key_is_a_next_one() {
    let office = Office::open().await;
    let key = KeyPair::generate().unwrap();
    let pem = |year: i32| {
        let mut params = CertificateParams::default();
        (params.not_before, params.not_after) = (date_time_ymd(2024, 1, 1), date_time_ymd(year, 1, 1));
        params.self_signed(&key).unwrap().pem()
    };
    let private = SecretString::from(key.serialize_pem());
    let mut api = office.record("Practice API with Basic");
    api["name"] = json!("API");
    api["client_certificate"] = json!({ "certificate_pem": pem(2031), "private_key_pem": private.expose_secret() });
    office.workspace.add(api).unwrap();
    let next = NextCertificate { certificate_pem: pem(2035), private_key: private };
    let field = "client_certificate.private_key_pem";
    office.workspace.rotate_start_certificate("API", field, &next).unwrap();
    let tried = office.workspace.rotate_test("API", field, RunOptions::default()).await.unwrap();
    assert_eq!(tried.rotation.step, RotationStep::Tested, "{:?}", tried.result.explanation);
    let switched = office.workspace.rotate_switch("API", field, &SwitchRequest::default()).unwrap();
    assert_eq!(switched.expires.unwrap().year(), 2035);
    let back = office.workspace.rotate_return("API", field).unwrap();
    assert_eq!(back.expires.unwrap().year(), 2031);
}
