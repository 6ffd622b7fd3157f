//! The check of a whole vault.

use super::{Reading, Vault};
use crate::error::VaultError;
use crate::report::VerifyReport;
use crate::slot;
use crate::store::envelope::{Bond, Envelope};
use crate::store::head::HeadRow;
use crate::store::manifest::{Entry, Sort};
use crate::store::{SqlResult, chain, document, history, schema};

impl Vault {
    /// Checks everything there is: database structure, schema, state, slots, manifest, every record, secret, history,
    /// document and event. What is wrong is listed, one sentence each.
    ///
    /// # Errors
    /// Only those that keep it from looking: [`VaultError::Busy`], [`VaultError::Io`].
    pub fn verify(&self) -> Result<VerifyReport, VaultError> {
        let checked = self.read(|r| {
            let mut report = VerifyReport::default();
            self.verify_structure(r, &mut report)?;
            self.verify_records(r, &mut report)?;
            self.verify_documents(r, &mut report)?;
            let events = chain::verify(r.conn, &self.keys, r.state)?;
            report.events = events.checked;
            if let Some(seq) = events.first_bad {
                report.problems.push(format!("event {seq} is missing or was changed from outside"));
            }
            Ok(report)
        });
        match checked {
            // The state itself does not hold: nothing below it can be judged.
            Err(e @ (VaultError::Damaged(_) | VaultError::RolledBack { .. })) => {
                Ok(VerifyReport { problems: vec![e.to_string()], ..VerifyReport::default() })
            }
            other => other,
        }
    }

    fn verify_structure(&self, r: &Reading<'_>, report: &mut VerifyReport) -> Result<(), VaultError> {
        let mut statement = r.conn.prepare("PRAGMA integrity_check(20)").sql()?;
        let mut rows = statement.query([]).sql()?;
        while let Some(row) = rows.next().sql()? {
            let line: String = row.get(0).sql()?;
            if line != "ok" {
                report.problems.push(format!("database structure: {line}"));
            }
        }
        report.note(schema::check(r.conn))?;
        // The state's MAC, the slots and the manifest again, from the file instead of from memory.
        report.note(r.state.check(&self.keys))?;
        report.note(super::checks::check_slots(r.conn, r.state, self.slot.id))?;
        report.note(super::checks::load_manifest(r.conn, r.state, &self.keys))?;
        report.slots = slot::read_all(r.conn)?.len() as u64;
        Ok(())
    }

    fn verify_records(&self, r: &Reading<'_>, report: &mut VerifyReport) -> Result<(), VaultError> {
        for entry in r.manifest.all(Sort::Record) {
            let result = self.verify_record(r, &entry, report);
            report.note(result)?;
        }
        Ok(())
    }

    fn verify_record(&self, r: &Reading<'_>, entry: &Entry, report: &mut VerifyReport) -> Result<(), VaultError> {
        let mut row = HeadRow::read(r.conn, entry.id())?;
        let head = row.open(entry, self.id, &self.keys)?;
        report.records += 1;
        let envelope = Envelope::read(r.conn, head.id, row.secrets())?;
        match envelope.open_all(&Bond::of(&head, self.id), head.masks.keys(), &self.keys) {
            Ok(secrets) => report.secrets += secrets.len() as u64,
            Err(VaultError::Forbidden(_)) => report.sealed += head.masks.len() as u64,
            Err(e) => return Err(e),
        }
        let newest = history::read(r.conn, self.id, head.id, &self.keys)?.first().map_or(0, |e| e.revision);
        if newest != head.revision {
            return Err(VaultError::damaged(format!("the history of record {} is not complete", head.id)));
        }
        Ok(())
    }

    fn verify_documents(&self, r: &Reading<'_>, report: &mut VerifyReport) -> Result<(), VaultError> {
        for entry in r.manifest.all(Sort::Document) {
            match document::read(r.conn, self.id, &self.keys, &entry) {
                Ok(_) => report.documents += 1,
                Err(VaultError::Forbidden(_)) => report.sealed += 1,
                Err(e) => report.note(Err::<(), _>(e))?,
            }
        }
        Ok(())
    }
}

impl VerifyReport {
    /// Lists damage as a problem; any other failure ends the check.
    fn note<T>(&mut self, result: Result<T, VaultError>) -> Result<(), VaultError> {
        match result {
            Ok(_) => Ok(()),
            Err(e) if e.code() == "damaged" => {
                self.problems.push(e.to_string());
                Ok(())
            }
            Err(e) => Err(e),
        }
    }
}
