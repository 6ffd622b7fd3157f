//! Certificates for the field *Verify certificate*.

use credenza_core::{
    Problem,
    net::{CertificateSummary, read_certificate},
};
use tauri::AppHandle;

use super::{Reply, blocking};
use crate::dialogs;

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

fn read(bytes: &[u8]) -> Reply<CertificateSummary> {
    read_certificate(bytes).map_err(|reason| Problem::invalid("certificate_check.certificate_pem", reason))
}
