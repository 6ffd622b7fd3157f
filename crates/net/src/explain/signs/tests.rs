//! Each table against the catalogue.

use super::*;
use crate::explain::Catalogue;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::builtin);

/// The entry for a text whose channel nobody named.
fn explained(text: &str) -> String {
    CATALOGUE.explain_text(None, None, text).id
}

/// The entry that the catalogue has for a sign's own words.
fn entry_of(table: &Table, words: &str) -> String {
    let host = Some(table.host).filter(|host| !host.is_empty());
    CATALOGUE.explain_text(Some(table.channel), host, words).id
}

fn all_meanings() -> impl Iterator<Item = (usize, &'static Table, &'static Meaning)> {
    TABLES
        .iter()
        .enumerate()
        .flat_map(|(index, table)| table.parts.iter().copied().flatten().map(move |meaning| (index, table, meaning)))
}

#[test]
fn the_catalogue_knows_every_meaning_of_the_tables() {
    for (_, table, meaning) in all_meanings() {
        assert_ne!(entry_of(table, meaning.words), "unknown", "{}", meaning.words);
    }
}

#[test]
fn every_name_and_every_phrase_is_found_and_means_what_its_table_says() {
    for (index, _, meaning) in all_meanings() {
        for sign in meaning.names.iter().chain(meaning.phrases) {
            let text = format!("The mail program said: {sign}");
            let mut found = by_phrase(&text.to_lowercase());
            found.extend(by_name(&text));
            assert!(found.iter().any(|at| at.table == index && at.words == meaning.words), "{sign}");
        }
    }
}

#[test]
fn no_sign_stands_in_one_table_with_two_meanings_and_no_name_in_two_tables() {
    let mut seen = HashMap::new();
    for (index, _, meaning) in all_meanings() {
        let names = meaning.names.iter().map(|name| (usize::MAX, as_key(name)));
        let phrases = meaning.phrases.iter().map(|phrase| (index, (*phrase).to_owned()));
        for key in names.chain(phrases) {
            let before = seen.insert(key.clone(), meaning.words);
            assert!(before.is_none_or(|before| before == meaning.words), "{key:?} also means {before:?}");
        }
    }
}

#[test]
fn phrases_are_kept_in_lower_case_as_they_are_searched() {
    for phrase in all_meanings().flat_map(|(_, _, meaning)| meaning.phrases) {
        assert_eq!(*phrase, phrase.to_lowercase().replace('’', "'"));
    }
}

#[test]
fn a_number_counts_only_behind_the_words_that_say_what_kind_it_is() {
    for (text, id) in [
        ("SocketException (10061)", "network:refused"),
        ("WSAGetLastError() = 10060", "network:timeout"),
        ("mail() failed, error code 10054", "network:reset"),
        ("cURL error 28", "network:timeout"),
        ("verify error:num=10", "tls:cert-expired"),
        ("Verify return code: 18", "tls:self-signed"),
        ("SSL alert number 40", "tls:protocol-version"),
        ("SSL alert number 116", "tls:client-cert"),
        ("0x80090325", "tls:unknown-issuer"),
        ("Error Domain=NSURLErrorDomain Code=-1003", "network:dns"),
        ("Error Domain=NSURLErrorDomain Code=-1202", "tls:unknown-issuer"),
        ("It took 10060 ms", "unknown"),
        ("verified 10 of 18 files", "unknown"),
        ("order 111 of 10061", "unknown"),
        ("port 10060 is in use", "unknown"),
        ("issue #110 of the ssl module", "unknown"),
        ("step failed: error 101", "unknown"),
        ("compiler: error 20 in the tls target", "unknown"),
    ] {
        assert_eq!(explained(text), id, "{text}");
    }
}

#[test]
fn two_reasons_that_contradict_each_other_are_no_reason() {
    assert_eq!(read("CERT_HAS_EXPIRED or ERR_TLS_CERT_ALTNAME_INVALID"), Vec::new());
    assert_eq!(read("CERT_HAS_EXPIRED and UNABLE_TO_VERIFY_LEAF_SIGNATURE")[0].words, tls::EXPIRED);
}

#[test]
fn the_innermost_cause_decides_and_not_what_was_made_of_it() {
    for (text, id) in [
        (
            "javax.mail.MessagingException: Connect timed out;\n  nested exception is:\n\tjava.net.ConnectException: Connection refused",
            "network:refused",
        ),
        (
            "SmtpException: Failure sending mail. ---> System.Net.WebException: Unable to connect ---> System.Net.Sockets.SocketException: A connection attempt failed because the connected party did not properly respond after a period of time",
            "network:timeout",
        ),
        (
            "MailException: could not resolve the template\nCaused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed",
            "tls:unknown-issuer",
        ),
        // A server's reply says more than anything that was made of it.
        (
            "Connection timed out after: 535 5.7.8 Error: authentication failed\nCaused by: java.io.IOException: Connection reset",
            "smtp:535-5.7.8",
        ),
    ] {
        assert_eq!(explained(text), id, "{text}");
    }
}

#[test]
fn lines_that_name_different_causes_are_none_unless_one_is_called_the_cause_of_the_other() {
    for (text, id) in [
        ("mx1.example.com: Connection refused\nmx2.example.com: Connection timed out", "unknown"),
        ("connect ETIMEDOUT 192.0.2.1:587\nconnect ETIMEDOUT 192.0.2.2:587", "network:timeout"),
        ("SmtpException: timed out\nCaused by: java.net.ConnectException: Connection refused", "network:refused"),
    ] {
        assert_eq!(explained(text), id, "{text}");
    }
}

#[test]
fn words_that_are_said_of_other_things_too_are_no_sign() {
    for text in [
        "Get \"?audience=api\": unsupported protocol scheme \"\"",
        "ERROR 1205 (HY000): Lock wait timeout exceeded; try restarting transaction",
        "ModuleNotFoundError: No module named 'ssl'",
        "GET /mail 500 in 908 ms",
        "[INFO] smtp: sent 550 messages",
    ] {
        assert_eq!(explained(text), "unknown", "{text}");
    }
}

#[test]
fn a_longer_sign_says_more_than_one_that_stands_inside_it() {
    for (text, id) in [
        ("sslv3 alert certificate expired", "tls:client-cert"),
        ("TLS certificate verification failed: certificate 2 of 4 has expired", "tls:cert-expired"),
    ] {
        assert_eq!(explained(text), id, "{text}");
    }
}

#[test]
fn an_alert_in_a_servers_log_is_about_the_servers_own_certificate() {
    for (text, id) in [
        (
            "http: TLS handshake error from 192.0.2.1:5000: remote error: tls: unknown certificate authority",
            "tls:unknown-issuer",
        ),
        ("SSL_accept error: sslv3 alert certificate unknown", "tls:refused-by-server"),
        ("remote error: tls: bad certificate", "tls:client-cert"),
    ] {
        assert_eq!(explained(text), id, "{text}");
    }
}

#[test]
fn a_vendors_sentence_says_more_than_its_code_where_a_program_dropped_the_reply_code() {
    let text = "The server response was: 5.7.3 STARTTLS is required to send mail [X.prod.outlook.com]";
    assert_eq!(
        CATALOGUE.explain_text(Some(Channel::Smtp), Some("smtp.office365.com"), text).id,
        "smtp-microsoft:451-5.7.3-STARTTLS"
    );
}
