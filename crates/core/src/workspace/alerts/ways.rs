//! The ways of telling, with what each of them needs.

use serde_json::Value;
use uuid::Uuid;

use super::super::Workspace;
use crate::alerts::{AlertRoute, RouteAttempt, reason_words};
use crate::view::ExpiryView;

/// A way of telling.
pub(super) struct Way {
    pub(super) route: AlertRoute,
    /// Name of its credential; blank when it has none, or when it is gone.
    pub(super) name: String,
    /// The records that it needs: its credential, and the app registration whose token that uses.
    pub(super) depends: Vec<Uuid>,
    /// Its credential is gone.
    pub(super) missing: bool,
}

impl Workspace {
    /// The way of a route.
    pub(super) fn way(&self, route: AlertRoute) -> Way {
        let mut way = Way { route, name: String::new(), depends: Vec::new(), missing: false };
        let Some(reference) = way.route.credential() else { return way };
        let Ok(head) = self.head(reference) else { return Way { missing: true, ..way } };
        let shared = ["auth", "oauth2", "credential"]
            .iter()
            .try_fold(None::<&Value>, |value, key| match value {
                None => head.meta.get(*key).map(Some),
                Some(value) => value.get(*key).map(Some),
            })
            .flatten();
        way.depends.push(head.id);
        way.depends.extend(shared.and_then(Value::as_str).and_then(|id| id.parse::<Uuid>().ok()));
        way.name.clone_from(&head.name);
        way
    }
}

impl Way {
    /// Whether the item is one that the way needs.
    pub(super) fn needs(&self, item: &ExpiryView) -> bool {
        self.depends.contains(&item.credential_id)
    }

    /// What became of it.
    pub(super) fn attempt(&self, items: usize) -> RouteAttempt {
        RouteAttempt {
            route: self.route.word().to_owned(),
            name: self.name.clone(),
            ok: true,
            reason: None,
            stage: None,
            words: "told".to_owned(),
            items: u32::try_from(items).unwrap_or(u32::MAX),
            recipients: 0,
        }
    }

    /// That it was not used, or did not work.
    pub(super) fn failed(&self, items: usize, reason: &str) -> RouteAttempt {
        let words = reason_words(reason, None);
        RouteAttempt { ok: false, reason: Some(reason.to_owned()), words, ..self.attempt(items) }
    }
}
