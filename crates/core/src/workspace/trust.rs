//! *Use the certificate the server just showed*, for the command line: pinned by its fingerprint (decision D1, TUF-14).

use std::time::Duration;

use credenza_net::CertificateSummary;
use credenza_vault::{Batch, EventAction};
use serde_json::json;

use super::Workspace;
use crate::check::shown_certificate;
use crate::{Code, Problem};

/// The word of the audit log for looking at a server's certificate.
const KIND: &str = "certificate";

impl Workspace {
    /// Makes the record trust exactly the certificate that its server shows now, if that one has the fingerprint that
    /// the administrator was told by another way.
    ///
    /// # Errors
    /// `forbidden` for anyone but an administrator; `invalid` with `fingerprint` when it is none, or not that of the
    /// certificate shown; `check_failed` when the server can't be reached as far as TLS. Nothing is changed then.
    pub async fn trust(&self, reference: &str, fingerprint: &str) -> Result<CertificateSummary, Problem> {
        self.require_administrator("choose the certificate a record trusts")?;
        let wanted = digits(fingerprint)?;
        let head = self.head(reference)?;
        let prepared = self.stored_subject(&head)?;
        let (id, name) = (Some(head.id), head.name.clone());
        let kind = KIND.to_owned();
        let mut intent = Batch::new();
        intent.event(EventAction::CheckStarted { id, name: name.clone(), kind: kind.clone(), draft: false });
        self.commit(intent)?;
        let limit = Duration::from_secs(u64::from(self.settings()?.check_timeout_seconds));
        let looking = tokio::time::timeout(limit, shown_certificate(&prepared.subject));
        let shown = self.until_locked(looking).await?;
        let shown = shown.unwrap_or_else(|_| Err(too_slow(limit))).and_then(|shown| compared(shown, &wanted));
        let outcome = if shown.is_ok() { "passed" } else { "failed" }.to_owned();
        let mut result = Batch::new();
        result.event(EventAction::CheckFinished { id, name, kind, outcome, failed_stage: None });
        self.commit(result)?;
        let shown = shown?;
        let patch = json!({ "certificate_check": { "mode": "certificate", "certificate_pem": shown.pem } });
        // The administrator has just compared the fingerprint: that is the word that the stored secrets may go there.
        self.edit(&head.id.to_string(), patch, true)?;
        Ok(shown)
    }
}

fn compared(shown: CertificateSummary, wanted: &str) -> Result<CertificateSummary, Problem> {
    if shown.fingerprint_sha256.replace(':', "").eq_ignore_ascii_case(wanted) {
        return Ok(shown);
    }
    let message = format!(
        "The server shows another certificate: SHA256:{} for {}, issued by {}.",
        shown.fingerprint_sha256, shown.subject, shown.issuer
    );
    let hint =
        "Ask the server's owner, by another way than this connection, which fingerprint is right; nothing was changed.";
    Err(Problem::new(Code::Invalid, message, hint).at("fingerprint"))
}

/// The 64 hexadecimal digits of a SHA-256 fingerprint, however they are written.
fn digits(fingerprint: &str) -> Result<String, Problem> {
    let bare = fingerprint.trim();
    let bare = match bare.get(..7) {
        Some(prefix) if prefix.eq_ignore_ascii_case("sha256:") || prefix.eq_ignore_ascii_case("sha256=") => &bare[7..],
        _ => bare,
    };
    let digits: String = bare.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).collect();
    if digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(digits);
    }
    let message = "A SHA-256 fingerprint has 64 hexadecimal digits, such as SHA256:5F:3B:… (with or without colons).";
    Err(Problem::invalid("fingerprint", message))
}

fn too_slow(limit: Duration) -> Problem {
    let message = format!("The server showed no certificate within {} s.", limit.as_secs());
    Problem::new(Code::CheckFailed, message, "`credenza test` shows at which stage it stays; nothing was changed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_people_write_it_and_nothing_else_is_one() {
        let bare = "5f".repeat(32);
        let colons = vec!["5F"; 32].join(":");
        for written in [bare.clone(), format!("SHA256:{bare}"), format!(" sha256:{colons} "), colons.replace(':', " ")]
        {
            assert!(digits(&written).unwrap().eq_ignore_ascii_case(&bare), "{written}");
        }
        for odd in
            ["", "SHA256:", "5f", &bare[1..], &format!("{bare}0"), &bare.replace('5', "g"), "é".repeat(32).as_str()]
        {
            let problem = digits(odd).unwrap_err();
            assert_eq!((problem.code, problem.field.as_deref()), (Code::Invalid, Some("fingerprint")), "{odd:?}");
        }
    }
}
