//! A private key is rotated with its certificate: both come from files, are shown side by side, and change place together.

use credenza_net::{CertificateSummary, check_pair, read_certificate};
use serde_json::{Map, Value};

use super::super::again::until_alone;
use super::super::certificates::note_ends;
use super::{Place, Workspace};
use crate::Problem;
use crate::credential::{Credential, Expiry};
use crate::rotation::{Entry, NextCertificate, RotationCertificates, RotationView, certificate_path};

impl Workspace {
    /// Enters the next certificate with its private key beside the ones in force, as [`Workspace::rotate_start`] does for any
    /// other secret. `field` names either of the two.
    ///
    /// # Errors
    /// `invalid` for what cannot be read, a key of another certificate, the certificate in force, or a field that is none;
    /// `forbidden` for anyone but an administrator.
    pub fn rotate_start_certificate(
        &self,
        reference: &str,
        field: &str,
        next: &NextCertificate,
    ) -> Result<RotationView, Problem> {
        self.require_administrator("rotate secrets")?;
        until_alone(|| {
            let mut place = self.place(reference, field)?;
            let Some(path) = certificate_path(&place.field) else {
                let message = "Only a private key has a certificate that goes with it.";
                return Err(Problem::invalid(&place.field, message));
            };
            self.refuse_next(&place, &next.private_key)?;
            check_pair(&next.certificate_pem, &next.private_key).map_err(|fault| {
                Problem::invalid(if fault.is_key { place.field.clone() } else { path.clone() }, fault.words)
            })?;
            let (current, coming) = (place.certificate().and_then(read), read(&next.certificate_pem));
            if current
                .is_some_and(|current| Some(current.fingerprint_sha256) == coming.map(|next| next.fingerprint_sha256))
            {
                return Err(Problem::invalid(path, "The next certificate is the one that is in force already."));
            }
            place.entry().next_certificate = Some(next.certificate_pem.clone());
            self.keep_next(place, &next.private_key)
        })
    }
}

impl Place {
    /// The certificate in force, PEM.
    pub(super) fn certificate(&self) -> Option<&str> {
        let path = certificate_path(&self.field)?;
        certificate_at(&self.head.meta, &path)
    }

    /// Refuses a key without its certificate.
    pub(super) fn refuse_key_alone(&self) -> Result<(), Problem> {
        if certificate_path(&self.field).is_none() {
            return Ok(());
        }
        let message = "A private key is rotated with its certificate.";
        let hint = "Name the file that holds the next certificate and its key (--certificate-file or --pkcs12-file).";
        Err(Problem { hint: hint.into(), ..Problem::invalid(&self.field, message) })
    }
}

/// The certificates of a field side by side; `None` for what is no private key.
pub(super) fn side_by_side(
    meta: &Map<String, Value>,
    field: &str,
    entry: &Entry,
    old: bool,
) -> Option<RotationCertificates> {
    let path = certificate_path(field)?;
    let before = entry.switched.as_ref().and_then(|switched| switched.certificate_before.as_deref());
    Some(RotationCertificates {
        current: certificate_at(meta, &path).and_then(read),
        next: entry.next_certificate.as_deref().and_then(read),
        old: before.filter(|_| old).and_then(read),
    })
}

/// The record's data with another certificate beside a key.
pub(super) fn put_certificate(meta: &mut Map<String, Value>, field: &str, pem: Option<&str>) {
    let Some(path) = certificate_path(field) else { return };
    let Some((above, leaf)) = path.rsplit_once('.') else { return };
    let mut place = meta;
    for key in above.split('.') {
        let Some(Value::Object(below)) = place.get_mut(key) else { return };
        place = below;
    }
    match pem {
        Some(pem) => drop(place.insert(leaf.to_owned(), pem.into())),
        None => drop(place.shift_remove(leaf)),
    }
}

/// The record's dates, with those that its certificates tell now.
pub(super) fn dates_of_certificates(meta: &Map<String, Value>) -> Result<Vec<Expiry>, Problem> {
    let mut credential = Credential::from_map(meta.clone())?;
    note_ends(&mut credential);
    Ok(credential.common.expiries)
}

fn certificate_at<'a>(meta: &'a Map<String, Value>, path: &str) -> Option<&'a str> {
    let (first, rest) = path.split_once('.')?;
    let found = rest.split('.').try_fold(meta.get(first)?, |place, key| place.get(key))?;
    found.as_str().filter(|pem| !pem.trim().is_empty())
}

fn read(pem: &str) -> Option<CertificateSummary> {
    read_certificate(pem.as_bytes()).ok()
}
