//! No secret in anything shown, however it is spelled.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use credenza_net::{Channel, Failure, Place, Recorder, SHOWN_LIMIT, StageName};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::json;

use super::support::script::{hear, say, serve};
use super::support::{clear, everything, loopback, password, refusal};

/// How a peer might echo a secret. Each keeps enough of it to be a leak.
fn echoes(secret: &str, before: &str, after: &str) -> Vec<String> {
    let whole = format!("{before}{secret}{after}");
    let json = serde_json::to_string(secret).unwrap();
    let form: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("p", secret).finish();
    let percent: String = secret.bytes().map(|b| format!("%{b:02x}")).collect();
    vec![
        secret.to_owned(),
        whole.clone(),
        json[1..json.len() - 1].to_owned(),
        json.replace('/', "\\/"),
        form,
        percent_encoded(secret),
        percent,
        secret.bytes().map(|b| format!("{b:02X}")).collect(),
        secret.bytes().map(|b| format!("{b:02x}")).collect(),
        STANDARD.encode(secret),
        STANDARD.encode(&whole),
        STANDARD_NO_PAD.encode(format!("\0user\0{secret}")),
        URL_SAFE.encode(&whole),
        URL_SAFE_NO_PAD.encode(secret),
        percent_encoded(&STANDARD.encode(&whole)),
        serde_json::to_string(&STANDARD.encode(&whole)).unwrap().replace('/', "\\/"),
    ]
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_secret_of_eight_or_more_never_survives_in_any_spelling(
        secret in "[!-~ éß€]{8,40}", before in "[a-z:]{0,5}", after in "[a-z:]{0,5}",
    ) {
        let rec = Recorder::new(None);
        rec.protect("password", &SecretString::from(secret.as_str()));
        for echo in echoes(&secret, &before, &after) {
            let shown = rec.redact(&format!("535 no <{echo}> here"));
            prop_assert!(shown.contains("[password #"), "{echo:?} was shown as {shown:?}");
            prop_assert!(!shown.contains(&secret), "{shown:?}");
        }
        // Base64 shows nothing of it either: no run is left that decodes to a part of the secret.
        let shown = rec.redact(&STANDARD.encode(format!("{before}{secret}{after}")));
        prop_assert!(shown.starts_with("[password #") && shown.ends_with(']'), "{shown:?}");
    }

    #[test]
    fn redaction_never_panics_and_never_shows_control_characters(text in "\\PC{0,200}|[\\x00-\\x7f]{0,200}", secret in "\\PC{1,12}") {
        let rec = Recorder::new(None);
        rec.protect("x", &SecretString::from(secret));
        let shown = rec.redact(&text);
        prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
    }
}

#[test]
fn overlapping_secrets_leave_no_tail() {
    let rec = Recorder::new(None);
    rec.protect("a", &SecretString::from("abcdef"));
    rec.protect("b", &SecretString::from("defghi"));
    let shown = rec.redact("x abcdefghi y");
    assert!(!shown.contains("ghi") && shown.starts_with("x [a #") && shown.ends_with("] y"), "{shown}");
}

#[test]
fn a_short_secret_is_hidden_as_a_word_and_leaves_other_words_readable() {
    let rec = Recorder::new(None);
    rec.protect("pin", &SecretString::from("12"));
    assert!(rec.redact("code 12.").contains("[pin #"));
    assert_eq!(rec.redact("port 2125"), "port 2125");
    rec.protect("none", &SecretString::from(""));
    assert_eq!(rec.redact("anything"), "anything", "an empty secret hides nothing");
}

#[test]
fn the_mark_tells_equal_secrets_from_different_ones_within_a_check_only() {
    let mark = |rec: &Recorder, secret: &str| {
        rec.protect("p", &SecretString::from(secret));
        rec.redact(secret)
    };
    let (one, two) = (Recorder::new(None), Recorder::new(None));
    assert_eq!(mark(&one, "correct horse"), mark(&one, "correct horse"));
    let marks: Vec<bool> =
        (0..8).map(|n| mark(&one, &format!("secret {n}")) == mark(&two, &format!("secret {n}"))).collect();
    assert!(marks.contains(&false), "a mark must not be a lookup table for guesses");
}

#[test]
fn a_token_that_a_peer_cuts_short_is_hidden_as_far_as_it_goes() {
    let token: String = (0..60).map(|n| format!("{:x}.", n * 7919)).collect();
    let rec = Recorder::new(None);
    rec.protect("token", &SecretString::from(token.as_str()));
    for (from, to) in [(0, 40), (0, 100), (13, 90), (100, token.len() - 3)] {
        let shown = rec.redact(&format!("bad token '{}' sent", &token[from..to]));
        assert!(shown.starts_with("bad token '[token #") && shown.ends_with("]' sent"), "{from}..{to}: {shown}");
    }
}

#[test]
fn lines_of_a_key_are_hidden_one_by_one() {
    let key =
        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\nCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n";
    let rec = Recorder::new(None);
    rec.protect("key", &SecretString::from(key));
    assert!(!rec.redact("odd line CCqGSM49AwEHBG0wawIBAQQg").contains("CCqGSM49"));
}

#[test]
fn evidence_failures_targets_and_warnings_are_redacted_and_texts_capped() {
    let rec = Recorder::new(None);
    rec.protect("password", &SecretString::from("hunter2-hunter2"));
    let place = Place::new(StageName::Action, Channel::Http, "h");
    let failure =
        Failure::new(&place, "m hunter2-hunter2", "r hunter2-hunter2", &rec).with_lookup("l hunter2-hunter2", &rec);
    rec.begin(StageName::Action, "t hunter2-hunter2")
        .fail_with(&failure, json!({ "hunter2-hunter2": [{ "x": "hunter2-hunter2" }] }));
    rec.warning("w", "hunter2-hunter2");
    rec.note("aHVudGVyMi1odW50ZXIy");
    let record = rec.close(None);
    let shown = everything(&record, Some(&failure));
    assert!(!shown.contains("hunter2-") && !shown.contains("aHVudGVy"), "{shown}");
    assert!(rec.redact(&"x".repeat(100_000)).len() < SHOWN_LIMIT + 40);
    // A secret across the cap is replaced before the cut.
    let cut = rec.redact(&format!("{}hunter2-hunter2", "x".repeat(SHOWN_LIMIT - 4)));
    assert!(!cut.contains("hunt"), "half a secret is a leak too");
}

#[tokio::test]
async fn f9_a_server_that_echoes_our_password_in_every_spelling_shows_none_of_it() {
    let secret = "S3cr3t/+pass w\"rd é";
    for echo in echoes(secret, "", "") {
        let echo = echo.replace(['\r', '\n'], " ");
        let server = serve(vec![
            say("220 mx\r\n"),
            hear("EHLO"),
            say("250-mx\r\n250 AUTH PLAIN LOGIN\r\n"),
            hear("AUTH PLAIN"),
            say(format!("535-5.7.8 you said {echo}\r\n535 5.7.8 really {echo}\r\n")),
        ])
        .await;
        let route = loopback(server.port);
        let (failure, record) = refusal(&clear(&route, password("user", secret))).await;
        let shown = everything(&record, Some(&failure));
        assert!(!shown.contains(&echo), "{echo:?} in {shown}");
        assert!(failure.raw.contains("[password #"), "{}", failure.raw);
    }
}

#[test]
fn a_token_of_sixteen_kilobytes_costs_no_noticeable_time() {
    for token in ["t".repeat(16_000), "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.".repeat(430)] {
        let started = std::time::Instant::now();
        let rec = Recorder::new(None);
        rec.protect("token", &SecretString::from(token.as_str()));
        for _ in 0..100 {
            rec.server("250 an ordinary line of the transcript");
        }
        rec.server(&token);
        assert!(started.elapsed() < std::time::Duration::from_secs(30), "took {:?}", started.elapsed());
    }
}
