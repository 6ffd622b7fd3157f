//! Certificates for the field *Verify certificate*, and those that sign in.

use std::sync::Arc;

use credenza_core::{
    Problem,
    net::{CertificateSummary, read_certificate},
};
use secrecy::SecretString;
use tauri::AppHandle;

use super::{Desk, Reply, blocking};
use crate::{dialogs, imports::IdentityFile};

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn certificate_browse(app: AppHandle) -> Reply<Option<CertificateSummary>> {
    let kind: (&str, &[&str]) = ("Certificate", &["pem", "crt", "cer", "der"]);
    let Some(path) = dialogs::pick(&app, "Choose a certificate", kind).await else { return Ok(None) };
    blocking(move || read(&dialogs::read(&path)?).map(Some)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn certificate_read(pem: String) -> Reply<CertificateSummary> {
    read(pem.as_bytes())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn identity_pick(app: AppHandle, desk: Desk<'_>) -> Reply<Option<IdentityFile>> {
    let shell = Arc::clone(&desk);
    let kind: (&str, &[&str]) = ("Certificate with key", &["pfx", "p12", "pem", "crt", "cer", "key", "der"]);
    let Some(path) = dialogs::pick(&app, "Choose a certificate with its key", kind).await else { return Ok(None) };
    blocking(move || shell.imports.pick(&path).map(Some)).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn identity_open(desk: Desk<'_>, password: String) -> Reply<IdentityFile> {
    let shell = Arc::clone(&desk);
    blocking(move || shell.imports.open(&SecretString::from(password))).await
}

fn read(bytes: &[u8]) -> Reply<CertificateSummary> {
    read_certificate(bytes).map_err(|reason| Problem::invalid("certificate_check.certificate_pem", reason))
}
