//! The record that an application becomes when it is imported: everything but its secret.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Application, InventoryKindOfRecord};

/// The longest name that is taken over, in characters; a number may follow.
const LONGEST_NAME: usize = 180;

/// What an imported record shares with the one that read it.
pub(crate) struct Origin {
    /// Its name.
    pub(crate) name: String,
    /// Tenant id.
    pub(crate) tenant_id: String,
    /// Token URL.
    pub(crate) token_url: String,
    /// How the way there is verified, and the proxy, as they stand on it; never a secret of theirs.
    pub(crate) way: Map<String, Value>,
}

/// The names that are taken, without regard to case.
#[derive(Default)]
pub(crate) struct RecordNames(BTreeSet<String>);

impl RecordNames {
    /// Names that are taken already.
    pub(crate) fn of(names: impl Iterator<Item = String>) -> RecordNames {
        RecordNames(names.map(|name| name.to_lowercase()).collect())
    }

    /// A name that is free, the wanted one if it is; it is taken from here on.
    fn take(&mut self, wanted: &str) -> String {
        let base: String = wanted.trim().chars().take(LONGEST_NAME).collect();
        let base = base.trim_end();
        let more = (2_u32..).map(|number| format!("{base} ({number})"));
        let mut candidates = std::iter::once(base.to_owned()).chain(more);
        let free = candidates.find(|name| !self.0.contains(&name.to_lowercase())).unwrap_or_default();
        self.0.insert(free.to_lowercase());
        free
    }
}

/// The record of an application, as `add` takes it.
pub(crate) fn record_for(
    application: &Application,
    origin: &Origin,
    names: &mut RecordNames,
    record: InventoryKindOfRecord,
) -> Value {
    let wanted = if application.name.trim().is_empty() { &application.app_id } else { &application.name };
    let name = names.take(wanted);
    match record {
        InventoryKindOfRecord::AppRegistration => app_registration(application, origin, &name),
        InventoryKindOfRecord::Secret => json!({
            "type": "secret",
            "name": name,
            "description": format!(
                "App registration {} in Microsoft Entra, read with \u{201c}{}\u{201d}. Only its dates are watched; its secret is not known here.",
                application.app_id, origin.name
            ),
            "tags": ["entra"],
        }),
    }
}

fn app_registration(application: &Application, origin: &Origin, name: &str) -> Value {
    let mut record = origin.way.clone();
    let own = json!({
        "type": "app_registration",
        "name": name,
        "description": format!(
            "App registration read from Microsoft Entra with \u{201c}{}\u{201d}. Its secret is not known here.",
            origin.name
        ),
        "tags": ["entra"],
        "tenant_id": origin.tenant_id,
        "application_id": application.app_id,
        "oauth2": {
            "grant": "client_credentials", "token_url": origin.token_url, "client_id": application.app_id,
        },
    });
    if let Value::Object(own) = own {
        record.extend(own);
    }
    Value::Object(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once_whatever_its_case_and_length() {
        let mut names = RecordNames::of(["Payroll", "Überstunden"].map(str::to_owned).into_iter());
        assert_eq!(names.take("payroll"), "payroll (2)");
        assert_eq!(names.take("PAYROLL"), "PAYROLL (3)", "the second is taken by now");
        assert_eq!(names.take("überstunden"), "überstunden (2)");
        assert_eq!((names.take(" Reader "), names.take("reader")), ("Reader".to_owned(), "reader (2)".to_owned()));
        let long = "é".repeat(LONGEST_NAME + 40);
        let (one, two) = (names.take(&long), names.take(&long));
        assert_eq!(one.chars().count(), LONGEST_NAME);
        assert_eq!(two, format!("{one} (2)"));
    }
}
