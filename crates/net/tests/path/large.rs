//! H4: certificates with very many names, and chains beyond every limit.

use credenza_net::{Catalogue, Failure, Record, Recorder, StageName, StageStatus, dial, secure};

use super::support::authority::{Authority, Leaf, ten_thousand_names};
use super::support::script::{Act, serve};
use super::support::{stage, status, trusting};

async fn shaken(act: Act, authority: &Authority) -> (Result<(), Failure>, Record) {
    let server = serve(vec![act]).await;
    let (route, rec) = (trusting(server.port, &authority.pem), Recorder::new(None));
    let result = async { secure(dial(&route, &rec).await?, &route, &rec).await.map(drop) }.await;
    (result, rec.close(None))
}

async fn too_large(act: Act, authority: &Authority) {
    let (result, record) = shaken(act, authority).await;
    let failure = result.unwrap_err();
    assert_eq!(failure.stage, StageName::Tls);
    assert!(failure.message.contains("larger than 64 KiB"), "{}", failure.message);
    assert_eq!(Catalogue::builtin().explain(&failure).id, "tls:handshake-too-large");
    assert_eq!(status(&record, StageName::Tls), StageStatus::Failed);
    bounded(&record);
}

/// Whatever a server shows, a record of it stays small.
fn bounded(record: &Record) {
    let size = serde_json::to_string(&record.stages).unwrap().len();
    assert!(size < 200_000, "{size} bytes are kept");
}

fn named(authority: &Authority, ending: &str) -> Leaf {
    authority.issue_special("localhost", |params| ten_thousand_names(params, ending))
}

#[tokio::test]
async fn h4_ten_thousand_names_within_a_handshake_are_read_and_a_hundred_of_them_shown() {
    let authority = Authority::new("our CA");
    let (result, record) = shaken(Act::StartTls(named(&authority, "").server()), &authority).await;
    result.unwrap();
    let own = &stage(&record, StageName::Tls).evidence["chain"][0];
    assert_eq!(own["names"].as_array().unwrap().len(), 100, "what is shown stays readable");
    assert_eq!(record.certificate_verified, Some(true));
    bounded(&record);
}

#[tokio::test]
async fn h4_ten_thousand_names_that_no_handshake_holds_are_refused_by_their_size() {
    let authority = Authority::new("our CA");
    too_large(Act::StartTls(named(&authority, ".example.com").careless_server()), &authority).await;
}

#[tokio::test]
async fn h4_a_chain_of_a_megabyte_is_refused_by_its_size() {
    let authority = Authority::new("our CA");
    let chain = (0..3_000).fold(authority.issue("localhost"), |leaf, _| leaf.with_issuer(&authority));
    assert!(chain.size() > 1_000_000, "{} bytes", chain.size());
    too_large(Act::StartTls(chain.server()), &authority).await;
}

#[tokio::test]
async fn h4_a_handshake_message_of_sixteen_megabytes_is_refused_before_it_is_read() {
    let authority = Authority::new("our CA");
    let announced = [&[0x16, 3, 3, 0x40, 0, 11, 0xff, 0xff, 0xff][..], &[0x55; 0x4000 - 4]].concat();
    let (result, record) = shaken(Act::Flood(announced), &authority).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.stage, failure.raw.contains("TooLarge")), (StageName::Tls, true), "{failure:?}");
    // It never said hello: nothing tells that these would have been certificates.
    assert_eq!(Catalogue::builtin().explain(&failure).id, "tls:broken-handshake");
    bounded(&record);
}

#[tokio::test]
async fn h4_a_hundred_intermediates_are_bounded_whether_they_lead_somewhere_or_not() {
    let authority = Authority::new("our CA");
    let strays: Vec<Authority> = (0..100).map(|n| Authority::new(&format!("stray CA {n}"))).collect();
    let chain = strays.iter().fold(authority.issue("localhost"), Leaf::with_issuer);
    let (result, record) = shaken(Act::StartTls(chain.server()), &authority).await;
    result.unwrap();
    assert_eq!(stage(&record, StageName::Tls).evidence["chain"].as_array().unwrap().len(), 16);
    bounded(&record);

    // All of one name, none of them the issuer: each is a way to try, and trying has an end.
    let twins: Vec<Authority> = (0..100).map(|_| authority.intermediate("twin CA", (2020, 2120))).collect();
    let orphan = Authority::new("their CA").intermediate("twin CA", (2020, 2120)).issue("localhost");
    let chain = twins.iter().fold(orphan, Leaf::with_issuer);
    let (result, record) = shaken(Act::StartTls(chain.server()), &authority).await;
    let failure = result.unwrap_err();
    assert_eq!((failure.stage, record.certificate_verified), (StageName::Tls, Some(false)), "{failure:?}");
    assert_ne!(stage(&record, StageName::Tls).evidence["problem"], "incomplete_chain", "{failure:?}");
    bounded(&record);
}
