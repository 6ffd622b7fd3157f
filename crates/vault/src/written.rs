//! A value kept as the JSON text it was written as, and read only when someone looks into it.
//!
//! A list of ten thousand records looks at a handful of fields of each; building every map would take most of its time.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as JSON text; dereferencing reads it once. Cloning shares it.
pub struct Written<T>(Arc<Inner<T>>);

struct Inner<T> {
    text: Box<str>,
    value: OnceLock<T>,
}

impl<T: DeserializeOwned + Default> Written<T> {
    /// Keeps a text that an authenticated block held; a text that does not fit `T` is `None`.
    pub(crate) fn keep(text: &str) -> Written<T> {
        Written(Arc::new(Inner { text: text.into(), value: OnceLock::new() }))
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }
}

impl<T: Serialize> From<T> for Written<T> {
    fn from(value: T) -> Written<T> {
        // Maps with text keys always serialise.
        let text = serde_json::to_string(&value).unwrap_or_default().into();
        Written(Arc::new(Inner { text, value: OnceLock::from(value) }))
    }
}

impl<T: DeserializeOwned + Default> Deref for Written<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // The text comes from a block that this program wrote and authenticated: it always reads.
        self.0.value.get_or_init(|| serde_json::from_str(&self.0.text).unwrap_or_default())
    }
}

impl<T> Clone for Written<T> {
    fn clone(&self) -> Written<T> {
        Written(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Written<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl<T> PartialEq for Written<T> {
    fn eq(&self, other: &Written<T>) -> bool {
        self.0.text == other.0.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_value_reads_back_from_its_text() {
        let map: BTreeMap<String, String> = [("host".into(), "mx".into()), ("owner".into(), "ops".into())].into();
        let written = Written::from(map.clone());
        let kept: Written<BTreeMap<String, String>> = Written::keep(r#"{"host":"mx","owner":"ops"}"#);
        assert_eq!((&*written, &*kept), (&map, &map));
        assert_eq!(written.text(), kept.text());
    }
}
