//! Applications that were read become records: all that are asked for, or none.

use credenza_vault::{Batch, RecordHead};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::inventory::{Kept, written};
use super::inventory_match::reported;
use super::{Workspace, credential_of};
use crate::credential::{Credential, Kind, OAuth2};
use crate::horizon::INVENTORY;
use crate::inventory::{
    Application, InventoryChoice, InventoryView, Matches, Origin, Recognised, RecordNames, record_for,
};
use crate::{Code, Problem};

impl Workspace {
    /// Adds the chosen applications of the last reading as app registrations or as secrets to watch, without their secrets, which
    /// nobody told. Their dates come with them. Without a choice: all that matter and are not here yet.
    ///
    /// # Errors
    /// `not_found` when nothing was read or a chosen application was not in it, `conflict` when one is here already,
    /// `forbidden`. Nothing is added then.
    pub fn import_inventory(&self, reference: &str, choice: &InventoryChoice) -> Result<Vec<Uuid>, Problem> {
        self.require_administrator("add credentials")?;
        let head = self.head(reference)?;
        let (Some(kept), Some(view)) = (self.kept(head.id)?, self.inventory(reference, choice.within_days)?) else {
            let message = format!("Nothing was read from Entra with \u{201c}{}\u{201d} yet.", head.name);
            return Err(Problem::new(Code::NotFound, message, "Press Read from Entra first (credenza inventory)."));
        };
        let chosen = match &choice.app_ids {
            Some(ids) => {
                let matches = self.matches(&kept.directory)?;
                ids.iter().map(|id| wanted(&kept, &matches, id)).collect::<Result<Vec<_>, _>>()?
            }
            None => new_that_matter(&kept, &view),
        };
        let origin = origin(&head)?;
        let mut names = RecordNames::of(self.vault.heads()?.iter().map(|head| head.name.clone()));
        let mut seen = std::collections::BTreeSet::new();
        let chosen: Vec<&Application> =
            chosen.into_iter().filter(|application| seen.insert(application.app_id.as_str())).collect();
        let records: Vec<Value> =
            chosen.iter().map(|application| record_for(application, &origin, &mut names, choice.record)).collect();
        if records.is_empty() {
            return Ok(Vec::new());
        }
        // What is reported of each comes with it: it says which application a secret watches, and nothing else does.
        let told = |application: &&Application| reported((head.id, &kept), application, &Recognised::default());
        let reports =
            chosen.iter().map(told).map(|report| written(INVENTORY, &report)).collect::<Result<Vec<_>, _>>()?;
        let with = |ids: &[Uuid]| {
            let mut batch = Batch::new();
            for (id, report) in ids.iter().zip(reports) {
                batch.document(INVENTORY, &id.to_string(), report);
            }
            batch
        };
        Ok(self.vault.insert_with(self.new_records(Value::Array(records))?, with)?)
    }
}

fn wanted<'a>(kept: &'a Kept, matches: &Matches, app_id: &str) -> Result<&'a Application, Problem> {
    let same = |one: &str| one.eq_ignore_ascii_case(app_id.trim());
    let found = kept.directory.applications.iter().find(|application| same(&application.app_id));
    let application = found.ok_or_else(|| Problem {
        hint: "Nothing was added. Read from Entra again, or correct the id.".into(),
        ..Problem::not_found(format_args!("application {app_id:?} that was read"))
    })?;
    let here = matches.by_client.get(&application.app_id.to_ascii_lowercase()).and_then(|all| all.first());
    match here {
        Some((here, _)) => {
            let message =
                format!("\u{201c}{}\u{201d} is here already: \u{201c}{}\u{201d}.", application.name, here.name);
            Err(Problem::new(Code::Conflict, message, "Nothing was added. Its dates are kept up to date by reading."))
        }
        None => Ok(application),
    }
}

fn new_that_matter<'a>(kept: &'a Kept, view: &InventoryView) -> Vec<&'a Application> {
    let matters = |application: &&Application| {
        view.items.iter().any(|item| item.matters && item.credential.is_none() && item.app_id == application.app_id)
    };
    kept.directory.applications.iter().filter(matters).collect()
}

/// What imported records take over from the one that read them.
fn origin(head: &RecordHead) -> Result<Origin, Problem> {
    let credential: Credential = credential_of(head)?.without_masks();
    let Kind::AppRegistration(app) = &credential.kind else {
        return Err(Problem::invalid("type", "Only an app registration can read the directory."));
    };
    let token_url = match app.oauth2.token_url.trim() {
        "" => OAuth2::entra_token_url(app.tenant_id.trim()),
        url => url.to_owned(),
    };
    let stored =
        |key: &str| head.meta.get(key).filter(|value| !value.is_null()).map(|value| (key.to_owned(), value.clone()));
    let way: Map<String, Value> = ["certificate_check", "proxy"].into_iter().filter_map(stored).collect();
    Ok(Origin { name: head.name.clone(), tenant_id: app.tenant_id.clone(), token_url, way })
}
