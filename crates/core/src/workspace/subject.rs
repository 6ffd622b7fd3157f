//! What a check works on: a stored credential, or the unsaved form over it.

use credenza_vault::RecordHead;
use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use super::saving::endpoint_changed;
use super::tokens::is_refresh_token;
use super::{Workspace, credential_of};
use crate::check::Subject;
use crate::credential::{Credential, Kind, MailAuth, OAuth2Source, OutboundAuth, Parsed, SecretInput};
use crate::rotation::{next_path, part_of};
use crate::{Problem, Secrets};

/// A subject, and whose tokens it uses.
pub(super) struct Prepared {
    pub(super) subject: Subject,
    /// The stored record whose token cache and refresh token are in play; `None` for a form that was never saved.
    pub(super) owner: Option<TokenOwner>,
    /// Whether the unsaved form differs from what is stored.
    pub(super) draft: bool,
    /// Whether the refresh token in play is the stored one, also where the rest of the form differs.
    pub(super) kept_refresh: bool,
}

/// The stored record that a token belongs to.
pub(super) struct TokenOwner {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// Where its OAuth 2.0 block stands in it: `oauth2` or `auth.oauth2`.
    pub(super) prefix: &'static str,
    /// It is an app registration that the tested record refers to.
    pub(super) shared: bool,
}

impl Workspace {
    /// A stored credential with its secrets.
    pub(super) fn stored_subject(&self, head: &RecordHead) -> Result<Prepared, Problem> {
        let credential = credential_of(head)?;
        let secrets = Secrets::from(self.vault.secrets(head.id)?);
        self.prepare(Some(head), credential, secrets, false)
    }

    /// An unsaved form: what it leaves out of the secrets is taken from the stored record (product vector 12), unless
    /// the endpoint changed (vector 14).
    pub(super) fn draft_subject(
        &self,
        head: Option<&RecordHead>,
        draft: Value,
        rebind: bool,
    ) -> Result<Prepared, Problem> {
        let Parsed { credential, secrets: inputs } = Credential::parse(draft)?;
        self.overlay(head, credential, inputs.into_iter().collect(), rebind)
    }

    /// A merge patch over the stored record, as `--draft` of the command line gives it.
    pub(super) fn patched_subject(&self, head: &RecordHead, patch: Value, rebind: bool) -> Result<Prepared, Problem> {
        let Parsed { credential, secrets: inputs } = super::credentials::patched(head, patch)?;
        self.overlay(Some(head), credential, inputs.into_iter().collect(), rebind)
    }

    /// A stored credential with the next value of a field in place of the current one; its result is not the record's.
    pub(super) fn next_subject(&self, head: &RecordHead, field: &str) -> Result<Prepared, Problem> {
        let mut secrets = Secrets::from(self.vault.secrets(head.id)?);
        if let Some(current) = secrets.remove(field) {
            secrets.set_beside(format!("current:{field}"), current);
        }
        secrets.set(field, self.vault.secret(head.id, &next_path(field))?);
        let prepared = self.prepare(Some(head), credential_of(head)?, secrets, true)?;
        Ok(Prepared { kept_refresh: prepared.kept_refresh || !is_refresh_token(field), ..prepared })
    }

    fn overlay(
        &self,
        head: Option<&RecordHead>,
        mut credential: Credential,
        inputs: Vec<(String, SecretInput)>,
        rebind: bool,
    ) -> Result<Prepared, Problem> {
        let applies = credential.secret_fields();
        let mut secrets = Secrets::new();
        let mut draft = true;
        if let Some(head) = head {
            let before = credential_of(head)?.without_masks();
            pin_script_like(&before, &mut credential);
            // A form that nobody touched is the stored record: its result counts as that record's.
            draft = !inputs.is_empty() || before != credential;
            let kept: Vec<&String> = head
                .masks
                .keys()
                .filter(|path| applies.contains(path) && !inputs.iter().any(|(named, _)| named == *path))
                .collect();
            let moved = before.endpoint().first_difference(&credential.endpoint());
            if let Some(field) = moved.filter(|_| !kept.is_empty()) {
                if !rebind {
                    return Err(endpoint_changed(field, &kept));
                }
                self.require_administrator("send stored secrets to a new address")?;
            }
            for path in kept {
                secrets.set(path.clone(), self.vault.secret(head.id, path)?);
            }
            for path in head.masks.keys().filter(|path| part_of(path).is_some()) {
                secrets.set_beside(path.clone(), self.vault.secret(head.id, path)?);
            }
        } else {
            self.require_administrator("test a record that is not saved")?;
            pin_script_now(&mut credential);
        }
        let typed_refresh = inputs.iter().any(|(path, _)| path.ends_with(".refresh_token"));
        for (path, input) in inputs {
            if let SecretInput::Set(value) = input {
                secrets.set(path, self.newest(value));
            }
        }
        credential.validate(&|path| secrets.has(path))?;
        let kept_refresh = head.is_some() && !typed_refresh;
        let prepared = self.prepare(head, credential, secrets, draft)?;
        Ok(Prepared { kept_refresh: prepared.kept_refresh || kept_refresh, ..prepared })
    }

    /// Puts an app registration's block where a reference to it stands.
    fn prepare(
        &self,
        head: Option<&RecordHead>,
        mut credential: Credential,
        mut secrets: Secrets,
        draft: bool,
    ) -> Result<Prepared, Problem> {
        let mut kept_refresh = !draft;
        let mut owner = head.and_then(|head| {
            own_block(&credential).map(|prefix| TokenOwner {
                id: head.id,
                name: head.name.clone(),
                prefix,
                shared: false,
            })
        });
        if let Some(OAuth2Source::Shared(shared)) = shared_source(&mut credential) {
            let app = self.head(&shared.credential).map_err(|problem| problem.at("auth.oauth2.credential"))?;
            let Kind::AppRegistration(registration) = credential_of(&app)?.kind else {
                return Err(Problem::invalid(
                    "auth.oauth2.credential",
                    format!("\u{201c}{}\u{201d} is no app registration.", app.name),
                ));
            };
            for leaf in ["client_secret", "private_key_pem", "password", "refresh_token"] {
                let path = format!("oauth2.{leaf}");
                if app.masks.contains_key(&path) {
                    secrets.set(format!("auth.{path}"), self.vault.secret(app.id, &path)?);
                }
            }
            owner = Some(TokenOwner { id: app.id, name: app.name.clone(), prefix: "oauth2", shared: true });
            kept_refresh = true;
            if let Some(source) = shared_source(&mut credential) {
                // The same block as when it is tested itself, so that both use one token.
                *source = OAuth2Source::Own(Box::new(registration.completed()));
            }
        }
        let subject = Subject { id: head.filter(|_| !draft).map(|head| head.id), credential, secrets };
        Ok(Prepared { subject, owner, draft, kept_refresh })
    }

    /// Stores a replaced refresh token where it belongs, before anyone sees the result (protocol: RFC 6749 6, RFC 9700 4.14).
    pub(super) fn keep_refresh_token(&self, owner: &TokenOwner, new: &SecretString) -> Result<(), Problem> {
        use credenza_vault::{EventAction, RecordChange, SecretChange};
        let path = format!("{}.refresh_token", owner.prefix);
        for _attempt in 0..5 {
            let head = self.vault.head(owner.id)?;
            let credential = credential_of(&head)?.without_masks();
            let change = RecordChange {
                record_type: head.record_type.clone(),
                name: head.name.clone(),
                class: head.class,
                meta: (*head.meta).clone(),
                endpoint: credenza_vault::EndpointDigest(credential.endpoint().digest()),
                secrets: [(path.clone(), SecretChange::Replace(new.clone()))].into(),
                changed_fields: vec![path.clone()],
            };
            match self.vault.update(head.id, head.revision, change) {
                Ok(_) => {
                    self.vault.append(EventAction::RefreshTokenRotated { id: owner.id, name: owner.name.clone() })?;
                    return Ok(());
                }
                // Someone saved the record in between: read it again and put the token into that.
                Err(credenza_vault::VaultError::ChangedElsewhere { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(Problem::new(
            crate::Code::Conflict,
            "The new refresh token could not be stored: the record keeps changing.",
            "Fetch the token again.",
        ))
    }
}

fn own_block(credential: &Credential) -> Option<&'static str> {
    match &credential.kind {
        Kind::AppRegistration(_) => Some("oauth2"),
        Kind::OutboundServer(server) if matches!(server.auth, OutboundAuth::Bearer { .. }) => Some("auth"),
        _ => credential.oauth2().map(|(prefix, _)| prefix),
    }
}

fn shared_source(credential: &mut Credential) -> Option<&mut OAuth2Source> {
    let source = match &mut credential.kind {
        Kind::MailServer(mail) => match &mut mail.auth {
            MailAuth::Oauth2 { oauth2, .. } => oauth2,
            _ => return None,
        },
        Kind::OutboundServer(server) => match &mut server.auth {
            OutboundAuth::Oauth2 { oauth2 } => oauth2,
            _ => return None,
        },
        _ => return None,
    };
    matches!(source, OAuth2Source::Shared(_)).then_some(source)
}

fn script_of(credential: &mut Credential) -> Option<(&mut Option<String>, &mut Option<String>)> {
    match &mut credential.kind {
        Kind::OutboundServer(server) => match &mut server.auth {
            OutboundAuth::Bearer { token_script, token_script_sha256, .. } => Some((token_script, token_script_sha256)),
            _ => None,
        },
        _ => None,
    }
}

/// The form of a saved record carries the pin of the saved script, as long as it names the same one; an administrator
/// who names another has it pinned as it is now.
fn pin_script_like(before: &Credential, draft: &mut Credential) {
    let mut before = before.clone();
    let stored = script_of(&mut before).map(|(path, pin)| (path.clone(), pin.clone()));
    if let Some((path, pin)) = script_of(draft) {
        *pin = match stored {
            Some((stored_path, stored_pin)) if stored_path == *path => stored_pin,
            _ => path.as_deref().and_then(super::saving::script_digest),
        };
    }
}

fn pin_script_now(draft: &mut Credential) {
    if let Some((path, pin)) = script_of(draft) {
        *pin = path.as_deref().and_then(super::saving::script_digest);
    }
}
