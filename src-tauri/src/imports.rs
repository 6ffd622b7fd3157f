//! Certificates from files. Their private keys stay here: the page gets a handle, puts it into its form, and the commands that
//! take a form put the key in its place.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use credenza_core::{
    Problem,
    net::{CertificateSummary, ImportProblem, import_identity},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use crate::dialogs;

/// Begins every handle.
const HANDLE: &str = "imported-key:";
/// So many keys are kept; nobody fills in more forms at once.
const KEPT: usize = 32;

/// A certificate from a file, as the page sees it.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub(crate) struct IdentityFile {
    /// Name of the file, without its folder.
    file: String,
    /// It is protected; ask for its password.
    password_needed: bool,
    certificate_pem: Option<String>,
    summary: Option<CertificateSummary>,
    /// Stands for the private key in a form.
    key_handle: Option<String>,
}

/// Keys by handle, and the protected file that waits for its password.
#[derive(Default)]
pub(crate) struct Imports(Mutex<Book>);

#[derive(Default)]
struct Book {
    keys: HashMap<String, SecretString>,
    waiting: Option<(String, Vec<u8>)>,
}

impl Imports {
    /// Reads a picked file.
    ///
    /// # Errors
    /// What [`dialogs::read`] says, or that the file holds nothing of use.
    pub(crate) fn pick(&self, path: &Path) -> Result<IdentityFile, Problem> {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.take(file, dialogs::read(path)?, None)
    }

    /// Opens the protected file that was picked last.
    ///
    /// # Errors
    /// `invalid` with `password` when it does not open it, `not_found` when no file waits.
    pub(crate) fn open(&self, password: &SecretString) -> Result<IdentityFile, Problem> {
        let waiting = self.book().waiting.clone();
        let (file, bytes) = waiting.ok_or_else(|| Problem::not_found("file that waits for its password"))?;
        self.take(file, bytes, Some(password))
    }

    /// Puts every key in the place of its handle.
    pub(crate) fn fill(&self, form: &mut Value) {
        match form {
            Value::String(text) if text.starts_with(HANDLE) => {
                if let Some(key) = self.book().keys.get(text.as_str()) {
                    // EXPOSE: on its way into the core, which encrypts it or tests with it.
                    *text = key.expose_secret().to_owned();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.fill(value)),
            _ => {}
        }
    }

    /// The key that a handle stands for.
    ///
    /// # Errors
    /// `not_found` for a handle of a file that was dropped meanwhile.
    pub(crate) fn key(&self, handle: &str) -> Result<SecretString, Problem> {
        self.book().keys.get(handle).cloned().ok_or_else(|| Problem::not_found("file with that private key any more"))
    }

    /// Drops every key and the waiting file.
    pub(crate) fn forget(&self) {
        *self.book() = Book::default();
    }

    fn take(&self, file: String, bytes: Vec<u8>, password: Option<&SecretString>) -> Result<IdentityFile, Problem> {
        let found = match import_identity(&bytes, password) {
            Ok(found) => found,
            Err(ImportProblem::PasswordNeeded) => {
                self.book().waiting = Some((file.clone(), bytes));
                return Ok(IdentityFile {
                    file,
                    password_needed: true,
                    certificate_pem: None,
                    summary: None,
                    key_handle: None,
                });
            }
            Err(ImportProblem::WrongPassword) => {
                return Err(Problem::invalid("password", "The password does not open the file."));
            }
            Err(ImportProblem::Unusable(words)) => return Err(Problem::invalid("file", words)),
        };
        let mut book = self.book();
        book.waiting = None;
        if book.keys.len() >= KEPT {
            book.keys.clear();
        }
        let key_handle = found.private_key_pem.map(|key| {
            let handle = format!("{HANDLE}{}", Uuid::new_v4());
            book.keys.insert(handle.clone(), key);
            handle
        });
        Ok(IdentityFile {
            file,
            password_needed: false,
            certificate_pem: found.certificate_pem,
            summary: found.summary,
            key_handle,
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn testdata(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/net/testdata").join(name)
    }

    #[test]
    fn w12_a_private_key_from_a_file_reaches_the_page_as_a_handle_only() {
        let imports = Imports::default();
        let waiting = imports.pick(&testdata("modern.p12")).unwrap();
        assert!(waiting.password_needed && waiting.key_handle.is_none());
        let wrong = imports.open(&SecretString::from("wrong")).unwrap_err();
        assert_eq!(wrong.field.as_deref(), Some("password"));
        let found = imports.open(&SecretString::from("Pr\u{fc}f-Kennwort-1")).unwrap();
        let reply = serde_json::to_string(&found).unwrap();
        assert!(!reply.contains("PRIVATE KEY") && reply.contains("BEGIN CERTIFICATE"), "{reply}");

        let handle = found.key_handle.unwrap();
        let mut form =
            json!({ "oauth2": { "private_key_pem": handle, "scope": "imported-key:unknown" }, "tags": ["x"] });
        imports.fill(&mut form);
        assert!(form["oauth2"]["private_key_pem"].as_str().unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
        assert_eq!(form["oauth2"]["scope"], "imported-key:unknown", "a handle of nobody's is left alone");
        imports.forget();
        let mut form = json!({ "key": handle });
        imports.fill(&mut form);
        assert_eq!(form["key"], json!(handle), "locking forgets the key");
    }

    #[test]
    fn an_unprotected_pem_needs_no_password_and_a_stray_file_is_refused() {
        let imports = Imports::default();
        let key = imports.pick(&testdata("rsa-key.pem")).unwrap();
        assert!(key.key_handle.is_some() && key.certificate_pem.is_none() && !key.password_needed);
        assert!(imports.pick(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).is_err());
        assert!(imports.open(&SecretString::from("x")).is_err(), "nothing waits");
    }

    #[test]
    fn an_encrypted_pem_key_asks_for_its_passphrase_and_reaches_the_page_as_a_handle() {
        let imports = Imports::default();
        assert!(imports.pick(&testdata("rsa-key-aes.pem")).unwrap().password_needed);
        let wrong = imports.open(&SecretString::from("wrong")).unwrap_err();
        assert_eq!(wrong.field.as_deref(), Some("password"));
        let found = imports.open(&SecretString::from("Pr\u{fc}f-Kennwort-1")).unwrap();
        assert!(found.key_handle.is_some() && found.certificate_pem.is_none());
        assert!(!serde_json::to_string(&found).unwrap().contains("PRIVATE KEY"));
    }
}
