//! What is done again because another program, or another task of this one, wrote the same document first.

use credenza_vault::VaultError;

use crate::Problem;

/// Each of them means that somebody else got through; this many in a row are a fault of the program.
const MOST: u32 = 200;

/// Reads, changes and writes until what was read is still there at the write. `attempt` reads anew each time, and writes with
/// [`Batch::unless_changed`](credenza_vault::Batch::unless_changed).
pub(super) fn until_alone<T>(mut attempt: impl FnMut() -> Result<T, Problem>) -> Result<T, Problem> {
    for _ in 1..MOST {
        match attempt() {
            Err(problem) if problem.reason.as_deref() == Some("overtaken") => {}
            done => return done,
        }
    }
    attempt()
}

/// A change of a record that was overtaken, in words: nothing of it was done, and it is not done twice.
pub(super) fn overtaken_by_another(error: VaultError, name: &str) -> Problem {
    match error {
        VaultError::ChangedElsewhere(_) => {
            let message =
                format!("\u{201c}{name}\u{201d} was changed by somebody else at the same moment. Nothing was done.");
            let hint =
                "Look at how far it is (`credenza rotate status`), and repeat the step if it is still to be done.";
            Problem::new(crate::Code::Conflict, message, hint).because("changed_elsewhere")
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use credenza_vault::{Passphrase, Unlock};
    use secrecy::SecretString;
    use serde_json::json;

    use crate::horizon::{HorizonFilter, ItemSettings};
    use crate::test_vault::{new_vault, vault_file};
    use crate::workspace::Workspace;

    #[test]
    fn c4_what_two_programs_set_for_one_record_at_the_same_moment_is_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = vault_file(&folder);
        let first = Workspace::new(new_vault(&file));
        let passphrase = Passphrase::new(SecretString::from("plinth-otter-mauve"));
        let second = Workspace::new(file.unlock(Unlock::Passphrase(&passphrase)).unwrap());
        let expiries = json!([{ "item": "value", "on": "2099-01-31" }, { "item": "notes", "on": "2099-02-01" }]);
        let record =
            json!({ "type": "secret", "name": "A", "description": "d", "value": "12345678", "expiries": expiries });
        first.add(record).unwrap();
        let ids: Vec<String> =
            first.horizon(&HorizonFilter::default()).unwrap().into_iter().map(|item| item.id).collect();
        let [one, two] = ids.as_slice() else { panic!("{ids:?}") };
        for round in 0..20 {
            let start = Barrier::new(2);
            let set = |workspace: &Workspace, id: &str| {
                start.wait();
                let note = ItemSettings { note: Some(format!("{id} in round {round}")), ..ItemSettings::default() };
                workspace.change_item(id, note).unwrap();
            };
            std::thread::scope(|scope| {
                scope.spawn(|| set(&first, one));
                scope.spawn(|| set(&second, two));
            });
            let items = first.horizon(&HorizonFilter::default()).unwrap();
            for item in items {
                assert_eq!(item.note, format!("{} in round {round}", item.id), "nobody's note is lost");
            }
        }
    }
}
