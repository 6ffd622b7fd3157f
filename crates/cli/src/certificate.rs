//! Certificates from files: PEM, DER and PKCS#12, for signing in with (`private_key_jwt`) or for showing to a server (mTLS).
//! The password of a PKCS#12 file or of an encrypted key comes from a file or standard input, never as an argument.

use std::path::{Path, PathBuf};

use credenza_core::net::{ImportProblem, import_identity};
use credenza_core::rotation::NextCertificate;
use credenza_core::{Code, Problem};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::input;

/// The files that the arguments name.
#[derive(Debug, Default, Clone, clap::Args)]
pub(crate) struct CertificateFiles {
    /// Certificate to sign in with (PEM or DER); its private key may stand in the same file
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate_file: Option<PathBuf>,
    /// PKCS#12 file (.pfx, .p12) with the certificate and key to sign in with
    #[arg(long, value_name = "FILE", conflicts_with = "certificate_file")]
    pub(crate) pkcs12_file: Option<PathBuf>,
    /// The same for the certificate that is shown to the server (mTLS)
    #[arg(long, value_name = "FILE")]
    pub(crate) client_certificate_file: Option<PathBuf>,
    /// PKCS#12 file with the certificate and key that are shown to the server (mTLS)
    #[arg(long, value_name = "FILE", conflicts_with = "client_certificate_file")]
    pub(crate) client_pkcs12_file: Option<PathBuf>,
    /// Password of the PKCS#12 file, from a file; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) pkcs12_password_file: Option<PathBuf>,
    /// Private key to sign in with (PEM), where it stands in a file of its own; it may be encrypted
    #[arg(long, value_name = "FILE", conflicts_with = "pkcs12_file")]
    pub(crate) private_key_file: Option<PathBuf>,
    /// Passphrase of an encrypted private key (PEM), from a file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "pkcs12_password_file")]
    pub(crate) key_passphrase_file: Option<PathBuf>,
}

impl CertificateFiles {
    /// Takes `--certificate-file FILE` and its like out of the fields of `add`; false for any other field.
    pub(crate) fn takes<'a>(
        &mut self,
        field: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<bool, Problem> {
        let (name, inline) = field.split_once('=').map_or((field, None), |(name, value)| (name, Some(value)));
        let place = match name {
            "certificate-file" => &mut self.certificate_file,
            "pkcs12-file" => &mut self.pkcs12_file,
            "client-certificate-file" => &mut self.client_certificate_file,
            "client-pkcs12-file" => &mut self.client_pkcs12_file,
            "pkcs12-password-file" => &mut self.pkcs12_password_file,
            "pkcs12-password-stdin" => {
                self.pkcs12_password_file = Some("-".into());
                return Ok(true);
            }
            "private-key-file" => &mut self.private_key_file,
            "key-passphrase-file" => &mut self.key_passphrase_file,
            "key-passphrase-stdin" => {
                self.key_passphrase_file = Some("-".into());
                return Ok(true);
            }
            "pkcs12-password" | "key-passphrase" => {
                let words = format!("A password is never an argument: use --{name}-file FILE or --{name}-stdin.");
                return Err(Problem::new(Code::Usage, words, "See `credenza add --help`."));
            }
            _ => return Ok(false),
        };
        let value = inline.or_else(|| rest.next().map(String::as_str));
        let value =
            value.ok_or_else(|| Problem::new(Code::Usage, format!("--{name} needs a file."), "Name the file."))?;
        *place = Some(value.into());
        Ok(true)
    }

    /// The fields that the files fill, by path; `app` says that the OAuth 2.0 block stands at the top of the record.
    pub(crate) fn read(&self, app: bool) -> Result<Vec<(String, Value)>, Problem> {
        let password = self.pkcs12_password_file.as_ref().or(self.key_passphrase_file.as_ref());
        let password = password.map(|file| input::secret(file)).transpose()?;
        let password = password.map(|text| SecretString::from(text.as_str()));
        let block = if app { "oauth2" } else { "auth.oauth2" };
        let mut fields = Vec::new();
        for (file, prefix) in [
            (self.certificate_file.as_deref().or(self.pkcs12_file.as_deref()), block),
            (self.client_certificate_file.as_deref().or(self.client_pkcs12_file.as_deref()), "client_certificate"),
        ] {
            let Some(file) = file else { continue };
            fields.extend(filled(file, password.as_ref(), prefix)?);
            if prefix == block {
                fields.push((format!("{block}.client_auth"), json!("private_key_jwt")));
            }
        }
        if let Some(file) = &self.private_key_file {
            let field = format!("{block}.private_key_pem");
            fields.push((field.clone(), key_of(file, password.as_ref(), &field)?));
        }
        Ok(fields)
    }
}

/// The files that hold a certificate and its private key.
#[derive(Debug, Default, Clone, clap::Args)]
pub(crate) struct PairFiles {
    /// The next certificate (PEM or DER); its private key may stand in the same file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["next_stdin", "next_file"])]
    pub(crate) certificate_file: Option<PathBuf>,
    /// PKCS#12 file (.pfx, .p12) with the next certificate and its key
    #[arg(long, value_name = "FILE", conflicts_with_all = ["certificate_file", "next_stdin", "next_file"])]
    pub(crate) pkcs12_file: Option<PathBuf>,
    /// Password of the PKCS#12 file, from a file; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) pkcs12_password_file: Option<PathBuf>,
    /// Private key of the next certificate (PEM), where it stands in a file of its own; it may be encrypted
    #[arg(long, value_name = "FILE", requires = "certificate_file")]
    pub(crate) private_key_file: Option<PathBuf>,
    /// Passphrase of an encrypted private key (PEM), from a file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "pkcs12_password_file")]
    pub(crate) key_passphrase_file: Option<PathBuf>,
}

impl PairFiles {
    /// What the files hold; `None` when none is named.
    pub(crate) fn read(&self) -> Result<Option<NextCertificate>, Problem> {
        let Some(file) = self.certificate_file.as_ref().or(self.pkcs12_file.as_ref()) else { return Ok(None) };
        let password = self.pkcs12_password_file.as_ref().or(self.key_passphrase_file.as_ref());
        let password = password.map(|file| input::secret(file)).transpose()?;
        let password = password.map(|text| SecretString::from(text.as_str()));
        let import = |file: &Path, field: &str| {
            import_identity(&input::read(file)?, password.as_ref()).map_err(|problem| refused(problem, field))
        };
        let mut found = import(file, "certificate_pem")?;
        if let Some(file) = &self.private_key_file {
            found.private_key_pem = import(file, "private_key_pem")?.private_key_pem;
        }
        let missing = |field: &str, words: &str| Problem::invalid(field, words);
        let certificate_pem =
            found.certificate_pem.ok_or_else(|| missing("certificate_pem", "There is no certificate in this file."))?;
        let private_key = found.private_key_pem.ok_or_else(|| {
            missing("private_key_pem", "There is no private key in this file; name its own with --private-key-file.")
        })?;
        Ok(Some(NextCertificate { certificate_pem, private_key }))
    }
}

/// The key of a file of its own, in the form that the record keeps.
fn key_of(file: &Path, password: Option<&SecretString>, field: &str) -> Result<Value, Problem> {
    let found = import_identity(&input::read(file)?, password).map_err(|problem| refused(problem, field))?;
    let key = found.private_key_pem.ok_or_else(|| Problem::invalid(field, "There is no private key in this file."))?;
    // EXPOSE: on its way into the record, which the vault encrypts.
    Ok(Value::String(key.expose_secret().to_owned()))
}

fn refused(problem: ImportProblem, field: &str) -> Problem {
    match problem {
        ImportProblem::PasswordNeeded => Problem {
            hint: "Give it with --pkcs12-password-file FILE or --pkcs12-password-stdin (PKCS#12), or with --key-passphrase-file FILE or --key-passphrase-stdin (an encrypted private key in PEM).".into(),
            ..Problem::invalid(field, "The file is protected by a password.")
        },
        ImportProblem::WrongPassword => Problem::invalid(field, "The password does not open the file."),
        ImportProblem::Unusable(words) => Problem::invalid(field, words),
    }
}

fn filled(file: &Path, password: Option<&SecretString>, prefix: &str) -> Result<Vec<(String, Value)>, Problem> {
    let field = format!("{prefix}.certificate_pem");
    let found = import_identity(&input::read(file)?, password).map_err(|problem| refused(problem, &field))?;
    let mut fields = Vec::new();
    fields.extend(found.certificate_pem.map(|pem| (field.clone(), Value::String(pem))));
    // EXPOSE: on its way into the record, which the vault encrypts.
    let key = found.private_key_pem.map(|key| Value::String(key.expose_secret().to_owned()));
    fields.extend(key.map(|key| (format!("{prefix}.private_key_pem"), key)));
    Ok(fields)
}
