//! Certificates that are saved with a record: they belong to their key, and their end is a date to watch (C4, D8).

use credenza_net::{check_pair, read_certificate};
use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::Problem;
use crate::credential::{
    ClientAuthentication, Credential, Expiry, ExpirySource, Kind, OAuth2, OAuth2Source, VerifyMode,
};

/// The certificates of a record: field path, PEM, and the path of the key that belongs to it.
fn certificates(credential: &Credential) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut add = |prefix: &str, pem: &str| {
        if !pem.trim().is_empty() {
            found.push((format!("{prefix}.certificate_pem"), pem.to_owned(), format!("{prefix}.private_key_pem")));
        }
    };
    if let Some(files) = credential.connection().and_then(|connection| connection.client_certificate.as_ref()) {
        add("client_certificate", &files.certificate_pem);
    }
    let block: Option<(&str, &OAuth2)> = match (&credential.kind, credential.oauth2()) {
        (Kind::AppRegistration(app), _) => Some(("oauth2", &app.oauth2)),
        (_, Some((prefix, OAuth2Source::Own(block)))) => Some((prefix, block)),
        _ => None,
    };
    if let Some((prefix, block)) = block.filter(|(_, block)| block.client_auth == ClientAuthentication::PrivateKeyJwt) {
        add(prefix, &block.certificate_pem);
    }
    found
}

/// Refuses a certificate with another one's key; a key that is not there yet is no fault.
///
/// # Errors
/// `invalid` with the field of whichever is at fault.
pub(super) fn belong_together(
    credential: &Credential,
    key: &dyn Fn(&str) -> Option<SecretString>,
) -> Result<(), Problem> {
    for (field, pem, key_field) in certificates(credential) {
        let Some(key) = key(&key_field) else { continue };
        check_pair(&pem, &key).map_err(|problem| {
            let field = if problem.is_key { key_field.clone() } else { field.clone() };
            Problem::invalid(field, problem.words)
        })?;
    }
    Ok(())
}

/// The certificates whose end is a date of the record: those with a key, and the one that is trusted.
fn ending(credential: &Credential) -> Vec<(String, String)> {
    let own = certificates(credential).into_iter().map(|(field, pem, _)| (field, pem));
    let check = credential.connection().map(|connection| &connection.certificate_check);
    let pinned =
        check.filter(|check| check.mode == VerifyMode::Certificate).and_then(|check| check.certificate_pem.clone());
    own.chain(pinned.map(|pem| ("certificate_check.certificate_pem".to_owned(), pem))).collect()
}

/// Puts the end of each certificate among the record's dates, in place of the date of the certificate before.
pub(super) fn note_ends(credential: &mut Credential) {
    let ends = ending(credential);
    let expiries = &mut credential.common.expiries;
    expiries.retain(|expiry| {
        !(expiry.source == ExpirySource::Certificate && expiry.item.ends_with("certificate_pem"))
            || ends.iter().any(|(field, _)| *field == expiry.item)
    });
    for (field, pem) in ends {
        let end = read_certificate(pem.as_bytes()).ok().and_then(|summary| summary.not_after);
        let Some(on) = end.map(|end| end.to_zoned(TimeZone::UTC).date()) else { continue };
        // What was entered for a certificate gives way to what the certificate says; the note stays.
        match expiries.iter_mut().find(|e| e.item == field) {
            Some(known) => (known.on, known.source) = (on, ExpirySource::Certificate),
            None => {
                expiries.push(Expiry { item: field, on, source: ExpirySource::Certificate, note: String::new() });
            }
        }
    }
}
