//! The secret values of one credential, by field path.

use std::collections::BTreeMap;

use credenza_net::Recorder;
use secrecy::{ExposeSecret, SecretString};

/// Secret values by field path, such as `auth.password`, `oauth2.client_secret` or `headers.X-Api-Key`.
///
/// It has no `Serialize` and its `Debug` names the fields only.
#[derive(Clone, Default)]
pub struct Secrets {
    fields: BTreeMap<String, SecretString>,
    /// What belongs to the record and is never used: next and old values. They are kept out of sight like the others.
    beside: BTreeMap<String, SecretString>,
}

impl Secrets {
    /// An empty set.
    pub fn new() -> Secrets {
        Secrets::default()
    }

    /// The value at a field path; `None` when there is none or it is blank.
    pub fn text(&self, field: &str) -> Option<&SecretString> {
        // EXPOSE: only whether it is empty is looked at.
        self.fields.get(field).filter(|value| !value.expose_secret().is_empty())
    }

    /// Whether a value stands at the field path.
    pub fn has(&self, field: &str) -> bool {
        self.text(field).is_some()
    }

    /// Puts a value at the field path, replacing what stood there.
    pub fn set(&mut self, field: impl Into<String>, value: SecretString) {
        self.fields.insert(field.into(), value);
    }

    /// Takes the value at the field path away.
    pub fn remove(&mut self, field: &str) -> Option<SecretString> {
        self.fields.remove(field)
    }

    /// Every field path and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.fields.iter().map(|(field, value)| (field.as_str(), value))
    }

    /// The values of the fields, for the vault.
    pub fn into_map(self) -> BTreeMap<String, SecretString> {
        self.fields
    }

    /// Puts a value beside the others: no field has it, and it must not be seen anywhere.
    pub fn set_beside(&mut self, name: impl Into<String>, value: SecretString) {
        self.beside.insert(name.into(), value);
    }

    /// Makes a recorder replace every value, in each encoding, by a stand-in named after its field.
    pub fn protect_on(&self, recorder: &Recorder) {
        for (field, value) in self.fields.iter().chain(&self.beside) {
            recorder.protect(field, value);
        }
    }
}

impl From<BTreeMap<String, SecretString>> for Secrets {
    fn from(map: BTreeMap<String, SecretString>) -> Secrets {
        let (beside, fields) = map.into_iter().partition(|(path, _)| crate::rotation::part_of(path).is_some());
        Secrets { fields, beside }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.fields.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_field_names_and_no_value() {
        let mut secrets = Secrets::new();
        secrets.set("auth.password", SecretString::from("hunter2hunter2"));
        assert_eq!(format!("{secrets:?}"), r#"{"auth.password"}"#);
    }

    #[test]
    fn a_blank_value_counts_as_none() {
        let mut secrets = Secrets::new();
        secrets.set("value", SecretString::from(""));
        assert!(!secrets.has("value"), "blank means keep or none, never a secret");
    }
}
