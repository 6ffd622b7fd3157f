//! An issuer that was not sent: what the certificates tell of it is said, and what they don't tell is said as well.

use credenza_net::{Catalogue, Failure, Recorder, Route, StageName, dial, secure};

use super::support::authority::{Authority, Leaf, issuer_offered_at, public_policy};
use super::support::script::{Act, serve};
use super::support::{loopback, stage, trusting};

async fn refusal(leaf: &Leaf, route: impl FnOnce(u16) -> Route) -> (Failure, String) {
    let server = serve(vec![Act::StartTls(leaf.server())]).await;
    let (route, rec) = (route(server.port), Recorder::new(None));
    let failure = async { secure(dial(&route, &rec).await?, &route, &rec).await.map(drop) }.await.unwrap_err();
    let problem = stage(&rec.close(None), StageName::Tls).evidence["problem"].as_str().unwrap().to_owned();
    (failure, problem)
}

/// The words for one leaf whose issuer, `issuing CA`, was not sent; the record trusts `root`.
async fn said(leaf: &Leaf, root: &Authority, problem: &str) -> String {
    let (failure, found) = refusal(leaf, |port| trusting(port, &root.pem)).await;
    assert_eq!(found, problem, "{}", failure.message);
    let explained = if problem == "incomplete_chain" { "tls:incomplete-chain" } else { "tls:unknown-issuer" };
    assert_eq!(Catalogue::builtin().explain(&failure).id, explained, "{}", failure.message);
    failure.message
}

fn in_order(words: &str, parts: &[&str]) {
    let mut rest = words;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is missing, or not in its place: {words}"));
        rest = &rest[at + part.len()..];
    }
}

#[tokio::test]
async fn a_leaf_that_tells_nothing_of_its_issuer_is_explained_by_both_causes_the_unknown_authority_first() {
    let root = Authority::new("our root");
    let between = root.intermediate("issuing CA", (2020, 2120));
    let words = said(&between.issue("localhost"), &root, "unknown_issuer").await;
    let both =
        ["issued by CN=issuing CA", "neither trusted here nor sent along", "an authority that is not known here"];
    in_order(&words, &both);
    in_order(&words, &["Either", "or the server leaves out the certificates in between", "does not tell which"]);

    let catalogue = Catalogue::builtin();
    let (failure, _) = refusal(&between.issue("localhost"), |port| trusting(port, &root.pem)).await;
    let causes = catalogue.explain(&failure).causes.join("; ");
    in_order(&causes, &["Private CA", "Intermediate certificate not sent"]);
}

#[tokio::test]
async fn the_mark_of_a_public_authority_tells_an_incomplete_chain_without_any_address_of_the_issuer() {
    let root = Authority::new("our root");
    let between = root.intermediate("issuing CA", (2020, 2120));
    let leaf = between.issue_special("localhost", |p| p.custom_extensions.push(public_policy()));
    let words = said(&leaf, &root, "incomplete_chain").await;
    in_order(&words, &["does not send its whole chain", "issuer CN=issuing CA is missing", "from a public authority"]);
    let direct = |port| Route { host: "localhost".into(), ..loopback(port) };
    let (_, problem) = refusal(&leaf, direct).await;
    assert_eq!(problem, "incomplete_chain", "against the system's roots as well");
    let server = serve(vec![Act::StartTls(leaf.with_issuer(&between).server())]).await;
    let (route, rec) = (trusting(server.port, &root.pem), Recorder::new(None));
    secure(dial(&route, &rec).await.unwrap(), &route, &rec).await.expect("with the missing one it is complete");
}

#[tokio::test]
async fn certificates_that_do_not_belong_to_the_servers_tell_an_incomplete_chain() {
    let (root, other) = (Authority::new("our root"), Authority::new("last year's CA"));
    let leaf = root.intermediate("issuing CA", (2020, 2120)).issue("localhost").with_issuer(&other);
    let words = said(&leaf, &root, "incomplete_chain").await;
    in_order(&words, &["issuer CN=issuing CA is missing", "(CN=last year's CA) does not belong to"]);
}

#[tokio::test]
async fn an_issuer_of_the_same_organisation_as_the_trusted_root_is_probably_a_gap_and_so_said() {
    let root = Authority::of("Example Works", "Example Root");
    let leaf = |organisation: &str| Authority::of(organisation, "Example Issuing").issue("localhost");
    let words = said(&leaf("EXAMPLE WORKS"), &root, "incomplete_chain").await;
    in_order(
        &words,
        &["Probably the server does not send its whole chain", "belongs to CN=Example Root, O=Example Works"],
    );
    in_order(&words, &["Else", "is another authority, which is not trusted here"]);
    said(&leaf("Somebody Else"), &root, "unknown_issuer").await;
}

#[tokio::test]
async fn a_chain_that_ends_below_an_unknown_root_is_not_called_incomplete_although_the_roots_address_is_in_it() {
    let (root, ours) = (Authority::new("their root"), Authority::new("our root"));
    let between = root.intermediate_special("their issuing CA", |p| {
        p.custom_extensions.push(issuer_offered_at("http://pki.example/root.crt"));
    });
    let leaf = between.issue("localhost").with_issuer(&between);
    let words = said(&leaf, &ours, "unknown_issuer").await;
    in_order(&words, &["leads to the authority CN=their root, which is not trusted here", "or further certificates"]);
}
