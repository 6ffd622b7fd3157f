//! The key tree below the roots.
//!
//! The administrator root is random; the use root is derived from it, so that an administrator's slot unwraps both and
//! a helpdesk slot only the use root. From the roots comes one key per purpose.

use uuid::Uuid;

use super::{Cipher, Key, MacKey, expand, random_key};
use crate::error::VaultError;
use crate::operator::Role;
use crate::record::Class;

/// What a slot unwraps.
pub(crate) struct Roots {
    admin: Option<Key>,
    usage: Key,
}

impl Roots {
    /// Roots of a new vault.
    pub(crate) fn generate(vault: Uuid) -> Result<Self, VaultError> {
        Ok(Roots::from_unwrapped(random_key()?, Role::Administrator, vault))
    }

    /// Roots from what a slot of this role holds.
    pub(crate) fn from_unwrapped(root: Key, role: Role, vault: Uuid) -> Self {
        match role {
            Role::Administrator => {
                let usage = expand(&root[..], vault.as_bytes(), b"credenza/1/root/use");
                Roots { admin: Some(root), usage }
            }
            Role::Helpdesk => Roots { admin: None, usage: root },
        }
    }

    /// What a slot of this role has to hold, or `None` when these roots do not reach that far.
    pub(crate) fn to_wrap(&self, role: Role) -> Option<&Key> {
        match role {
            Role::Administrator => self.admin.as_ref(),
            Role::Helpdesk => Some(&self.usage),
        }
    }
}

/// One key per purpose, ready to use.
pub(crate) struct Keys {
    /// The roots, to wrap them for new slots and sessions.
    pub(crate) roots: Roots,
    wrap_usable: Cipher,
    wrap_sealed: Option<Cipher>,
    document_sealed: Option<Cipher>,
    /// Metadata blocks with their masks, history, usable documents.
    pub(crate) meta: Cipher,
    /// Bodies of events.
    pub(crate) audit: Cipher,
    /// MACs of events.
    pub(crate) audit_mac: MacKey,
    /// Blind indexes: names, fields, document keys.
    pub(crate) index: MacKey,
    /// Manifest and state.
    pub(crate) manifest: MacKey,
}

impl Keys {
    pub(crate) fn new(roots: Roots, vault: Uuid) -> Self {
        let of = |root: &Key, purpose: &str| {
            expand(&root[..], vault.as_bytes(), format!("credenza/1/key/{purpose}").as_bytes())
        };
        let usage = |purpose: &str| of(&roots.usage, purpose);
        Keys {
            wrap_usable: Cipher::new(&usage("wrap")),
            wrap_sealed: roots.admin.as_ref().map(|root| Cipher::new(&of(root, "wrap"))),
            document_sealed: roots.admin.as_ref().map(|root| Cipher::new(&of(root, "meta"))),
            meta: Cipher::new(&usage("meta")),
            audit: Cipher::new(&usage("audit")),
            audit_mac: MacKey::new(&usage("audit-mac")),
            index: MacKey::new(&usage("index")),
            manifest: MacKey::new(&usage("manifest")),
            roots,
        }
    }

    /// The key of the marks that stand for secrets in what is shown: the same for every slot, and of no use for anything else.
    pub(crate) fn stand_ins(&self, vault: Uuid) -> Key {
        expand(&self.roots.usage[..], vault.as_bytes(), b"credenza/1/key/stand-in")
    }

    /// The key of what is remembered of looks at the vault's dates.
    pub(crate) fn looks(&self, vault: Uuid) -> MacKey {
        MacKey::new(&expand(&self.roots.usage[..], vault.as_bytes(), b"credenza/1/key/look"))
    }

    /// The key that wraps record keys of this class.
    ///
    /// # Errors
    /// [`VaultError::Forbidden`] when the slot does not reach the administrator root.
    pub(crate) fn wrap(&self, class: Class) -> Result<&Cipher, VaultError> {
        match class {
            Class::Usable => Ok(&self.wrap_usable),
            Class::Sealed => self.wrap_sealed.as_ref().ok_or_else(sealed),
        }
    }

    /// The key of documents of this class.
    ///
    /// # Errors
    /// [`VaultError::Forbidden`] when the slot does not reach the administrator root.
    pub(crate) fn document(&self, class: Class) -> Result<&Cipher, VaultError> {
        match class {
            Class::Usable => Ok(&self.meta),
            Class::Sealed => self.document_sealed.as_ref().ok_or_else(sealed),
        }
    }
}

fn sealed() -> VaultError {
    VaultError::Forbidden("this credential is sealed; a helpdesk slot cannot decrypt it".into())
}
