//! Which dates are asked for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::HorizonKind;
use crate::CredentialType;
use crate::credential::ExpirySource;
use crate::view::ExpiryView;

/// Which dates are asked for; what is absent does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct HorizonFilter {
    /// Only what ends within so many days, or has ended.
    #[ts(optional = nullable)]
    pub within: Option<i32>,
    /// Only what ends in so many days, or later.
    #[ts(optional = nullable)]
    pub from: Option<i32>,
    /// Only of credentials of this type.
    #[ts(optional = nullable)]
    pub credential_type: Option<CredentialType>,
    /// Only of this kind.
    #[ts(optional = nullable)]
    pub kind: Option<HorizonKind>,
    /// Only from this source.
    #[ts(optional = nullable)]
    pub source: Option<ExpirySource>,
    /// Only with this owner, without regard to case; blank: without an owner.
    #[ts(optional = nullable)]
    pub owner: Option<String>,
    /// Words that credential, item, owner, note or what uses it must contain.
    pub text: String,
    /// Whether muted ones are among them.
    pub muted: MutedFilter,
}

/// Whether muted items are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum MutedFilter {
    /// Left out.
    #[default]
    Hide,
    /// Shown with the others.
    Show,
    /// Shown alone.
    Only,
}

impl HorizonFilter {
    /// Whether an item is asked for.
    pub fn takes(&self, item: &ExpiryView) -> bool {
        let muted = match self.muted {
            // What is gone from its directory is muted, and not for anybody's wish: it is shown, and counts for nothing.
            MutedFilter::Hide => !item.muted || item.gone_since.is_some(),
            MutedFilter::Show => true,
            MutedFilter::Only => item.muted,
        };
        muted
            && self.within.is_none_or(|days| item.days <= days)
            && self.from.is_none_or(|days| item.days >= days)
            && self.credential_type.is_none_or(|wanted| item.credential_type == wanted)
            && self.kind.is_none_or(|kind| item.kind == kind)
            && self.source.is_none_or(|source| item.source == source)
            && self.owner.as_ref().is_none_or(|owner| item.owner.trim().to_lowercase() == owner.trim().to_lowercase())
            && self.has_words(item)
    }

    fn has_words(&self, item: &ExpiryView) -> bool {
        if self.text.trim().is_empty() {
            return true;
        }
        let used_by = item.used_by.join(" ");
        let hay =
            format!("{} {} {} {} {used_by}", item.credential_name, item.item, item.owner, item.note).to_lowercase();
        self.text.to_lowercase().split_whitespace().all(|word| hay.contains(word))
    }
}
