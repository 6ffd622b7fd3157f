//! Each table against the catalogue.

use super::*;
use crate::explain::Catalogue;

/// The entry for a text whose channel nobody named.
fn explained(text: &str) -> String {
    Catalogue::builtin().explain_text(None, None, text).id
}

fn tables() -> [(Channel, &'static [Meaning]); 8] {
    [
        (Channel::Proxy, proxy::MEANINGS),
        (Channel::Tls, tls::MEANINGS),
        (Channel::Network, network::MEANINGS),
        (Channel::Network, languages::NETWORK),
        (Channel::Tls, languages::TLS),
        (Channel::Smtp, mail::MEANINGS),
        (Channel::Oauth, web::OAUTH),
        (Channel::Http, web::STATUSES),
    ]
}

/// The entry that the catalogue has for a meaning's own words.
fn entry_of(channel: Channel, words: &str) -> String {
    let host = super::super::evidence::mail_host(words);
    Catalogue::builtin().explain_text(Some(channel), Some(host).filter(|host| !host.is_empty()), words).id
}

#[test]
fn the_catalogue_knows_every_meaning_of_the_tables() {
    for (channel, meanings) in tables() {
        for meaning in meanings {
            assert_ne!(entry_of(channel, meaning.words), "unknown", "{}", meaning.words);
        }
    }
}

#[test]
fn every_name_and_every_phrase_finds_the_entry_of_its_meaning() {
    for (channel, meanings) in tables() {
        for meaning in meanings {
            let entry = entry_of(channel, meaning.words);
            for sign in meaning.names.iter().chain(meaning.phrases) {
                let text = format!("The program said: {sign}");
                let found = read(&text);
                let own = found.iter().find(|found| found.channel == channel);
                assert_eq!(own.map(|own| entry_of(channel, &own.words)), Some(entry.clone()), "{sign}");
            }
        }
    }
}

#[test]
fn no_name_stands_in_two_tables_with_two_meanings() {
    let mut seen = HashMap::new();
    for (channel, meanings) in tables() {
        for meaning in meanings {
            for sign in meaning
                .names
                .iter()
                .map(|name| as_key(name))
                .chain(meaning.phrases.iter().map(|&phrase| phrase.to_owned()))
            {
                let before = seen.insert(sign.clone(), (channel, meaning.words));
                assert!(before.is_none_or(|before| before == (channel, meaning.words)), "{sign} also means {before:?}");
            }
        }
    }
}

#[test]
fn phrases_are_kept_in_lower_case_as_they_are_searched() {
    for (_, meanings) in tables() {
        for phrase in meanings.iter().flat_map(|meaning| meaning.phrases) {
            assert_eq!(*phrase, phrase.to_lowercase());
        }
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
    ] {
        assert_eq!(explained(text), id, "{text}");
    }
}

#[test]
fn two_reasons_that_contradict_each_other_are_no_reason() {
    assert_eq!(read("CERT_HAS_EXPIRED or ERR_TLS_CERT_ALTNAME_INVALID").len(), 0);
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
