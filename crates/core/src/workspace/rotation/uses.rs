//! The list of everything that uses a secret, to tick off.

use credenza_vault::{EventAction, RecordHead};
use uuid::Uuid;

use super::super::again::until_alone;
use super::{Place, Workspace};
use crate::Problem;
use crate::credential::CredentialType;
use crate::rotation::RotationView;

/// The longest line of the list, characters.
const LONGEST: usize = 200;
/// The longest list.
const MOST: usize = 500;

impl Workspace {
    /// Adds something that uses the secret and that Credenza does not know.
    ///
    /// # Errors
    /// `invalid` for a blank or overlong line, `forbidden` for anyone but an administrator.
    pub fn rotate_add_use(&self, reference: &str, field: &str, text: &str) -> Result<RotationView, Problem> {
        self.require_administrator("change what uses a secret")?;
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            return Err(Problem::invalid(
                "used_by",
                format!("Say what uses it in one line of up to {LONGEST} characters."),
            ));
        }
        until_alone(|| self.put_use(reference, field, text))
    }

    fn put_use(&self, reference: &str, field: &str, text: &str) -> Result<RotationView, Problem> {
        let mut place = self.place(reference, field)?;
        self.bring_uses_in(&mut place)?;
        if place.entry().uses.len() >= MOST {
            return Err(Problem::invalid("used_by", format!("The list holds {MOST} lines, and no more.")));
        }
        let number = place.entry().add_use(text, None);
        let event = use_noted(&place, number, false);
        self.put_book(place, Some(event))
    }

    /// Ticks a line off, or opens it again.
    ///
    /// # Errors
    /// `not_found` for a number that is not on the list, `forbidden` for anyone but an administrator.
    pub fn rotate_tick(&self, reference: &str, field: &str, line: (u32, bool)) -> Result<RotationView, Problem> {
        self.require_administrator("change what uses a secret")?;
        until_alone(|| self.tick(reference, field, line))
    }

    fn tick(&self, reference: &str, field: &str, (number, done): (u32, bool)) -> Result<RotationView, Problem> {
        let mut place = self.place(reference, field)?;
        self.bring_uses_in(&mut place)?;
        let known = place.entry().uses.iter_mut().find(|known| known.number == number);
        let missing = || {
            let hint = "`credenza rotate used-by` shows the list with its numbers.";
            Problem { hint: hint.into(), ..Problem::not_found(format_args!("number {number} on the list")) }
        };
        known.ok_or_else(missing)?.done = done;
        let event = use_noted(&place, number, done);
        self.put_book(place, Some(event))
    }

    pub(super) fn bring_uses_in(&self, place: &mut Place) -> Result<(), Problem> {
        let users = self.users_of(&place.head)?;
        place.entry().bring_in(&users);
        Ok(())
    }

    /// The records that sign in with this one.
    pub(super) fn users_of(&self, head: &RecordHead) -> Result<Vec<(Uuid, String)>, Problem> {
        if head.record_type != CredentialType::AppRegistration.word() {
            return Ok(Vec::new());
        }
        Ok(self.users(head.id)?.into_iter().map(|user| (user.id, user.name)).collect())
    }
}

fn use_noted(place: &Place, number: u32, done: bool) -> EventAction {
    let (id, name, field) = (place.head.id, place.head.name.clone(), place.field.clone());
    EventAction::RotationUseNoted { id, name, field, number, done }
}
